//! Revocation: of signatures and of profiles, and the question whether something is revoked.

use serde_json::{Value, json};
use signer_model::{EffectiveTime, Platform, SignatureTime};
use signer_schemas::Operation;

use crate::judge::runner::case::Case;
use crate::judge::runner::scene::Scene;
use crate::judge::runner::talk::{Played, Stop, with};
use crate::scenes::calls::{J0, J1, P0, describe, get, made, put, revoke, revoke_signature, sign, without};

const STATUS: Operation = Operation::GetRevocationStatus;

const REVOKE: Operation = Operation::RevokeSigningProfile;

const REVOKE_SIGNATURE: Operation = Operation::RevokeSignature;

const GET: Operation = Operation::GetSigningProfile;

pub(super) const SCENES: &[Scene] = &[
    Scene {
        name: "revocation/signature",
        operation: REVOKE_SIGNATURE,
        what: "a revoked signature, its record, and its neighbours",
        requirements: &[
            "RevokeSignature/reason-shown",
            "RevokeSignature/revoked-at",
            "RevokeSignature/status-unchanged",
            "RevokeSignature/irreversible",
            "RevokeSignature/revoked-by",
            "RevokeSignature/other-jobs",
        ],
        play: |case| Box::pin(signature(case)),
    },
    Scene {
        name: "revocation/owner",
        operation: REVOKE_SIGNATURE,
        what: "a jobOwner that is the caller, and one that does not own the job",
        requirements: &["RevokeSignature/own-owner", "RevokeSignature/wrong-owner"],
        play: |case| Box::pin(owner(case)),
    },
    Scene {
        name: "revocation/times",
        operation: REVOKE,
        what: "effective times in the future, a little ahead, now, and later than the one in force",
        requirements: &[
            "RevokeSigningProfile/future",
            "RevokeSigningProfile/clock-skew",
            "RevokeSigningProfile/present-time",
            "RevokeSigningProfile/never-later",
            "RevokeSigningProfile/record-refresh",
        ],
        play: |case| Box::pin(times(case)),
    },
    Scene {
        name: "revocation/echo",
        operation: STATUS,
        what: "under which name a revoked profile is listed",
        requirements: &["GetRevocationStatus/echo"],
        play: |case| Box::pin(echo(case)),
    },
    Scene {
        name: "revocation/job-arn",
        operation: STATUS,
        what: "a revoked job is known by its ARN",
        requirements: &["GetRevocationStatus/job-arn-form", "GetRevocationStatus/hashes-are-a-set"],
        play: |case| Box::pin(job_arn(case)),
    },
    Scene {
        name: "revocation/strange-questions",
        operation: STATUS,
        what: "unknown platforms, no hashes, ARNs that are none, times to come and times before the profile",
        requirements: &[
            "GetRevocationStatus/unknown-platform",
            "GetRevocationStatus/empty-hashes",
            "GetRevocationStatus/malformed-arn",
            "GetRevocationStatus/future-timestamp",
            "GetRevocationStatus/before-profile",
        ],
        play: |case| Box::pin(strange_questions(case)),
    },
    Scene {
        name: "revocation/asking-changes-nothing",
        operation: STATUS,
        what: "questions of every kind leave profile and job as they are",
        requirements: &["GetRevocationStatus/no-change"],
        play: |case| Box::pin(asking_changes_nothing(case)),
    },
];

async fn signature(case: &mut Case<'_>) -> Played {
    case.model(put(case.edition(), P0, Platform::Notation)).await?;
    case.model(sign(J0, P0)).await?;
    case.model(sign(J1, P0)).await?;
    let before = case.model(describe(J0)).await?;
    let neighbour = case.model(describe(J1)).await?;
    let id = before["jobId"].clone();
    // Of the greatest length, with what is easily lost at its ends.
    let reason = format!(" {:x<498} ", "lost key: \"é\", <b>, \u{1f511} ");
    let told = case.must("RevokeSignature/revokes", REVOKE_SIGNATURE, json!({ "jobId": id, "reason": reason })).await?;
    let at = told.date_s();
    let look = json!({ "jobId": id });
    let after = case.must("DescribeSigningJob/view", Operation::DescribeSigningJob, look.clone()).await?;
    case.same("RevokeSignature/reason-shown", &json!(reason), after.at("/revocationRecord/reason"));
    let revoked_at = after.at("/revocationRecord/revokedAt").as_f64();
    let near = revoked_at.zip(at).is_none_or(|(told, called)| (told - called).abs() <= 5.0) && revoked_at.is_some();
    case.hold("RevokeSignature/revoked-at", near, &format!("{at:?}, the time of the call"), &format!("{revoked_at:?}"));
    case.same("RevokeSignature/status-unchanged", &before["status"], after.at("/status"));
    let by = after.text("/revocationRecord/revokedBy");
    case.open_entity("RevokeSignature/revoked-by", &by);
    let again = case.ask(Operation::DescribeSigningJob, json!({ "jobId": neighbour["jobId"] })).await?;
    case.same("RevokeSignature/other-jobs", &without(&neighbour, &[]), &without(&again.body, &[]));
    // Nothing takes a revocation back: not another one, not the end of the profile.
    case.ask(REVOKE_SIGNATURE, json!({ "jobId": id, "reason": "again" })).await?;
    let name = case.name_of(P0);
    case.must("CancelSigningProfile/cancels", Operation::CancelSigningProfile, json!({ "profileName": name })).await?;
    let last = case.ask(Operation::DescribeSigningJob, look).await?;
    let still = !last.at("/revocationRecord").is_null();
    case.hold("RevokeSignature/irreversible", still, "a revocationRecord", &last.words());
    Ok(())
}

