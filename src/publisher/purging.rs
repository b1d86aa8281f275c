//! What `bantin purge` asks for: nothing is kept of an article any more, in archives neither.

use super::Publisher;
use super::deciding::Deciding;
use crate::answer::{Route, below, route};
use crate::catalogue::{Change, Gone};
use crate::journal::{Happening, Record, Session, State, Write};
use crate::letterbox::{Outcome, Request};
use crate::words::{ArchiveName, ContentPath, FeedName, Id, Language, Slug, Text, Timestamp, Withdrawal};
use rusqlite::Result;
use std::collections::BTreeSet;
use url::Url;

/// How many beginnings of addresses are named that caches have to be rid of; of more, the one that all have.
const MOST_NAMED: usize = 40;

/// What somebody wants purged.
enum Sought {
    /// There is no such article.
    Nothing,
    /// It was purged already.
    Purged(Timestamp),
    /// It is out, will be, or would be: these files say it.
    Said(Vec<ContentPath>),
    /// It was taken back, and had this title.
    Found(Box<Record>, Option<String>),
}

impl Deciding<'_> {
    /// Takes an article out that was taken back; whose files it was.
    pub(super) fn purge(&mut self, record: &Record) -> Result<Vec<ContentPath>> {
        let (session, now, key) = (self.session, self.now, record.key);
        let labels = session.placed(key)?.labels;
        let paths = session.files_of(key)?;
        // What told of it gets a date that nothing had.
        let at = session.purge(key, now.max(self.latest).max(self.shared_modified))?;
        session.write(&Write::Happened(key, Happening::Purged, record.fingerprint), now)?;
        let Record { id, published, out, .. } = record.clone();
        // Feeds go on telling that it is gone, and since when, without a word of why.
        let told = record.withdrawn.filter(|since| *since > self.named_after).map(|since| {
            let withdrawal = Withdrawal { id, at: since, reason: None };
            Change::Gone(Gone { key, withdrawal, published, out: out.unwrap_or(published), labels })
        });
        self.decided.changes.extend(told.into_iter().chain([Change::Purged(key, at)]));
        Ok(paths)
    }
}

impl Publisher {
    pub(super) fn answer_purge(&mut self, request: &Request, article: &str, is_meant: bool) {
        let sought = match self.seek(article) {
            Ok(sought) => sought,
            Err(error) => {
                self.set_journal_fault(&error);
                return self.reply(request, Outcome::Refused, 0, &self.fault());
            }
        };
        let (outcome, said) = match sought {
            Sought::Nothing => (Outcome::Refused, unknown(article)),
            Sought::Said(paths) => (Outcome::Refused, self.still_said(&paths)),
            Sought::Found(record, title) if !is_meant => {
                (Outcome::Waiting, self.what_goes(&record, title.as_deref()))
            }
            Sought::Purged(at) if !is_meant => (Outcome::Waiting, self.purged_before(at)),
            Sought::Purged(_) => self.wiped(Text::new("Bài đã được xóa từ trước.", "It was purged before.")),
            Sought::Found(record, _) => {
                self.reply(request, Outcome::UnderWay, 0, &Text::new("Đang xóa.", "It is being purged."));
                // Round-ups that told of nothing else are gone afterwards.
                let archives = self.edition.catalogue().archives_of(record.key);
                match self.purge(&record) {
                    true => self.wiped(self.what_is_left(archives)),
                    false => (Outcome::Refused, self.fault()),
                }
            }
        };
        self.reply(request, outcome, 0, &said);
    }

    fn fault(&self) -> Text {
        let usual = Text::new("không ghi được sổ ghi nhớ", "the journal cannot be written");
        self.journal_fault.clone().unwrap_or(usual)
    }

