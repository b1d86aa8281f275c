//! Charts as inline SVG. Lengths from left to right are shares of the width, so that letters keep their size on a telephone and on
//! paper; what they are drawn with stands in the style sheet of the document.

use super::phrases;
use super::{Tally, Week};
use crate::render::pages::phrases::number;
use crate::words::Language;
use quick_xml::escape::escape;
use std::fmt::Write;

/// Of so many columns each has its number above it; of more there is a scale.
const FEW: usize = 14;
/// Of so many columns each has its day below it; of more every other one.
const FEWER: usize = 7;
/// Of more categories the ones with most articles are drawn, so many that some are left for the rest.
const MOST_BARS: usize = 14;
const SHORTENED: usize = 12;
/// Bars that stay together on paper: what is left of a sheet is used.
const TOGETHER: usize = 4;
/// Letters of a name that have room on a telephone.
const MOST_LETTERS: usize = 42;

/// How high the columns are drawn, and where they stand.
const PLOT: usize = 120;
const BASE: usize = 140;
const COLUMNS_HEIGHT: usize = 164;
/// How much of it a bar takes with its name.
const ROW: usize = 31;

/// All widths together, in parts of a hundredth.
const WIDTH: usize = 10_000;
/// A column is no wider than this.
const WIDEST: usize = 1_200;

/// Text of ours goes into memory.
fn put(svg: &mut String, text: std::fmt::Arguments<'_>) {
    svg.write_fmt(text).expect("writing to memory does not fail");
}

/// A share of the width.
fn share(parts: usize) -> String {
    format!("{}.{:02}%", parts / 100, parts % 100)
}

/// A height in tenths of a unit.
fn tenths(height: usize) -> String {
    format!("{}.{}", height / 10, height % 10)
}

fn begun(name: &str, height: usize, title: &str, description: &str) -> String {
    format!(
        "<svg class=\"chart\" role=\"img\" aria-labelledby=\"{name}-title {name}-text\" width=\"100%\" height=\"{height}\">\n\
         <title id=\"{name}-title\">{}</title>\n<desc id=\"{name}-text\">{}</desc>\n",
        escape(title),
        escape(description),
    )
}

/// A column for each week; nothing where no article came out.
pub(super) fn weeks(weeks: &[Week], language: Language) -> Option<String> {
    let say = phrases::Phrases::of(language);
    let most = weeks.iter().max_by_key(|week| week.published).filter(|week| week.published > 0)?;
    let empty = weeks.iter().filter(|week| week.published == 0).count();
    let described = phrases::weeks_described(
        language,
        weeks.len(),
        &number(language, most.published),
        &in_words(most, language),
        empty,
    );
    let mut svg = begun("weeks", COLUMNS_HEIGHT, say.by_week, &described);
    let is_few = weeks.len() <= FEW;
    let scale = Scale::reaching(most.published);
    let top = if is_few { most.published } else { scale.top() };
    let gutter = if is_few { 0 } else { 300 + 150 * number(language, scale.top()).len() };
    if !is_few {
        for mark in scale.marks() {
            let y = tenths((BASE * 10).saturating_sub(mark * PLOT * 10 / top));
            put(&mut svg, format_args!("<line class=\"rule\" x1=\"0\" x2=\"100%\" y1=\"{y}\" y2=\"{y}\"/>"));
            put(
                &mut svg,
                format_args!(
                    "<text class=\"soft\" x=\"0\" y=\"{y}\" dy=\"-3\">{}</text>\n",
                    number(language, mark)
                ),
            );
        }
    }
    put(&mut svg, format_args!("<line class=\"base\" x1=\"0\" x2=\"100%\" y1=\"{BASE}\" y2=\"{BASE}\"/>\n"));
    let room = WIDTH - gutter;
    let width = (room * 7 / 10 / weeks.len()).clamp(1, WIDEST);
    for (place, week) in weeks.iter().enumerate() {
        let middle = gutter + room * (2 * place + 1) / (2 * weeks.len());
        let height = week.published * PLOT * 10 / top;
        let at = share(middle);
        match week.published {
            0 if is_few => {}
            // Without a number above it a week is seen to have none.
            0 => put(
                &mut svg,
                format_args!("<circle class=\"zero\" cx=\"{at}\" cy=\"{}\" r=\"1.5\"/>", BASE - 4),
            ),
            _ => column(&mut svg, week, [middle, width, height]),
        }
        if is_few {
            let y = tenths(BASE * 10 - height);
            let count = number(language, week.published);
            // Close above the line and the day below that, a nought would be read as a fraction with them.
            let (class, dy) = if week.published == 0 { ("middle soft", -12) } else { ("middle", -5) };
            put(
                &mut svg,
                format_args!("<text class=\"{class}\" x=\"{at}\" y=\"{y}\" dy=\"{dy}\">{count}</text>"),
            );
        }
        if let Some(mark) = mark_below(weeks, place, language) {
            put(
                &mut svg,
                format_args!("<text class=\"middle soft\" x=\"{at}\" y=\"{}\">{mark}</text>", BASE + 17),
            );
        }
        svg.push('\n');
    }
    svg.push_str("</svg>");
    Some(svg)
}