async fn owner(case: &mut Case<'_>) -> Played {
    case.model(put(case.edition(), P0, Platform::Notation)).await?;
    case.model(sign(J0, P0)).await?;
    let id = case.model(describe(J0)).await?["jobId"].clone();
    let input = |owner: &str| json!({ "jobId": id, "reason": "conformance", "jobOwner": owner });
    let stranger = input(&case.context().other_account.clone());
    let told = case.ask(REVOKE_SIGNATURE, stranger).await?;
    case.refused("RevokeSignature/wrong-owner", &told);
    case.open_by_class("RevokeSignature/wrong-owner", &told);
    let own = input(&case.context().owner_account.clone());
    let told = case.ask(REVOKE_SIGNATURE, own).await?;
    case.accepted("RevokeSignature/own-owner", &told);
    let view = case.ask(Operation::DescribeSigningJob, json!({ "jobId": id })).await?;
    let recorded = !view.at("/revocationRecord").is_null();
    case.hold("RevokeSignature/own-owner", recorded, "a revocationRecord", &view.words());
    Ok(())
}

/// The record of a profile's revocation.
async fn record(case: &mut Case<'_>, name: &str) -> Result<Value, Stop> {
    let told = case.must("GetSigningProfile/view", GET, json!({ "profileName": name })).await?;
    Ok(told.at("/revocationRecord").clone())
}

async fn times(case: &mut Case<'_>) -> Played {
    let name = case.fresh("times");
    let version = made(case, &name, Platform::Notation).await?.text("/profileVersion");
    let at =
        |time: i64| json!({ "profileName": name, "profileVersion": version, "reason": "conformance", "effectiveTime": time });
    let before = case.must("GetSigningProfile/view", GET, json!({ "profileName": name })).await?;
    let now = before.date_s().map_or(case.context().now_s, whole);
    for ahead in [3600, 24 * 3600, 3650 * 24 * 3600] {
        let told = case.ask(REVOKE, at(now + ahead)).await?;
        case.refused("RevokeSigningProfile/future", &told);
    }
    let after = case.must("GetSigningProfile/view", GET, json!({ "profileName": name })).await?;
    case.same("RevokeSigningProfile/future", &before.body, &after.body);
    let skewed = case.fresh("skew");
    let skewed_version = made(case, &skewed, Platform::Notation).await?.text("/profileVersion");
    let input = with(at(now + 30), &json!({ "profileName": skewed, "profileVersion": skewed_version }));
    let told = case.ask(REVOKE, input).await?;
    case.open_by_class("RevokeSigningProfile/clock-skew", &told);

    // The second that the service itself tells has begun.
    let told = case.ask(REVOKE, at(now)).await?;
    case.accepted("RevokeSigningProfile/present-time", &told);
    if !told.is_success() {
        return Err(Stop);
    }
    let first = record(case, &name).await?;
    case.ask(REVOKE, at(now)).await?;
    let later = case.ask(GET, json!({ "profileName": name })).await?.date_s().map_or(now, whole);
    case.ask(REVOKE, at(later)).await?;
    let second = record(case, &name).await?;
    let from = "revocationEffectiveFrom";
    case.hold(
        "RevokeSigningProfile/never-later",
        second[from].as_f64() <= first[from].as_f64() && second[from].is_number(),
        &format!("not after {}", first[from]),
        &second[from].to_string(),
    );
    case.wait(std::time::Duration::from_millis(1100)).await;
    let mut third = Value::Null;
    for earlier in [now - 3600, now - 7200, now - 10_800] {
        case.must("RevokeSigningProfile/earlier", REVOKE, at(earlier)).await?;
        third = record(case, &name).await?;
        case.hold(
            "RevokeSigningProfile/earlier",
            third[from].as_f64().is_some_and(|told| whole(told) == earlier),
            &earlier.to_string(),
            &third[from].to_string(),
        );
    }
    let renewed = third["revokedAt"] != second["revokedAt"];
    case.open("RevokeSigningProfile/record-refresh", if renewed { "renewed" } else { "kept from the first call" });
    Ok(())
}

#[expect(clippy::cast_possible_truncation, reason = "seconds of this century fit")]
fn whole(seconds: f64) -> i64 {
    seconds as i64
}

/// A question about profile and job, at that time.
pub(super) fn question(profile_version_arn: &str, job_arn: &str, at: i64) -> Value {
    json!({
        "signatureTimestamp": at,
        "platformId": Platform::Notation.id(),
        "profileVersionArn": profile_version_arn,
        "jobArn": job_arn,
        "certificateHashes": ["0".repeat(192), format!("1{}", "0".repeat(191))],
    })
}

