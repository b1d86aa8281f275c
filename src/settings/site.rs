//! What `feeds/site.toml` says.

use super::push::WrittenPush;
use super::toml::{OneOrMore, Toml};
use super::{Remarked, SITE_FILE, file_path};
use crate::words::{Language, LanguageTag, Problem, Receipts, Site, Term, Text, Zone};
use serde::Deserialize;
use std::collections::BTreeMap;
use url::Url;

/// What flags and environment say over `site.toml`.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// Where public addresses begin.
    pub base_url: Option<String>,
    /// The IANA name of the site's time zone.
    pub time_zone: Option<String>,
}

/// How many articles a document carries when nobody asks.
const USUAL_LIMIT: usize = 50;
/// Up to how many changed words make an edit minor when nobody says otherwise.
const USUAL_MINOR_WORDS: u32 = 5;
/// For how many days withdrawn articles are named when nobody says otherwise.
const USUAL_WITHDRAWN_DAYS: u32 = 90;
const SITE_KEYS: &[&str] = &[
    "title",
    "description",
    "base_url",
    "id",
    "language",
    "time_zone",
    "default_category",
    "copyright",
    "licence",
    "image",
    "limit",
    "max_age",
    "minor_words",
    "withdrawn_days",
    "ignore",
    "watch",
    "accept_loss_after",
    "receipts",
    "embed_sites",
    "hubs",
    "hub_delivers",
    "hub_signature",
    "hub_signature_for",
    "rss_cloud",
    "delta",
    "delta_not_for",
    "refetches",
    "refetches_not_for",
    "round_ups",
];

#[derive(Default, Deserialize)]
struct WrittenSite {
    title: Option<String>,
    description: Option<String>,
    base_url: Option<String>,
    id: Option<String>,
    language: Option<String>,
    time_zone: Option<String>,
    default_category: Option<String>,
    copyright: Option<String>,
    licence: Option<String>,
    image: Option<String>,
    limit: Option<usize>,
    max_age: Option<u32>,
    minor_words: Option<u32>,
    withdrawn_days: Option<u32>,
    #[serde(default)]
    ignore: Vec<String>,
    watch: Option<String>,
    accept_loss_after: Option<String>,
    receipts: Option<toml::Value>,
    embed_sites: Option<OneOrMore>,
    hubs: Option<OneOrMore>,
    hub_delivers: Option<String>,
    hub_signature: Option<String>,
    hub_signature_for: Option<BTreeMap<String, String>>,
    rss_cloud: Option<bool>,
    delta: Option<bool>,
    delta_not_for: Option<OneOrMore>,
    round_ups: Option<toml::Value>,
    refetches: Option<toml::Value>,
    refetches_not_for: Option<OneOrMore>,
}

/// Reads `site.toml` (empty text when there is none). `listening` is the address used when nobody names a base.
///
/// # Errors
/// The one problem that makes the settings unusable; the caller keeps the last good ones.
pub fn site(text: &str, overrides: &Overrides, listening: &Url) -> Result<Remarked<Site>, Problem> {
    read_site(text, overrides, listening).map_err(Problem::as_error)
}

