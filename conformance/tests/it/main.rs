//! The judge's tests, in one binary.

mod checks;
mod findings;
mod hostile;
mod html;
mod ledger;
mod near_misses;
mod order;
mod protocol;
mod report;
mod runs;
mod scripts;
mod targets;
mod testing;
mod themes;
mod track_record;
mod transport;
