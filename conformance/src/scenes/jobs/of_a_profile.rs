//! What a job has of its profile: overrides, parameters and certificate, the validity of signatures, and what
//! it keeps when the profile is revoked.

use serde_json::json;
use signer_model::{EffectiveTime, J0, P0, Platform, Request as Ask};
use signer_schemas::Operation::{DescribeSigningJob, ListSigningJobs, PutSigningProfile, SignPayload};

use crate::judge::runner::case::Case;
use crate::judge::runner::scene::{Conversation, Scene};
use crate::judge::runner::talk::{Played, Stop, Told, with};
use crate::scenes::shared::bytes::later;
use crate::scenes::shared::inputs::{full_input, payload, payload_input, profile_input, validity};
use crate::scenes::shared::lists::{JOBS, sorted};
use crate::scenes::shared::steps::{ask_job, job_view, outcome, profile, quick_job, quick_platform, started};
use crate::scenes::shared::views::{agree, tells, without};

pub(crate) const SCENES: &[Scene] =
    &[OVERRIDES_APPLIED, EXPIRY_CALENDAR, EXPIRY_IOT, PROFILE_REVOKED, MANY_OF_ONE_PROFILE];

const OVERRIDES_APPLIED: Scene = Scene {
    name: "jobs/overrides-applied",
    operation: DescribeSigningJob,
    what: "a job shows the overrides, the parameters and the certificate of its profile, and the list of \
        jobs what the job shows",
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
    play: &Conversation(|case| Box::pin(overrides_applied(case))),
};

async fn overrides_applied(case: &mut Case<'_>) -> Played {
    let name = case.fresh("changed");
    let input = full_input(case, &name)?;
    case.must("PutSigningProfile/override-kept", PutSigningProfile, input.clone()).await?;
    let told = shown(case, &name).await?;
    case.same(
        "DescribeSigningJob/overrides-applied",
        &input["overrides"],
        &without(told.at("/overrides"), &[]),
    );
    case.same_member(
        "DescribeSigningJob/material-applied",
        "/signingMaterial",
        &input["signingMaterial"],
        &told.body,
    );
    case.same_member(
        "PutSigningProfile/template-kept",
        "/signingParameters",
        &input["signingParameters"],
        &told.body,
    );
    Ok(())
}

/// What a job of that profile shows when it has ended, which is what the list shows of it.
async fn shown(case: &mut Case<'_>, name: &str) -> Result<Told, Stop> {
    let id = started(case, name, "a").await?.text("/jobId");
    let told = outcome(case, &id).await?;
    let entry = JOBS.shown(case, &id).await?;
    agree(case, JOBS, DescribeSigningJob, &entry, &told.body);
    Ok(told)
}

const EXPIRY_CALENDAR: Scene = Scene {
    name: "jobs/expiry-calendar",
    operation: DescribeSigningJob,
    what: "the expiry of signatures is reckoned by the calendar",
    requirements: &["DescribeSigningJob/expiry-calendar"],
    play: &Conversation(|case| Box::pin(expiry_calendar(case))),
};

async fn expiry_calendar(case: &mut Case<'_>) -> Played {
    for (index, (value, kind)) in
        [(13, "MONTHS"), (1, "YEARS"), (5, "YEARS"), (400, "DAYS")].into_iter().enumerate()
    {
        let name = case.fresh(&format!("e{index}"));
        let input = with(profile_input(case, &name, Platform::Notation)?, &validity(value, kind));
        case.must("PutSigningProfile/validity-kept", PutSigningProfile, input).await?;
        let input = payload_input(&name, &payload(100));
        let id = case.must("SignPayload/signs", SignPayload, input).await?.text("/jobId");
        let told = job_view(case, &id).await?;
        let span = match kind {
            "DAYS" => jiff::Span::new().days(value),
            "MONTHS" => jiff::Span::new().months(value),
            _ => jiff::Span::new().years(value),
        };
        let created = told.at("/createdAt").as_f64().unwrap_or_default();
        let expires = told.at("/signatureExpiresAt").as_f64().unwrap_or_default();
        let Some((expected, day)) = later(created, span) else { continue };
        // Where the month of the expiry has no such day, the documents do not say when that is.
        if day > 28 {
            case.exercise("DescribeSigningJob/expiry-calendar");
            continue;
        }
        let near = (expected - expires).abs() < 2.0;
        let permitted = format!("{expected}, which is {value} {kind} after {created}");
        case.hold(
            "DescribeSigningJob/expiry-calendar",
            near,
            &permitted,
            &format!("signatureExpiresAt: {expires}"),
        );
    }
    Ok(())
}

