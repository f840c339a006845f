//! The life of a job, from its start to its end, in every view.

use serde_json::json;
use signer_schemas::Operation::{DescribeSigningJob, StartSigningJob};

use crate::judge::runner::case::Case;
use crate::judge::runner::scene::{Conversation, Scene};
use crate::judge::runner::talk::{Played, Stop, Told};
use crate::operations::notes::member_words;
use crate::scenes::shared::inputs::missing_input;
use crate::scenes::shared::lists::JOBS;
use crate::scenes::shared::steps::{ask_job, outcome, plain_profile, profile, started, watched};
use crate::scenes::shared::symbols::plain;
use crate::scenes::shared::views::{agree, is_nothing, platform_is_named};

pub(crate) const SCENES: &[Scene] = &[LIFE, STAYS_ENDED, NOT_COMPLETED, FAILURE];

const LIFE: Scene = Scene {
    name: "jobs/life",
    operation: StartSigningJob,
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
        "DescribeSigningJob/platform-name-agrees",
        "StartSigningJob/job-id-format",
        "ListSigningJobs/entry-agrees",
        "ListSigningJobs/is-revoked",
    ],
    play: &Conversation(|case| Box::pin(life(case))),
};

async fn life(case: &mut Case<'_>) -> Played {
    let fixture = case.fixture()?;
    let (name, creation) = profile(case, "life", plain(case)).await?;
    let source = case.load(&fixture.source_bucket, &fixture.key).await?;
    let start = started(case, &name, "a").await?;
    let other = started(case, &name, "b").await?;
    let id = start.text("/jobId");
    case.hold("StartSigningJob/fresh-id", id != other.text("/jobId"), "two ids", &id);
    let is_uuid = id.len() == 36 && id.chars().all(|letter| matches!(letter, '0'..='9' | 'a'..='f' | '-'));
    case.hold("StartSigningJob/job-id-format", is_uuid, "a UUID in lower case", &id);
    let first = ask_job(case, &id).await?;
    case.hold("StartSigningJob/starts", first.is_success(), "the job", &first.words());
    case.accepted("StartSigningJob/followed-up", &first);
    let listed = JOBS.listed(case, json!({})).await?.contains(&id);
    case.hold("StartSigningJob/followed-up", listed, "in the list", "not listed");
    let (last, in_progress) = watched(case, &id).await?;
    case.same_member("StartSigningJob/valid-source-succeeds", "/status", &json!("Succeeded"), &last.body);
    if last.text("/status") != "Succeeded" {
        return Err(Stop);
    }
    times(case, &start, &first, &last, in_progress);
    parties(case, &creation, &last);
    let signed = object(case, &last).await?;
    let written = signed.is_some_and(|signed| !signed.is_empty());
    case.hold(
        "StartSigningJob/signed-object-exists",
        written,
        "the object that the job names",
        "no such object",
    );
    let after = case.load(&fixture.source_bucket, &fixture.key).await?;
    case.hold("StartSigningJob/source-unchanged", source == after, "the same bytes", "other bytes");
    let entry = JOBS.shown(case, &id).await?;
    let unrevoked = !entry["isRevoked"].as_bool().unwrap_or_default();
    case.hold(
        "ListSigningJobs/is-revoked",
        unrevoked,
        "isRevoked false or left out",
        &member_words("isRevoked", &entry["isRevoked"]),
    );
    agree(case, JOBS, DescribeSigningJob, &entry, &last.body);
    platform_is_named(case, "DescribeSigningJob/platform-name", &last.body).await
}

/// Times that two machines tell of one event may lie so far apart, in seconds.
const SKEW_S: f64 = 5.0;

/// The job was made when it was started, and completed between the last look at it in progress and the last
/// answer.
fn times(case: &mut Case<'_>, start: &Told, first: &Told, last: &Told, in_progress: Option<f64>) {
    case.same_member("DescribeSigningJob/created-at", "/createdAt", first.at("/createdAt"), &last.body);
    let created = last.at("/createdAt").as_f64().unwrap_or_default();
    if let Some(started) = start.date_s() {
        let near = (created - started).abs() <= SKEW_S;
        case.hold(
            "DescribeSigningJob/created-at",
            near,
            &format!("{started}, the time of the call"),
            &format!("createdAt: {created}"),
        );
    }
    let completed = last.at("/completedAt").as_f64();
    let ended = completed.is_some_and(|completed| completed >= created.floor());
    case.hold(
        "DescribeSigningJob/completed-at",
        ended,
        "not before createdAt",
        &member_words("completedAt", last.at("/completedAt")),
    );
    if let (Some(completed), Some(now)) = (completed, last.date_s()) {
        let earliest = in_progress.unwrap_or(created) - SKEW_S;
        let meanwhile = (earliest..=now + SKEW_S).contains(&completed);
        let permitted = format!("after {earliest}, when it was in progress, and not after {now}");
        case.hold(
            "DescribeSigningJob/completed-at",
            meanwhile,
            &permitted,
            &format!("completedAt: {completed}"),
        );
    }
}

