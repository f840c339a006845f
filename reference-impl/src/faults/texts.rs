//! Faults of what becomes of a text between the request and its operation.

use signer_schemas::Operation::{
    DescribeSigningJob, PutSigningProfile, RevokeSignature, SignPayload, StartSigningJob, TagResource,
};

use crate::faults::lie::Lie;
use crate::faults::row::{BOTH, CURRENT, Category, Fault, fault};
use crate::http::field::{Field, Input};

pub(super) const FAULTS: &[Fault] = &[
    fault(
        (228, "platform-trimmed"),
        Category::Validation,
        BOTH,
        "PutSigningProfile/platform-refused",
        "blanks around a platformId are passed over",
        &[Lie::Text(PutSigningProfile, &["platformId"], trimmed)],
    ),
    fault(
        (245, "parameters-trimmed"),
        Category::View,
        BOTH,
        "PutSigningProfile/template-kept",
        "signing parameters lose the blanks around them",
        &[Lie::Text(PutSigningProfile, &["signingParameters"], trimmed)],
    ),
    fault(
        (244, "one-parameter-kept"),
        Category::View,
        BOTH,
        "PutSigningProfile/template-kept",
        "of several signing parameters one is kept",
        &[Lie::Input(PutSigningProfile, keep_one_parameter)],
    ),
    fault(
        (246, "override-alone-dropped"),
        Category::View,
        BOTH,
        "PutSigningProfile/override-kept",
        "an override of one algorithm alone is dropped",
        &[Lie::Input(PutSigningProfile, drop_override_alone)],
    ),
    fault(
        (239, "tag-values-trimmed"),
        Category::Tags,
        CURRENT,
        "TagResource/tags",
        "tag values lose the blanks around them",
        &[Lie::Text(PutSigningProfile, &["tags"], trimmed), Lie::Text(TagResource, &["tags"], trimmed)],
    ),
    fault(
        (240, "emoji-replaced"),
        Category::Tags,
        CURRENT,
        "TagResource/tags",
        "characters beyond U+FFFF become question marks in tag values",
        &[
            Lie::Text(PutSigningProfile, &["tags"], without_emoji),
            Lie::Text(TagResource, &["tags"], without_emoji),
        ],
    ),
    fault(
        (241, "new-tags-in-ascii"),
        Category::Tags,
        CURRENT,
        "PutSigningProfile/tags-kept",
        "in the tags of a new profile what is not ASCII becomes question marks",
        &[Lie::Text(PutSigningProfile, &["tags"], |text| text.replace(|one: char| !one.is_ascii(), "?"))],
    ),
    fault(
        (242, "reason-cut-at-255"),
        Category::View,
        CURRENT,
        "RevokeSignature/reason-shown",
        "of a reason 255 characters are kept",
        &[Lie::Text(RevokeSignature, &["reason"], |text| text.chars().take(255).collect())],
    ),
    fault(
        (243, "reason-trimmed"),
        Category::View,
        CURRENT,
        "RevokeSignature/reason-shown",
        "a reason loses the blanks around it",
        &[Lie::Text(RevokeSignature, &["reason"], trimmed)],
    ),
    fault(
        (247, "token-cut-at-64"),
        Category::Idempotency,
        BOTH,
        "StartSigningJob/token-other",
        "of a client token 64 characters count",
        &[Lie::Text(StartSigningJob, &["clientRequestToken"], |text| text.chars().take(64).collect())],
    ),
    fault(
        (248, "token-trimmed"),
        Category::Idempotency,
        BOTH,
        "StartSigningJob/token-other",
        "blanks around a client token do not count",
        &[Lie::Text(StartSigningJob, &["clientRequestToken"], trimmed)],
    ),
    fault(
        (249, "prefix-gets-slash"),
        Category::Signing,
        BOTH,
        "StartSigningJob/job-key",
        "a prefix ends with a slash, whether it was given or not",
        &[Lie::Text(StartSigningJob, &["destination", "s3", "prefix"], |text| {
            format!("{}/", text.trim_end_matches('/'))
        })],
    ),
    fault(
        (252, "plus-in-key-is-blank"),
        Category::Signing,
        BOTH,
        "StartSigningJob/valid-source-succeeds",
        "a plus in the key of a source is read as a blank",
        &[Lie::Text(StartSigningJob, &["source", "s3", "key"], |text| text.replace('+', " "))],
    ),
    fault(
        (227, "payload-format-parameters"),
        Category::Validation,
        CURRENT,
        "SignPayload/payload-format",
        "a payloadFormat may have parameters",
        &[Lie::Text(SignPayload, &["payloadFormat"], |text| {
            text.split(';').next().unwrap_or_default().to_owned()
        })],
    ),
    fault(
        (229, "job-id-in-any-case"),
        Category::State,
        BOTH,
        "DescribeSigningJob/absent",
        "a job is found by its id in capitals",
        &[Lie::Text(DescribeSigningJob, &["jobId"], str::to_lowercase)],
    ),
    fault(
        (230, "job-id-trimmed"),
        Category::State,
        BOTH,
        "DescribeSigningJob/absent",
        "blanks around a jobId are passed over",
        &[Lie::Text(DescribeSigningJob, &["jobId"], trimmed)],
    ),
];

fn trimmed(text: &str) -> String {
    text.trim().to_owned()
}

fn without_emoji(text: &str) -> String {
    text.replace(|one| one > '\u{ffff}', "?")
}

fn keep_one_parameter(input: &mut Input) {
    if let Some(Field::Map(parameters)) = input.0.get_mut("signingParameters") {
        *parameters = parameters.pop_first().into_iter().collect();
    }
}

fn drop_override_alone(input: &mut Input) {
    let Some(Field::Structure(overrides)) = input.0.get_mut("overrides") else { return };
    let given = |name: &str| {
        overrides.structure("signingConfiguration").is_some_and(|given| given.field(name).is_some())
    };
    if given("encryptionAlgorithm") != given("hashAlgorithm") {
        overrides.0.remove("signingConfiguration");
    }
}
