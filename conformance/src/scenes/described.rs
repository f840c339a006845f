//! What a job's descriptions tell: its profile's overrides, its expiry, and whom they tell it.

use serde_json::json;
use signer_model::{Account, EffectiveTime, Platform};
use signer_schemas::{Edition, Operation};

use crate::judge::runner::case::Case;
use crate::judge::runner::scene::Scene;
use crate::judge::runner::talk::{Played, Stop, Told, with};
use crate::scenes::calls::{
    J0, P0, agree, describe, full_input, item, job_input, keys, made, managed, outcome, plain, profile_input, put, revoke, sign,
    tells, without,
};
use crate::scenes::signing::payload;
use crate::scenes::wire::later;

const START: Operation = Operation::StartSigningJob;

const DESCRIBE: Operation = Operation::DescribeSigningJob;

const LIST: Operation = Operation::ListSigningJobs;

pub(super) const SCENES: &[Scene] = &[
    Scene {
        name: "jobs/overrides-applied",
        operation: DESCRIBE,
        what: "a job shows the overrides, the parameters and the certificate of its profile, and the list of jobs what the job shows",
        requirements: &[
            "DescribeSigningJob/overrides-applied",
            "DescribeSigningJob/material-applied",
            "ListSigningJobs/entry-agrees",
            "DescribeSigningJob/output/overrides/type",
            "DescribeSigningJob/output/overrides.signingConfiguration/type",
            "DescribeSigningJob/output/overrides.signingConfiguration.encryptionAlgorithm/type",
            "DescribeSigningJob/output/overrides.signingConfiguration.hashAlgorithm/type",
            "DescribeSigningJob/output/overrides.signingImageFormat/type",
            "DescribeSigningJob/output/signingParameters/type",
            "DescribeSigningJob/output/signingParameters{value}/type",
        ],
        play: |case| Box::pin(overrides_applied(case)),
    },
    Scene {
        name: "jobs/expiry-calendar",
        operation: DESCRIBE,
        what: "the expiry of signatures is reckoned by the calendar",
        requirements: &["DescribeSigningJob/expiry-calendar"],
        play: |case| Box::pin(expiry_calendar(case)),
    },
    Scene {
        name: "jobs/expiry-iot",
        operation: DESCRIBE,
        what: "what a job under a certificate of the caller's own shows, and whether it has an expiry",
        requirements: &["DescribeSigningJob/expiry-iot", "DescribeSigningJob/material-applied", "ListSigningJobs/entry-agrees"],
        play: |case| Box::pin(expiry_iot(case)),
    },
    Scene {
        name: "jobs/strange-ids",
        operation: DESCRIBE,
        what: "ids that no job has, one of them the path of another operation",
        requirements: &["DescribeSigningJob/malformed-id", "DescribeSigningJob/with-payload"],
        play: |case| Box::pin(strange_ids(case)),
    },
    Scene {
        name: "jobs/other-account",
        operation: DESCRIBE,
        what: "another account asks for a job of this one",
        requirements: &["DescribeSigningJob/other-account", "ListSigningJobs/other-account"],
        play: |case| Box::pin(other_account(case)),
    },
    Scene {
        name: "jobs/foreign-token",
        operation: LIST,
        what: "another account goes on with a list of this one's jobs",
        requirements: &["ListSigningJobs/lists"],
        play: |case| Box::pin(foreign_token(case)),
    },
    Scene {
        name: "jobs/profile-revoked",
        operation: DESCRIBE,
        what: "revoking a profile revokes none of its jobs",
        requirements: &["DescribeSigningJob/profile-revoked", "RevokeSigningProfile/jobs-unrevoked"],
        play: |case| Box::pin(profile_revoked(case)),
    },
];

async fn overrides_applied(case: &mut Case<'_>) -> Played {
    let name = case.fresh("changed");
    let input = full_input(case, &name)?;
    case.must("PutSigningProfile/override-kept", Operation::PutSigningProfile, input.clone()).await?;
    let told = shown(case, &name).await?;
    case.same("DescribeSigningJob/overrides-applied", &input["overrides"], &without(told.at("/overrides"), &[]));
    case.same("DescribeSigningJob/material-applied", &input["signingMaterial"], told.at("/signingMaterial"));
    case.same("PutSigningProfile/template-kept", &input["signingParameters"], told.at("/signingParameters"));
    Ok(())
}

