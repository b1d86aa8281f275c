//! The sound that travels with an article: the one it names, or the one beside it with its name.

use super::addresses::Addresses;
use super::{Beside, Source, places};
use crate::words::{Enclosure, Problem, Site, Text, fold, media_type};
use url::Url;

/// The article's enclosure. `named` is what its front matter says.
pub(super) fn of(
    source: &Source<'_>,
    site: &Site,
    named: Option<&str>,
    addresses: &Addresses,
    remarks: &mut Vec<Problem>,
) -> Option<Enclosure> {
    if let Some(named) = named.filter(|named| !named.trim().is_empty()) {
        match addresses.beside(named).and_then(|file| dressed(file, site)) {
            Some(enclosure) => return Some(enclosure),
            None => remarks.push(not_beside(source, named)),
        }
    }
    let mut sounds: Vec<&Beside> = source.beside.iter().filter(|file| is_sound(file)).collect();
    // Of two with the same name the kind that every player knows.
    sounds.sort_by_key(|file| (rank(&file.path.extension()), file.path.clone()));
    let own = fold(source.path.stem());
    let bundle = fold(places::own_name(source.path));
    let in_bundle = own != bundle;
    let has_name = |name: &str| sounds.iter().find(|file| fold(file.path.stem()) == *name).copied();
    let only = match sounds.as_slice() {
        [only] if in_bundle => Some(*only),
        _ => None,
    };
    let file = has_name(&own).or_else(|| has_name(&bundle).filter(|_| in_bundle)).or(only)?;
    dressed(file, site)
}

fn is_sound(file: &Beside) -> bool {
    media_type(&file.path.extension()).is_some_and(|kind| kind.starts_with("audio/"))
}

fn rank(extension: &str) -> usize {
    ["mp3", "m4a", "aac", "ogg", "oga", "opus"].iter().position(|known| *known == extension).unwrap_or(6)
}

fn dressed(file: &Beside, site: &Site) -> Option<Enclosure> {
    let url = Url::parse(&site.media_url(&file.path)).ok()?;
    let media_type = media_type(&file.path.extension())?.to_owned();
    Some(Enclosure { url, media_type, length: file.length })
}

fn not_beside(source: &Source<'_>, named: &str) -> Problem {
    Problem::new(
        source.path,
        Text::new(
            format!("không thấy tệp `{}` trong cùng thư mục với bài", named.trim()),
            format!("there is no `{}` in the article's folder", named.trim()),
        ),
        Text::new(
            "Hãy chép tệp âm thanh vào cùng thư mục với bài và ghi đúng tên tệp.",
            "Put the sound file into the article's folder and write its name as it is there.",
        ),
    )
    .about(named)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::tests::{beside, content_path, site};

    #[track_caller]
    fn check(article: &str, files: &[&str], named: Option<&str>, expected: Option<&str>) {
        let path = content_path(article);
        let files: Vec<Beside> = files.iter().map(|name| beside(name, 9)).collect();
        let source = Source { path: &path, bytes: b"", beside: &files };
        let found = of(&source, &site(), named, &Addresses::new(&source, &site()), &mut Vec::new());
        let name = found.map(|enclosure| enclosure.url.path().trim_start_matches("/media/").to_owned());
        assert_eq!(name.as_deref(), expected);
    }

    #[test]
    fn sound_with_an_articles_name_travels_with_it() {
        check("tin/lua.md", &["tin/lua.mp3"], None, Some("tin/lua.mp3"));
        check("tin/lua.md", &["tin/LUA.M4A", "tin/lua.jpg"], None, Some("tin/LUA.M4A"));
        check("tin/lua.md", &["tin/lua.ogg", "tin/lua.mp3"], None, Some("tin/lua.mp3"));
        check("tin/lua.md", &["tin/ngo.mp3"], None, None);
        check("tin/lua.md", &["tin/ngo.mp3"], Some("ngo.mp3"), Some("tin/ngo.mp3"));
        check("tin/lua/index.md", &["tin/lua/doc.mp3"], None, Some("tin/lua/doc.mp3"));
        check("tin/lua/index.md", &["tin/lua/a.mp3", "tin/lua/lua.mp3"], None, Some("tin/lua/lua.mp3"));
        check("tin/lua/index.md", &["tin/lua/a.mp3", "tin/lua/b.mp3"], None, None);
        check("tin/lua.md", &[], Some("https://khac.example/a.mp3"), None);
    }
}
