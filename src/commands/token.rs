//! `bantin token`: a secret address for a partner, printed once; what is kept of it is a hash in `feeds/NAME.toml`.

mod replacing;

use super::Places;
use crate::publisher::Loaded;
use crate::settings::{self, MOST_TOKENS};
use crate::words::{FeedName, Format, Language, Outlet, Site, Text, Token, TokenHash};
use clap::Args;
use replacing::{Kept, replace};
use ring::rand::{SecureRandom, SystemRandom};
use std::error::Error;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;
use url::Url;

#[derive(Args)]
pub(super) struct NewToken {
    /// The feed: the name of its file in feeds/, without `.toml`.
    name: String,
    /// Drop the tokens that were valid before.
    #[arg(long)]
    only: bool,
}

/// Makes a token, puts its hash into the file, and tells the addresses it makes.
pub(super) fn token(places: &Places, listening: &Url, wanted: &NewToken) -> Result<ExitCode, Box<dyn Error>> {
    let Loaded { site, .. } = places.load(listening)?;
    let language = site.interface();
    let in_words = |text: Text| text.in_language(language).to_owned();
    let file_name = format!("{}.toml", wanted.name);
    let Some(FeedName::Plain(name)) = FeedName::parse(&wanted.name) else {
        return Err(in_words(no_name(&wanted.name)).into());
    };
    let place = places.feeds.join(&file_name);
    let kept = Kept::read(&place).map_err(|error| in_words(unread(&place, &error)))?;
    let bare = kept.text.trim_start_matches('\u{FEFF}');
    let (feed, _) = settings::feed(&file_name, bare, &site).map_err(|problem| problem.told(language))?;
    let partner = feed.partner.ok_or_else(|| in_words(no_agreement(&place)))?;
    if !wanted.only && partner.tokens.len() >= MOST_TOKENS {
        return Err(in_words(too_many(&place)).into());
    }

    let mut random = [0; 16];
    SystemRandom::new().fill(&mut random).map_err(|_| "the system gives no random numbers")?;
    let token = Token::of(random);
    let text =
        settings::with_token(&kept.text, &token.hash(), wanted.only).ok_or_else(|| in_words(odd(&place)))?;
    replace(&place, &kept, &text).map_err(|error| in_words(unwritten(&place, &error)))?;

    let made = Made {
        site: &site,
        title: feed.title.as_deref().unwrap_or(&wanted.name),
        organisation: &partner.organisation,
        outlet: Outlet { name: FeedName::Plain(name), token: Some(token) },
        earlier: partner.tokens.iter().filter(|hash| **hash != TokenHash::nobodys()).count(),
        only: wanted.only,
        is_at_listening: site.base == *listening,
    };
    io::stdout().write_all(made.told(language, &place).as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

/// A token that was just made.
struct Made<'a> {
    site: &'a Site,
    title: &'a str,
    organisation: &'a str,
    outlet: Outlet,
    /// How many there were before.
    earlier: usize,
    /// Whether those are gone.
    only: bool,
    /// Whether nobody said where the site is.
    is_at_listening: bool,
}

impl Made<'_> {
    fn told(&self, language: Language, place: &Path) -> String {
        let Self { site, title, organisation, outlet, .. } = self;
        let head = Text::new(
            format!("Địa chỉ riêng của {organisation} cho nguồn tin “{title}”, chỉ hiện ra một lần này:"),
            format!("The secret addresses of “{title}” for {organisation}, shown this once:"),
        );
        let page = Text::new("Trang đối tác", "Their page");
        let mut lines = vec![(page.in_language(language), site.outlet_page(outlet))];
        lines.extend(Format::ALL.map(|format| (format.label(), site.outlet_url(outlet, format))));
        let widest = lines.iter().map(|(label, _)| label.chars().count()).max().unwrap_or(0);
        let mut told = format!("{}\n\n", head.in_language(language));
        for (label, address) in lines {
            told.push_str(&format!("  {label:widest$}  {address}\n"));
        }
        for what in self.to_do(place) {
            told.push_str(&format!("\n{}\n", what.in_language(language)));
        }
        told
    }

    fn to_do(&self, place: &Path) -> Vec<Text> {
        let (name, place) = (&self.outlet.name, place.display());
        let mut told = vec![Text::new(
            "Hãy gửi địa chỉ trang đối tác cho họ bằng đường riêng: trang ấy có đủ mọi thứ họ cần. Ai có địa chỉ đều đọc được nguồn tin. Máy chủ đang chạy tự nhận mã mới, không cần khởi động lại.",
            "Send them the address of their page in private: everything else is told there. Whoever has it can read the feed. A running server takes the token over by itself.",
        )];
        match (self.earlier, self.only) {
            (0, _) => told.push(Text::new(
                format!("Từ nay nguồn tin này là riêng: địa chỉ công khai /feeds/{name} không còn nữa."),
                format!("From now on the feed is private: its public address /feeds/{name} is no more."),
            )),
            (_, true) => told.push(Text::new(
                "Các địa chỉ cũ của nguồn tin này không còn dùng được nữa.",
                "The earlier addresses of the feed are valid no longer.",
            )),
            (earlier, false) => told.push(Text::new(
                format!("Địa chỉ cũ vẫn dùng được ({earlier}). Khi họ đã chuyển sang địa chỉ mới, hãy xóa các mã cũ khỏi `token` trong {place}; mã mới đứng cuối."),
                format!("The earlier addresses stay valid ({earlier}). Once they use the new one, remove the earlier hashes from `token` in {place}; the new one stands last."),
            )),
        }
        if self.is_at_listening {
            told.push(Text::new(
                "Chưa có `base_url` trong feeds/site.toml, nên các địa chỉ trên bắt đầu bằng địa chỉ máy chủ đang nghe. Hãy ghi `base_url` rồi thay phần đầu cho đúng; mã vẫn giữ nguyên.",
                "There is no `base_url` in feeds/site.toml, so these addresses begin with the one the server listens on. Set `base_url` and begin them with that; the token stays the same.",
            ));
        }
        told
    }
}

