//! What checking a scope tells.

use std::fmt;

use crate::explore::Move;
use crate::outcome::{Admission, Rule};
use crate::properties::property::PropertyKind;
use crate::reply::Reply;
use crate::request::Call;

/// How a scope was checked, and what was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScopeReport {
    /// The scope's name.
    pub scope: &'static str,
    /// How many states there are.
    pub unique: usize,
    /// How many steps lead from one to another, or back.
    pub generated: u64,
    /// The longest of the shortest paths.
    pub depth: usize,
    /// The calls that are made in the scope, in its order, and how many of the steps are answers to each.
    pub calls: Vec<CallSteps>,
    /// How many of the steps are ends of jobs, which no call makes.
    pub ends: u64,
    /// What was asked.
    pub properties: Vec<PropertyReport>,
    /// The requirements that an outcome in the scope embodies, in order, each with a shortest way to it.
    pub witnesses: Vec<Witness>,
    /// Where the documents admit more than one outcome, in the order of the way there.
    pub ambiguities: Vec<Ambiguity>,
}

impl ScopeReport {
    /// Whether all properties hold.
    pub fn holds(&self) -> bool {
        self.properties.iter().all(|property| property.holds)
    }
}

/// A call of a scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallSteps {
    /// The call.
    pub call: Call,
    /// How many steps are an answer to it.
    pub steps: u64,
}

/// One property's answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PropertyReport {
    /// The property.
    pub name: &'static str,
    /// What it speaks about.
    pub kind: PropertyKind,
    /// The requirement that it stands for.
    pub requirement: &'static str,
    /// Whether it holds.
    pub holds: bool,
    /// A shortest path to what shows it: the counterexample, or the state that can be reached.
    pub witness: Option<Vec<Move>>,
    /// For [`PropertyKind::Eventually`]: what can go on for ever at the end of the counterexample.
    pub lasso: Vec<Move>,
}

/// A requirement at work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witness {
    /// The requirement.
    pub rule: Rule,
    /// A shortest way to a state in which it answers.
    pub path: Vec<Move>,
    /// The call that it answers.
    pub call: Call,
    /// The answer that it admits, or, for [`Admission::Contradicted`], the one that it speaks against.
    pub reply: Reply,
    /// How the answer stands to the sources.
    pub admission: Admission,
}

/// A call in a state where the documents admit more than one outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ambiguity {
    /// Whether no source settles it; otherwise an observation of the real service contradicts all but one of
    /// the outcomes.
    pub open: bool,
    /// The open points, which an answer would settle; or the observations, which it would confirm.
    pub rules: Vec<Rule>,
    /// The shortest way there.
    pub path: Vec<Move>,
    /// The call.
    pub call: Call,
    /// The answers that the documents admit, each with what it would change.
    pub outcomes: Vec<(Reply, Vec<String>)>,
    /// In how many states of the scope a call leaves the same points open.
    pub states: u64,
}

impl fmt::Display for Witness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for step in &self.path {
            write!(f, "{step}; ")?;
        }
        let sign = if self.admission == Admission::Contradicted { "not " } else { "" };
        write!(f, "{} → {sign}{}", self.call, self.reply)
    }
}
