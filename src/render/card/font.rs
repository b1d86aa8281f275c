//! The font that cards are set in: Noto Sans, in the program itself, so that a card looks the same everywhere.

use std::sync::LazyLock;
use ttf_parser::gpos::{PairAdjustment, PositioningSubtable};
use ttf_parser::{Face, GlyphId, OutlineBuilder};

/// How many units of the font make the size of its letters.
pub const EM: i32 = 1000;

/// How heavy letters are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    Regular,
    Bold,
}

/// A glyph of one of the two fonts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Glyph {
    pub weight: Weight,
    pub number: u16,
}

/// Text in one line: its glyphs, and how far each stands from the beginning, in units of the font.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Setting {
    pub glyphs: Vec<(Glyph, i32)>,
    pub width: i32,
}

/// One step along an outline, in whole units of the font, upwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Move(Point),
    Line(Point),
    /// Towards the first, to the second.
    Curve(Point, Point),
    Close,
}

/// Right and up.
pub type Point = (i32, i32);

struct Font {
    face: Face<'static>,
    kerning: Vec<PairAdjustment<'static>>,
}

static REGULAR: LazyLock<Font> = LazyLock::new(|| Font::of(include_bytes!("fonts/NotoSans-Regular.ttf")));
static BOLD: LazyLock<Font> = LazyLock::new(|| Font::of(include_bytes!("fonts/NotoSans-Bold.ttf")));

impl Weight {
    fn font(self) -> &'static Font {
        match self {
            Weight::Regular => &REGULAR,
            Weight::Bold => &BOLD,
        }
    }
}

