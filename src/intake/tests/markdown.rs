use super::*;

#[track_caller]
fn check(markdown: &str, html: &str) {
    let article = article("mua-vu/lua.md", &format!("---\ntitle: Lúa\ndate: 2026-09-02\n---\n{markdown}"));
    assert_eq!(article.html, html, "{markdown}");
}

#[test]
fn the_usual_extensions_of_markdown_are_read() {
    check("~~cũ~~ **mới**", "<p><del>cũ</del> <strong>mới</strong></p>");
    check("- [x] gieo\n- [ ] gặt", "<ul>\n<li>☑ gieo</li>\n<li>☐ gặt</li>\n</ul>");
    check(
        "| a | b |\n|---|--:|\n| 1 | 2 |",
        "<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody>\n<tr><td>1</td><td>2</td></tr>\n</tbody></table>",
    );
    check("\"a\" -- b...", "<p>\"a\" -- b...</p>");
    check(
        "Xem https://a.vn/x_y_z. `http://b.vn` [c](http://c.vn)",
        "<p>Xem <a href=\"https://a.vn/x_y_z\" rel=\"noopener\">https://a.vn/x_y_z</a>. <code>http://b.vn</code> \
         <a href=\"http://c.vn/\" rel=\"noopener\">c</a></p>",
    );
    check(
        "![Ruộng](anh/lúa.jpg)",
        "<p><img src=\"https://tin.example/media/mua-vu/anh/l%C3%BAa.jpg\" alt=\"Ruộng\"></p>",
    );
    check("Nói <Nguyễn Văn A> & <script>x</script>", "<p>Nói &lt;Nguyễn Văn A&gt; &amp; </p>");
}

#[test]
fn headings_have_anchors_and_the_title_is_not_said_twice() {
    check("# Lúa\n\nchữ", "<p>chữ</p>");
    check(
        "## Mùa vụ\n\n## Mùa vụ\n\n## Riêng {#rieng}",
        "<h2 id=\"lua-mua-vu\">Mùa vụ</h2>\n<h2 id=\"lua-mua-vu-2\">Mùa vụ</h2>\n<h2 id=\"lua-rieng\">Riêng</h2>",
    );
    check("# Khác\n\nchữ", "<h1 id=\"lua-khac\">Khác</h1>\n<p>chữ</p>");
    let untitled = article("lua.md", "Lúa *vàng*\n===\n\nchữ");
    assert_eq!((untitled.title.as_str(), untitled.html.as_str()), ("Lúa vàng", "<p>chữ</p>"));
}

#[test]
fn footnotes_are_numbered_as_the_text_refers_to_them_and_carry_the_articles_name() {
    check(
        "Một[^b] hai[^a] ba[^b].\n\n[^a]: chú a\n[^b]: chú *b*\n\n    thêm\n",
        "<p>Một<sup id=\"lua-fnref-1\"><a href=\"#lua-fn-1\" rel=\"noopener\">1</a></sup> \
         hai<sup id=\"lua-fnref-2\"><a href=\"#lua-fn-2\" rel=\"noopener\">2</a></sup> \
         ba<sup><a href=\"#lua-fn-1\" rel=\"noopener\">1</a></sup>.</p>\n<hr>\n<ol>\n\
         <li id=\"lua-fn-1\"><p>chú <em>b</em></p>\n<p>thêm <a href=\"#lua-fnref-1\" rel=\"noopener\">↩</a></p></li>\n\
         <li id=\"lua-fn-2\"><p>chú a <a href=\"#lua-fnref-2\" rel=\"noopener\">↩</a></p></li>\n</ol>",
    );
    check("Một[^x]", "<p>Một[^x]</p>");
}

#[test]
fn shortcodes_and_liquid_tags_are_harmless_text() {
    check("{{< figure src=\"a.jpg\" >}}", "<p>{{&lt; figure src=\"a.jpg\" &gt;}}</p>");
    check("chữ {{<figure src=\"a.jpg\">}}", "<p>chữ {{&lt;figure src=\"a.jpg\"&gt;}}</p>");
    check(
        "{% include x.html %} {{ page.title }} {{7*7}}",
        "<p>{% include x.html %} {{ page.title }} {{7*7}}</p>",
    );
}

#[test]
fn the_summary_is_the_first_paragraph_and_the_image_the_first_picture() {
    let text = format!("# Lúa\n\n![](a.jpg)\n\n## Mục\n\n{}\n\nsau", "đồng lúa vàng ".repeat(40));
    let article = article("lua.md", &text);
    assert!(article.summary.starts_with("đồng lúa vàng đồng"), "{}", article.summary);
    assert!(
        article.summary.ends_with("vàng…")
            || article.summary.ends_with("lúa…")
            || article.summary.ends_with("đồng…")
    );
    assert!((250..=302).contains(&article.summary.chars().count()));
    assert_eq!(
        article.image.map(|image| image.url.to_string()).as_deref(),
        Some("https://tin.example/media/a.jpg")
    );
}

#[test]
fn a_page_bundle_has_its_folders_name_and_its_own_sound() {
    let path = content_path("mua-vu/2026-09-02-lua/index.md");
    let beside = [beside("mua-vu/2026-09-02-lua/doc.mp3", 1234)];
    let source = Source { path: &path, bytes: "Đồng vàng.".as_bytes(), beside: &beside };
    let article = read(&source, &site()).expect("a bundle").article;
    assert_eq!((article.title.as_str(), article.published), ("Lua", Some(at("2026-09-02"))));
    assert_eq!(article.primary_category(), &term("Mua vu"));
    let enclosure = article.enclosure.expect("the sound beside it");
    assert_eq!((enclosure.media_type.as_str(), enclosure.length), ("audio/mpeg", 1234));
    assert_eq!(enclosure.url.as_str(), "https://tin.example/media/mua-vu/2026-09-02-lua/doc.mp3");
}

#[test]
fn the_same_text_decomposed_reads_the_same() {
    use unicode_normalization::UnicodeNormalization;
    let text = "---\ntiêu đề: Lúa vàng được mùa\nngày: 02/09/2026\n---\nĐồng **ruộng** [ảnh](ảnh.jpg)";
    let decomposed: String = text.nfd().collect();
    assert_eq!(article("lúa.md", text), article("lúa.md", &decomposed));
}
