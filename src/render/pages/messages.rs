use crate::words::Language;

/// What happened, and what to do about it.
pub struct Message {
    pub what: &'static str,
    pub hint: &'static str,
}

/// What a status code (RFC 9110, section 15) means for the person who meets it.
pub fn message(language: Language, status: u16) -> Message {
    let (what, hint) = match language {
        Language::Vi => in_vietnamese(status),
        Language::En => in_english(status),
    };
    Message { what, hint }
}

fn in_vietnamese(status: u16) -> (&'static str, &'static str) {
    match status {
        300..=399 => ("Trang đã chuyển chỗ", "Hãy theo địa chỉ mới mà máy chủ đã báo."),
        400 => ("Máy chủ không hiểu yêu cầu này", "Hãy kiểm tra lại địa chỉ rồi thử lần nữa."),
        401 => ("Địa chỉ này không công khai", "Chỉ người được cấp địa chỉ mới xem được nội dung ở đó."),
        403 => ("Không được phép xem trang này", "Nội dung ở đây không dành cho mọi người."),
        404 => (
            "Không tìm thấy trang này",
            "Có thể địa chỉ bị gõ sai, hoặc trang chưa từng có. Hãy bắt đầu lại từ một trong hai trang dưới đây.",
        ),
        405 => ("Địa chỉ này chỉ để đọc", "Ở đây chỉ dùng được các phương thức GET và HEAD."),
        406 => (
            "Không có định dạng mà bạn yêu cầu",
            "Nguồn tin có ba định dạng: hãy dùng địa chỉ kết thúc bằng .rss, .atom hoặc .json.",
        ),
        408 => ("Yêu cầu đến quá chậm", "Đường truyền có thể đang yếu. Hãy thử lại."),
        410 => (
            "Bài này không còn đăng nữa",
            "Bài đã hết hạn hoặc được tòa soạn rút lại. Những bài khác vẫn còn đây.",
        ),
        412 => ("Nội dung đã thay đổi", "Bản mà bạn nhắc tới không còn là bản hiện hành. Hãy tải lại trang."),
        413 => ("Yêu cầu quá lớn", "Máy chủ này chỉ để đọc, không nhận nội dung gửi lên."),
        414 => ("Địa chỉ quá dài", "Hãy kiểm tra lại địa chỉ: có thể nó đã bị dán lặp nhiều lần."),
        416 => ("Không có phần mà bạn yêu cầu", "Tệp ngắn hơn phần được yêu cầu. Hãy tải lại tệp từ đầu."),
        417 => ("Máy chủ không đáp ứng được yêu cầu này", "Hãy bỏ trường Expect rồi thử lại."),
        421 => (
            "Yêu cầu đến nhầm máy chủ",
            "Tên miền trong địa chỉ không thuộc về trang này. Hãy vào từ trang chủ.",
        ),
        429 => {
            ("Bạn hỏi quá nhiều lần", "Hãy đợi một lát rồi thử lại; mỗi giờ một lần là đủ để nhận bài mới.")
        }
        431 => {
            ("Phần đầu của yêu cầu quá lớn", "Hãy xóa cookie của trang này trong trình duyệt rồi thử lại.")
        }
        501 => ("Máy chủ không làm được việc này", "Hãy vào từ trang chủ."),
        503 => ("Máy chủ đang bận", "Hãy thử lại sau ít phút."),
        505 => ("Phiên bản HTTP không được hỗ trợ", "Máy chủ này dùng HTTP/1.1 và HTTP/2."),
        _ if status < 500 => {
            ("Yêu cầu này không thực hiện được", "Hãy kiểm tra lại địa chỉ rồi thử lần nữa.")
        }
        _ => ("Máy chủ gặp lỗi", "Lỗi không phải do bạn. Hãy thử lại sau ít phút."),
    }
}

fn in_english(status: u16) -> (&'static str, &'static str) {
    match status {
        300..=399 => ("This page has moved", "Follow the new address the server has named."),
        400 => ("The server does not understand this request", "Check the address and try again."),
        401 => ("This address is not public", "Only those who were given it may see what is there."),
        403 => ("You may not see this page", "What is here is not for everyone."),
        404 => (
            "There is no such page",
            "The address may be mistyped, or the page never existed. Start again from one of the pages below.",
        ),
        405 => ("This address is only for reading", "Only the methods GET and HEAD work here."),
        406 => (
            "Not available in the format you asked for",
            "Feeds come in three formats: use an address that ends in .rss, .atom or .json.",
        ),
        408 => ("The request came too slowly", "The connection may be weak. Try again."),
        410 => (
            "This article is no longer published",
            "It has expired or the office took it back. The other articles are still here.",
        ),
        412 => (
            "This has changed in the meantime",
            "The version you refer to is no longer the current one. Load the page again.",
        ),
        413 => ("The request is too large", "This server is only for reading; it takes no uploads."),
        414 => ("The address is too long", "Check the address: it may have been pasted several times over."),
        416 => (
            "There is no such part",
            "The file is shorter than the part you asked for. Download it from the start.",
        ),
        417 => ("The server cannot meet this request", "Leave out the Expect field and try again."),
        421 => (
            "The request reached the wrong server",
            "The domain in the address does not belong to this site. Start from the home page.",
        ),
        429 => (
            "You ask too often",
            "Wait a little and try again; once an hour is enough to get every new article.",
        ),
        431 => {
            ("The request header is too large", "Delete this site's cookies in your browser and try again.")
        }
        501 => ("The server cannot do this", "Start from the home page."),
        503 => ("The server is busy", "Try again in a few minutes."),
        505 => ("This HTTP version is not supported", "The server speaks HTTP/1.1 and HTTP/2."),
        _ if status < 500 => ("This request cannot be carried out", "Check the address and try again."),
        _ => ("Something went wrong on the server", "It is not your fault. Try again in a few minutes."),
    }
}
