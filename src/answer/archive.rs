//! Documents of the archives of feeds (RFC 5005, section 4).

use super::find::Found;
use crate::catalogue::Archived;
use crate::edition::{Edition, Print};
use crate::words::{ArchiveName, FeedName, Format};
use http::StatusCode;

/// What the address of an archive document leads to. That the feed may be seen has been looked at. Behind the first
/// look at a folder there are none until the words of all articles are written down: archives are for ever.
pub(super) fn find(edition: &Edition, name: FeedName, archive: ArchiveName, format: Format) -> Found<'_> {
    let site = edition.site();
    if !edition.is_written() && edition.catalogue().archive(&name, &archive).is_some() {
        return Found::Refused(StatusCode::SERVICE_UNAVAILABLE);
    }
    if let Some(part) = edition.archive_part(&name, &archive) {
        let validators = edition.archive_validators(&name, &part);
        let document = |validators| edition.sheet(Print::Archive(name, archive, format), validators);
        return validators.map_or(Found::Nothing, |validators| Found::document(document(validators)));
    }
    match edition.catalogue().archive(&name, &archive) {
        Some(Archived::InFeed) => Found::Elsewhere(site.feed_url(&name, format)),
        Some(Archived::At(other)) => Found::Elsewhere(site.archive_url(&name, &other, format)),
        Some(Archived::Part(_)) | None => Found::Nothing,
    }
}

/// What `Link` says of an archive document.
pub(super) fn links(edition: &Edition, name: &FeedName, archive: &ArchiveName, format: Format) -> String {
    let site = edition.site();
    let at = |archive: &ArchiveName| site.archive_url(name, archive, format);
    let part = edition.archive_part(name, archive);
    let (previous, next) = part.map_or((None, None), |part| (part.previous, part.next));
    let relatives = [
        ("self", Some(at(archive))),
        ("current", Some(site.feed_url(name, format))),
        ("prev-archive", previous.as_ref().map(at)),
        ("next-archive", next.as_ref().map(at)),
    ];
    let links = relatives.into_iter().filter_map(|(rel, url)| {
        Some(format!("<{}>; rel=\"{rel}\"; type=\"{}\"", url?, format.media_type()))
    });
    links.collect::<Vec<_>>().join(", ")
}
