/// What something on a card is drawn with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    Paper,
    Band,
    Rule,
    OnBand,
    Text,
    Soft,
    Accent,
}

/// Red, green, blue.
pub type Colour = [u8; 3];

impl Ink {
    pub const ALL: [Ink; 7] =
        [Ink::Paper, Ink::Band, Ink::Rule, Ink::OnBand, Ink::Text, Ink::Soft, Ink::Accent];

    /// Its name in a style sheet.
    pub fn class(self) -> &'static str {
        match self {
            Ink::Paper => "p",
            Ink::Band => "b",
            Ink::Rule => "r",
            Ink::OnBand => "o",
            Ink::Text => "t",
            Ink::Soft => "s",
            Ink::Accent => "a",
        }
    }

    /// The colours of the pages.
    pub fn light(self) -> Colour {
        match self {
            Ink::Paper => [0xFD, 0xFC, 0xF8],
            Ink::Band | Ink::Accent => [0x0F, 0x5F, 0x38],
            Ink::Rule => [0xD9, 0xDC, 0xCF],
            Ink::OnBand => [0xFF, 0xFF, 0xFF],
            Ink::Text => [0x1D, 0x21, 0x1C],
            Ink::Soft => [0x56, 0x5D, 0x54],
        }
    }

    /// Those of the pages at night.
    pub fn dark(self) -> Colour {
        match self {
            Ink::Paper => [0x15, 0x19, 0x17],
            Ink::Band => [0x12, 0x35, 0x24],
            Ink::Rule => [0x38, 0x40, 0x3B],
            Ink::OnBand => [0xF0, 0xF5, 0xEE],
            Ink::Text => [0xE6, 0xE8, 0xE2],
            Ink::Soft => [0xA9, 0xB1, 0xA9],
            Ink::Accent => [0x86, 0xD6, 0xA6],
        }
    }

    /// What lies under letters of this ink.
    pub fn ground(self) -> Ink {
        match self {
            Ink::OnBand => Ink::Band,
            _ => Ink::Paper,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// WCAG 2.2, "relative luminance".
    fn luminance(colour: Colour) -> f64 {
        let [red, green, blue] = colour.map(|part| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    #[test]
    fn letters_stand_out_against_what_lies_under_them() {
        for ink in [Ink::OnBand, Ink::Text, Ink::Soft, Ink::Accent] {
            for colour in [Ink::light, Ink::dark] {
                let (one, other) = (luminance(colour(ink)), luminance(colour(ink.ground())));
                let contrast = (one.max(other) + 0.05) / (one.min(other) + 0.05);
                assert!(contrast >= 6.0, "{ink:?}: {contrast}");
            }
        }
    }
}