/// A profile and a job of its own, by their ARNs.
pub(super) async fn subjects(case: &mut Case<'_>) -> Result<(String, String), Stop> {
    case.model(put(case.edition(), P0, Platform::Notation)).await?;
    case.model(sign(J0, P0)).await?;
    let view = case.model(get(P0)).await?;
    let arn = view["profileVersionArn"].as_str().unwrap_or_default().to_owned();
    let job = case.model(describe(J0)).await?["jobId"].as_str().unwrap_or_default().to_owned();
    let head = arn.split(":/").next().unwrap_or_default().to_owned();
    Ok((arn, format!("{head}:/signing-jobs/{job}")))
}

async fn echo(case: &mut Case<'_>) -> Played {
    let (arn, job) = subjects(case).await?;
    case.model(revoke(P0, EffectiveTime::Earlier)).await?;
    let input = question(&arn, &job, case.context().signature_time(SignatureTime::AfterLater));
    let told = case.must("GetRevocationStatus/profile-revoked-after", STATUS, input).await?;
    let listed: Vec<&str> = told.at("/revokedEntities").as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let answer = match listed.as_slice() {
        [only] if *only == arn => "the given profileVersionArn".to_owned(),
        [only] if arn.starts_with(&format!("{only}/")) => "the profile's ARN without the version".to_owned(),
        other => format!("{other:?}"),
    };
    case.open("GetRevocationStatus/echo", &answer);
    Ok(())
}

async fn job_arn(case: &mut Case<'_>) -> Played {
    let (arn, job) = subjects(case).await?;
    let input = question(&arn, &job, case.context().signature_time(SignatureTime::AfterLater));
    let mut reversed = input.clone();
    if let Some(hashes) = reversed["certificateHashes"].as_array_mut() {
        hashes.reverse();
    }
    let before = [case.ask(STATUS, input.clone()).await?.body, case.ask(STATUS, reversed.clone()).await?.body];
    case.same("GetRevocationStatus/hashes-are-a-set", &before[0], &before[1]);
    case.model(revoke_signature(J0)).await?;
    let told = case.must("GetRevocationStatus/job-revoked", STATUS, input).await?;
    case.same("GetRevocationStatus/job-arn-form", &json!([job]), told.at("/revokedEntities"));
    let again = case.ask(STATUS, reversed).await?;
    case.same("GetRevocationStatus/hashes-are-a-set", &told.body, &again.body);
    Ok(())
}

async fn strange_questions(case: &mut Case<'_>) -> Played {
    let (arn, job) = subjects(case).await?;
    let now = case.context().now_s;
    let base = question(&arn, &job, now - 60);
    let unknown = with(base.clone(), &json!({ "platformId": "NoSuchPlatform-SHA256-ECDSA" }));
    let told = case.ask(STATUS, unknown).await?;
    case.open_by_class("GetRevocationStatus/unknown-platform", &told);
    let told = case.ask(STATUS, with(base.clone(), &json!({ "certificateHashes": [] }))).await?;
    case.open_by_class("GetRevocationStatus/empty-hashes", &told);
    for member in ["profileVersionArn", "jobArn"] {
        let told = case.ask(STATUS, with(base.clone(), &json!({ member: "this-is-no-arn-at-all-1234567890" }))).await?;
        if told.is_success() {
            let listed = told.at("/revokedEntities").as_array().is_some_and(|entities| !entities.is_empty());
            case.hold("GetRevocationStatus/malformed-arn", !listed, "nothing listed", &told.words());
            case.open("GetRevocationStatus/malformed-arn", "200, not listed");
        } else {
            case.open_by_class("GetRevocationStatus/malformed-arn", &told);
        }
    }
    let told = case.ask(STATUS, with(base.clone(), &json!({ "signatureTimestamp": now + 24 * 3600 }))).await?;
    case.open_by_class("GetRevocationStatus/future-timestamp", &told);
    let told = case.ask(STATUS, with(base, &json!({ "signatureTimestamp": now - 20 * 365 * 24 * 3600 }))).await?;
    case.open_by_class("GetRevocationStatus/before-profile", &told);
    Ok(())
}

async fn asking_changes_nothing(case: &mut Case<'_>) -> Played {
    let (arn, job) = subjects(case).await?;
    let before = [case.model(get(P0)).await?, case.model(describe(J0)).await?];
    for at in [SignatureTime::BeforeEarlier, SignatureTime::Between, SignatureTime::AfterLater] {
        let input = question(&arn, &job, case.context().signature_time(at));
        case.ask(STATUS, input.clone()).await?;
        case.ask(STATUS, with(input, &json!({ "platformId": Platform::Lambda.id() }))).await?;
    }
    let after = [case.model(get(P0)).await?, case.model(describe(J0)).await?];
    case.same("GetRevocationStatus/no-change", &json!(before), &json!(after));
    Ok(())
}
