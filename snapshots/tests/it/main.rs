//! Golden tables and transcripts, and the house rules.

mod changes;
mod checked;
mod effects;
mod freedoms;
mod golden;
mod imports;
mod kill_matrix;
mod layering;
mod life_cycle;
mod markdown;
mod order;
mod outcome_table;
mod outcomes;
mod pairs;
mod sizes;
mod tables;
mod tidy;
mod transcripts;
mod tree;
mod typed;
mod unseeded;
