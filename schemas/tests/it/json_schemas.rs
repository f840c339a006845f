//! The JSON Schemas of requests are strict, those of answers admit what the real service is known to send.

use serde_json::{Value, json};
use signer_schemas::{Edition, Operation, input_schema, output_schema};

/// Asserts for each value whether the schema admits it.
fn check(schema: &Value, expected: &[(Value, bool)]) {
    let validator = jsonschema::validator_for(schema).expect("a JSON Schema");
    for (value, admitted) in expected {
        assert_eq!(validator.is_valid(value), *admitted, "{value}");
    }
}

#[test]
fn a_request_is_held_to_every_constraint() {
    let put = |change: Value| {
        let mut request = json!({ "profileName": "My_Profile", "platformId": "AWSLambda-SHA384-ECDSA" });
        for (key, value) in change.as_object().expect("an object") {
            request[key] = value.clone();
        }
        request
    };
    let cases = [
        (put(json!({})), true),
        (json!({ "profileName": "My_Profile" }), false),
        (put(json!({ "unheardOf": 1 })), true),
        (put(json!({ "profileName": "a" })), false),
        (put(json!({ "profileName": "a".repeat(64) })), true),
        (put(json!({ "profileName": "a".repeat(65) })), false),
        (put(json!({ "profileName": "My-Profile" })), false),
        (put(json!({ "signatureValidityPeriod": { "value": 1, "type": "DAYS" } })), true),
        (put(json!({ "signatureValidityPeriod": { "value": 1, "type": "WEEKS" } })), false),
        (put(json!({ "signatureValidityPeriod": null })), false),
        (put(json!({ "overrides": { "signingConfiguration": { "hashAlgorithm": "SHA256" } } })), true),
        (put(json!({ "overrides": { "signingConfiguration": { "hashAlgorithm": "SHA384" } } })), false),
        (put(json!({ "signingMaterial": {} })), false),
        (put(json!({ "tags": { "0:/=;<,_": "" } })), true),
        (put(json!({ "tags": {} })), false),
        (put(json!({ "tags": { "aws:x": "" } })), false),
        (put(json!({ "tags": { "AWS:x": "" } })), true),
        (put(json!({ "tags": { "with space": "" } })), false),
        (put(json!({ "tags": { "at@home": "" } })), false),
        (put(json!({ "tags": { "k": "v".repeat(257) } })), false),
    ];
    check(&input_schema(Edition::Current, Operation::PutSigningProfile), &cases);
}

#[test]
fn an_answer_may_omit_members_null_them_and_go_beyond_enums() {
    let platform = json!({
        "platformId": "AWSLambda-SHA384-ECDSA",
        "category": "AWS",
        "target": null,
        "signingConfiguration": {
            "hashAlgorithmOptions": { "allowedValues": ["SHA384"], "defaultValue": "SHA384" },
            "encryptionAlgorithmOptions": null,
        },
        "signingImageFormat": {},
        "unheardOf": [],
    });
    let cases = [
        (platform, true),
        (json!({}), true),
        (json!([]), false),
        (json!(null), false),
        (json!({ "category": 1 }), false),
        (json!({ "maxSizeInMB": "250" }), false),
        (json!({ "maxSizeInMB": 250.5 }), false),
        (json!({ "signingImageFormat": { "supportedFormats": "JSON" } }), false),
        (json!({ "signingImageFormat": { "supportedFormats": [null] } }), false),
    ];
    check(&output_schema(Edition::Current, Operation::GetSigningPlatform), &cases);
}

#[test]
fn an_answer_keeps_lengths_and_patterns() {
    let cases = [
        (json!({ "createdAt": 1_510_695_622, "completedAt": 1_510_695_623.25 }), true),
        (json!({ "createdAt": "2017-11-15T16:59:31Z" }), false),
        (json!({ "jobOwner": "123456789012" }), true),
        (json!({ "jobOwner": "arn:aws:iam::123456789012:root" }), false),
        (json!({ "profileVersion": "xs0tKyVsGC" }), true),
        (json!({ "profileVersion": "xs0tKyVsGC1" }), false),
        (json!({ "profileName": "My-Profile" }), false),
        (
            json!({ "source": { "s3": { "version": null } }, "signingParameters": null, "statusReason": null }),
            true,
        ),
        (json!({ "revocationRecord": { "reason": "key lost", "revokedAt": 1.5, "revokedBy": "x" } }), true),
    ];
    check(&output_schema(Edition::Current, Operation::DescribeSigningJob), &cases);
}

#[test]
fn a_profile_without_tags_may_say_so() {
    let cases = [
        (json!({ "tags": {} }), true),
        (json!({ "tags": { "k": "" } }), true),
        (json!({ "tags": { "k": null } }), false),
        (json!({ "tags": { "k k": "" } }), false),
        (json!({ "tags": [] }), false),
    ];
    check(&output_schema(Edition::Current, Operation::ListTagsForResource), &cases);
    check(&output_schema(Edition::Current, Operation::GetSigningProfile), &cases);
}

#[test]
fn published_values_stay_readable_where_they_no_longer_bind() {
    let schema = output_schema(Edition::Current, Operation::GetSigningPlatform);
    assert_eq!(schema["$defs"]["HashAlgorithm"]["x-published-values"], json!(["SHA1", "SHA256"]));
    assert_eq!(schema["$defs"]["HashAlgorithm"].get("enum"), None);
    let schema = input_schema(Edition::Current, Operation::PutSigningProfile);
    assert_eq!(schema["$defs"]["HashAlgorithm"]["enum"], json!(["SHA1", "SHA256"]));
}

#[test]
fn an_empty_body_is_an_object_without_members() {
    let cases = [(json!({}), true), (json!("done"), false)];
    check(&output_schema(Edition::Current, Operation::CancelSigningProfile), &cases);
}

#[test]
fn an_operation_of_another_edition_admits_nothing() {
    for schema in [input_schema, output_schema].map(|make| make(Edition::May2019, Operation::TagResource)) {
        check(&schema, &[(json!({}), false), (json!({ "tags": {} }), false)]);
    }
}

#[test]
fn each_edition_has_its_own_limits() {
    let named = |length: usize| json!({ "profileName": "a".repeat(length) });
    check(
        &input_schema(Edition::May2019, Operation::CancelSigningProfile),
        &[(named(1), false), (named(2), true), (named(20), true), (named(21), false)],
    );
    check(
        &input_schema(Edition::Current, Operation::CancelSigningProfile),
        &[(named(64), true), (named(65), false)],
    );
}
