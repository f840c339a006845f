//! The judge's tests, in one binary.

mod checks;
mod ledger;
mod report;
mod runs;
