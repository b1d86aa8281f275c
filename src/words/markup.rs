/// One piece of HTML as bantin keeps it: well nested, values in double quotes, in texts no sign but escaped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Text as it is written.
    Text(&'a str),
    /// The name of an element that begins, and its tag as it is written.
    Start(&'a str, &'a str),
    /// The name of an element that ends, and its tag as it is written.
    End(&'a str, &'a str),
}

/// The pieces of sanitised HTML, in their order: together they are all of it.
pub fn pieces(html: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = html;
    std::iter::from_fn(move || {
        let length = match rest.find('<') {
            _ if rest.is_empty() => return None,
            Some(0) => end_of_tag(rest),
            Some(tag) => tag,
            None => rest.len(),
        };
        let (piece, after) = rest.split_at(length);
        rest = after;
        Some(match piece.strip_prefix('<').and_then(|tag| tag.strip_suffix('>')) {
            None => Piece::Text(piece),
            Some(tag) => match tag.strip_prefix('/') {
                Some(name) => Piece::End(name, piece),
                None => Piece::Start(tag.split([' ', '/']).next().unwrap_or(tag), piece),
            },
        })
    })
}

/// How long the tag is that begins here; a `>` in a value does not end it.
fn end_of_tag(html: &str) -> usize {
    let mut is_quoted = false;
    let end = html.bytes().position(|byte| {
        is_quoted ^= byte == b'"';
        byte == b'>' && !is_quoted
    });
    end.map_or(html.len(), |end| end + 1)
}

#[cfg(test)]
mod tests {
    use super::Piece::{End, Start, Text};
    use super::*;

    #[test]
    fn a_tag_ends_where_no_value_goes_on() {
        let img = "<img src=\"a.jpg\" alt=\"1 < 2 > 0\">";
        let html = format!("a &lt; b<p>{img} c</p><br>");
        let expected = [
            Text("a &lt; b"),
            Start("p", "<p>"),
            Start("img", img),
            Text(" c"),
            End("p", "</p>"),
            Start("br", "<br>"),
        ];
        assert_eq!(pieces(&html).collect::<Vec<_>>(), expected);
        assert_eq!(pieces("").count(), 0);
    }
}
