//! A site for tests: a temporary folder with `content/`, `feeds/` and `state/`, and the real program serving it.
#![allow(dead_code)] // each test file uses its own part

pub mod disk;
pub mod http;
pub mod subscriber;
pub mod word;

pub use http::{Answer, Request};

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime};
use tempfile::TempDir;

/// Where the site of every test says it is.
pub const BASE: &str = "https://tin.example.vn/";

/// How long anything that happens by itself may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// How often it is looked for.
const PACE: Duration = Duration::from_millis(5);

/// An installation, and the program while it runs. Dropping it stops the program.
pub struct Site {
    folder: TempDir,
    content: PathBuf,
    feeds: PathBuf,
    base: bool,
    through: Vec<String>,
    flags: Vec<String>,
    running: Option<Running>,
}

struct Running {
    child: Child,
    public: String,
    private: String,
    said: Arc<Mutex<String>>,
    listening: Option<JoinHandle<()>>,
}

impl Site {
    /// An empty installation that is not running.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (content, feeds) = (folder.path().join("content"), folder.path().join("feeds"));
        fs::create_dir(&content).expect("a content folder");
        fs::create_dir(&feeds).expect("a feeds folder");
        Self { folder, content, feeds, base: true, through: Vec::new(), flags: Vec::new(), running: None }
    }

    /// An empty installation that runs.
    pub fn running() -> Self {
        let mut site = Self::new();
        site.start();
        site
    }

    /// An installation with copies of this content and these feeds.
    pub fn of(content: &Path, feeds: &Path) -> Self {
        let site = Self::new();
        for (from, to) in
            [(content, &site.content), (feeds, &site.feeds)].into_iter().filter(|(from, _)| from.is_dir())
        {
            for file in files_below(from) {
                write(&to.join(&file), &fs::read(from.join(&file)).expect("the file can be read"));
            }
        }
        // They have been there for a while, as what a server finds at its start has.
        std::thread::sleep(Duration::from_millis(400));
        site
    }

    /// Without a `--base-url` flag: what the settings say counts.
    pub fn without_base(mut self) -> Self {
        self.base = false;
        self
    }

    /// Started by another program, which is given the command as its last arguments.
    pub fn through(mut self, program: &[&str]) -> Self {
        self.through = program.iter().map(|word| (*word).to_owned()).collect();
        self
    }

    /// Started with these flags besides.
    pub fn with(mut self, flags: &[&str]) -> Self {
        self.flags.extend(flags.iter().map(|flag| (*flag).to_owned()));
        self
    }

    /// Where something lies below the content folder.
    pub fn place(&self, path: &str) -> PathBuf {
        self.content.join(path)
    }

    /// Where something lies below the folder that holds everything of this site.
    pub fn beside(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// Drops a file into the content folder: written and closed in one go.
    pub fn article(&self, path: &str, text: impl AsRef<[u8]>) -> &Self {
        write(&self.place(path), text.as_ref());
        self
    }

    /// Defines a feed, or the site itself when it is called `site`.
    pub fn feed(&self, name: &str, toml: &str) -> &Self {
        write(&self.feeds.join(format!("{name}.toml")), toml.as_bytes());
        self
    }

    /// Removes a file from the content folder.
    pub fn remove(&self, path: &str) -> &Self {
        fs::remove_file(self.place(path)).expect("the file can be removed");
        self
    }

    /// Renames within the content folder.
    pub fn rename(&self, from: &str, to: &str) -> &Self {
        let to = self.place(to);
        fs::create_dir_all(to.parent().expect("a place has a folder")).expect("a folder");
        fs::rename(self.place(from), to).expect("the file can be renamed");
        self
    }

    /// The program with its flags, and nothing of the environment that would change them.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let bantin = env!("CARGO_BIN_EXE_bantin").to_owned();
        let words: Vec<&String> = self.through.iter().chain([&bantin]).collect();
        let mut command = Command::new(words[0]);
        command.args(&words[1..]);
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("BANTIN_")) {
            command.env_remove(name);
        }
        command.args(arguments).arg("--content").arg(&self.content).arg("--feeds").arg(&self.feeds);
        if self.base {
            command.args(["--base-url", BASE]);
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// The program as a server on ports of its own.
    pub fn server(&self) -> Command {
        let mut command = self.command(&["serve"]);
        command.arg("--state").arg(self.beside("state"));
        command.args(["--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0"]).args(&self.flags);
        command
    }

    /// Starts the server and waits until it is ready.
    pub fn start(&mut self) -> &mut Self {
        assert!(self.running.is_none(), "it runs already");
        let mut child = self.server().spawn().expect("bantin can be started");
        let said = Arc::new(Mutex::new(String::new()));
        let listening = {
            let (said, stderr) = (said.clone(), child.stderr.take().expect("its words are piped"));
            std::thread::spawn(move || {
                for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                    let mut said = said.lock().expect("nobody panics holding it");
                    said.push_str(&line);
                    said.push('\n');
                }
            })
        };
        let mut ready = String::new();
        let mut stdout = BufReader::new(child.stdout.take().expect("its output is piped"));
        stdout.read_line(&mut ready).expect("its output is text");
        let addresses = ready
            .strip_prefix("bantin is ready: http://")
            .and_then(|rest| rest.split_once("/ (private: http://"))
            .and_then(|(public, rest)| Some((public, rest.split_once('/')?.0)));
        let Some((public, private)) = addresses else {
            let _ = child.wait();
            let _ = listening.join();
            panic!("it did not say it was ready but {ready:?} and:\n{}", said.lock().unwrap());
        };
        let (public, private) = (public.to_owned(), private.to_owned());
        self.running = Some(Running { child, public, private, said, listening: Some(listening) });
        self
    }

    /// Ends the program as a power cut would.
    pub fn kill(&mut self) -> &mut Self {
        self.end();
        self
    }

    /// Kills it if it runs, and starts it again.
    pub fn restart(&mut self) -> &mut Self {
        self.end();
        self.start()
    }

    fn end(&mut self) {
        if let Some(mut running) = self.running.take() {
            let _ = running.child.kill();
            let _ = running.child.wait();
            if let Some(listening) = running.listening.take() {
                let _ = listening.join();
            }
        }
    }

    /// The number of the program's process.
    pub fn process(&self) -> u32 {
        self.now_running().child.id()
    }

    /// Asks the program to stop, as a service manager does; the clock for what follows starts here.
    pub fn ask_to_stop(&self) {
        let pid = self.process().to_string();
        let sent = Command::new("kill").args(["-TERM", &pid]).status().expect("kill can be run");
        assert!(sent.success(), "the signal was sent");
    }

    /// Waits for the program to end by itself; `None` when it has not after this long.
    pub fn ended_within(&mut self, patience: Duration) -> Option<ExitStatus> {
        let until = Instant::now() + patience;
        let running = self.running.as_mut().expect("it was started");
        loop {
            let status = running.child.try_wait().expect("its status can be asked");
            if status.is_some() || Instant::now() >= until {
                return status;
            }
            std::thread::sleep(PACE);
        }
    }

    /// Asks the program to stop and waits for its orderly end.
    pub fn stop(&mut self) -> &mut Self {
        self.ask_to_stop();
        let status = self.ended_within(Duration::from_secs(10));
        assert_eq!(status.expect("it stops within 10 s").code(), Some(0));
        self.end();
        self
    }

    /// Changes rows of the journal behind the program's back.
    pub fn damage(&self, sql: &str) {
        let journal = rusqlite::Connection::open(self.beside("state/journal.sqlite")).expect("a journal");
        let changed = journal.execute(sql, []).unwrap_or_else(|error| panic!("{sql}: {error}"));
        assert!(changed > 0 || sql.starts_with("DROP"), "{sql} finds something to damage");
    }

    fn now_running(&self) -> &Running {
        self.running.as_ref().expect("the site is running")
    }

    /// The public address as `host:port`.
    pub fn address(&self) -> &str {
        &self.now_running().public
    }

    /// The private address as `host:port`.
    pub fn private_address(&self) -> &str {
        &self.now_running().private
    }

    /// All it has said on standard error since it was started.
    pub fn said(&self) -> String {
        self.now_running().said.lock().expect("nobody panics holding it").clone()
    }

    /// A request to the public listener.
    pub fn get(&self, path: &str) -> Request {
        self.ask("GET", path)
    }

    /// A request of any method to the public listener.
    pub fn ask(&self, method: &str, path: &str) -> Request {
        Request::new(self.address(), method, path)
    }

    /// A request to the private listener.
    pub fn get_private(&self, path: &str) -> Request {
        Request::new(self.private_address(), "GET", path)
    }

    /// The body of what stands at an address, which has to be there.
    pub fn text(&self, path: &str) -> String {
        self.get(path).gives(200).text()
    }

    /// The same, of what need not be text.
    pub fn bytes(&self, path: &str) -> Vec<u8> {
        self.get(path).gives(200).body
    }

    /// What `/feeds/NAME.json` lists.
    pub fn listed(&self, feed: &str) -> Vec<Listed> {
        let answer = self.get(&format!("/feeds/{feed}.json")).send();
        match answer.status {
            200 => listed(&answer.text()),
            _ => Vec::new(),
        }
    }

    /// The titles in a feed, newest first.
    pub fn titles(&self, feed: &str) -> Vec<String> {
        self.listed(feed).into_iter().map(|article| article.title).collect()
    }

    /// The article of this title in the feed of everything.
    pub fn find(&self, title: &str) -> Option<Listed> {
        self.listed("all").into_iter().find(|article| article.title == title)
    }

    /// Waits for the article of this title.
    pub fn comes(&self, title: &str) -> Listed {
        self.eventually(&format!("“{title}” comes out"), || self.find(title))
    }

    /// Waits until the article of this title is listed no more.
    pub fn goes(&self, title: &str) {
        self.eventually(&format!("“{title}” leaves"), || self.find(title).is_none().then_some(()));
    }

    /// Waits until the address answers with this status.
    pub fn eventually_gives(&self, path: &str, status: u16) -> Answer {
        self.eventually(&format!("{path} answers {status}"), || {
            let answer = self.get(path).send();
            (answer.status == status).then_some(answer)
        })
    }

    /// Waits until there is something at the address, without asking for all of it.
    pub fn eventually_has(&self, path: &str) {
        self.eventually(&format!("{path} is there"), || {
            (self.ask("HEAD", path).send().status == 200).then_some(())
        })
    }

    /// Waits until all of these words stand on standard error.
    pub fn eventually_says(&self, words: &str) {
        self.eventually(&format!("it says “{words}”"), || self.said().contains(words).then_some(()));
    }

    /// Looks again and again until there is something; fails when that takes too long.
    pub fn eventually<T>(&self, what: &str, look: impl FnMut() -> Option<T>) -> T {
        self.within(PATIENCE, what, look)
    }

    /// The same with another patience.
    pub fn within<T>(&self, patience: Duration, what: &str, mut look: impl FnMut() -> Option<T>) -> T {
        let until = Instant::now() + patience;
        loop {
            if let Some(found) = look() {
                return found;
            }
            assert!(Instant::now() < until, "in vain: {what}. It said:\n{}", self.said());
            std::thread::sleep(PACE);
        }
    }

    /// Drops a small article and waits for it: whatever was dropped before has been seen by then.
    pub fn settles(&self) {
        let title = format!("Dấu mốc {}", self.titles("dau-moc").len() + 1);
        let name = format!("dau-moc/{}.md", title.replace(' ', "-"));
        self.article(&name, format!("---\ntitle: {title}\ndate: 2001-01-01\n---\nMốc.\n"));
        self.comes(&title);
    }

    /// Checks again and again, this long, that something stays as it is.
    pub fn throughout(&self, time: Duration, mut check: impl FnMut()) {
        let until = Instant::now() + time;
        while Instant::now() < until {
            check();
            std::thread::sleep(PACE);
        }
    }

    /// What `/readyz` says.
    pub fn readiness(&self) -> String {
        self.get_private("/readyz").gives(200).text()
    }

    /// Waits until `/readyz` says this, and tells no fault when that is nothing.
    pub fn eventually_stands(&self, words: &str) {
        self.within(PATIENCE * 2, &format!("/readyz says “{words}”"), || {
            let said = self.readiness();
            let told = if words.is_empty() { said == "ready\n" } else { said.contains(words) };
            told.then_some(())
        });
    }

    /// What `bantin check` prints when it is run beside the content folder, and whether it found nothing wrong.
    pub fn check(&self) -> (String, bool) {
        let beside = self.content.parent().expect("a folder around the content");
        let output = self.command(&["check"]).current_dir(beside).output().expect("bantin can be run");
        let code = output.status.code();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(matches!(code, Some(0 | 1)), "check ends with 0 or 1, not {code:?}: {said}");
        (String::from_utf8(output.stdout).expect("problems are told in UTF-8"), code == Some(0))
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        if std::thread::panicking()
            && let Some(running) = &self.running
            && let Ok(said) = running.said.lock()
        {
            eprintln!("bantin said:\n{said}");
        }
        self.end();
    }
}

