//! Revoked profiles: effective times, versions, and the record of the revocation.

use std::time::Duration;

use serde_json::{Value, json};
use signer_model::EffectiveTime;
use signer_schemas::Operation::{DescribeSigningJob, GetSigningProfile, RevokeSigningProfile};

use crate::judge::runner::case::Case;
use crate::judge::runner::scene::{Conversation, Scene};
use crate::judge::runner::talk::{Played, Stop};
use crate::scenes::revocation::signatures::revoked_at_call;
use crate::scenes::shared::bytes::{seconds, whole};
use crate::scenes::shared::inputs::{effective, payload, revocation_input};
use crate::scenes::shared::steps::{ask_profile, notation, profile_view, revoked, signature_revoked, signed};
use crate::scenes::shared::views::shows_record;

pub(crate) const SCENES: &[Scene] = &[TIMES, RECORD, LIKE_VERSION, WITHIN_A_SECOND];

const TIMES: Scene = Scene {
    name: "revocation/times",
    operation: RevokeSigningProfile,
    what: "effective times in the future, a little ahead, now, and later than the one in force",
    requirements: &[
        "RevokeSigningProfile/future",
        "RevokeSigningProfile/clock-skew",
        "RevokeSigningProfile/present-time",
        "RevokeSigningProfile/never-later",
        "RevokeSigningProfile/record-refresh",
    ],
    play: &Conversation(|case| Box::pin(times(case))),
};

async fn times(case: &mut Case<'_>) -> Played {
    let (name, creation) = notation(case, "times").await?;
    let version = creation.text("/profileVersion");
    let at = |time: i64| revocation_input(&name, &version, &json!(time));
    let before = profile_view(case, &name).await?;
    let now = before.date_s().map_or(case.context().now_s, whole);
    for ahead in [3600, 24 * 3600, 3650 * 24 * 3600] {
        case.must_refuse("RevokeSigningProfile/future", RevokeSigningProfile, at(now + ahead)).await?;
    }
    let after = profile_view(case, &name).await?;
    case.same("RevokeSigningProfile/future", &before.body, &after.body);
    let (skewed, creation) = notation(case, "skew").await?;
    let input = revocation_input(&skewed, &creation.text("/profileVersion"), &json!(now + 30));
    case.ask_open("RevokeSigningProfile/clock-skew", RevokeSigningProfile, input).await?;

    // The second that the service itself tells has begun.
    case.must("RevokeSigningProfile/present-time", RevokeSigningProfile, at(now)).await?;
    let first = record_of(case, &name).await?;
    case.ask(RevokeSigningProfile, at(now)).await?;
    let later = ask_profile(case, &name).await?.date_s().map_or(now, whole);
    case.ask(RevokeSigningProfile, at(later)).await?;
    let second = record_of(case, &name).await?;
    let (earlier, from) = (&first["revocationEffectiveFrom"], &second["revocationEffectiveFrom"]);
    let stays = from.as_f64() <= earlier.as_f64() && from.is_number();
    case.hold("RevokeSigningProfile/never-later", stays, &format!("not after {earlier}"), &from.to_string());
    case.wait(Duration::from_millis(1100)).await;
    let mut third = Value::Null;
    for earlier in [now - 3600, now - 7200, now - 10_800] {
        case.must("RevokeSigningProfile/earlier", RevokeSigningProfile, at(earlier)).await?;
        third = record_of(case, &name).await?;
        let from = &third["revocationEffectiveFrom"];
        let fits = from.as_f64().is_some_and(|told| whole(told) == earlier);
        case.hold("RevokeSigningProfile/earlier", fits, &earlier.to_string(), &from.to_string());
    }
    let renewed = third["revokedAt"] != second["revokedAt"];
    case.open(
        "RevokeSigningProfile/record-refresh",
        if renewed { "renewed" } else { "kept from the first call" },
    );
    Ok(())
}

/// The record of a profile's revocation. Without one nothing can be said of what it tells, and the scene
/// ends.
async fn record_of(case: &mut Case<'_>, name: &str) -> Result<Value, Stop> {
    let view = profile_view(case, name).await?;
    shows_record(case, "GetSigningProfile/revocation-record", &view)?;
    Ok(view.at("/revocationRecord").clone())
}

