use crate::intake::Kind;
use crate::words::{Carrier, FeedName, Language, span_in_words};
use std::time::Duration;

/// What stands on every receipt, in one language.
pub(super) struct Phrases {
    pub longest_label: usize,
    pub file: &'static str,
    pub title: &'static str,
    pub read_as: &'static str,
    pub filed_under: &'static str,
    pub tags: &'static str,
    pub authors: &'static str,
    pub publication: &'static str,
    pub published: &'static str,
    pub updated: &'static str,
    pub expires: &'static str,
    pub correction: &'static str,
    pub address: &'static str,
    pub sound: &'static str,
    pub original: &'static str,

    pub out: &'static str,
    pub out_with_remarks: &'static str,
    pub older: &'static str,
    pub waits: &'static str,
    pub older_waits: &'static str,
    pub draft: &'static str,
    pub not_out: &'static str,
    pub withdrawn: &'static str,
    pub expired: &'static str,
    pub preface: &'static str,
    pub preface_with_remarks: &'static str,
    pub older_preface: &'static str,
    pub purged: &'static str,

    pub older_means: &'static str,
    pub older_waits_means: &'static str,
    pub waits_means: &'static str,
    pub draft_means: &'static str,
    pub not_out_means: &'static str,
    pub withdrawn_means: &'static str,
    pub expired_means: &'static str,
    pub preface_means: &'static str,
    pub older_preface_means: &'static str,
    pub reason: &'static str,

    pub feeds: &'static str,
    pub feeds_later: &'static str,
    pub feeds_mean: &'static str,
    pub wrong: &'static str,
    pub guessed: &'static str,
    pub to_improve: &'static str,
    pub mend: &'static str,
    pub when_not_right: &'static str,
    pub foot: &'static str,

    pub by_folder: &'static str,
    pub usual: &'static str,
    pub by_name: &'static str,
    pub a_preface: &'static str,
}

impl Phrases {
    pub(super) fn of(language: Language) -> &'static Self {
        language.choose(&VIETNAMESE, &ENGLISH)
    }
}

