//! The judge: asks an endpoint and compares its answers with the definition.
//!
//! Its rooms stand in the order in which a run goes through them, and each uses only those before it:
//! `data`, `line`, [`operations`], `judge`, `scenes`, `plan`, `run`, [`report`], `verify`, [`traffic`],
//! [`testing`]. Everything but [`transport`] is values: a request is a value, an exchange is a value, and a verdict is a value
//! that can be computed again from the exchanges.

mod data;
mod judge;
mod line;
pub mod operations;
mod plan;
pub mod report;
mod run;
mod scenes;
pub mod testing;
pub mod traffic;
mod verify;

pub use data::body::{Body, Json};
pub use data::capabilities::Capabilities;
pub use data::case::{Answer, Answered, CaseResult, Ran, StepExchange, Unexplained};
pub use data::context::{Context, Fixture};
pub use data::departure::{Departure, RootKey};
pub use data::depth::Depth;
pub use data::detector::Detector;
pub use data::exchange::{Exchange, Request, Response, Service, Silence};
pub use data::finding::{Complaint, Finding, Verdict};
pub use data::names::fresh_prefix;
pub use data::open_answer::OpenAnswer;
pub use data::program::{Change, Probe, Program, Step};
pub use data::run::{
    Buckets, Cut, Progress, Quiet, Root, Run, RunOptions, ShrinkBudget, TargetInfo, Vanishing,
};
pub use data::signature::Signature;
pub use data::times::Times;
pub use data::tls_fault::TlsFault;
pub use data::tour::{TourCoverage, Unreached, Why};
pub use data::trials::Trials;
pub use data::{given, visible};
pub use judge::checks;
pub use judge::runner::Runner;
pub use judge::runner::scene::Library;
pub use line::endpoint::{Endpoint, Sending, Starting};
pub use line::{transport, wire};
pub use plan::order::rounds;
pub use plan::tour::tours;
pub use plan::{SUITES, Suite, comes_first, comes_last, near_misses, plan, plan_by_suite, plan_in_rounds};
pub use report::Report;
pub use report::ledger::{self, Ledger};
pub use run::preflight::doctor::{Diagnosis, Level, Probed, Second, doctor};
pub use run::preflight::error::RunError;
pub use run::preflight::preflight;
pub use run::preflight::recognise::is_unimplemented;
pub use run::{Replay, certify, replay, run_until};
pub use scenes::{LIBRARY, step_operations};
pub use traffic::judge::{DepartureRow, Judged, judge};
pub use verify::merge::{MergeError, make_room, merge};
pub use verify::told::VerifyError;
pub use verify::{Verification, verify};

/// The exchange log: what a verdict can be derived from again, and the file that holds it.
pub mod log {
    pub use crate::data::log::{End, Line, LogSink, NoLog, Reproduces};
    pub use crate::data::log_file::{MAX_LOG_BYTES, NdjsonLog};
}
