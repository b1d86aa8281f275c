//! What is made behind answers that went out without: packings that take their time, and documents that are held.

use super::{Press, tight};
use crate::calm;
use crate::edition::{Edition, Encoding, Sheet, compress};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, sync_channel};

/// How many may wait. What finds no place is ordered again by the next who asks.
const MOST_WAITING: usize = 64;

type Order = (Arc<Press>, Arc<Sheet>, Encoding);

/// The thread that packs behind.
pub(super) struct Packer(SyncSender<Order>);

impl Packer {
    pub(super) fn start() -> io::Result<Self> {
        let (orders, queue) = sync_channel::<Order>(MOST_WAITING);
        std::thread::Builder::new().name("packer".to_owned()).spawn(move || {
            calm::give_way();
            for (press, sheet, packing) in queue {
                let _ = catch_unwind(AssertUnwindSafe(|| press.pack(&sheet, packing)));
            }
        })?;
        Ok(Self(orders))
    }
}

impl Press {
    /// Has a document packed in this way for those who ask later.
    pub fn pack_behind(self: &Arc<Self>, sheet: &Arc<Sheet>, packing: Encoding) {
        if sheet.order(packing) && self.packer.0.try_send((self.clone(), sheet.clone(), packing)).is_err() {
            sheet.cancel(packing);
        }
    }

    /// Has a document printed that nobody is sent just now.
    pub fn print_behind(self: &Arc<Self>, edition: &Arc<Edition>, sheet: &Arc<Sheet>) {
        if sheet.order(Encoding::Identity) {
            let (printing, sheet) = (self.job(edition, sheet).document(Encoding::Identity), sheet.clone());
            tokio::spawn(async move {
                if printing.await.is_err() {
                    sheet.cancel(Encoding::Identity);
                }
            });
        }
    }

    fn pack(&self, sheet: &Arc<Sheet>, packing: Encoding) {
        let edition = self.edition().filter(|edition| edition.keeps(sheet));
        match (edition, sheet.bytes(Encoding::Identity)) {
            (Some(edition), Some(plain)) if sheet.bytes(packing).is_none() => {
                edition.keep(sheet, packing, tight(compress(plain, packing)));
            }
            // Overtaken, or packed already.
            _ => sheet.cancel(packing),
        }
    }
}
