//! Which packing a client takes (RFC 9110, section 12.5.3).

use super::dictionary::{self, AVAILABLE};
use crate::edition::{DictionaryEncoding, DictionaryHash, Encoding, Packing};
use http::header::ACCEPT_ENCODING;
use http::{HeaderMap, HeaderName};

/// What a client said about packings, as thousandths of a quality; 0 refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accepted {
    qualities: [u16; 4],
    said: bool,
    /// Of packings with a dictionary, which are only taken by who names them.
    with_dictionary: [u16; 2],
    /// The dictionary that the client has.
    pub dictionary: Option<DictionaryHash>,
    /// Whether it is a browser that will have one when it is told that it may keep this.
    is_hinting: bool,
}

/// Chromium and its kin, which know dictionaries, send this to sites that are reached in a secure way, and do not name the
/// packings before they have a dictionary. Others that know dictionaries are told by what they take.
static HINTS: HeaderName = HeaderName::from_static("sec-ch-ua");

impl Accepted {
    /// Reads all `Accept-Encoding` headers of a request. Members that make no sense are passed over.
    pub fn read(headers: &HeaderMap) -> Self {
        let mut named = [None; 4];
        let mut others = None;
        let [mut said, mut is_hinting] = [false; 2];
        let mut with_dictionary = [0; 2];
        let mut dictionary = None;
        // A request has so few headers that looking at each is quicker than hashing three names.
        for (header, value) in headers {
            if *header != ACCEPT_ENCODING {
                is_hinting |= *header == HINTS;
                if *header == AVAILABLE {
                    dictionary = dictionary::parse(value.as_bytes());
                }
                continue;
            }
            said = true;
            for member in value.as_bytes().split(|byte| *byte == b',') {
                let end = member.iter().position(|byte| *byte == b';').unwrap_or(member.len());
                let (coding, parameters) = (member[..end].trim_ascii(), &member[end..]);
                let Some(quality) = quality(parameters) else { continue };
                match index_of(coding) {
                    Some(index) => named[index] = Some(quality),
                    None if coding == b"*" => others = Some(quality),
                    None => {
                        if let Some(index) = dictionary_index_of(coding) {
                            with_dictionary[index] = quality;
                        }
                    }
                }
            }
        }
        let mut qualities = [0; 4];
        for (index, encoding) in Encoding::ALL.into_iter().enumerate() {
            // The document as it is may be sent unless it is refused, by name or by `*`.
            let unnamed = others.unwrap_or(if encoding == Encoding::Identity { 1 } else { 0 });
            qualities[index] = named[index].unwrap_or(unnamed);
        }
        Self { qualities, said, with_dictionary, dictionary, is_hinting }
    }

    /// How what differs from a dictionary is to be packed: if the client takes that as gladly as the best of other packings.
    pub fn best_with_dictionary(&self) -> Option<DictionaryEncoding> {
        let others = self.qualities.into_iter().max().unwrap_or(0);
        let weighed = DictionaryEncoding::ALL.into_iter().zip(self.with_dictionary);
        let wanted = weighed.filter(|(_, quality)| *quality > 0 && *quality >= others);
        wanted.rev().max_by_key(|(_, quality)| *quality).map(|(encoding, _)| encoding)
    }

