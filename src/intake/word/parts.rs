//! What is read of a Word file of any kind, and how much of it may be.

use super::fault::Fault;
use super::flow::Flow;
use crate::intake::bounds::Excess;
use crate::intake::{LONGEST_TEXT, MOST_ELEMENTS};
use std::fmt::Write;

/// What a document says.
pub(super) struct Content {
    pub flow: Flow,
    /// Its notes, as they stand below the text; empty without any.
    pub notes: String,
    pub properties: Properties,
}

/// What a program wrote down of a document besides its text.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Properties {
    pub title: String,
    pub author: String,
    pub created: String,
    pub category: String,
    pub keywords: Vec<String>,
}

impl Properties {
    /// As they were meant: nothing of a template, and no author who is a machine.
    pub(super) fn meant(self) -> Self {
        const MACHINES: [&str; 24] = [
            "",
            "acer",
            "admin",
            "administrator",
            "apache poi",
            "asus",
            "author",
            "computer",
            "dell",
            "google docs",
            "home",
            "hp",
            "laptop",
            "lenovo",
            "may tinh",
            "microsoft account",
            "microsoft office user",
            "openpyxl",
            "pc",
            "techsi.vn",
            "unknown",
            "unknown author",
            "user",
            "windows user",
        ];
        let author = crate::words::fold(&self.author);
        // What this library writes down is of its template, of 2013.
        if author == "python-docx" {
            return Self::default();
        }
        let author = if MACHINES.contains(&author.as_str()) { String::new() } else { self.author };
        Self { author, ..self }
    }
}

/// How much was read so far.
#[derive(Default)]
pub(super) struct Bounds {
    text: usize,
    elements: usize,
}

impl Bounds {
    /// So many bytes of text more.
    pub(super) fn text(&mut self, length: usize) -> Result<(), Fault> {
        self.text += length;
        if self.text > LONGEST_TEXT { Err(Fault::TooMuchText) } else { Ok(()) }
    }

    /// One thing more that becomes an element.
    pub(super) fn element(&mut self) -> Result<(), Fault> {
        self.elements += 1;
        if self.elements > MOST_ELEMENTS { Err(Fault::Excess(Excess::Elements)) } else { Ok(()) }
    }
}

/// The notes of a document, in the order of their marks.
#[derive(Default)]
pub(super) struct Notes(Vec<String>);

impl Notes {
    /// A further note, and its number.
    pub(super) fn add(&mut self, html: String) -> usize {
        self.0.push(html);
        self.0.len()
    }

    /// What a note says, where that is read after its mark.
    pub(super) fn set(&mut self, number: usize, html: String) {
        if let Some(note) = number.checked_sub(1).and_then(|at| self.0.get_mut(at)) {
            *note = html;
        }
    }

    /// All of them, as they stand below the text.
    pub(super) fn finish(&self) -> String {
        if self.0.is_empty() {
            return String::new();
        }
        let mut html = String::from("<hr>\n<ol>\n");
        for (number, note) in (1..).zip(&self.0) {
            let _ = writeln!(html, "<li id=\"fn-{number}\">{note} <a href=\"#fnref-{number}\">↩</a></li>");
        }
        html.push_str("</ol>");
        html
    }
}
