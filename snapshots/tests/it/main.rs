//! Golden tables and transcripts, and the house rules.

mod kill_matrix;
mod layering;
mod tidy;
mod tree;
