//! `SignPayload`: formats, sizes, the job behind an answer, and what the envelope says.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use signer_model::{EffectiveTime, Platform};
use signer_schemas::Operation;

use crate::judge::runner::case::Case;
use crate::judge::runner::scene::Scene;
use crate::judge::runner::talk::{Played, Stop, Told};
use crate::scenes::calls::{item, made, tells};

pub(super) const SIGN: Operation = Operation::SignPayload;

const FORMAT: &str = "application/vnd.cncf.notary.payload.v1+json";

const ATTRIBUTES: &str = "SignPayload/envelope-attributes";

pub(super) const SCENES: &[Scene] = &[
    Scene {
        name: "signing/job",
        operation: SIGN,
        what: "the job behind an answered call, in every view",
        requirements: &[
            "SignPayload/succeeded-at-once",
            "SignPayload/job-visible",
            "SignPayload/metadata",
            "DescribeSigningJob/payload-job",
            "ListSigningJobs/payload-job",
        ],
        play: |case| Box::pin(job(case)),
    },
    Scene {
        name: "signing/sizes",
        operation: SIGN,
        what: "payloads of 4096 and of 4097 bytes, counted in bytes",
        requirements: &["SignPayload/payload-bytes"],
        play: |case| Box::pin(sizes(case)),
    },
    Scene {
        name: "signing/content",
        operation: SIGN,
        what: "a payload that is none of Notary's",
        requirements: &["SignPayload/payload-content"],
        play: |case| Box::pin(content(case)),
    },
    Scene {
        name: "signing/refusals",
        operation: SIGN,
        what: "profiles that have ended, and one of a platform that signs no payloads",
        requirements: &["SignPayload/not-active", "SignPayload/unsupported-platform"],
        play: |case| Box::pin(refusals(case)),
    },
    Scene {
        name: "signing/envelope",
        operation: SIGN,
        what: "what the envelope's protected header says",
        requirements: &["SignPayload/envelope-attributes"],
        play: |case| Box::pin(envelope(case)),
    },
];

