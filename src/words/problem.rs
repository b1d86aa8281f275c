use super::{ContentPath, Language, Text};
use serde::{Deserialize, Serialize};
use std::fmt::Write;

/// One thing wrong with one dropped file: where, what, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The file, below the content folder (or the feeds folder, for settings).
    pub path: ContentPath,
    /// The line, counted from 1, where one is to blame.
    pub line: Option<u32>,
    /// The words to blame, as they stand there once the text is cleaned.
    pub about: Option<String>,
    /// How much it matters.
    pub severity: Severity,
    /// What is wrong.
    pub what: Text,
    /// What to do about it.
    pub hint: Text,
}

/// How much a problem matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The file cannot be used as it is; what it last said well stays.
    Error,
    /// It is used all the same, and somebody should look at it.
    Remark,
    /// It left something open, and bantin took what is likely: often that is right.
    Guess,
}

impl Problem {
    /// A remark on a whole file.
    pub fn new(path: &ContentPath, what: Text, hint: Text) -> Self {
        Self { path: path.clone(), line: None, about: None, severity: Severity::Remark, what, hint }
    }

    /// The same, on this line, counted from 1.
    pub fn at_line(self, line: u32) -> Self {
        Self { line: Some(line), ..self }
    }

    /// The same, about these words.
    pub fn about(self, words: &str) -> Self {
        let words = words.trim();
        Self { about: (!words.is_empty()).then(|| words.to_owned()), ..self }
    }

    /// The same, as the reason why the file cannot be used.
    pub fn as_error(self) -> Self {
        Self { severity: Severity::Error, ..self }
    }

    /// The same, as what bantin guessed.
    pub fn as_guess(self) -> Self {
        Self { severity: Severity::Guess, ..self }
    }

    /// Whether somebody has to look: a guess is often right.
    pub fn is_pressing(&self) -> bool {
        self.severity != Severity::Guess
    }

    /// Two lines: `path:line: what`, then the hint.
    pub fn told(&self, language: Language) -> String {
        let mut told = self.path.to_string();
        if let Some(line) = self.line {
            let _ = write!(told, ":{line}");
        }
        let label = hint_label(language);
        let (what, hint) = (self.what.in_language(language), self.hint.in_language(language));
        let _ = write!(told, ": {what}\n  {label}: {hint}");
        told
    }
}

/// What a hint begins with.
pub fn hint_label(language: Language) -> &'static str {
    match language {
        Language::Vi => "gợi ý",
        Language::En => "hint",
    }
}
