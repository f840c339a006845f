//! What can be reached, and where.

use crate::call::{Account, JobStatus, ProfileStatus, TagValue};
use crate::properties::property::{Reached, StateProperty};

pub(crate) const REACHED: [Reached; 9] = [
    Reached {
        state: StateProperty {
            name: "a profile is canceled",
            requirement: "CancelSigningProfile/cancels",
            holds: |state| state.profiles.iter().any(|profile| profile.status == ProfileStatus::Canceled),
        },
        scopes: &[
            "joint",
            "profiles",
            "permissions",
            "cross-account",
            "jobs",
            "iot",
            "revocation",
            "tags",
            "profiles-2019",
            "jobs-2019",
        ],
    },
    Reached {
        state: StateProperty {
            name: "a profile is revoked",
            requirement: "RevokeSigningProfile/revokes",
            holds: |state| state.profiles.iter().any(|profile| profile.status == ProfileStatus::Revoked),
        },
        scopes: &["joint", "profiles", "permissions", "revocation", "tags"],
    },
    Reached {
        state: StateProperty {
            name: "a job succeeds",
            requirement: "StartSigningJob/valid-source-succeeds",
            holds: |state| state.jobs.iter().any(|job| job.statuses.contains(JobStatus::Succeeded)),
        },
        scopes: &["joint", "cross-account", "jobs", "iot", "revocation", "jobs-2019"],
    },
    Reached {
        state: StateProperty {
            name: "a job fails",
            requirement: "StartSigningJob/missing-source",
            holds: |state| state.jobs.iter().any(|job| job.statuses.contains(JobStatus::Failed)),
        },
        scopes: &["joint", "jobs", "jobs-2019"],
    },
    Reached {
        state: StateProperty {
            name: "a signature is revoked",
            requirement: "RevokeSignature/revokes",
            holds: |state| {
                state.jobs.iter().any(|job| job.revoked && job.statuses.contains(JobStatus::Succeeded))
            },
        },
        scopes: &["joint", "jobs", "cross-account", "revocation"],
    },
    Reached {
        state: StateProperty {
            name: "a canceled profile's job succeeds",
            requirement: "CancelSigningProfile/jobs-stay",
            holds: |state| {
                state.jobs.iter().any(|job| {
                    job.statuses.contains(JobStatus::Succeeded)
                        && state.profile(job.profile).status == ProfileStatus::Canceled
                })
            },
        },
        scopes: &["joint", "cross-account", "jobs", "iot", "revocation", "jobs-2019"],
    },
    Reached {
        state: StateProperty {
            name: "another account's job succeeds",
            requirement: "StartSigningJob/cross-account-granted",
            holds: |state| {
                state
                    .jobs
                    .iter()
                    .any(|job| job.invoker == Account::Other && job.statuses.contains(JobStatus::Succeeded))
            },
        },
        scopes: &["joint", "cross-account"],
    },
    Reached {
        state: StateProperty {
            name: "the permissions are empty again",
            requirement: "RemoveProfilePermission/removes",
            holds: |state| {
                state.profiles.iter().any(|profile| profile.policy.is_empty() && profile.policy.revision > 0)
            },
        },
        scopes: &["joint", "permissions", "cross-account"],
    },
    Reached {
        state: StateProperty {
            name: "a profile has two tags",
            requirement: "TagResource/merges",
            holds: |state| {
                state
                    .profiles
                    .iter()
                    .any(|profile| profile.tags.iter().filter(|tag| **tag != TagValue::None).count() > 1)
            },
        },
        scopes: &["tags"],
    },
];
