use super::Card;
use super::colours::Ink;
use super::font::{EM, Setting, Weight, set};
use super::letters::drawable;
use super::wrap::{fits, wrapped};
use crate::render::pages::phrases::Phrases;
use crate::words::{EmbedOptions, Published};

/// How wide a card is, in pixels: with its height, what chats and social networks show of a page without cutting it.
pub const WIDTH: i32 = 1200;
/// How high a card is.
pub const HEIGHT: i32 = 630;

const MARGIN: i32 = 72;
const BAND: i32 = 132;
/// Where the foot begins.
const FOOT: i32 = 546;
/// The widest gap between two headlines.
const WIDEST_GAP: i32 = 60;
/// Between a date and the headline to its right.
const AFTER_DATE: i32 = 36;
/// Between a date and the headline below it.
const UNDER_DATE: i32 = 6;
/// So few headlines are so large that their dates stand above them.
const FEW: usize = 2;

/// What is on a card, from the lowest to the uppermost: rectangles, then lines of text.
pub struct Drawing {
    pub boxes: Vec<Rectangle>,
    pub lines: Vec<Line>,
}

/// In pixels, from the top left.
pub struct Rectangle {
    pub left: i32,
    pub top: i32,
    pub width: i32,
    pub height: i32,
    pub ink: Ink,
}

/// Text in one line, with the left end of what its letters stand on.
pub struct Line {
    pub left: i32,
    pub baseline: i32,
    pub size: i32,
    pub ink: Ink,
    pub setting: Setting,
}

/// How large letters are, and how far apart lines of them, in pixels.
#[derive(Clone, Copy)]
struct Type {
    size: i32,
    leading: i32,
    weight: Weight,
}

impl Type {
    const fn bold(size: i32, leading: i32) -> Self {
        Self { size, leading, weight: Weight::Bold }
    }

    const fn regular(size: i32, leading: i32) -> Self {
        Self { size, leading, weight: Weight::Regular }
    }

    /// So many pixels in units of the font.
    fn units(self, pixels: i32) -> i32 {
        pixels * EM / self.size
    }

    /// How many pixels a line takes.
    fn width(self, setting: &Setting) -> i32 {
        (setting.width * self.size + EM - 1) / EM
    }

    /// How far below the top of a line its letters stand: capitals, which are 0.71 high, are in its middle.
    fn baseline(self) -> i32 {
        (self.leading * 100 + self.size * 71) / 200
    }
}

/// Of as many headlines as there are: fewer are larger.
const HEADLINES: [Type; EmbedOptions::MOST_ON_CARD as usize] =
    [Type::bold(62, 80), Type::bold(45, 58), Type::bold(37, 48), Type::bold(31, 40), Type::bold(27, 35)];
const DATE: Type = Type::regular(22, 30);
const SITE: Type = Type::bold(24, 32);
const ADDRESS: Type = Type::regular(24, 32);

/// Puts everything in its place.
pub fn drawing(card: &Card<'_>) -> Drawing {
    let rectangle = |left, top, width, height, ink| Rectangle { left, top, width, height, ink };
    let boxes = vec![rectangle(0, 0, WIDTH, HEIGHT, Ink::Paper), rectangle(0, 0, WIDTH, BAND, Ink::Band)];
    let mut drawing = Drawing { boxes, lines: Vec::new() };
    drawing.head(&card.feed.title);
    let shown = card.shown();
    if shown.is_empty() {
        drawing.nothing(card);
    } else {
        drawing.headlines(card, shown);
    }
    drawing.foot(card);
    drawing
}

impl Drawing {
    fn rectangle(&mut self, left: i32, top: i32, width: i32, height: i32, ink: Ink) {
        self.boxes.push(Rectangle { left, top, width, height, ink });
    }

    fn line(&mut self, left: i32, top: i32, letters: Type, ink: Ink, text: &str) {
        let setting = set(letters.weight, text);
        self.lines.push(Line { left, baseline: top + letters.baseline(), size: letters.size, ink, setting });
    }

