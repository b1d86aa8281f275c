//! What the `[partner]` part of `feeds/NAME.toml` says. Whatever in it cannot be understood makes the whole definition
//! unusable: an agreement is kept as it was written, or not at all.

use super::toml::{OneOrMore, Toml};
use crate::intake::{Moment, moment};
use crate::words::{Language, Partner, Problem, Site, Text, Timestamp, TokenHash, parse_span};
use serde::Deserialize;
use std::time::Duration;
use url::Url;

pub(super) const PARTNER_KEYS: &[&str] =
    &["organisation", "contact", "delay", "from", "until", "source_line", "token", "sites"];

/// The longest that articles may be held back from a partner.
const LONGEST_DELAY: Duration = Duration::from_secs(366 * 86_400);
/// How many secret addresses may lead to one feed at a time.
pub const MOST_TOKENS: usize = 8;
/// How many characters the line below an article may have.
const LONGEST_LINE: usize = 500;
/// How many sites may frame one feed.
const MOST_SITES: usize = 20;

#[derive(Deserialize)]
pub(super) struct WrittenPartner {
    organisation: Option<String>,
    contact: Option<String>,
    delay: Option<String>,
    from: Option<WrittenDay>,
    until: Option<WrittenDay>,
    source_line: Option<WrittenLine>,
    token: Option<OneOrMore>,
    sites: Option<OneOrMore>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum WrittenLine {
    Usual(bool),
    Text(String),
}

/// TOML has dates of its own; people put theirs in quotes.
#[derive(Deserialize)]
#[serde(untagged)]
enum WrittenDay {
    Text(String),
    Date(toml::value::Datetime),
}

impl Toml<'_> {
    pub(super) fn partner(
        &self,
        written: WrittenPartner,
        site: &Site,
        language: Language,
    ) -> Result<Partner, Problem> {
        let WrittenPartner { organisation, contact, delay, from, until, source_line, token, sites } = written;
        let said = |text: String| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let organisation = organisation.and_then(said).ok_or_else(|| {
            self.problem(
                "[partner]",
                Text::new("thỏa thuận không ghi tên đơn vị", "the agreement names no organisation"),
                Text::new(
                    "Hãy thêm dòng `organisation = \"…\"` dưới `[partner]`.",
                    "Add a line `organisation = \"…\"` below `[partner]`.",
                ),
            )
        })?;
        let from = from.map(|day| self.day("from", day, site)).transpose()?.map(|moment| moment.at);
        let until = until.map(|day| self.day("until", day, site)).transpose()?.map(after);
        if let (Some(from), Some(until)) = (from, until)
            && until <= from
        {
            return Err(self.problem(
                "until",
                Text::new("thỏa thuận kết thúc trước khi bắt đầu", "the agreement ends before it begins"),
                Text::new("Hãy sửa `from` hoặc `until`.", "Mend `from` or `until`."),
            ));
        }
        Ok(Partner {
            organisation,
            contact: contact.and_then(said),
            delay: delay.map_or(Ok(Duration::ZERO), |written| self.delay(&written))?,
            from,
            until,
            source_line: match source_line {
                None | Some(WrittenLine::Usual(false)) => None,
                Some(WrittenLine::Usual(true)) => {
                    Some(language.choose("Nguồn: {site}", "Source: {site}").to_owned())
                }
                Some(WrittenLine::Text(text)) => said(text).map(|line| self.source_line(line)).transpose()?,
            },
            tokens: token.map_or(Ok(Vec::new()), |written| self.tokens(written.all()))?,
            sites: self.origins("sites", sites.map_or_else(Vec::new, OneOrMore::all))?,
        })
    }

    /// A line with nothing in braces but what can be put there.
    fn source_line(&self, line: String) -> Result<String, Problem> {
        let mut names = line.split('{').skip(1).filter_map(|part| Some(part.split_once('}')?.0));
        let strange = names.find(|name| !matches!(*name, "site" | "title" | "author"));
        if let Some(strange) = strange {
            return Err(self
                .problem(
                    "source_line",
                    Text::new(
                        format!("không biết điền gì vào `{{{strange}}}`"),
                        format!("nobody knows what goes into `{{{strange}}}`"),
                    ),
                    Text::new(
                        "Dùng được: `{site}` (tên trang), `{title}` (tiêu đề), `{author}` (tác giả).",
                        "These can be used: `{site}`, `{title}` and `{author}`.",
                    ),
                )
                .about(&format!("{{{strange}}}")));
        }
        if line.chars().count() > LONGEST_LINE {
            return Err(self.problem(
                "source_line",
                Text::new(
                    format!("dòng ghi nguồn dài hơn {LONGEST_LINE} ký tự"),
                    format!("the source line has more than {LONGEST_LINE} characters"),
                ),
                Text::new("Hãy viết ngắn lại.", "Make it shorter."),
            ));
        }
        Ok(line)
    }

