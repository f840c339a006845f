//! Rules that no schema states: of the wire, of authentication, and those that the documents' prose adds to a member.

use serde_json::{Value, json};
use signer_model::{
    Call, Job, JobFilter, OwnerArg, PageSize, Platform, PlatformFilter, Profile, Request, TAGS, TagKey, TagValue, Validity,
};
use signer_schemas::{Edition, Operation};

use super::smoke::put;
use crate::{Change, Probe, Program, Signature, Step};

const P0: Profile = Profile(0);

/// The programs that the edition has operations for.
pub(super) fn programs(edition: Edition) -> Vec<Program> {
    let programs = wire(edition).into_iter().chain(authentication()).chain(members());
    programs
        .filter_map(|(name, before, probe)| {
            let operations = before.iter().chain([&probe.call]).map(|call| call.request.operation());
            let known = operations.into_iter().all(|operation| signer_schemas::operation(edition, operation).is_some());
            let reveals = revealing(&probe.call).map(Step::Call);
            let steps = before.into_iter().map(Step::Call).chain([Step::Probe(probe)]).chain(reveals).collect();
            known.then(|| Program { name: format!("prose/{name}"), edition, steps })
        })
        .collect()
}

/// The read that shows what a probe of the tags did.
fn revealing(call: &Call) -> Option<Call> {
    match call.request {
        Request::TagResource { profile, .. } | Request::UntagResource { profile, .. } => {
            Some(Request::ListTagsForResource { profile }.by_owner())
        }
        _ => None,
    }
}

type Case = (String, Vec<Call>, Probe);

fn probe(call: Request, requirement: &str, member: &str, change: Change, valid: bool) -> Probe {
    Probe { call: call.by_owner(), requirement: requirement.to_owned(), member: member.to_owned(), change, valid }
}

/// What a body may and may not be.
fn wire(edition: Edition) -> Vec<Case> {
    let platform = match edition {
        Edition::Current => Platform::Lambda,
        Edition::May2019 => Platform::IotDeviceManagement,
    };
    let put = put(edition, platform);
    let tag = Request::TagResource { profile: P0, key: TagKey(0), value: TagValue::A };
    let mut cases = vec![
        (
            "unknown-member".to_owned(),
            Vec::new(),
            probe(put, "common/unknown-members-ignored", "noSuchMember", Change::Set(json!({ "a": [1] })), true),
        ),
        ("null-member".to_owned(), Vec::new(), probe(put, "common/null-is-absent", "overrides", Change::Set(Value::Null), true)),
        (
            "null-member/TagResource".to_owned(),
            vec![put.by_owner()],
            probe(tag, "common/unknown-members-ignored", "noSuchMember", Change::Set(json!("x")), true),
        ),
    ];
    let untag = Request::UntagResource { profile: P0, key: TagKey(0) };
    let keys = Change::Set(json!(["another", "key0"]));
    cases.push((
        "query-list".to_owned(),
        vec![put.by_owner(), tag.by_owner()],
        probe(untag, "common/query-lists-repeat", "tagKeys", keys, true),
    ));
    for (name, body) in [("cut-off", "{\"platformId\":"), ("list", "[]"), ("text", "\"platformId\""), ("empty", "")] {
        let change = Change::Body(body.to_owned());
        cases.push((
            format!("malformed-body/{name}"),
            Vec::new(),
            probe(put, "common/malformed-body-refused", "", change, false),
        ));
    }
    cases
}

/// Who may call at all.
fn authentication() -> Vec<Case> {
    let list = Request::ListSigningPlatforms { filter: PlatformFilter::All, page: PageSize::Default };
    [
        ("unsigned", Signature::Missing, "common/unsigned-refused"),
        ("unknown-key", Signature::UnknownKey, "common/unknown-key-refused"),
        ("wrong-secret", Signature::WrongSecret, "common/bad-signature-refused"),
        ("expired", Signature::Expired, "common/expired-request-refused"),
    ]
    .into_iter()
    .map(|(name, signature, requirement)| {
        (format!("auth/{name}"), Vec::new(), probe(list, requirement, "", Change::Signature(signature), false))
    })
    .collect()
}

/// What the prose says of single members.
fn members() -> Vec<Case> {
    let set = |text: &str| Change::Set(json!(text));
    let put = |platform| {
        Request::PutSigningProfile {
            profile: P0,
            platform: signer_model::PlatformArg::Known(platform),
            validity: Validity::Default,
            material: false,
            parameters: false,
            tags: [TagValue::None; TAGS],
        }
        .by_owner()
    };
    let mut cases = vec![(
        "payload-format".to_owned(),
        vec![put(Platform::Notation)],
        probe(
            Request::SignPayload { job: Job(0), profile: P0, owner: OwnerArg::Omitted },
            "SignPayload/payload-format",
            "payloadFormat",
            set("text/plain"),
            false,
        ),
    )];
    let tag = Request::TagResource { profile: P0, key: TagKey(0), value: TagValue::A };
    let untag = Request::UntagResource { profile: P0, key: TagKey(0) };
    for request in [tag, untag, Request::ListTagsForResource { profile: P0 }] {
        let operation = request.operation();
        cases.push((
            format!("bad-arn/{operation}"),
            Vec::new(),
            probe(request, &format!("{operation}/bad-arn"), "resourceArn", set("not-an-arn"), false),
        ));
    }
    let lists = [
        Request::ListSigningJobs { filter: JobFilter::default(), page: PageSize::Default },
        Request::ListSigningPlatforms { filter: PlatformFilter::All, page: PageSize::Default },
    ];
    for request in lists {
        let operation: Operation = request.operation();
        let probe = probe(request, &format!("{operation}/bad-token"), "nextToken", set("bm8tc3VjaC10b2tlbg"), false);
        cases.push((format!("bad-token/{operation}"), Vec::new(), probe));
    }
    cases
}
