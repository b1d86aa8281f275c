//! What happened in a time, for people who attach it to a letter, and as data: at the site, and at one partner.

pub mod partner;
pub mod period;
mod tables;
