//! Which part of a file a client wants (RFC 9110, section 14).

use std::ops::Range;

/// What a `Range` header comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Everything: no range, one that cannot be read, or more than one.
    Whole,
    /// One part.
    Part(Range<u64>),
    /// A part that is not there.
    Beyond,
}

/// Reads a `Range` header for a file of `length` bytes. Several ranges get the whole file, which section 14.2
/// allows, so that many small overlapping ones cost nothing.
pub fn wanted(header: &str, length: u64) -> Wanted {
    let Some((unit, set)) = header.split_once('=') else { return Wanted::Whole };
    if !unit.trim().eq_ignore_ascii_case("bytes") || set.contains(',') {
        return Wanted::Whole;
    }
    let Some((first, last)) = set.trim().split_once('-') else { return Wanted::Whole };
    match (number(first), number(last)) {
        (None, Some(suffix)) if first.is_empty() => match suffix {
            0 => Wanted::Beyond,
            _ if length == 0 => Wanted::Beyond,
            _ => Wanted::Part(length.saturating_sub(suffix)..length),
        },
        (Some(first), _) if last.is_empty() => match first < length {
            true => Wanted::Part(first..length),
            false => Wanted::Beyond,
        },
        (Some(first), Some(last)) if first <= last => match first < length {
            true => Wanted::Part(first..last.saturating_add(1).min(length)),
            false => Wanted::Beyond,
        },
        _ => Wanted::Whole,
    }
}

/// Digits only; a number too large for 64 bits is as large as they get.
fn number(digits: &str) -> Option<u64> {
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    Some(digits.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_range_is_a_part_and_anything_odd_the_whole() {
        let table = [
            ("bytes=0-3", Wanted::Part(0..4)),
            ("bytes=4-", Wanted::Part(4..10)),
            ("bytes=-3", Wanted::Part(7..10)),
            ("bytes=-30", Wanted::Part(0..10)),
            ("bytes=8-99999999999999999999999", Wanted::Part(8..10)),
            ("Bytes=0-0", Wanted::Part(0..1)),
            ("bytes=10-", Wanted::Beyond),
            ("bytes=-0", Wanted::Beyond),
            ("bytes=3-2", Wanted::Whole),
            ("bytes=0-1,3-4", Wanted::Whole),
            ("bytes=", Wanted::Whole),
            ("bytes=-", Wanted::Whole),
            ("bytes=a-b", Wanted::Whole),
            ("bytes=--3", Wanted::Whole),
            ("lines=1-2", Wanted::Whole),
            ("0-3", Wanted::Whole),
        ];
        for (header, expected) in table {
            assert_eq!(wanted(header, 10), expected, "{header}");
        }
        assert_eq!(wanted("bytes=0-", 0), Wanted::Beyond);
    }
}
