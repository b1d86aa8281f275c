use super::*;

const HEAD: &str = "Tựa\u{1F}10/07/2019 16:27";

/// The HTML of a body below a title and a date.
#[track_caller]
fn check_with(docx: impl FnOnce(Docx) -> Docx, body: &str, html: &str) {
    let head: String = HEAD.split('\u{1F}').map(p).collect();
    let reading = docx(Docx::new(head + body)).reading();
    assert_eq!(reading.article.title, "Tựa");
    assert_eq!(reading.article.html, html, "{body}");
}

#[track_caller]
fn check(body: &str, html: &str) {
    check_with(|docx| docx, body, html);
}

fn runs(inside: &str) -> String {
    format!("<w:p>{inside}</w:p>")
}

#[test]
fn text_keeps_its_look() {
    check(
        &runs(
            "<w:r><w:rPr><w:b/></w:rPr><w:t>a</w:t></w:r><w:r><w:rPr><w:b w:val=\"0\"/><w:i/></w:rPr><w:t>b</w:t></w:r>\
             <w:r><w:rPr><w:u w:val=\"none\"/><w:strike/></w:rPr><w:t>c</w:t></w:r>\
             <w:r><w:rPr><w:u w:val=\"wave\"/></w:rPr><w:t>d</w:t></w:r>\
             <w:r><w:t>m</w:t></w:r><w:r><w:rPr><w:vertAlign w:val=\"superscript\"/></w:rPr><w:t>2</w:t></w:r>\
             <w:r><w:t>H</w:t></w:r><w:r><w:rPr><w:vertAlign w:val=\"subscript\"/></w:rPr><w:t>2</w:t></w:r><w:r><w:t>O</w:t></w:r>",
        ),
        "<p><strong>a</strong><em>b</em><s>c</s><u>d</u>m<sup>2</sup>H<sub>2</sub>O</p>",
    );
    check(
        &runs(
            "<w:r><w:t>một</w:t><w:tab/><w:t>hai</w:t><w:br/><w:t>ba</w:t><w:br w:type=\"page\"/><w:t>bốn</w:t><w:noBreakHyphen/><w:t>năm</w:t></w:r>",
        ),
        "<p>một hai<br>\nba bốn‑năm</p>",
    );
    check(&runs("<w:r><w:t>a &lt;b&gt; &amp; &#273;</w:t></w:r>"), "<p>a &lt;b&gt; &amp; đ</p>");
    check(&runs("<m:oMath><m:r><m:t>E=mc</m:t></m:r></m:oMath>"), "<p>E=mc</p>");
}

#[test]
fn styles_say_what_is_what_by_their_names_in_any_language() {
    let styles = [
        style("u1", "heading 1", "<w:b/>"),
        style("TieuDe3", "Heading 3", "<w:b/><w:i/>"),
        style("Trich", "Intense Quote", "<w:i/>"),
        style("Dam", "Sapo", "<w:b/>"),
        "<w:style w:type=\"paragraph\" w:styleId=\"Con\"><w:name w:val=\"Của tôi\"/><w:basedOn w:val=\"TieuDe3\"/></w:style>".into(),
        "<w:style w:type=\"character\" w:styleId=\"Manh\"><w:name w:val=\"Strong\"/><w:rPr><w:b/></w:rPr></w:style>".into(),
    ];
    let body = [
        styled("u1", "Một"),
        styled("Con", "Hai"),
        styled("Trich", "“Ba”"),
        styled("Trich", "“Bốn”"),
        styled("Dam", "Năm"),
        runs("<w:r><w:rPr><w:rStyle w:val=\"Manh\"/></w:rPr><w:t>Sáu</w:t></w:r>"),
        "<w:p><w:pPr><w:outlineLvl w:val=\"1\"/></w:pPr><w:r><w:t>Bảy</w:t></w:r></w:p>".into(),
        styled("khong-co", "Tám"),
    ];
    check_with(
        |docx| docx.styles(&styles.concat()),
        &body.concat(),
        "<h2>Một</h2>\n<h4>Hai</h4>\n<blockquote>\n<p>“Ba”</p>\n<p>“Bốn”</p>\n</blockquote>\n<p><strong>Năm</strong></p>\n\
         <p><strong>Sáu</strong></p>\n<h3>Bảy</h3>\n<p>Tám</p>",
    );
}

