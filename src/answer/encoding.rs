//! Which packing a client takes (RFC 9110, section 12.5.3).

use crate::edition::Encoding;
use http::HeaderMap;
use http::header::ACCEPT_ENCODING;

/// What a client said about packings, as thousandths of a quality; 0 refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accepted {
    qualities: [u16; 4],
    said: bool,
}

impl Accepted {
    /// Reads all `Accept-Encoding` headers of a request. Members that make no sense are passed over.
    pub fn read(headers: &HeaderMap) -> Self {
        let mut named = [None; 4];
        let mut others = None;
        let mut said = false;
        for value in headers.get_all(ACCEPT_ENCODING) {
            said = true;
            let Ok(value) = value.to_str() else { continue };
            for member in value.split(',') {
                let (coding, parameters) = member.split_once(';').unwrap_or((member, ""));
                let Some(quality) = quality(parameters) else { continue };
                let coding = coding.trim().to_ascii_lowercase();
                match index_of(coding.strip_prefix("x-").unwrap_or(&coding)) {
                    Some(index) => named[index] = Some(quality),
                    None if coding == "*" => others = Some(quality),
                    None => {}
                }
            }
        }
        let mut qualities = [0; 4];
        for (index, encoding) in Encoding::ALL.into_iter().enumerate() {
            // The document as it is may be sent unless it is refused, by name or by `*`.
            let unnamed = others.unwrap_or(if encoding == Encoding::Identity { 1 } else { 0 });
            qualities[index] = named[index].unwrap_or(unnamed);
        }
        Self { qualities, said }
    }

    /// The packing to send: the one of the highest quality, of equals the one we would rather send. `None` when
    /// all are refused.
    pub fn best(&self) -> Option<Encoding> {
        if !self.said {
            return Some(Encoding::Identity);
        }
        let weighed = Encoding::ALL.into_iter().zip(self.qualities).filter(|(_, quality)| *quality > 0);
        // Of equals `max_by_key` gives the last, so the one we would rather send goes there.
        weighed.rev().max_by_key(|(_, quality)| *quality).map(|(encoding, _)| encoding)
    }

    /// Whether the client takes this packing. One that says nothing takes any.
    pub fn takes(&self, encoding: Encoding) -> bool {
        !self.said
            || Encoding::ALL.into_iter().zip(self.qualities).any(|(e, quality)| e == encoding && quality > 0)
    }
}

fn index_of(coding: &str) -> Option<usize> {
    Encoding::ALL.into_iter().position(|encoding| encoding.token() == coding)
}

/// `q=0.5` as 500; a member without one counts fully. `None` when it is no quality.
fn quality(parameters: &str) -> Option<u16> {
    for parameter in parameters.split(';') {
        let Some((name, value)) = parameter.split_once('=') else { continue };
        if name.trim().eq_ignore_ascii_case("q") {
            let value: f32 = value.trim().parse().ok()?;
            return (0.0..=1.0).contains(&value).then(|| (value * 1000.0).round() as u16);
        }
    }
    Some(1000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn accepted(values: &[&'static str]) -> Accepted {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(ACCEPT_ENCODING, HeaderValue::from_static(value));
        }
        Accepted::read(&headers)
    }

    #[test]
    fn the_packing_is_the_one_the_client_likes_best() {
        use Encoding::*;
        let table: &[(&[&'static str], Option<Encoding>)] = &[
            (&[], Some(Identity)),
            (&[""], Some(Identity)),
            (&["gzip"], Some(Gzip)),
            (&["x-gzip"], Some(Gzip)),
            (&["gzip, deflate, br, zstd"], Some(Zstd)),
            (&["gzip, deflate, br"], Some(Brotli)),
            (&["gzip", "br;q=0.5"], Some(Gzip)),
            (&["gzip;q=0.5, br;q=0.2, identity;q=0.8"], Some(Identity)),
            (&["gzip;q=0"], Some(Identity)),
            (&["*"], Some(Zstd)),
            (&["*;q=0, gzip"], Some(Gzip)),
            (&["*;q=0"], None),
            (&["identity;q=0"], None),
            (&["identity;q=0, deflate"], None),
            (&["GZIP ; Q=1.0"], Some(Gzip)),
            (&["gzip;q=nonsense, br;q=0.1"], Some(Brotli)),
            (&["gzip;q=0.001"], Some(Gzip)),
        ];
        for (values, expected) in table {
            assert_eq!(accepted(values).best(), *expected, "{values:?}");
        }
    }

    #[test]
    fn a_client_that_says_nothing_takes_any_packing_and_is_sent_none() {
        let silent = accepted(&[]);
        assert!(Encoding::ALL.into_iter().all(|encoding| silent.takes(encoding)));
        assert_eq!(silent.best(), Some(Encoding::Identity));
    }
}
