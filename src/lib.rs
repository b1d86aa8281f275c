//! bantin: files dropped into a folder become RSS, Atom and JSON Feed documents, served with exact validators.
//!
//! The modules stand in reading order, from the bottom up; each uses only those above it.
#![forbid(unsafe_code)]

// Words: plain data.
pub mod words;

// Reading: bytes in, words out.
pub mod intake;

// Settings: text in, a site and its feeds out.
pub mod settings;

// Rendering: words in, bytes out.
pub mod render;

// What is out, and the documents it makes.
pub mod catalogue;
pub mod edition;

// Answering: a request and an edition in, an answer out.
pub mod answer;

// Readers: what they ask for, as counts.
pub mod habits;

// Subscriptions: requests, editions and outcomes in, deliveries out.
pub mod hub;

// Carrying away: an edition in, what other servers have to be told out.
pub mod hosts;

// Doing: disk, network, clock.
pub mod metrics;
pub mod outbound;
pub mod ledger;
pub mod journal;
pub mod subscriptions;
pub mod diary;
pub mod folder;
pub mod pictures;
pub mod calm;
pub mod watch;
pub mod readers;
pub mod receipts;
pub mod press;
pub mod export;
pub mod letterbox;
pub mod publisher;
pub mod pings;
pub mod deliveries;
pub mod server;
pub mod commands;
