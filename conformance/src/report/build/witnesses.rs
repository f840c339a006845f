//! What a full run must have seen, so that its silence tells something.

use signer_model::{Account, ErrorName, JobStatus, ProfileStatus, Reply, Request};
use signer_schemas::Operation;

use crate::data::capabilities::Capabilities;
use crate::data::case::CaseResult;
use crate::report::FindingRow;
use crate::report::build::Judge;
use crate::report::shown::WitnessRow;

/// Something that a full run must have seen, where the target can show it.
struct Witness {
    words: &'static str,
    /// The requirements of which a known deviation says that it does not come.
    asked_by: &'static [&'static str],
    /// The operations that it takes: all must be in the edition, and there.
    takes: &'static [Operation],
    /// What else it takes.
    needs: fn(Capabilities) -> bool,
    /// Whether a case has seen it.
    seen: fn(&CaseResult) -> bool,
}

const WITNESSES: [Witness; 13] = [
    Witness {
        words: "a profile that is Active",
        asked_by: &["PutSigningProfile/created"],
        takes: &[Operation::PutSigningProfile, Operation::GetSigningProfile],
        needs: always,
        seen: |case| profile(case, ProfileStatus::Active),
    },
    Witness {
        words: "a profile that is Canceled",
        asked_by: &["CancelSigningProfile/cancels"],
        takes: &[Operation::CancelSigningProfile, Operation::GetSigningProfile],
        needs: always,
        seen: |case| profile(case, ProfileStatus::Canceled),
    },
    Witness {
        words: "a profile that is Revoked",
        asked_by: &["RevokeSigningProfile/revokes"],
        takes: &[Operation::RevokeSigningProfile, Operation::GetSigningProfile],
        needs: always,
        seen: |case| profile(case, ProfileStatus::Revoked),
    },
    Witness {
        words: "a job that Succeeded",
        asked_by: &[],
        takes: &[Operation::StartSigningJob, Operation::DescribeSigningJob],
        needs: |has| has.jobs && has.s3,
        seen: |case| job(case, JobStatus::Succeeded),
    },
    Witness {
        words: "a job that Failed",
        asked_by: &["StartSigningJob/lambda-bad-zip"],
        takes: &[Operation::StartSigningJob, Operation::DescribeSigningJob],
        needs: |has| has.jobs && has.s3,
        seen: |case| job(case, JobStatus::Failed),
    },
    Witness {
        words: "a clientRequestToken that gave the same job again",
        asked_by: &["StartSigningJob/token-replay"],
        takes: &[Operation::StartSigningJob],
        needs: |has| has.jobs,
        seen: replayed_token,
    },
    Witness {
        words: "a signed payload",
        asked_by: &[],
        takes: &[Operation::SignPayload],
        needs: |has| has.signature,
        seen: |case| {
            answered(case, |request, reply| {
                matches!((request, reply), (Request::SignPayload { .. }, Reply::Started(_)))
            })
        },
    },
    Witness {
        words: "a revocation that GetRevocationStatus lists",
        asked_by: &["GetRevocationStatus/job-revoked", "GetRevocationStatus/profile-revoked-after"],
        takes: &[Operation::GetRevocationStatus],
        needs: always,
        seen: |case| {
            answered(case, |_, reply| {
                matches!(
                    reply,
                    Reply::Revocations { profile: true, .. } | Reply::Revocations { job: true, .. }
                )
            })
        },
    },
    Witness {
        words: "another account that is refused",
        asked_by: &[],
        takes: &[Operation::AddProfilePermission],
        needs: |has| has.cross_account,
        seen: |case| other(case, |reply| *reply == Reply::Refused(ErrorName::AccessDenied)),
    },
    Witness {
        words: "another account that a permission lets in",
        asked_by: &[],
        takes: &[Operation::AddProfilePermission],
        needs: |has| has.cross_account,
        seen: |case| other(case, |reply| matches!(reply, Reply::Started(_) | Reply::Profile(_))),
    },
    Witness {
        words: "a permission in a policy",
        asked_by: &[],
        takes: &[Operation::AddProfilePermission, Operation::ListProfilePermissions],
        needs: always,
        seen: |case| {
            answered(
                case,
                |_, reply| matches!(reply, Reply::Permissions { statements, .. } if statements.iter().any(Option::is_some)),
            )
        },
    },
    Witness {
        words: "a second page of profiles",
        asked_by: &["ListSigningProfiles/complete"],
        takes: &[Operation::ListSigningProfiles],
        needs: always,
        seen: |case| case.exercised.contains_key("ListSigningProfiles/complete"),
    },
    Witness {
        words: "a second page of jobs",
        asked_by: &["ListSigningJobs/complete"],
        takes: &[Operation::ListSigningJobs, Operation::StartSigningJob],
        needs: |has| has.jobs,
        seen: |case| case.exercised.contains_key("ListSigningJobs/complete"),
    },
];