#[test]
fn links_of_both_kinds_lead_where_readers_may_go() {
    let body = runs(
        "<w:hyperlink r:id=\"l\" w:anchor=\"x\"><w:r><w:rPr><w:u w:val=\"single\"/></w:rPr><w:t>một</w:t></w:r></w:hyperlink>\
         <w:hyperlink w:anchor=\"x\"><w:r><w:t xml:space=\"preserve\"> hai </w:t></w:r></w:hyperlink>\
         <w:fldSimple w:instr=\"HYPERLINK &quot;https://b.vn/&quot;\"><w:r><w:t>ba</w:t></w:r></w:fldSimple>\
         <w:hyperlink r:id=\"j\"><w:r><w:t>bốn</w:t></w:r></w:hyperlink>\
         <w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r>",
    ) + &p("năm");
    check_with(
        |docx| docx.relation("l", "hyperlink", "https://a.vn/").relation("j", "hyperlink", "javascript://a"),
        &body,
        "<p><a href=\"https://a.vn/#x\" rel=\"noopener\">một</a> hai <a href=\"https://b.vn/\" rel=\"noopener\">ba</a>bốn</p>\n<p>năm</p>",
    );
}

#[test]
fn cells_that_were_merged_are_one() {
    let cell =
        |properties: &str, text: &str| format!("<w:tc><w:tcPr>{properties}</w:tcPr>{}</w:tc>", p(text));
    let row = |cells: &[String]| format!("<w:tr>{}</w:tr>", cells.concat());
    let table = |rows: &[String]| format!("<w:tbl>{}</w:tbl>", rows.concat());
    let merged = table(&[
        row(&[cell("<w:gridSpan w:val=\"2\"/>", "a"), cell("<w:vMerge w:val=\"restart\"/>", "b")]),
        row(&[cell("", "c"), cell("", "d"), cell("<w:vMerge/>", "")]),
        format!("<w:tr><w:trPr><w:del w:id=\"1\"/></w:trPr>{}</w:tr>", cell("", "đã xóa")),
        row(&[cell("", "e"), cell("", "f"), cell("<w:vMerge/>", "")]),
    ]);
    check(
        &merged,
        "<table>\n<tbody>\n<tr><td colspan=\"2\">a</td><td rowspan=\"3\">b</td></tr>\n<tr><td>c</td><td>d</td></tr>\n\
         <tr><td>e</td><td>f</td></tr>\n</tbody>\n</table>",
    );
    // A frame around one column is none of the text's.
    check(&table(&[row(&[cell("", "a")]), row(&[cell("", "b")])]), "<p>a</p>\n<p>b</p>");
}

