//! Bytes in, words out: what a dropped file says, or what is wrong with it.