    fn delay(&self, written: &str) -> Result<Duration, Problem> {
        parse_span(written).filter(|delay| *delay <= LONGEST_DELAY).ok_or_else(|| {
            self.problem(
                "delay",
                Text::new(
                    format!("`{written}` không phải khoảng thời gian đến một năm"),
                    format!("`{written}` is not a length of time of up to a year"),
                ),
                Text::new("Hãy viết như `30m`, `1h` hoặc `2d`.", "Write it like `30m`, `1h` or `2d`."),
            )
            .about(written)
        })
    }

    fn day(&self, key: &str, written: WrittenDay, site: &Site) -> Result<Moment, Problem> {
        let written = match written {
            WrittenDay::Text(text) => text,
            WrittenDay::Date(date) => date.to_string(),
        };
        moment(&written, &site.zone).map_err(|why| {
            let what = match why {
                Some(why) => why,
                None => {
                    Text::new(format!("`{written}` không phải ngày"), format!("`{written}` is not a day"))
                }
            };
            let hint = Text::new(
                "Hãy viết như `31/12/2026` hoặc `2026-12-31`.",
                "Write it like `2026-12-31` or `31/12/2026`.",
            );
            self.problem(key, what, hint).about(&written)
        })
    }

    fn tokens(&self, written: Vec<String>) -> Result<Vec<TokenHash>, Problem> {
        let strange = written.iter().find(|token| TokenHash::parse(token).is_none());
        if let Some(strange) = strange {
            // It may be the secret itself: it is not shown.
            let line = strange.lines().next().unwrap_or("");
            return Err(self
                .problem(
                    "token",
                    Text::new(
                        "mã này không phải dạng đã băm do bantin ghi",
                        "this is not a hash as bantin writes it",
                    ),
                    Text::new(
                        "Đừng ghi mã bí mật vào đây; hãy chạy `bantin token TÊN` để tạo mã và ghi mã băm.",
                        "Do not write the secret here; run `bantin token NAME`, which makes one and writes its hash.",
                    ),
                )
                .about(if line.len() < 8 { line } else { "" }));
        }
        if written.len() > MOST_TOKENS {
            return Err(self.problem(
                "token",
                Text::new(
                    format!("có {} mã; nhiều nhất là {MOST_TOKENS}", written.len()),
                    format!("there are {} tokens; {MOST_TOKENS} at most", written.len()),
                ),
                Text::new("Hãy xóa những mã cũ.", "Remove the old ones."),
            ));
        }
        // Who takes the last one out shuts the feed; it is not everybody's by that.
        if written.is_empty() {
            return Ok(vec![TokenHash::nobodys()]);
        }
        Ok(written.iter().filter_map(|token| TokenHash::parse(token)).collect())
    }

    /// Sites by their origins (RFC 6454), such as `https://doi-tac.example.vn`.
    pub(super) fn origins(&self, key: &str, written: Vec<String>) -> Result<Vec<String>, Problem> {
        let origin = |written: &String| {
            let url = Url::parse(written.trim()).ok()?;
            let is_origin = matches!(url.scheme(), "http" | "https") && matches!(url.path(), "" | "/");
            let is_bare = url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
            // What parts a policy into its rules may stand in a host's name.
            let is_plain = !url.host_str()?.contains([';', ',', '\'', '"']);
            (is_origin && is_bare && is_plain).then(|| url.origin().ascii_serialization())
        };
        if let Some(strange) = written.iter().take(MOST_SITES + 1).find(|site| origin(site).is_none()) {
            return Err(self
                .problem(
                    key,
                    Text::new(
                        format!("`{strange}` không phải địa chỉ của một trang"),
                        format!("`{strange}` is not the address of a site"),
                    ),
                    Text::new(
                        "Hãy viết như `https://doi-tac.example.vn`, không có đường dẫn phía sau.",
                        "Write it like `https://partner.example.org`, with no path behind it.",
                    ),
                )
                .about(strange));
        }
        if written.len() > MOST_SITES {
            return Err(self.problem(
                key,
                Text::new(
                    format!("có {} trang; nhiều nhất là {MOST_SITES}", written.len()),
                    format!("there are {} sites; {MOST_SITES} at most", written.len()),
                ),
                Text::new("Hãy bỏ bớt.", "Name fewer."),
            ));
        }
        Ok(written.iter().filter_map(origin).collect())
    }
}

/// The first instant that a last day does not belong to; of a last moment, that moment.
fn after(last: Moment) -> Timestamp {
    last.next_day.unwrap_or(last.at)
}
