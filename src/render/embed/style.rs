use crate::render::pages::style::source_of;
use crate::words::Site;
use std::sync::LazyLock;

/// The style of pages for frames.
pub const STYLE: &str = include_str!("style.css");

/// Their script, without which they work just as well: it tells the page around how tall they are, in words that
/// WordPress understands, too. WordPress shuts the frame off from opening windows, and opens links itself when told.
pub const SCRIPT: &str = include_str!("script.js");

static SOURCES: LazyLock<[String; 2]> = LazyLock::new(|| [STYLE, SCRIPT].map(source_of));

/// The value of Content-Security-Policy for a page that stands in frames on these sites, or on any.
pub fn frame_policy(site: &Site, sites: Option<&[String]>) -> String {
    let [style, script] = &*SOURCES;
    let origin = site.origin();
    let ancestors = match sites {
        None => "*".to_owned(),
        // The site's own pages show what an embed looks like.
        Some(sites) => ["'self'", &origin]
            .into_iter()
            .chain(sites.iter().map(String::as_str))
            .collect::<Vec<_>>()
            .join(" "),
    };
    format!(
        "default-src 'none'; style-src {style}; script-src {script}; img-src 'self' {origin}; form-action 'none'; \
         base-uri 'none'; frame-ancestors {ancestors}"
    )
}

/// The same for a piece of HTML, should a browser be led to it alone.
pub fn fragment_policy(site: &Site) -> String {
    let origin = site.origin();
    format!(
        "default-src 'none'; img-src 'self' {origin}; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
    )
}
