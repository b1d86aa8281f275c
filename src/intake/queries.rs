//! What feeds ask of the words of articles, answered for one article in one walk through its words, however much is asked.

use crate::words::{Article, Matches, Piece, Query, is_in_word, marked, pieces, push_folded};
use std::collections::{BTreeSet, HashMap};
use unicode_normalization::char::is_combining_mark;

/// All that feeds ask of the words of articles.
#[derive(Default)]
pub struct Queries {
    asked: Vec<Asked>,
    /// The words that are looked for, by their letters.
    words: HashMap<Box<str>, Vec<Wanted>>,
    /// How many words are looked for.
    count: usize,
}

/// A word that is looked for.
struct Wanted {
    /// The marks it must have; any will do without.
    marks: Option<Box<str>>,
    number: usize,
}

struct Asked {
    query: Query,
    /// The numbers of the words of each phrase.
    phrases: Vec<Vec<usize>>,
}

impl Queries {
    /// These.
    pub fn of<'a>(asked: impl IntoIterator<Item = &'a Query>) -> Self {
        let mut queries = Self::default();
        for query in asked.into_iter().collect::<BTreeSet<_>>() {
            let phrases =
                query.phrases().map(|words| words.into_iter().map(|word| queries.number(word)).collect());
            let phrases = phrases.collect();
            queries.asked.push(Asked { query: query.clone(), phrases });
        }
        queries
    }

    /// The number of a word that is looked for.
    fn number(&mut self, word: &str) -> usize {
        let mut bare = String::new();
        word.chars().for_each(|c| push_folded(&mut bare, c));
        let marks = (bare != word).then(|| Box::from(word));
        let alike = self.words.entry(bare.into()).or_default();
        if let Some(known) = alike.iter().find(|known| known.marks == marks) {
            return known.number;
        }
        let number = self.count;
        alike.push(Wanted { marks, number });
        self.count += 1;
        number
    }

    /// Whether nothing is asked.
    pub fn is_empty(&self) -> bool {
        self.asked.is_empty()
    }

    /// Each thing that is asked, once.
    pub fn iter(&self) -> impl Iterator<Item = &Query> {
        self.asked.iter().map(|asked| &asked.query)
    }

    /// What of it an article meets.
    pub fn matches(&self, article: &Article) -> Matches {
        if self.is_empty() {
            return Matches::default();
        }
        let mut walk = Walk::new(self);
        walk.text(&article.title);
        walk.part();
        for piece in pieces(&article.html) {
            match piece {
                Piece::Text(text) => walk.written(text),
                Piece::Start(name, _) | Piece::End(name, _) if is_within_words(name) => {}
                Piece::Start("br", _) => walk.end_word(),
                Piece::Start(..) | Piece::End(..) => walk.part(),
            }
        }
        walk.end_word();
        let met = self.asked.iter().filter(|asked| {
            let has_all = asked.phrases.iter().all(|phrase| walk.has(phrase));
            has_all != asked.query.is_lacking()
        });
        Matches::of(met.map(|asked| asked.query.clone()).collect())
    }
}

/// Whether text goes on beside the tags of such an element, in the middle of a word even.
fn is_within_words(name: &str) -> bool {
    matches!(
        name,
        "a" | "abbr"
            | "b"
            | "bdi"
            | "bdo"
            | "cite"
            | "code"
            | "del"
            | "dfn"
            | "em"
            | "i"
            | "ins"
            | "kbd"
            | "mark"
            | "q"
            | "s"
            | "samp"
            | "small"
            | "span"
            | "strong"
            | "sub"
            | "sup"
            | "time"
            | "u"
            | "var"
            | "wbr"
    )
}

/// A walk through the words of an article.
struct Walk<'a> {
    queries: &'a Queries,
    /// Where each word that is looked for was met, as the number of a word of the article.
    places: Vec<Vec<u32>>,
    /// The number of the word that is being met, its letters, and those without marks.
    place: u32,
    word: String,
    bare: String,
}

impl<'a> Walk<'a> {
    fn new(queries: &'a Queries) -> Self {
        let places = vec![Vec::new(); queries.count];
        Self { queries, places, place: 0, word: String::new(), bare: String::new() }
    }

    /// Text of HTML, of which only signs are escaped: they part words.
    fn written(&mut self, text: &str) {
        let mut parts = text.split('&');
        parts.next().into_iter().for_each(|text| self.text(text));
        for part in parts {
            self.end_word();
            self.text(part.split_once(';').map_or(part, |(_, text)| text));
        }
    }

