//! How plain the input of a program is: a reader believes a valid request sooner than a body of odd bytes.

use crate::data::program::{Change, Probe, Program, Step};

/// What a program sends, the plainest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Input {
    /// Nothing that the documents forbid; or a conversation about what the service does.
    Valid,
    /// A member that is missing, too long, or has a value that breaks its constraints.
    Invalid,
    /// A value of another type than its member has.
    OtherType,
    /// Text that is no value at all, or a request that is signed wrongly.
    Malformed,
}

/// The suite whose conversations are about bytes and headers, not about what the service does.
const WIRE: &str = "wire/";

/// The least plain input of a program.
pub(super) fn input(program: &Program) -> Input {
    program.steps.iter().map(of_step).max().unwrap_or(Input::Valid)
}

fn of_step(step: &Step) -> Input {
    match step {
        Step::Scene(name) if name.starts_with(WIRE) => Input::Malformed,
        Step::Call(_) | Step::Settle(_) | Step::Together(_) | Step::Scene(_) => Input::Valid,
        Step::Probe(probe) => of_probe(probe),
    }
}

fn of_probe(probe: &Probe) -> Input {
    match &probe.change {
        _ if probe.valid => Input::Valid,
        Change::Set(_) if probe.requirement.ends_with("/type") => Input::OtherType,
        Change::Remove | Change::Set(_) | Change::Length(_) | Change::Prefix(_) | Change::Suffix(_) => {
            Input::Invalid
        }
        Change::Raw(_) | Change::Body(_) | Change::Signature(_) => Input::Malformed,
    }
}