    fn seek(&mut self, article: &str) -> Result<Sought> {
        let base = self.desk.site.base.clone();
        let session = self.journal.session()?;
        let Some(record) = named(&session, article, &base)? else { return Ok(Sought::Nothing) };
        if let Some(at) = session.purged(record.key)? {
            return Ok(Sought::Purged(at));
        }
        let mut paths = Vec::new();
        for path in session.files_of(record.key)? {
            // Of one that is gone the path alone is known.
            let is_there = session.file(&path)?.is_some_and(|file| file.stamp.is_some());
            if is_there || record.state != State::Withdrawn {
                paths.push(path);
            }
        }
        if record.state != State::Withdrawn || !paths.is_empty() {
            return Ok(Sought::Said(paths));
        }
        let title = session.words(record.key)?.map(|article| article.title);
        Ok(Sought::Found(Box::new(record), title))
    }

    /// Takes an article out of the journal, the catalogue and the state folder. Nothing has changed when it gives back `false`.
    fn purge(&mut self, record: &Record) -> bool {
        let mut paths = Vec::new();
        let is_done = self.decide(
            |deciding| {
                paths = deciding.purge(record)?;
                Ok(())
            },
            &[],
        );
        if is_done {
            self.press.forget(record.key);
            paths.into_iter().for_each(|path| self.set_remarks(&path, Vec::new()));
            tracing::info!("{} was purged: somebody asked for it", record.id);
        }
        is_done
    }

    /// What came of it once its pictures are gone and the journal was written anew.
    fn wiped(&mut self, said: Text) -> (Outcome, Text) {
        self.desk.remove_unnamed_pictures();
        let left = match self.journal.wipe() {
            Ok(true) => None,
            Ok(false) => Some(Text::new("có chương trình khác đang đọc nó", "another program is reading it")),
            Err(error) => Some(Text::new(error.to_string(), error.to_string())),
        };
        let Some(why) = left else { return (Outcome::Done, said) };
        let said = Text::new(
            format!(
                "{}\nNhưng dấu vết cũ trong tệp sổ ghi nhớ trên đĩa chưa xóa hết được: {}. Hãy chạy lại lệnh này sau.",
                said.vi, why.vi
            ),
            format!(
                "{}\nBut what was taken out may still be found in the journal's file on the disk: {}. Run this command again later.",
                said.en, why.en
            ),
        );
        (Outcome::Done, said)
    }

    /// What to do before an article can be purged.
    fn still_said(&self, paths: &[ContentPath]) -> Text {
        let files: Vec<String> = paths.iter().map(|path| format!("\n  {path}")).collect();
        let files = files.concat();
        Text::new(
            format!(
                "Chưa làm gì: tệp của bài vẫn còn trong thư mục nội dung, và bantin không bao giờ động vào tệp ở đó.{files}\n  gợi ý: chuyển tệp ra khỏi thư mục nội dung hoặc xóa tệp, rồi chạy lại lệnh"
            ),
            format!(
                "Nothing was done: the article's file is still in the content folder, where bantin never touches anything.{files}\n  hint: move the file out of the content folder or delete it, then run the command again"
            ),
        )
    }

    fn what_goes(&self, record: &Record, title: Option<&str>) -> Text {
        let site = &self.desk.site;
        let (address, id) = (site.permalink(&record.slug), &record.id);
        let name = title.map_or_else(|| address.clone(), |title| format!("“{title}”"));
        let [vi, en] = [Language::Vi, Language::En].map(|language| site.time_in(language, record.published));
        Text::new(
            format!(
                "{name}\n  {address}\n  {id}, đăng {vi}\nLời bài và các bản trước đây, ảnh trong tệp Word, tên tệp và lý do rút bài sẽ bị xóa khỏi máy chủ. Trong các kỳ lưu trữ, bản tổng hợp và báo cáo sẽ không còn bài này; ở chỗ cũ chỉ còn dấu cho biết bài đã bị rút."
            ),
            format!(
                "{name}\n  {address}\n  {id}, published {en}\nIts words as they are and as they were, the pictures of its Word file, the name of its file and why it was withdrawn are deleted from the server. Archives, round-ups and reports tell of it no more; where it stood it says that something was withdrawn."
            ),
        )
    }

