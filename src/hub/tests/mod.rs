//! What the hub does.
mod cloud;
