//! What the run has shown: requirements exercised, open points answered, errors provoked.

use std::collections::{BTreeMap, BTreeSet};

use signer_schemas::{Operation, Requirement, RequirementId, operations, requirement, requirements};

use crate::data::finding::Verdict;
use crate::data::open_answer::OpenAnswer;
use crate::report::build::Judge;
use crate::report::{Coverage, Exercised, FindingRow, OpenPointRow, Reached, RequirementRow};

impl Judge<'_> {
    pub(super) fn requirements(&self, findings: &[FindingRow]) -> Vec<RequirementRow> {
        let mut exercised = counted(self.run.results.iter().flat_map(|result| &result.exercised));
        let seen = counted(self.run.results.iter().flat_map(|result| &result.seen));
        for id in self.run.results.iter().flat_map(|result| result.open_points.keys()) {
            let sum = exercised.entry(id).or_default();
            *sum = (*sum).max(1);
        }
        self.testable()
            .map(|rule| {
                let exercised = exercised.get(rule.id.as_str()).copied().unwrap_or(0);
                // Of other rules each answer shows whether they are kept.
                let seen =
                    if rule.effect { seen.get(rule.id.as_str()).copied().unwrap_or(0) } else { exercised };
                let found = || findings.iter().filter(|row| row.requirement == rule.id);
                // A finding is an answer that showed it, whatever other answers could have shown.
                let seen = if found().next().is_some() { seen.max(exercised.min(1)) } else { seen };
                let verdict = if found().any(|row| row.known.is_none()) {
                    Verdict::Fail
                } else if found().next().is_some() {
                    Verdict::Deviates
                } else if seen > 0 {
                    Verdict::Pass
                } else if exercised > 0 {
                    Verdict::Inconclusive
                } else if rule
                    .operation
                    .is_some_and(|operation| self.run.target.unimplemented.contains(&operation))
                {
                    Verdict::Unimplemented
                } else {
                    Verdict::Skipped
                };
                RequirementRow { id: rule.id.clone(), basis: rule.basis, verdict, exercised, seen }
            })
            .collect()
    }

    /// The requirements that went unexercised in a whole run, and what the target lacks, in words.
    pub(super) fn unasked(&self, requirements: &[RequirementRow]) -> Option<String> {
        let has = self.run.target.capabilities;
        let lacking = [
            (has.cross_account, "the identities belong to one account"),
            (has.auth, "the target authenticates nobody"),
            (has.s3 || !has.jobs, "there is no S3 beside the target"),
            (has.second_region, "the target serves one Region"),
            (has.denied || !has.auth, "no identity without permissions is given"),
            (has.temporary || !has.auth, "no temporary credentials are given"),
        ];
        let lacking: Vec<&str> = lacking.iter().filter(|(has, _)| !has).map(|(_, words)| *words).collect();
        let skipped = requirements.iter().filter(|row| row.verdict == Verdict::Skipped).count();
        if lacking.is_empty() || skipped == 0 || self.narrowed() || self.run.cut.is_some() {
            return None;
        }
        let one = if skipped == 1 { "" } else { "s" };
        Some(format!("{skipped} requirement{one} not exercised: {}", lacking.join(", ")))
    }

    fn testable(&self) -> impl Iterator<Item = &'static Requirement> {
        let edition = self.options.edition;
        requirements().iter().filter(move |rule| rule.testable && rule.is_in(edition))
    }

    pub(super) fn open_points(&self) -> Vec<OpenPointRow> {
        let mut answers: BTreeMap<&RequirementId, BTreeSet<OpenAnswer>> = BTreeMap::new();
        for (id, several) in self.run.results.iter().flat_map(|result| &result.open_points) {
            answers.entry(id).or_default().extend(several);
        }
        answers
            .into_iter()
            .map(|(id, answers)| {
                let rule = requirement(id);
                OpenPointRow {
                    id: id.clone(),
                    question: rule
                        .map(|rule| rule.question.clone().unwrap_or_else(|| rule.statement.clone()))
                        .unwrap_or_default(),
                    observed: answers.into_iter().map(OpenAnswer::words).collect::<Vec<_>>().join("; "),
                    admits: rule.map(|rule| rule.admits.clone()).unwrap_or_default(),
                }
            })
            .collect()
    }

    pub(super) fn coverage(&self, requirements: &[RequirementRow]) -> Coverage {
        let seen: BTreeSet<(Operation, &str)> = self
            .run
            .results
            .iter()
            .flat_map(|result| &result.errors)
            .flat_map(|(operation, names)| names.iter().map(|name| (*operation, name.as_str())))
            .collect();
        let mut errors = Reached { reached: 0, total: 0 };
        let mut errors_missed = Vec::new();
        for document in operations(self.options.edition) {
            for error in &document.errors {
                errors.total += 1;
                if seen.contains(&(document.operation, error.name.as_str())) {
                    errors.reached += 1;
                } else {
                    errors_missed.push(format!("{}: {}", document.operation, error.name));
                }
            }
        }
        let exercised = requirements.iter().filter(|row| row.seen > 0).count();
        Coverage {
            tour: Reached { reached: self.run.tour.reached, total: self.run.tour.total },
            errors,
            requirements: Exercised {
                exercised: u32::try_from(exercised).unwrap_or(u32::MAX),
                testable: u32::try_from(requirements.len()).unwrap_or(u32::MAX),
            },
            errors_missed,
        }
    }
}

/// How often each requirement was told of in all cases.
fn counted<'a>(told: impl Iterator<Item = (&'a RequirementId, &'a u32)>) -> BTreeMap<&'a str, u32> {
    let mut sums: BTreeMap<&str, u32> = BTreeMap::new();
    for (id, times) in told {
        let sum = sums.entry(id).or_default();
        *sum = sum.saturating_add(*times);
    }
    sums
}