    /// The sign of a feed's lines, and what it is called.
    fn head(&mut self, title: &str) {
        const STROKE: i32 = 8;
        const SIGN: i32 = 44;
        let top = (BAND - 5 * STROKE) / 2;
        for (number, width) in [SIGN, SIGN, SIGN * 5 / 8].into_iter().enumerate() {
            let down = 2 * STROKE * i32::try_from(number).expect("three lines");
            self.rectangle(MARGIN, top + down, width, STROKE, Ink::OnBand);
        }

        let left = MARGIN + SIGN + 28;
        let width = WIDTH - MARGIN - left;
        let title = drawable(title);
        let in_one_line = [Type::bold(46, 60), Type::bold(40, 52)].into_iter();
        let letters = in_one_line.clone().find(|letters| fits(letters.weight, &title, letters.units(width)));
        let letters = letters.unwrap_or(Type::bold(33, 42));
        let lines = wrapped(letters.weight, &title, letters.units(width), 2);
        let mut top = (BAND - letters.leading * count(&lines)) / 2;
        for line in &lines {
            self.line(left, top, letters, Ink::OnBand, line);
            top += letters.leading;
        }
    }

    fn headlines(&mut self, card: &Card<'_>, shown: &[std::sync::Arc<Published>]) {
        let letters = HEADLINES[shown.len() - 1];
        let dates: Vec<String> = shown.iter().map(|published| card.day(published.published)).collect();
        let widest = dates.iter().map(|date| DATE.width(&set(DATE.weight, date))).max().unwrap_or(0);
        let (left, above) = match shown.len() <= FEW {
            true => (MARGIN, DATE.leading + UNDER_DATE),
            false => (MARGIN + widest + AFTER_DATE, 0),
        };
        let width = letters.units(WIDTH - MARGIN - left);
        let headlines: Vec<Vec<String>> = (shown.iter())
            .map(|published| wrapped(letters.weight, &drawable(&published.article.title), width, 2))
            .collect();

        let height: i32 = headlines.iter().map(|lines| above + count(lines) * letters.leading).sum();
        let room = FOOT - BAND - height;
        let gap = (room / (count(shown) + 1)).min(WIDEST_GAP);
        let mut top = BAND + (room - gap * (count(shown) - 1)) / 2;
        for (number, (lines, date)) in headlines.iter().zip(&dates).enumerate() {
            if number > 0 {
                self.rectangle(MARGIN, top - gap / 2 - 1, WIDTH - 2 * MARGIN, 1, Ink::Rule);
            }
            // A date to the left stands on the same line as the first of its headline.
            let down = if above > 0 { 0 } else { letters.baseline() - DATE.baseline() };
            self.line(MARGIN, top + down, DATE, Ink::Accent, date);
            top += above;
            for line in lines {
                self.line(left, top, letters, Ink::Text, line);
                top += letters.leading;
            }
            top += gap;
        }
    }

    fn nothing(&mut self, card: &Card<'_>) {
        let letters = Type::regular(37, 48);
        let top = (BAND + FOOT - letters.leading) / 2;
        self.line(MARGIN, top, letters, Ink::Soft, Phrases::of(card.language).nothing_yet);
    }

    /// Whose it is, and where it stands.
    fn foot(&mut self, card: &Card<'_>) {
        self.rectangle(MARGIN, FOOT, WIDTH - 2 * MARGIN, 2, Ink::Rule);
        let top = (FOOT + HEIGHT - SITE.leading) / 2;
        let half = (WIDTH - 2 * MARGIN) / 2 - 16;
        for line in wrapped(SITE.weight, &drawable(&card.site.title), SITE.units(half), 1) {
            self.line(MARGIN, top, SITE, Ink::Soft, &line);
        }
        for line in wrapped(ADDRESS.weight, &card.place(), ADDRESS.units(half), 1) {
            let width = ADDRESS.width(&set(ADDRESS.weight, &line));
            self.line(WIDTH - MARGIN - width, top, ADDRESS, Ink::Soft, &line);
        }
    }
}

/// How many there are, for reckoning with pixels.
fn count<T>(few: &[T]) -> i32 {
    i32::try_from(few.len()).expect("a card has a few lines")
}
