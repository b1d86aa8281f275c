//! Texts that are not Vietnamese, or are no texts.

use super::super::{Legacy, Verdict, weigh};
use encoding_rs::{WINDOWS_1250, WINDOWS_1251, WINDOWS_1252};
use proptest::prelude::*;

const FRENCH: &str = "L’été dernier, la délégation française a visité la province. Après une journée passée à étudier les \
    méthodes de culture du riz, les ingénieurs ont présenté leurs résultats à l’université. « C’était très intéressant », \
    a déclaré le président, avant de goûter la spécialité de la région, où tout le monde s’était réuni.";
const GERMAN: &str = "Die Straße über den Fluß wurde im Frühjahr für zwölf Millionen Euro ausgebaut. Während der Bauarbeiten \
    mußten die Bürger große Umwege fahren, doch jetzt können sie die Märkte wieder schneller erreichen, sagte der \
    Bürgermeister bei der Eröffnung. Für die Zukunft plant die Behörde weitere Brücken.";
const ENGLISH: &str = "The delegation’s visit – the first in ten years – was “a great success”, said the director of the \
    institute. Farmers from several districts showed how they grow rice with less water and fewer chemicals, and the \
    visitors promised to come back next year…";
const CZECH: &str = "Vláda dnes schválila návrh zákona, který má zemědělcům pomoci překonat následky sucha. Podle ministra \
    půjde o několik miliard korun, jež budou rozděleny mezi všechny kraje. Opozice naopak tvrdí, že peníze přijdou příliš \
    pozdě a že žádosti jsou zbytečně složité.";
const RUSSIAN: &str = "Сегодня делегация посетила провинцию и познакомилась с методами выращивания риса.";

#[test]
fn texts_of_western_europe_are_read_as_what_they_are() {
    for text in [FRENCH, GERMAN, ENGLISH] {
        let (bytes, _, _) = WINDOWS_1252.encode(text);
        assert_eq!(weigh(&bytes, None), Verdict::Clear(Legacy::Windows1252));
        assert_eq!(Legacy::Windows1252.decode(&bytes), text);
    }
}

#[test]
fn texts_in_other_encodings_are_refused() {
    for (text, encoding) in [(CZECH, WINDOWS_1250), (RUSSIAN, WINDOWS_1251)] {
        let (bytes, _, _) = encoding.encode(text);
        assert!(matches!(weigh(&bytes, None), Verdict::Unsure(..)), "{text}");
    }
    // Vietnamese by VPS, which is no candidate: what it shares with VISCII does not make it that.
    let vps = b"Nh\xA7ng \xC7i\xCBu tr\xF4ng th\xC3y m\xE0 \xC7au \xC7\xA7n l\xF2ng, tr\xE4i qua m\xB6t cu\xB6c b\x8B d\xE2u, \
        tr\xD6i xanh quen th\xF3i m\xE1 h\xD2ng \xC7\xE1nh ghen";
    assert!(matches!(weigh(vps, None), Verdict::Unsure(..)));
}

#[test]
fn signs_alone_are_not_taken_for_letters_nor_letters_for_signs() {
    // An article with nothing beyond ASCII but a dash, and two words by VISCII.
    let english =
        b"Rice prices rise again \x96 farmers in the delta are glad, and traders expect more of it in the \
        coming weeks, as buyers abroad look for supplies.";
    assert_eq!(weigh(english, None), Verdict::Clear(Legacy::Windows1252));
    assert!(matches!(weigh(b"xem \x99", None), Verdict::Unsure(..)));
}

proptest! {
    #[test]
    fn random_bytes_are_refused(bytes in proptest::collection::vec(1u8.., 60..400)) {
        let refused = !matches!(weigh(&bytes, None), Verdict::Clear(_));
        prop_assert!(refused);
    }
}
