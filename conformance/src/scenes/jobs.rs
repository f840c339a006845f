//! Signing jobs: their life, what happens to the objects, and what the documents leave open about starting one.

use serde_json::{Value, json};
use signer_model::Platform;
use signer_schemas::Operation;

use crate::judge::runner::case::Case;
use crate::judge::runner::scene::Scene;
use crate::judge::runner::talk::{Played, Stop, with};
use crate::scenes::calls::{agree, item, job_input, keys, made, outcome, plain, platform_is_named, watched};
use crate::scenes::wire::base64_holds;

const START: Operation = Operation::StartSigningJob;

const DESCRIBE: Operation = Operation::DescribeSigningJob;

const LIST: Operation = Operation::ListSigningJobs;

pub(super) const SCENES: &[Scene] = &[
    Scene {
        name: "jobs/life",
        operation: START,
        what: "a job from its start to the signed object, in every view",
        requirements: &[
            "StartSigningJob/followed-up",
            "StartSigningJob/fresh-id",
            "StartSigningJob/valid-source-succeeds",
            "StartSigningJob/destination-bucket",
            "StartSigningJob/signed-object-exists",
            "StartSigningJob/source-unchanged",
            "DescribeSigningJob/profile-version",
            "DescribeSigningJob/completed-at",
            "DescribeSigningJob/created-at",
            "DescribeSigningJob/signed-object",
            "DescribeSigningJob/status-reason",
            "DescribeSigningJob/requested-by",
            "DescribeSigningJob/owner",
            "DescribeSigningJob/no-revocation-record",
            "DescribeSigningJob/platform-name",
            "ListSigningJobs/entry-agrees",
            "ListSigningJobs/is-revoked",
        ],
        play: |case| Box::pin(life(case)),
    },
    Scene {
        name: "jobs/stays-ended",
        operation: DESCRIBE,
        what: "a job that has ended shows the same however often it is asked for",
        requirements: &["DescribeSigningJob/terminal-stays"],
        play: |case| Box::pin(stays_ended(case)),
    },
    Scene {
        name: "jobs/not-completed",
        operation: DESCRIBE,
        what: "a job that is still in progress has not ended",
        requirements: &["DescribeSigningJob/not-completed", "DescribeSigningJob/object-in-progress"],
        play: |case| Box::pin(not_completed(case)),
    },
    Scene {
        name: "jobs/failure",
        operation: DESCRIBE,
        what: "a job over an object that there is not",
        requirements: &["DescribeSigningJob/failure-reason", "DescribeSigningJob/failed-has-no-object"],
        play: |case| Box::pin(failure(case)),
    },
    Scene {
        name: "jobs/source-version",
        operation: START,
        what: "of an object with two versions, each is signed as asked for",
        requirements: &["StartSigningJob/source-version"],
        play: |case| Box::pin(source_version(case)),
    },
    Scene {
        name: "jobs/null-version",
        operation: START,
        what: "the version null of an object in a bucket without versions",
        requirements: &["StartSigningJob/null-version"],
        play: |case| Box::pin(null_version(case)),
    },
    Scene {
        name: "jobs/missing-destination",
        operation: START,
        what: "a destination bucket that does not exist",
        requirements: &["StartSigningJob/missing-destination"],
        play: |case| Box::pin(missing_destination(case)),
    },
    Scene {
        name: "jobs/no-location",
        operation: START,
        what: "a source or a destination that says nothing",
        requirements: &["StartSigningJob/no-source-location"],
        play: |case| Box::pin(no_location(case)),
    },
    Scene {
        name: "jobs/unsupported-platform",
        operation: START,
        what: "a profile for container images starts no job",
        requirements: &["StartSigningJob/unsupported-platform"],
        play: |case| Box::pin(unsupported_platform(case)),
    },
    Scene {
        name: "jobs/empty-owner",
        operation: START,
        what: "an empty profileOwner in the body",
        requirements: &["StartSigningJob/empty-owner"],
        play: |case| Box::pin(empty_owner(case)),
    },
    Scene {
        name: "jobs/no-profile-name",
        operation: START,
        what: "no profileName, which one edition does not require",
        requirements: &["StartSigningJob/no-profile-name"],
        play: |case| Box::pin(no_profile_name(case)),
    },
];

/// Times that two machines tell of one event may lie so far apart, in seconds.
const SKEW_S: f64 = 5.0;