const RECORD: Scene = Scene {
    name: "revocation/record",
    operation: RevokeSigningProfile,
    what: "the records of a profile and of a job tell the time of the call, whenever they are read",
    requirements: &[
        "RevokeSigningProfile/revoked-at",
        "RevokeSignature/revoked-at",
        "DescribeSigningJob/revocation-record",
    ],
    play: &Conversation(|case| Box::pin(record(case))),
};

async fn record(case: &mut Case<'_>) -> Played {
    let (name, creation) = notation(case, "record").await?;
    let id = signed(case, &name, &payload(300)).await?.text("/jobId");
    let job = (signature_revoked(case, &id).await?, DescribeSigningJob, json!({ "jobId": id }));
    let profile = (revoked(case, &name, &creation).await?, GetSigningProfile, json!({ "profileName": name }));
    let records = [("RevokeSignature/revoked-at", job), ("RevokeSigningProfile/revoked-at", profile)];
    let mut shown = Vec::new();
    for (requirement, (call, operation, look)) in records {
        let first = case.ask(operation, look.clone()).await?;
        if shows_record(case, &format!("{operation}/revocation-record"), &first).is_ok() {
            revoked_at_call(case, requirement, &call, &first);
            shown.push((requirement, operation, look, first));
        }
    }
    if shown.is_empty() {
        return Ok(());
    }
    case.wait(Duration::from_millis(1100)).await;
    for (requirement, operation, look, first) in shown {
        let second = case.ask(operation, look).await?;
        case.same_member(
            requirement,
            "/revocationRecord/revokedAt",
            first.at("/revocationRecord/revokedAt"),
            &second.body,
        );
        if operation == DescribeSigningJob {
            let by = first.text("/revocationRecord/revokedBy");
            case.hold(
                "DescribeSigningJob/revocation-record",
                !by.is_empty(),
                "a record with revokedBy",
                &first.words(),
            );
        }
    }
    Ok(())
}

const LIKE_VERSION: Scene = Scene {
    name: "revocation/like-version",
    operation: RevokeSigningProfile,
    what: "a version that differs from the profile's only in case",
    requirements: &["RevokeSigningProfile/wrong-version"],
    play: &Conversation(|case| Box::pin(like_version(case))),
};

async fn like_version(case: &mut Case<'_>) -> Played {
    let (name, creation) = notation(case, "like").await?;
    let version = creation.text("/profileVersion");
    let swap = |one: char| {
        if one.is_ascii_lowercase() { one.to_ascii_uppercase() } else { one.to_ascii_lowercase() }
    };
    let like: String = version.chars().map(swap).collect();
    if like == version {
        return Err(case.skip("the profile's version has no letters"));
    }
    let input = revocation_input(&name, &like, &effective(case));
    case.must_refuse("RevokeSigningProfile/wrong-version", RevokeSigningProfile, input).await?;
    let view = ask_profile(case, &name).await?;
    case.same_member("RevokeSigningProfile/wrong-version", "/status", &json!("Active"), &view.body);
    Ok(())
}

const WITHIN_A_SECOND: Scene = Scene {
    name: "revocation/within-a-second",
    operation: RevokeSigningProfile,
    what: "an effective time that is no whole second",
    requirements: &["GetSigningProfile/effective-from"],
    play: &Conversation(|case| Box::pin(within_a_second(case))),
};

async fn within_a_second(case: &mut Case<'_>) -> Played {
    let (name, creation) = notation(case, "fraction").await?;
    let at = seconds(case.context().effective_time(EffectiveTime::Later)) + 0.25;
    let input = revocation_input(&name, &creation.text("/profileVersion"), &json!(at));
    case.must("RevokeSigningProfile/revokes", RevokeSigningProfile, input).await?;
    let told = record_of(case, &name).await?["revocationEffectiveFrom"].as_f64().ok_or(Stop)?;
    let fits = told <= at + 0.001 && told > at - 1.0;
    case.hold(
        "GetSigningProfile/effective-from",
        fits,
        &format!("{at}, or the second that it is in"),
        &format!("revocationEffectiveFrom: {told}"),
    );
    Ok(())
}