fn column(svg: &mut String, week: &Week, [middle, width, height]: [usize; 3]) {
    let class = if week.is_running { "bar running" } else { "bar" };
    let height = height.max(10);
    put(
        svg,
        format_args!(
            "<rect class=\"{class}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>",
            share(middle - width / 2),
            tenths(BASE * 10 - height),
            share(width),
            tenths(height),
        ),
    );
}

/// The days where there are few weeks, else the months where they begin.
fn mark_below(weeks: &[Week], place: usize, language: Language) -> Option<String> {
    let week = weeks.get(place)?;
    if weeks.len() <= FEW {
        let is_marked = weeks.len() <= FEWER || place.is_multiple_of(2);
        return is_marked.then(|| week.first.in_short(language));
    }
    let month = week.last.month();
    let is_first = place
        .checked_sub(1)
        .and_then(|before| weeks.get(before))
        .is_none_or(|before| before.last.month() != month);
    is_first.then(|| month.in_short(language))
}

/// Which days a week has.
pub(super) fn in_words(week: &Week, language: Language) -> String {
    let (first, last) = (week.first, week.last.in_words(language));
    match language {
        _ if first == week.last => last,
        Language::Vi => format!("{} – {last}", first.in_short(language)),
        Language::En => format!("{} – {last}", first.in_words(language)),
    }
}

/// Numbers that people count in, up to the first that is no less than all.
struct Scale {
    step: usize,
    steps: usize,
}

impl Scale {
    fn reaching(most: usize) -> Self {
        let steps = |step: &usize| most.div_ceil(*step) <= 4;
        let tens = (0..).map(|power| 10_usize.saturating_pow(power));
        let mut all = tens.flat_map(|ten| [1, 2, 5].map(|times| ten.saturating_mul(times)));
        let step = all.find(steps).expect("they grow beyond any number");
        Self { step, steps: most.div_ceil(step) }
    }

    fn top(&self) -> usize {
        self.step * self.steps
    }

    fn marks(&self) -> impl Iterator<Item = usize> {
        (1..=self.steps).map(|steps| steps * self.step)
    }
}

/// A bar for each category, as many as have room; and how many have none.
pub(super) fn categories(tallies: &[Tally], language: Language) -> (Option<String>, usize) {
    let say = phrases::Phrases::of(language);
    let drawn = if tallies.len() > MOST_BARS { &tallies[..SHORTENED] } else { tallies };
    let named = |tally: &Tally| tally.name.clone().unwrap_or_else(|| say.none.to_owned());
    let told: Vec<String> = drawn
        .iter()
        .map(|tally| format!("{}: {}", named(tally), number(language, tally.published)))
        .collect();
    let Some(most) = drawn.iter().map(|tally| tally.published).max() else { return (None, 0) };
    let described = phrases::categories_described(language, &told.join("; "));
    let mut svg = String::new();
    for (place, tally) in drawn.iter().enumerate() {
        let (group, within) = (place / TOGETHER, place % TOGETHER);
        let height = ROW * (drawn.len() - TOGETHER * group).min(TOGETHER);
        match (group, within) {
            (0, 0) => svg.push_str(&begun("categories", height, say.by_category, &described)),
            // The first says what all of them show.
            (_, 0) => put(
                &mut svg,
                format_args!(
                    "</svg>\n<svg class=\"chart\" aria-hidden=\"true\" width=\"100%\" height=\"{height}\">\n"
                ),
            ),
            _ => {}
        }
        let top = ROW * within;
        let (name, count) = (shortened(&named(tally)), number(language, tally.published));
        put(&mut svg, format_args!("<text x=\"0\" y=\"{}\">{}</text>", top + 14, escape(&name)));
        put(&mut svg, format_args!("<text class=\"end\" x=\"100%\" y=\"{}\">{count}</text>", top + 14));
        let width = share((tally.published * WIDTH / most).max(20));
        put(
            &mut svg,
            format_args!("<rect class=\"bar\" x=\"0\" y=\"{}\" width=\"{width}\" height=\"8\"/>\n", top + 18),
        );
    }
    svg.push_str("</svg>");
    (Some(svg), tallies.len() - drawn.len())
}