    fn purged_before(&self, at: Timestamp) -> Text {
        let site = &self.desk.site;
        let [vi, en] = [Language::Vi, Language::En].map(|language| site.time_in(language, at));
        Text::new(
            format!("Bài này đã được xóa lúc {vi}. Lệnh sẽ dọn lại tệp sổ ghi nhớ lần nữa."),
            format!("This article was purged {en}. The journal's file will be cleaned once more."),
        )
    }

    /// What is done, and what only others can do.
    fn what_is_left(&self, archives: BTreeSet<(FeedName, ArchiveName)>) -> Text {
        let base = &self.desk.site.base;
        let named: Vec<String> = match archives.len() {
            0..=MOST_NAMED => archives
                .iter()
                .map(|(name, archive)| format!("\n  {base}archives/{name}/{archive}"))
                .collect(),
            _ => vec![format!("\n  {base}archives/")],
        };
        let mut said = Text::new("Xong: bài đã được xóa.", "Done: the article was purged.");
        if !named.is_empty() {
            let named = named.concat();
            said.vi.push_str(&format!(
                " Nếu có bộ nhớ đệm (CDN, proxy) phía trước, hãy xóa ở đó các địa chỉ bắt đầu bằng:{named}"
            ));
            said.en.push_str(&format!(
                " Where caches (a CDN, a proxy) stand in front, make them forget the addresses that begin so:{named}"
            ));
        }
        said
    }
}

/// The article of this id, or at this address.
fn named(session: &Session<'_>, article: &str, base: &Url) -> Result<Option<Record>> {
    let article = article.trim();
    if let Some(id) = Id::parse(article)
        && let Some(record) = session.by_id(&id)?
    {
        return Ok(Some(record));
    }
    let Some(slug) = slug_of(article, base) else { return Ok(None) };
    match session.slug_owner(&slug)? {
        Some(key) => session.record(key),
        None => Ok(None),
    }
}

/// The name in an article's address, however much of that somebody wrote.
fn slug_of(article: &str, base: &Url) -> Option<Slug> {
    if let Some(slug) = Slug::parse(article) {
        return Some(slug);
    }
    let path = match Url::parse(article) {
        Ok(url) if url.host() == base.host() => url.path().to_owned(),
        Ok(_) => return None,
        Err(_) => format!("/{}", article.trim_start_matches('/')),
    };
    let route = match route(below(&path, base.path()))? {
        Route::Guessed(meant) => *meant,
        route => route,
    };
    match route {
        Route::Article(slug) | Route::ArticleEmbed(slug) => Some(slug),
        _ => None,
    }
}

fn unknown(article: &str) -> Text {
    Text::new(
        format!(
            "Chưa làm gì: không có bài nào có id hoặc địa chỉ {article}.\n  gợi ý: chép nguyên địa chỉ của bài, hoặc id (urn:uuid:…) trong nguồn tin"
        ),
        format!(
            "Nothing was done: no article has the id or address {article}.\n  hint: copy the whole address of the article, or its id (urn:uuid:…) from a feed"
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_article_is_named_by_as_much_of_its_address_as_somebody_copies() {
        let base = Url::parse("https://tin.example.vn/bao/").expect("an address");
        let lua_ve = Slug::parse("lua-ve");
        for written in [
            "lua-ve",
            "articles/lua-ve",
            "/articles/lua-ve",
            "/bao/articles/lua-ve",
            "https://tin.example.vn/bao/articles/lua-ve",
            "https://tin.example.vn/bao/articles/lua-ve/?utm=1#a",
            "https://tin.example.vn/bao/embed/articles/lua-ve",
        ] {
            assert_eq!(slug_of(written, &base), lua_ve, "{written}");
        }
        for strange in
            ["", "https://kh.example.vn/articles/lua-ve", "/feeds/lua-ve.rss", "Lúa về", "urn:uuid:1"]
        {
            assert_eq!(slug_of(strange, &base), None, "{strange}");
        }
    }
}
