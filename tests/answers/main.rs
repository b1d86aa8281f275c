//! A request and an edition in, an answer out: no server, no disk, no clock.

mod archives;
mod embeds;
mod private;
mod requests;
mod script;
