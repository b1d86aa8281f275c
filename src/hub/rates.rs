use crate::words::Timestamp;
use std::collections::HashMap;
use std::hash::Hash;

/// How many are counted at once. Of those who asked little and long ago nothing is remembered.
const MOST_COUNTED: usize = 20_000;

/// How often each of many may do something: so often at once, and once more after each interval.
#[derive(Debug)]
pub(super) struct Rates<Key> {
    burst: i64,
    interval: i64,
    /// When each will have all of its burst again.
    whole_at: HashMap<Key, i64>,
}

impl<Key: Eq + Hash> Rates<Key> {
    pub(super) fn new((burst, interval): (u32, i64)) -> Self {
        Self { burst: i64::from(burst), interval, whole_at: HashMap::new() }
    }

    /// Counts one. It is refused when that is too much: in how many seconds it will not be.
    pub(super) fn count(&mut self, key: Key, now: Timestamp) -> Result<(), i64> {
        let now = now.seconds();
        if self.whole_at.len() >= MOST_COUNTED && !self.whole_at.contains_key(&key) {
            self.whole_at.retain(|_, whole_at| *whole_at > now);
            if self.whole_at.len() >= MOST_COUNTED {
                return Err(self.interval);
            }
        }
        let all = self.burst * self.interval;
        let whole_at = self.whole_at.entry(key).or_insert(now);
        // A clock that was set back must not shut anybody out.
        let is_sound = (now..=now + all).contains(whole_at);
        let next = self.interval + if is_sound { *whole_at } else { now };
        if next > now + all {
            return Err(next - now - all);
        }
        *whole_at = next;
        Ok(())
    }
}
