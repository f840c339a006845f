//! Faults of how a request is read: its path, its query, and what is in its body.

use serde_json::{Map, Value};
use signer_schemas::Shape;

use crate::error::{ErrorName, Outcome, Refusal};
use crate::faults::lie::{Asked, Lie};
use crate::faults::members::visit;
use crate::faults::row::{BOTH, CURRENT, Category, Fault, fault};
use crate::http::arrived::Arrived;
use crate::http::decode::{Wire, wrong};
use crate::http::query;

pub(super) const FAULTS: &[Fault] = &[
    fault(
        (18, "tag-arn-not-decoded"),
        Category::Wire,
        CURRENT,
        "TagResource/tags",
        "a percent-encoded ARN in the path is not decoded",
        &[Lie::Wire(|asked, wire| leave_encoded(asked, wire, "resourceArn"))],
    ),
    fault(
        (253, "statement-id-not-decoded"),
        Category::Wire,
        CURRENT,
        "common/arn-percent-encoding",
        "the statementId in a path is not decoded",
        &[Lie::Wire(|asked, wire| leave_encoded(asked, wire, "statementId"))],
    ),
    fault(
        (19, "query-list-first-only"),
        Category::Wire,
        CURRENT,
        "ListTagsForResource/none",
        "of a repeated query member only the first is seen",
        &[Lie::Wire(first_only)],
    ),
    fault(
        (254, "query-split-at-commas"),
        Category::Wire,
        CURRENT,
        "common/query-lists-repeat",
        "values of the query are split at commas",
        &[Lie::Wire(split_at_commas)],
    ),
    fault(
        (255, "query-decoded-twice"),
        Category::Wire,
        CURRENT,
        "UntagResource/untags",
        "values of the query are decoded twice",
        &[Lie::Wire(decode_twice)],
    ),
    fault(
        (257, "unknown-query-refused"),
        Category::Wire,
        BOTH,
        "common/unknown-query-ignored",
        "unknown parameters of the query are refused",
        &[Lie::Unread(refuse_unknown_query)],
    ),
    fault(
        (20, "unknown-members-refused"),
        Category::Wire,
        BOTH,
        "common/unknown-members-ignored",
        "a body with an unknown member is refused",
        &[Lie::Unread(refuse_unknown_members)],
    ),
    fault(
        (256, "unknown-inside-refused"),
        Category::Wire,
        BOTH,
        "common/unknown-members-ignored",
        "unknown members inside structures are refused",
        &[Lie::Unread(refuse_unknown_inside)],
    ),
    fault(
        (21, "null-refused"),
        Category::Wire,
        BOTH,
        "common/null-is-absent",
        "a null member is refused",
        &[Lie::Unread(refuse_null)],
    ),
    fault(
        (22, "malformed-body-500"),
        Category::Wire,
        BOTH,
        "common/malformed-body-refused",
        "a body that is no JSON is an internal failure",
        &[Lie::Refused(|arrived, refusal| crash_if(malformed(arrived).is_some(), refusal))],
    ),
    fault(
        (261, "malformed-post-500"),
        Category::Wire,
        BOTH,
        "common/no-server-error",
        "a malformed body of a POST makes the server fail",
        &[Lie::Refused(|arrived, refusal| {
            crash_if(arrived.parts.method == "POST" && malformed(arrived).is_some(), refusal);
        })],
    ),
    fault(
        (259, "no-utf8-crashes"),
        Category::Wire,
        BOTH,
        "common/no-server-error",
        "a body that is no UTF-8 makes the server fail",
        &[Lie::Refused(|arrived, refusal| crash_if(std::str::from_utf8(&arrived.body).is_err(), refusal))],
    ),
    fault(
        (258, "surrogate-crashes"),
        Category::Wire,
        BOTH,
        "common/no-server-error",
        "half a surrogate pair makes the server fail",
        &[Lie::Refused(|arrived, refusal| {
            crash_if(malformed(arrived).is_some_and(|why| why.contains("hex escape")), refusal);
        })],
    ),
    fault(
        (260, "path-no-utf8-crashes"),
        Category::Wire,
        BOTH,
        "common/no-server-error",
        "a path that is no UTF-8 makes the server fail",
        &[Lie::Refused(|arrived, refusal| {
            if query::decode_segment(arrived.parts.uri.path()).is_none() {
                refusal.error = ErrorName::InternalServiceError;
            }
        })],
    ),
];

