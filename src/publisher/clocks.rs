//! The clock on the wall. It is read here and handed in everywhere else.

use crate::words::Timestamp;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The clock on the wall, to the second.
pub fn clock() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    Timestamp::nearest(since.cast_signed())
}

/// The first whole second that is not before this moment: what is counted from it never comes too early.
pub(super) fn next_second() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let begun = u64::from(since.subsec_nanos() > 0);
    Timestamp::nearest((since.as_secs() + begun).cast_signed())
}

/// The same as the clock in nanoseconds since 1970, as the disk counts.
pub(super) fn wall_ns() -> i128 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos().cast_signed())
}

/// How long it is until the clock shows this moment.
pub fn time_until(moment: Timestamp) -> Duration {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Duration::from_secs(moment.seconds().max(0).unsigned_abs()).saturating_sub(now)
}
