//! The program as its users call it: what it says, and how it ends.

mod check;
mod program;
mod reports;
mod shards;
mod step;
mod usage;
