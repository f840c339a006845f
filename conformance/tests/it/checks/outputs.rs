//! The schemas of answers: which constraint is broken, how that is told, and what a good answer exercises.

use serde_json::{Value, json};
use signer_conformance::Detector;
use signer_schemas::{Edition, Operation};

use super::{answer, check, created, seen};

#[track_caller]
fn check_output(asked: Operation, body: &Value, requirements: &[&str]) {
    let expected: Vec<(&str, &str)> =
        requirements.iter().map(|requirement| ("output-schema", *requirement)).collect();
    check(asked, &answer(200, body), &expected);
}

#[test]
fn a_breach_of_the_output_schema_gets_its_own_requirement() {
    let mut body = created();
    body["profileVersion"] = json!("short");
    check_output(
        Operation::PutSigningProfile,
        &body,
        &[
            "PutSigningProfile/output/profileVersion/min-length",
            "PutSigningProfile/output/profileVersion/pattern",
        ],
    );
    body["profileVersion"] = json!("not-letter");
    check_output(Operation::PutSigningProfile, &body, &["PutSigningProfile/output/profileVersion/pattern"]);
    body["profileVersion"] = json!(1);
    check_output(Operation::PutSigningProfile, &body, &["PutSigningProfile/output/profileVersion/type"]);
    check_output(
        Operation::ListSigningJobs,
        &json!({ "jobs": [{ "jobId": "a" }, { "source": { "s3": { "key": 7 } } }] }),
        &["ListSigningJobs/output/jobs[].source.s3.key/type"],
    );
    check_output(
        Operation::ListTagsForResource,
        &json!({ "tags": { "a": "b", "c": 7, "d": "x".repeat(257) } }),
        &["ListTagsForResource/output/tags{value}/type", "ListTagsForResource/output/tags{value}/max-length"],
    );
    check_output(
        Operation::ListTagsForResource,
        &json!({ "tags": { "aws:a": "b" } }),
        &["ListTagsForResource/output/tags{key}/pattern"],
    );
    check_output(
        Operation::GetSigningProfile,
        &json!({ "status": "ACTIVE" }),
        &["GetSigningProfile/output/status/enum"],
    );
    check_output(
        Operation::SignPayload,
        &json!({ "signature": "%" }),
        &["SignPayload/output/signature/base64"],
    );
}

