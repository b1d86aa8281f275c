//! Where to look again. The only place that knows notify.
//!
//! An event carries no facts: what stands at a place now is read there.

use crate::calm;
use crate::words::Text;
use notify::event::{AccessKind, AccessMode, CreateKind, EventKind, ModifyKind, RenameMode};
use notify::{Config, Event, RecommendedWatcher, RecursiveMode, Watcher};
use std::path::{Path, PathBuf};

/// Where to look again, by its full path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hint {
    /// A file that was closed by its writer or renamed to here: it is whole.
    Whole(PathBuf),
    /// Something appeared, or something about it changed.
    Changed(PathBuf),
    /// A folder appeared. What was put into it before it was watched came without an event.
    Folder(PathBuf),
    /// Somebody is writing into it.
    BeingWritten(PathBuf),
    /// It went away.
    Gone(PathBuf),
    /// Events were lost.
    Everything,
    /// No further folder can be watched.
    Unwatched(NotWatched),
}

/// A running watch; dropping it ends it.
pub struct Watch {
    watcher: RecommendedWatcher,
    covers_feeds: bool,
    own: Option<PathBuf>,
}

impl Hint {
    /// The place it speaks of.
    fn path(&self) -> Option<&Path> {
        match self {
            Hint::Whole(path)
            | Hint::Changed(path)
            | Hint::Folder(path)
            | Hint::BeingWritten(path)
            | Hint::Gone(path) => Some(path),
            Hint::Everything | Hint::Unwatched(_) => None,
        }
    }
}

/// Why a folder is not watched, or only in part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotWatched {
    /// What the system said.
    pub why: String,
    /// What an administrator can do.
    pub hint: Text,
}

impl Watch {
    /// Watches a folder and all below it but for what bantin itself writes there, and another folder without what is
    /// below.
    ///
    /// # Errors
    /// When the system cannot watch them; then only looking tells what changed.
    pub fn start(
        content: &Path,
        feeds: &Path,
        own: Option<PathBuf>,
        pass_on: impl Fn(Hint) + Send + 'static,
    ) -> Result<Self, NotWatched> {
        // On the thread that empties the system's queue: passing on is all it does, or the queue runs over.
        let mut steps = calm::Steps::of(8);
        let within = own.clone();
        let is_own = move |path: &Path| within.as_ref().is_some_and(|own| path.starts_with(own));
        let within = own.clone();
        let is_within = move |path: &Path| within.as_ref().is_some_and(|own| is_below(path, own));
        let pass_on = move |event: notify::Result<Event>| {
            // There is no watch left for a folder that needs none.
            let is_for_nothing = event
                .as_ref()
                .is_err_and(|error| !error.paths.is_empty() && error.paths.iter().all(|path| is_own(path)));
            if !is_for_nothing {
                read(event)
                    .into_iter()
                    .filter(|hint| !hint.path().is_some_and(&is_within))
                    .for_each(&pass_on);
            }
            // Of a crowd there are tens of thousands, our own readings among them.
            steps.another();
        };
        let config = Config::default().with_follow_symlinks(false);
        let mut watcher = RecommendedWatcher::new(pass_on, config).map_err(not_watched)?;
        // A link is no folder to notify, and watched without a word. The folder it leads to is; and events of `content/./a`
        // tell of `content/a` to all that compare paths.
        watcher.watch(&content.join("."), RecursiveMode::Recursive).map_err(not_watched)?;
        if let Some(own) = &own {
            // It need not be there yet.
            let _ = watcher.unwatch(own);
        }
        let covers_feeds = feeds.is_dir();
        if covers_feeds {
            watcher.watch(feeds, RecursiveMode::NonRecursive).map_err(not_watched)?;
        }
        Ok(Self { watcher, covers_feeds, own })
    }

    /// The folder that bantin itself writes to appeared, and with it watches that nobody needs.
    pub fn heed_own(&mut self, path: &Path) -> bool {
        let is_own = self.own.as_deref() == Some(path);
        if is_own {
            let _ = self.watcher.unwatch(path);
        }
        is_own
    }

    /// Whether the folder with the settings was there to be watched.
    pub fn covers_feeds(&self) -> bool {
        self.covers_feeds
    }
}

fn is_below(path: &Path, folder: &Path) -> bool {
    path.starts_with(folder) && path != folder
}

