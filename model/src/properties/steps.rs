//! What holds of every step.

use signer_schemas::Edition;

use crate::call::{ProfileStatus, RevisionArg};
use crate::explore::Move;
use crate::explore::search::Transition;
use crate::properties::property::StepProperty;
use crate::reply::Reply;
use crate::request::Request;
use crate::state::{JobStatuses, Policy, ProfileState, State};

pub(super) const STEPS: [StepProperty; 12] = [
    StepProperty {
        name: "a job that has ended stays as it ended",
        requirement: "DescribeSigningJob/terminal-stays",
        holds: |step| {
            step.before.jobs.iter().zip(&step.after.jobs).all(|(before, after)| {
                before.statuses.both(JobStatuses::TERMINAL).is_empty() || before.statuses == after.statuses
            })
        },
    },
    StepProperty {
        name: "a profile never becomes Active again",
        requirement: "CancelSigningProfile/no-way-back",
        holds: |step| {
            may_replace(step)
                || profiles(step).all(|(before, after)| {
                    after.status != ProfileStatus::Active
                        || matches!(before.status, ProfileStatus::Absent | ProfileStatus::Active)
                })
        },
    },
    StepProperty {
        name: "a revoked profile stays revoked",
        requirement: "RevokeSigningProfile/irreversible",
        holds: |step| {
            profiles(step).all(|(before, after)| {
                before.status != ProfileStatus::Revoked || after.status == ProfileStatus::Revoked
            })
        },
    },
    StepProperty {
        name: "a profile is never made anew",
        requirement: "CancelSigningProfile/other-fields-kept",
        holds: |step| {
            may_replace(step)
                || profiles(step).all(|(before, after)| {
                    let is_kept = (before.platform, before.validity) == (after.platform, after.validity);
                    before.status == ProfileStatus::Absent || is_kept
                })
        },
    },
    StepProperty {
        name: "a refused call changes nothing",
        requirement: "AddProfilePermission/refused-changes-nothing",
        holds: |step| !matches!(step.by, Move::Call(_, Reply::Refused(_))) || step.before == step.after,
    },
    StepProperty {
        name: "a read changes nothing",
        requirement: "GetRevocationStatus/no-change",
        holds: |step| {
            !step.by.request().is_some_and(|request| request.is_read())
                || without_revisions(step.before) == without_revisions(step.after)
        },
    },
    StepProperty {
        name: "a revision only moves forward, and moves with every change",
        requirement: "AddProfilePermission/new-revision",
        holds: |step| {
            profiles(step).all(|(before, after)| {
                let (before, after) = (before.policy, after.policy);
                before.revision <= after.revision
                    && (before.statements == after.statements
                        || before.revision < after.revision
                        || after.revision == Policy::LAST_REVISION)
            })
        },
    },
    StepProperty {
        name: "a stale revision changes nothing",
        requirement: "AddProfilePermission/stale-revision",
        holds: |step| {
            let stale = match step.by.request() {
                Some(
                    Request::AddProfilePermission { revision, .. }
                    | Request::RemoveProfilePermission { revision, .. },
                ) => revision == RevisionArg::Stale,
                Some(_) | None => false,
            };
            // That a statement is there already may be told under any revision, and with it the current one.
            let tells = matches!(step.by, Move::Call(_, Reply::Revision(_)));
            let is_same = || without_revisions(step.before) == without_revisions(step.after);
            !stale || step.before == step.after || tells && is_same()
        },
    },
    StepProperty {
        name: "a token never makes a second job",
        requirement: "StartSigningJob/token-replay",
        holds: |step| match step.by.request() {
            Some(Request::StartSigningJob { job, .. }) => {
                !step.before.job(job).exists() || step.before.jobs == step.after.jobs
            }
            Some(_) | None => true,
        },
    },
    StepProperty {
        name: "a revoked signature stays revoked",
        requirement: "RevokeSignature/irreversible",
        holds: |step| {
            step.before
                .jobs
                .iter()
                .zip(&step.after.jobs)
                .all(|(before, after)| !before.revoked || after.revoked)
        },
    },
    StepProperty {
        name: "a revocation's effective time only moves to an earlier one",
        requirement: "RevokeSigningProfile/earlier",
        holds: |step| {
            profiles(step).all(|(before, after)| {
                before.effective.is_none_or(|before| after.effective.is_some_and(|after| after <= before))
            })
        },
    },
    StepProperty {
        name: "only an Active profile gets a new job",
        requirement: "StartSigningJob/not-active",
        holds: |step| {
            step.before.jobs.iter().zip(&step.after.jobs).all(|(before, after)| {
                before.exists()
                    || !after.exists()
                    || step.before.profile(after.profile).status == ProfileStatus::Active
            })
        },
    },
];

/// The edition of 2019 does not say whether a name that is taken can be given to a new profile.
fn may_replace(step: &Transition<'_>) -> bool {
    step.edition == Edition::May2019 && matches!(step.by.request(), Some(Request::PutSigningProfile { .. }))
}

/// Each profile before and after.
fn profiles<'a>(step: &Transition<'a>) -> impl Iterator<Item = (&'a ProfileState, &'a ProfileState)> {
    step.before.profiles.iter().zip(&step.after.profiles)
}

/// A list of permissions tells their revision, and so does a repeated statement: what was not certain of it
/// may clear up.
fn without_revisions(state: &State) -> State {
    let mut state = *state;
    for profile in &mut state.profiles {
        profile.policy.revision = 0;
        profile.policy.revision_uncertain = false;
    }
    state
}
