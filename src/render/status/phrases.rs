//! What the page says, in both languages.

use super::{Trouble, Use, Watching};
pub use crate::render::pages::phrases::number;
use crate::words::{Language, Severity, Text};

/// The words of the page, in one language.
pub struct Phrases {
    pub status: &'static str,
    pub as_of: &'static str,
    pub running_since: &'static str,
    pub all_is_well: &'static str,
    pub first_look: &'static str,
    pub articles: &'static str,
    pub feeds: &'static str,
    pub waiting: &'static str,
    pub withdrawn: &'static str,
    pub troubled: &'static str,
    pub to_mend: &'static str,
    pub no_problems: &'static str,
    pub hint: &'static str,
    pub since: &'static str,
    pub newest: &'static str,
    pub none_yet: &'static str,
    pub come_next: &'static str,
    pub none_wait: &'static str,
    pub lately_withdrawn: &'static str,
    pub none_withdrawn: &'static str,
    pub partners: &'static str,
    pub last_fetch: &'static str,
    pub never_fetched: &'static str,
    pub holds_current: &'static str,
    pub holds_earlier: &'static str,
    pub subscribers: &'static str,
    pub machinery: &'static str,
    pub last_look: &'static str,
    pub not_looked: &'static str,
    pub next_look: &'static str,
    pub queues: &'static str,
    pub under_way: &'static str,
    pub to_be_read: &'static str,
    pub settling: &'static str,
    pub stuck: &'static str,
    pub media: &'static str,
    pub journal: &'static str,
    pub as_data: &'static str,
    pub problems_feed: &'static str,
    pub problems_of: &'static str,
    pub stats: &'static str,
    pub metrics: &'static str,
    pub public_site: &'static str,
    pub reloads: &'static str,
    pub stop_reloading: &'static str,
    pub reload: &'static str,
}

impl Phrases {
    pub fn of(language: Language) -> &'static Self {
        language.choose(&VIETNAMESE, &ENGLISH)
    }
}

static VIETNAMESE: Phrases = Phrases {
    status: "Tình trạng",
    as_of: "Lúc",
    running_since: "chạy từ",
    all_is_well: "Mọi thứ đang ổn.",
    first_look: "bantin đang xem thư mục lần đầu; danh sách dưới đây chưa đầy đủ.",
    articles: "Bài đang đăng",
    feeds: "Nguồn tin",
    waiting: "Chờ đến giờ",
    withdrawn: "Đã rút",
    troubled: "Tệp có vấn đề",
    to_mend: "Cần xem lại",
    no_problems: "Không tệp nào có vấn đề.",
    hint: "Gợi ý",
    since: "từ",
    newest: "Bài mới nhất",
    none_yet: "Chưa có bài nào.",
    come_next: "Sắp đăng",
    none_wait: "Không bài nào đang chờ đến giờ.",
    lately_withdrawn: "Mới rút",
    none_withdrawn: "Chưa rút bài nào.",
    partners: "Đối tác",
    last_fetch: "lấy tin lần gần nhất lúc",
    never_fetched: "chưa lấy tin lần nào",
    holds_current: "đang giữ bản mới nhất",
    holds_earlier: "đang giữ một bản cũ hơn",
    subscribers: "Người đăng ký nhận tin",
    machinery: "Máy chủ đang làm gì",
    last_look: "Lần xem cả thư mục gần nhất",
    not_looked: "chưa xem hết lần nào",
    next_look: "lần sau",
    queues: "Hàng đợi",
    under_way: "đang đọc",
    to_be_read: "chờ đọc",
    settling: "chờ ghi xong",
    stuck: "kẹt vì đĩa",
    media: "Ảnh, âm thanh, tệp đi kèm",
    journal: "Sổ ghi nhớ",
    as_data: "Dữ liệu (JSON)",
    problems_feed: "Nguồn tin về các vấn đề (Atom)",
    problems_of: "Vấn đề của",
    stats: "Thói quen của độc giả",
    metrics: "Số liệu vận hành",
    public_site: "Xem trang công khai",
    reloads: "Trang này tự tải lại mỗi 15 giây.",
    stop_reloading: "Thôi tự tải lại",
    reload: "Tự tải lại mỗi 15 giây",
};

