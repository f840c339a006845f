//! What holds in every state, what holds of every step, what can be reached and what comes about in the end, each with its
//! requirement; and what a search through a scope shows of all that.

mod progress;
mod reached;
mod safety;
mod steps;
mod watch;

use std::fmt;

use self::progress::PROGRESS;
pub(crate) use self::reached::REACHED;
pub(crate) use self::safety::SAFETY;
use self::steps::STEPS;
use self::watch::Watch;
use crate::explore::Move;
use crate::explore::{Search, SearchProgress, Symmetry, Transition};
use crate::outcome::{Admission, Rule};
use crate::reply::Reply;
use crate::request::Call;
use crate::scopes::Scope;
use crate::state::State;

/// What a property speaks about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PropertyKind {
    /// Safety: every state.
    Always,
    /// Safety: every step from one state to the next.
    Step,
    /// Reachability: some state.
    Sometimes,
    /// Progress: every fair run.
    Eventually,
}

impl PropertyKind {
    /// The kind in reports.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Always => "always",
            Self::Step => "step",
            Self::Sometimes => "sometimes",
            Self::Eventually => "eventually",
        }
    }
}

/// How a scope is searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CheckOptions {
    /// Threads, at least one. The report is the same on any number of them.
    pub threads: usize,
    /// Visits one state of those that differ only in the names of interchangeable things.
    pub symmetry: bool,
}

impl Default for CheckOptions {
    fn default() -> Self {
        Self { threads: 1, symmetry: false }
    }
}

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
    /// Whether no source settles it; otherwise an observation of the real service contradicts all but one of the outcomes.
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

/// Visits every state and every step of the scope, and tells what holds.
pub fn check(scope: &Scope) -> ScopeReport {
    check_with(scope, CheckOptions::default(), |_| {})
}

/// The same, as the options say.
pub fn check_with(scope: &Scope, options: CheckOptions, progress: impl FnMut(SearchProgress)) -> ScopeReport {
    let mut watches = (0..options.threads.max(1)).map(|_| Watch::over(scope)).collect::<Vec<_>>();
    let symmetry = if options.symmetry { Symmetry::of(scope) } else { Symmetry::none() };
    let search = Search::reduced(scope, symmetry, &mut watches, progress);
    let watch = watches.into_iter().reduce(Watch::joined).unwrap_or_else(|| Watch::over(scope));
    watch.report(scope, &search)
}

/// A property of states.
pub(crate) struct StateProperty {
    pub(crate) name: &'static str,
    requirement: &'static str,
    pub(crate) holds: fn(&State) -> bool,
}

/// What can be reached, and in which scopes it must be.
pub(crate) struct Reached {
    pub(crate) state: StateProperty,
    scopes: &'static [&'static str],
}

impl Reached {
    pub(crate) fn is_of(&self, scope: &Scope) -> bool {
        self.scopes.contains(&scope.name)
    }
}

/// A property of steps.
struct StepProperty {
    name: &'static str,
    requirement: &'static str,
    holds: fn(&Transition<'_>) -> bool,
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
