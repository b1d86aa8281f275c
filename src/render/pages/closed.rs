//! What is said in place of a feed whose agreement has not begun, or is over, and where people find a hub.

use super::{Frame, MessagePage, print, titled};
use crate::words::{FeedName, Site, Text, Timestamp};

/// What happened, and what to do about it.
pub struct Said {
    /// In few words.
    pub what: String,
    /// In a sentence.
    pub hint: String,
}

/// Of a feed whose agreement begins then.
pub fn to_come(site: &Site, from: Timestamp) -> Said {
    let begins = site.beginning_in(site.interface(), from);
    let what = Text::new("Nguồn tin này chưa bắt đầu", "This feed has not begun");
    let hint = Text::new(
        format!("Theo thỏa thuận, nguồn tin bắt đầu từ {begins}. Khi đó, chính địa chỉ này sẽ có bài."),
        format!("It begins on {begins}, as was agreed. From then on this same address has it."),
    );
    said(site, &what, &hint)
}

/// Of a feed whose agreement ended then.
pub fn over(site: &Site, until: Timestamp) -> Said {
    let (ended, office) = (site.end_in(site.interface(), until), &site.title);
    let what = Text::new("Nguồn tin này đã kết thúc", "This feed has ended");
    let hint = Text::new(
        format!(
            "Thỏa thuận về nguồn tin đã hết hạn, ngày cuối là {ended}. Muốn tiếp tục nhận tin, hãy liên hệ với {office}."
        ),
        format!("The agreement it was made for ended on {ended}. To go on receiving the news, ask {office}."),
    );
    said(site, &what, &hint)
}

/// Of the place where programs subscribe.
pub fn hub(site: &Site) -> Said {
    let what = Text::new("Đây là hub WebSub của trang này", "This is the WebSub hub of this site");
    let hint = Text::new(
        "Trình đọc tin tự đăng ký ở đây bằng phương thức POST để được báo ngay khi có bài mới. Bạn không cần làm gì cả.",
        "Feed readers subscribe here by themselves, with POST, to be told at once of what is new. There is nothing for you to do.",
    );
    said(site, &what, &hint)
}

/// Of the place where programs register that speak rssCloud.
pub fn cloud(site: &Site) -> Said {
    let what =
        Text::new("Đây là nơi đăng ký rssCloud của trang này", "This is where this site speaks rssCloud");
    let hint = Text::new(
        "Trình đọc tin tự đăng ký ở đây bằng phương thức POST để được báo mỗi khi nguồn tin RSS thay đổi. Bạn không cần làm gì cả.",
        "Feed readers register here by themselves, with POST, to be told whenever an RSS feed changes. There is nothing for you to do.",
    );
    said(site, &what, &hint)
}

pub(super) fn said(site: &Site, what: &Text, hint: &Text) -> Said {
    let [what, hint] = [what, hint].map(|text| text.in_language(site.interface()).to_owned());
    Said { what, hint }
}

/// A small page that says so.
pub fn told(site: &Site, status: u16, said: &Said) -> Vec<u8> {
    page(site, status, said, None)
}

/// The same, which leads to the newest round-ups of this feed, too.
pub(super) fn page(site: &Site, status: u16, said: &Said, round_ups: Option<&FeedName>) -> Vec<u8> {
    let mut frame = Frame::new(site, &titled(&said.what, &site.title));
    frame.offer(&FeedName::All, &site.title);
    print(&MessagePage {
        status,
        what: &said.what,
        hint: &said.hint,
        reason: None,
        round_ups: round_ups.map(|name| site.feed_page(name)),
        frame,
    })
}
