//! The sheets that were asked for lately, by address, within a bound. All editions share one shelf: a version that
//! stands in several is one sheet.

use super::{Packing, Print, Sheet, Validators};
use arc_swap::ArcSwap;
use bytes::Bytes;
use foldhash::fast::RandomState;
use imbl::GenericHashMap;
use imbl::shared_ptr::DefaultSharedPtr;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Only addresses that the site has given to documents lie here, so nobody who asks can make them collide.
type Sheets = GenericHashMap<Arc<str>, Arc<Sheet>, RandomState, DefaultSharedPtr>;

/// Finding takes no lock: what lies here is a value that is replaced whole. Putting does, once per version and packing.
pub(super) struct Shelf {
    sheets: ArcSwap<Sheets>,
    order: Mutex<Order>,
    bound: u64,
    issues: AtomicU64,
    /// How often a sheet was asked for that had not been for a while.
    turns: AtomicU64,
}

/// The addresses of all sheets, those that came first in front, and what the sheets weigh.
#[derive(Default)]
struct Order {
    addresses: VecDeque<Arc<str>>,
    weight: u64,
}

impl Shelf {
    /// An empty one for so many bytes.
    pub(super) fn new(bound: u64) -> Self {
        Self {
            sheets: ArcSwap::default(),
            order: Mutex::default(),
            bound,
            issues: AtomicU64::new(0),
            turns: AtomicU64::new(0),
        }
    }

    /// The number of another edition.
    pub(super) fn issue(&self) -> u64 {
        self.issues.fetch_add(1, Ordering::Relaxed)
    }

