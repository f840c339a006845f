//! Faults of what is not checked, or is checked one off: nearly all are a document that is one off.

use signer_schemas::Operation::{
    self, GetRevocationStatus, ListSigningJobs, ListSigningPlatforms, PutSigningProfile, RevokeSignature,
    SignPayload, TagResource,
};
use signer_schemas::{OperationDoc, Shape};

use crate::faults::call::Turn::Before;
use crate::faults::lie::Lie;
use crate::faults::row::{BOTH, CURRENT, Category, Fault, fault};
use crate::http::field::{Field, Input};
use crate::store::command::Command;
use crate::store::jobs::PAYLOAD_FORMAT;

pub(super) const FAULTS: &[Fault] = &[
    fault(
        (27, "name-max-off-by-one"),
        Category::Validation,
        BOTH,
        "PutSigningProfile/input/profileName/max-length",
        "a profile name may be one character too long",
        &[Lie::Document(|document| longest(document, (PutSigningProfile, "profileName"), 1))],
    ),
    fault(
        (28, "name-max-refused"),
        Category::Validation,
        BOTH,
        "PutSigningProfile/input/profileName/max-length",
        "a profile name of the greatest length is refused",
        &[Lie::Document(|document| longest(document, (PutSigningProfile, "profileName"), -1))],
    ),
    fault(
        (371, "one-letter-names"),
        Category::Validation,
        BOTH,
        "PutSigningProfile/input/profileName/min-length",
        "a profile name may have one character",
        &[Lie::Validation(|_, input| {
            if let Some(Field::Text(name)) = input.0.get_mut("profileName")
                && name.chars().count() == 1
            {
                *name = name.repeat(2);
            }
            None
        })],
    ),
    fault(
        (29, "name-pattern-unchecked"),
        Category::Validation,
        BOTH,
        "PutSigningProfile/input/profileName/pattern",
        "a profile name may hold any character",
        &[Lie::Document(|document| any_text(document, (PutSigningProfile, "profileName")))],
    ),
    fault(
        (30, "platform-required-unchecked"),
        Category::Validation,
        BOTH,
        "PutSigningProfile/input/platformId/required",
        "a profile without a platform gets one",
        &[Lie::Document(need_no_platform), Lie::Input(PutSigningProfile, choose_platform)],
    ),
    fault(
        (31, "job-status-enum-unchecked"),
        Category::Validation,
        BOTH,
        "ListSigningJobs/input/status/enum",
        "any status is taken as a filter of jobs",
        &[Lie::Document(|document| any_text(document, (ListSigningJobs, "status")))],
    ),
    fault(
        (32, "max-results-unchecked"),
        Category::Validation,
        BOTH,
        "ListSigningPlatforms/input/maxResults/maximum",
        "any page size is accepted for platforms",
        &[Lie::Document(|document| without_greatest(document, (ListSigningPlatforms, "maxResults")))],
    ),
    fault(
        (33, "payload-max-unchecked"),
        Category::Validation,
        CURRENT,
        "SignPayload/input/payload/max-length",
        "a payload may be larger than allowed",
        &[Lie::Document(|document| without_greatest(document, (SignPayload, "payload")))],
    ),
    fault(
        (35, "payload-format-unchecked"),
        Category::Validation,
        CURRENT,
        "SignPayload/payload-format",
        "any payload format is signed",
        &[Lie::Store(Before(|_, command| {
            if let Command::SignPayload(request) = command {
                PAYLOAD_FORMAT.clone_into(&mut request.payload_format);
            }
        }))],
    ),
    fault(
        (36, "tag-key-pattern-unchecked"),
        Category::Validation,
        CURRENT,
        "TagResource/input/tags{key}/pattern",
        "a tag key may hold any character",
        &[Lie::Document(|document| any_text(document, (TagResource, "tags{key}")))],
    ),
    fault(
        (37, "reason-min-unchecked"),
        Category::Validation,
        CURRENT,
        "RevokeSignature/input/reason/min-length",
        "a signature is revoked for an empty reason",
        &[Lie::Document(|document| {
            shape(document, (RevokeSignature, "reason"), |shape| {
                if let Shape::String { min, .. } = shape {
                    *min = None;
                }
            });
        })],
    ),
    fault(
        (224, "account-any-digits"),
        Category::Validation,
        CURRENT,
        "ListSigningJobs/input/jobInvoker/pattern",
        "the digits of an account may be of any script",
        &[Lie::Validation(|_, input| {
            lax_account(input, |text| text.chars().count() == 12 && text.chars().all(char::is_numeric))
        })],
    ),
    fault(
        (225, "account-letters"),
        Category::Validation,
        CURRENT,
        "ListSigningJobs/input/jobInvoker/pattern",
        "an account may have letters",
        &[Lie::Validation(|_, input| {
            lax_account(input, |text| {
                text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
            })
        })],
    ),
    fault(
        (226, "account-line-end"),
        Category::Validation,
        CURRENT,
        "ListSigningJobs/input/jobInvoker/max-length",
        "an account may end with the end of a line",
        &[Lie::Validation(|_, input| {
            lax_account(input, |text| text.strip_suffix('\n').is_some_and(|text| text.len() == 12))
        })],
    ),
    fault(
        (332, "no-hashes-accepted"),
        Category::Validation,
        CURRENT,
        "GetRevocationStatus/input/certificateHashes/required",
        "certificateHashes may be left out",
        &[Lie::Document(|document| needless(document, (GetRevocationStatus, "certificateHashes")))],
    ),
];

