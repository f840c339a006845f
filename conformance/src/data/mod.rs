//! What the judge speaks of: programs, exchanges, findings, results, the log. Values only.

pub(crate) mod body;
pub(crate) mod capabilities;
pub(crate) mod case;
pub(crate) mod context;
pub(crate) mod departure;
pub(crate) mod depth;
pub(crate) mod detector;
pub(crate) mod exchange;
pub(crate) mod finding;
pub mod given;
pub(crate) mod json;
pub(crate) mod log;
pub(crate) mod log_file;
pub(crate) mod log_lines;
pub(crate) mod names;
pub(crate) mod open_answer;
pub(crate) mod program;
pub(crate) mod run;
pub(crate) mod signature;
pub(crate) mod times;
pub(crate) mod tls_fault;
pub(crate) mod tour;
pub(crate) mod trials;
pub(crate) mod turn;
pub mod visible;
