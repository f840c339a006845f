//! What must hold of the judge whatever it reads and is answered.
//!
//! Each target is a property of arbitrary bytes; a panic says that it does not hold. libFuzzer looks for such
//! bytes (`.ci/third-party fuzz`), and `cargo test` tries those in `corpus/TARGET/` again.
//!
//! - [`traffic`]: whatever is read as recorded traffic can be judged.
//! - [`ledger`]: a file of known deviations is taken as it stands, or refused with a reason.
//! - [`program`]: a replay file is refused, or runs to its end; against the reference implementation it finds
//!   nothing.
//! - [`input`]: what the reference implementation answers to any input passes every check.
//! - [`answers`]: answers that were changed on their way are judged, and told without what a terminal would
//!   obey.
//! - [`report`]: a report or a log that was changed is noticed.

pub mod answers;
pub mod asked;
pub mod input;
pub mod ledger;
pub mod patch;
pub mod program;
pub mod report;
pub mod scratch;
pub mod traffic;

/// What is asked of an input: a property that does not hold is a panic.
pub type Check = fn(&[u8]);

/// The targets by name, which is also the name of their corpus.
pub const TARGETS: [(&str, Check); 6] = [
    ("traffic", traffic::check),
    ("ledger", ledger::check),
    ("program", program::check),
    ("input", input::check),
    ("answers", answers::check),
    ("report", report::check),
];