/// One article as JSON Feed lists it.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    pub id: String,
    pub url: String,
    pub title: String,
    pub html: String,
    pub published: String,
    pub modified: String,
}

impl Listed {
    /// The path of its permalink.
    pub fn path(&self) -> String {
        self.url.replacen(BASE, "/", 1)
    }
}

/// Reads a JSON Feed.
pub fn listed(json: &str) -> Vec<Listed> {
    let feed: serde_json::Value = serde_json::from_str(json).expect("a JSON feed is JSON");
    let text = |item: &serde_json::Value, key: &str| item[key].as_str().unwrap_or("").to_owned();
    let items = feed["items"].as_array().expect("a JSON feed has items");
    let read = |item: &serde_json::Value| Listed {
        id: text(item, "id"),
        url: text(item, "url"),
        title: text(item, "title"),
        html: text(item, "content_html"),
        published: text(item, "date_published"),
        modified: text(item, "date_modified"),
    };
    items.iter().map(read).collect()
}

/// An article in Markdown, dated so that order and validators do not depend on the day the tests run.
pub fn markdown(title: &str, date: &str, body: &str) -> String {
    format!("---\ntitle: {title}\ndate: {date}\n---\n{body}\n")
}

/// The date in `seconds` from now, as front matter writes it, and that second itself.
pub fn in_seconds(seconds: i64) -> (String, u64) {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("after 1970").as_secs();
    let then = now.checked_add_signed(seconds).expect("a second after 1970");
    let at = jiff::Timestamp::from_second(then.cast_signed()).expect("a year the calendar knows");
    (at.to_string(), then)
}

fn write(place: &Path, bytes: &[u8]) {
    fs::create_dir_all(place.parent().expect("a place has a folder")).expect("a folder");
    fs::write(place, bytes).expect("the file can be written");
}

/// All files below a folder, by their path in it, in order.
pub fn files_below(folder: &Path) -> Vec<PathBuf> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).expect("the folder can be listed") {
            let path = entry.expect("the folder can be listed").path();
            if path.is_dir() { walk(&path, found) } else { found.push(path) }
        }
    }
    let mut found = Vec::new();
    walk(folder, &mut found);
    found.sort();
    found.into_iter().map(|path| path.strip_prefix(folder).expect("it is below").to_owned()).collect()
}

/// Everything a reader gives until its end.
pub fn rest(reader: &mut impl Read) -> Vec<u8> {
    let mut bytes = Vec::new();
    reader.read_to_end(&mut bytes).expect("the rest comes");
    bytes
}
