//! What a report says to people, before it is Markdown or HTML.

use super::chart::in_words;
use super::phrases::{self, Phrases};
use super::{Counts, Listed, PeriodReport, Tally, Took};
use crate::render::pages::phrases::number;
use crate::words::{Day, Language, LanguageTag, Timestamp};

/// The whole of it.
pub(super) struct Letter<'a> {
    pub title: String,
    /// From when to when it goes.
    pub reach: String,
    /// When its numbers were so.
    pub as_of: String,
    pub sections: Vec<Section<'a>>,
}

/// A table with its heading.
pub(super) struct Section<'a> {
    pub name: Name,
    pub title: &'static str,
    pub columns: Vec<(Column, String)>,
    pub rows: Vec<Vec<Cell<'a>>>,
    /// What has to be known to read it.
    pub notes: Vec<String>,
}

/// Which one it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Name {
    Totals,
    Weeks,
    Categories,
    Authors,
    Sources,
    Published,
    Late,
    Corrected,
    Withdrawn,
    Partners,
}

/// What stands in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    /// What the row is about.
    Head,
    Time,
    Number,
    Text,
}

/// What stands in one place of a table.
pub(super) struct Cell<'a> {
    pub text: String,
    /// Where it leads.
    pub address: Option<&'a str>,
    /// Its language, when it is not the site's.
    pub language: Option<&'a LanguageTag>,
}

impl Cell<'_> {
    fn of(text: impl Into<String>) -> Self {
        Self { text: text.into(), address: None, language: None }
    }
}

impl<'a> Letter<'a> {
    /// What this report says.
    pub(super) fn of(report: &'a PeriodReport<'_>) -> Self {
        let PeriodReport { site, period, as_of, .. } = report;
        let language = site.interface();
        let say = Phrases::of(language);
        let day = |at: Timestamp| Day::of(at, &site.zone).in_words(language);
        let span = period.span(&site.zone);
        let now = site.time(*as_of);
        let today = report.is_open().then(|| day(*as_of));
        let first = day(span.start);
        let mut sections = vec![totals(report, say)];
        if !report.published.is_empty() {
            sections.extend([
                weeks(report, say),
                categories(report, say),
                authors(report, say),
                sources(report, say),
            ]);
        }
        sections.extend([
            published(report, say),
            late(report, say),
            corrected(report, say),
            withdrawn(report, say),
        ]);
        if !report.partners.is_empty() {
            sections.push(partners(report, say));
        }
        Self {
            title: phrases::title(language, &period.in_words(language), today.as_deref()),
            reach: match report.is_open() {
                true => phrases::reach_so_far(language, &first, &now),
                false => phrases::reach(language, &first, &day(span.end.plus_seconds(-1))),
            },
            as_of: format!("{} {now}", say.as_of),
            sections,
        }
    }
}

fn columns<const COUNT: usize>(kinds: [Column; COUNT], titles: [&str; COUNT]) -> Vec<(Column, String)> {
    kinds.into_iter().zip(titles.map(str::to_owned)).collect()
}

fn totals<'a>(report: &'a PeriodReport<'_>, say: &Phrases) -> Section<'a> {
    let language = report.site.interface();
    let before = report.before.map(|(period, numbers)| (period, numbers.named()));
    let mut columns = columns([Column::Head, Column::Number], ["", say.this_period]);
    if let Some((period, _)) = before {
        let title = phrases::before(language, &period.in_words(language));
        columns.extend([(Column::Number, title), (Column::Number, say.change.to_owned())]);
    }
    let row = |(place, label): (usize, &&'static str)| {
        let (_, now) = report.numbers().named()[place];
        let then = before.map(|(_, numbers)| numbers[place].1);
        let then = then.map(|then| [number(language, then), change(language, then, now)]);
        let told = [(*label).to_owned(), number(language, now)];
        told.into_iter().chain(then.into_iter().flatten()).map(Cell::of).collect()
    };
    let open = report.is_open().then(|| phrases::still_open(language, &report.site.time(report.as_of)));
    let unread =
        Some(report.unread()).filter(|count| *count > 0).map(|count| phrases::unread(language, count));
    Section {
        name: Name::Totals,
        title: say.totals,
        columns,
        rows: say.numbers.iter().enumerate().map(row).collect(),
        notes: open.into_iter().chain(unread).collect(),
    }
}

