//! What the hub does, asked as its owner asks it: requests as forms, a store that keeps what was committed, and a clock that
//! passes when the test says so.

mod closing;
mod cloud;
mod delivering;
mod desk;
mod leases;
mod strangers;
mod subscribing;
mod turns;
mod w3c;
mod world;
