//! Whether letters make a Vietnamese syllable: beginning, rhyme, and a tone that stands where it may.
//!
//! Each word of Vietnamese is one syllable of a closed set, so letters that were read by the wrong table seldom make one.

use super::spelling::{Letter, Tone, base, is_shaped_vowel, is_vowel};
use std::sync::LazyLock;

/// What a syllable may begin with. `gi` before `i` is written once: `gì` is `g` and `i`.
const ONSETS: &str = "b c d đ g h k l m n p q r s t v x ch gh gi kh ng nh ph qu th tr ngh";
/// What a syllable may end with, from its first vowel on.
const RHYMES: &str = "\
    a ac ach ai am an ang anh ao ap at au ay \
    ăc ăk ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây \
    e ec em en eng eo ep et ê êch êm ên êng ênh êp êt êu \
    i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu \
    o oc oi om on ong ooc oong op ot \
    oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oe oem oen oeng oeo oet \
    ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt \
    u ua uc ui um un ung up ut uân uâng uât uây uê uêch uên uênh uôc uôi uôm uôn uông uôt uơ \
    uy uya uych uyn uynh uyp uyt uyu uyên uyêt \
    ư ưa ưc ưi ưm ưn ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu \
    y yêm yên yêng yêt yêu";
/// What may follow `qu` besides; elsewhere it is spelled with a `u` or `i`.
const RHYMES_AFTER_QU: &str = "ych yn ynh yp yt";

/// The longest syllable is `nghiêng`.
const LONGEST: usize = 7;

/// Letters of at most four, packed.
fn packed(bases: impl Iterator<Item = u8>) -> u32 {
    bases.fold(0, |packed, base| packed << 8 | u32::from(base))
}

fn list(words: &str) -> Vec<u32> {
    let mut list: Vec<u32> = words.split_whitespace().map(|word| packed(word.chars().map(base))).collect();
    list.sort_unstable();
    list
}

fn is_onset(onset: &[u8]) -> bool {
    static LIST: LazyLock<Vec<u32>> = LazyLock::new(|| list(ONSETS));
    onset.is_empty() || LIST.binary_search(&packed(onset.iter().copied())).is_ok()
}

fn is_rhyme(rhyme: &[u8], after_qu: bool) -> bool {
    static LIST: LazyLock<Vec<u32>> = LazyLock::new(|| list(RHYMES));
    static AFTER_QU: LazyLock<Vec<u32>> = LazyLock::new(|| list(RHYMES_AFTER_QU));
    if rhyme.is_empty() || rhyme.len() > 4 {
        return false;
    }
    let rhyme = packed(rhyme.iter().copied());
    LIST.binary_search(&rhyme).is_ok() || after_qu && AFTER_QU.binary_search(&rhyme).is_ok()
}

/// `c`, `g` and `ng` are spelled `k`, `gh` and `ngh` before `e`, `ê`, `i` and `y`, and only there.
fn agrees(onset: &[u8], rhyme: &[u8]) -> bool {
    let is_front =
        rhyme.first().is_some_and(|first| matches!(first, b'e' | b'i' | b'y') || *first == base('ê'));
    match onset {
        b"k" | b"gh" | b"ngh" => is_front,
        b"c" | b"ng" => !is_front,
        // `gì`, `giếng`
        b"g" => !is_front || rhyme.first() == Some(&b'i'),
        b"q" => false,
        // `yêu` has nothing before it but after `qu`.
        [] => true,
        _ => b"qu" == onset || !(rhyme.first() == Some(&b'y') && rhyme.len() > 1),
    }
}

/// Whether the tone of the letter at `at` of a rhyme may stand there.
fn may_carry(rhyme: &[u8], at: usize) -> bool {
    let vowels = rhyme.iter().take_while(|base| is_vowel(**base)).count();
    if let Some(shaped) = rhyme.iter().rposition(|base| is_shaped_vowel(*base)) {
        return at == shaped;
    }
    let is_open = vowels == rhyme.len();
    match (vowels, is_open) {
        // Both `hoà` and `hòa` are written.
        (2, true) if matches!(rhyme, b"oa" | b"oe" | b"uy") => at < 2,
        (1, _) | (2, true) => at == 0,
        _ => at == 1,
    }
}