const EXPIRY_IOT: Scene = Scene {
    name: "jobs/expiry-iot",
    operation: DescribeSigningJob,
    what: "what a job under a certificate of the caller's own shows, which has no expiry",
    requirements: &[
        "DescribeSigningJob/expiry-iot",
        "DescribeSigningJob/material-applied",
        "ListSigningJobs/entry-agrees",
    ],
    play: &Conversation(|case| Box::pin(expiry_iot(case))),
};

async fn expiry_iot(case: &mut Case<'_>) -> Played {
    let name = case.fresh("iot");
    let input = profile_input(case, &name, Platform::IotDeviceManagement)?;
    case.must("PutSigningProfile/created", PutSigningProfile, input.clone()).await?;
    let told = shown(case, &name).await?;
    case.same_member(
        "DescribeSigningJob/material-applied",
        "/signingMaterial",
        &input["signingMaterial"],
        &told.body,
    );
    case.has_no_member("DescribeSigningJob/expiry-iot", "signatureExpiresAt", &told.body);
    Ok(())
}

const PROFILE_REVOKED: Scene = Scene {
    name: "jobs/profile-revoked",
    operation: DescribeSigningJob,
    what: "revoking a profile revokes none of its jobs",
    requirements: &["DescribeSigningJob/profile-revoked", "RevokeSigningProfile/jobs-unrevoked"],
    play: &Conversation(|case| Box::pin(profile_revoked(case))),
};

async fn profile_revoked(case: &mut Case<'_>) -> Played {
    case.model(Ask::put(case.edition(), P0, Platform::Notation)).await?;
    case.model(Ask::sign(J0, P0)).await?;
    let before = case.model(Ask::describe(J0)).await?;
    let id = before["jobId"].as_str().unwrap_or_default();
    case.model(Ask::revoke(P0, EffectiveTime::Later)).await?;
    let after = ask_job(case, id).await?;
    let answer = if without(&before, &[]) == without(&after.body, &[]) {
        "unchanged"
    } else if tells(&after.body, "revocationRecord") {
        "a revocationRecord on jobs made after effectiveTime"
    } else {
        "changed otherwise"
    };
    case.open("DescribeSigningJob/profile-revoked", answer);
    case.same_member("RevokeSigningProfile/jobs-unrevoked", "/status", &before["status"], &after.body);
    let pages = case.pages(ListSigningJobs, json!({ "isRevoked": true })).await?;
    let entry = JOBS.entry(&pages, id);
    // An entry that says itself that it is not revoked is one that the filter ought to have left out.
    let (is_listed, says_so) = (!entry.is_null(), entry["isRevoked"] == true);
    let ignored = is_listed && !says_so && entry["isRevoked"].is_boolean();
    case.hold_if(
        "ListSigningJobs/revoked-filter",
        !is_listed,
        !ignored,
        "only jobs that are revoked",
        &entry.to_string(),
    );
    case.hold(
        "RevokeSigningProfile/jobs-unrevoked",
        !is_listed || ignored,
        "not among the revoked jobs",
        &entry.to_string(),
    );
    Ok(())
}

const MANY_OF_ONE_PROFILE: Scene = Scene {
    name: "jobs/many-of-one-profile",
    operation: ListSigningJobs,
    what: "201 jobs of one profile",
    requirements: &["ListSigningJobs/complete"],
    play: &Conversation(|case| Box::pin(many_of_one_profile(case))),
};

async fn many_of_one_profile(case: &mut Case<'_>) -> Played {
    let (name, _) = profile(case, "busy", quick_platform(case)).await?;
    let mut ids = Vec::new();
    for number in 0..201 {
        ids.push(quick_job(case, &name, number).await?);
    }
    let mut listed = JOBS.listed(case, json!({ "maxResults": 25 })).await?;
    listed.retain(|id| ids.contains(id));
    let observed = format!("{} of them", listed.len());
    case.hold("ListSigningJobs/complete", sorted(listed) == sorted(ids), "201 jobs, each once", &observed);
    Ok(())
}
