//! How often a folder is walked through that tells of nothing.

use std::time::Duration;

/// The shortest and, unless a walk itself takes long, the longest rest between two walks.
pub const SHORTEST: Duration = Duration::from_secs(1);
pub const LONGEST: Duration = Duration::from_secs(30);
/// Of ten parts of the time a walk takes one at most.
const REST: u32 = 9;
const MINUTE: u64 = 60;

/// How long to rest after a walk that took so long, when nothing has changed for so long. What a walk costs decides: every
/// quiet minute adds as much rest again, so that a small folder is looked at nearly as often as ever, and a great one on
/// a slow server hardly burdens it.
pub fn rest_after(took: Duration, quiet: Duration) -> Duration {
    let least = took.saturating_mul(REST);
    let minutes = u32::try_from(quiet.as_secs() / MINUTE).unwrap_or(u32::MAX);
    let wanted = least.saturating_mul(minutes.saturating_add(1));
    wanted.clamp(SHORTEST.max(least), LONGEST.max(least))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rest_grows_with_what_a_walk_costs_and_with_quiet() {
        let table = [
            // walk ms, quiet s, rest ms
            (5, 0, 1000),
            (5, 1200, 1000),
            (5, 86_400, 30_000),
            (100, 0, 1000),
            (100, 60, 1800),
            (100, 600, 9900),
            (1000, 0, 9000),
            (1000, 59, 9000),
            (1000, 60, 18_000),
            (1000, 600, 30_000),
            (20_000, 0, 180_000),
            (20_000, 86_400, 180_000),
        ];
        for (took, quiet, rest) in table {
            let found = rest_after(Duration::from_millis(took), Duration::from_secs(quiet));
            assert_eq!(found, Duration::from_millis(rest), "{took} ms, quiet for {quiet} s");
        }
    }
}
