//! Word files as the tests need them.

use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// A picture as Word would pack it.
pub const PICTURE: &[u8] =
    b"\x89PNG\r\n\x1a\n\0\0\0\x0DIHDR\0\0\0\x02\0\0\0\x02\x08\x02\0\0\0\xFD\xD4\x9As\0\0\0\0IEND\xAEB`\x82";

/// A small Word file with a picture in it.
pub fn word(title: &str, date: &str, picture: &[u8]) -> Vec<u8> {
    let paragraph = |text: &str| format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>");
    let names = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" xmlns:v=\"urn:schemas-microsoft-com:vml\" \
                 xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"";
    let shown =
        "<w:p><w:r><w:pict><v:shape alt=\"Ruộng\"><v:imagedata r:id=\"a\"/></v:shape></w:pict></w:r></w:p>";
    let body = [paragraph(title), paragraph(date), paragraph("Lúa vàng."), shown.to_owned()].concat();
    let members: [(&str, Vec<u8>); 4] = [
        ("_rels/.rels", relations("officeDocument", "word/document.xml").into()),
        ("word/document.xml", format!("<w:document {names}><w:body>{body}</w:body></w:document>").into()),
        ("word/_rels/document.xml.rels", relations("image", "media/a.png").into()),
        ("word/media/a.png", picture.to_vec()),
    ];
    packed(&members, CompressionMethod::Stored)
}

/// A small Word file that becomes so many bytes of nothing.
pub fn bomb(length: usize) -> Vec<u8> {
    let members = [
        ("_rels/.rels", relations("officeDocument", "word/document.xml").into()),
        ("word/document.xml", vec![b' '; length]),
    ];
    packed(&members, CompressionMethod::Deflated)
}

fn relations(kind: &str, target: &str) -> String {
    format!(
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"a\" \
         Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}\" Target=\"{target}\"/></Relationships>"
    )
}

fn packed(members: &[(&str, Vec<u8>)], compression: CompressionMethod) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        let options = SimpleFileOptions::default().compression_method(compression);
        writer.start_file(*name, options).expect("a name");
        writer.write_all(bytes).expect("memory takes it");
    }
    writer.finish().expect("memory takes it").into_inner()
}

/// The path of the picture in an article.
pub fn picture_in(html: &str) -> String {
    let source = html.split("<img src=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a picture");
    source.replacen(super::BASE, "/", 1)
}