impl Font {
    fn of(bytes: &'static [u8]) -> Self {
        let face = Face::parse(bytes, 0).expect("it is a font that a test has read");
        let lookups = face.tables().gpos.map(|positions| positions.lookups).into_iter().flatten();
        let subtables = lookups.flat_map(|lookup| lookup.subtables.into_iter::<PositioningSubtable<'_>>());
        let pairs = |subtable| match subtable {
            PositioningSubtable::Pair(pairs) => Some(pairs),
            _ => None,
        };
        let kerning = subtables.filter_map(pairs).collect();
        Self { face, kerning }
    }

    /// The glyph of a letter. The font says that U+FFFF has the one that stands for those it lacks.
    fn glyph(&self, letter: char) -> Option<GlyphId> {
        self.face.glyph_index(letter).filter(|glyph| glyph.0 != 0)
    }

    fn kern(&self, left: GlyphId, right: GlyphId) -> i32 {
        self.kerning.iter().find_map(|pairs| between(pairs, left, right)).unwrap_or(0)
    }
}

/// How much nearer or further the second of a pair stands, where these pairs say so.
fn between(pairs: &PairAdjustment<'_>, left: GlyphId, right: GlyphId) -> Option<i32> {
    let place = pairs.coverage().get(left)?;
    let (adjusted, _) = match pairs {
        PairAdjustment::Format1 { sets, .. } => sets.get(place)?.get(right)?,
        PairAdjustment::Format2 { classes: (lefts, rights), matrix, .. } => {
            matrix.get((lefts.get(left), rights.get(right)))?
        }
    };
    Some(adjusted.x_advance.into())
}

/// Whether the font has this letter.
pub fn has(letter: char) -> bool {
    REGULAR.glyph(letter).is_some()
}

/// Sets text in one line, letter by letter, and says of each where it ends.
pub fn advance(weight: Weight, text: &str) -> impl Iterator<Item = (usize, i32)> {
    placed(weight, text).map(|(end, _, _, x)| (end, x))
}

/// Sets text in one line.
pub fn set(weight: Weight, text: &str) -> Setting {
    let mut setting = Setting::default();
    for (_, number, x, end) in placed(weight, text) {
        setting.glyphs.push((Glyph { weight, number }, x));
        setting.width = end;
    }
    setting
}

/// Each letter's end in the text, its glyph, and where that begins and ends in the line.
fn placed(weight: Weight, text: &str) -> impl Iterator<Item = (usize, u16, i32, i32)> {
    let font = weight.font();
    let mut before: Option<GlyphId> = None;
    let mut end = 0;
    text.char_indices().filter_map(move |(at, letter)| {
        let glyph = font.glyph(letter)?;
        let x = end + before.map_or(0, |before| font.kern(before, glyph));
        end = x + i32::from(font.face.glyph_hor_advance(glyph).unwrap_or(0));
        before = Some(glyph);
        Some((at + letter.len_utf8(), glyph.0, x, end))
    })
}

/// The outline of a glyph; of a blank, nothing.
pub fn outline(glyph: Glyph) -> Vec<Step> {
    let mut pen = Pen(Vec::new());
    // `None` of a blank, too.
    let _ = glyph.weight.font().face.outline_glyph(GlyphId(glyph.number), &mut pen);
    pen.0
}

struct Pen(Vec<Step>);

/// Points between two others lie on halves of units.
fn rounded(x: f32, y: f32) -> Point {
    (x.round() as i32, y.round() as i32)
}

impl OutlineBuilder for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.0.push(Step::Move(rounded(x, y)));
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.0.push(Step::Line(rounded(x, y)));
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        self.0.push(Step::Curve(rounded(x1, y1), rounded(x, y)));
    }

    fn curve_to(&mut self, _: f32, _: f32, _: f32, _: f32, _: f32, _: f32) {
        unreachable!("curves of TrueType fonts have one handle");
    }

    fn close(&mut self) {
        self.0.push(Step::Close);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use unicode_normalization::UnicodeNormalization;

    /// Every letter of Vietnamese, small and capital, with each tone.
    fn vietnamese() -> Vec<char> {
        let vowels = "aăâeêioôơuưy".chars();
        let toned = vowels.flat_map(|vowel| {
            ["", "\u{300}", "\u{301}", "\u{303}", "\u{309}", "\u{323}"].map(|tone| format!("{vowel}{tone}"))
        });
        let letters: String = toned.collect::<String>() + "bcdđghklmnpqrstvxfjwz";
        letters.nfc().flat_map(|letter| [letter].into_iter().chain(letter.to_uppercase())).collect()
    }

    #[test]
    fn every_letter_of_vietnamese_is_drawn_in_both_weights_and_unlike_any_other() {
        let letters = vietnamese();
        assert_eq!(letters.len(), 2 * (12 * 6 + 21));
        for weight in [Weight::Regular, Weight::Bold] {
            let drawn: std::collections::HashSet<Vec<String>> = (letters.iter())
                .map(|letter| {
                    let setting = set(weight, &letter.to_string());
                    assert!(setting.glyphs.len() == 1 && setting.width > 200, "{letter}: {setting:?}");
                    let steps = outline(setting.glyphs[0].0);
                    assert!(steps.len() > 3, "{letter} has an outline");
                    steps.iter().map(|step| format!("{step:?}")).collect()
                })
                .collect();
            assert_eq!(drawn.len(), letters.len());
        }
    }

    #[test]
    fn both_weights_have_the_same_letters() {
        let all = (0..=0x10FFFF).filter_map(char::from_u32);
        let count = all
            .filter(|letter| {
                let bold = BOLD.glyph(*letter).is_some();
                assert_eq!(has(*letter), bold, "{letter:?}");
                bold
            })
            .count();
        assert_eq!(count, 539);
        assert!("“”‘’–—…•€₫№©«»°²½".chars().all(has));
        assert_eq!([&REGULAR, &BOLD].map(|font| i32::from(font.face.units_per_em())), [EM, EM]);
    }

    #[test]
    fn pairs_stand_nearer_to_each_other_where_the_font_says_so() {
        let width = |text| set(Weight::Regular, text).width;
        assert_eq!(width("HH"), 2 * width("H"));
        assert!(width("AV") < width("A") + width("V"));
        assert!(width("Tơ") < width("T") + width("ơ"));
    }
}