fn no_name(name: &str) -> Text {
    Text::new(
        format!(
            "`{name}` không phải tên nguồn tin của một đối tác\n  gợi ý: ghi tên tệp trong feeds/, không có `.toml`, ví dụ `bantin token dai`"
        ),
        format!(
            "`{name}` is not the name of a partner's feed\n  hint: name its file in feeds/ without `.toml`, as in `bantin token partner`"
        ),
    )
}

fn unread(place: &Path, error: &io::Error) -> Text {
    let shown = place.display();
    match error.kind() {
        io::ErrorKind::NotFound => Text::new(
            format!(
                "không có tệp {shown}\n  gợi ý: tạo tệp với phần `[partner]` và dòng `organisation = \"…\"`, hoặc ghi đúng thư mục với --feeds"
            ),
            format!(
                "there is no {shown}\n  hint: write it with a part `[partner]` and a line `organisation = \"…\"`, or name the right folder with --feeds"
            ),
        ),
        _ => Text::new(
            format!(
                "không đọc được {shown}: {error}\n  gợi ý: chạy lệnh này với người dùng có quyền sửa tệp; tệp phải là văn bản UTF-8, không phải liên kết"
            ),
            format!(
                "{shown} cannot be read: {error}\n  hint: run this as a user who may edit it; it has to be text in UTF-8, and no link"
            ),
        ),
    }
}

fn no_agreement(place: &Path) -> Text {
    let place = place.display();
    Text::new(
        format!(
            "{place} không có phần `[partner]`, nên nguồn tin này là của mọi người\n  gợi ý: thêm `[partner]` và dòng `organisation = \"…\"` vào cuối tệp"
        ),
        format!(
            "{place} has no part `[partner]`, so its feed is everybody's\n  hint: add `[partner]` and a line `organisation = \"…\"` at its end"
        ),
    )
}

fn too_many(place: &Path) -> Text {
    let place = place.display();
    Text::new(
        format!(
            "{place} đã có {MOST_TOKENS} mã\n  gợi ý: xóa những mã cũ khỏi `token`, hoặc dùng --only để chỉ giữ mã mới"
        ),
        format!(
            "{place} has {MOST_TOKENS} tokens already\n  hint: remove old ones from `token`, or keep the new one alone with --only"
        ),
    )
}

fn odd(place: &Path) -> Text {
    let place = place.display();
    Text::new(
        format!(
            "không ghi thêm mã vào {place} được mà giữ nguyên phần còn lại\n  gợi ý: viết `[partner]` thành phần riêng, `token` là danh sách các mã trong ngoặc vuông"
        ),
        format!(
            "a token cannot be put into {place} with everything else left as it is\n  hint: write `[partner]` as a part of its own, and `token` as a list in square brackets"
        ),
    )
}

fn unwritten(place: &Path, error: &io::Error) -> Text {
    let place = place.display();
    Text::new(
        format!(
            "không ghi được {place}: {error}; tệp vẫn như cũ\n  gợi ý: chạy lệnh này với người dùng là chủ của tệp"
        ),
        format!(
            "{place} cannot be written: {error}; it is as it was\n  hint: run this as the user who owns it"
        ),
    )
}
