//! Every state of a scope: what can happen in it ([`choices`]), a search which visits all of it ([`Search`]),
//! and a graph which keeps every edge of a small one ([`Graph`]).

pub(crate) mod graph;
pub(crate) mod grouping;
pub(crate) mod nearest;
pub(crate) mod offers;
pub(crate) mod packed;
pub(crate) mod search;
pub(crate) mod symmetry;

use std::fmt;

use crate::call::{Job, JobStatus};
use crate::environment::expected;
use crate::naming::renames;
use crate::outcome::{Admission, Change, Outcome, Rule};
use crate::reply::Reply;
use crate::request::{Call, Request};
use crate::scopes::scope::Scope;
use crate::state::State;
use crate::symmetry::Renaming;

/// What moves a scope from state to state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Move {
    /// A call and its answer.
    Call(Call, Reply),
    /// A job ends.
    Ends(Job, JobStatus),
}

impl Move {
    /// The call, if it is one.
    pub const fn call(&self) -> Option<Call> {
        match self {
            Self::Call(call, _) => Some(*call),
            Self::Ends(..) => None,
        }
    }

    /// The same step of what has the new names.
    #[must_use]
    pub fn renamed(&self, by: &Renaming) -> Self {
        match self {
            Self::Call(call, reply) => Self::Call(call.renamed(by), reply.renamed(by)),
            Self::Ends(job, status) => Self::Ends(by.job(*job), *status),
        }
    }

    /// The request, if it is a call.
    pub const fn request(&self) -> Option<Request> {
        match self {
            Self::Call(call, _) => Some(call.request),
            Self::Ends(..) => None,
        }
    }
}

impl fmt::Display for Move {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Call(call, reply) => write!(f, "{call} → {reply}"),
            Self::Ends(job, status) => write!(f, "{job} becomes {status}"),
        }
    }
}

/// One of the things that can happen in a state, and where it leads: an answer may leave open in which state
/// the service is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Choice {
    /// What happens.
    pub by: Move,
    /// The state after it.
    pub to: State,
    /// How the answer stands to the sources; an ending job is [`Admission::Required`].
    pub admission: Admission,
    /// The requirement that admits the answer; none for a job that ends.
    pub rule: Option<Rule>,
}

/// All that can happen in a state of the scope: first what the sources require, then what they leave open,
/// then jobs' ends.
pub fn choices(scope: &Scope, state: &State) -> Vec<Choice> {
    let mut choices = Vec::new();
    each_choice(scope, state, |by, admission, rule, to| {
        choices.push(Choice { by, to: to.unwrap_or(*state), admission, rule });
    });
    choices
}

/// The same one by one, without the state where it stays what it is: what happens, how the answer stands to
/// the sources, the requirement that admits it, and another state.
fn each_choice(
    scope: &Scope,
    state: &State,
    mut visit: impl FnMut(Move, Admission, Option<Rule>, Option<State>),
) {
    let mut open = Vec::new();
    answers(scope, state, |call, outcomes| {
        for outcome in outcomes {
            let to = match follow(scope, state, outcome) {
                Followed::Stays => None,
                Followed::Leads(to) => Some(to),
                Followed::Left => continue,
            };
            let by = Move::Call(*call, outcome.reply);
            if outcome.admission == Admission::Required {
                visit(by, outcome.admission, Some(outcome.rule), to);
            } else {
                open.push((by, outcome.admission, Some(outcome.rule), to));
            }
        }
    });
    let ends = (scope.environment)(state).into_iter();
    let ends = ends.map(|(job, status, to)| (Move::Ends(job, status), Admission::Required, None, Some(to)));
    for (by, admission, rule, to) in open.into_iter().chain(ends) {
        visit(by, admission, rule, to);
    }
}

/// The outcomes of every call that the scope makes in the state, those included that the sources speak
/// against.
fn answers(scope: &Scope, state: &State, mut visit: impl FnMut(&Call, &[Outcome])) {
    for call in scope.calls.iter().filter(|call| !renames(scope.edition, state, call)) {
        visit(call, &(scope.permits)(scope.edition, state, call));
    }
}

/// Where an outcome leads.
enum Followed {
    /// Nowhere else.
    Stays,
    /// To another state of the scope.
    Leads(State),
    /// Out of the scope, or where the sources speak against it.
    Left,
}

fn follow(scope: &Scope, state: &State, outcome: &Outcome) -> Followed {
    if outcome.admission == Admission::Contradicted {
        return Followed::Left;
    }
    let to = match outcome.change {
        Change::None => return Followed::Stays,
        Change::Profile(..) => state.after(&outcome.change),
        Change::Jobs(_) => expected(&state.after(&outcome.change)),
    };
    if (scope.within)(&to) { Followed::Leads(to) } else { Followed::Left }
}
