//! Economic mechanisms, one a file.
