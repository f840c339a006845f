//! What holds in every state.

use crate::call::{Action, EffectiveTime, JobStatus, ProfileStatus, Source, VersionArg};
use crate::platform::Platform;
use crate::properties::property::StateProperty;
use crate::state::{JobKind, ProfileState};

pub(crate) const SAFETY: [StateProperty; 9] = [
    StateProperty {
        name: "a profile has a revocation record exactly when it is revoked",
        requirement: "GetSigningProfile/no-revocation-record",
        holds: |state| {
            state
                .profiles
                .iter()
                .all(|profile| (profile.status == ProfileStatus::Revoked) == profile.effective.is_some())
        },
    },
    StateProperty {
        name: "no revocation takes effect in the future",
        requirement: "RevokeSigningProfile/future",
        holds: |state| state.profiles.iter().all(|profile| profile.effective != Some(EffectiveTime::Future)),
    },
    StateProperty {
        name: "a name that no profile has carries nothing",
        requirement: "PutSigningProfile/created",
        holds: |state| {
            let mut absent = state.profiles.iter().filter(|profile| profile.status == ProfileStatus::Absent);
            absent.all(|profile| *profile == ProfileState::default())
        },
    },
    StateProperty {
        name: "a job is signed by a profile that was made",
        requirement: "StartSigningJob/unknown-profile",
        holds: |state| {
            let mut jobs = state.jobs.iter().filter(|job| job.exists());
            jobs.all(|job| state.profile(job.profile).status != ProfileStatus::Absent)
        },
    },
    StateProperty {
        name: "a container image profile starts no job, and no other profile signs payloads",
        requirement: "StartSigningJob/unsupported-platform",
        holds: |state| {
            let mut jobs = state.jobs.iter().filter(|job| job.exists());
            jobs.all(|job| {
                (job.kind == JobKind::Payload) == (state.profile(job.profile).platform == Platform::Notation)
            })
        },
    },
    StateProperty {
        name: "a job over a good source never fails, and one over a missing source never succeeds",
        requirement: "StartSigningJob/valid-source-succeeds",
        holds: |state| {
            state.jobs.iter().all(|job| match job.source {
                Source::Present => !job.statuses.contains(JobStatus::Failed),
                Source::Missing => !job.statuses.contains(JobStatus::Succeeded),
                Source::Unverified => true,
            })
        },
    },
    StateProperty {
        name: "only permissions that fit the platform are there",
        requirement: "AddProfilePermission/action-platform",
        holds: |state| {
            state.profiles.iter().all(|profile| {
                // Which actions an IoT platform has, no source says.
                profile.policy.statements.iter().flatten().all(|grant| match grant.action {
                    Action::SignPayload => profile.platform != Platform::Lambda,
                    Action::StartSigningJob => profile.platform != Platform::Notation,
                    Action::GetSigningProfile | Action::RevokeSignature => true,
                })
            })
        },
    },
    StateProperty {
        name: "no permission is for a version that the profile does not have",
        requirement: "AddProfilePermission/unknown-version",
        holds: |state| {
            let mut grants =
                state.profiles.iter().flat_map(|profile| profile.policy.statements.iter().flatten());
            grants.all(|grant| grant.version != Some(VersionArg::Unknown))
        },
    },
    StateProperty {
        name: "permissions have a revision",
        requirement: "AddProfilePermission/new-revision",
        holds: |state| {
            state.profiles.iter().all(|profile| profile.policy.is_empty() || profile.policy.revision > 0)
        },
    },
];