/// Who asked for the job, whose it is, and under which version of the profile it was made.
fn parties(case: &mut Case<'_>, creation: &Told, job: &Told) {
    let account = case.context().owner_account.clone();
    let by = job.text("/requestedBy");
    let is_caller = by.starts_with("arn:") && by.contains(&format!(":{account}:"));
    case.hold(
        "DescribeSigningJob/requested-by",
        is_caller,
        &format!("an ARN of {account}"),
        &member_words("requestedBy", job.at("/requestedBy")),
    );
    case.same_member("DescribeSigningJob/owner", "/jobOwner", &json!(account), &job.body);
    case.same_member(
        "DescribeSigningJob/profile-version",
        "/profileVersion",
        creation.at("/profileVersion"),
        &job.body,
    );
    case.has_no_member("DescribeSigningJob/no-revocation-record", "revocationRecord", &job.body);
    let reason = member_words("statusReason", job.at("/statusReason"));
    let is_told = !job.text("/statusReason").is_empty();
    case.hold("DescribeSigningJob/status-reason", is_told, "a statusReason", &reason);
}

/// The object that the job names, which is in the bucket that was asked for.
async fn object(case: &mut Case<'_>, job: &Told) -> Result<Option<Vec<u8>>, Stop> {
    let bucket = case.fixture()?.destination_bucket;
    let object = job.at("/signedObject/s3");
    let key = job.text("/signedObject/s3/key");
    let is_named = !key.is_empty() && !job.text("/signedObject/s3/bucketName").is_empty();
    case.hold(
        "DescribeSigningJob/signed-object",
        is_named,
        "bucketName and key",
        &member_words("signedObject.s3", object),
    );
    case.same_member("StartSigningJob/destination-bucket", "/bucketName", &json!(bucket), object);
    case.load(&bucket, &key).await
}

const STAYS_ENDED: Scene = Scene {
    name: "jobs/stays-ended",
    operation: DescribeSigningJob,
    what: "a job that has ended shows the same however often it is asked for",
    requirements: &["DescribeSigningJob/terminal-stays"],
    play: &Conversation(|case| Box::pin(stays_ended(case))),
};

async fn stays_ended(case: &mut Case<'_>) -> Played {
    let name = plain_profile(case, "often").await?;
    let id = started(case, &name, "a").await?.text("/jobId");
    let first = outcome(case, &id).await?;
    for _ in 0..52 {
        let again = ask_job(case, &id).await?;
        case.same("DescribeSigningJob/terminal-stays", &first.body, &again.body);
    }
    Ok(())
}

const NOT_COMPLETED: Scene = Scene {
    name: "jobs/not-completed",
    operation: DescribeSigningJob,
    what: "a job that is still in progress has not ended",
    requirements: &[
        "DescribeSigningJob/not-completed",
        "DescribeSigningJob/object-in-progress",
        "DescribeSigningJob/expiry-in-progress",
    ],
    play: &Conversation(|case| Box::pin(not_completed(case))),
};

async fn not_completed(case: &mut Case<'_>) -> Played {
    let name = plain_profile(case, "open").await?;
    // A job that ends at once is never seen in progress; some attempts later that is how the target is.
    for attempt in 0..40 {
        let id = started(case, &name, &attempt.to_string()).await?.text("/jobId");
        let told = ask_job(case, &id).await?;
        if told.text("/status") != "InProgress" {
            continue;
        }
        case.has_no_member("DescribeSigningJob/not-completed", "completedAt", &told.body);
        let last = outcome(case, &id).await?;
        let announced = told.at("/signedObject");
        let there = !is_nothing(announced);
        case.open(
            "DescribeSigningJob/object-in-progress",
            if there { "where it will be" } else { "left out" },
        );
        if there {
            case.same_member("DescribeSigningJob/signed-object", "/signedObject", announced, &last.body);
        }
        let expiry = if is_nothing(told.at("/signatureExpiresAt")) { "absent" } else { "present" };
        case.open("DescribeSigningJob/expiry-in-progress", expiry);
        let (early, late) = (told.text("/statusReason"), last.text("/statusReason"));
        let is_its_own = early.is_empty() || early != late;
        let observed = format!("{early:?}, as when it had ended");
        case.hold("DescribeSigningJob/reason-of-status", is_its_own, "the reason for InProgress", &observed);
        return Ok(());
    }
    Err(case.skip("jobs of the target end at once"))
}

const FAILURE: Scene = Scene {
    name: "jobs/failure",
    operation: DescribeSigningJob,
    what: "a job over an object that does not exist",
    requirements: &[
        "DescribeSigningJob/failure-reason",
        "DescribeSigningJob/failed-has-no-object",
        "DescribeSigningJob/failed-has-no-expiry",
    ],
    play: &Conversation(|case| Box::pin(failure(case))),
};

async fn failure(case: &mut Case<'_>) -> Played {
    let name = plain_profile(case, "fails").await?;
    let input = missing_input(case, &name, "a")?;
    let told = case.ask(StartSigningJob, input).await?;
    if !told.is_success() {
        return Err(case.skip("a missing source is refused at once"));
    }
    let id = told.text("/jobId");
    let told = outcome(case, &id).await?;
    let bucket = case.fixture()?.destination_bucket;
    for suffix in ["", ".zip"] {
        let key = format!("{name}/{id}{suffix}");
        let written = case.load(&bucket, &key).await?.is_some();
        let none = !written || told.text("/status") != "Failed";
        case.hold(
            "DescribeSigningJob/failed-has-no-object",
            none,
            "nothing written",
            &format!("the object {key}"),
        );
    }
    let expiry = told.at("/signatureExpiresAt");
    let none = is_nothing(expiry) || told.text("/status") != "Failed";
    case.hold(
        "DescribeSigningJob/failed-has-no-expiry",
        none,
        "no signatureExpiresAt",
        &member_words("signatureExpiresAt", expiry),
    );
    let answer = if told.text("/statusReason").is_empty() { "absent" } else { "any text" };
    case.open("DescribeSigningJob/failure-reason", answer);
    Ok(())
}
