//! The question whether something is revoked: under which names, for signatures of which times, and who may
//! ask.

use serde_json::{Value, json};
use signer_model::{Account, EffectiveTime, J0, P0, Platform, Request as Ask, SignatureTime};
use signer_schemas::Operation::{GetRevocationStatus, RevokeSigningProfile};

use crate::judge::runner::case::Case;
use crate::judge::runner::scene::{Conversation, Scene};
use crate::judge::runner::talk::{Played, Told, with};
use crate::scenes::shared::inputs::{NO_PLATFORM, job_arn, payload, revocation_input, status_input};
use crate::scenes::shared::steps::{notation, signed, subjects};

pub(crate) const SCENES: &[Scene] =
    &[ECHO, JOB_ARN, STRANGE_QUESTIONS, ASKING_CHANGES_NOTHING, OTHERS_NAMES, OTHER_ACCOUNT, MOVED];

/// The input that asks about profile and job of [`subjects`], for a signature made when every revocation is
/// in force.
fn asked_late(case: &Case<'_>, profile_version_arn: &str, job_arn: &str) -> Value {
    status_input(
        profile_version_arn,
        job_arn,
        &json!(case.context().signature_time(SignatureTime::AfterLater)),
    )
}

/// What is listed as revoked.
fn listed(told: &Told) -> Vec<&str> {
    told.at("/revokedEntities").as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

/// Nothing is listed as revoked.
fn lists_nothing(case: &mut Case<'_>, requirement: &str, told: &Told) {
    case.hold(requirement, listed(told).is_empty(), "nothing listed", &told.words());
}

const ECHO: Scene = Scene {
    name: "revocation/echo",
    operation: GetRevocationStatus,
    what: "under which name a revoked profile is listed",
    requirements: &["GetRevocationStatus/echo"],
    play: &Conversation(|case| Box::pin(echo(case))),
};

async fn echo(case: &mut Case<'_>) -> Played {
    let (arn, job) = subjects(case).await?;
    case.model(Ask::revoke(P0, EffectiveTime::Earlier)).await?;
    let input = asked_late(case, &arn, &job);
    let told = case.must("GetRevocationStatus/profile-revoked-after", GetRevocationStatus, input).await?;
    let is_listed = !listed(&told).is_empty();
    case.hold("GetRevocationStatus/profile-revoked-after", is_listed, "the profile is listed", &told.words());
    if !is_listed {
        return Ok(());
    }
    let answer = match listed(&told).as_slice() {
        [only] if *only == arn => "the given profileVersionArn".to_owned(),
        [only] if arn.starts_with(&format!("{only}/")) => "the profile's ARN without the version".to_owned(),
        other => format!("{other:?}"),
    };
    case.open("GetRevocationStatus/echo", &answer);
    Ok(())
}

const JOB_ARN: Scene = Scene {
    name: "revocation/job-arn",
    operation: GetRevocationStatus,
    what: "a revoked job is known by its ARN",
    requirements: &["GetRevocationStatus/job-arn-form", "GetRevocationStatus/hashes-are-a-set"],
    play: &Conversation(|case| Box::pin(by_job_arn(case))),
};

async fn by_job_arn(case: &mut Case<'_>) -> Played {
    let (arn, job) = subjects(case).await?;
    let input = asked_late(case, &arn, &job);
    let mut reversed = input.clone();
    if let Some(hashes) = reversed["certificateHashes"].as_array_mut() {
        hashes.reverse();
    }
    let one = case.ask(GetRevocationStatus, input.clone()).await?;
    let other = case.ask(GetRevocationStatus, reversed.clone()).await?;
    case.same("GetRevocationStatus/hashes-are-a-set", &one.body, &other.body);
    case.model(Ask::revoke_signature(J0)).await?;
    let told = case.must("GetRevocationStatus/job-revoked", GetRevocationStatus, input).await?;
    case.same_member("GetRevocationStatus/job-arn-form", "/revokedEntities", &json!([job]), &told.body);
    let again = case.ask(GetRevocationStatus, reversed).await?;
    case.same("GetRevocationStatus/hashes-are-a-set", &told.body, &again.body);
    Ok(())
}

const STRANGE_QUESTIONS: Scene = Scene {
    name: "revocation/strange-questions",
    operation: GetRevocationStatus,
    what: "unknown platforms, ARNs that are none, times to come and times before the profile",
    requirements: &[
        "GetRevocationStatus/unknown-platform",
        "GetRevocationStatus/malformed-arn",
        "GetRevocationStatus/future-timestamp",
        "GetRevocationStatus/before-profile",
    ],
    play: &Conversation(|case| Box::pin(strange_questions(case))),
};

async fn strange_questions(case: &mut Case<'_>) -> Played {
    let (arn, job) = subjects(case).await?;
    let now = case.context().now_s;
    let base = status_input(&arn, &job, &json!(now - 60));
    for member in ["profileVersionArn", "jobArn"] {
        let input = with(base.clone(), &json!({ member: "this-is-no-arn-at-all-1234567890" }));
        let told = case.ask(GetRevocationStatus, input).await?;
        if told.is_success() {
            lists_nothing(case, "GetRevocationStatus/malformed-arn", &told);
        }
        case.open_by_success("GetRevocationStatus/malformed-arn", &told, "200, not listed");
    }
    for (point, change) in [
        ("GetRevocationStatus/unknown-platform", json!({ "platformId": NO_PLATFORM })),
        ("GetRevocationStatus/future-timestamp", json!({ "signatureTimestamp": now + 24 * 3600 })),
    ] {
        case.ask_open(point, GetRevocationStatus, with(base.clone(), &change)).await?;
    }
    let early = with(base, &json!({ "signatureTimestamp": now - 20 * 365 * 24 * 3600 }));
    let told = case.ask(GetRevocationStatus, early).await?;
    case.accepted("GetRevocationStatus/before-profile", &told);
    if told.is_success() {
        lists_nothing(case, "GetRevocationStatus/before-profile", &told);
    }
    Ok(())
}

const ASKING_CHANGES_NOTHING: Scene = Scene {
    name: "revocation/asking-changes-nothing",
    operation: GetRevocationStatus,
    what: "questions of every kind leave profile and job as they are",
    requirements: &["GetRevocationStatus/no-change"],
    play: &Conversation(|case| Box::pin(asking_changes_nothing(case))),
};

async fn asking_changes_nothing(case: &mut Case<'_>) -> Played {
    let (arn, job) = subjects(case).await?;
    let before = [case.model(Ask::get(P0)).await?, case.model(Ask::describe(J0)).await?];
    for at in [SignatureTime::BeforeEarlier, SignatureTime::Between, SignatureTime::AfterLater] {
        let input = status_input(&arn, &job, &json!(case.context().signature_time(at)));
        case.ask(GetRevocationStatus, input.clone()).await?;
        let other = json!({ "platformId": Platform::Lambda.id() });
        case.ask(GetRevocationStatus, with(input, &other)).await?;
    }
    let after = [case.model(Ask::get(P0)).await?, case.model(Ask::describe(J0)).await?];
    case.same("GetRevocationStatus/no-change", &json!(before), &json!(after));
    Ok(())
}

const OTHERS_NAMES: Scene = Scene {
    name: "revocation/others-names",
    operation: GetRevocationStatus,
    what: "a revoked job under another account's ARN, and a revoked profile under a version that it never \
        had",
    requirements: &["GetRevocationStatus/none-revoked"],
    play: &Conversation(|case| Box::pin(others_names(case))),
};

async fn others_names(case: &mut Case<'_>) -> Played {
    let (arn, job) = subjects(case).await?;
    let (owner, other) = (case.context().owner_account.clone(), case.context().other_account.clone());
    let foreign = if owner == other { "123456789012" } else { other.as_str() };
    let foreign = job.replacen(&format!(":{owner}:"), &format!(":{foreign}:"), 1);
    case.model(Ask::revoke_signature(J0)).await?;
    ask_in_vain(case, &arn, &foreign).await?;
    case.model(Ask::revoke(P0, EffectiveTime::Earlier)).await?;
    let version = case.model(Ask::get(P0)).await?["profileVersion"].as_str().unwrap_or_default().to_owned();
    ask_in_vain(case, &arn.replacen(&version, "Zyxwvu9999", 1), &foreign).await
}

/// The question about these names lists nothing, whether or not it is refused.
async fn ask_in_vain(case: &mut Case<'_>, profile_version_arn: &str, job_arn: &str) -> Played {
    let input = asked_late(case, profile_version_arn, job_arn);
    let told = case.ask(GetRevocationStatus, input).await?;
    lists_nothing(case, "GetRevocationStatus/none-revoked", &told);
    Ok(())
}

const OTHER_ACCOUNT: Scene = Scene {
    name: "revocation/other-account",
    operation: GetRevocationStatus,
    what: "another account asks about profile and job of this one",
    requirements: &["GetRevocationStatus/other-account"],
    play: &Conversation(|case| Box::pin(other_account(case))),
};

async fn other_account(case: &mut Case<'_>) -> Played {
    case.two_accounts()?;
    let (arn, job) = subjects(case).await?;
    case.model(Ask::revoke_signature(J0)).await?;
    let input = asked_late(case, &arn, &job);
    let mine = case.must("GetRevocationStatus/job-revoked", GetRevocationStatus, input.clone()).await?;
    let theirs = case.ask_by(Account::Other, GetRevocationStatus, input).await?;
    let same = listed(&theirs) == listed(&mine);
    let success = if same { "200, as for the owner" } else { "200, not listed" };
    case.open_by_success("GetRevocationStatus/other-account", &theirs, success);
    Ok(())
}

const MOVED: Scene = Scene {
    name: "revocation/moved",
    operation: GetRevocationStatus,
    what: "signatures of the seconds around an effective time, and between it and a later one that held \
        before",
    requirements: &[
        "GetRevocationStatus/profile-revoked-after",
        "GetRevocationStatus/profile-revoked-before",
    ],
    play: &Conversation(|case| Box::pin(moved(case))),
};

async fn moved(case: &mut Case<'_>) -> Played {
    let (name, creation) = notation(case, "moved").await?;
    let arn = creation.text("/profileVersionArn");
    let job = job_arn(&arn, &signed(case, &name, &payload(300)).await?.text("/jobId"));
    // Well within a minute, so that its neighbours are of the same one.
    let earlier = case.context().effective_time(EffectiveTime::Earlier).div_euclid(60) * 60 + 20;
    let later = earlier + 3600;
    for at in [later, earlier] {
        let input = revocation_input(&name, &creation.text("/profileVersion"), &json!(at));
        case.must("RevokeSigningProfile/revokes", RevokeSigningProfile, input).await?;
    }
    for (at, requirement, what) in [
        (earlier - 1, "GetRevocationStatus/profile-revoked-before", "nothing listed"),
        (earlier + 1, "GetRevocationStatus/profile-revoked-after", "the profile listed"),
        (later - 1, "GetRevocationStatus/profile-revoked-after", "the profile listed"),
    ] {
        let told = case.must(requirement, GetRevocationStatus, status_input(&arn, &job, &json!(at))).await?;
        let holds = listed(&told).is_empty() == (at < earlier);
        case.hold(requirement, holds, what, &told.words());
    }
    Ok(())
}
