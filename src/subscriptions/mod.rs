//! The durable memory of who subscribed to what: one row each, in a file of its own beside the journal. It holds secrets,
//! so that nobody but its owner may read it.

mod opening;
mod rows;
#[cfg(test)]
mod tests;

pub use opening::{Found, OpenError, Unread};

use crate::hub::{Subscription, Write};
use rusqlite::Connection;
use std::path::{Path, PathBuf};

/// The store, held by who owns the hub.
pub struct Subscriptions {
    connection: Connection,
    path: PathBuf,
}

impl Subscriptions {
    /// Opens the store of a state folder, making it where it is missing, and reads all that is in it. One that is damaged
    /// is set aside and a new one begun.
    ///
    /// # Errors
    /// When it cannot be written, or a newer bantin wrote it.
    pub fn open(state: &Path) -> Result<Found, OpenError> {
        opening::open(state)
    }

    /// Remembers these, durably: all of them or none.
    ///
    /// # Errors
    /// When the store refuses.
    pub fn write(&mut self, writes: &[Write]) -> rusqlite::Result<()> {
        let transaction = self.connection.transaction()?;
        for write in writes {
            match write {
                Write::Put(subscription) => rows::put(&transaction, subscription)?,
                Write::Drop(number) => rows::drop(&transaction, *number)?,
            }
        }
        transaction.commit()
    }

    /// How many bytes it takes on disk.
    pub fn size(&self) -> u64 {
        crate::journal::size(&self.path)
    }

    /// All subscriptions of a state folder, whether a bantin runs on it or not. Nothing is written.
    ///
    /// # Errors
    /// When there are none, or they cannot be read.
    pub fn beside(state: &Path) -> Result<Vec<Subscription>, Unread> {
        opening::beside(state)
    }
}