async fn life(case: &mut Case<'_>) -> Played {
    let fixture = case.fixture()?;
    let name = case.fresh("life");
    let answer = made(case, &name, plain(case)).await?;
    let source = case.load(&fixture.source_bucket, &fixture.key).await?;
    let mut ids = Vec::new();
    for token in ["a", "b"] {
        let input = job_input(case, &name, &format!("{name}-{token}"))?;
        let told = case.must("StartSigningJob/starts", START, input).await?;
        ids.push((told.text("/jobId"), told.date_s()));
    }
    case.hold("StartSigningJob/fresh-id", ids[0].0 != ids[1].0, "two ids", &ids[0].0);
    let (id, started) = ids.swap_remove(0);
    let first = case.ask(DESCRIBE, json!({ "jobId": id })).await?;
    case.accepted("StartSigningJob/followed-up", &first);
    let pages = case.pages(LIST, json!({})).await?;
    case.hold("StartSigningJob/followed-up", keys(&pages, "jobs", "jobId").contains(&id), "in the list", "not listed");
    let (last, in_progress) = watched(case, &id).await?;
    case.same("StartSigningJob/valid-source-succeeds", &json!("Succeeded"), last.at("/status"));
    if last.text("/status") != "Succeeded" {
        return Err(Stop);
    }
    case.same("DescribeSigningJob/created-at", first.at("/createdAt"), last.at("/createdAt"));
    let created = last.at("/createdAt").as_f64().unwrap_or_default();
    if let Some(started) = started {
        let near = (created - started).abs() <= SKEW_S;
        case.hold("DescribeSigningJob/created-at", near, &format!("{started}, the time of the call"), &created.to_string());
    }
    let completed = last.at("/completedAt").as_f64();
    let ended = completed.is_some_and(|completed| completed >= created.floor());
    case.hold("DescribeSigningJob/completed-at", ended, "not before createdAt", &format!("{completed:?}"));
    if let (Some(completed), Some(now)) = (completed, last.date_s()) {
        let earliest = in_progress.unwrap_or(created) - SKEW_S;
        let meanwhile = (earliest..=now + SKEW_S).contains(&completed);
        let permitted = format!("after {earliest}, when it was in progress, and not after {now}");
        case.hold("DescribeSigningJob/completed-at", meanwhile, &permitted, &completed.to_string());
    }
    let object = last.at("/signedObject/s3").clone();
    let bucket = object["bucketName"].as_str().unwrap_or_default().to_owned();
    let key = object["key"].as_str().unwrap_or_default().to_owned();
    case.hold(
        "DescribeSigningJob/signed-object",
        !bucket.is_empty() && !key.is_empty(),
        "bucketName and key",
        &object.to_string(),
    );
    case.same("StartSigningJob/destination-bucket", &json!(fixture.destination_bucket), &object["bucketName"]);
    let signed = case.load(&fixture.destination_bucket, &key).await?;
    let written = signed.as_ref().is_some_and(|signed| !signed.is_empty());
    case.hold("StartSigningJob/signed-object-exists", written, &format!("the object {key}"), "no such object");
    let after = case.load(&fixture.source_bucket, &fixture.key).await?;
    case.hold("StartSigningJob/source-unchanged", source == after, "the same bytes", "other bytes");
    let reason = last.text("/statusReason");
    case.hold("DescribeSigningJob/status-reason", !reason.is_empty(), "a statusReason", &last.at("/statusReason").to_string());
    let by = last.text("/requestedBy");
    let account = case.context().owner_account.clone();
    let is_caller = by.starts_with("arn:") && by.contains(&format!(":{account}:"));
    case.hold("DescribeSigningJob/requested-by", is_caller, &format!("an ARN of {account}"), &by);
    case.same("DescribeSigningJob/owner", &json!(account), last.at("/jobOwner"));
    case.same("DescribeSigningJob/profile-version", answer.at("/profileVersion"), last.at("/profileVersion"));
    let record = last.at("/revocationRecord");
    case.hold("DescribeSigningJob/no-revocation-record", record.is_null(), "no revocationRecord", &record.to_string());
    let pages = case.pages(LIST, json!({})).await?;
    let entry = item(&pages, "jobs", "jobId", &id).cloned().unwrap_or_default();
    let unrevoked = !entry["isRevoked"].as_bool().unwrap_or_default();
    case.hold("ListSigningJobs/is-revoked", unrevoked, "isRevoked false or left out", &entry["isRevoked"].to_string());
    agree(case, LIST, DESCRIBE, &entry, &last.body);
    platform_is_named(case, "DescribeSigningJob/platform-name", &last.body).await?;
    Ok(())
}