static ENGLISH: Phrases = Phrases {
    status: "Status",
    as_of: "As of",
    running_since: "running since",
    all_is_well: "All is well.",
    first_look: "bantin is looking through the folder for the first time; the lists below are not complete.",
    articles: "Articles out",
    feeds: "Feeds",
    waiting: "Waiting",
    withdrawn: "Withdrawn",
    troubled: "Files with problems",
    to_mend: "To be looked at",
    no_problems: "No file has a problem.",
    hint: "Hint",
    since: "since",
    newest: "Latest articles",
    none_yet: "No articles yet.",
    come_next: "Coming next",
    none_wait: "No article waits for its time.",
    lately_withdrawn: "Lately withdrawn",
    none_withdrawn: "No article was withdrawn.",
    partners: "Partners",
    last_fetch: "last fetched",
    never_fetched: "has never fetched",
    holds_current: "holds the current version",
    holds_earlier: "holds an earlier version",
    subscribers: "Subscribers",
    machinery: "What the server is doing",
    last_look: "Last look through the whole folder",
    not_looked: "none is finished yet",
    next_look: "the next at",
    queues: "Queues",
    under_way: "being read",
    to_be_read: "to be read",
    settling: "still being written",
    stuck: "stuck on the disk",
    media: "Pictures, sound, other files",
    journal: "Journal",
    as_data: "As data (JSON)",
    problems_feed: "Feed of problems (Atom)",
    problems_of: "Problems of",
    stats: "Readers’ habits",
    metrics: "Metrics",
    public_site: "See the public site",
    reloads: "This page loads itself again every 15 seconds.",
    stop_reloading: "Stop that",
    reload: "Reload by itself every 15 seconds",
};

/// How many files need a look, as a sentence.
pub fn need_a_look(language: Language, files: usize) -> String {
    match (language, files) {
        (Language::Vi, files) => format!("{} tệp cần xem lại.", number(language, files)),
        (Language::En, 1) => "1 file needs a look.".to_owned(),
        (Language::En, files) => format!("{} files need a look.", number(language, files)),
    }
}

/// That a list goes on.
pub fn and_more(language: Language, more: usize) -> String {
    let more = number(language, more);
    match language {
        Language::Vi => format!("và {more} mục nữa"),
        Language::En => format!("and {more} more"),
    }
}

/// What a severity is called where it is told.
pub fn severity(language: Language, severity: Severity) -> &'static str {
    match (language, severity) {
        (Language::Vi, Severity::Error) => "chưa dùng được",
        (Language::Vi, Severity::Remark) => "nên xem lại",
        (Language::Vi, Severity::Guess) => "đã tự đoán",
        (Language::En, Severity::Error) => "not used",
        (Language::En, Severity::Remark) => "remark",
        (Language::En, Severity::Guess) => "guess",
    }
}

/// The same in data.
pub fn severity_name(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Remark => "remark",
        Severity::Guess => "guess",
    }
}

/// A line's number, in words.
pub fn line(language: Language, line: u32) -> String {
    match language {
        Language::Vi => format!("dòng {line}"),
        Language::En => format!("line {line}"),
    }
}

/// What a folder is for.
pub fn used_for(of: Use) -> Text {
    match of {
        Use::Content => Text::new("Thư mục bài viết", "Content folder"),
        Use::Settings => Text::new("Thư mục cài đặt", "Settings folder"),
    }
}

/// How changes become known, and why so.
pub fn watching(how: &Watching) -> Text {
    match how {
        Watching::Events => Text::new(
            "được theo dõi: hệ thống báo ngay mỗi thay đổi",
            "watched: the system tells of every change at once",
        ),
        Watching::Polling(why) => Text::new(
            format!("được xem lại đều đặn: {}", why.vi),
            format!("looked through again and again: {}", why.en),
        ),
        Watching::Missing => Text::new(
            "được xem lại đều đặn: lúc bắt đầu theo dõi chưa có thư mục này",
            "looked through again and again: it was not there when watching began",
        ),
    }
}

/// How long a look took and what it met.
pub fn look(language: Language, took: std::time::Duration, files: u64, ignored: u64) -> String {
    let count = |count: u64| number(language, usize::try_from(count).unwrap_or(usize::MAX));
    let (files, ignored) = (count(files), count(ignored));
    let tenths = took.as_millis().div_ceil(100).max(1);
    let (whole, tenth) = (tenths / 10, tenths % 10);
    match language {
        Language::Vi => format!("mất {whole},{tenth} giây, gặp {files} tệp, bỏ qua {ignored} mục"),
        Language::En => format!("took {whole}.{tenth} s, met {files} files, passed over {ignored} names"),
    }
}

/// The name of a kind of fault in data.
pub fn name(trouble: Trouble) -> &'static str {
    match trouble {
        Trouble::Root => "content-folder",
        Trouble::Watch => "watch",
        Trouble::Walk => "walk",
        Trouble::Journal => "journal",
        Trouble::Damage => "journal-damaged",
        Trouble::Settings => "settings",
        Trouble::Held { .. } => "held",
        Trouble::AnotherFolder => "another-folder",
        Trouble::Unmounted => "unmounted",
        Trouble::Stuck { .. } => "stuck",
        Trouble::Receipts => "receipts",
    }
}

