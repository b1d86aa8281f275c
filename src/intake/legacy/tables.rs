//! What the bytes of each encoding mean. All of them keep ASCII, but for control characters that two of them spend on
//! capitals. Checked against glibc, RFC 1456, xvnkb, UniKey and the tables at vietstd.sourceforge.net.

use super::Legacy;
use encoding_rs::{Encoding, WINDOWS_1252, WINDOWS_1258};
use std::sync::LazyLock;

/// The letters of the bytes from 0x80 on.
pub(super) type Upper = [char; 128];

/// Stands for a byte that an encoding gives no meaning.
pub(super) const NOTHING: char = char::REPLACEMENT_CHARACTER;

const VISCII_UPPER: &str = "\
    ẠẮẰẶẤẦẨẬẼẸẾỀỂỄỆỐ\
    ỒỔỖỘỢỚỜỞỊỎỌỈỦŨỤỲ\
    ÕắằặấầẩậẽẹếềểễệốồổỗỠƠộờởịỰỨỪỬơớƯ\
    ÀÁÂÃẢĂẳẵÈÉÊẺÌÍĨỳĐứÒÓÔạỷừửÙÚỹỵÝỡư\
    àáâãảăữẫèéêẻìíĩỉđựòóôõỏọụùúũủýợỮ";

const TCVN_5712_LOWER_HALF: &str = "ÀẢÃÁẠẶẬÈẺẼÉẸỆÌỈĨÍỊÒỎÕÓỌỘỜỞỠỚỢÙỦŨ";

/// The first row has no-break space, the seven capitals with a shape and the lower case of the same. The second begins with
/// a degree sign and four tones that stand apart. The capitals in between came with TCVN 5712; the ABC fonts have none.
const TCVN_UPPER_HALF: &str = "\
    \u{A0}ĂÂÊÔƠƯĐăâêôơưđẰ°\u{309}\u{303}\u{301}\u{323}àảãáạẲằẳẵắẴ\
    ẮẦẨẪẤỀặầẩẫấậèỂẻẽéẹềểễếệìỉỄẾỒĩíịò\
    ỔỏõóọồổỗốộờởỡớợùỖủũúụừửữứựỳỷỹýỵỐ";

/// In VNI each of these is a letter by itself; the rest of its upper half are marks.
const VNI_LETTERS: [(u8, char); 18] = [
    (0xC6, 'Ỉ'),
    (0xCC, 'Ì'),
    (0xCD, 'Í'),
    (0xCE, 'Ỵ'),
    (0xD1, 'Đ'),
    (0xD2, 'Ị'),
    (0xD3, 'Ĩ'),
    (0xD4, 'Ơ'),
    (0xD6, 'Ư'),
    (0xE6, 'ỉ'),
    (0xEC, 'ì'),
    (0xED, 'í'),
    (0xEE, 'ỵ'),
    (0xF1, 'đ'),
    (0xF2, 'ị'),
    (0xF3, 'ĩ'),
    (0xF4, 'ơ'),
    (0xF6, 'ư'),
];

/// What the bytes from 0x80 on mean, each by itself.
pub(super) fn upper(legacy: Legacy) -> &'static Upper {
    static TCVN3: LazyLock<Upper> = LazyLock::new(|| with_symbols(&listed(TCVN_UPPER_HALF)));
    static TCVN_5712: LazyLock<Upper> =
        LazyLock::new(|| table(listed(TCVN_5712_LOWER_HALF).into_iter().chain(listed(TCVN_UPPER_HALF))));
    static VISCII: LazyLock<Upper> = LazyLock::new(|| table(listed(VISCII_UPPER)));
    static VNI: LazyLock<Upper> = LazyLock::new(vni);
    static CP_1258: LazyLock<Upper> = LazyLock::new(|| code_page(WINDOWS_1258));
    static CP_1252: LazyLock<Upper> = LazyLock::new(|| code_page(WINDOWS_1252));
    match legacy {
        Legacy::Tcvn3 | Legacy::Tcvn3Capitals => &TCVN3,
        Legacy::Tcvn5712 => &TCVN_5712,
        Legacy::Viscii => &VISCII,
        Legacy::Vni => &VNI,
        Legacy::Windows1258 => &CP_1258,
        Legacy::Windows1252 => &CP_1252,
    }
}

/// What a byte below 0x80 means. No text has the control characters that stand for capitals in VISCII and TCVN 5712.
pub(super) fn lower(legacy: Legacy, byte: u8) -> char {
    match (legacy, byte) {
        (Legacy::Viscii, 0x02) => 'Ẳ',
        (Legacy::Viscii, 0x05) => 'Ẵ',
        (Legacy::Viscii, 0x06) => 'Ẫ',
        (Legacy::Viscii | Legacy::Tcvn5712, 0x14) => 'Ỷ',
        (Legacy::Viscii, 0x19) => 'Ỹ',
        (Legacy::Viscii, 0x1E) => 'Ỵ',
        (Legacy::Tcvn5712, 0x01) => 'Ú',
        (Legacy::Tcvn5712, 0x02) => 'Ụ',
        (Legacy::Tcvn5712, 0x04) => 'Ừ',
        (Legacy::Tcvn5712, 0x05) => 'Ử',
        (Legacy::Tcvn5712, 0x06) => 'Ữ',
        (Legacy::Tcvn5712, 0x11) => 'Ứ',
        (Legacy::Tcvn5712, 0x12) => 'Ự',
        (Legacy::Tcvn5712, 0x13) => 'Ỳ',
        (Legacy::Tcvn5712, 0x15) => 'Ỹ',
        (Legacy::Tcvn5712, 0x16) => 'Ý',
        (Legacy::Tcvn5712, 0x17) => 'Ỵ',
        (_, byte) if may_be_capital(byte) => NOTHING,
        (_, byte) => char::from(byte),
    }
}

/// Whether some encoding has a letter in the place of this control character.
pub(super) fn may_be_capital(byte: u8) -> bool {
    matches!(byte, 0x01 | 0x02 | 0x04..=0x06 | 0x11..=0x17 | 0x19 | 0x1E)
}

fn listed(letters: &str) -> Vec<char> {
    letters.chars().collect()
}

fn table(letters: impl IntoIterator<Item = char>) -> Upper {
    let mut table = [NOTHING; 128];
    for (place, letter) in table.iter_mut().zip(letters) {
        *place = letter;
    }
    table
}

/// Below 0xA0 the Vietnamese fonts for Windows have its dashes and quotation marks.
fn with_symbols(upper_half: &[char]) -> Upper {
    table(code_page(WINDOWS_1252)[..32].iter().chain(upper_half).copied())
}

fn vni() -> Upper {
    let mut table = code_page(WINDOWS_1252);
    for mark in &mut table[0xC0 - 0x80..] {
        *mark = NOTHING;
    }
    for (byte, letter) in VNI_LETTERS {
        table[usize::from(byte - 0x80)] = letter;
    }
    table
}

fn code_page(encoding: &'static Encoding) -> Upper {
    let bytes: Vec<u8> = (0x80..=0xFF).collect();
    let (text, _) = encoding.decode_without_bom_handling(&bytes);
    table(text.chars().map(|c| if matches!(c, '\u{80}'..='\u{9F}') { NOTHING } else { c }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_is_as_long_as_its_bytes() {
        assert_eq!(listed(VISCII_UPPER).len(), 128);
        assert_eq!(listed(TCVN_5712_LOWER_HALF).len(), 32);
        assert_eq!(listed(TCVN_UPPER_HALF).len(), 96);
    }
}
