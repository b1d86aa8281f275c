//! A request of the public listener, from its head to its body: asks [`respond`], then finds the bytes.

use super::answering::Answering;
use super::apart::{Apart, Streaming};
use super::body::{Part, Sent, bytes as ready, nothing, part};
use super::bulletins::Bulletins;
use super::footnote::Footnote;
use super::held::{Held, Waited};
use super::leftover::throw_away;
use super::telling::Telling;
use super::waiting::{Place, Waiting};
use crate::answer::{Answer, Body, Hold, Stream, masked, message, respond};
use crate::catalogue::Key;
use crate::deliveries::Counter;
use crate::diary::Diary;
use crate::edition::{Edition, Media, Packing};
use crate::folder::Folder;
use crate::ledger::Ledger;
use crate::metrics::Metrics;
use crate::pings::Lookout;
use crate::press::{Press, PrintError};
use crate::publisher::{Told, clock};
use crate::words::{Format, Outlet, Site};
use bytes::Bytes;
use http::header::{CONTENT_LENGTH, HeaderValue, RETRY_AFTER, USER_AGENT};
use http::request::Parts;
use http::{Method, Request, Response, StatusCode};
use hyper::body::Incoming;
use std::collections::HashMap;
use std::net::IpAddr;
use std::ops::Range;
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The longest request target, in bytes (RFC 9110, section 4.1 asks for 8,000 at least).
const LONGEST_TARGET: usize = 8 << 10;
/// How often an edition that was overtaken while printing is replaced by the next before giving up.
const TRIES: u32 = 200;
/// How long the publisher has before it is told of a damaged article again.
const TELL_AGAIN: Duration = Duration::from_secs(10);

/// An answer that takes a while.
enum Unready {
    /// Its bytes have to be found.
    Unprinted(Arc<Edition>, Answer),
    /// There is nothing to tell yet.
    Held(Box<Hold>, Place),
    /// It is told as it happens.
    Stream(Answer, Stream, Place),
}

/// What every request of the public listener is answered from.
pub struct Public {
    /// The edition and its bytes.
    pub press: Arc<Press>,
    /// Where media lie.
    pub folder: Folder,
    /// Where pictures lie that were in the files of articles.
    pub pictures: Folder,
    /// What is counted.
    pub metrics: Arc<Metrics>,
    /// For messages before the first edition.
    pub site: Arc<Site>,
    /// Where to say that a file is not what it was.
    pub told: Mutex<Sender<Told>>,
    /// The articles that were found damaged, and when the publisher was told.
    pub damaged: Mutex<HashMap<Key, Instant>>,
    /// What partners are handed.
    pub ledger: Arc<Ledger>,
    /// Who waits until there is something to tell.
    pub waiting: Arc<Waiting>,
    /// What event streams say.
    pub bulletins: Arc<Bulletins>,
    /// Who looks out for the hubs of others.
    pub lookout: Arc<Lookout>,
    /// Where subscribers hand in what they ask for.
    pub counter: Counter,
    /// Where it is noted what readers ask for.
    pub diary: Arc<Diary>,
    /// Whether each request is logged.
    pub access_log: bool,
}

impl Public {
    /// Answers one request. It never fails: what goes wrong is an answer too.
    pub fn answer(self: &Arc<Self>, request: Request<Incoming>, from: IpAddr) -> Answering {
        let (request, body) = request.into_parts();
        if request.method == Method::POST {
            return self.take(request, body, from);
        }
        throw_away(&request, body);
        self.give(request, from)
    }

