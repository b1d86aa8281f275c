use super::colours::{Colour, Ink};
use super::font::{EM, Point, Step, outline};
use super::layout::{Drawing, HEIGHT, Line, Rectangle, WIDTH};
use crate::words::Theme;
use ab_glyph_rasterizer::{Rasterizer, point};

/// In how many steps the edge of a letter goes from what lies under it to its own ink.
const STEPS: u8 = 32;
/// Inks that letters are drawn with; the others fill rectangles only.
const LETTERS: [Ink; 4] = [Ink::OnBand, Ink::Text, Ink::Soft, Ink::Accent];
const FILLS: [Ink; 3] = [Ink::Paper, Ink::Band, Ink::Rule];

/// A drawing as PNG (W3C, third edition), with a palette of all colours that letters and their edges have.
pub fn png(theme: Theme, drawing: &Drawing) -> Vec<u8> {
    let mut picture = Picture::new();
    drawing.boxes.iter().for_each(|rectangle| picture.fill(rectangle));
    let mut rasterizer = Rasterizer::new(0, 0);
    drawing.lines.iter().for_each(|line| picture.write(&mut rasterizer, line));
    file(&palette(theme), &picture.rows)
}

fn palette(theme: Theme) -> Vec<u8> {
    let colour = |ink: Ink| if theme == Theme::Dark { ink.dark() } else { ink.light() };
    let fills = FILLS.into_iter().map(colour);
    let edges = LETTERS
        .into_iter()
        .flat_map(|ink| (1..=STEPS).map(move |step| between(colour(ink.ground()), colour(ink), step)));
    fills.chain(edges).flatten().collect()
}

fn between(ground: Colour, ink: Colour, step: u8) -> Colour {
    let mixed = |part: usize| {
        let (from, to) = (u16::from(ground[part]), u16::from(ink[part]));
        let (step, steps) = (u16::from(step), u16::from(STEPS));
        u8::try_from((from * (steps - step) + to * step + steps / 2) / steps).expect("between two bytes")
    };
    [mixed(0), mixed(1), mixed(2)]
}

/// Where an ink stands in the palette; of one that letters are drawn with, how much of it.
fn place(ink: Ink, step: u8) -> u8 {
    let at = |inks: &[Ink]| inks.iter().position(|other| *other == ink).and_then(|at| u8::try_from(at).ok());
    match (at(&FILLS), at(&LETTERS)) {
        (Some(place), _) => place,
        (None, Some(place)) => FILLS.len() as u8 + place * STEPS + step - 1,
        (None, None) => unreachable!("an ink fills or writes"),
    }
}

/// Rows of places in the palette, each behind a byte that says that nothing was filtered.
struct Picture {
    rows: Vec<u8>,
}

const ROW: usize = WIDTH as usize + 1;

impl Picture {
    fn new() -> Self {
        Self { rows: vec![0; ROW * HEIGHT as usize] }
    }

    /// The pixel there, if that is on the picture.
    fn pixel(&mut self, x: i32, y: i32) -> Option<&mut u8> {
        let is_on_it = (0..WIDTH).contains(&x) && (0..HEIGHT).contains(&y);
        let (x, y) = is_on_it.then(|| (x.unsigned_abs() as usize, y.unsigned_abs() as usize))?;
        self.rows.get_mut(y * ROW + 1 + x)
    }

    fn fill(&mut self, rectangle: &Rectangle) {
        let place = place(rectangle.ink, STEPS);
        let pixels = |number: i32| usize::try_from(number).expect("rectangles lie on the card");
        let (left, width) = (pixels(rectangle.left), pixels(rectangle.width));
        for y in rectangle.top..rectangle.top + rectangle.height {
            let begin = pixels(y) * ROW + 1 + left;
            self.rows[begin..begin + width].fill(place);
        }
    }

    fn write(&mut self, rasterizer: &mut Rasterizer, line: &Line) {
        for (glyph, x) in &line.setting.glyphs {
            let scale = line.size as f32 / EM as f32;
            let on_picture = |(right, up): Point| {
                ((right + x) as f32 * scale + line.left as f32, line.baseline as f32 - up as f32 * scale)
            };
            self.glyph(rasterizer, &outline(*glyph), on_picture, line.ink);
        }
    }

