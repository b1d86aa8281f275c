//! What a file's place says when the file itself is silent: its date, its category, its title.

use super::dates;
use crate::words::{ContentPath, Timestamp, Zone};

/// The name an article goes by in the folder: the file's, or for a page bundle (`name/index.md`) the folder's.
pub(super) fn own_name(path: &ContentPath) -> &str {
    if is_bundle(path) { path.folders().next_back().unwrap_or(path.stem()) } else { path.stem() }
}

fn is_bundle(path: &ContentPath) -> bool {
    path.stem().eq_ignore_ascii_case("index") && !path.folder().is_empty()
}

/// The day a name such as `2019-07-10-gia-lua.md` or a path such as `2019/07/10/gia-lua.md` tells.
pub(super) fn published(path: &ContentPath, zone: &Zone) -> Option<Timestamp> {
    if let Some((day, _)) = split_date(own_name(path)) {
        return dates::parse(day, zone).ok();
    }
    let folders: Vec<&str> = path.folders().collect();
    folders.windows(3).rev().find_map(|names| match names {
        [year, month, day] if year.len() == 4 && month.len() <= 2 && day.len() <= 2 => {
            dates::parse(&format!("{year}-{month}-{day}"), zone).ok()
        }
        _ => None,
    })
}

/// Divides `2019-07-10-gia-lua` or `10-7-2019 gia lua` into the date and the name.
fn split_date(name: &str) -> Option<(&str, &str)> {
    let end = name.find(|c: char| !c.is_ascii_digit() && !matches!(c, '-' | '.' | '_')).unwrap_or(name.len());
    let head = &name[..end];
    let mut dashes = head.match_indices(['-', '.', '_']).map(|(at, _)| at);
    let (first, second) = (dashes.next()?, dashes.next()?);
    let stop = dashes.next().unwrap_or(head.len());
    let lengths = (first, second - first - 1, stop - second - 1);
    let shape = matches!(lengths, (4, 2, 2) | (1..=2, 1..=2, 4));
    let separated = name[stop..].chars().next().is_none_or(|c| !c.is_alphanumeric());
    (shape && separated && !head[..stop].contains('_')).then(|| (&name[..stop], &name[stop..]))
}

/// A title made of the name: `2019-07-10-gia-lua` is "Gia lua".
pub(super) fn title(path: &ContentPath) -> String {
    let name = own_name(path);
    let rest = split_date(name).map_or(name, |(_, rest)| rest);
    let spelled = spelled_out(rest);
    if spelled.is_empty() { spelled_out(name) } else { spelled }
}

/// The first folder below the content folder, unless it is a year or the article's own.
pub(super) fn category(path: &ContentPath) -> Option<String> {
    let folders: Vec<&str> = path.folders().collect();
    let own = usize::from(is_bundle(path));
    let name =
        folders.get(..folders.len() - own)?.iter().find(|name| !is_number(name) && **name != "_posts")?;
    Some(spelled_out(name)).filter(|label| !label.is_empty())
}

fn is_number(name: &str) -> bool {
    name.chars().all(|c| c.is_ascii_digit())
}

/// Words instead of dashes, and a capital at the front.
fn spelled_out(name: &str) -> String {
    let name = if name.contains(' ') { name.to_owned() } else { name.replace(['-', '_'], " ") };
    let name = name.trim_matches(|c: char| c.is_whitespace() || matches!(c, '-' | '_' | '.'));
    let mut letters = name.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[track_caller]
    fn check(path: &str, title_expected: &str, category_expected: Option<&str>, day: Option<&str>) {
        let zone = Zone::named("Asia/Ho_Chi_Minh").expect("a zone");
        let path = ContentPath::new(Path::new(path)).expect("a path");
        assert_eq!(title(&path), title_expected);
        assert_eq!(category(&path).as_deref(), category_expected);
        let told = published(&path, &zone).map(|at| zone.day_first(at));
        assert_eq!(told, day.map(|day| format!("{day} 00:00")));
    }

    #[test]
    fn a_place_tells_title_category_and_day() {
        check("gia-lua.md", "Gia lua", None, None);
        check("mua-vu/gia-lua.md", "Gia lua", Some("Mua vu"), None);
        check("Mùa vụ/Đông-Xuân/Giá lúa.txt", "Giá lúa", Some("Mùa vụ"), None);
        check("2019-07-10-gia-lua.md", "Gia lua", None, Some("10/07/2019"));
        check("10-7-2019 Giá lúa.txt", "Giá lúa", None, Some("10/07/2019"));
        check("tin/2019-07-10.md", "2019 07 10", Some("Tin"), Some("10/07/2019"));
        check("2019/07/10/gia-lua.md", "Gia lua", None, Some("10/07/2019"));
        check("tin/2019/7/9/gia-lua.md", "Gia lua", Some("Tin"), Some("09/07/2019"));
        check("2019-02-31-gia-lua.md", "Gia lua", None, None);
        check("2019-07-1000 con trâu.md", "2019-07-1000 con trâu", None, None);
        check("10-nguoi-tot.md", "10 nguoi tot", None, None);
    }

    #[test]
    fn a_page_bundle_goes_by_its_folder() {
        check("mua-vu/gia-lua/index.md", "Gia lua", Some("Mua vu"), None);
        check("gia-lua/index.md", "Gia lua", None, None);
        check("tin/2019-07-10-gia-lua/index.md", "Gia lua", Some("Tin"), Some("10/07/2019"));
        check("index.md", "Index", None, None);
    }
}