#[test]
fn lists_are_counted_on_where_they_go_on() {
    let numbering = format!(
        "<w:numbering {NAMES}><w:abstractNum w:abstractNumId=\"1\"><w:lvl w:ilvl=\"0\"><w:start w:val=\"1\"/><w:numFmt w:val=\"decimal\"/></w:lvl>\
         <w:lvl w:ilvl=\"2\"><w:numFmt w:val=\"upperRoman\"/></w:lvl></w:abstractNum>\
         <w:abstractNum w:abstractNumId=\"2\"><w:lvl w:ilvl=\"0\"><w:numFmt w:val=\"bullet\"/></w:lvl></w:abstractNum>\
         <w:abstractNum w:abstractNumId=\"3\"><w:lvl w:ilvl=\"0\"><w:numFmt w:val=\"none\"/></w:lvl></w:abstractNum>\
         <w:num w:numId=\"1\"><w:abstractNumId w:val=\"1\"/></w:num><w:num w:numId=\"2\"><w:abstractNumId w:val=\"2\"/></w:num>\
         <w:num w:numId=\"3\"><w:abstractNumId w:val=\"3\"/></w:num>\
         <w:num w:numId=\"4\"><w:abstractNumId w:val=\"1\"/><w:lvlOverride w:ilvl=\"0\"><w:startOverride w:val=\"7\"/></w:lvlOverride></w:num></w:numbering>"
    );
    let item = |list: u32, level: u32, text: &str| {
        format!(
            "<w:p><w:pPr><w:numPr><w:ilvl w:val=\"{level}\"/><w:numId w:val=\"{list}\"/></w:numPr></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"
        )
    };
    let body = [
        item(1, 0, "a"),
        item(1, 2, "b"),
        item(1, 0, "c"),
        p("giữa"),
        item(1, 0, "d"),
        item(2, 0, "e"),
        item(4, 0, "f"),
        item(3, 0, "g"),
        item(0, 0, "h"),
        item(9, 0, "i"),
    ];
    check_with(
        |docx| docx.relation("n", "numbering", "numbering.xml").member("word/numbering.xml", numbering),
        &body.concat(),
        "<ol>\n<li>a\n<ol type=\"I\">\n<li>b</li>\n</ol>\n</li>\n<li>c</li>\n</ol>\n<p>giữa</p>\n<ol start=\"3\">\n<li>d</li>\n</ol>\n\
         <ul>\n<li>e</li>\n</ul>\n<ol start=\"7\">\n<li>f</li>\n</ol>\n<p>g</p>\n<p>h</p>\n<p>i</p>",
    );
}

#[test]
fn pictures_are_taken_out_once_each_with_what_they_show() {
    let shown = |id: &str, said: &str| runs(&format!("<w:r>{}</w:r>", drawing(id, said)));
    let body = [
        shown("a", "descr=\"Ruộng &quot;lúa&quot;\""),
        shown("b", "title=\"Ruộng\""),
        shown("c", ""),
        runs("<w:r><w:pict><v:shape alt=\"Cũ\"><v:imagedata r:id=\"a\"/></v:shape></w:pict></w:r>"),
        shown("x", "descr=\"Ở nơi khác\""),
        runs(&format!(
            "<w:r><w:t>Trong </w:t></w:r><w:r>{}</w:r><w:r><w:t> dòng</w:t></w:r>",
            drawing("a", "")
        )),
    ];
    let docx = Docx::new(p("Tựa") + &p("10/07/2019") + &body.concat())
        .relation("a", "image", "media/a.png")
        .relation("b", "image", "/word/media/b.PNG")
        .relation("c", "image", "media/khong-co.png")
        .relation("x", "image", "https://khac.example/a.png")
        .member("word/media/a.png", png(2, 2))
        .member("word/media/b.PNG", png(2, 2));
    let reading = docx.reading();
    let [picture] = reading.pictures.as_slice() else { panic!("{:?}", reading.pictures) };
    let name = format!("{}.png", &picture.content.to_string()[..16]);
    assert_eq!(picture.path, content_path(&format!("tin/bai.docx/{name}")));
    assert_eq!((picture.media_type, &picture.bytes[..]), ("image/png", png(2, 2).as_slice()));
    let url = format!("https://tin.example/media/tin/bai.docx/{name}");
    let figure = |url: &str, alt: &str| format!("<figure><img src=\"{url}\" alt=\"{alt}\"></figure>");
    let expected = [
        figure(&url, "Ruộng &quot;lúa&quot;"),
        figure(&url, "Ruộng"),
        figure(&url, "Cũ"),
        figure("https://khac.example/a.png", "Ở nơi khác"),
        format!("<p>Trong <img src=\"{url}\" alt=\"\"> dòng</p>"),
    ];
    assert_eq!(reading.article.html, expected.join("\n"));
    assert_eq!(reading.article.image.map(|image| image.url.to_string()), Some(url));
    let remarks: Vec<&str> = reading.remarks.iter().map(|remark| remark.what.en.as_str()).collect();
    assert_eq!(remarks, ["1 picture was left out for being damaged or missing in the file"]);
}

