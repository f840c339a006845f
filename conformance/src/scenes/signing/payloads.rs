//! Signed payloads: sizes, contents, refusals, and the job behind an answer.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use signer_model::Platform;
use signer_schemas::Operation::{ListSigningJobs, SignPayload};

use crate::judge::runner::case::Case;
use crate::judge::runner::scene::{Conversation, Scene};
use crate::judge::runner::talk::{Played, Told};
use crate::operations::notes::member_words;
use crate::scenes::shared::envelopes::opened;
use crate::scenes::shared::inputs::{payload, payload_input};
use crate::scenes::shared::lists::JOBS;
use crate::scenes::shared::steps::{ask_job, ended, ends, notation, payload_signed, profile, signed};
use crate::scenes::shared::views::tells;

pub(crate) const SCENES: &[Scene] = &[JOB, SIZES, CONTENT, REFUSALS];

const JOB: Scene = Scene {
    name: "signing/job",
    operation: SignPayload,
    what: "the job behind an answered call, in every view",
    requirements: &[
        "SignPayload/succeeded-at-once",
        "SignPayload/job-visible",
        "SignPayload/metadata",
        "DescribeSigningJob/payload-job",
        "ListSigningJobs/payload-job",
    ],
    play: &Conversation(|case| Box::pin(job(case))),
};

async fn job(case: &mut Case<'_>) -> Played {
    let (name, creation) = notation(case, "job").await?;
    let told = payload_signed(case, &name).await?;
    let id = told.text("/jobId");
    // Nothing tells the keys, nor whether a value is more than what it must hold.
    let metadata = told.at("/metadata");
    let holds = |text: &str| {
        let mut values = metadata.as_object().into_iter().flatten().filter_map(|(_, value)| value.as_str());
        let ends = |rest: &str| !rest.starts_with(|next: char| next.is_ascii_alphanumeric());
        !text.is_empty() && values.any(|value| value.split_once(text).is_some_and(|(_, rest)| ends(rest)))
    };
    let whole = holds(&creation.text("/arn")) && holds(&id);
    case.hold(
        "SignPayload/metadata",
        whole,
        "values with the profile's ARN and the job's id",
        &member_words("metadata", metadata),
    );
    let view = ask_job(case, &id).await?;
    case.accepted("SignPayload/job-visible", &view);
    case.same_member("SignPayload/succeeded-at-once", "/status", &json!("Succeeded"), &view.body);
    case.hold(
        "DescribeSigningJob/payload-job",
        is_bare(&view.body),
        "neither source nor signedObject",
        &view.words(),
    );
    let entry = JOBS.shown(case, &id).await?;
    case.hold("SignPayload/job-visible", !entry.is_null(), "in the list", "not listed");
    let is_bare = entry.is_object() && is_bare(&entry);
    case.hold("ListSigningJobs/payload-job", is_bare, "neither source nor signedObject", &entry.to_string());
    Ok(())
}

/// The job names no object.
fn is_bare(job: &Value) -> bool {
    let names_none = |member: &str| {
        let s3 = job.get(member).and_then(|member| member.get("s3"));
        !tells(job, member) || job[member] == json!({}) || s3.is_some_and(Value::is_null)
    };
    names_none("source") && names_none("signedObject")
}

const SIZES: Scene = Scene {
    name: "signing/sizes",
    operation: SignPayload,
    what: "payloads of 4096 and of 4097 bytes, counted in bytes",
    requirements: &["SignPayload/payload-bytes"],
    play: &Conversation(|case| Box::pin(sizes(case))),
};

async fn sizes(case: &mut Case<'_>) -> Played {
    let (name, _) = notation(case, "sizes").await?;
    for bytes in [300, 3073, 4096] {
        let payload = payload(bytes);
        let told = signed(case, &name, &payload).await?;
        case.accepted("SignPayload/payload-bytes", &told);
        carries(case, &told, &payload);
    }
    case.must_refuse("SignPayload/payload-bytes", SignPayload, payload_input(&name, &payload(4097))).await?;
    Ok(())
}

/// The envelope holds the payload as it was sent.
fn carries(case: &mut Case<'_>, told: &Told, payload: &str) {
    let held = opened(told)["payload"].as_str().and_then(|text| URL_SAFE_NO_PAD.decode(text).ok());
    let sent = STANDARD.decode(payload).ok();
    let observed = format!("{} bytes", held.as_ref().map_or(0, Vec::len));
    case.hold("SignPayload/envelope", held == sent, "the payload as it was sent", &observed);
}

const CONTENT: Scene = Scene {
    name: "signing/content",
    operation: SignPayload,
    what: "a payload that is none of Notary's",
    requirements: &["SignPayload/payload-content"],
    play: &Conversation(|case| Box::pin(content(case))),
};

async fn content(case: &mut Case<'_>) -> Played {
    let (name, _) = notation(case, "content").await?;
    for bytes in [b"sha256:0000".as_slice(), b"\x00\xff\xfe", b"{}"] {
        let payload = STANDARD.encode(bytes);
        let told = signed(case, &name, &payload).await?;
        case.open_by_success("SignPayload/payload-content", &told, "200, any bytes are signed");
        if told.is_success() {
            carries(case, &told, &payload);
        }
    }
    Ok(())
}

const REFUSALS: Scene = Scene {
    name: "signing/refusals",
    operation: SignPayload,
    what: "profiles that have ended, and one of a platform that signs no payloads",
    requirements: &["SignPayload/not-active", "SignPayload/unsupported-platform"],
    play: &Conversation(|case| Box::pin(refusals(case))),
};

async fn refusals(case: &mut Case<'_>) -> Played {
    let mut profiles = Vec::new();
    for (end, text) in ends(case.edition()) {
        let (name, creation) = notation(case, text).await?;
        ended(case, *end, &name, &creation).await?;
        profiles.push(("SignPayload/not-active", name));
    }
    profiles.push(("SignPayload/unsupported-platform", profile(case, "lambda", Platform::Lambda).await?.0));
    for (requirement, name) in profiles {
        case.must_refuse(requirement, SignPayload, payload_input(&name, &payload(300))).await?;
        let pages = case.pages(ListSigningJobs, json!({})).await?;
        let none = !JOBS.entries(&pages).any(|job| job["profileName"] == json!(name));
        case.hold(requirement, none, "no job of the profile", "a job of the profile is listed");
    }
    Ok(())
}