/// A Notary payload of so many bytes, in base64.
pub(super) fn payload(bytes: usize) -> String {
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
pub(super) fn payload_input(profile: &str, payload: &str) -> Value {
    json!({ "profileName": profile, "payload": payload, "payloadFormat": FORMAT })
}

pub(super) async fn signed(case: &mut Case<'_>, profile: &str, payload: &str) -> Result<Told, Stop> {
    case.ask(SIGN, payload_input(profile, payload)).await
}

pub(super) async fn notation(case: &mut Case<'_>, text: &str) -> Result<(String, Told), Stop> {
    let name = case.fresh(text);
    let told = made(case, &name, Platform::Notation).await?;
    Ok((name, told))
}

async fn job(case: &mut Case<'_>) -> Played {
    let (name, profile) = notation(case, "job").await?;
    let told = signed(case, &name, &payload(300)).await?;
    case.accepted("SignPayload/signs", &told);
    let id = told.text("/jobId");
    // Nothing tells the keys, nor whether a value is more than what it must hold.
    let metadata = told.at("/metadata").clone();
    let holds = |text: &str| {
        let mut values = metadata.as_object().into_iter().flatten().filter_map(|(_, value)| value.as_str());
        let ends = |rest: &str| !rest.starts_with(|next: char| next.is_ascii_alphanumeric());
        !text.is_empty() && values.any(|value| value.split_once(text).is_some_and(|(_, rest)| ends(rest)))
    };
    let whole = holds(&profile.text("/arn")) && holds(&id);
    case.hold("SignPayload/metadata", whole, "values with the profile's ARN and the job's id", &metadata.to_string());
    let view = case.ask(Operation::DescribeSigningJob, json!({ "jobId": id })).await?;
    case.accepted("SignPayload/job-visible", &view);
    case.same("SignPayload/succeeded-at-once", &json!("Succeeded"), view.at("/status"));
    let bare = |value: &Value| {
        let empty = |member: &str| {
            let s3 = value.get(member).and_then(|member| member.get("s3"));
            !tells(value, member) || value[member] == json!({}) || s3.is_some_and(Value::is_null)
        };
        empty("source") && empty("signedObject")
    };
    case.hold("DescribeSigningJob/payload-job", bare(&view.body), "neither source nor signedObject", &view.words());
    let pages = case.pages(Operation::ListSigningJobs, json!({})).await?;
    let entry = item(&pages, "jobs", "jobId", &id).cloned();
    case.hold("SignPayload/job-visible", entry.is_some(), "in the list", "not listed");
    let entry = entry.unwrap_or_default();
    case.hold(
        "ListSigningJobs/payload-job",
        entry.is_object() && bare(&entry),
        "neither source nor signedObject",
        &entry.to_string(),
    );
    Ok(())
}

async fn sizes(case: &mut Case<'_>) -> Played {
    let (name, _) = notation(case, "sizes").await?;
    for bytes in [300, 3073, 4096] {
        let payload = payload(bytes);
        let told = signed(case, &name, &payload).await?;
        case.accepted("SignPayload/payload-bytes", &told);
        carries(case, &told, &payload);
    }
    let told = signed(case, &name, &payload(4097)).await?;
    case.refused("SignPayload/payload-bytes", &told);
    Ok(())
}

/// The envelope holds the payload as it was sent.
fn carries(case: &mut Case<'_>, told: &Told, payload: &str) {
    let envelope = opened(told);
    let held = envelope["payload"].as_str().and_then(|text| URL_SAFE_NO_PAD.decode(text).ok());
    let sent = STANDARD.decode(payload).ok();
    let observed = format!("{} bytes", held.as_ref().map_or(0, Vec::len));
    case.hold("SignPayload/envelope", held == sent, "the payload as it was sent", &observed);
}

/// The envelope as JSON; `null` if it is none.
pub(super) fn opened(told: &Told) -> Value {
    let bytes = STANDARD.decode(told.text("/signature")).unwrap_or_default();
    serde_json::from_slice(&bytes).unwrap_or_default()
}

async fn content(case: &mut Case<'_>) -> Played {
    let (name, _) = notation(case, "content").await?;
    for bytes in [b"sha256:0000".as_slice(), b"\x00\xff\xfe", b"{}"] {
        let told = signed(case, &name, &STANDARD.encode(bytes)).await?;
        if told.is_success() {
            case.open("SignPayload/payload-content", "200, any bytes are signed");
            carries(case, &told, &STANDARD.encode(bytes));
        } else {
            case.open_by_class("SignPayload/payload-content", &told);
        }
    }
    Ok(())
}

async fn refusals(case: &mut Case<'_>) -> Played {
    let (canceled, _) = notation(case, "canceled").await?;
    case.must("CancelSigningProfile/cancels", Operation::CancelSigningProfile, json!({ "profileName": canceled })).await?;
    let (revoked, answer) = notation(case, "revoked").await?;
    let input = json!({
        "profileName": revoked, "profileVersion": answer.text("/profileVersion"), "reason": "conformance",
        "effectiveTime": case.context().effective_time(EffectiveTime::Later),
    });
    case.must("RevokeSigningProfile/revokes", Operation::RevokeSigningProfile, input).await?;
    let lambda = case.fresh("lambda");
    made(case, &lambda, Platform::Lambda).await?;
    for (requirement, name) in
        [("SignPayload/not-active", canceled), ("SignPayload/not-active", revoked), ("SignPayload/unsupported-platform", lambda)]
    {
        let told = signed(case, &name, &payload(300)).await?;
        case.refused(requirement, &told);
        let pages = case.pages(Operation::ListSigningJobs, json!({})).await?;
        let mut jobs = pages.iter().filter_map(|page| page.get("jobs")?.as_array()).flatten();
        let none = !jobs.any(|job| job["profileName"] == json!(name));
        case.hold(requirement, none, "no job of the profile", "a job of the profile is listed");
    }
    Ok(())
}

/// The envelope's protected header.
fn protected(told: &Told) -> Value {
    let bytes = opened(told)["protected"].as_str().and_then(|text| URL_SAFE_NO_PAD.decode(text).ok()).unwrap_or_default();
    serde_json::from_slice(&bytes).unwrap_or_default()
}

/// The envelope names its job, which is of the profile's account, and the profile's version.
pub(super) fn names_job(case: &mut Case<'_>, told: &Told, profile_version_arn: &str) {
    let header = protected(told);
    let head = profile_version_arn.split(":/").next().unwrap_or_default();
    let job = format!("{head}:/signing-jobs/{}", told.text("/jobId"));
    case.same(ATTRIBUTES, &json!(job), &header["com.amazonaws.signer.signingJob"]);
    case.same(ATTRIBUTES, &json!(profile_version_arn), &header["com.amazonaws.signer.signingProfileVersion"]);
}

async fn envelope(case: &mut Case<'_>) -> Played {
    let (name, answer) = notation(case, "envelope").await?;
    let told = signed(case, &name, &payload(300)).await?;
    case.accepted("SignPayload/signs", &told);
    let header = protected(&told);
    let view = case.ask(Operation::DescribeSigningJob, json!({ "jobId": told.text("/jobId") })).await?;
    names_job(case, &told, &answer.text("/profileVersionArn"));
    for (attribute, member) in
        [("io.cncf.notary.authenticSigningTime", "/createdAt"), ("io.cncf.notary.expiry", "/signatureExpiresAt")]
    {
        let told = header[attribute].as_str().and_then(|text| text.parse::<jiff::Timestamp>().ok());
        let expected = view.at(member).as_f64().unwrap_or_default();
        #[expect(clippy::cast_precision_loss, reason = "seconds of this century fit")]
        let near = told.is_some_and(|told| (told.as_second() as f64 - expected).abs() <= 5.0);
        case.hold(ATTRIBUTES, near, &format!("{attribute} at {expected}"), &header[attribute].to_string());
    }
    Ok(())
}
