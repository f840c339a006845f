//! The judge: asks an endpoint and compares its answers with the definition.
//!
//! Everything but [`transport`] is values: a request is a value, an exchange is a value, and a verdict is a value
//! that can be computed again from the exchanges.

mod case;
mod certify;
pub mod checks;
mod derive;
mod endpoint;
mod exchange;
mod finding;
pub mod generate;
pub mod given;
mod hunt;
mod judge;
pub mod ledger;
mod limits;
pub mod log;
pub mod noticers;
mod preflight;
mod program;
pub mod report;
mod roots;
mod run;
pub mod runner;
mod scenes;
mod shrink;
mod signatures;
mod suites;
pub mod symbols;
mod tour;
pub mod traffic;
pub mod transport;
mod verify;
pub mod visible;
pub mod wire;

pub use case::*;
pub use certify::{Replay, certify, replay};
pub use endpoint::{Endpoint, Sending, Starting};
pub use exchange::*;
pub use finding::*;
pub use hunt::hunt;
pub use judge::*;
pub use ledger::Ledger;
pub use preflight::{Diagnosis, Level, Probed, RunError, Second, doctor, is_unimplemented, preflight};
pub use program::*;
pub use scenes::{LIBRARY, step_operations};
pub use report::Report;
pub use run::*;
pub use suites::{Suite, plan, suites};
pub use tour::{TourCoverage, Unreached, Why};
pub use verify::{Verification, VerifyError, verify};
