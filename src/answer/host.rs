//! What a request says it is sent to.

use super::values;
use http::request::Parts;
use http::{Version, header};

/// HTTP/1.1 wants exactly one `Host`, and it has to be one (RFC 9112, section 3.2). What it says is not used:
/// addresses come from the settings.
pub(super) fn has_sound_host(request: &Parts) -> bool {
    if request.version != Version::HTTP_11 {
        return true;
    }
    let mut hosts = values(&request.headers, header::HOST);
    match (hosts.next(), hosts.next()) {
        (Some(host), None) => {
            is_plain_authority(host.as_bytes()) || host.to_str().is_ok_and(is_sound_authority)
        }
        _ => false,
    }
}

/// Whether this is a sound authority of the kind that is written as a rule, with a name or an IPv4 address. Reading it as
/// any authority takes 1,000 instructions, a twelfth of what a whole answer does.
fn is_plain_authority(written: &[u8]) -> bool {
    let is_of_names = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
    let end = written.iter().position(|byte| !is_of_names(byte)).unwrap_or(written.len());
    match written.split_at(end) {
        ([_, ..], []) => true,
        ([_, ..], [b':', port @ ..]) => is_port(port),
        _ => false,
    }
}

fn is_port(digits: &[u8]) -> bool {
    let number = digits.iter().try_fold(0u16, |number, digit| {
        let digit = digit.is_ascii_digit().then(|| u16::from(digit - b'0'))?;
        number.checked_mul(10)?.checked_add(digit)
    });
    number.is_some()
}

/// A host and perhaps a port, without a user; empty where a target has none (RFC 9112, section 3.2).
fn is_sound_authority(written: &str) -> bool {
    if written.is_empty() {
        return true;
    }
    let Ok(authority) = written.parse::<http::uri::Authority>() else { return false };
    let port = written.strip_prefix(authority.host()).unwrap_or("");
    !written.contains('@') && is_port(port.strip_prefix(':').unwrap_or(port).as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_plain_is_sound(written in "[a-zA-Z0-9.:@_-]{0,8}(:[0-9]{0,6})?") {
            prop_assert!(!is_plain_authority(written.as_bytes()) || is_sound_authority(&written), "{written}");
        }
    }

    #[test]
    fn a_host_is_a_name_or_an_address_and_perhaps_a_port() {
        for sound in
            ["", "a", "tin.example.vn", "127.0.0.1:36139", "a:", "a:080", "[::1]", "[::1]:8080", "a_b"]
        {
            assert!(is_sound_authority(sound), "{sound}");
        }
        for odd in ["a b", "u@a", "a:65536", "a:8x", "a:+8", "a/b"] {
            assert!(!is_plain_authority(odd.as_bytes()) && !is_sound_authority(odd), "{odd}");
        }
        assert!(is_plain_authority(b"tin.example.vn") && is_plain_authority(b"127.0.0.1:36139"));
    }
}
