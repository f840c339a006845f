//! Golden tables and transcripts, and the house rules.

mod golden;
mod kill_matrix;
mod layering;
mod outcomes;
mod tables;
mod tidy;
mod transcripts;
mod tree;
mod typed;
