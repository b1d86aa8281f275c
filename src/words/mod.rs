//! The words every room speaks: plain data that refuses nonsense, and nothing that reads a disk, a
//! clock or a network.

mod archive;
mod article;
mod calendar;
mod embed;
mod feed;
mod fetch;
mod fingerprint;
mod manners;
mod markup;
mod media;
mod outlet;
mod partner;
mod path;
mod period;
mod problem;
mod push;
mod query;
mod site;
mod slug;
mod span;
mod text;
mod times;

pub use archive::ArchiveName;
pub use article::{Article, Enclosure, Id, IdSpace, Image, Published, Term, Withdrawal};
pub use calendar::{Day, Month};
pub use embed::{Embed, EmbedOptions, FrameSize, Framed, OEmbedFormat, Theme};
pub use feed::{AnyAll, AnyAllNone, Carrier, Content, Feed, FeedName, Format, Images, Selection};
pub use fetch::LastFetch;
pub use fingerprint::Fingerprint;
pub use manners::Manners;
pub use markup::{Piece, pieces};
pub use media::media_type;
pub use outlet::{Outlet, Token, looks_like_token};
pub use partner::{Partner, Phase, TokenHash};
pub use path::ContentPath;
pub use period::{Length, Period};
pub use problem::{Problem, Severity, hint_label};
pub use push::{Bearing, Delivers, OtherHub, Protocol, Push, Refusal, Signature, Topic};
pub use query::{Matches, Query, is_in_word, marked};
pub use site::{Receipts, Site, WatchMode, path_segment};
pub use slug::Slug;
pub use span::{parse_span, span_in_words};
pub use text::{Language, LanguageTag, Text, clean, fold, is_plain, is_xml_char, push_folded, single_blanks};
pub use times::{Timestamp, Zone};
