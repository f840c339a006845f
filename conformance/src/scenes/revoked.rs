//! What a revocation leaves behind: its record, the times that it reaches, and whose things it is about.

use std::time::Duration;

use serde_json::{Value, json};
use signer_model::{Account, EffectiveTime, SignatureTime};
use signer_schemas::Operation;

use crate::judge::runner::case::Case;
use crate::judge::runner::scene::Scene;
use crate::judge::runner::talk::{Played, Stop, Told, with};
use crate::scenes::calls::{J0, P0, get, revoke, revoke_signature};
use crate::scenes::revocation::{question, subjects};
use crate::scenes::signing::{notation, payload, signed};

const STATUS: Operation = Operation::GetRevocationStatus;

const REVOKE: Operation = Operation::RevokeSigningProfile;

const REVOKE_SIGNATURE: Operation = Operation::RevokeSignature;

const GET: Operation = Operation::GetSigningProfile;

const DESCRIBE: Operation = Operation::DescribeSigningJob;

pub(super) const SCENES: &[Scene] = &[
    Scene {
        name: "revocation/record",
        operation: REVOKE,
        what: "the records of a profile and of a job tell the time of the call, whenever they are read",
        requirements: &["RevokeSigningProfile/revoked-at", "RevokeSignature/revoked-at", "DescribeSigningJob/revocation-record"],
        play: |case| Box::pin(record(case)),
    },
    Scene {
        name: "revocation/like-version",
        operation: REVOKE,
        what: "a version that differs from the profile's only in case",
        requirements: &["RevokeSigningProfile/wrong-version"],
        play: |case| Box::pin(like_version(case)),
    },
    Scene {
        name: "revocation/others-names",
        operation: STATUS,
        what: "a revoked job under another account's ARN, and a revoked profile under a version that it never had",
        requirements: &["GetRevocationStatus/none-revoked"],
        play: |case| Box::pin(others_names(case)),
    },
    Scene {
        name: "revocation/other-account",
        operation: STATUS,
        what: "another account asks about profile and job of this one",
        requirements: &["GetRevocationStatus/other-account"],
        play: |case| Box::pin(other_account(case)),
    },
    Scene {
        name: "revocation/moved",
        operation: STATUS,
        what: "signatures of the seconds around an effective time, and between it and a later one that held before",
        requirements: &["GetRevocationStatus/profile-revoked-after", "GetRevocationStatus/profile-revoked-before"],
        play: |case| Box::pin(moved(case)),
    },
    Scene {
        name: "revocation/within-a-second",
        operation: REVOKE,
        what: "an effective time that is no whole second",
        requirements: &["GetSigningProfile/effective-from"],
        play: |case| Box::pin(within_a_second(case)),
    },
];

/// The input that revokes a profile.
fn revocation(name: &str, version: &str, at: &Value) -> Value {
    json!({ "profileName": name, "profileVersion": version, "reason": "conformance", "effectiveTime": at })
}

/// The record tells the time of the call.
fn told_at(case: &mut Case<'_>, requirement: &str, call: &Told, view: &Told) {
    let told = view.at("/revocationRecord/revokedAt").as_f64();
    let near = told.is_some_and(|told| call.date_s().is_none_or(|called| (told - called).abs() <= 5.0));
    case.hold(requirement, near, &format!("{:?}, the time of the call", call.date_s()), &format!("{told:?}"));
}

async fn record(case: &mut Case<'_>) -> Played {
    let (name, answer) = notation(case, "record").await?;
    let id = signed(case, &name, &payload(300)).await?.text("/jobId");
    let of_job = json!({ "jobId": id });
    let input = with(of_job.clone(), &json!({ "reason": "conformance" }));
    let job = case.must("RevokeSignature/revokes", REVOKE_SIGNATURE, input).await?;
    let at = json!(case.context().effective_time(EffectiveTime::Later));
    let input = revocation(&name, &answer.text("/profileVersion"), &at);
    let profile = case.must("RevokeSigningProfile/revokes", REVOKE, input).await?;
    let of_profile = json!({ "profileName": name });
    for (requirement, call, operation, look) in
        [("RevokeSignature/revoked-at", job, DESCRIBE, of_job), ("RevokeSigningProfile/revoked-at", profile, GET, of_profile)]
    {
        let first = case.ask(operation, look.clone()).await?;
        told_at(case, requirement, &call, &first);
        case.wait(Duration::from_millis(1100)).await;
        let second = case.ask(operation, look).await?;
        case.same(requirement, first.at("/revocationRecord/revokedAt"), second.at("/revocationRecord/revokedAt"));
        if operation == DESCRIBE {
            let by = first.text("/revocationRecord/revokedBy");
            case.hold("DescribeSigningJob/revocation-record", !by.is_empty(), "a record with revokedBy", &first.words());
        }
    }
    Ok(())
}

