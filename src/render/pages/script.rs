use super::style;
use std::sync::LazyLock;

/// The one script of pages. It shows the buttons of `templates/copy.html` and copies what stands in the element that
/// such a button names: by `navigator.clipboard`, which browsers give to pages of HTTPS only, or else by selecting it,
/// which is left selected when even that copies nothing. And it lets the keyboard reach what is too wide for the window,
/// where the browser does not by itself. On pages of feeds it shows what options come to as soon as they are chosen.
pub const SCRIPT: &str = concat!(include_str!("script.js"), include_str!("../embed/using.js"));

/// The script as a content security policy names it.
pub fn source() -> &'static str {
    static SOURCE: LazyLock<String> = LazyLock::new(|| style::source_of(SCRIPT));
    &SOURCE
}
