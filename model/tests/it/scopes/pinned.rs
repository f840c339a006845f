//! The numbers of states, steps and outcomes that must not change unseen.

use std::hash::{Hash as _, Hasher as _};

use rustc_hash::FxHasher;
use signer_model::*;

use super::REPORTS;

/// Scope, states, steps, depth.
const SIZES: [(&str, usize, u64, usize); 11] = [
    ("profiles", 841, 62679, 4),
    ("permissions", 15390, 1_062_540, 16),
    ("cross-account", 184, 5758, 9),
    ("jobs", 6594, 303_820, 13),
    ("iot", 7, 91, 4),
    ("revocation", 143, 4764, 9),
    ("tags", 961, 50592, 8),
    ("pagination", 4407, 164_487, 12),
    ("joint", 254_969, 14_589_241, 20),
    ("profiles-2019", 15, 431, 4),
    ("jobs-2019", 124, 2808, 9),
];

/// What each call is answered in each state of a scope, as one number. The tables of outcomes show some
/// situations, for people to read; this keeps an answer in any other from changing unseen.
const OUTCOMES: [(&str, u64); 10] = [
    ("profiles", 0xdf50_b2ed_6d45_a7c0),
    ("permissions", 0x1201_2ec4_a12c_54fe),
    ("cross-account", 0xcabd_346e_9115_af7e),
    ("jobs", 0x3db3_4b3e_bfa9_ccc7),
    ("iot", 0x1f9c_21f9_44f0_8c73),
    ("revocation", 0x0280_3124_2d37_6930),
    ("tags", 0x7c8c_75d6_858d_fe92),
    ("pagination", 0x70ef_081b_4e5f_c26c),
    ("profiles-2019", 0x3142_347c_60d8_afa4),
    ("jobs-2019", 0x6dce_a7cd_eec5_234f),
];

/// The same where no scope leads.
const VAGUE_OUTCOMES: u64 = 0xa9ca_2082_65b8_f0a0;

#[test]
fn scopes_have_the_pinned_number_of_states_and_steps() {
    let sizes =
        REPORTS.iter().map(|(_, report)| (report.scope, report.unique, report.generated, report.depth));
    assert_eq!(sizes.collect::<Vec<_>>(), SIZES);
}

#[test]
fn outcomes_in_all_states_are_as_pinned() {
    let outcomes = |scope: &Scope| {
        let mut digest = FxHasher::default();
        for state in Graph::build(scope).states {
            scope.calls.iter().for_each(|call| permits(scope.edition, &state, call).hash(&mut digest));
        }
        digest.finish()
    };
    let scopes = scopes().into_iter().filter(|scope| scope.name != "joint");
    assert_eq!(scopes.map(|scope| (scope.name, outcomes(&scope))).collect::<Vec<_>>(), OUTCOMES);
}

/// Where no scope leads: jobs of which not all is known, platforms that a target has not, and every filter
/// there is.
#[test]
fn outcomes_in_states_that_only_a_judge_meets_are_as_pinned() {
    let calls = questions();
    let mut digest = FxHasher::default();
    for scope in scopes()
        .into_iter()
        .filter(|scope| ["cross-account", "iot", "revocation", "jobs-2019"].contains(&scope.name))
    {
        for state in Graph::build(&scope).states {
            for state in vaguer(state) {
                calls
                    .iter()
                    .chain(&scope.calls)
                    .for_each(|call| permits(scope.edition, &state, call).hash(&mut digest));
            }
        }
    }
    assert_eq!(digest.finish(), VAGUE_OUTCOMES);
}

/// The state, with less known of its jobs, with other platforms, and with none.
fn vaguer(state: State) -> impl Iterator<Item = State> {
    let unknown = [JobStatuses::ANY, JobStatuses::TERMINAL, JobStatuses::ANY.without(JobStatus::Succeeded)];
    let jobs = unknown.into_iter().map(move |statuses| {
        let mut vague = state;
        vague.jobs.iter_mut().filter(|job| job.exists()).for_each(|job| job.statuses = statuses);
        vague
    });
    let platforms = Platform::ALL.into_iter().map(move |platform| {
        let mut other = state;
        other.profiles[0].platform = platform;
        other.platforms = [platform].into_iter().collect();
        other
    });
    jobs.chain(platforms)
}

/// The calls with every filter and every time.
fn questions() -> Vec<Call> {
    let mut calls = Vec::new();
    let (page, booleans) = (PageSize::Default, [None, Some(false), Some(true)]);
    let of = |list: &[Platform]| list.iter().copied().map(Some).chain([None]).collect::<Vec<_>>();
    for platform in of(&[Platform::Lambda, Platform::IotDeviceManagement]) {
        for flag in booleans {
            for status in [
                None,
                Some(ProfileStatus::Active),
                Some(ProfileStatus::Canceled),
                Some(ProfileStatus::Revoked),
            ] {
                let filter = ProfileFilter { include_canceled: flag, status, platform };
                calls.push(Request::ListSigningProfiles { filter, page });
            }
            for status in
                [None, Some(JobStatus::InProgress), Some(JobStatus::Failed), Some(JobStatus::Succeeded)]
            {
                for expires in [None, Some(Expiry::Before), Some(Expiry::After)] {
                    let filter = JobFilter { status, platform, is_revoked: flag, invoker: None, expires };
                    calls.push(Request::ListSigningJobs { filter, page });
                }
            }
        }
    }
    for platform in Platform::ALL {
        calls.push(Request::GetSigningPlatform { platform: PlatformArg::Known(platform) });
        for (profile, job) in [(0, 0), (0, 1), (1, 0)] {
            let (profile, job, at) = (Profile(profile), Job(job), SignatureTime::Between);
            calls.push(Request::GetRevocationStatus { profile, job, platform, at });
        }
    }
    calls.into_iter().map(Request::by_owner).collect()
}