    /// Answers a request that only asks.
    pub(super) fn give(self: &Arc<Self>, request: Parts, from: IpAddr) -> Answering {
        let began = self.access_log.then(Instant::now);
        let mut footnote = self.footnote(&request, from);
        match self.answer_at_once(&request, from, &mut footnote) {
            Ok(response) => {
                self.count(&request, &response, began);
                self.enter_footnote(&footnote, &request, &response);
                self.notice(&request, &response, from);
                Answering::now(response)
            }
            Err(Unready::Held(hold, place)) => {
                let held = Held::new(self.clone(), place, request, from, hold);
                Answering::Apart(Apart::Held(Box::new(held)))
            }
            Err(Unready::Stream(answer, stream, place)) => {
                self.count(&request, &Response::new(nothing()), began);
                let headers = answer.headers;
                let telling = Telling::new(self.clone(), stream, place);
                Answering::Apart(Apart::Stream(Box::new(Streaming { headers, telling })))
            }
            Err(Unready::Unprinted(edition, answer)) => {
                let public = self.clone();
                Answering::later(async move {
                    let response = public.find_bytes(&request, edition, answer).await;
                    public.count(&request, &response, began);
                    public.enter_footnote(&footnote, &request, &response);
                    public.notice(&request, &response, from);
                    response
                })
            }
        }
    }

    /// Has a look whether a public document was fetched by a hub that was told of it.
    fn notice(&self, request: &Parts, response: &Response<Sent>, from: IpAddr) {
        if self.lookout.is_idle()
            || response.status().is_client_error()
            || response.status().is_server_error()
        {
            return;
        }
        let is_of = |format: Format| request.uri.path().ends_with(format.suffix());
        if request.uri.path().contains("/feeds/") && Format::ALL.into_iter().any(is_of) {
            let agent = request.headers.get(USER_AGENT).and_then(|agent| agent.to_str().ok());
            self.lookout.fetched(agent.unwrap_or(""), from, clock);
        }
    }

    pub(super) fn count(&self, request: &Parts, response: &Response<Sent>, began: Option<Instant>) {
        let length = hyper::body::Body::size_hint(response.body()).exact().unwrap_or(0);
        self.metrics.answers.count(response.status().as_u16());
        self.metrics.bytes.inc_by(length);
        if let Some(began) = began {
            let agent = request.headers.get(USER_AGENT).and_then(|agent| agent.to_str().ok());
            tracing::info!(
                target: "access",
                method = %request.method,
                path = &*masked(request.uri.path()),
                status = response.status().as_u16(),
                bytes = length,
                microseconds = began.elapsed().as_micros() as u64,
                agent = agent.unwrap_or(""),
            );
        }
    }

    /// The answer; or what it will be, when its bytes have to be waited for.
    fn answer_at_once(
        &self,
        request: &Parts,
        from: IpAddr,
        footnote: &mut Footnote,
    ) -> Result<Response<Sent>, Unready> {
        if request.uri.path_and_query().map_or(0, |target| target.as_str().len()) > LONGEST_TARGET {
            return Ok(dress(request, message(&self.site, StatusCode::URI_TOO_LONG), nothing()));
        }
        let edition = self.press.glance();
        let Some(edition) = edition.as_ref() else { return Ok(self.later(request)) };
        let mut answer = self.respond(edition, request);
        if let Some(instead) = self.weigh(footnote, &answer, request, edition.site(), from) {
            return Ok(dress(request, instead, nothing()));
        }
        let found = match &answer.body {
            Body::Empty | Body::Unchanged(_) | Body::Ready(_) => Some(nothing()),
            Body::Waits(hold) => {
                hold.held.iter().for_each(|sheet| self.press.print_behind(edition, sheet));
                if Held::is_for(request)
                    && let Some(place) = self.waiting.place_for_request()
                {
                    return Err(Unready::Held(hold.clone(), place));
                }
                Some(nothing())
            }
            Body::Stream(_) if request.method == Method::HEAD => Some(nothing()),
            Body::Stream(stream) => {
                let stream = stream.clone();
                return match self.waiting.place_for_stream() {
                    Some(place) => Err(Unready::Stream(answer, stream, place)),
                    None => Ok(self.later(request)),
                };
            }
            Body::Held(sheet) => {
                self.press.print_behind(edition, sheet);
                Some(nothing())
            }
            Body::Document { sheet, encoding, behind } => {
                let found = sheet.bytes(*encoding).cloned();
                // What is packed behind is made from bytes that are there once these are.
                behind
                    .iter()
                    .filter(|_| found.is_some())
                    .for_each(|packing| self.press.pack_behind(sheet, *packing));
                found.map(ready)
            }
            Body::Difference { sheet, dictionary, encoding } => {
                sheet.packed(Packing::With(*encoding, dictionary.hash.name())).map(ready)
            }
            Body::Media { .. } | Body::Partner(_) => None,
        };
        match found {
            Some(found) => {
                if let Body::Difference { .. } = answer.body {
                    self.metrics.differences.inc();
                }
                self.enter(&mut answer, edition);
                Ok(dress(request, answer, found))
            }
            None => Err(Unready::Unprinted(edition.clone(), answer)),
        }
    }

