//! What the hub does.
