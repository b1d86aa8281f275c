//! What whoever runs bantin, drops files or asks for feeds meets, with the real program on folders of its own.

#[path = "../site/mod.rs"]
mod site;

mod archives;
mod bodies;
mod check;
mod cloud;
mod damage;
mod delta;
mod dictionary;
mod export;
mod life;
mod partners;
mod push;
mod receipts;
mod report;
mod restart;
mod round_ups;
mod selection;
mod status;
mod subscribers;
mod token;
mod watcher;
mod word;
