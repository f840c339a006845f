//! Deliberate mistakes that change a text between the request and its operation.

use super::field::{Field, Input};
use crate::faults::{FaultId as F, Faults};
use signer_schemas::Operation::{
    self, DescribeSigningJob, PutSigningProfile, RevokeSignature, SignPayload, StartSigningJob, TagResource,
};

type Change = fn(&str) -> String;

/// The mistake, the operation that makes it, the way to the text, or to the map of texts, and what becomes of it.
const ALTERED: &[(F, Operation, &[&str], Change)] = &[
    (F::PlatformTrimmed, PutSigningProfile, &["platformId"], trimmed),
    (F::ParametersTrimmed, PutSigningProfile, &["signingParameters"], trimmed),
    (F::TagValuesTrimmed, PutSigningProfile, &["tags"], trimmed),
    (F::TagValuesTrimmed, TagResource, &["tags"], trimmed),
    (F::EmojiReplaced, PutSigningProfile, &["tags"], |text| text.replace(|one| one > '\u{ffff}', "?")),
    (F::EmojiReplaced, TagResource, &["tags"], |text| text.replace(|one| one > '\u{ffff}', "?")),
    (F::NewTagsInAscii, PutSigningProfile, &["tags"], |text| text.replace(|one: char| !one.is_ascii(), "?")),
    (F::ReasonCutAt255, RevokeSignature, &["reason"], |text| text.chars().take(255).collect()),
    (F::ReasonTrimmed, RevokeSignature, &["reason"], trimmed),
    (F::TokenCutAt64, StartSigningJob, &["clientRequestToken"], |text| text.chars().take(64).collect()),
    (F::TokenTrimmed, StartSigningJob, &["clientRequestToken"], trimmed),
    (F::PrefixGetsSlash, StartSigningJob, &["destination", "s3", "prefix"], |text| format!("{}/", text.trim_end_matches('/'))),
    (F::PlusInKeyIsBlank, StartSigningJob, &["source", "s3", "key"], |text| text.replace('+', " ")),
    (F::PayloadFormatParameters, SignPayload, &["payloadFormat"], before_parameters),
    (F::JobIdInAnyCase, DescribeSigningJob, &["jobId"], str::to_lowercase),
    (F::JobIdTrimmed, DescribeSigningJob, &["jobId"], trimmed),
];

pub(super) fn alter(faults: Faults, operation: Operation, input: &mut Input) {
    for (fault, at, path, change) in ALTERED {
        if operation == *at && faults.has(*fault) {
            alter_at(input, path, *change);
        }
    }
}

fn alter_at(input: &mut Input, path: &[&str], change: Change) {
    let Some((name, rest)) = path.split_first() else { return };
    match input.0.get_mut(*name) {
        Some(Field::Structure(inner)) => alter_at(inner, rest, change),
        Some(Field::Map(entries)) => entries.values_mut().for_each(|value| alter_text(value, change)),
        Some(field) => alter_text(field, change),
        None => {}
    }
}

fn alter_text(field: &mut Field, change: Change) {
    if let Field::Text(text) = field {
        *text = change(text);
    }
}

fn trimmed(text: &str) -> String {
    text.trim().to_owned()
}

fn before_parameters(text: &str) -> String {
    text.split(';').next().unwrap_or_default().to_owned()
}