impl Judge<'_> {
    /// What a full run must have seen, states and errors. What makes the verdict nonconforming anyway excuses
    /// that it was not, and a ledger line only for a requirement that asks for it, as that line says that it
    /// does not come.
    pub(super) fn witnesses(&self, findings: &[FindingRow]) -> Vec<WitnessRow> {
        let target = &self.run.target;
        let there = |operation: &Operation| {
            operation.in_edition(self.options.edition) && !target.unimplemented.contains(operation)
        };
        let required =
            WITNESSES.iter().filter(|it| it.takes.iter().all(there) && (it.needs)(target.capabilities));
        let states = required.map(|it| {
            let asks = |row: &FindingRow| it.asked_by.contains(&row.requirement.as_str());
            let hides = |row: &&FindingRow| {
                let takes = || row.roots().any(|root| it.takes.contains(&root.operation));
                row.counts && (asks(row) || row.is_new() && takes())
            };
            // The one that speaks of it explains it best.
            let hides = findings.iter().filter(hides).min_by_key(|row| !asks(row));
            self.witness(it.words.to_owned(), it.seen, hides)
        });
        let errors = self.sure_errors().into_iter().map(|((operation, error), rules)| {
            let asks = |row: &FindingRow| rules.contains(row.requirement.as_str());
            let hides = |row: &&FindingRow| {
                row.counts
                    && (asks(row) || row.is_new())
                    && row.roots().any(|root| root.operation == operation)
            };
            let hides = findings.iter().filter(hides).min_by_key(|row| !asks(row));
            let seen = |case: &CaseResult| {
                case.errors.get(&operation).is_some_and(|seen| seen.iter().any(|it| it == error.id()))
            };
            self.witness(format!("{operation}: {}", error.id()), seen, hides)
        });
        states.chain(errors).collect()
    }

    fn witness(
        &self,
        what: String,
        seen: impl Fn(&CaseResult) -> bool,
        hides: Option<&FindingRow>,
    ) -> WitnessRow {
        let seen = self.run.results.iter().filter(|result| seen(result)).count();
        let hides = hides.filter(|_| seen == 0);
        WitnessRow {
            what,
            cases: u32::try_from(seen).unwrap_or(u32::MAX),
            excused: hides.map(|row| row.id.clone()),
        }
    }
}

const fn always(_: Capabilities) -> bool {
    true
}

fn answered(case: &CaseResult, is: impl Fn(&Request, &Reply) -> bool) -> bool {
    case.answers.iter().any(|answer| answer.reply.is_some_and(|reply| is(&answer.call.request, &reply)))
}

fn profile(case: &CaseResult, status: ProfileStatus) -> bool {
    answered(case, |_, reply| matches!(reply, Reply::Profile(view) if view.status == status))
}

fn job(case: &CaseResult, status: JobStatus) -> bool {
    answered(case, |_, reply| matches!(reply, Reply::Job(view) if view.status == status))
}

fn other(case: &CaseResult, is: impl Fn(&Reply) -> bool) -> bool {
    case.answers
        .iter()
        .any(|answer| answer.call.by == Account::Other && answer.reply.as_ref().is_some_and(&is))
}

/// The same token twice, and both times the job.
fn replayed_token(case: &CaseResult) -> bool {
    let started = case.answers.iter().filter_map(|answer| match (&answer.call.request, answer.reply) {
        (Request::StartSigningJob { .. }, Some(Reply::Started(job))) => Some(job),
        _ => None,
    });
    let jobs: Vec<_> = started.collect();
    jobs.iter().enumerate().any(|(place, job)| jobs[..place].contains(job))
}

#[cfg(test)]
mod tests {
    use super::WITNESSES;

    #[test]
    fn a_witness_is_asked_for_by_no_requirement_that_there_is() {
        for id in WITNESSES.iter().flat_map(|witness| witness.asked_by) {
            assert!(signer_schemas::requirement(id).is_some_and(|rule| rule.testable), "{id}");
        }
    }
}
