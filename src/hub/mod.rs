//! Those who want to be told of changes: whom to tell of what, and when.

mod fetchers;
mod others;

pub use fetchers::Fetcher;
pub use others::{Others, Ping};
