//! What was found, for people at a terminal and for programs.

use super::excerpt::{Excerpt, visible};
use crate::settings::FeedDefinition;
use crate::words::{Language, Problem, Severity, Text, hint_label};
use annotate_snippets::Level;
use annotate_snippets::renderer::{DEFAULT_ERROR_STYLE, DEFAULT_HELP_STYLE, DEFAULT_WARNING_STYLE, Style};
use serde::Serialize;

/// A problem, where its file is for whoever asked, and the line it is on.
pub(super) struct Finding {
    /// The file, from the folder the command was typed in, or from the root where it is not below that.
    pub path: String,
    pub problem: Problem,
    pub excerpt: Option<Excerpt>,
}

impl Finding {
    /// `path:line:column: what`, the line with the place marked, and the hint.
    pub(super) fn told(&self, language: Language, in_colour: bool) -> String {
        let Problem { line, severity, what, hint, .. } = &self.problem;
        let (style, level) = match severity {
            Severity::Error => (DEFAULT_ERROR_STYLE, Level::ERROR),
            Severity::Remark | Severity::Guess => (DEFAULT_WARNING_STYLE, Level::WARNING),
        };
        let painted = |style: Style, text: &str| match in_colour {
            true => format!("{style}{text}{style:#}"),
            false => text.to_owned(),
        };
        let column = self.excerpt.as_ref().map(|excerpt| excerpt.columns.start.to_string());
        let numbers = line.map(|line| line.to_string()).into_iter().chain(column);
        let place: Vec<String> = std::iter::once(visible(&self.path)).chain(numbers).collect();
        let mut told =
            format!("{}: {}\n", place.join(":"), painted(style, &visible(what.in_language(language))));
        if let Some(excerpt) = &self.excerpt {
            told.push_str(&excerpt.drawn(level, in_colour));
            told.push('\n');
        }
        let label = painted(DEFAULT_HELP_STYLE, hint_label(language));
        told.push_str(&format!("  {label}: {}\n", visible(hint.in_language(language))));
        told
    }
}

/// How many feeds were made for partners, and how many of them only they get.
pub(super) struct Agreements {
    pub all: usize,
    pub private: usize,
}

impl Agreements {
    pub(super) fn of(definitions: &[FeedDefinition]) -> Self {
        let partners = || definitions.iter().filter_map(|definition| definition.partner.as_ref());
        Self { all: partners().count(), private: partners().filter(|partner| partner.is_private()).count() }
    }

    fn told(&self, language: Language) -> String {
        let Self { all, private } = self;
        match (language, all) {
            (_, 0) => String::new(),
            (Language::Vi, _) => {
                format!("; {all} nguồn tin theo thỏa thuận, {private} dành riêng cho đối tác")
            }
            (Language::En, 1) => format!("; 1 feed by agreement, {private} for the partner alone"),
            (Language::En, _) => format!("; {all} feeds by agreement, {private} for the partner alone"),
        }
    }
}

/// How many files were read, how many problems there are, and how many agreements.
pub(super) fn summary(
    language: Language,
    files: usize,
    findings: &[Finding],
    agreements: &Agreements,
) -> String {
    let agreed = agreements.told(language);
    let count = |of: Severity| findings.iter().filter(|finding| finding.problem.severity == of).count();
    let (errors, remarks, guesses) =
        (count(Severity::Error), count(Severity::Remark), count(Severity::Guess));
    match language {
        Language::Vi => format!(
            "đã đọc {files} tệp: {errors} lỗi khiến tệp không dùng được, {remarks} điều nên xem lại, {guesses} chỗ đã tự đoán{agreed}"
        ),
        Language::En => {
            let counted = |count: usize, one: &str, more: &str| match count {
                1 => format!("1 {one}"),
                count => format!("{count} {more}"),
            };
            let files = counted(files, "file", "files");
            let errors = counted(errors, "error", "errors");
            let remarks = counted(remarks, "remark", "remarks");
            format!("{files} read: {errors}, {remarks}, {}{agreed}", counted(guesses, "guess", "guesses"))
        }
    }
}

#[derive(Serialize)]
struct Document<'a> {
    files: usize,
    problems: Vec<Item<'a>>,
}

#[derive(Serialize)]
struct Item<'a> {
    path: &'a str,
    line: Option<u32>,
    column: Option<usize>,
    end_column: Option<usize>,
    severity: Severity,
    what: &'a Text,
    hint: &'a Text,
}

/// One JSON document (docs/CHECK.md).
pub(super) fn json(files: usize, findings: &[Finding]) -> String {
    let document = Document { files, problems: findings.iter().map(item).collect() };
    serde_json::to_string_pretty(&document).expect("texts and numbers are JSON")
}

fn item(Finding { path, problem, excerpt }: &Finding) -> Item<'_> {
    let columns = excerpt.as_ref().map(|excerpt| &excerpt.columns);
    Item {
        path,
        line: problem.line,
        column: columns.map(|columns| columns.start),
        end_column: columns.map(|columns| columns.end),
        severity: problem.severity,
        what: &problem.what,
        hint: &problem.hint,
    }
}