fn shortened(name: &str) -> String {
    match name.char_indices().nth(MOST_LETTERS) {
        None => name.to_owned(),
        Some((end, _)) => format!("{}…", name[..end].trim_end()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::{Day, Month};

    /// Weeks of 2026 with so many articles each, the last of them running.
    fn year(counts: &[usize]) -> Vec<Week> {
        let months = (1..=12).filter_map(|month| Month::parse(&format!("2026-{month:02}")));
        let days: Vec<Day> = months.flat_map(Month::days).collect();
        let weeks = days.chunk_by(|_, next| !next.is_monday()).zip(counts);
        let week = |(days, count): (&[Day], &usize)| Week {
            first: days[0],
            last: days[days.len() - 1],
            published: *count,
            is_running: false,
        };
        let mut weeks: Vec<Week> = weeks.map(week).collect();
        if let Some(last) = weeks.last_mut() {
            last.is_running = true;
        }
        weeks
    }

    fn tallies(count: usize) -> Vec<Tally> {
        let name = |place: usize| match place {
            0 => "Xây dựng Đảng, xây dựng hệ thống chính trị & cải cách hành chính".to_owned(),
            place => format!("Chuyên mục <{place}>"),
        };
        let tally = |place| Tally { name: Some(name(place)), published: 1 + 1000 / (place + 1) };
        (0..count).map(tally).collect()
    }

    /// Compares with `tests/expected/report/NAME`; with `BLESS=1` in the environment, writes it instead.
    fn check(name: &str, drawn: Option<String>) {
        let file = format!("{}/tests/expected/report/{name}", env!("CARGO_MANIFEST_DIR"));
        let drawn = drawn.expect("there is something to draw") + "\n";
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(&file, &drawn).expect("the expected text can be written");
        }
        let expected = std::fs::read_to_string(&file).expect("the expected text is there");
        assert_eq!(drawn, expected, "{file} differs; BLESS=1 accepts what is drawn now");
    }

    #[test]
    fn any_number_of_weeks_is_drawn() {
        check("one-week.svg", weeks(&year(&[3]), Language::Vi));
        let quarter: Vec<usize> = (0..14).map(|week| week * week % 11).collect();
        check("a-quarter.svg", weeks(&year(&quarter), Language::En));
        let whole: Vec<usize> = (0..53).map(|week| week * 7919 % 1301 / (1 + week % 5 * 100)).collect();
        check("a-year.svg", weeks(&year(&whole), Language::Vi));
        assert_eq!(weeks(&year(&[0; 53]), Language::Vi), None, "nothing is no chart");
        assert_eq!(weeks(&[], Language::Vi), None);
    }

    #[test]
    fn any_number_of_categories_is_drawn() {
        let (one, hidden) = categories(&tallies(1), Language::Vi);
        check("one-category.svg", one);
        assert_eq!(hidden, 0);
        let (forty, hidden) = categories(&tallies(40), Language::En);
        check("forty-categories.svg", forty);
        assert_eq!(hidden, 28);
        assert_eq!(categories(&tallies(MOST_BARS), Language::Vi).1, 0, "one or two more are drawn, too");
        assert_eq!(categories(&[], Language::Vi), (None, 0));
    }

    #[test]
    fn a_scale_has_few_marks_in_numbers_people_count_in() {
        for (most, marks) in [
            (1, "1"),
            (3, "1 2 3"),
            (5, "2 4 6"),
            (9, "5 10"),
            (17, "5 10 15 20"),
            (99, "50 100"),
            (1301, "500 1000 1500"),
        ] {
            let told: Vec<String> = Scale::reaching(most).marks().map(|mark| mark.to_string()).collect();
            assert_eq!(told.join(" "), marks, "{most}");
        }
        for most in 1..5000 {
            let scale = Scale::reaching(most);
            assert!(scale.top() >= most && scale.top() < 3 * most && scale.steps <= 4, "{most}");
        }
    }
}
