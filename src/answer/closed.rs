//! The answer in place of a feed whose agreement does not hold.

use super::route::Within;
use super::small::{framed, nothing, small_page};
use super::{Answer, head};
use crate::edition::Edition;
use crate::render::{embed, pages};
use crate::words::{Outlet, Phase, Site, Timestamp};
use http::StatusCode;

/// A feed that is not to be had at a moment.
pub(super) struct Closed {
    status: StatusCode,
    /// When it will be, or was.
    at: Timestamp,
    is_private: bool,
}

impl Closed {
    /// Whether a feed is not to be had at this moment.
    pub(super) fn at(edition: &Edition, outlet: &Outlet, now: Timestamp) -> Option<Self> {
        let (status, at) = match edition.catalogue().phase(&outlet.name, now) {
            Phase::Running => return None,
            Phase::ToCome(from) => (StatusCode::NOT_FOUND, from),
            Phase::Over(until) => (StatusCode::GONE, until),
        };
        Some(Self { status, at, is_private: outlet.token.is_some() })
    }

    /// What whoever asks for it is told.
    pub(super) fn answer(&self, site: &Site, within: Within) -> Answer {
        let said = match self.status {
            StatusCode::NOT_FOUND => pages::to_come(site, self.at),
            _ => pages::over(site, self.at),
        };
        let mut answer = match within {
            Within::Window => small_page(site, self.status, pages::told(site, self.status.as_u16(), &said)),
            Within::Frame => framed(site, self.status, embed::told(site, &said)),
            Within::Page => small_page(site, self.status, nothing(self.status)),
        };
        if self.is_private {
            head::of_private(&mut answer.headers);
        }
        answer
    }
}
