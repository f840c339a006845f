//! Faults of what is refused although it is right.

use signer_schemas::Operation::{
    ListSigningJobs, PutSigningProfile, RevokeSignature, SignPayload, TagResource,
};
use signer_schemas::{Member, OperationDoc, Shape};

use crate::faults::lie::Lie;
use crate::faults::row::{BOTH, CURRENT, Category, Fault, fault};
use crate::faults::validation::{longest, shape};
use crate::http::field::{Field, Input};

pub(super) const FAULTS: &[Fault] = &[
    fault(
        (107, "page-of-25-refused"),
        Category::Strict,
        BOTH,
        "ListSigningJobs/input/maxResults/maximum",
        "pages of 25 jobs are refused",
        &[Lie::Document(|document| longest(document, (ListSigningJobs, "maxResults"), -1))],
    ),
    fault(
        (108, "longest-reason-refused"),
        Category::Strict,
        CURRENT,
        "RevokeSignature/input/reason/max-length",
        "a reason of the greatest length is refused",
        &[Lie::Document(|document| longest(document, (RevokeSignature, "reason"), -1))],
    ),
    fault(
        (111, "largest-payload-refused"),
        Category::Strict,
        CURRENT,
        "SignPayload/input/payload/max-length",
        "a payload of the greatest size is refused",
        &[Lie::Document(|document| longest(document, (SignPayload, "payload"), -1))],
    ),
    fault(
        (113, "longest-tag-key-refused"),
        Category::Strict,
        CURRENT,
        "TagResource/input/tags{key}/max-length",
        "a tag key of the greatest length is refused",
        &[Lie::Document(|document| longest(document, (TagResource, "tags{key}"), -1))],
    ),
    fault(
        (112, "payload-counted-in-base64"),
        Category::Strict,
        CURRENT,
        "SignPayload/input/payload/max-length",
        "the size of a payload is counted in base64 characters",
        &[Lie::Document(|document| {
            shape(document, (SignPayload, "payload"), |shape| {
                if let Shape::Blob { max: Some(max), .. } = shape {
                    *max = *max / 4 * 3;
                }
            });
        })],
    ),
    fault(
        (114, "underscore-refused"),
        Category::Strict,
        BOTH,
        "PutSigningProfile/input/profileName/pattern",
        "a profile name with an underscore is refused",
        &[Lie::Validation(|document, input| {
            name(input, |name| name.contains('_') && document.operation == PutSigningProfile)
        })],
    ),
    fault(
        (232, "longest-name-unusable"),
        Category::Strict,
        BOTH,
        "GetSigningProfile/view",
        "a profile with a name of the greatest length can be made, but not used",
        &[Lie::Validation(|document, input| {
            name(input, |name| name.len() == 64 && document.operation != PutSigningProfile)
        })],
    ),
    fault(
        (233, "name-needs-letter-first"),
        Category::Strict,
        BOTH,
        "GetSigningProfile/input/profileName/pattern",
        "a name must begin with a letter",
        &[Lie::Validation(|_, input| {
            name(input, |name| !name.starts_with(|one: char| one.is_ascii_alphabetic()))
        })],
    ),
    fault(
        (234, "name-of-two-refused"),
        Category::Strict,
        BOTH,
        "GetSigningProfile/input/profileName/min-length",
        "a name of the least length is refused",
        &[Lie::Validation(|_, input| name(input, |name| name.len() == 2))],
    ),
    fault(
        (235, "lengths-in-bytes"),
        Category::Strict,
        CURRENT,
        "TagResource/input/tags{value}/max-length",
        "lengths are counted in bytes",
        &[Lie::Validation(|document, input| too_long(&document.input, input, str::len))],
    ),
    fault(
        (236, "lengths-in-utf16"),
        Category::Strict,
        CURRENT,
        "TagResource/input/tags{value}/max-length",
        "lengths are counted in units of UTF-16",
        &[Lie::Validation(|document, input| {
            too_long(&document.input, input, |text| text.encode_utf16().count())
        })],
    ),
    fault(
        (237, "reserved-in-any-case"),
        Category::Strict,
        CURRENT,
        "TagResource/input/tags{key}/pattern",
        "tag keys that begin with AWS: are refused, too",
        &[Lie::Validation(|document, input| {
            tag_key(document, input, |key| key.to_ascii_lowercase().starts_with("aws:"))
        })],
    ),
    fault(
        (238, "reserved-anywhere"),
        Category::Strict,
        CURRENT,
        "TagResource/input/tags{key}/pattern",
        "tag keys with aws: anywhere are refused",
        &[Lie::Validation(|document, input| tag_key(document, input, |key| key.contains("aws:")))],
    ),
];

fn name(input: &Input, is_disliked: impl Fn(&str) -> bool) -> Option<String> {
    input
        .text("profileName")
        .filter(|name| is_disliked(name))
        .map(|_| "profileName is not to the server's liking".to_owned())
}

fn tag_key(document: &OperationDoc, input: &Input, is_disliked: fn(&str) -> bool) -> Option<String> {
    document.member("tags")?;
    let disliked = input.text_map("tags").into_keys().any(|key| is_disliked(&key));
    disliked.then(|| "a key of tags is not to the server's liking".to_owned())
}

/// The first text that is too long when its length is counted in another way.
fn too_long(members: &[Member], input: &Input, length: fn(&str) -> usize) -> Option<String> {
    let mut given = members.iter().filter_map(|member| Some((member, input.field(&member.name)?)));
    given.find_map(|(member, field)| too_long_within(&member.shape, field, length))
}

fn too_long_within(shape: &Shape, field: &Field, length: fn(&str) -> usize) -> Option<String> {
    match (shape, field) {
        (Shape::String { max: Some(max), .. }, Field::Text(text)) if length(text) as u64 > *max => {
            Some(format!("a text must have at most {max} characters"))
        }
        (Shape::List { item, .. }, Field::List(items)) => {
            items.iter().find_map(|field| too_long_within(item, field, length))
        }
        (Shape::Map { key, value, .. }, Field::Map(entries)) => entries.iter().find_map(|(name, field)| {
            let name = Field::Text(name.clone());
            too_long_within(key, &name, length).or_else(|| too_long_within(value, field, length))
        }),
        (Shape::Structure { members }, Field::Structure(input)) => too_long(members, input, length),
        _ => None,
    }
}