/// What a job of that profile shows when it has ended, which is what the list shows of it.
async fn shown(case: &mut Case<'_>, name: &str) -> Result<Told, Stop> {
    let input = job_input(case, name, &format!("{name}-a"))?;
    let id = case.must("StartSigningJob/starts", START, input).await?.text("/jobId");
    let told = outcome(case, &id).await?;
    let pages = case.pages(LIST, json!({})).await?;
    let entry = item(&pages, "jobs", "jobId", &id).cloned().unwrap_or_default();
    agree(case, LIST, DESCRIBE, &entry, &told.body);
    Ok(told)
}

async fn expiry_calendar(case: &mut Case<'_>) -> Played {
    for (index, (value, kind)) in [(13, "MONTHS"), (1, "YEARS"), (5, "YEARS"), (400, "DAYS")].into_iter().enumerate() {
        let name = case.fresh(&format!("e{index}"));
        let period = json!({ "signatureValidityPeriod": { "value": value, "type": kind } });
        let input = with(profile_input(case, &name, Platform::Notation)?, &period);
        case.must("PutSigningProfile/validity-kept", Operation::PutSigningProfile, input).await?;
        let input = json!({
            "profileName": name, "payload": "e30=", "payloadFormat": "application/vnd.cncf.notary.payload.v1+json"
        });
        let input = with(input, &json!({ "payload": payload(100) }));
        let id = case.must("SignPayload/signs", Operation::SignPayload, input).await?.text("/jobId");
        let told = case.must("DescribeSigningJob/view", DESCRIBE, json!({ "jobId": id })).await?;
        let span = match kind {
            "DAYS" => jiff::Span::new().days(value),
            "MONTHS" => jiff::Span::new().months(value),
            _ => jiff::Span::new().years(value),
        };
        let created = told.at("/createdAt").as_f64().unwrap_or_default();
        let expires = told.at("/signatureExpiresAt").as_f64().unwrap_or_default();
        let Some((expected, day)) = later(created, span) else { continue };
        // Where the target month has no such day nobody says when that is.
        if day > 28 {
            case.exercise("DescribeSigningJob/expiry-calendar");
            continue;
        }
        case.hold(
            "DescribeSigningJob/expiry-calendar",
            (expected - expires).abs() < 2.0,
            &format!("{expected}, which is {value} {kind} after {created}"),
            &expires.to_string(),
        );
    }
    Ok(())
}

async fn expiry_iot(case: &mut Case<'_>) -> Played {
    let name = case.fresh("iot");
    let input = profile_input(case, &name, Platform::IotDeviceManagement)?;
    case.must("PutSigningProfile/created", Operation::PutSigningProfile, input.clone()).await?;
    let told = shown(case, &name).await?;
    case.same("DescribeSigningJob/material-applied", &input["signingMaterial"], told.at("/signingMaterial"));
    let answer = if told.at("/signatureExpiresAt").is_null() { "absent" } else { "present" };
    case.open("DescribeSigningJob/expiry-iot", answer);
    Ok(())
}

async fn strange_ids(case: &mut Case<'_>) -> Played {
    let strange = case.ask(DESCRIBE, json!({ "jobId": "no-such-job" })).await?;
    case.open_by_class("DescribeSigningJob/malformed-id", &strange);
    let path = case.ask(DESCRIBE, json!({ "jobId": "with-payload" })).await?;
    let same = path.class() == strange.class();
    case.hold("DescribeSigningJob/with-payload", same, &format!("{}, as for any other id", strange.class()), &path.words());
    Ok(())
}