async fn stays_ended(case: &mut Case<'_>) -> Played {
    let name = case.fresh("often");
    made(case, &name, plain(case)).await?;
    let input = job_input(case, &name, &format!("{name}-a"))?;
    let id = case.must("StartSigningJob/starts", START, input).await?.text("/jobId");
    let first = outcome(case, &id).await?;
    for _ in 0..52 {
        let again = case.ask(DESCRIBE, json!({ "jobId": id })).await?;
        case.same("DescribeSigningJob/terminal-stays", &first.body, &again.body);
    }
    Ok(())
}

async fn not_completed(case: &mut Case<'_>) -> Played {
    let name = case.fresh("open");
    made(case, &name, plain(case)).await?;
    // A job that ends at once is never seen in progress; some attempts later that is how the target is.
    for attempt in 0..40 {
        let input = job_input(case, &name, &format!("{name}-{attempt}"))?;
        let id = case.must("StartSigningJob/starts", START, input).await?.text("/jobId");
        let told = case.ask(DESCRIBE, json!({ "jobId": id })).await?;
        if told.text("/status") == "InProgress" {
            let completed = told.at("/completedAt");
            case.hold("DescribeSigningJob/not-completed", completed.is_null(), "no completedAt", &completed.to_string());
            let last = outcome(case, &id).await?;
            let announced = told.at("/signedObject");
            let there = !announced.is_null() && *announced != json!({});
            case.open("DescribeSigningJob/object-in-progress", if there { "where it will be" } else { "left out" });
            if there {
                case.same("DescribeSigningJob/signed-object", announced, last.at("/signedObject"));
            }
            let (early, late) = (told.text("/statusReason"), last.text("/statusReason"));
            let observed = format!("{early:?}, as when it had ended");
            case.hold(
                "DescribeSigningJob/reason-of-status",
                early.is_empty() || early != late,
                "the reason for InProgress",
                &observed,
            );
            return Ok(());
        }
    }
    case.skip("jobs of the target end at once");
    Ok(())
}

async fn failure(case: &mut Case<'_>) -> Played {
    let name = case.fresh("fails");
    made(case, &name, plain(case)).await?;
    let mut input = job_input(case, &name, &format!("{name}-a"))?;
    input["source"]["s3"]["key"] = json!("missing.zip");
    input["source"]["s3"]["version"] = json!("null");
    let told = case.ask(START, input).await?;
    if !told.is_success() {
        case.skip("a missing source is refused at once");
        return Ok(());
    }
    let id = told.text("/jobId");
    let told = outcome(case, &id).await?;
    let answer = if told.text("/statusReason").is_empty() { "absent" } else { "any text" };
    for suffix in ["", ".zip"] {
        let bucket = case.fixture()?.destination_bucket;
        let key = format!("{name}/{id}{suffix}");
        let written = case.load(&bucket, &key).await?.is_some();
        let none = !written || told.text("/status") != "Failed";
        case.hold("DescribeSigningJob/failed-has-no-object", none, "nothing written", &format!("the object {key}"));
    }
    case.open("DescribeSigningJob/failure-reason", answer);
    Ok(())
}

/// The text that only the second version of the source holds; both are stored uncompressed.
const ZIPS: [(&[u8], &[u8]); 2] = [
    (include_bytes!("../../fixtures/first.zip"), b"the first version of the program"),
    (include_bytes!("../../fixtures/second.zip"), b"the second version of the program"),
];

async fn source_version(case: &mut Case<'_>) -> Played {
    let fixture = case.fixture()?;
    let name = case.fresh("twice");
    made(case, &name, plain(case)).await?;
    let key = format!("{name}.zip");
    let mut versions = Vec::new();
    for (content, _) in ZIPS {
        versions.push(case.store(&fixture.source_bucket, &key, content).await?);
    }
    if versions[0] == versions[1] {
        case.skip("the S3 keeps no versions");
        return Ok(());
    }
    for (version, (_, text)) in versions.iter().zip(ZIPS) {
        let mut input = job_input(case, &name, &format!("{name}-{version}"))?;
        input["source"]["s3"]["key"] = json!(key);
        input["source"]["s3"]["version"] = json!(version);
        let id = case.must("StartSigningJob/starts", START, input).await?.text("/jobId");
        let told = outcome(case, &id).await?;
        let signed = case.load(&fixture.destination_bucket, &told.text("/signedObject/s3/key")).await?.unwrap_or_default();
        let holds = |text: &[u8]| signed.windows(text.len()).any(|window| window == text);
        // A document of IoT carries the object in base64.
        let encoded = base64_holds(&signed, text);
        let wrong = ZIPS.iter().any(|(_, other)| *other != text && (holds(other) || base64_holds(&signed, other)));
        // One that does not carry it tells where it lies.
        let document: Value = serde_json::from_slice(&signed).unwrap_or_default();
        let located = document.pointer("/payloadLocation/s3/version").and_then(Value::as_str);
        let wrong = wrong || located.is_some_and(|located| located != version);
        if !wrong && !encoded && !holds(text) && located.is_none() {
            case.skip("the signed object holds its source in a form that is not known");
            return Ok(());
        }
        case.hold("StartSigningJob/source-version", !wrong, &String::from_utf8_lossy(text), "the other version");
    }
    Ok(())
}

