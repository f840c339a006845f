//! Model and store walked side by side: a proof, by exhaustion, that definition and reference agree.
//!
//! Model and store are read from the documents by different means. Here they are driven side by side in
//! process: in each state of a scope each call is made, under each choice of the freedoms that show in it,
//! and what the store says and keeps must be what the model permits. This crate and the program
//! `signer-conformance` are the only places that know both.
//!
//! ```
//! use signer_reference::faults::Faults;
//! use signer_step::{Limits, walk};
//!
//! let tags = signer_model::scope("tags").ok_or("there is no such scope")?;
//! let limits = Limits { states: 20, threads: 1 };
//! let walked = walk(&tags, Faults::default(), limits, &mut |_| {})?;
//! assert_eq!((walked.states, walked.complete), (20, false));
//! assert!(walked.disagreement.is_none());
//!
//! // A store that makes a mistake parts from the model, at the shortest sequence that shows it.
//! let mut faults = Faults::default();
//! faults.insert("untag-removes-all")?;
//! let found = walk(&tags, faults, Limits { states: 200, threads: 1 }, &mut |_| {})?.disagreement.ok_or("it goes unnoticed")?;
//! assert_eq!(found.program.steps.len(), 2);
//! # Ok::<(), String>(())
//! ```
//!
//! - `driver`, `command`, `lists`, `observe`: the store in symbols; `bindings` says what symbols stand for,
//!   `names` and `views` translate.
//! - `choices`: in how many ways the reference answers a call.
//! - `expand`: one state, each call in it under each choice; `walk`: all states, breadth first; `hidden`:
//!   what of them only the store knows.
//! - `explained`: why some edges are never taken.

mod bindings;
mod choices;
mod command;
mod driver;
mod expand;
mod explained;
mod hidden;
mod lists;
mod names;
mod observe;
pub mod report;
mod stop;
mod views;
mod walk;
mod walked;

pub use explained::EXPLAINED;
pub use walk::{Limits, walk};
pub use walked::{Disagreement, Untaken, Walked};