fn read(event: notify::Result<Event>) -> Vec<Hint> {
    let event = match event {
        Ok(event) => event,
        Err(error) if matches!(error.kind, notify::ErrorKind::MaxFilesWatch) => {
            return vec![Hint::Unwatched(not_watched(error))];
        }
        Err(_) => return vec![Hint::Everything],
    };
    if event.need_rescan() {
        return vec![Hint::Everything];
    }
    let mut paths = event.paths.into_iter();
    match event.kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => paths.map(Hint::Whole).collect(),
        // On Linux our own reading shows up as access; answering it would read for ever.
        EventKind::Access(_) => Vec::new(),
        EventKind::Create(CreateKind::Folder) => paths.map(Hint::Folder).collect(),
        EventKind::Create(CreateKind::File | CreateKind::Any | CreateKind::Other) => {
            paths.map(Hint::Changed).collect()
        }
        EventKind::Modify(ModifyKind::Data(_)) => paths.map(Hint::BeingWritten).collect(),
        EventKind::Modify(ModifyKind::Name(RenameMode::From)) => paths.map(Hint::Gone).collect(),
        EventKind::Modify(ModifyKind::Name(RenameMode::To)) => paths.map(Hint::Whole).collect(),
        // Both names in one event; the single ones come as well.
        EventKind::Modify(ModifyKind::Name(RenameMode::Both)) => {
            let from = paths.next().map(Hint::Gone);
            from.into_iter().chain(paths.map(Hint::Whole)).collect()
        }
        EventKind::Remove(_) => paths.map(Hint::Gone).collect(),
        EventKind::Modify(_) | EventKind::Any | EventKind::Other => paths.map(Hint::Changed).collect(),
    }
}

fn not_watched(error: notify::Error) -> NotWatched {
    const EMFILE: i32 = 24;
    let exhausted = match error.kind {
        notify::ErrorKind::MaxFilesWatch => Some(("max_user_watches", 524_288)),
        notify::ErrorKind::Io(ref io) if io.raw_os_error() == Some(EMFILE) => {
            Some(("max_user_instances", 1024))
        }
        _ => None,
    };
    let hint = match exhausted {
        Some((limit, enough)) => Text::new(
            format!(
                "nhờ người quản trị máy chủ chạy `sysctl -w fs.inotify.{limit}={enough}` và ghi vào /etc/sysctl.d/; trong lúc chờ, thư mục được dò lại liên tục"
            ),
            format!(
                "raise fs.inotify.{limit} (sysctl -w fs.inotify.{limit}={enough}, and a file in /etc/sysctl.d to keep it); until then the folder is looked through again and again"
            ),
        ),
        None => Text::new(
            "thư mục được dò lại liên tục thay cho theo dõi",
            "the folder is looked through again and again instead",
        ),
    };
    NotWatched { why: error.to_string(), hint }
}

#[cfg(test)]
mod tests {
    use super::*;
    use notify::event::{DataChange, Flag, MetadataKind, RemoveKind};

    #[test]
    fn an_event_says_where_to_look_and_nothing_else() {
        let event = |kind: EventKind, paths: &[&str]| {
            Ok(Event { kind, paths: paths.iter().map(PathBuf::from).collect(), attrs: Default::default() })
        };
        let a = || PathBuf::from("a");
        let b = || PathBuf::from("b");
        let name = |mode| EventKind::Modify(ModifyKind::Name(mode));
        let table = [
            (EventKind::Access(AccessKind::Close(AccessMode::Write)), vec!["a"], vec![Hint::Whole(a())]),
            (EventKind::Access(AccessKind::Open(AccessMode::Any)), vec!["a"], vec![]),
            (EventKind::Access(AccessKind::Read), vec!["a"], vec![]),
            (EventKind::Create(CreateKind::File), vec!["a"], vec![Hint::Changed(a())]),
            (EventKind::Create(CreateKind::Folder), vec!["a"], vec![Hint::Folder(a())]),
            (EventKind::Modify(ModifyKind::Data(DataChange::Any)), vec!["a"], vec![Hint::BeingWritten(a())]),
            (EventKind::Modify(ModifyKind::Metadata(MetadataKind::Any)), vec!["a"], vec![Hint::Changed(a())]),
            (name(RenameMode::From), vec!["a"], vec![Hint::Gone(a())]),
            (name(RenameMode::To), vec!["b"], vec![Hint::Whole(b())]),
            (name(RenameMode::Both), vec!["a", "b"], vec![Hint::Gone(a()), Hint::Whole(b())]),
            (EventKind::Remove(RemoveKind::Any), vec!["a"], vec![Hint::Gone(a())]),
        ];
        for (kind, paths, expected) in table {
            assert_eq!(read(event(kind, &paths)), expected, "{kind:?}");
        }
    }

    #[test]
    fn lost_events_mean_look_at_everything() {
        let overflow = Event::new(EventKind::Other).set_flag(Flag::Rescan);
        assert_eq!(read(Ok(overflow)), [Hint::Everything]);
        assert_eq!(read(Err(notify::Error::generic("read failed"))), [Hint::Everything]);
    }
}
