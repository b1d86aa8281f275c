//! Word files built by hand, and everything that must come out.

mod bounds;
mod damage;
mod heads;
mod texts;

use super::package::tests::packed;
use crate::intake::tests::{content_path, site};
use crate::intake::{Reading, Source, read};
use crate::words::Problem;

const RELATIONS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
const KINDS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const NAMES: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" \
    xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\" \
    xmlns:wp=\"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing\" \
    xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" \
    xmlns:pic=\"http://schemas.openxmlformats.org/drawingml/2006/picture\" \
    xmlns:mc=\"http://schemas.openxmlformats.org/markup-compatibility/2006\" \
    xmlns:m=\"http://schemas.openxmlformats.org/officeDocument/2006/math\" \
    xmlns:v=\"urn:schemas-microsoft-com:vml\"";

/// A `.docx` of these parts of its body, styles, and further members.
struct Docx {
    body: String,
    styles: String,
    relations: String,
    members: Vec<(String, Vec<u8>)>,
}

impl Docx {
    fn new(body: impl Into<String>) -> Self {
        Self { body: body.into(), styles: String::new(), relations: String::new(), members: Vec::new() }
    }

    fn styles(self, styles: &str) -> Self {
        Self { styles: styles.to_owned(), ..self }
    }

    fn member(mut self, name: &str, bytes: impl Into<Vec<u8>>) -> Self {
        self.members.push((name.to_owned(), bytes.into()));
        self
    }

    fn relation(mut self, id: &str, kind: &str, target: &str) -> Self {
        let mode = if target.contains("://") { " TargetMode=\"External\"" } else { "" };
        self.relations +=
            &format!("<Relationship Id=\"{id}\" Type=\"{KINDS}/{kind}\" Target=\"{target}\"{mode}/>");
        self
    }

    fn properties(self, properties: &str) -> Self {
        let names = "xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" \
                     xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:dcterms=\"http://purl.org/dc/terms/\"";
        let text = format!("<cp:coreProperties {names}>{properties}</cp:coreProperties>");
        self.member("docProps/core.xml", text)
    }

    fn members(&self) -> Vec<(String, Vec<u8>)> {
        let relations =
            |inside: &str| format!("<Relationships xmlns=\"{RELATIONS}\">{inside}</Relationships>");
        let main =
            format!("<Relationship Id=\"a\" Type=\"{KINDS}/officeDocument\" Target=\"word/document.xml\"/>");
        let mut members = vec![
            ("_rels/.rels".to_owned(), relations(&main).into_bytes()),
            (
                "word/document.xml".to_owned(),
                format!("<w:document {NAMES}><w:body>{}</w:body></w:document>", self.body).into_bytes(),
            ),
            ("word/_rels/document.xml.rels".to_owned(), relations(&self.relations).into_bytes()),
            (
                "word/styles.xml".to_owned(),
                format!("<w:styles {NAMES}>{}</w:styles>", self.styles).into_bytes(),
            ),
        ];
        members.extend(self.members.iter().cloned());
        members
    }

    fn bytes(&self) -> Vec<u8> {
        let members = self.members();
        packed(&members.iter().map(|(name, bytes)| (name.as_str(), bytes)).collect::<Vec<_>>())
    }

    fn read(&self) -> Result<Reading, Problem> {
        read_bytes(&self.bytes())
    }

    #[track_caller]
    fn reading(&self) -> Reading {
        self.read().unwrap_or_else(|problem| panic!("{}", problem.what.en))
    }
}

fn read_bytes(bytes: &[u8]) -> Result<Reading, Problem> {
    let path = content_path("tin/bai.docx");
    read(&Source { path: &path, bytes, beside: &[] }, &site())
}

/// A paragraph of plain text.
fn p(text: &str) -> String {
    format!("<w:p><w:r><w:t xml:space=\"preserve\">{text}</w:t></w:r></w:p>")
}

/// A paragraph in a style.
fn styled(style: &str, text: &str) -> String {
    format!("<w:p><w:pPr><w:pStyle w:val=\"{style}\"/></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>")
}

/// A style with its name, and what it says of text.
fn style(id: &str, name: &str, run: &str) -> String {
    format!(
        "<w:style w:type=\"paragraph\" w:styleId=\"{id}\"><w:name w:val=\"{name}\"/><w:rPr>{run}</w:rPr></w:style>"
    )
}

/// A picture of this many pixels, as far as its head says.
fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0DIHDR".to_vec();
    bytes.extend(width.to_be_bytes());
    bytes.extend(height.to_be_bytes());
    bytes.extend([8, 2, 0, 0, 0]);
    bytes
}

/// What shows a picture.
fn drawing(id: &str, said: &str) -> String {
    format!(
        "<w:drawing><wp:inline><wp:docPr id=\"1\" name=\"x\" {said}/><a:graphic><a:graphicData><pic:pic><pic:blipFill>\
         <a:blip r:embed=\"{id}\"/></pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing>"
    )
}

#[test]
fn letters_of_an_old_font_under_another_are_refused_and_properties_are_told_as_guesses() {
    let text = "§ªm qua, n«ng d©n x· B×nh An ra ®ång gÆt lóa sím v× trêi n¾ng r¸o, lóa chÝn ®Òu trªn c¸c c¸nh ®ång ven s«ng.";
    let problem = Docx::new([p("Mïa vô"), p(text), p(text)].concat()).read().expect_err("nobody can read it");
    assert!(problem.what.en.contains("TCVN3"), "{problem:?}");

    let said = "<dc:title>Lúa chín</dc:title><dc:creator>Lê Lan</dc:creator><dcterms:created>2025-03-04T05:06:00Z</dcterms:created>";
    let reading = Docx::new(p("Sáng nay nông dân ra đồng gặt lúa.")).properties(said).reading();
    let guesses: Vec<&str> = reading
        .remarks
        .iter()
        .filter(|remark| !remark.is_pressing())
        .map(|remark| &*remark.what.en)
        .collect();
    assert_eq!(guesses, ["the text does not name the author, the date; the properties of the Word file do"]);
}
