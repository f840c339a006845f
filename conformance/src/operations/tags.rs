//! `TagResource`, `UntagResource` and `ListTagsForResource`.

use serde_json::{Value, json};
use signer_model::{K0, P0, P1, ProfileStatus, Reply, Request, TagValue};

use crate::data::context::Context;
use crate::operations::adapter::{Adapter, Base, OpenPoints, Refusal, nothing};
use crate::operations::profiles;
use crate::operations::values::{plain_platform, tags, tags_of};

pub(super) const TAG: Adapter = Adapter {
    input: |context, bindings, request| {
        let Request::TagResource { profile, key, value } = request else { return Value::Null };
        json!({
            "resourceArn": bindings.profile_arn(context, profile),
            "tags": Value::Object(tags_of(key, value)),
        })
    },
    read: |_, _| Some(Reply::Done),
    list: None,
    sample: |_| Request::tag(P1, K0, TagValue::A),
    smoke: |edition| {
        let tag = Request::tag(P0, K0, TagValue::A);
        vec![tag, Request::put(edition, P0, plain_platform(edition)), tag, Request::tags(P0)]
    },
    base: |edition, _| Base {
        setup: vec![profiles::giving(edition, "")],
        call: Request::tag(P0, K0, TagValue::A),
    },
    revealed_by: |request| {
        let Request::TagResource { profile, .. } = request else { return None };
        Some(Request::tags(profile))
    },
    open: OpenPoints { settled_by: is_of_the_limit, ..OpenPoints::USUAL },
};

pub(super) const UNTAG: Adapter = Adapter {
    input: |context, bindings, request| {
        let Request::UntagResource { profile, key } = request else { return Value::Null };
        json!({
            "resourceArn": bindings.profile_arn(context, profile),
            "tagKeys": Context::tag_keys(key).collect::<Vec<_>>(),
        })
    },
    read: |_, _| Some(Reply::Done),
    list: None,
    sample: |_| Request::untag(P1, K0),
    smoke: |edition| {
        vec![
            Request::put(edition, P0, plain_platform(edition)),
            Request::tag(P0, K0, TagValue::A),
            Request::untag(P0, K0),
            Request::tags(P0),
        ]
    },
    base: |edition, _| Base { setup: vec![profiles::giving(edition, "tags")], call: Request::untag(P0, K0) },
    revealed_by: |request| {
        let Request::UntagResource { profile, .. } = request else { return None };
        Some(Request::tags(profile))
    },
    open: OpenPoints::USUAL,
};

pub(super) const LIST: Adapter = Adapter {
    input: |context, bindings, request| {
        let Request::ListTagsForResource { profile } = request else { return Value::Null };
        json!({ "resourceArn": bindings.profile_arn(context, profile) })
    },
    read: |reading, _| {
        let answer = reading.answer();
        Some(Reply::Tags(tags(answer.get("tags"), &mut reading.notes, "ListTagsForResource/lists")))
    },
    list: None,
    sample: |_| Request::tags(P1),
    smoke: |edition| {
        let tags = Request::tags(P0);
        let put = Request::put(edition, P0, plain_platform(edition));
        vec![tags, put, tags, Request::tag(P0, K0, TagValue::A), tags]
    },
    base: |edition, _| Base { setup: vec![profiles::giving(edition, "")], call: Request::tags(P0) },
    revealed_by: nothing,
    open: OpenPoints::USUAL,
};

/// More tags than any limit allows are refused anyway, and those of a profile that has ended may be.
fn is_of_the_limit(refusal: &Refusal<'_>) -> bool {
    let Request::TagResource { profile, .. } = refusal.call.request else { return false };
    let is_active =
        || refusal.states.iter().all(|state| state.profile(profile).status == ProfileStatus::Active);
    (refusal.rule != "TagResource/limit" || is_active()) && refusal.is_one_of_several()
}