async fn other_account(case: &mut Case<'_>) -> Played {
    case.two_accounts()?;
    let name = case.fresh("mine");
    made(case, &name, managed(case)).await?;
    let input = job_input(case, &name, &format!("{name}-a"))?;
    let id = case.must("StartSigningJob/starts", START, input).await?.text("/jobId");
    let told = case.ask_by(Account::Other, DESCRIBE, json!({ "jobId": id })).await?;
    case.hold("DescribeSigningJob/other-account", !told.is_success(), "a refusal, as it did not invoke the job", &told.words());
    case.open_by_class("DescribeSigningJob/other-account", &told);
    let pages = case.pages_by(Account::Other, LIST, json!({})).await?;
    let listed = keys(&pages, "jobs", "jobId").contains(&id);
    case.hold("ListSigningJobs/other-account", !listed, "not in a stranger's list", "listed");
    if case.edition() == Edition::May2019 {
        // No profile of another account can be used there, so that the owner always is the invoker.
        case.open("ListSigningJobs/other-account", "the owner's");
        return Ok(());
    }
    let owner = case.context().owner_account.clone();
    let grant = json!({
        "profileName": name, "statementId": "s", "action": "signer:StartSigningJob",
        "principal": case.context().other_account.clone(),
    });
    case.must("AddProfilePermission/adds", Operation::AddProfilePermission, grant).await?;
    let input = with(job_input(case, &name, &format!("{name}-b"))?, &json!({ "profileOwner": owner }));
    let told = case.ask_by(Account::Other, START, input).await?;
    case.accepted("StartSigningJob/cross-account-granted", &told);
    let id = told.text("/jobId");
    let own = keys(&case.pages(LIST, json!({})).await?, "jobs", "jobId").contains(&id);
    case.hold("StartSigningJob/followed-up", own, "in its owner's list", "not listed");
    let invoked = keys(&case.pages_by(Account::Other, LIST, json!({})).await?, "jobs", "jobId").contains(&id);
    case.open("ListSigningJobs/other-account", if invoked { "the owner's and the invoker's" } else { "the owner's" });
    let told = case.ask_by(Account::Other, DESCRIBE, json!({ "jobId": id })).await?;
    if told.is_success() {
        case.open("DescribeSigningJob/other-account", "200 for the invoker");
    }
    Ok(())
}

async fn foreign_token(case: &mut Case<'_>) -> Played {
    case.two_accounts()?;
    let name = case.fresh("listed");
    made(case, &name, plain(case)).await?;
    for token in ["a", "b"] {
        let input = job_input(case, &name, &format!("{name}-{token}"))?;
        case.must("StartSigningJob/starts", START, input).await?;
    }
    let first = case.ask(LIST, json!({ "maxResults": 1 })).await?;
    let next = json!({ "maxResults": 1, "nextToken": Case::token(&first.body) });
    let mine = case.ask(LIST, next.clone()).await?;
    let theirs = case.ask_by(Account::Other, LIST, next).await?;
    // A job that the other account has asked for may be in both lists.
    let invoked = theirs.text("/jobs/0/jobInvoker") == case.context().other_account;
    let leaked = theirs.is_success()
        && !invoked
        && keys(&[mine.body], "jobs", "jobId") == keys(std::slice::from_ref(&theirs.body), "jobs", "jobId");
    case.hold("ListSigningJobs/lists", !leaked, "no job of another account", &theirs.words());
    Ok(())
}

async fn profile_revoked(case: &mut Case<'_>) -> Played {
    case.model(put(case.edition(), P0, Platform::Notation)).await?;
    case.model(sign(J0, P0)).await?;
    let before = case.model(describe(J0)).await?;
    case.model(revoke(P0, EffectiveTime::Later)).await?;
    let after = case.ask(DESCRIBE, json!({ "jobId": before["jobId"] })).await?;
    let answer = if without(&before, &[]) == without(&after.body, &[]) {
        "unchanged"
    } else if tells(&after.body, "revocationRecord") {
        "a revocationRecord on jobs made after effectiveTime"
    } else {
        "changed otherwise"
    };
    case.open("DescribeSigningJob/profile-revoked", answer);
    case.same("RevokeSigningProfile/jobs-unrevoked", &before["status"], after.at("/status"));
    let pages = case.pages(LIST, json!({ "isRevoked": true })).await?;
    let listed = keys(&pages, "jobs", "jobId").contains(&before["jobId"].as_str().unwrap_or_default().to_owned());
    case.hold("RevokeSigningProfile/jobs-unrevoked", !listed, "not among the revoked jobs", "listed with isRevoked");
    Ok(())
}