    /// Whether the client can use what it is given as a dictionary for the next version.
    pub fn keeps_dictionaries(&self) -> bool {
        self.is_hinting || self.with_dictionary.into_iter().any(|quality| quality > 0)
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

    /// The packing to send now, and the one to be made behind it for the next who asks: that is the best one, as long as
    /// the client takes one as gladly that is there or quickly made. `None` when all are refused.
    pub fn at_hand(&self, is_made: impl Fn(Encoding) -> bool) -> Option<(Encoding, Option<Encoding>)> {
        let best = self.best()?;
        if best.is_quick() || is_made(best) {
            return Some((best, None));
        }
        let quality = |encoding: Encoding| {
            Encoding::ALL
                .into_iter()
                .zip(self.qualities)
                .find(|(other, _)| *other == encoding)
                .map(|(_, quality)| quality)
        };
        let mut as_good = Encoding::ALL.into_iter().filter(|encoding| quality(*encoding) == quality(best));
        match as_good.find(|encoding| encoding.is_quick() || is_made(*encoding)) {
            Some(now) => Some((now, Some(best))),
            None => Some((best, None)),
        }
    }

    /// Whether the client takes this packing. One that says nothing takes any; and what it got with a dictionary, which no
    /// cache between may keep, it has unpacked.
    pub fn takes(&self, packing: Packing) -> bool {
        let Packing::Alone(encoding) = packing else { return true };
        !self.said
            || Encoding::ALL.into_iter().zip(self.qualities).any(|(e, quality)| e == encoding && quality > 0)
    }
}

fn index_of(coding: &[u8]) -> Option<usize> {
    // `x-gzip` is what `gzip` was called before it had a standard.
    let coding = match coding {
        [b'x' | b'X', b'-', rest @ ..] => rest,
        coding => coding,
    };
    Encoding::ALL.into_iter().position(|encoding| encoding.token().as_bytes().eq_ignore_ascii_case(coding))
}

fn dictionary_index_of(coding: &[u8]) -> Option<usize> {
    let mut all = DictionaryEncoding::ALL.into_iter();
    all.position(|encoding| encoding.token().as_bytes().eq_ignore_ascii_case(coding))
}

/// `q=0.5` as 500; a member without one counts fully. `None` when it is no quality.
pub(super) fn quality(parameters: &[u8]) -> Option<u16> {
    if parameters.is_empty() {
        return Some(1000);
    }
    let value = parameters.split(|byte| *byte == b';').map(<[u8]>::trim_ascii).find_map(|parameter| {
        let equals = parameter.iter().position(|byte| *byte == b'=')?;
        parameter[..equals].trim_ascii().eq_ignore_ascii_case(b"q").then_some(&parameter[equals + 1..])
    });
    let Some(value) = value else { return Some(1000) };
    let value: f32 = std::str::from_utf8(value.trim_ascii()).ok()?.parse().ok()?;
    (0.0..=1.0).contains(&value).then(|| (value * 1000.0).round() as u16)
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
    fn a_packing_that_takes_its_time_is_made_behind_one_that_is_taken_as_gladly() {
        use Encoding::*;
        type Case = (&'static str, &'static [Encoding], Encoding, Option<Encoding>);
        let table: &[Case] = &[
            ("gzip, br, zstd", &[], Gzip, Some(Zstd)),
            ("gzip, br, zstd", &[Identity, Gzip], Gzip, Some(Zstd)),
            ("gzip, br, zstd", &[Brotli], Brotli, Some(Zstd)),
            ("gzip, br, zstd", &[Zstd], Zstd, None),
            ("gzip, br", &[], Gzip, Some(Brotli)),
            ("gzip;q=0.5, br", &[Gzip], Brotli, None),
            ("br", &[Identity, Gzip], Brotli, None),
            ("zstd, br", &[], Zstd, None),
            ("zstd, br", &[Brotli], Brotli, Some(Zstd)),
            ("gzip", &[], Gzip, None),
            ("*", &[], Gzip, Some(Zstd)),
            ("", &[Zstd], Identity, None),
        ];
        for (value, made, now, behind) in table {
            let chosen = accepted(&[value]).at_hand(|encoding| made.contains(&encoding));
            assert_eq!(chosen, Some((*now, *behind)), "{value} with {made:?}");
        }
        assert_eq!(accepted(&["*;q=0"]).at_hand(|_| true), None);
    }

    #[test]
    fn a_client_that_says_nothing_takes_any_packing_and_is_sent_none() {
        let silent = accepted(&[]);
        assert!(Encoding::ALL.into_iter().all(|encoding| silent.takes(encoding.into())));
        assert_eq!(silent.best(), Some(Encoding::Identity));
    }
}