/// Gives the last label of the path as it stands on the wire.
fn leave_encoded(asked: &Asked<'_>, wire: &mut Wire, name: &str) {
    let before = asked.document.uri.split('{').next().unwrap_or_default();
    let path = asked.arrived.parts.uri.path();
    let encoded = if name == "resourceArn" { path.strip_prefix(before) } else { path.rsplit('/').next() };
    if let (Some(label), Some(encoded)) = (wire.labels.get_mut(name), encoded) {
        encoded.clone_into(label);
    }
}

fn first_only(asked: &Asked<'_>, wire: &mut Wire) {
    let mut seen = Vec::new();
    wire.query.retain(|(name, _)| {
        let is_list =
            asked.document.member(name).is_some_and(|member| matches!(member.shape, Shape::List { .. }));
        let is_first = !seen.contains(name);
        seen.push(name.clone());
        is_first || !is_list
    });
}

fn split_at_commas(_: &Asked<'_>, wire: &mut Wire) {
    let pairs = std::mem::take(&mut wire.query).into_iter();
    let split = |(name, value): (String, String)| {
        value.split(',').map(|value| (name.clone(), value.to_owned())).collect::<Vec<_>>()
    };
    wire.query = pairs.flat_map(split).collect();
}

fn decode_twice(_: &Asked<'_>, wire: &mut Wire) {
    wire.query.iter_mut().for_each(|(_, value)| *value = query::decoded(value));
}

fn refuse_unknown_query(asked: &Asked<'_>, wire: &mut Wire) -> Outcome<()> {
    let is_known = |name: &str| name.starts_with("X-Amz-") || asked.document.member(name).is_some();
    refuse_first(wire.query.iter().map(|(name, _)| name).find(|name| !is_known(name)))
}

fn refuse_unknown_members(asked: &Asked<'_>, wire: &mut Wire) -> Outcome<()> {
    refuse_first(wire.body.keys().find(|name| asked.document.member(name).is_none()))
}

fn refuse_unknown_inside(asked: &Asked<'_>, wire: &mut Wire) -> Outcome<()> {
    let mut first = None;
    visit(asked, wire, &mut |shape, value| {
        if let (Shape::Structure { members }, Value::Object(values)) = (shape, value) {
            let unknown = values.keys().find(|name| members.iter().all(|member| member.name != **name));
            first = first.take().or(unknown.cloned());
        }
    });
    refuse_first(first.as_ref())
}

fn refuse_first(unknown: Option<&String>) -> Outcome<()> {
    match unknown {
        Some(name) => Err(Refusal::validation(format!("{name} is not known"))),
        None => Ok(()),
    }
}

fn refuse_null(asked: &Asked<'_>, wire: &mut Wire) -> Outcome<()> {
    let mut has_null = false;
    visit(asked, wire, &mut |_, value| has_null |= value.is_null());
    if has_null { Err(wrong("a member", "must not be null")) } else { Ok(()) }
}

/// Why the body is no JSON object.
fn malformed(arrived: &Arrived) -> Option<String> {
    serde_json::from_slice::<Map<String, Value>>(&arrived.body).err().map(|error| error.to_string())
}

fn crash_if(crashes: bool, refusal: &mut Refusal) {
    if crashes && refusal.error == ErrorName::Serialization {
        refusal.error = ErrorName::InternalServiceError;
    }
}