#[test]
fn a_breach_of_the_output_schema_is_explained() {
    let told = |asked: Operation, body: Value| -> Vec<String> {
        let seen = seen(Edition::Current, asked, &answer(200, &body));
        let complaints = seen.into_iter().flat_map(|(_, seen)| seen.complaints);
        complaints
            .map(|complaint| format!("{}; {}", complaint.permitted.join(", "), complaint.observed))
            .collect()
    };
    let version = |version: &str| {
        let mut body = created();
        body["profileVersion"] = json!(version);
        told(Operation::PutSigningProfile, body)
    };
    let pattern = "text that matches ^[a-zA-Z0-9]{10}$; profileVersion";
    assert_eq!(
        version("short"),
        [r#"at least 10 characters; profileVersion: "short""#, &format!(r#"{pattern}: "short""#)]
    );
    assert_eq!(version("not-letter"), [format!(r#"{pattern}: "not-letter""#)]);
    let tags = |tags: Value| told(Operation::ListTagsForResource, json!({ "tags": tags }));
    let long = "x".repeat(257);
    assert_eq!(tags(json!({ "a": long })), [format!("at most 256 characters; tags{{value}}: \"{long}\"")]);
    let many: serde_json::Map<String, Value> = (0..201).map(|tag| (format!("tag{tag}"), json!(""))).collect();
    let many = Value::Object(many);
    check_output(
        Operation::ListTagsForResource,
        &json!({ "tags": many }),
        &["ListTagsForResource/output/tags/max-items"],
    );
    let too_many = tags(many);
    assert_eq!(too_many.len(), 1, "{too_many:?}");
    assert!(too_many[0].starts_with(r#"at most 200 entries; tags: {"tag0":"","#), "{too_many:?}");
    assert_eq!(tags(json!(["a"])), [r#"an object; tags: ["a"]"#]);
    assert_eq!(tags(json!({ "a": 7 })), ["a string; tags{value}: 7"]);
    assert_eq!(
        told(Operation::GetSigningPlatform, json!({ "maxSizeInMB": "7" })),
        [r#"an integer; maxSizeInMB: "7""#]
    );
    assert_eq!(told(Operation::ListSigningJobs, json!({ "jobs": {} })), ["a list; jobs: {}"]);
    let revoked = json!({ "jobs": [{ "isRevoked": 1 }] });
    assert_eq!(told(Operation::ListSigningJobs, revoked), ["a boolean; jobs[].isRevoked: 1"]);
    assert_eq!(told(Operation::SignPayload, json!({ "signature": 7 })), ["base64 in a string; signature: 7"]);
    assert_eq!(
        told(Operation::SignPayload, json!({ "signature": "%" })),
        ["standard base64 with padding; signature: %"]
    );
    let status = json!({ "status": "ACTIVE" });
    assert_eq!(told(Operation::GetSigningProfile, status), ["Active, Canceled, Revoked; status: ACTIVE"]);
}

#[test]
fn a_good_answer_exercises_the_constraints_of_its_members() {
    let exercised = |asked: Operation, body: Value| -> Vec<String> {
        let seen = seen(Edition::Current, asked, &answer(200, &body));
        assert!(seen.iter().all(|(_, seen)| seen.complaints.is_empty()), "{seen:?}");
        let seen = seen
            .into_iter()
            .filter(|(check, _)| *check == Detector::OutputSchema)
            .flat_map(|(_, seen)| seen.exercised);
        seen.map(|id| id.replace(&format!("{asked}/output/"), "")).collect()
    };
    assert_eq!(
        exercised(Operation::PutSigningProfile, created()),
        [
            "arn/type",
            "profileVersion/type",
            "profileVersion/min-length",
            "profileVersion/max-length",
            "profileVersion/pattern",
            "profileVersionArn/type",
            "profileVersionArn/min-length",
            "profileVersionArn/max-length",
        ]
    );
    assert_eq!(
        exercised(Operation::GetSigningProfile, json!({ "status": "Active" })),
        ["status/type", "status/enum"]
    );
    assert_eq!(
        exercised(Operation::SignPayload, json!({ "signature": "aGk=" })),
        ["signature/type", "signature/base64"]
    );
    assert_eq!(
        exercised(Operation::ListTagsForResource, json!({ "tags": {} })),
        ["tags/type", "tags/max-items"],
    );
}

#[test]
fn a_freedom_of_answers_is_no_breach() {
    check_output(
        Operation::GetSigningPlatform,
        &json!({
            "category": "AWS",
            "target": null,
            "novelty": { "of": "tomorrow" },
            "signingConfiguration": {
                "encryptionAlgorithmOptions": { "allowedValues": ["ECDSA"], "defaultValue": "ECDSA" },
                "hashAlgorithmOptions": { "allowedValues": ["SHA384"], "defaultValue": "SHA384" },
            },
        }),
        &[],
    );
    check_output(
        Operation::GetSigningProfile,
        &json!({ "tags": {}, "signingMaterial": {}, "overrides": { "signingImageFormat": "CBOR" } }),
        &[],
    );
    check_output(Operation::ListSigningJobs, &json!({}), &[]);
    check_output(Operation::ListSigningJobs, &json!({ "jobs": [], "nextToken": null }), &[]);
}

#[test]
fn a_structure_without_a_member_that_it_must_have_is_reported() {
    let options = json!({ "allowedValues": ["SHA384"], "defaultValue": "SHA384" });
    check_output(
        Operation::GetSigningPlatform,
        &json!({ "signingConfiguration": { "hashAlgorithmOptions": options } }),
        &["GetSigningPlatform/output/signingConfiguration.encryptionAlgorithmOptions/required"],
    );
    check_output(
        Operation::ListSigningPlatforms,
        &json!({ "platforms": [{ "signingImageFormat": { "supportedFormats": ["JSON"], "defaultFormat": null } }] }),
        &["ListSigningPlatforms/output/platforms[].signingImageFormat.defaultFormat/required"],
    );
}

#[test]
fn every_operation_has_a_validator_for_its_answers() {
    for edition in Edition::ALL {
        for document in
            signer_schemas::operations(edition).iter().filter(|document| document.output.is_some())
        {
            let schema = signer_schemas::output_schema(edition, document.operation);
            assert!(jsonschema::draft202012::new(&schema).is_ok(), "{edition} {}", document.operation);
        }
    }
}
