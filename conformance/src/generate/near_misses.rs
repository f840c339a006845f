//! Near misses.