/// A member of an operation's request, or the key of a map.
pub(super) type Place = (Operation, &'static str);

/// Changes the shape of a member.
pub(super) fn shape(document: &mut OperationDoc, (operation, path): Place, change: impl FnOnce(&mut Shape)) {
    let (name, is_key) = path.strip_suffix("{key}").map_or((path, false), |name| (name, true));
    let mut members = document.input.iter_mut().filter(|_| document.operation == operation);
    match members.find(|member| member.name == name).map(|member| &mut member.shape) {
        Some(Shape::Map { key, .. }) if is_key => change(key),
        Some(shape) => change(shape),
        None => {}
    }
}

/// Moves the greatest length, or the greatest value.
pub(super) fn longest(document: &mut OperationDoc, place: Place, by: i64) {
    shape(document, place, |shape| match shape {
        Shape::String { max: Some(max), .. } | Shape::Blob { max: Some(max), .. } => {
            *max = max.saturating_add_signed(by);
        }
        Shape::Integer { max: Some(max), .. } => *max += by,
        _ => {}
    });
}

fn any_text(document: &mut OperationDoc, place: Place) {
    shape(document, place, |shape| {
        if let Shape::String { pattern, values, .. } = shape {
            (*pattern, *values) = (None, Vec::new());
        }
    });
}

fn without_greatest(document: &mut OperationDoc, place: Place) {
    shape(document, place, |shape| match shape {
        Shape::Integer { max, .. } => *max = None,
        Shape::Blob { max, .. } => *max = None,
        _ => {}
    });
}

fn need_no_platform(document: &mut OperationDoc) {
    needless(document, (PutSigningProfile, "platformId"));
}

/// Lets a member be left out.
fn needless(document: &mut OperationDoc, (operation, name): Place) {
    let mut members = document.input.iter_mut().filter(|_| document.operation == operation);
    members.find(|member| member.name == name).into_iter().for_each(|member| member.required = false);
}

/// Any platform that needs nothing else will do.
fn choose_platform(input: &mut Input) {
    let has_material = input.field("signingMaterial").is_some();
    let mut platforms = signer_schemas::platforms().iter();
    let chosen = platforms.find(|platform| platform.in_2019 == has_material);
    let chosen = chosen.map(|platform| Field::Text(platform.id.clone()));
    input
        .0
        .entry("platformId".to_owned())
        .or_insert_with(|| chosen.unwrap_or_else(|| Field::Text(String::new())));
}

/// Lets an account that is none pass unchecked.
fn lax_account(input: &mut Input, is_good: fn(&str) -> bool) -> Option<String> {
    for name in ["profileOwner", "jobOwner", "jobInvoker"] {
        if input.text(name).is_some_and(is_good) {
            input.0.remove(name);
        }
    }
    None
}