async fn like_version(case: &mut Case<'_>) -> Played {
    let (name, answer) = notation(case, "like").await?;
    let version = answer.text("/profileVersion");
    let swap = |one: char| if one.is_ascii_lowercase() { one.to_ascii_uppercase() } else { one.to_ascii_lowercase() };
    let like: String = version.chars().map(swap).collect();
    if like == version {
        case.skip("the profile's version has no letters");
        return Ok(());
    }
    let at = json!(case.context().effective_time(EffectiveTime::Later));
    let told = case.ask(REVOKE, revocation(&name, &like, &at)).await?;
    case.refused("RevokeSigningProfile/wrong-version", &told);
    let view = case.ask(GET, json!({ "profileName": name })).await?;
    case.same("RevokeSigningProfile/wrong-version", &json!("Active"), view.at("/status"));
    Ok(())
}

/// What is listed as revoked.
fn listed(told: &Told) -> Vec<String> {
    let entities = told.at("/revokedEntities").as_array().into_iter().flatten();
    entities.filter_map(Value::as_str).map(str::to_owned).collect()
}

/// Nothing is listed, whether or not the question is refused.
fn lists_none(case: &mut Case<'_>, told: &Told) {
    case.hold("GetRevocationStatus/none-revoked", listed(told).is_empty(), "nothing listed", &told.words());
}

async fn others_names(case: &mut Case<'_>) -> Played {
    let (arn, job) = subjects(case).await?;
    let at = case.context().signature_time(SignatureTime::AfterLater);
    let (owner, other) = (case.context().owner_account.clone(), case.context().other_account.clone());
    let foreign = if owner == other { "123456789012" } else { other.as_str() };
    let foreign = job.replacen(&format!(":{owner}:"), &format!(":{foreign}:"), 1);
    case.model(revoke_signature(J0)).await?;
    let told = case.ask(STATUS, question(&arn, &foreign, at)).await?;
    lists_none(case, &told);
    case.model(revoke(P0, EffectiveTime::Earlier)).await?;
    let version = case.model(get(P0)).await?["profileVersion"].as_str().unwrap_or_default().to_owned();
    let never = arn.replacen(&version, "Zyxwvu9999", 1);
    let told = case.ask(STATUS, question(&never, &foreign, at)).await?;
    lists_none(case, &told);
    Ok(())
}

async fn other_account(case: &mut Case<'_>) -> Played {
    case.two_accounts()?;
    let (arn, job) = subjects(case).await?;
    case.model(revoke_signature(J0)).await?;
    let input = question(&arn, &job, case.context().signature_time(SignatureTime::AfterLater));
    let mine = case.must("GetRevocationStatus/job-revoked", STATUS, input.clone()).await?;
    let theirs = case.ask_by(Account::Other, STATUS, input).await?;
    if !theirs.is_success() {
        case.open_by_class("GetRevocationStatus/other-account", &theirs);
        return Ok(());
    }
    let answer = if listed(&theirs) == listed(&mine) { "200, as for the owner" } else { "200, not listed" };
    case.open("GetRevocationStatus/other-account", answer);
    Ok(())
}

async fn moved(case: &mut Case<'_>) -> Played {
    let (name, answer) = notation(case, "moved").await?;
    let arn = answer.text("/profileVersionArn");
    let id = signed(case, &name, &payload(300)).await?.text("/jobId");
    let job = format!("{}:/signing-jobs/{id}", arn.split(":/").next().unwrap_or_default());
    // Well within a minute, so that its neighbours are of the same one.
    let earlier = case.context().effective_time(EffectiveTime::Earlier).div_euclid(60) * 60 + 20;
    let later = earlier + 3600;
    for at in [later, earlier] {
        let input = revocation(&name, &answer.text("/profileVersion"), &json!(at));
        case.must("RevokeSigningProfile/revokes", REVOKE, input).await?;
    }
    for (at, is_revoked) in [(earlier - 1, false), (earlier + 1, true), (later - 1, true)] {
        let requirement = if is_revoked { "profile-revoked-after" } else { "profile-revoked-before" };
        let requirement = format!("GetRevocationStatus/{requirement}");
        let told = case.must(&requirement, STATUS, question(&arn, &job, at)).await?;
        let what = if is_revoked { "the profile listed" } else { "nothing listed" };
        case.hold(&requirement, listed(&told).is_empty() != is_revoked, what, &told.words());
    }
    Ok(())
}

async fn within_a_second(case: &mut Case<'_>) -> Played {
    let (name, answer) = notation(case, "fraction").await?;
    #[expect(clippy::cast_precision_loss, reason = "seconds of this century fit")]
    let at = case.context().effective_time(EffectiveTime::Later) as f64 + 0.25;
    let input = revocation(&name, &answer.text("/profileVersion"), &json!(at));
    case.must("RevokeSigningProfile/revokes", REVOKE, input).await?;
    let view = case.must("GetSigningProfile/view", GET, json!({ "profileName": name })).await?;
    let told = view.at("/revocationRecord/revocationEffectiveFrom").as_f64().ok_or(Stop)?;
    let fits = told <= at + 0.001 && told > at - 1.0;
    case.hold("GetSigningProfile/effective-from", fits, &format!("{at}, or the second that it is in"), &told.to_string());
    Ok(())
}