fn read_site(text: &str, overrides: &Overrides, listening: &Url) -> Result<Remarked<Site>, Problem> {
    let file = Toml { path: file_path(SITE_FILE), text };
    let mut remarks = file.unknown_keys(SITE_KEYS, |key| match key {
        "hub_signature_for" => None, // names of hosts
        _ => Some(&[]),
    });
    let written: WrittenSite = file.parse()?;

    let language = match &written.language {
        Some(tag) => file.language(tag)?,
        None => LanguageTag::parse("vi").expect("vi is a language"),
    };
    let zone_name =
        overrides.time_zone.as_deref().or(written.time_zone.as_deref()).unwrap_or("Asia/Ho_Chi_Minh");
    let zone = Zone::named(zone_name).filter(|zone| zone.name().is_some()).ok_or_else(|| {
        file.problem(
            "time_zone",
            Text::new(
                format!("không có múi giờ nào tên `{zone_name}`"),
                format!("there is no time zone called `{zone_name}`"),
            ),
            Text::new("Hãy viết theo kiểu `Asia/Ho_Chi_Minh`.", "Write it like `Asia/Ho_Chi_Minh`."),
        )
        .about(zone_name)
    })?;
    let asked_base = overrides.base_url.as_deref().or(written.base_url.as_deref());
    let base = match asked_base {
        Some(written) => file.base(written)?,
        None => listening.clone(),
    };
    let label = written.default_category.as_deref().unwrap_or(match language.interface() {
        Language::Vi => "Tin tức",
        Language::En => "News",
    });
    let default_category = Term::parse(label).ok_or_else(|| {
        file.problem(
            "default_category",
            Text::new(
                format!("`{label}` không dùng làm chuyên mục được"),
                format!("`{label}` cannot be a category"),
            ),
            Text::new("Hãy dùng ít nhất một chữ cái hoặc chữ số.", "Use at least one letter or digit."),
        )
        .about(label)
    })?;
    let image = written.image.as_deref().map(|image| file.address(&base, "image", image)).transpose()?;
    let licence = written.licence.as_deref().map(|licence| file.licence(&base, licence)).transpose()?;
    let (limit, remark) = file.limit(written.limit.unwrap_or(USUAL_LIMIT));
    remarks.extend(remark);
    let (watch, remark) = file.watch_mode(written.watch.as_deref());
    remarks.extend(remark);
    let (accept_loss_after, remark) = file.accept_loss_after(written.accept_loss_after.as_deref());
    remarks.extend(remark);
    let (manners, remark) = file.manners(written.refetches, written.refetches_not_for)?;
    remarks.extend(remark);

    let title = written.title.unwrap_or_else(|| "bantin".to_owned());
    // Ids must not change with http becoming https, nor with the port a test listens on.
    let id = written.id.unwrap_or_else(|| match asked_base {
        Some(_) => format!("{}{}", base.host_str().unwrap_or(""), base.path().trim_end_matches('/')),
        None => "bantin".to_owned(),
    });
    let site = Site {
        description: written.description.unwrap_or_else(|| title.clone()),
        title,
        base,
        id,
        language,
        zone,
        default_category,
        copyright: written.copyright,
        licence,
        image,
        limit,
        max_age: written.max_age.unwrap_or(0),
        minor_words: written.minor_words.unwrap_or(USUAL_MINOR_WORDS),
        withdrawn_days: written.withdrawn_days.unwrap_or(USUAL_WITHDRAWN_DAYS),
        ignore: written.ignore,
        watch,
        accept_loss_after,
        receipts: file.receipts(written.receipts)?,
        embed_sites: file
            .origins("embed_sites", written.embed_sites.map_or_else(Vec::new, OneOrMore::all))?,
        push: file.push(WrittenPush {
            hubs: written.hubs,
            hub_delivers: written.hub_delivers,
            hub_signature: written.hub_signature,
            hub_signature_for: written.hub_signature_for,
            rss_cloud: written.rss_cloud,
            delta: written.delta,
            delta_not_for: written.delta_not_for,
        })?,
        round_ups: file.round_ups(written.round_ups)?,
        manners,
    };
    Ok((site, remarks))
}

impl Toml<'_> {
    fn base(&self, written: &str) -> Result<Url, Problem> {
        base_url(written).ok_or_else(|| {
            self.problem(
                "base_url",
                Text::new(
                    format!("`{written}` không phải địa chỉ trang"),
                    format!("`{written}` is not a site's address"),
                ),
                Text::new(
                    "Hãy viết như `https://tin.example.vn/`.",
                    "Write it like `https://news.example.org/`.",
                ),
            )
            .about(written)
        })
    }

    fn receipts(&self, written: Option<toml::Value>) -> Result<Receipts, Problem> {
        match written {
            None | Some(toml::Value::Boolean(true)) => Ok(Receipts::Within),
            Some(toml::Value::Boolean(false)) => Ok(Receipts::Off),
            Some(toml::Value::String(folder)) if !folder.trim().is_empty() => Ok(Receipts::At(folder)),
            Some(_) => Err(self.problem(
                "receipts",
                Text::new("không hiểu phiếu báo phải đặt ở đâu", "this does not say where receipts go"),
                Text::new(
                    "Hãy viết `true`, `false`, hoặc đường dẫn của một thư mục trong dấu ngoặc kép.",
                    "Write `true`, `false`, or the path of a folder in double quotes.",
                ),
            )),
        }
    }
}

/// The line of a `site.toml` that names the language, or nothing: all that is taken from one that cannot be read.
pub fn language_line(text: &str) -> &str {
    let names_language = |line: &&str| {
        let value = line.strip_prefix("language").and_then(|rest| rest.trim_start().strip_prefix('='));
        value.is_some_and(|value| LanguageTag::parse(value.trim().trim_matches('"')).is_some())
    };
    text.lines().find(names_language).unwrap_or("")
}

/// Reads the address a site begins at: http or https, with a host, without query; ends with `/`.
pub fn base_url(written: &str) -> Option<Url> {
    let mut url = Url::parse(written.trim()).ok()?;
    let sound = matches!(url.scheme(), "http" | "https") && url.host_str().is_some();
    if !sound || url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() {
        return None;
    }
    if !url.path().ends_with('/') {
        let path = format!("{}/", url.path());
        url.set_path(&path);
    }
    Some(url)
}