    fn glyph(
        &mut self,
        rasterizer: &mut Rasterizer,
        steps: &[Step],
        on_picture: impl Fn(Point) -> (f32, f32),
        ink: Ink,
    ) {
        let Some(Frame { left, top, width, height }) = Frame::around(steps, &on_picture) else { return };
        rasterizer.reset(width, height);
        let inside = |at: Point| {
            let (x, y) = on_picture(at);
            point(x - left as f32, y - top as f32)
        };
        let (mut from, mut begun) = (point(0.0, 0.0), point(0.0, 0.0));
        for step in steps {
            match *step {
                Step::Move(to) => (from, begun) = (inside(to), inside(to)),
                Step::Line(to) => {
                    rasterizer.draw_line(from, inside(to));
                    from = inside(to);
                }
                Step::Curve(over, to) => {
                    rasterizer.draw_quad(from, inside(over), inside(to));
                    from = inside(to);
                }
                Step::Close => rasterizer.draw_line(from, begun),
            }
        }
        let lightest = place(ink, 1);
        rasterizer.for_each_pixel_2d(|x, y, covered| {
            let step = (covered.min(1.0) * f32::from(STEPS)).round() as u8;
            if step > 0
                && let Some(pixel) = self.pixel(left + x as i32, top + y as i32)
            {
                // Where two letters touch, there is as much ink as the one has that has more.
                *pixel = (lightest + step - 1).max(*pixel);
            }
        });
    }
}

/// The pixels that a glyph can touch.
struct Frame {
    left: i32,
    top: i32,
    width: usize,
    height: usize,
}

impl Frame {
    fn around(steps: &[Step], on_picture: impl Fn(Point) -> (f32, f32)) -> Option<Self> {
        let points = steps.iter().flat_map(|step| match *step {
            Step::Move(to) | Step::Line(to) => [Some(to), None],
            Step::Curve(over, to) => [Some(over), Some(to)],
            Step::Close => [None, None],
        });
        let mut bounds: Option<[f32; 4]> = None;
        for (x, y) in points.flatten().map(on_picture) {
            let [left, top, right, bottom] = bounds.unwrap_or([x, y, x, y]);
            bounds = Some([left.min(x), top.min(y), right.max(x), bottom.max(y)]);
        }
        let [left, top, right, bottom] = bounds?;
        let (left, top) = (left.floor() as i32 - 1, top.floor() as i32 - 1);
        let size = |from: i32, to: f32| usize::try_from(to.ceil() as i32 + 1 - from).unwrap_or(0);
        Some(Self { left, top, width: size(left, right), height: size(top, bottom) })
    }
}

fn file(palette: &[u8], rows: &[u8]) -> Vec<u8> {
    const EIGHT_BITS: u8 = 8;
    const BY_PALETTE: u8 = 3;
    let mut file = b"\x89PNG\r\n\x1A\n".to_vec();
    let mut header = [WIDTH, HEIGHT].map(i32::to_be_bytes).concat();
    header.extend([EIGHT_BITS, BY_PALETTE, 0, 0, 0]);
    chunk(&mut file, b"IHDR", &header);
    chunk(&mut file, b"PLTE", palette);
    chunk(&mut file, b"IDAT", &packed(rows));
    chunk(&mut file, b"IEND", &[]);
    file
}

fn chunk(file: &mut Vec<u8>, kind: &[u8; 4], data: &[u8]) {
    let length = u32::try_from(data.len()).expect("a card is small");
    file.extend(length.to_be_bytes());
    let begin = file.len();
    file.extend(kind);
    file.extend(data);
    let checksum = libdeflater::crc32(&file[begin..]);
    file.extend(checksum.to_be_bytes());
}

fn packed(rows: &[u8]) -> Vec<u8> {
    let level = libdeflater::CompressionLvl::new(6).expect("there is such a level");
    let mut packer = libdeflater::Compressor::new(level);
    let mut packed = vec![0; packer.zlib_compress_bound(rows.len())];
    let length = packer.zlib_compress(rows, &mut packed).expect("there is room for the most it takes");
    packed.truncate(length);
    packed
}
