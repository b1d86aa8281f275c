//! What `feeds/site.toml` and `feeds/NAME.toml` say: text in, a [`Site`](crate::words::Site) and feed definitions out,
//! the gaps filled, and a problem for every key that means nothing.

mod feed;
mod manners;
mod partner;
mod push;
mod round_ups;
mod safekeeping;
mod site;
mod token;
mod toml;
mod words;

#[cfg(test)]
mod tests;

pub use feed::{FeedDefinition, feed};
pub use partner::MOST_TOKENS;
pub use site::{Overrides, base_url, language_line, site};
pub use token::{tokens_of_two, with_token};

use crate::words::{ContentPath, Problem};
use std::path::Path;

/// Something read, and what could be better about it.
pub type Remarked<T> = (T, Vec<Problem>);

/// The file that says what the site is.
pub const SITE_FILE: &str = "site.toml";

/// A settings file's name as problems show it.
pub fn file_path(file_name: &str) -> ContentPath {
    let path = Path::new("feeds").join(file_name);
    ContentPath::new(&path).expect("a file name below feeds/ is a relative path")
}
