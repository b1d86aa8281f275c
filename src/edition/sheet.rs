use super::{DictionaryEncoding, DictionaryHash, DictionaryName, Encoding, Packing, Print, Validators};
use bytes::Bytes;
use http::HeaderMap;
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

/// What surrounds the bytes of a sheet, roughly: two or three packings are asked for, and what is said of each takes
/// about 2 KB.
const AROUND: u64 = 6 << 10;
/// How often one version is kept packed for who holds another one of it.
const MOST_DIFFERENCES: usize = 16;

/// One version of a document, with what is ready of it: what its answers say, made when the first of them is given,
/// and its bytes, printed when they are first sent.
pub struct Sheet {
    print: Print,
    validators: Validators,
    name: String,
    packings: [Packed; Encoding::ALL.len()],
    /// What its bytes are known by, when they can be a dictionary for the next version.
    hash: OnceLock<DictionaryHash>,
    /// Whether it was given to somebody who can use it so.
    is_offered: AtomicBool,
    differences: Mutex<Vec<Difference>>,
    pub(super) used: AtomicBool,
    /// When somebody asked for this version after a while, in the order of all who did; 0 before the first.
    pub(super) asked: AtomicU64,
    /// The newest edition that is known to show it.
    pub(super) issue: AtomicU64,
}

/// What makes of a dictionary this version.
type Difference = ((DictionaryEncoding, DictionaryName), Bytes);

#[derive(Default)]
struct Packed {
    head: OnceLock<Head>,
    bytes: OnceLock<Bytes>,
    ordered: AtomicBool,
}

/// What answers say about a document in one packing, whatever the moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Before its bytes.
    pub whole: HeaderMap,
    /// To who has it already.
    pub unchanged: HeaderMap,
}

impl Sheet {
    pub(super) fn new(print: Print, validators: Validators, issue: u64) -> Self {
        Self {
            print,
            validators,
            name: validators.name().to_string(),
            packings: Default::default(),
            hash: OnceLock::new(),
            is_offered: AtomicBool::new(false),
            differences: Mutex::default(),
            used: AtomicBool::new(false),
            asked: AtomicU64::new(0),
            issue: AtomicU64::new(issue),
        }
    }

    /// Which document it is.
    pub fn print(&self) -> &Print {
        &self.print
    }

    /// Which version of it.
    pub fn validators(&self) -> &Validators {
        &self.validators
    }

    /// That version's [name](Validators::name).
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What answers say about it, made by the first who asks. That has to follow from the sheet alone, and from the
    /// site, which is in its version.
    pub fn head(&self, encoding: Encoding, make: impl FnOnce() -> Head) -> &Head {
        self.packings[encoding as usize].head.get_or_init(make)
    }

    /// Whether anybody was answered who takes it packed.
    pub(super) fn was_packed(&self) -> bool {
        let was_told_of = |encoding: Encoding| self.packings[encoding as usize].head.get().is_some();
        Encoding::ALL.into_iter().any(|encoding| encoding != Encoding::Identity && was_told_of(encoding))
    }

    /// Its bytes, if they are kept.
    pub fn bytes(&self, encoding: Encoding) -> Option<&Bytes> {
        self.packings[encoding as usize].bytes.get()
    }

    /// The same, packed by themselves or for who holds a dictionary.
    pub fn packed(&self, packing: Packing) -> Option<Bytes> {
        match packing {
            Packing::Alone(encoding) => self.bytes(encoding).cloned(),
            Packing::With(encoding, dictionary) => {
                let differences = self.differences();
                let mut kept = differences.iter().filter(|(from, _)| *from == (encoding, dictionary));
                kept.next().map(|(_, bytes)| bytes.clone())
            }
        }
    }

    fn differences(&self) -> MutexGuard<'_, Vec<Difference>> {
        self.differences.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What its bytes are known by, once they can be a dictionary.
    pub(super) fn hash(&self) -> Option<DictionaryHash> {
        self.hash.get().copied()
    }

    pub(super) fn name_bytes(&self, hash: impl FnOnce() -> DictionaryHash) {
        self.hash.get_or_init(hash);
    }

    /// Whether nobody was offered this version as a dictionary yet; from now on somebody was.
    pub(super) fn offer(&self) -> bool {
        !self.is_offered() && !self.is_offered.swap(true, Ordering::Relaxed)
    }

    pub(super) fn is_offered(&self) -> bool {
        self.is_offered.load(Ordering::Relaxed)
    }

    /// Whether nobody has ordered this packing yet; from now on somebody has.
    pub fn order(&self, encoding: Encoding) -> bool {
        let ordered = &self.packings[encoding as usize].ordered;
        !ordered.load(Ordering::Relaxed) && !ordered.swap(true, Ordering::Relaxed)
    }

    /// Takes an order back that cannot be fulfilled just now.
    pub fn cancel(&self, encoding: Encoding) {
        self.packings[encoding as usize].ordered.store(false, Ordering::Relaxed);
    }

    /// Only whoever counts the weight of all sheets may do this.
    pub(super) fn keep(&self, packing: Packing, bytes: Bytes) {
        match packing {
            // Of two that were printed at once, both are the same.
            Packing::Alone(encoding) => drop(self.packings[encoding as usize].bytes.set(bytes)),
            Packing::With(encoding, dictionary) => {
                let mut differences = self.differences();
                differences.retain(|(from, _)| *from != (encoding, dictionary));
                if differences.len() >= MOST_DIFFERENCES {
                    differences.remove(0);
                }
                differences.push(((encoding, dictionary), bytes));
            }
        }
    }

    /// How much memory it takes, roughly.
    pub(super) fn weight(&self) -> u64 {
        let bytes = self.packings.iter().filter_map(|packing| packing.bytes.get());
        let differences: usize = self.differences().iter().map(|(_, bytes)| bytes.len()).sum();
        AROUND + bytes.map(|bytes| bytes.len() as u64).sum::<u64>() + differences as u64
    }
}

impl fmt::Debug for Sheet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {}", self.print, self.name)
    }
}
