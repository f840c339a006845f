//! The inputs in values that scenes give most.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use signer_model::{EffectiveTime, Platform};
use signer_schemas::Edition;

use crate::judge::runner::case::Case;
use crate::judge::runner::talk::{Stop, with};
use crate::scenes::shared::symbols::plain;

/// A platformId that no platform has.
pub(crate) const NO_PLATFORM: &str = "NoSuchPlatform-SHA256-ECDSA";

/// A nextToken that no service has issued.
pub(crate) const NO_TOKEN: &str = "bm8tc3VjaC10b2tlbg";

/// The input that makes a profile of that name on a platform that the target lists.
pub(crate) fn profile_input(case: &mut Case<'_>, name: &str, platform: Platform) -> Result<Value, Stop> {
    case.needs_platform(platform)?;
    Ok(listed_or_not(case, name, platform))
}

/// The same on the platform of [`plain`].
pub(crate) fn plain_input(case: &mut Case<'_>, name: &str) -> Result<Value, Stop> {
    profile_input(case, name, plain(case))
}

/// The input that makes a profile on a platform, listed or not, with a certificate where it needs one.
pub(crate) fn listed_or_not(case: &Case<'_>, name: &str, platform: Platform) -> Value {
    let mut input = json!({ "profileName": name, "platformId": platform.id() });
    if case.edition() == Edition::May2019 || !platform.is_managed() {
        input["signingMaterial"] = json!({ "certificateArn": case.context().certificate_arn() });
    }
    if matches!(platform, Platform::FreeRtosDefault | Platform::FreeRtosTi) {
        input["signingParameters"] = json!({ "certname": "/cert.pem" });
    }
    input
}

/// The input that makes a profile with overrides, parameters, a certificate and, where the edition has them,
/// tags.
pub(crate) fn full_input(case: &mut Case<'_>, name: &str) -> Result<Value, Stop> {
    let mut input = profile_input(case, name, Platform::FreeRtosDefault)?;
    input["overrides"] =
        json!({ "signingConfiguration": { "encryptionAlgorithm": "RSA", "hashAlgorithm": "SHA256" } });
    if case.edition() == Edition::Current {
        input["overrides"]["signingImageFormat"] = json!("JSONEmbedded");
        input["tags"] = json!({ "stage": "beta" });
    }
    Ok(input)
}

/// The member that gives a profile a validity.
pub(crate) fn validity(value: i32, kind: &str) -> Value {
    json!({ "signatureValidityPeriod": { "value": value, "type": kind } })
}

/// The input that revokes a version of a profile from that time on.
pub(crate) fn revocation_input(profile: &str, version: &str, from: &Value) -> Value {
    json!({ "profileName": profile, "profileVersion": version, "reason": "conformance", "effectiveTime": from })
}

/// An effective time that lies between the two others of the run and its beginning.
pub(crate) fn effective(case: &Case<'_>) -> Value {
    json!(case.context().effective_time(EffectiveTime::Later))
}

/// The input that starts a job over an object of the S3, under a token that no other profile's jobs have.
pub(crate) fn job_input(case: &mut Case<'_>, profile: &str, token: &str) -> Result<Value, Stop> {
    let fixture = case.fixture()?;
    Ok(json!({
        "profileName": profile,
        "clientRequestToken": format!("{profile}-{token}"),
        "source": { "s3": { "bucketName": fixture.source_bucket, "key": fixture.key, "version": fixture.version } },
        "destination": { "s3": { "bucketName": fixture.destination_bucket, "prefix": format!("{profile}/") } },
    }))
}

/// The same over an object that is not there.
pub(crate) fn missing_input(case: &mut Case<'_>, profile: &str, token: &str) -> Result<Value, Stop> {
    let mut input = job_input(case, profile, token)?;
    input["source"]["s3"]["key"] = json!("missing.zip");
    input["source"]["s3"]["version"] = json!("null");
    Ok(input)
}

/// A Notary payload of so many bytes, in base64.
pub(crate) fn payload(bytes: usize) -> String {
    let fill = |padding: usize| {
        json!({ "targetArtifact": {
            "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "digest": format!("sha256:{}", "0".repeat(64)),
            "size": 1024,
            "annotations": { "padding": "x".repeat(padding) },
        }})
        .to_string()
    };
    let least = fill(0).len();
    STANDARD.encode(fill(bytes.saturating_sub(least)))
}

/// The input that signs a payload, which is in base64.
pub(crate) fn payload_input(profile: &str, payload: &str) -> Value {
    json!({
        "profileName": profile, "payload": payload, "payloadFormat": "application/vnd.cncf.notary.payload.v1+json",
    })
}

/// The input of a statement for the other account, or for the owner's own where there is no other.
pub(crate) fn statement(case: &Case<'_>, profile: &str, id: &str) -> Value {
    json!({
        "profileName": profile,
        "statementId": id,
        "action": "signer:GetSigningProfile",
        "principal": case.context().permitted_account(),
    })
}

/// The input, for a profile of the owner's, whoever calls.
pub(crate) fn of_owner(input: Value, case: &Case<'_>) -> Value {
    with(input, &json!({ "profileOwner": case.context().owner_account }))
}

/// An account that is neither of the two.
pub(crate) fn third_account(case: &Case<'_>) -> &'static str {
    let known = [&case.context().owner_account, &case.context().other_account];
    ["123456789012", "210987654321"]
        .into_iter()
        .find(|account| known.iter().all(|one| one != account))
        .unwrap_or("345678901234")
}

/// The ARN of a job in the account and the Region of that other ARN.
pub(crate) fn job_arn(beside: &str, job: &str) -> String {
    let head = beside.split(":/").next().unwrap_or_default();
    format!("{head}:/signing-jobs/{job}")
}

/// An id that no job has.
pub(crate) const NO_JOB: &str = "00000000-0000-4000-8000-000000000000";

/// The input that asks whether profile or job is revoked, for a signature of that time.
pub(crate) fn status_input(profile_version_arn: &str, job_arn: &str, at: &Value) -> Value {
    json!({
        "signatureTimestamp": at,
        "platformId": Platform::Notation.id(),
        "profileVersionArn": profile_version_arn,
        "jobArn": job_arn,
        "certificateHashes": ["0".repeat(192), format!("1{}", "0".repeat(191))],
    })
}

/// The input that removes a statement on top of that revision.
pub(crate) fn removal_input(profile: &str, id: &str, revision: &str) -> Value {
    json!({ "profileName": profile, "statementId": id, "revisionId": revision })
}
