//! Progress: a job that was started ends, if only the service goes on working.
//!
//! The fairness assumed is weak: what can happen without a pause happens in the end. A run breaks the
//! property when a job stays `InProgress` for ever although the service is fair to it, that is, when the
//! job's end is impossible again and again. As the states are finitely many, such a run is a lasso: a way to
//! a state in which the job is in progress and cannot end, and a way back to that state on which it stays in
//! progress. No lasso, no such run: where the property is said to hold, it does. Fairness to the other jobs
//! is not assumed, so a job that waits for another one would break it, too.

use std::collections::{HashMap, VecDeque};

use crate::call::{Job, JobStatus};
use crate::explore::{Move, choices};
use crate::scopes::scope::Scope;
use crate::state::{JobStatuses, State};

/// The property.
pub(super) struct Progress {
    pub(super) name: &'static str,
    pub(super) requirement: &'static str,
}

pub(super) const PROGRESS: Progress =
    Progress { name: "a job that was started ends", requirement: "StartSigningJob/valid-source-succeeds" };

/// The job is in progress.
pub(super) fn runs(state: &State, job: Job) -> bool {
    state.job(job).statuses == JobStatuses::only(JobStatus::InProgress)
}

/// A shortest way from the state back to it on which the job stays in progress.
pub(super) fn lasso(scope: &Scope, knot: &State, job: Job) -> Option<Vec<Move>> {
    let mut came = HashMap::<State, (State, Move)>::new();
    let mut queue = VecDeque::from([*knot]);
    while let Some(state) = queue.pop_front() {
        for choice in choices(scope, &state).into_iter().filter(|choice| runs(&choice.to, job)) {
            if choice.to == *knot {
                let mut way = vec![choice.by];
                let mut at = state;
                while at != *knot {
                    let (before, by) = came[&at];
                    way.push(by);
                    at = before;
                }
                way.reverse();
                return Some(way);
            }
            came.entry(choice.to).or_insert_with(|| {
                queue.push_back(choice.to);
                (state, choice.by)
            });
        }
    }
    None
}
