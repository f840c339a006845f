//! A program's steps in the API's words.

use signer_model::{Account, Call};

use crate::{Change, Probe, Step};

/// One step, on one line.
pub(super) fn step(step: &Step) -> String {
    match step {
        Step::Call(call) => self::call(*call),
        Step::Settle(job) => format!("DescribeSigningJob j{} until its status is final", job.0),
        Step::Probe(probe) => self::probe(probe),
    }
}

fn call(call: Call) -> String {
    match call.by {
        Account::Owner => format!("{:?}", call.request),
        Account::Other => format!("{:?}, by the other account", call.request),
    }
}

fn probe(probe: &Probe) -> String {
    let change = match &probe.change {
        Change::Remove => "left out".to_owned(),
        Change::Set(value) => format!("set to {}", short(&value.to_string())),
        Change::Length(length) => format!("brought to {length} characters"),
        Change::Prefix(prefix) => format!("with {prefix:?} in front"),
    };
    let effect = if probe.valid { "which is still valid" } else { "which is invalid" };
    format!("{}; `{}` {change}, {effect}", call(probe.call), probe.member)
}

fn short(text: &str) -> String {
    const LONGEST: usize = 60;
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    let head: String = text.chars().take(LONGEST).collect();
    format!("{head}… ({} characters)", text.chars().count())
}
