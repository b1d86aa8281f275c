use super::{ContentPath, Language, Text};
use std::fmt::Write;

/// One thing wrong with one dropped file: where, what, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file, below the content folder (or the feeds folder, for settings).
    pub path: ContentPath,
    /// The line, counted from 1, where one is to blame.
    pub line: Option<u32>,
    /// What is wrong.
    pub what: Text,
    /// What to do about it.
    pub hint: Text,
}

impl Problem {
    /// A problem with a whole file.
    pub fn new(path: &ContentPath, what: Text, hint: Text) -> Self {
        Self { path: path.clone(), line: None, what, hint }
    }

    /// The same, on this line, counted from 1.
    pub fn at_line(self, line: u32) -> Self {
        Self { line: Some(line), ..self }
    }

    /// Two lines: `path:line: what`, then the hint.
    pub fn told(&self, language: Language) -> String {
        let mut told = self.path.to_string();
        if let Some(line) = self.line {
            let _ = write!(told, ":{line}");
        }
        let label = match language {
            Language::Vi => "gợi ý",
            Language::En => "hint",
        };
        let (what, hint) = (self.what.in_language(language), self.hint.in_language(language));
        let _ = write!(told, ": {what}\n  {label}: {hint}");
        told
    }
}