    fn turn(&self) -> u64 {
        self.turns.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// The sheet at an address, if the edition of that number is known to show it.
    pub(super) fn shown(&self, address: &str, issue: u64) -> Option<Arc<Sheet>> {
        let sheets = self.sheets.load();
        let sheet = sheets.get(address).filter(|sheet| sheet.issue.load(Ordering::Relaxed) == issue)?;
        // A line of memory that all cores read is better not written each time.
        if !sheet.used.load(Ordering::Relaxed) {
            sheet.used.store(true, Ordering::Relaxed);
            sheet.asked.store(self.turn(), Ordering::Relaxed);
        }
        Some(sheet.clone())
    }

    /// The sheet that was asked for at an address, of whatever version, and when in the order of all who asked.
    pub(super) fn asked(&self, address: &str) -> Option<(Arc<Sheet>, u64)> {
        let sheets = self.sheets.load();
        let sheet = sheets.get(address)?;
        let asked = sheet.asked.load(Ordering::Relaxed);
        (asked > 0).then(|| (sheet.clone(), asked))
    }

    /// The sheet of a version that somebody asks for and the edition of that number shows: the one that is here, or
    /// else `new`.
    pub(super) fn sheet(
        &self,
        print: &Print,
        validators: &Validators,
        issue: u64,
        new: impl FnOnce() -> Arc<Sheet>,
    ) -> Arc<Sheet> {
        let address = print.address();
        let order = self.order();
        let sheets = Sheets::clone(&self.sheets.load());
        if let Some(found) = sheets.get(address.as_str()) {
            if found.validators() == validators {
                found.issue.fetch_max(issue, Ordering::Relaxed);
                found.used.store(true, Ordering::Relaxed);
                found.asked.store(self.turn(), Ordering::Relaxed);
                return found.clone();
            }
            if found.issue.load(Ordering::Relaxed) > issue {
                // A request that began under an earlier edition is answered from it, beside the shelf.
                return new();
            }
        }
        let sheet = new();
        sheet.asked.store(self.turn(), Ordering::Relaxed);
        self.put(order, sheets, sheet.clone());
        sheet
    }

    /// Lays a sheet here before anybody asks for it, unless one of its version or of a later edition is here.
    pub(super) fn lay(&self, sheet: &Arc<Sheet>) {
        let order = self.order();
        let sheets = Sheets::clone(&self.sheets.load());
        let issue = sheet.issue.load(Ordering::Relaxed);
        let is_needless = |found: &Arc<Sheet>| {
            found.validators() == sheet.validators() || found.issue.load(Ordering::Relaxed) > issue
        };
        if !sheets.get(sheet.print().address().as_str()).is_some_and(is_needless) {
            self.put(order, sheets, sheet.clone());
        }
    }

    fn put(&self, mut order: MutexGuard<'_, Order>, mut sheets: Sheets, sheet: Arc<Sheet>) {
        let address: Arc<str> = sheet.print().address().into();
        match sheets.insert(address.clone(), sheet.clone()) {
            Some(overtaken) => order.weight -= overtaken.weight(),
            None => order.addresses.push_back(address),
        }
        order.weight += sheet.weight();
        self.show(order, sheets);
    }

    /// Whether this very sheet lies here.
    pub(super) fn has(&self, sheet: &Arc<Sheet>) -> bool {
        let sheets = self.sheets.load();
        sheets.get(sheet.print().address().as_str()).is_some_and(|found| Arc::ptr_eq(found, sheet))
    }

    /// Keeps the bytes of a sheet, if they are not too long. One that does not lie here keeps them as long as somebody
    /// holds it.
    pub(super) fn keep(&self, sheet: &Arc<Sheet>, packing: Packing, bytes: Bytes) {
        let mut order = self.order();
        let sheets = Sheets::clone(&self.sheets.load());
        let before = sheet.weight();
        if before + bytes.len() as u64 > self.bound {
            return;
        }
        sheet.keep(packing, bytes);
        if self.has(sheet) {
            order.weight = order.weight - before + sheet.weight();
            self.show(order, sheets);
        }
    }

    /// Takes away what came first and was not used since its turn came last, until the rest is within the bound.
    fn show(&self, mut order: MutexGuard<'_, Order>, mut sheets: Sheets) {
        while order.weight > self.bound
            && let Some(address) = order.addresses.pop_front()
        {
            let sheet = &sheets[&address];
            if sheet.used.swap(false, Ordering::Relaxed) {
                order.addresses.push_back(address);
            } else {
                order.weight -= sheet.weight();
                sheets.remove(&address);
            }
        }
        self.sheets.store(Arc::new(sheets));
    }

    fn order(&self) -> MutexGuard<'_, Order> {
        self.order.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edition::Encoding;
    use crate::words::{Fingerprint, Timestamp};
    use proptest::prelude::*;

    fn validators(version: u8) -> Validators {
        let now = Timestamp::from_seconds(1_800_000_000).expect("a sound time");
        Validators::first(Fingerprint::from_bytes([version; 16]), now)
    }

    /// The sheet that somebody gets who asks for it.
    fn ask(shelf: &Shelf, print: Print, version: u8, issue: u64) -> Arc<Sheet> {
        let validators = validators(version);
        shelf.sheet(&print, &validators, issue, || Arc::new(Sheet::new(print.clone(), validators, issue)))
    }

    fn bytes(length: usize) -> Bytes {
        vec![0; length].into()
    }

    /// What is counted is what is there, and within the bound.
    fn check(shelf: &Shelf) {
        let (order, sheets) = (shelf.order(), shelf.sheets.load());
        assert_eq!(order.weight, sheets.values().map(|sheet| sheet.weight()).sum::<u64>());
        assert!(order.weight <= shelf.bound);
        assert_eq!(order.addresses.len(), sheets.len());
        assert!(order.addresses.iter().all(|address| sheets[address].print().address() == **address));
    }

    proptest! {
        #[test]
        fn no_more_is_kept_than_there_is_room_for(
            asked in proptest::collection::vec((1usize..8, 0u8..3, 0u64..4, 0usize..40_000), 1..100),
        ) {
            let shelf = Shelf::new(80_000);
            for (part, version, issue, length) in asked {
                let sheet = ask(&shelf, Print::SitemapPart(part), version, issue);
                check(&shelf);
                prop_assert_eq!((sheet.print(), sheet.validators()), (&Print::SitemapPart(part), &validators(version)));
                shelf.keep(&sheet, Encoding::Gzip.into(), bytes(length));
                check(&shelf);
            }
        }
    }

    #[test]
    fn what_is_asked_for_stays_and_what_is_not_goes() {
        let shelf = Shelf::new(100_000);
        let hot = ask(&shelf, Print::Home, 1, 0);
        shelf.keep(&hot, Encoding::Identity.into(), bytes(20_000));
        let first = ask(&shelf, Print::SitemapPart(1), 1, 0);
        for part in 2..100 {
            let other = ask(&shelf, Print::SitemapPart(part), 1, 0);
            shelf.keep(&other, Encoding::Identity.into(), bytes(10_000));
            assert!(shelf.shown("/", 0).is_some_and(|sheet| sheet.bytes(Encoding::Identity).is_some()));
        }
        assert!(shelf.has(&hot) && !shelf.has(&first));
    }

    #[test]
    fn a_document_too_long_to_be_kept_drives_nothing_out() {
        let shelf = Shelf::new(100_000);
        let short = ask(&shelf, Print::Home, 1, 0);
        shelf.keep(&short, Encoding::Identity.into(), bytes(1000));
        let long = ask(&shelf, Print::Opml, 1, 0);
        shelf.keep(&long, Encoding::Identity.into(), bytes(200_000));
        assert!(short.bytes(Encoding::Identity).is_some() && long.bytes(Encoding::Identity).is_none());
        assert!(shelf.has(&short) && shelf.has(&long));
    }

    #[test]
    fn a_version_that_stands_in_several_editions_is_one_sheet() {
        let shelf = Shelf::new(100_000);
        let first = ask(&shelf, Print::Home, 1, 1);
        assert!(shelf.shown("/", 1).is_some());
        assert!(shelf.shown("/", 2).is_none(), "nobody has said yet that the next edition shows it");
        assert!(Arc::ptr_eq(&first, &ask(&shelf, Print::Home, 1, 2)));
        assert!(shelf.shown("/", 2).is_some());
    }

    #[test]
    fn a_request_under_an_earlier_edition_gets_its_version_and_displaces_nothing() {
        let shelf = Shelf::new(100_000);
        let first = ask(&shelf, Print::Home, 1, 1);
        let second = ask(&shelf, Print::Home, 2, 2);
        assert!(shelf.has(&second), "the newer version takes the place of the older");
        let late = ask(&shelf, Print::Home, 1, 1);
        assert_eq!(late.validators(), first.validators());
        assert!(shelf.has(&second) && shelf.shown("/", 1).is_none());
    }
}
