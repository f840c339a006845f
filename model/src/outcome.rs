//! What a rule can say: the outcomes that a call may have.

use signer_schemas::Basis;
use smallvec::SmallVec;

use crate::call::{JOBS, Job, Profile};
use crate::reply::Reply;
use crate::state::{JobState, ProfileState, State};

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

    /// A rule that follows from what the documentation states.
    pub(crate) const fn inferred(id: &'static str) -> Self {
        Self { id, basis: Basis::Inferred }
    }

    /// A rule seen in the real service's answers.
    pub(crate) const fn observed(id: &'static str) -> Self {
        Self { id, basis: Basis::Observed }
    }

    /// A point that no source settles.
    pub(crate) const fn open(id: &'static str) -> Self {
        Self { id, basis: Basis::Open }
    }
}

/// How an outcome stands to the sources, strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Admission {
    /// The sources require it (or one of several, which differ in what the client cannot foresee, such as a
    /// job's status).
    Required,
    /// The sources leave the answer open; this is one of those admitted.
    Open,
    /// The documents alone would admit it, but the outcome's rule (modelled or observed) speaks against it.
    Contradicted,
}

/// What a call does to the state. No call touches more than one profile, or jobs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Change {
    /// Nothing: a read, a refusal, or a call that finds its work done.
    None,
    /// The profile is like this now.
    Profile(Profile, ProfileState),
    /// The jobs are like this now.
    Jobs([JobState; JOBS]),
}

impl State {
    /// The change by which the profile becomes like that.
    pub(crate) fn profile_becomes(&self, profile: Profile, after: ProfileState) -> Change {
        if *self.profile(profile) == after { Change::None } else { Change::Profile(profile, after) }
    }

    /// The change by which the job becomes like that.
    pub(crate) fn job_becomes(&self, job: Job, after: JobState) -> Change {
        if *self.job(job) == after {
            return Change::None;
        }
        let mut jobs = self.jobs;
        jobs[usize::from(job.0)] = after;
        Change::Jobs(jobs)
    }

    /// The state after the change.
    #[must_use]
    pub fn after(&self, change: &Change) -> Self {
        let mut after = *self;
        match *change {
            Change::None => {}
            Change::Profile(profile, state) => *after.profile_mut(profile) = state,
            Change::Jobs(jobs) => after.jobs = jobs,
        }
        after
    }
}

/// One outcome of a call: the answer, what becomes of the state, and the requirement that says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Outcome {
    /// The answer.
    pub reply: Reply,
    /// What the call does to the state.
    pub change: Change,
    /// The requirement that admits the outcome, or, for [`Admission::Contradicted`], the one that speaks
    /// against it.
    pub rule: Rule,
    /// How the outcome stands to the sources.
    pub admission: Admission,
}

/// All outcomes of one call. Never empty; few, so that most calls allocate nothing.
pub type Outcomes = SmallVec<[Outcome; 4]>;

/// An answer that is permitted, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Permitted {
    /// The answer.
    pub reply: Reply,
    /// The requirement that admits it, or, for [`Admission::Contradicted`], the one that speaks against it.
    pub rule: Rule,
    /// How it stands to the sources.
    pub admission: Admission,
}

impl From<&Outcome> for Permitted {
    fn from(outcome: &Outcome) -> Self {
        Self { reply: outcome.reply, rule: outcome.rule, admission: outcome.admission }
    }
}
