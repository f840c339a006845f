//! Permissions, and what they are good for.

use signer_schemas::Edition;

use crate::call::{
    Account, Action, Destination, EffectiveTime, Grant, OwnerArg, Principal, Profile, ProfileStatus,
    RevisionArg, Source, Statement, VersionArg,
};
use crate::environment::steps;
use crate::filters::JobFilter;
use crate::phrasebook::{J0, J1, P0, P1, P2, S0};
use crate::platform::Platform;
use crate::request::Request;
use crate::rules::permits;
use crate::scopes::requests::{ALL_JOBS, OWN, S1, S2, by_owner, profiles, put, start};
use crate::scopes::scope::Scope;
use crate::state::State;

/// The permissions of two profiles: statements of two principals, revisions, and what is refused.
pub(super) fn permissions() -> Scope {
    let mut requests = vec![
        put(P0, Platform::Lambda),
        put(P1, Platform::Notation),
        put(P2, Platform::IotDeviceManagement),
        Request::cancel(P0),
        Request::cancel(P1),
        Request::revoke(P0, EffectiveTime::Later),
        add(P2, S0, MAY_GET, RevisionArg::Absent),
        Request::ListProfilePermissions { profile: P2 },
        Request::get(P0),
    ];
    for (profile, fits, unfit) in [(P0, MAY_START, MAY_SIGN), (P1, MAY_SIGN, MAY_START)] {
        let of_role = grant(Principal::Role, Action::GetSigningProfile, Some(VersionArg::Current));
        let malformed = grant(Principal::Malformed, fits.action, None);
        let of_no_version = Grant { version: Some(VersionArg::Unknown), ..fits };
        for revision in [RevisionArg::Absent, RevisionArg::Current, RevisionArg::Stale] {
            requests.extend([add(profile, S0, fits, revision), add(profile, S1, of_role, revision)]);
        }
        for revision in [RevisionArg::Absent, RevisionArg::Current] {
            requests.extend([malformed, unfit, of_no_version].map(|grant| add(profile, S2, grant, revision)));
        }
        // A statement's id again for another grant, and a third statement.
        requests.extend([
            add(profile, S0, MAY_REVOKE, RevisionArg::Current),
            add(profile, S2, MAY_GET, RevisionArg::Current),
        ]);
        for statement in [S0, S1, S2] {
            for revision in [RevisionArg::Current, RevisionArg::Stale] {
                requests.push(remove(profile, statement, revision));
            }
        }
        requests.push(Request::ListProfilePermissions { profile });
    }
    by_owner("permissions", Edition::Current, requests)
}

/// What another account can do with a profile, with and without permission.
pub(super) fn cross_account() -> Scope {
    let mut calls = [
        put(P0, Platform::Lambda),
        put(P1, Platform::Notation),
        Request::cancel(P0),
        add(P0, S0, MAY_START, RevisionArg::Absent),
        add(P0, S0, MAY_START, RevisionArg::Current),
        add(P0, S1, MAY_GET, RevisionArg::Absent),
        add(P0, S2, MAY_REVOKE, RevisionArg::Absent),
        add(P0, S2, MAY_REVOKE, RevisionArg::Current),
        add(P1, S0, MAY_SIGN, RevisionArg::Absent),
        remove(P0, S0, RevisionArg::Current),
        remove(P0, S1, RevisionArg::Current),
        remove(P1, S0, RevisionArg::Current),
        start(J0, P0, Source::Present),
        Request::describe(J0),
        Request::jobs(ALL_JOBS),
        Request::jobs(JobFilter { invoker: Some(Account::Other), ..ALL_JOBS }),
        Request::jobs(JobFilter { invoker: Some(Account::Owner), ..ALL_JOBS }),
    ]
    .map(Request::by_owner)
    .to_vec();
    let owner = OwnerArg::Owner;
    let start = |owner| Request::StartSigningJob {
        job: J0,
        profile: P0,
        owner,
        source: Source::Present,
        destination: Destination::A,
    };
    calls.extend(
        [
            Request::GetSigningProfile { profile: P0, owner },
            Request::get(P0),
            Request::cancel(P0),
            Request::revoke(P0, EffectiveTime::Later),
            start(owner),
            start(OWN),
            Request::RevokeSignature { job: J0, owner },
            Request::SignPayload { job: J1, profile: P1, owner },
            Request::ListProfilePermissions { profile: P0 },
            profiles(None, None),
            Request::jobs(ALL_JOBS),
            Request::describe(J0),
        ]
        .map(Request::by_other),
    );
    Scope {
        name: "cross-account",
        edition: Edition::Current,
        initial: State::of(Edition::Current),
        calls,
        within: |state| {
            let [first, second, _] = &state.profiles;
            // One profile at a time, and no more than two permissions.
            (first.status == ProfileStatus::Absent || second.status == ProfileStatus::Absent)
                && first.policy.statements.iter().flatten().count() <= 2
        },
        permits,
        environment: steps,
    }
}

const fn grant(principal: Principal, action: Action, version: Option<VersionArg>) -> Grant {
    Grant { principal, action, version }
}

pub(super) const fn add(
    profile: Profile,
    statement: Statement,
    grant: Grant,
    revision: RevisionArg,
) -> Request {
    Request::AddProfilePermission { profile, statement, grant, revision }
}

pub(super) const fn remove(profile: Profile, statement: Statement, revision: RevisionArg) -> Request {
    Request::RemoveProfilePermission { profile, statement, revision }
}

pub(super) const MAY_START: Grant = grant(Principal::OtherAccount, Action::StartSigningJob, None);
const MAY_GET: Grant = grant(Principal::OtherAccount, Action::GetSigningProfile, None);
const MAY_REVOKE: Grant = grant(Principal::OtherAccount, Action::RevokeSignature, None);
pub(super) const MAY_SIGN: Grant = grant(Principal::OtherAccount, Action::SignPayload, None);
