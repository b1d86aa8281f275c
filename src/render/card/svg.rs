use super::Card;
use super::colours::{Colour, Ink};
use super::font::{EM, Glyph, Point, Step, Weight, outline};
use super::layout::{Drawing, HEIGHT, Line, WIDTH};
use super::letters::in_one_line;
use crate::words::Theme;
use quick_xml::escape::escape;
use std::collections::BTreeSet;
use std::fmt::Write;

/// A drawing as SVG: each glyph's outline once, in units of the font, and where it stands.
pub fn svg(card: &Card<'_>, drawing: &Drawing) -> String {
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{HEIGHT}\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" \
         role=\"img\" aria-labelledby=\"title desc\" xml:lang=\"{}\">\n<title id=\"title\">{}</title>\n\
         <desc id=\"desc\">{}</desc>\n",
        card.language.choose("vi", "en"),
        escape(in_one_line(&card.feed.title)),
        escape(card.alt()),
    );
    if card.theme == Theme::Auto {
        style(&mut svg);
    }
    glyphs(&mut svg, &drawing.lines);
    for rectangle in &drawing.boxes {
        let super::layout::Rectangle { left, top, width, height, ink } = *rectangle;
        let paint = paint(card.theme, ink);
        put(&mut svg, format_args!("<path {paint} d=\"M{left} {top}h{width}v{height}h-{width}z\"/>\n"));
    }
    for line in &drawing.lines {
        text(&mut svg, card.theme, line);
    }
    svg.push_str("</svg>\n");
    svg
}

/// Text of ours goes into memory.
fn put(svg: &mut String, text: std::fmt::Arguments<'_>) {
    svg.write_fmt(text).expect("writing to memory does not fail");
}

fn hex([red, green, blue]: Colour) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}

/// What those see who prefer it dark.
fn style(svg: &mut String) {
    svg.push_str("<style>@media (prefers-color-scheme:dark){");
    for ink in Ink::ALL {
        put(svg, format_args!(".{}{{fill:{}}}", ink.class(), hex(ink.dark())));
    }
    svg.push_str("}</style>\n");
}

fn paint(theme: Theme, ink: Ink) -> String {
    match theme {
        Theme::Auto => format!("class=\"{}\" fill=\"{}\"", ink.class(), hex(ink.light())),
        Theme::Light => format!("fill=\"{}\"", hex(ink.light())),
        Theme::Dark => format!("fill=\"{}\"", hex(ink.dark())),
    }
}

/// The outlines of all glyphs that the lines need.
fn glyphs(svg: &mut String, lines: &[Line]) {
    let used: BTreeSet<Glyph> =
        lines.iter().flat_map(|line| line.setting.glyphs.iter().map(|(glyph, _)| *glyph)).collect();
    svg.push_str("<defs>\n");
    for glyph in used {
        let path = path(&outline(glyph));
        if !path.is_empty() {
            put(svg, format_args!("<path id=\"{}\" d=\"{path}\"/>\n", id(glyph)));
        }
    }
    svg.push_str("</defs>\n");
}

fn id(Glyph { weight, number }: Glyph) -> String {
    match weight {
        Weight::Regular => format!("r{number}"),
        Weight::Bold => format!("b{number}"),
    }
}

/// An outline in as few characters as it takes: each point as its distance from the last.
fn path(steps: &[Step]) -> String {
    let mut path = String::new();
    let mut from = (0, 0);
    let mut begun = (0, 0);
    for step in steps {
        match *step {
            Step::Move(to) => {
                path.push('m');
                far(&mut path, from, to);
                (from, begun) = (to, to);
            }
            Step::Line(to) => {
                match (to.0 - from.0, to.1 - from.1) {
                    (0, 0) => {}
                    (0, up) => put(&mut path, format_args!("v{up}")),
                    (right, 0) => put(&mut path, format_args!("h{right}")),
                    _ => {
                        path.push('l');
                        far(&mut path, from, to);
                    }
                }
                from = to;
            }
            Step::Curve(over, to) => {
                path.push('q');
                far(&mut path, from, over);
                if to.0 >= from.0 {
                    path.push(' ');
                }
                far(&mut path, from, to);
                from = to;
            }
            Step::Close => {
                path.push('z');
                from = begun;
            }
        }
    }
    path
}

/// A minus separates numbers as well as a blank does.
fn far(path: &mut String, from: Point, to: Point) {
    let (right, up) = (to.0 - from.0, to.1 - from.1);
    put(path, format_args!("{right}{}{up}", if up < 0 { "" } else { " " }));
}

fn text(svg: &mut String, theme: Theme, line: &Line) {
    let Line { left, baseline, size, ink, setting } = line;
    // Units of the font are thousandths of its size.
    let scale = format!(".{size:03}");
    debug_assert!(EM == 1000 && *size < 1000);
    let paint = paint(theme, *ink);
    put(svg, format_args!("<g {paint} transform=\"matrix({scale} 0 0 -{scale} {left} {baseline})\">"));
    for (glyph, x) in &setting.glyphs {
        if outline(*glyph).is_empty() {
            continue;
        }
        match x {
            0 => put(svg, format_args!("<use href=\"#{}\"/>", id(*glyph))),
            x => put(svg, format_args!("<use href=\"#{}\" x=\"{x}\"/>", id(*glyph))),
        }
    }
    svg.push_str("</g>\n");
}