/// What is not as it should be, and what to do about it.
pub fn fault(trouble: Trouble) -> (Text, Text) {
    match trouble {
        Trouble::Root => (
            Text::new("Không vào được thư mục bài viết", "The content folder cannot be reached"),
            Text::new(
                "Mọi bài đã đăng vẫn giữ nguyên. Hãy kiểm tra ổ đĩa hoặc kết nối tới ổ mạng; khi thư mục trở lại, bantin tự làm tiếp.",
                "Everything stays published. Check the disk or the connection to the share; when the folder is back, bantin goes on by itself.",
            ),
        ),
        Trouble::Watch => (
            Text::new(
                "Hệ thống không báo thay đổi trong thư mục bài viết",
                "The system does not tell of changes in the content folder",
            ),
            Text::new(
                "Bài mới vẫn lên, chỉ chậm hơn vài giây. Người quản trị máy chủ xem nhật ký để biết cần tăng giới hạn nào.",
                "New articles still come out, some seconds later. The log says which limit the server's administrator may raise.",
            ),
        ),
        Trouble::Walk => (
            Text::new("Không xem hết được thư mục bài viết", "The content folder cannot be looked through"),
            Text::new(
                "Những gì đã đăng vẫn giữ nguyên. Hãy cho máy chủ quyền đọc thư mục.",
                "What was published stays as it is. Let the server read the folder.",
            ),
        ),
        Trouble::Journal => (
            Text::new("bantin không ghi được sổ ghi nhớ", "bantin cannot write its journal"),
            Text::new(
                "Bài đã đăng vẫn giữ nguyên, nhưng bài mới chưa lên được. Hãy xem ổ đĩa có đầy hay bị khóa ghi không.",
                "What was published stays as it is, but nothing new comes out. See whether the disk is full or read-only.",
            ),
        ),
        Trouble::Damage => (
            Text::new("Sổ ghi nhớ của bantin bị hỏng", "bantin's journal is damaged"),
            Text::new(
                "Bài đã đăng vẫn giữ nguyên. Lúc nào tiện hãy khởi động lại bantin: sổ cũ được cất riêng, sổ mới lập lại từ thư mục.",
                "What was published stays as it is. Start bantin again when it suits: the journal is set aside and begun anew from the folder.",
            ),
        ),
        Trouble::Settings => (
            Text::new("Tệp cài đặt site.toml không còn", "The settings file site.toml is gone"),
            Text::new(
                "Cài đặt cũ vẫn có hiệu lực. Hãy để tệp trở lại thư mục cài đặt.",
                "What it said still holds. Put it back into the settings folder.",
            ),
        ),
        Trouble::Held { files } => (
            Text::new(
                format!(
                    "{} tệp biến mất cùng lúc; bài của chúng được giữ lại, bạn đọc chưa thấy gì khác",
                    number(Language::Vi, files)
                ),
                format!(
                    "{} files are gone at once; their articles are held, and readers notice nothing",
                    number(Language::En, files)
                ),
            ),
            Text::new(
                "Nếu không cố ý: hãy chép lại các tệp vào chỗ cũ và mọi việc tự ổn.",
                "If this was not meant: put the files back, and all is well again by itself.",
            ),
        ),
        Trouble::AnotherFolder => (
            Text::new(
                "Thư mục bài viết không phải là thư mục trước đây",
                "The content folder is not the one it was",
            ),
            Text::new(
                "Trong đó thiếu phần lớn các bài đã đăng, nên mọi bài vẫn được giữ. Hãy xem ổ đĩa có được gắn đúng chỗ không.",
                "Most of what was published is not in it, so everything stays. See whether the right disk stands there.",
            ),
        ),
        Trouble::Unmounted => (
            Text::new(
                "Một ổ đĩa trong thư mục bài viết không còn ở đó; các bài trên ổ đó vẫn được giữ",
                "A disk that was mounted in the content folder is not there; its articles stay published",
            ),
            Text::new(
                "Nếu không cố ý: hãy gắn lại ổ đĩa hoặc ổ mạng.",
                "If this was not meant: mount the disk or the share again.",
            ),
        ),
        Trouble::Receipts => (
            Text::new("Không viết được phiếu báo", "Receipts cannot be written"),
            Text::new(
                "Bài vẫn đăng như thường. Hãy xem thư mục phiếu báo có đầy, bị khóa ghi hay không còn ở đó.",
                "Articles come out all the same. See whether the folder for receipts is full, read-only or gone.",
            ),
        ),
        Trouble::Stuck { readers } => (
            Text::new(
                format!("Ổ đĩa không trả lời: {readers} lượt đọc đang bị kẹt"),
                format!("The disk does not answer: {readers} readers wait for it"),
            ),
            Text::new(
                "Những tệp khác vẫn được đọc. Hãy kiểm tra ổ đĩa hoặc kết nối tới ổ mạng.",
                "Other files are still read. Check the disk or the connection to the share.",
            ),
        ),
    }
}