const VIETNAMESE: Phrases = Phrases {
    longest_label: 10,
    file: "Tệp",
    title: "Tựa đề",
    read_as: "Đọc như",
    filed_under: "Chuyên mục",
    tags: "Thẻ",
    authors: "Tác giả",
    publication: "Nguồn",
    published: "Ngày đăng",
    updated: "Cập nhật",
    expires: "Hết hạn",
    correction: "Đính chính",
    address: "Địa chỉ",
    sound: "Âm thanh",
    original: "Bài gốc",

    out: "ĐÃ ĐĂNG",
    out_with_remarks: "ĐÃ ĐĂNG, NHƯNG CÓ CHỖ NÊN XEM LẠI",
    older: "ĐÃ ĐĂNG, NHƯNG LÀ BẢN CŨ",
    waits: "CHỜ ĐẾN GIỜ ĐĂNG",
    older_waits: "BẢN CŨ CHỜ ĐẾN GIỜ ĐĂNG",
    draft: "BẢN NHÁP, CHƯA ĐĂNG",
    not_out: "CHƯA ĐĂNG ĐƯỢC",
    withdrawn: "ĐÃ RÚT BÀI",
    expired: "HẾT HẠN ĐĂNG TỪ",
    preface: "ĐÃ NHẬN LỜI MỞ ĐẦU",
    preface_with_remarks: "ĐÃ NHẬN LỜI MỞ ĐẦU, NHƯNG CÓ CHỖ NÊN XEM LẠI",
    older_preface: "ĐANG DÙNG LỜI MỞ ĐẦU CŨ",
    purged: "ĐÃ BỊ XÓA VĨNH VIỄN LÚC",

    older_means: "Tệp vừa lưu có lỗi nên chưa dùng được. Bạn đọc vẫn thấy bản trước đó của bài. Hãy sửa lỗi dưới đây rồi lưu tệp lại; bài sẽ được thay ngay.",
    older_waits_means: "Tệp vừa lưu có lỗi nên chưa dùng được; đến giờ, bản trước đó của bài sẽ được đăng. Hãy sửa lỗi dưới đây rồi lưu tệp lại.",
    waits_means: "Đến giờ đó bài tự lên trang, không cần làm gì thêm. Muốn đăng ngay thì sửa ngày giờ trong tệp rồi lưu lại.",
    draft_means: "Trong tệp có dòng ghi đây là bản nháp, nên không ai thấy bài. Muốn đăng, hãy xóa dòng đó (“draft”, “bản nháp” hoặc “trạng thái”) rồi lưu tệp lại.",
    not_out_means: "Tệp có lỗi nên chưa ai thấy bài. Hãy sửa lỗi dưới đây rồi lưu tệp lại đúng chỗ cũ; tệp được đọc lại ngay.",
    withdrawn_means: "Trong tệp có dòng ghi rằng bài được rút, nên không ai thấy bài nữa. Muốn đăng lại, hãy xóa dòng đó rồi lưu tệp lại.",
    expired_means: "Trong tệp có ghi ngày hết hạn, và ngày đó đã đến, nên bài tự xuống. Muốn đăng lại, hãy sửa hoặc xóa dòng “hết hạn” (“expires”) rồi lưu tệp lại.",
    preface_means: "Lời này đứng đầu bản tổng hợp ở địa chỉ dưới đây, kể từ lúc kỳ đó khép lại. Sửa hay xóa tệp lúc nào thì bản tổng hợp đổi theo lúc ấy.",
    older_preface_means: "Tệp vừa lưu có lỗi nên chưa dùng được; lời mở đầu trước đó vẫn giữ nguyên. Hãy sửa lỗi dưới đây rồi lưu tệp lại.",
    reason: "Lý do",

    feeds: "BÀI CÓ TRONG CÁC BẢN TIN NÀY",
    feeds_later: "ĐẾN GIỜ, BÀI SẼ CÓ TRONG CÁC BẢN TIN NÀY",
    feeds_mean: "Mở địa chỉ trên bằng trình duyệt để xem; thêm .rss, .atom hoặc .json vào cuối để dùng trong trình đọc tin. Bản tin chỉ giữ những bài mới nhất; bài cũ hơn vẫn còn ở địa chỉ của bài.",
    wrong: "LỖI CẦN SỬA",
    guessed: "MÁY CHỦ ĐÃ TỰ ĐOÁN",
    to_improve: "CHỖ NÊN XEM LẠI",
    mend: "Cách sửa",
    when_not_right: "Nếu chưa đúng",
    foot: "Phiếu này do máy chủ viết và tự thay mới khi có gì thay đổi. Muốn sửa bài, hãy sửa tệp bài; muốn rút bài, hãy xóa tệp bài. Sửa hay xóa phiếu này không thay đổi gì.",

    by_folder: "như tên thư mục",
    usual: "chuyên mục chung",
    by_name: "như tên tệp",
    a_preface: "lời mở đầu của bản tổng hợp",
};

const ENGLISH: Phrases = Phrases {
    longest_label: 11,
    file: "File",
    title: "Title",
    read_as: "Read as",
    filed_under: "Filed under",
    tags: "Tags",
    authors: "Authors",
    publication: "Source",
    published: "Date",
    updated: "Updated",
    expires: "Expires",
    correction: "Correction",
    address: "Address",
    sound: "Sound",
    original: "Original",

    out: "PUBLISHED",
    out_with_remarks: "PUBLISHED, BUT PLEASE HAVE A LOOK",
    older: "PUBLISHED, BUT AN OLDER VERSION",
    waits: "WAITS UNTIL",
    older_waits: "AN OLDER VERSION WAITS UNTIL",
    draft: "DRAFT, NOT PUBLISHED",
    not_out: "NOT PUBLISHED",
    withdrawn: "WITHDRAWN",
    expired: "EXPIRED ON",
    preface: "PREFACE TAKEN",
    preface_with_remarks: "PREFACE TAKEN, BUT PLEASE HAVE A LOOK",
    older_preface: "AN OLDER PREFACE STANDS",
    purged: "PURGED ON",

    older_means: "The file as it was saved last has a mistake and cannot be used. Readers still see the version before. Mend what is named below and save the file again; the article is replaced at once.",
    older_waits_means: "The file as it was saved last has a mistake and cannot be used; when its time comes, the version before is published. Mend what is named below and save the file again.",
    waits_means: "The article comes out by itself at that time; there is nothing to do. To publish it now, change the date in the file and save it again.",
    draft_means: "The file says that it is a draft, so nobody sees the article. To publish it, remove that line (“draft” or “status”) and save the file again.",
    not_out_means: "The file has a mistake, so nobody sees the article yet. Mend what is named below and save the file again in the same place; it is read at once.",
    withdrawn_means: "The file says that the article is withdrawn, so nobody sees it any more. To publish it again, remove that line and save the file again.",
    expired_means: "The file says when its article expires, and that time has come, so it was taken off by itself. To publish it again, change or remove the line “expires” and save the file again.",
    preface_means: "This stands before the round-up at the address below, from the moment its period closes. Change or delete the file at any time, and the round-up follows.",
    older_preface_means: "The file as it was saved last has a mistake and cannot be used; the preface before it stays. Mend what is named below and save the file again.",
    reason: "Reason",

    feeds: "THE ARTICLE IS IN THESE FEEDS",
    feeds_later: "WHEN ITS TIME COMES, THE ARTICLE WILL BE IN THESE FEEDS",
    feeds_mean: "Open an address in a browser to see the feed; put .rss, .atom or .json at its end to use it in a feed reader. A feed keeps the newest articles only; older ones stay at their own address.",
    wrong: "TO BE MENDED",
    guessed: "WHAT THE SERVER GUESSED",
    to_improve: "WHAT TO LOOK AT",
    mend: "What to do",
    when_not_right: "If that is not right",
    foot: "The server writes this receipt and replaces it whenever something changes. To change the article, change its file; to withdraw it, delete its file. Changing or deleting this receipt does nothing.",

    by_folder: "as its folder",
    usual: "the usual one",
    by_name: "as in the file's name",
    a_preface: "what stands before a round-up",
};

