//! Rules that no schema states: of the wire, of authentication, and those that the documents' prose adds to a
//! member.

use serde_json::{Value, json};
use signer_model::{Call, J0, JobFilter, K0, P0, PageSize, Platform, Request, TagValue};
use signer_schemas::{Edition, Location, Operation, Shape, operations};

use crate::data::program::{Change, Probe, Program, Step};
use crate::data::signature::Signature;
use crate::operations::adapter;
use crate::operations::values::plain_platform;

/// The programs that the edition has operations for.
pub(super) fn programs(edition: Edition) -> Vec<Program> {
    let programs = wire(edition).into_iter().chain(bodies(edition)).chain(authentication()).chain(members());
    programs
        .filter_map(|(name, before, probe)| {
            let operations = before.iter().chain([&probe.call]).map(|call| call.request.operation());
            let known = operations
                .into_iter()
                .all(|operation| signer_schemas::operation(edition, operation).is_some());
            let reveals = revealing(&probe.call).map(Step::Call);
            let steps =
                before.into_iter().map(Step::Call).chain([Step::Probe(probe)]).chain(reveals).collect();
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
    Probe { call: call.by_owner(), requirement: requirement.into(), member: member.to_owned(), change, valid }
}

/// What a body may and may not be.
fn wire(edition: Edition) -> Vec<Case> {
    let put = Request::put(edition, P0, plain_platform(edition));
    let (tag, untag) = (Request::tag(P0, K0, TagValue::A), Request::untag(P0, K0));
    let keys = Change::Set(json!(["another", "key0"]));
    let mut cases = vec![(
        "query-list".to_owned(),
        vec![put.by_owner(), tag.by_owner()],
        probe(untag, "common/query-lists-repeat", "tagKeys", keys, true),
    )];
    for (name, body) in [("list", "[]"), ("text", "\"platformId\""), ("empty", "")] {
        let change = Change::Body(body.to_owned());
        cases.push((
            format!("malformed-body/{name}"),
            Vec::new(),
            probe(put, "common/malformed-body-refused", "", change, false),
        ));
    }
    cases
}

/// What the body of each operation that has one may hold beyond its members, and instead of those that are
/// optional.
fn bodies(edition: Edition) -> Vec<Case> {
    let mut cases = Vec::new();
    for document in operations(edition) {
        let operation = document.operation;
        let mut add =
            |name: String, path: &str, requirement: &str, member: &str, change: Change, valid: bool| {
                let base = (adapter(operation).base)(edition, path);
                let before = base.setup.into_iter().map(Request::by_owner).collect();
                cases.push((name, before, probe(base.call, requirement, member, change, valid)));
            };
        let members: Vec<_> =
            document.input.iter().filter(|member| member.location == Location::Body).collect();
        if members.is_empty() {
            continue;
        }
        let (unknown, is_unknown) = (Change::Set(json!({ "a": [1] })), "common/unknown-members-ignored");
        let mut structures = Vec::new();
        for member in &members {
            member.shape.walk(&member.name, &mut |visit| {
                if matches!(visit.shape, Shape::Structure { .. }) && !UNASKED.contains(&visit.path.as_str()) {
                    structures.push(visit.path.clone());
                }
            });
        }
        add(format!("unknown-member/{operation}"), "", is_unknown, "noSuchMember", unknown.clone(), true);
        for path in structures {
            let member = format!("{path}.noSuchMember");
            add(
                format!("unknown-member/{operation}/{path}"),
                &path,
                is_unknown,
                &member,
                unknown.clone(),
                true,
            );
        }
        for member in
            members.iter().filter(|member| !member.required && !UNASKED[2..].contains(&member.name.as_str()))
        {
            let name = format!("null-member/{operation}/{}", member.name);
            add(name, "", "common/null-is-absent", &member.name, Change::Set(Value::Null), true);
        }
        let cut_off = Change::Body(format!("{{\"{}\":", members[0].name));
        add(
            format!("malformed-body/cut-off/{operation}"),
            "",
            "common/malformed-body-refused",
            "",
            cut_off,
            false,
        );
    }
    cases
}

/// The documents do not say what becomes of overrides that name nothing, or of a job without a profile's
/// name.
const UNASKED: &[&str] = &["overrides", "overrides.signingConfiguration", "profileName"];

/// Who may call at all.
fn authentication() -> Vec<Case> {
    let list = Request::platforms(PageSize::Default);
    [
        ("unsigned", Signature::Missing, "common/unsigned-refused"),
        ("unknown-key", Signature::UnknownKey, "common/unknown-key-refused"),
        ("wrong-secret", Signature::WrongSecret, "common/bad-signature-refused"),
        ("expired", Signature::Expired, "common/expired-request-refused"),
        ("ahead", Signature::Ahead(60), "common/expired-request-refused"),
    ]
    .into_iter()
    .map(|(name, signature, requirement)| {
        (
            format!("auth/{name}"),
            Vec::new(),
            probe(list, requirement, "", Change::Signature(signature), false),
        )
    })
    .collect()
}

/// What the prose says of single members.
fn members() -> Vec<Case> {
    let set = |text: &str| Change::Set(json!(text));
    let sign = Request::sign(J0, P0);
    let image = Request::put(Edition::Current, P0, Platform::Notation).by_owner();
    let formats = [
        ("payload-format", set("text/plain")),
        ("payload-format/parameter", Change::Suffix("; charset=utf-8".to_owned())),
    ];
    let mut cases: Vec<Case> = formats
        .into_iter()
        .map(|(name, change)| {
            let probe = probe(sign, "SignPayload/payload-format", "payloadFormat", change, false);
            (name.to_owned(), vec![image], probe)
        })
        .collect();
    for request in [Request::tag(P0, K0, TagValue::A), Request::untag(P0, K0), Request::tags(P0)] {
        let operation = request.operation();
        cases.push((
            format!("bad-arn/{operation}"),
            Vec::new(),
            probe(request, &format!("{operation}/bad-arn"), "resourceArn", set("not-an-arn"), false),
        ));
    }
    for request in [Request::jobs(JobFilter::default()), Request::platforms(PageSize::Default)] {
        let operation: Operation = request.operation();
        let probe =
            probe(request, &format!("{operation}/bad-token"), "nextToken", set("bm8tc3VjaC10b2tlbg"), false);
        cases.push((format!("bad-token/{operation}"), Vec::new(), probe));
    }
    cases
}
