//! Golden tables and transcripts, and the house rules.

mod layering;
mod tidy;
mod tree;