#[test]
fn the_strict_form_reads_the_same() {
    let docx = Docx::new(
        p("Tựa") + &p("10/07/2019 16:27") + &runs("<w:r><w:rPr><w:b/></w:rPr><w:t>Một</w:t></w:r>"),
    );
    let usual = docx.reading();
    let members: Vec<(String, Vec<u8>)> = docx
        .members()
        .into_iter()
        .map(|(name, bytes)| {
            let text = String::from_utf8(bytes).expect("text");
            let strict = text
                .replace(
                    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
                    "http://purl.oclc.org/ooxml/wordprocessingml/main",
                )
                .replace(
                    "http://schemas.openxmlformats.org/officeDocument/2006/",
                    "http://purl.oclc.org/ooxml/officeDocument/",
                )
                .replace("w:", "x:")
                .replace("xmlns:w=", "xmlns:x=");
            (name, strict.into_bytes())
        })
        .collect();
    let members: Vec<(&str, &Vec<u8>)> = members.iter().map(|(name, bytes)| (name.as_str(), bytes)).collect();
    assert_eq!(read_bytes(&packed(&members)), Ok(usual));
}

#[test]
fn a_picture_that_is_on_somebodys_disk_is_told_of() {
    let body = format!("<w:p><w:r>{}</w:r></w:p>", drawing("a", ""));
    let docx = |body: String| Docx::new(body).relation("a", "image", "file:///C:/anh/lua.png");
    let told = "1 picture was left out, because the file only says where on somebody's computer to find it";
    let reading = docx(p("Tựa") + &body).reading();
    assert_eq!(reading.remarks.first().map(|remark| remark.what.en.as_str()), Some(told));
    assert_eq!(docx(body).read().map_err(|problem| problem.what.en).err().as_deref(), Some(told));
}

#[test]
fn letters_of_old_fonts_are_what_they_show() {
    let run = |font: &str, text: &str| {
        format!("<w:r><w:rPr><w:rFonts w:ascii=\"{font}\" w:hAnsi=\"{font}\"/></w:rPr>{text}</w:r>")
    };
    let t = |text: &str| format!("<w:t xml:space=\"preserve\">{text}</w:t>");
    let body = [
        run(".VnTimeH", &t("céng hßa ")),
        run(".VnTime", &(t("n") + "<w:softHyphen/>" + &t("íc ViÖt Nam"))),
        run("Times New Roman", &t(", tiếng Việt, ")),
        // A letter of two, cut between them.
        run("VNI-Times", &t("lu")),
        run("VNI-Times", &t("ùa vaøng")),
        run(
            "Arial",
            "<w:sym w:font=\".VnTime\" w:char=\"F0AD\"/><w:sym w:font=\"Wingdings\" w:char=\"F0FC\"/>",
        ),
    ];
    check(&runs(&body.concat()), "<p>CỘNG HÒA nước Việt Nam, tiếng Việt, lúa vàngư</p>");
    // A style, or all that is left open, may name the font, too; a style nearer by takes it back.
    let styles = [
        "<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii=\".VnTime\"/></w:rPr></w:rPrDefault></w:docDefaults>".to_owned(),
        style("U", "Unicode", "<w:rFonts w:asciiTheme=\"minorHAnsi\"/>"),
    ];
    let docx = Docx::new(
        [p("N\u{AD}íc"), p("10/07/2019 16:27"), p("ViÖt Nam"), styled("U", "Cöa Việt là tên.")].concat(),
    );
    let article = docx.styles(&styles.concat()).reading().article;
    assert_eq!(
        (article.title.as_str(), article.html.as_str()),
        ("Nước", "<p>Việt Nam</p>\n<p>Cöa Việt là tên.</p>")
    );
}

#[test]
fn a_correction_comes_below_everything() {
    let docx = Docx::new(
        [p("Tựa"), p("10/07/2019 16:27"), p("Lúa tốt."), p("Đính chính: giá là 7.000 đồng.")].concat(),
    );
    let article = docx.reading().article;
    assert_eq!(article.correction.as_deref(), Some("giá là 7.000 đồng."));
    assert_eq!(article.html, "<p>Lúa tốt.</p>\n<p><strong>Đính chính:</strong> giá là 7.000 đồng.</p>");
}