/// With a sign, unless there is none.
fn change(language: Language, then: usize, now: usize) -> String {
    let sign = match now.cmp(&then) {
        std::cmp::Ordering::Less => "−",
        std::cmp::Ordering::Equal => "",
        std::cmp::Ordering::Greater => "+",
    };
    format!("{sign}{}", number(language, now.abs_diff(then)))
}

fn weeks<'a>(report: &'a PeriodReport<'_>, say: &Phrases) -> Section<'a> {
    let language = report.site.interface();
    let weeks = report.weeks();
    let row = |week: &super::Week| {
        let running = if week.is_running { format!(" ({})", say.running) } else { String::new() };
        let days = format!("{}{running}", in_words(week, language));
        [days, number(language, week.published)].map(Cell::of).into()
    };
    Section {
        name: Name::Weeks,
        title: say.by_week,
        columns: columns([Column::Head, Column::Number], [say.week, say.articles]),
        rows: weeks.iter().map(row).collect(),
        notes: Vec::new(),
    }
}

fn tallied<'a>(
    report: &'a PeriodReport<'_>,
    say: &Phrases,
    name: Name,
    [title, column, nameless]: [&'static str; 3],
    tallies: Vec<Tally>,
) -> Section<'a> {
    let language = report.site.interface();
    let row = |Tally { name, published }: Tally| {
        let name = name.unwrap_or_else(|| nameless.to_owned());
        [name, number(language, published)].map(Cell::of).into()
    };
    Section {
        name,
        title,
        columns: columns([Column::Head, Column::Number], [column, say.articles]),
        rows: tallies.into_iter().map(row).collect(),
        notes: Vec::new(),
    }
}

/// The remark, where some articles count more than once.
fn if_several(tallies: &[Tally], articles: usize, remark: &str) -> Vec<String> {
    let counted: usize = tallies.iter().map(|tally| tally.published).sum();
    (counted > articles).then(|| remark.to_owned()).into_iter().collect()
}

fn categories<'a>(report: &'a PeriodReport<'_>, say: &Phrases) -> Section<'a> {
    let tallies = report.categories();
    let notes = if_several(&tallies, report.published.len(), say.several_categories);
    let section = tallied(report, say, Name::Categories, [say.by_category, say.category, say.none], tallies);
    Section { notes, ..section }
}

fn authors<'a>(report: &'a PeriodReport<'_>, say: &Phrases) -> Section<'a> {
    let tallies = report.authors();
    let notes = if_several(&tallies, report.published.len(), say.several_authors);
    let section = tallied(report, say, Name::Authors, [say.by_author, say.author, say.no_author], tallies);
    Section { notes, ..section }
}

fn sources<'a>(report: &'a PeriodReport<'_>, say: &Phrases) -> Section<'a> {
    tallied(report, say, Name::Sources, [say.by_source, say.source, say.not_read], report.sources())
}

fn day<'a>(report: &PeriodReport<'_>, at: Timestamp) -> Cell<'a> {
    Cell::of(Day::of(at, &report.site.zone).in_words(report.site.interface()))
}

/// The title, which leads to the article while it is out.
fn title(article: &Listed, is_out: bool) -> Cell<'_> {
    Cell {
        text: article.title.clone(),
        address: is_out.then_some(article.address.as_str()),
        language: article.language.as_ref(),
    }
}

/// Who wrote it, and where it comes from when that is not the office itself.
fn byline<'a>(article: &Listed) -> Cell<'a> {
    let source = match &article.source {
        super::Source::Other(name) => Some(format!("({name})")),
        super::Source::Office | super::Source::Unread => None,
    };
    let authors = Some(article.authors.join(", ")).filter(|authors| !authors.is_empty());
    Cell::of(authors.into_iter().chain(source).collect::<Vec<_>>().join(" "))
}

