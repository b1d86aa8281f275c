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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_at_once_and_then_one_after_each_interval() {
        let mut rates = Rates::new((3, 10));
        let at = |seconds: i64| Timestamp::nearest(1_800_000_000 + seconds);
        let table = [
            (0, Ok(())),
            (0, Ok(())),
            (0, Ok(())),
            (0, Err(10)),
            (4, Err(6)),
            (10, Ok(())),
            (19, Err(1)),
            (1000, Ok(())),
            (1000, Ok(())),
            (1000, Ok(())),
            (1000, Err(10)),
            // The clock was wrong.
            (0, Ok(())),
        ];
        for (second, expected) in table {
            assert_eq!(rates.count("a", at(second)), expected, "{second}");
        }
        assert_eq!(rates.count("b", at(0)), Ok(()));
    }

    #[test]
    fn only_so_many_are_remembered_and_not_for_ever() {
        let mut rates = Rates::new((1, 10));
        let now = Timestamp::nearest(1_800_000_000);
        (0..MOST_COUNTED).for_each(|key| assert_eq!(rates.count(key, now), Ok(())));
        assert_eq!(rates.count(MOST_COUNTED, now), Err(10));
        assert_eq!(rates.count(MOST_COUNTED, now.plus_seconds(10)), Ok(()));
        assert_eq!(rates.whole_at.len(), 1);
    }
}
