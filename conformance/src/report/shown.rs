//! What a run has shown of the API, whatever it found: life cycles, distributions, witnesses.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use signer_model::JobStatus;
use signer_schemas::Operation;

use crate::report::{Reached, Report};

/// The life cycle of one kind of resource, and how far the run has followed it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LifeCycleRow {
    /// The kind of resource.
    pub name: String,
    /// What the first status stands for.
    pub begins: String,
    /// The statuses, in the order in which a search of the model meets them.
    pub statuses: Vec<String>,
    /// The steps from one status to another.
    pub edges: Vec<EdgeRow>,
    /// For each status: how many of the tour's transitions that leave it as it is were reached.
    #[serde(default)]
    pub tour: Vec<Reached>,
}

/// One step of a life cycle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EdgeRow {
    /// The status before.
    pub from: String,
    /// The status after.
    pub to: String,
    /// What moves: an operation, or time.
    pub by: String,
    /// The documents do not say whether it does.
    pub open: bool,
    /// In so many cases the answers leave no other explanation than that this step was taken, and show the
    /// status after it.
    pub cases: u32,
    /// How many of the tour's transitions that take this step were reached.
    #[serde(default)]
    pub tour: Reached,
}

/// How often what was called and seen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Distribution {
    /// Calls by operation.
    pub calls: BTreeMap<Operation, u64>,
    /// Answers that tell a profile's status, by status.
    pub profile_statuses: BTreeMap<String, u64>,
    /// Answers that tell a job's status, by status.
    pub job_statuses: BTreeMap<String, u64>,
    /// Cases in which an error was seen, by its name.
    pub errors: BTreeMap<String, u64>,
}

/// Something that a full run must have seen, so that finding nothing means something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WitnessRow {
    /// What.
    pub what: String,
    /// In so many cases it was seen.
    pub cases: u32,
    /// It was not seen, and this finding, at an operation that it takes, may be why.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub excused: Option<String>,
}

impl Report {
    /// The declared errors that were not provoked: those that a full run provokes, and those that no client
    /// is sure to.
    pub fn missed_errors(&self) -> (Vec<&str>, Vec<&str>) {
        let sure = |error: &&str| self.witnesses.iter().any(|row| row.what == *error);
        self.coverage.errors_missed.iter().map(String::as_str).partition(sure)
    }
}

impl WitnessRow {
    /// Whether it is missing without an excuse.
    pub const fn is_missed(&self) -> bool {
        self.cases == 0 && self.excused.is_none()
    }
}

impl Distribution {
    /// How the jobs of the run ended: the documents admit both. None if there was no job to be told.
    pub fn jobs_end(&self) -> Option<&'static str> {
        let started = self.calls.contains_key(&Operation::StartSigningJob) && !self.job_statuses.is_empty();
        let in_progress = self.job_statuses.contains_key(JobStatus::InProgress.id());
        started.then_some(if in_progress { "after a while" } else { "at once: none was seen InProgress" })
    }

    /// Each kind of count, with its title and the counts as `404 Active · 118 Canceled`.
    pub fn lines(&self) -> Vec<(&'static str, String)> {
        let joined = |counts: Vec<(&str, u64)>| {
            let counts: Vec<_> = counts.into_iter().map(|(name, count)| format!("{count} {name}")).collect();
            counts.join(" · ")
        };
        let named = |counts: &BTreeMap<String, u64>| {
            joined(counts.iter().map(|(name, count)| (name.as_str(), *count)).collect())
        };
        let calls = self.calls.iter().map(|(operation, count)| (operation.name(), *count)).collect();
        [
            ("calls", joined(calls)),
            ("profiles seen", named(&self.profile_statuses)),
            ("jobs seen", named(&self.job_statuses)),
            ("jobs end", self.jobs_end().unwrap_or_default().to_owned()),
            ("cases with errors", named(&self.errors)),
        ]
        .into_iter()
        .filter(|(_, counts)| !counts.is_empty())
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use signer_schemas::Operation;

    use super::Distribution;

    fn jobs_end(called: Operation, statuses: &[&str]) -> Option<&'static str> {
        let job_statuses = statuses.iter().map(|status| ((*status).to_owned(), 1)).collect();
        Distribution { calls: [(called, 1)].into(), job_statuses, ..Distribution::default() }.jobs_end()
    }

    #[test]
    fn a_target_whose_jobs_end_at_once_looks_like_one_that_takes_time() {
        let start = Operation::StartSigningJob;
        assert_eq!(jobs_end(start, &["Failed", "Succeeded"]), Some("at once: none was seen InProgress"));
        assert_eq!(jobs_end(start, &["InProgress", "Succeeded"]), Some("after a while"));
        assert_eq!(jobs_end(start, &[]), None);
        assert_eq!(
            jobs_end(Operation::SignPayload, &["Succeeded"]),
            None,
            "a payload is signed at once by definition"
        );
    }
}
