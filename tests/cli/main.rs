//! The runner from end to end.
