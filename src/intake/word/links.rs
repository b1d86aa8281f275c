//! Where links in Word files lead.

use std::rc::Rc;
use url::Url;

/// An address that readers may be led to.
pub(super) fn welcome(address: &str, place: Option<&str>) -> Option<Rc<str>> {
    let address = address.trim();
    let mut url = Url::parse(address).ok()?;
    if !matches!(url.scheme(), "http" | "https" | "mailto" | "tel") {
        return None;
    }
    match place.filter(|place| !place.is_empty()) {
        Some(place) => {
            url.set_fragment(Some(place));
            Some(url.as_str().into())
        }
        None => Some(address.into()),
    }
}
