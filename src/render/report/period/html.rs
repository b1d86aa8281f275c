//! The report as one page for paper (A4), and for screens: without scripts and without anything from elsewhere.

use super::letter::{Cell, Column, Letter, Name, Section};
use super::phrases::{self, Phrases};
use super::{PeriodReport, chart};
use crate::render::pages::parts::page_language;
use crate::render::pages::style;
use crate::words::{Language, Site};
use askama::Template;

const STYLE: &str = include_str!("style.css");
/// A table of figures with no more rows stays on one sheet of paper.
const SHORT: usize = 15;

/// The page.
pub fn html(report: &PeriodReport<'_>) -> Vec<u8> {
    let site = report.site;
    let say = Phrases::of(site.interface());
    let Letter { title, reach, as_of, sections } = Letter::of(report);
    let page = Page {
        site,
        say,
        language: page_language(site),
        icon: style::ICON,
        style: STYLE,
        heading: unbroken(&title, &report.period.in_words(site.interface()), site.interface()),
        title,
        reach,
        as_of,
        parts: sections.into_iter().map(|section| Part::of(report, section)).collect(),
    };
    page.render().expect("texts print into memory without fail").into_bytes()
}

#[derive(Template)]
#[template(path = "report.html")]
struct Page<'a> {
    site: &'a Site,
    say: &'static Phrases,
    language: &'a str,
    icon: &'static str,
    style: &'static str,
    title: String,
    heading: String,
    reach: String,
    as_of: String,
    parts: Vec<Part<'a>>,
}

/// A section of the page.
struct Part<'a> {
    id: &'static str,
    class: &'static str,
    title: &'static str,
    chart: Option<String>,
    /// Whether its table only says once more what the chart shows.
    is_aside: bool,
    notes: Vec<String>,
    /// The titles of its columns as the style sheet sets them before cells that stand below each other.
    labels: String,
    heads: Vec<(&'static str, String)>,
    rows: Vec<Vec<Place<'a>>>,
}

/// A cell of its table.
struct Place<'a> {
    is_head: bool,
    class: &'static str,
    cell: Cell<'a>,
}

impl<'a> Part<'a> {
    fn of(report: &PeriodReport<'_>, section: Section<'a>) -> Self {
        let language = report.site.interface();
        let Section { name, title, columns, rows, mut notes } = section;
        let (chart, hidden) = match name {
            Name::Weeks => (chart::weeks(&report.weeks(), language), 0),
            Name::Categories => chart::categories(&report.categories(), language),
            _ => (None, 0),
        };
        if hidden > 0 {
            notes.push(phrases::further_categories(language, hidden));
        }
        let place = |(place, cell): (usize, Cell<'a>)| {
            let (column, _) = columns[place];
            Place { is_head: is_head(column), class: class_of(column), cell }
        };
        let label = |(place, (_, title)): (usize, &(Column, String))| format!("--c{}:'{title}'", place + 1);
        Self {
            id: id(name),
            class: match is_list(name) {
                true => "list",
                false if rows.len() <= SHORT => "figures short",
                false => "figures",
            },
            title,
            is_aside: chart.is_some() && hidden == 0,
            chart,
            notes,
            labels: match is_list(name) {
                true => columns.iter().enumerate().map(label).collect::<Vec<_>>().join(";"),
                false => String::new(),
            },
            rows: rows.into_iter().map(|cells| cells.into_iter().enumerate().map(place).collect()).collect(),
            heads: columns.iter().map(|(column, title)| (class_of(*column), title.clone())).collect(),
        }
    }
}

/// The title, with the period in one line where that is short.
fn unbroken(title: &str, period: &str, language: Language) -> String {
    match language {
        Language::Vi => title.replace(period, &period.replace(' ', "\u{A0}")),
        Language::En => title.to_owned(),
    }
}

fn is_head(column: Column) -> bool {
    column == Column::Head
}

fn class_of(column: Column) -> &'static str {
    match column {
        Column::Head => "head",
        Column::Time => "time",
        Column::Number => "number",
        Column::Text => "text",
    }
}

fn id(name: Name) -> &'static str {
    match name {
        Name::Totals => "totals",
        Name::Weeks => "by-week",
        Name::Categories => "by-category",
        Name::Authors => "by-author",
        Name::Sources => "by-source",
        Name::Published => "published",
        Name::Late => "late",
        Name::Corrected => "corrected",
        Name::Withdrawn => "withdrawn",
        Name::Partners => "partners",
    }
}

/// Whether each row is a thing of its own, whose cells stand below each other on a telephone.
fn is_list(name: Name) -> bool {
    match name {
        Name::Totals | Name::Weeks | Name::Categories | Name::Authors | Name::Sources => false,
        Name::Published | Name::Late | Name::Corrected | Name::Withdrawn | Name::Partners => true,
    }
}