fn published<'a>(report: &'a PeriodReport<'_>, say: &Phrases) -> Section<'a> {
    let row = |article: &'a Listed| {
        let filed = Cell::of(article.categories.join(", "));
        vec![day(report, article.published), title(article, true), filed, byline(article)]
    };
    let kinds = [Column::Time, Column::Head, Column::Text, Column::Text];
    Section {
        name: Name::Published,
        title: say.published,
        columns: columns(kinds, say.published_columns),
        rows: report.published.iter().map(row).collect(),
        notes: Vec::new(),
    }
}

fn late<'a>(report: &'a PeriodReport<'_>, say: &Phrases) -> Section<'a> {
    let row = |article: &'a Listed| {
        let filed = Cell::of(article.categories.join(", "));
        let days = [day(report, article.published), day(report, article.came)];
        days.into_iter().chain([title(article, true), filed, byline(article)]).collect()
    };
    let kinds = [Column::Time, Column::Time, Column::Head, Column::Text, Column::Text];
    let is_any = !report.late.is_empty();
    Section {
        name: Name::Late,
        title: say.late,
        columns: columns(kinds, say.late_columns),
        rows: report.late.iter().map(row).collect(),
        notes: is_any.then(|| say.what_late_means.to_owned()).into_iter().collect(),
    }
}

fn corrected<'a>(report: &'a PeriodReport<'_>, say: &Phrases) -> Section<'a> {
    let row = |corrected: &'a super::Corrected| {
        let what = corrected.what.clone().unwrap_or_else(|| "–".to_owned());
        let what = Cell { language: corrected.article.language.as_ref(), ..Cell::of(what) };
        vec![Cell::of(report.site.time(corrected.at)), title(&corrected.article, true), what]
    };
    Section {
        name: Name::Corrected,
        title: say.corrected,
        columns: columns([Column::Time, Column::Head, Column::Text], say.corrected_columns),
        rows: report.corrected.iter().map(row).collect(),
        notes: Vec::new(),
    }
}

fn withdrawn<'a>(report: &'a PeriodReport<'_>, say: &Phrases) -> Section<'a> {
    let row = |withdrawn: &'a super::Withdrawn| {
        let reason = withdrawn.reason.clone().unwrap_or_else(|| "–".to_owned());
        let (at, article) = (report.site.time(withdrawn.at), &withdrawn.article);
        vec![Cell::of(at), title(article, false), day(report, article.published), Cell::of(reason)]
    };
    let kinds = [Column::Time, Column::Head, Column::Time, Column::Text];
    Section {
        name: Name::Withdrawn,
        title: say.withdrawn,
        columns: columns(kinds, say.withdrawn_columns),
        rows: report.withdrawn.iter().map(row).collect(),
        notes: Vec::new(),
    }
}

fn partners<'a>(report: &'a PeriodReport<'_>, say: &Phrases) -> Section<'a> {
    let language = report.site.interface();
    let row = |taking: &'a super::Taking| {
        let took = match &taking.took {
            Took::Counted(counts) => taken(language, say, counts),
            Took::Public => [say.public_feed, "–", "–", "–"].map(str::to_owned),
            Took::Forgotten => [say.forgotten, "–", "–", "–"].map(str::to_owned),
        };
        [taking.organisation.clone()].into_iter().chain(took).map(Cell::of).collect()
    };
    let [organisation, others @ ..] = say.partner_columns;
    let mut columns = columns([Column::Head], [organisation]);
    columns.extend(others.map(|title| (Column::Text, title.to_owned())));
    Section {
        name: Name::Partners,
        title: say.partners,
        columns,
        rows: report.partners.iter().map(row).collect(),
        notes: vec![say.what_is_recorded.to_owned()],
    }
}

fn taken(language: Language, say: &Phrases, counts: &Counts) -> [String; 4] {
    let number = |count| number(language, count);
    let of_which = |count: usize, what: &str, of_them: usize| match count {
        0 => number(0),
        count => phrases::of_which(&number(count), what, &number(of_them)),
    };
    [
        number(counts.delivered),
        of_which(counts.corrected, say.correction_sent, counts.corrections_sent),
        of_which(counts.withdrawn, say.not_told, counts.not_told),
        match counts.days {
            0 => say.no_days.to_owned(),
            days => phrases::of_days(language, &number(counts.silent), &number(days)),
        },
    ]
}