    fn text(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                'a'..='z' | '0'..='9' => {
                    self.word.push(c);
                    self.bare.push(c);
                }
                // Neither is seen: where a line may be broken, and where it may not.
                '\u{AD}' | '\u{200B}'..='\u{200D}' | '\u{2060}' => {}
                c if is_in_word(c) => {
                    self.word.push(c);
                    push_folded(&mut self.bare, c);
                }
                c if is_combining_mark(c) && !self.word.is_empty() => self.word.push(c),
                _ => self.end_word(),
            }
        }
    }

    fn end_word(&mut self) {
        if self.word.is_empty() {
            return;
        }
        if let Some(alike) = self.queries.words.get(self.bare.as_str()) {
            let with_marks = marked(&self.word);
            for Wanted { marks, number } in alike {
                if marks.as_deref().is_none_or(|marks| marks == with_marks) {
                    self.places[*number].push(self.place);
                }
            }
        }
        self.place += 1;
        self.word.clear();
        self.bare.clear();
    }

    /// What follows does not go on with what was.
    fn part(&mut self) {
        self.end_word();
        self.place += 1;
    }

    fn has(&self, phrase: &[usize]) -> bool {
        let Some((first, others)) = phrase.split_first() else { return false };
        self.places[*first].iter().any(|begin| {
            (begin + 1..).zip(others).all(|(place, word)| self.places[*word].binary_search(&place).is_ok())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::tests::{content_path, site};
    use crate::intake::{Source, read};
    use proptest::prelude::*;

    fn article(title: &str, html: &str) -> Article {
        let path = content_path("tin/mot.txt");
        let source = Source { path: &path, bytes: "Một\n\nĐoạn một.\n".as_bytes(), beside: &[] };
        let article = read(&source, &site()).expect("it reads well").article;
        Article { title: title.to_owned(), html: html.to_owned(), ..article }
    }

    fn meets(article: &Article, query: &str) -> bool {
        let query = Query::parse(query).expect("there are words in it");
        let matches = Queries::of([&query, &query.lacking()]).matches(article);
        assert_ne!(matches.has(&query), matches.has(&query.lacking()), "an article meets one of the two");
        matches.has(&query)
    }

    #[test]
    fn words_are_found_whatever_their_case_and_without_marks_whatever_their_marks() {
        let article = article(
            "Xây dựng Nông thôn mới",
            "<p>Đồng ruộng <b>An</b> Giang&nbsp;được mùa: ho<i>à</i> bình &amp; \u{1EA5}m no.</p><p>Khép lại</p>\
             <p>Tết-Nguyên đán<br>COVID-19, H<sub>2</sub>O so\u{AD}ft</p>",
        );
        let found = [
            "nông thôn",
            "NONG THON",
            "nong thon",
            "thôn xây",
            "\"nông thôn mới\"",
            "\"nong thon\"",
            "\"xay dung nông\"",
            "dong ruong",
            "đồng",
            "\"an giang được mùa\"",
            "hòa bình",
            "hoà",
            "\"hoà bình ấm no\"",
            "tết-nguyên",
            "\"Nguyên đán COVID\"",
            "covid-19",
            "h2o",
            "soft",
            "Giang Xây",
        ];
        for query in found {
            assert!(meets(&article, query), "{query}");
        }
        let missing = [
            "nồng",
            "nông thốn",
            "đong",
            "gian",
            "thon moi nong lua",
            "\"thôn nông\"",
            "\"mới đồng\"",
            "\"no khép\"",
            "covid-20",
            "am no an giang b",
        ];
        for query in missing {
            assert!(!meets(&article, query), "{query}");
        }
    }

    #[test]
    fn a_word_with_marks_is_not_found_in_text_without() {
        let article = article("Nong thon doi moi", "<p>Dong ruong</p>");
        for (query, is_met) in [("nong thon", true), ("nông thôn", false), ("đồng", false), ("dong", true)]
        {
            assert_eq!(meets(&article, query), is_met, "{query}");
        }
    }

    proptest! {
        #[test]
        fn what_is_asked_together_is_answered_as_alone(
            text in "[aăâáàđdoơAĐ .,<]{0,30}", asked in prop::collection::vec("[aáâđd ]{1,4}", 1..6),
        ) {
            let text = text.replace('<', "</p><p>");
            let article = article("Một", &format!("<p>{text}</p>"));
            let asked: Vec<Query> = asked.iter().filter_map(|asked| Query::parse(asked)).collect();
            let together = Queries::of(&asked).matches(&article);
            for query in &asked {
                prop_assert_eq!(together.has(query), Queries::of([query]).matches(&article).has(query));
                // By the definition.
                let words = text.split(|c: char| !is_in_word(c) || c == 'p').filter(|word| !word.is_empty());
                let words: Vec<&str> = words.chain(["Một"]).collect();
                let has = |asked: &str| words.iter().any(|word| {
                    asked == marked(word) || asked == crate::words::fold(word)
                });
                prop_assert_eq!(together.has(query), query.phrases().all(|phrase| phrase.iter().all(|asked| has(asked))));
            }
        }
    }
}
