//! Disks, shares and folders that fail while bantin runs, each with what was served before, during and after. What cannot
//! be provoked where the tests run is said loudly, and is a failure in `tests/run`.

#[path = "../site/mod.rs"]
mod site;

mod office;

mod away;
mod crowds;
mod files;
mod losses;
mod share;
mod state;
mod unwatched;
