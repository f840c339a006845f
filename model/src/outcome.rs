//! What a rule can say: the outcomes that a call may have.

use arrayvec::ArrayVec;
use signer_schemas::Basis;

use crate::{Reply, State};

/// A requirement that a rule embodies: its id in the ledger and the ledger's basis for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rule {
    /// The id in the requirement ledger.
    pub id: &'static str,
    /// What the requirement rests on.
    pub basis: Basis,
}

impl Rule {
    /// A rule that the vendor's documentation states.
    pub(crate) const fn documented(id: &'static str) -> Self {
        Self { id, basis: Basis::Documented }
    }

    /// A rule seen in the real service's answers.
    pub(crate) const fn observed(id: &'static str) -> Self {
        Self { id, basis: Basis::Observed }
    }

    /// A point that nobody settles.
    pub(crate) const fn open(id: &'static str) -> Self {
        Self { id, basis: Basis::Open }
    }
}

/// How an outcome stands to the sources, strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Admission {
    /// The sources require it (or one of several, which differ in what the client cannot foresee, such as a job's status).
    Required,
    /// The sources leave the answer open; this is one of those admitted.
    Open,
    /// The documents alone would admit it, but the outcome's rule (modelled or observed) speaks against it.
    Contradicted,
}

/// One outcome of a call: the answer, the state after it, and the requirement that says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Outcome {
    /// The answer.
    pub reply: Reply,
    /// The state after it.
    pub next: State,
    /// The requirement that admits the outcome, or, for [`Admission::Contradicted`], the one that speaks against it.
    pub rule: Rule,
    /// How the outcome stands to the sources.
    pub admission: Admission,
}

/// All outcomes of one call. Never empty.
pub type Outcomes = ArrayVec<Outcome, 32>;