    /// What a request comes to in an edition, also one that was held.
    fn respond(&self, edition: &Edition, request: &Parts) -> Answer {
        let answer = respond(edition, request, clock());
        match request.extensions.get::<Waited>() {
            Some(waited) => answer.after_waiting(waited.seconds),
            None => answer,
        }
    }

    /// The answer with its bytes: that of the next edition, when this one is overtaken meanwhile.
    async fn find_bytes(
        &self,
        request: &Parts,
        mut edition: Arc<Edition>,
        mut answer: Answer,
    ) -> Response<Sent> {
        for attempt in 0..TRIES {
            let error = match &answer.body {
                Body::Empty
                | Body::Unchanged(_)
                | Body::Held(_)
                | Body::Waits(_)
                | Body::Ready(_)
                | Body::Stream(_) => {
                    self.enter(&mut answer, &edition);
                    return dress(request, answer, nothing());
                }
                Body::Document { sheet, encoding, behind } => {
                    match self.press.document(&edition, sheet, *encoding).await {
                        Ok(bytes) => {
                            behind.iter().for_each(|packing| self.press.pack_behind(sheet, *packing));
                            self.enter(&mut answer, &edition);
                            return dress(request, answer, ready(bytes));
                        }
                        Err(error) => error,
                    }
                }
                Body::Difference { sheet, dictionary, encoding } => {
                    match self.press.difference(&edition, sheet, dictionary, *encoding).await {
                        Ok(bytes) => {
                            self.metrics.differences.inc();
                            return dress(request, answer, ready(bytes));
                        }
                        Err(error) => error,
                    }
                }
                Body::Media { media, range } => {
                    return self.media(request, media.clone(), range.clone(), answer).await;
                }
                Body::Partner(outlet) => match self.partner_page(&edition, outlet).await {
                    Ok(page) => return dress(request, answer.with_page(request, page, clock()), nothing()),
                    Err(error) => error,
                },
            };
            match error {
                // The next edition is on its way.
                PrintError::Stale if attempt + 1 < TRIES => {}
                PrintError::Unread(place) if attempt + 1 < TRIES => {
                    if attempt == 0 {
                        self.tell(Told::LookAgain(place));
                    }
                }
                PrintError::Stale | PrintError::Unread(_) | PrintError::Busy => return self.later(request),
                PrintError::Damaged(key) => {
                    self.tell_damaged(key);
                    return self.later(request);
                }
                PrintError::Nothing => {
                    return dress(request, message(&self.site, StatusCode::NOT_FOUND), nothing());
                }
                PrintError::Failed => {
                    tracing::error!("{} could not be printed", masked(request.uri.path()));
                    let answer = message(&self.site, StatusCode::INTERNAL_SERVER_ERROR);
                    return dress(request, answer, nothing());
                }
                PrintError::Journal(error) => {
                    tracing::error!("a document could not be printed: {error}");
                    return self.later(request);
                }
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
            let Some(next) = self.press.edition() else { break };
            answer = self.respond(&next, request);
            edition = next;
        }
        self.later(request)
    }

    /// The page of a partner, made for one request.
    async fn partner_page(&self, edition: &Arc<Edition>, outlet: &Outlet) -> Result<Bytes, PrintError> {
        let articles = self.press.headlines(edition, edition.shown_to_partner(&outlet.name)).await?;
        let page = edition.partner_page(outlet, &articles, self.ledger.last(&outlet.name, edition), clock());
        page.map(Bytes::from).ok_or(PrintError::Nothing)
    }

    /// Remembers what a partner is handed, now that it is certain.
    fn enter(&self, answer: &mut Answer, edition: &Edition) {
        if let Some(handed) = answer.handed.take() {
            self.ledger.enter(handed, edition, clock());
        }
    }

    /// The publisher reads the file again, and then the words are sound again.
    fn tell_damaged(&self, key: Key) {
        if self.tell_once(key, Told::Damaged(key)) {
            tracing::error!("article {} is damaged in the journal; its file is read again", key.0);
        }
    }

    /// Tells something about an article that stays so for a while; gives back whether it is the first time.
    fn tell_once(&self, key: Key, news: Told) -> bool {
        let mut damaged = self.damaged.lock().unwrap_or_else(PoisonError::into_inner);
        if damaged.get(&key).is_some_and(|told| told.elapsed() < TELL_AGAIN) {
            return false;
        }
        let is_first = damaged.insert(key, Instant::now()).is_none();
        self.tell(news);
        is_first
    }

    fn tell(&self, news: Told) {
        // A publisher that is gone hears nothing.
        let _ = self.told.lock().unwrap_or_else(PoisonError::into_inner).send(news);
    }

    async fn media(
        &self,
        request: &Parts,
        media: Arc<Media>,
        range: Range<u64>,
        answer: Answer,
    ) -> Response<Sent> {
        let folder = if media.within.is_some() { &self.pictures } else { &self.folder };
        let (folder, place) = (folder.clone(), media.place.clone());
        let opening = tokio::task::spawn_blocking(move || folder.open(&place));
        match opening.await {
            Ok(Ok((file, stamp))) if media.is(&stamp) => dress(request, answer, part(Part::new(file, range))),
            _ => {
                // Its validators would be wrong. The publisher looks, and then they are right again.
                match media.within {
                    Some(key) => drop(self.tell_once(key, Told::Lost(key))),
                    None => self.tell(Told::LookAgain(media.place.clone())),
                }
                self.later(request)
            }
        }
    }

    pub(super) fn later(&self, request: &Parts) -> Response<Sent> {
        let mut answer = message(&self.site, StatusCode::SERVICE_UNAVAILABLE);
        answer.headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
        dress(request, answer, nothing())
    }
}

/// Puts an answer into the words of hyper. The body is that of the answer where that is ready, else `found`.
fn dress(request: &Parts, answer: Answer, found: Sent) -> Response<Sent> {
    // hyper says how long it is where something follows. Nobody can say it of an event stream.
    let has_no_length = matches!(answer.status, StatusCode::NOT_MODIFIED | StatusCode::NO_CONTENT)
        || matches!(answer.body, Body::Stream(_));
    let sent = match answer.body {
        Body::Ready(bytes) => ready(bytes),
        Body::Waits(_) | Body::Stream(_) => found,
        Body::Empty | Body::Unchanged(_) | Body::Held(_) => found,
        Body::Document { .. } | Body::Difference { .. } | Body::Media { .. } | Body::Partner(_) => found,
    };
    let length = hyper::body::Body::size_hint(&sent).exact().unwrap_or(0);
    let is_head = request.method == Method::HEAD;
    let mut response = Response::new(if is_head { nothing() } else { sent });
    *response.status_mut() = answer.status;
    *response.headers_mut() = answer.headers;
    if !has_no_length && (is_head || length == 0) {
        response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
    if request.version == http::Version::HTTP_2 {
        // It has no such header (RFC 9113, section 8.2.2).
        response.headers_mut().remove(http::header::CONNECTION);
    }
    response
}
