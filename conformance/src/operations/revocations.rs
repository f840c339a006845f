//! `RevokeSigningProfile`, `RevokeSignature` and `GetRevocationStatus`.

use serde_json::{Value, json};
use signer_model::{
    EffectiveTime, J0, P0, P1, Platform, Profile, ProfileStatus, Reply, Request, SignatureTime, State,
    VersionArg,
};

use crate::operations::adapter::{Adapter, Base, OpenPoints, Reading, Refusal, nothing};
use crate::operations::notes::shorten;
use crate::operations::profiles;
use crate::operations::values::{owner_id, plain_platform};

pub(super) const PROFILE: Adapter = Adapter {
    input: |context, bindings, request| {
        let Request::RevokeSigningProfile { profile, version, effective } = request else {
            return Value::Null;
        };
        json!({
            "profileName": bindings.name(profile),
            "profileVersion": bindings.version(profile, version),
            "reason": "conformance",
            "effectiveTime": context.effective_time(effective),
        })
    },
    read: |_, _| Some(Reply::Done),
    list: None,
    sample: |_| Request::revoke(P1, EffectiveTime::Later),
    smoke: |edition| {
        let revoke = Request::revoke(P0, EffectiveTime::Later);
        vec![revoke, Request::put(edition, P0, plain_platform(edition)), revoke, Request::get(P0)]
    },
    base: |edition, _| Base {
        setup: vec![profiles::giving(edition, "")],
        call: Request::revoke(P0, EffectiveTime::Later),
    },
    revealed_by: |request| {
        let Request::RevokeSigningProfile { profile, .. } = request else { return None };
        Some(Request::get(profile))
    },
    open: OpenPoints { settled_by: is_of_the_time_or_the_status, ..OpenPoints::USUAL },
};

pub(super) const SIGNATURE: Adapter = Adapter {
    input: |context, bindings, request| {
        let Request::RevokeSignature { job, owner } = request else { return Value::Null };
        json!({
            "jobId": bindings.job_id(job),
            "reason": "conformance",
            "jobOwner": owner_id(context, owner),
        })
    },
    read: |_, _| Some(Reply::Done),
    list: None,
    sample: |_| Request::revoke_signature(J0),
    smoke: |edition| {
        let revoke = Request::revoke_signature(J0);
        let put = Request::put(edition, P0, Platform::Notation);
        vec![revoke, put, Request::sign(J0, P0), revoke, Request::describe(J0)]
    },
    base: |edition, _| Base {
        setup: vec![Request::put(edition, P0, Platform::Notation), Request::sign(J0, P0)],
        call: Request::revoke_signature(J0),
    },
    revealed_by: |request| {
        let Request::RevokeSignature { job, .. } = request else { return None };
        Some(Request::describe(job))
    },
    open: OpenPoints::USUAL,
};

pub(super) const STATUS: Adapter = Adapter {
    input: |context, bindings, request| {
        let Request::GetRevocationStatus { profile, job, platform, at } = request else { return Value::Null };
        let version = bindings.version(profile, VersionArg::Current);
        json!({
            "signatureTimestamp": context.signature_time(at),
            "platformId": platform.id(),
            "profileVersionArn": format!("{}/{version}", bindings.profile_arn(context, profile)),
            "jobArn": bindings.job_arn(context, job),
            "certificateHashes": ["0".repeat(192)],
        })
    },
    read: |reading, _| revoked(reading),
    list: None,
    sample: |_| Request::GetRevocationStatus {
        profile: P1,
        job: J0,
        platform: Platform::Notation,
        at: SignatureTime::Between,
    },
    smoke: |edition| {
        vec![
            Request::put(edition, P0, Platform::Notation),
            Request::sign(J0, P0),
            Request::status(SignatureTime::AfterLater),
            Request::revoke(P0, EffectiveTime::Later),
            Request::status(SignatureTime::AfterLater),
            Request::status(SignatureTime::BeforeEarlier),
        ]
    },
    base: |edition, _| Base {
        setup: vec![Request::put(edition, P0, Platform::Notation), Request::sign(J0, P0)],
        call: Request::status(SignatureTime::AfterLater),
    },
    revealed_by: nothing,
    open: OpenPoints { settled_by: is_of_one_entity, extents },
};

fn extents(rule: &str, request: Request) -> [Option<&'static str>; 2] {
    match rule {
        "GetRevocationStatus/other-account" => [Some("200, not listed"), Some("200, as for the owner")],
        _ => OpenPoints::LISTED(rule, request),
    }
}

/// Which of the things asked about the answer lists.
fn revoked(reading: &mut Reading<'_>) -> Option<Reply> {
    let answer = reading.answer();
    let Some(entries) = answer.get("revokedEntities").and_then(Value::as_array) else {
        reading.notes.missing("revokedEntities", "GetRevocationStatus/none-revoked", answer);
        return None;
    };
    let version_arn = reading.given("profileVersionArn");
    let (mut profile, mut job, mut other) = (false, false, false);
    for entry in entries.iter().filter_map(Value::as_str) {
        if entry == version_arn || version_arn.starts_with(&format!("{entry}/")) {
            profile = true;
        } else if entry == reading.given("jobArn") {
            job = true;
        } else {
            other = true;
        }
    }
    reading.notes.expect(
        !other,
        "GetRevocationStatus/subset-of-input",
        "only what was given, and what is revoked, is listed",
        "some of profileVersionArn and jobArn",
        &shorten(&answer.to_string()),
    );
    Some(Reply::Revocations { profile, job, other })
}

/// A platform without revocation may be why.
fn is_of_the_time_or_the_status(refusal: &Refusal<'_>) -> bool {
    match (refusal.rule, refusal.call.request) {
        (
            "RevokeSigningProfile/canceled" | "RevokeSigningProfile/equal" | "RevokeSigningProfile/later",
            Request::RevokeSigningProfile { profile, .. },
        ) => refusal.states.iter().all(|state| state.profile(profile).platform.is_managed()),
        _ => refusal.is_one_of_several(),
    }
}

/// One of profile and job may be unknown, and the other of another platform.
fn is_of_one_entity(refusal: &Refusal<'_>) -> bool {
    match (refusal.rule, refusal.call.request) {
        (
            "GetRevocationStatus/unknown-entities" | "GetRevocationStatus/platform-mismatch",
            Request::GetRevocationStatus { profile, job, platform, .. },
        ) => {
            let states = refusal.states;
            let is_absent =
                |state: &State, profile: Profile| state.profile(profile).status == ProfileStatus::Absent;
            let of_other = |state: &State, profile| {
                !is_absent(state, profile) && state.profile(profile).platform != platform
            };
            let differs = states.iter().any(|state| {
                of_other(state, profile) || state.job(job).exists() && of_other(state, state.job(job).profile)
            });
            let is_unknown = states.iter().any(|state| is_absent(state, profile) || !state.job(job).exists());
            let is_other = differs || !platform.is_managed();
            !(is_other && is_unknown) && platform != Platform::Lambda
        }
        _ => refusal.is_one_of_several(),
    }
}