/// What a kind of file is called.
pub(super) fn kind(language: Language, kind: Kind) -> &'static str {
    let (vi, en) = match kind {
        Kind::Newspaper => {
            ("văn bản thường, theo lối trình bày của báo", "plain text, laid out as in a newspaper")
        }
        Kind::Markdown => ("Markdown", "Markdown"),
        Kind::Html => ("trang HTML", "an HTML page"),
        Kind::Word => ("tài liệu Word hoặc LibreOffice", "a document from Word or LibreOffice"),
        Kind::Foreign => ("tài liệu của một chương trình khác", "a document of another program"),
    };
    language.choose(vi, en)
}

/// What a feed is called.
pub(super) fn feed(language: Language, carrier: &Carrier) -> String {
    if let Some(title) = &carrier.title {
        return title.clone();
    }
    let label = carrier.label.as_deref().unwrap_or(carrier.name.slug());
    if carrier.only_for.is_some() {
        return format!("{} {label}", language.choose("Nguồn tin", "Feed"));
    }
    match (language, &carrier.name) {
        (Language::Vi, FeedName::All) => "Tất cả các bài".to_owned(),
        (Language::Vi, FeedName::Corrections) => "Đính chính".to_owned(),
        (Language::Vi, FeedName::Plain(_)) => format!("Chuyên mục {label}"),
        (Language::Vi, FeedName::Tag(_)) => format!("Thẻ {label}"),
        (Language::Vi, FeedName::RoundUps(_)) => "Tổng hợp theo kỳ".to_owned(),
        (Language::Vi, FeedName::Author(_)) => format!("Tác giả {label}"),
        (Language::En, FeedName::All) => "All articles".to_owned(),
        (Language::En, FeedName::Corrections) => "Corrections".to_owned(),
        (Language::En, FeedName::Plain(_)) => format!("Category {label}"),
        (Language::En, FeedName::Tag(_)) => format!("Tag {label}"),
        (Language::En, FeedName::RoundUps(_)) => "Round-ups".to_owned(),
        (Language::En, FeedName::Author(_)) => format!("Author {label}"),
    }
}

/// How long after it came out an article reaches the readers of a feed; nothing when it does at once.
pub(super) fn late(language: Language, delay: Duration) -> String {
    let span = span_in_words(delay);
    match (delay.is_zero(), language) {
        (true, _) => String::new(),
        (false, Language::Vi) => format!(" (sau khi đăng {})", span.vi),
        (false, Language::En) => format!(" ({} after it came out)", span.en),
    }
}

/// Who alone gets a feed. Its address is a secret.
pub(super) fn only_for(language: Language, organisation: &str) -> String {
    match language {
        Language::Vi => format!("dành riêng cho {organisation}"),
        Language::En => format!("for {organisation} alone"),
    }
}

/// The line of a file.
pub(super) fn line(language: Language, number: u32) -> String {
    match language {
        Language::Vi => format!("Dòng {number}: "),
        Language::En => format!("Line {number}: "),
    }
}

/// So many more than are shown.
pub(super) fn others(language: Language, count: usize) -> String {
    match language {
        Language::Vi => format!("… và {count} mục nữa"),
        Language::En => format!("… and {count} more"),
    }
}
