//! Words in, bytes out: one file per format. The same words give the same bytes on any machine, at any time.