fn is_stopped(rhyme: &[u8]) -> bool {
    matches!(rhyme, [.., b'c' | b'p' | b't'] | [.., b'c', b'h'])
}

/// Whether letters make a syllable of Vietnamese, whatever their case.
pub(super) fn is_syllable(letters: &[Letter]) -> bool {
    if letters.is_empty() || letters.len() > LONGEST {
        return false;
    }
    let mut bases = [0; LONGEST];
    let mut toned = None;
    for (at, letter) in letters.iter().enumerate() {
        bases[at] = letter.base;
        if letter.tone != Tone::Level && toned.replace((at, letter.tone)).is_some() {
            return false;
        }
    }
    let bases = &bases[..letters.len()];
    (0..=bases.len().min(3)).rev().any(|at| {
        let (onset, rhyme) = bases.split_at(at);
        is_onset(onset) && is_rhyme(rhyme, onset == b"qu") && agrees(onset, rhyme) && {
            match toned {
                None => !is_stopped(rhyme),
                Some((place, tone)) => {
                    let may_be = !is_stopped(rhyme) || matches!(tone, Tone::Acute | Tone::Dot);
                    may_be && place.checked_sub(at).is_some_and(|place| may_carry(rhyme, place))
                }
            }
        }
    })
}

/// Whether a word without any mark could be a Vietnamese syllable whose marks were left out, or that has none.
pub(super) fn looks_like_one(word: &[u8]) -> bool {
    if word.is_empty() || word.len() > LONGEST {
        return false;
    }
    let mut bases = [0; LONGEST];
    for (place, byte) in bases.iter_mut().zip(word) {
        *place = byte.to_ascii_lowercase();
    }
    let bases = &bases[..word.len()];
    (0..=bases.len().min(3)).rev().any(|at| {
        let (onset, rhyme) = bases.split_at(at);
        is_onset(onset) && is_rhyme(rhyme, onset == b"qu") && agrees(onset, rhyme)
    })
}

#[cfg(test)]
mod tests {
    use super::super::spelling::letter;
    use super::*;

    fn reads(word: &str) -> bool {
        let letters: Option<Vec<Letter>> = word.chars().map(letter).collect();
        letters.is_some_and(|letters| is_syllable(&letters))
    }

    #[test]
    fn syllables_are_known_by_their_parts() {
        let sound = "Việt Nam An Giang nghiêng nghĩa người được trường khuỷu quốc quyết quỳnh quý quả quà giếng giữ già gì \
            giết hòa hoà thúy thuý khoẻ khỏe ủy uỷ Ủy ban yêu yến ý ỷ ở ô ơi oái oăm ngoằn ngoèo xoong đường huơ thuở \
            khuya tuyết nguyễn đắk lắk đăk bướu hươu rượu chuyện quyển tiêu diều khuếch huỵch loắt choắt toét xoáy \
            cuộc sống muỗi lúa mía cứu trợ cây cầu kênh rạch mương phèn mặn gừng nghề ghế kẻ kỹ thuật quần chúng phở bún";
        for word in sound.split_whitespace() {
            assert!(reads(word), "{word}");
        }
        // A tone on the wrong vowel, two tones, a stop without its tone, a beginning or an end that is not.
        let unsound = "lúá tóan qủa nguơì hoc hòc được̉ cê kà ngê gê qoa fá bôk strếs ăn̉g mất́ lătn zẽ wà đc vs café garçon \
            ôi_ nghă că cộp5 ươ xăă đđ ngh";
        for word in unsound.split_whitespace() {
            assert!(!reads(word), "{word}");
        }
    }
}
