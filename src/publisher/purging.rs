//! What `bantin purge` asks for: nothing is kept of an article any more.
