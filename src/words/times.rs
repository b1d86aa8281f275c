use jiff::civil;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::num::NonZeroU64;

/// An instant, in whole seconds since 1970-01-01T00:00:00Z, between the years 1900 and 2199.
///
/// Feeds, HTTP dates and an office's date lines know no finer time.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "i64", into = "i64")]
pub struct Timestamp(
    /// Counted from just before the earliest, so that an instant that may be missing takes no more memory than one.
    NonZeroU64,
);

/// 1900-01-01T00:00:00Z.
const EARLIEST: i64 = -2_208_988_800;
/// 2199-12-31T23:59:59Z.
const LATEST: i64 = 7_258_118_399;

impl Timestamp {
    /// `None` outside 1900 to 2199, where only mistakes live.
    pub fn from_seconds(seconds: i64) -> Option<Self> {
        (EARLIEST..=LATEST).contains(&seconds).then(|| Self::nearest(seconds))
    }

    /// The nearest instant a timestamp knows.
    pub fn nearest(seconds: i64) -> Self {
        let since = seconds.clamp(EARLIEST, LATEST).abs_diff(EARLIEST);
        Self(NonZeroU64::MIN.saturating_add(since))
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    pub fn seconds(self) -> i64 {
        EARLIEST + (self.0.get() - 1).cast_signed()
    }

    /// This much later, staying within the years a timestamp knows.
    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self::nearest(self.seconds().saturating_add(seconds))
    }

    /// The fixed-length form HTTP headers use (RFC 9110, section 5.6.7). HTTP knows no time before 1970.
    pub fn http_date(self) -> String {
        let since_1970 = std::time::Duration::from_secs(self.seconds().max(0).unsigned_abs());
        httpdate::fmt_http_date(std::time::UNIX_EPOCH + since_1970)
    }
}

impl From<i64> for Timestamp {
    fn from(seconds: i64) -> Self {
        Self::nearest(seconds)
    }
}

impl From<Timestamp> for i64 {
    fn from(at: Timestamp) -> Self {
        at.seconds()
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Timestamp").field(&self.seconds()).finish()
    }
}

/// A time zone: where a date without one is read, and where dates are printed.
#[derive(Clone, Debug, PartialEq)]
pub struct Zone(TimeZone);

impl Zone {
    /// A zone by its IANA name, such as `Asia/Ho_Chi_Minh`.
    pub fn named(name: &str) -> Option<Self> {
        TimeZone::get(name).ok().map(Self)
    }

    /// A fixed distance from UTC, in minutes east; `None` beyond 14 hours.
    pub fn fixed(minutes_east: i32) -> Option<Self> {
        if minutes_east.abs() > 14 * 60 {
            return None;
        }
        jiff::tz::Offset::from_seconds(minutes_east * 60).ok().map(|offset| Self(TimeZone::fixed(offset)))
    }

    /// The IANA name where it has one.
    pub fn name(&self) -> Option<&str> {
        self.0.iana_name()
    }

    /// The instant at which clocks in this zone show this. A time that a change to summer time leaves out
    /// or repeats is read as if the clock had not been changed yet. `None` for a day or hour that cannot be.
    pub fn at(&self, date: (i16, i8, i8), time: (i8, i8, i8)) -> Option<Timestamp> {
        let day = civil::Date::new(date.0, date.1, date.2).ok()?;
        let hour = civil::Time::new(time.0, time.1, time.2, 0).ok()?;
        let zoned = self.0.to_ambiguous_timestamp(day.to_datetime(hour)).compatible().ok()?;
        Timestamp::from_seconds(zoned.as_second())
    }

    /// The first instant of the day after the one that this instant belongs to.
    pub fn next_midnight(&self, at: Timestamp) -> Timestamp {
        let instant = jiff::Timestamp::from_second(at.seconds()).expect("a Timestamp is one that jiff knows");
        let day = self.0.to_datetime(instant).date();
        let midnight = day.tomorrow().ok().and_then(|day| {
            self.0.to_ambiguous_timestamp(day.to_datetime(civil::Time::midnight())).compatible().ok()
        });
        midnight.map_or(at, |midnight| Timestamp::nearest(midnight.as_second()))
    }

    /// Year, month and day of an instant.
    pub fn date(&self, at: Timestamp) -> (i16, i8, i8) {
        let instant = jiff::Timestamp::from_second(at.seconds()).expect("a Timestamp is one that jiff knows");
        let day = self.0.to_datetime(instant).date();
        (day.year(), day.month(), day.day())
    }

    /// RFC 3339, as Atom and JSON Feed write it: `2019-07-10T16:27:00+07:00`.
    pub fn rfc3339(&self, at: Timestamp) -> String {
        self.format(at, "%Y-%m-%dT%H:%M:%S%:z")
    }

    /// RFC 822 with a four-digit year, as RSS writes it: `Wed, 10 Jul 2019 16:27:00 +0700`.
    pub fn rfc822(&self, at: Timestamp) -> String {
        self.format(at, "%a, %d %b %Y %H:%M:%S %z")
    }

    /// Whether a day begins at this instant.
    pub fn is_midnight(&self, at: Timestamp) -> bool {
        self.next_midnight(at.plus_seconds(-1)) == at
    }

    /// As a Vietnamese office writes it: `10/07/2019 16:27`.
    pub fn day_first(&self, at: Timestamp) -> String {
        self.format(at, "%d/%m/%Y %H:%M")
    }

    /// As an English reader meets it: `10 July 2019, 16:27`.
    pub fn month_named(&self, at: Timestamp) -> String {
        self.format(at, "%-d %B %Y, %H:%M")
    }

    /// The day alone, as a Vietnamese office writes it: `10/07/2019`.
    pub fn day_in_figures(&self, at: Timestamp) -> String {
        self.format(at, "%d/%m/%Y")
    }

    /// The day alone, as an English reader meets it: `10 July 2019`.
    pub fn day_in_words(&self, at: Timestamp) -> String {
        self.format(at, "%-d %B %Y")
    }

    fn format(&self, at: Timestamp, pattern: &str) -> String {
        let instant = jiff::Timestamp::from_second(at.seconds())
            .expect("a Timestamp lies within 1900 and 2199, which jiff knows");
        let offset = self.0.to_offset(instant);
        // Until 1911 clocks in Vietnam were at +07:06:30; no feed format can say the seconds of that.
        let whole = jiff::tz::Offset::from_seconds(offset.seconds() - offset.seconds() % 60)
            .expect("nearer to zero than an offset jiff gave");
        instant.to_zoned_datetime(TimeZone::fixed(whole)).strftime(pattern).to_string()
    }
}
