//! What a client would rather have (RFC 7240).

use super::values;
use http::{HeaderMap, HeaderName};

pub(super) const PREFER: HeaderName = HeaderName::from_static("prefer");

/// For how many seconds a client would rather wait than be told that there is nothing new; `None` when it does not say.
pub(super) fn wait(headers: &HeaderMap) -> Option<u32> {
    let written = values(headers, PREFER).flat_map(|value| split(value.as_bytes(), b','));
    // Of several the first alone counts (section 2), also one that makes no sense.
    let preference =
        written.map(Preference::read).find(|preference| preference.name.eq_ignore_ascii_case(b"wait"))?;
    let digits = preference.value;
    let is_number = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    // A number that is too large to be one stands for the largest (RFC 9110, section 10.2.3 on such seconds).
    let seconds = |digits: &[u8]| {
        let digit =
            |number: u32, digit: &u8| number.saturating_mul(10).saturating_add(u32::from(digit - b'0'));
        digits.iter().fold(0, digit)
    };
    is_number.then(|| seconds(digits))
}

/// A name and what it is set to: empty where it is set to nothing. Parameters are passed over.
struct Preference<'a> {
    name: &'a [u8],
    value: &'a [u8],
}

impl<'a> Preference<'a> {
    fn read(written: &'a [u8]) -> Self {
        let without_parameters = split(written, b';').next().unwrap_or(written);
        let (name, value) = match without_parameters.iter().position(|byte| *byte == b'=') {
            Some(equals) => (&without_parameters[..equals], &without_parameters[equals + 1..]),
            None => (without_parameters, &[][..]),
        };
        let value = value.trim_ascii();
        let unquoted = value.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\""));
        Self { name: name.trim_ascii(), value: unquoted.unwrap_or(value) }
    }
}

/// The members of a list, whose quoted strings may have anything in them.
fn split(written: &[u8], separator: u8) -> impl Iterator<Item = &[u8]> {
    let (mut is_quoted, mut is_escaped) = (false, false);
    written.split(move |byte| {
        if std::mem::take(&mut is_escaped) {
            return false;
        }
        match byte {
            b'\\' if is_quoted => is_escaped = true,
            b'"' => is_quoted = !is_quoted,
            _ => {}
        }
        !is_quoted && *byte == separator
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    #[test]
    fn the_wait_is_the_first_there_is_however_it_is_written() {
        let table: &[(&[&'static str], Option<u32>)] = &[
            (&[], None),
            (&["wait=50"], Some(50)),
            (&["WAIT=50"], Some(50)),
            (&["wait = 50"], Some(50)),
            (&["wait=\"50\""], Some(50)),
            (&["wait=0"], Some(0)),
            (&["wait=007"], Some(7)),
            (&["wait=99999999999999"], Some(u32::MAX)),
            (&["respond-async, wait=50"], Some(50)),
            (&["respond-async,wait=50,return=minimal"], Some(50)),
            (&["respond-async", "wait=50"], Some(50)),
            (&["wait=50", "wait=10"], Some(50)),
            (&["wait=50, wait=10"], Some(50)),
            (&["wait=soon, wait=10"], None),
            (&["wait, wait=10"], None),
            (&["wait=\"\", wait=10"], None),
            (&["wait=50; a=b; c"], Some(50)),
            (&["foo; wait=50"], None),
            (&["foo=\"a, wait=9\"; bar=\"x; y\", wait=50"], Some(50)),
            (&["foo=\"a\\\", wait=9\", wait=50"], Some(50)),
            (&["foo=\"not ended, wait=50"], None),
            (&[" , ,wait=50"], Some(50)),
            (&["wait=-5"], None),
            (&["wait=5.5"], None),
            (&["wait=5s"], None),
            (&["await=50"], None),
            (&["=50"], None),
            (&[""], None),
        ];
        for (fields, expected) in table {
            let mut headers = HeaderMap::new();
            fields.iter().for_each(|value| {
                headers.append(PREFER, HeaderValue::from_static(value));
            });
            assert_eq!(wait(&headers), *expected, "{fields:?}");
        }
    }
}