async fn null_version(case: &mut Case<'_>) -> Played {
    let fixture = case.fixture()?;
    let name = case.fresh("null");
    made(case, &name, plain(case)).await?;
    let bucket = format!("{}-plain", case.fresh("b").to_lowercase());
    if !case.bucket(&bucket).await? {
        case.skip("the S3 takes no bucket more");
        return Ok(());
    }
    case.store(&bucket, &fixture.key, ZIPS[0].0).await?;
    let mut input = job_input(case, &name, &format!("{name}-a"))?;
    input["source"]["s3"]["bucketName"] = json!(bucket);
    input["source"]["s3"]["version"] = json!("null");
    let id = case.must("StartSigningJob/null-version", START, input).await?.text("/jobId");
    let told = outcome(case, &id).await?;
    case.same("StartSigningJob/null-version", &json!("Succeeded"), told.at("/status"));
    Ok(())
}

/// Starts a job and tells how it went: refused, or what became of it.
async fn fate(case: &mut Case<'_>, requirement: &str, input: Value) -> Played {
    let told = case.ask(START, input).await?;
    if !told.is_success() {
        case.open_by_class(requirement, &told);
        return Ok(());
    }
    let told = outcome(case, &told.text("/jobId")).await?;
    case.open(requirement, &format!("200, the job becomes {}", told.text("/status")));
    Ok(())
}

async fn missing_destination(case: &mut Case<'_>) -> Played {
    let name = case.fresh("nowhere");
    made(case, &name, plain(case)).await?;
    let mut input = job_input(case, &name, &format!("{name}-a"))?;
    input["destination"]["s3"]["bucketName"] = json!(format!("{}-none", name.to_lowercase()));
    fate(case, "StartSigningJob/missing-destination", input).await
}

async fn no_location(case: &mut Case<'_>) -> Played {
    let name = case.fresh("void");
    made(case, &name, plain(case)).await?;
    for (index, more) in
        [json!({ "source": {} }), json!({ "destination": {} }), json!({ "destination": { "s3": {} } })].iter().enumerate()
    {
        let input = with(job_input(case, &name, &format!("{name}-{index}"))?, more);
        fate(case, "StartSigningJob/no-source-location", input).await?;
    }
    Ok(())
}

async fn unsupported_platform(case: &mut Case<'_>) -> Played {
    let name = case.fresh("image");
    made(case, &name, Platform::Notation).await?;
    let input = job_input(case, &name, &format!("{name}-a"))?;
    let told = case.ask(START, input).await?;
    case.refused("StartSigningJob/unsupported-platform", &told);
    Ok(())
}

async fn empty_owner(case: &mut Case<'_>) -> Played {
    let name = case.fresh("owner");
    made(case, &name, plain(case)).await?;
    let input = with(job_input(case, &name, &format!("{name}-a"))?, &json!({ "profileOwner": "" }));
    let told = case.ask(START, input).await?;
    if told.is_success() {
        case.open("StartSigningJob/empty-owner", "as if left out");
    } else {
        case.open_by_class("StartSigningJob/empty-owner", &told);
    }
    Ok(())
}

async fn no_profile_name(case: &mut Case<'_>) -> Played {
    let name = case.fresh("named");
    made(case, &name, plain(case)).await?;
    let mut input = job_input(case, &name, &format!("{name}-a"))?;
    if let Value::Object(members) = &mut input {
        members.remove("profileName");
    }
    let told = case.ask(START, input).await?;
    case.open_by_class("StartSigningJob/no-profile-name", &told);
    Ok(())
}
