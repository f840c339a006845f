//! Faults of what profiles, jobs, platforms and statements show, by themselves or in a list.

use serde_json::{Value, json};
use signer_schemas::Operation::{
    DescribeSigningJob, GetSigningPlatform, GetSigningProfile, ListProfilePermissions, ListSigningJobs,
    ListSigningPlatforms, ListSigningProfiles,
};

use crate::faults::lie::{Lie, Places};
use crate::faults::row::{BOTH, CURRENT, Category, Fault, fault};

pub(super) const PROFILES: Places = &[(GetSigningProfile, ""), (ListSigningProfiles, "profiles")];

pub(super) const JOBS: Places = &[(DescribeSigningJob, ""), (ListSigningJobs, "jobs")];

pub(super) const PLATFORMS: Places = &[(GetSigningPlatform, ""), (ListSigningPlatforms, "platforms")];

const LISTED_PROFILES: Places = &[(ListSigningProfiles, "profiles")];

const LISTED_JOBS: Places = &[(ListSigningJobs, "jobs")];

const STATEMENTS: Places = &[(ListProfilePermissions, "permissions")];

pub(super) const FAULTS: &[Fault] = &[
    fault(
        (204, "platform-name-missing"),
        Category::View,
        BOTH,
        "GetSigningPlatform/view",
        "a platform has no name",
        &[Lie::Shown(PLATFORMS, |platform| hide(platform, "displayName"))],
    ),
    fault(
        (46, "default-validity-missing"),
        Category::State,
        CURRENT,
        "PutSigningProfile/default-validity-shown",
        "a profile without a validity period shows none",
        &[Lie::Shown(PROFILES, |profile| {
            if profile["signatureValidityPeriod"] == json!({"value": 135, "type": "MONTHS"}) {
                hide(profile, "signatureValidityPeriod");
            }
        })],
    ),
    fault(
        (159, "validity-in-months"),
        Category::View,
        CURRENT,
        "PutSigningProfile/validity-kept",
        "a validity in years is shown in months",
        &[Lie::Shown(PROFILES, |profile| {
            let validity = &mut profile["signatureValidityPeriod"];
            if validity["type"] == "YEARS" {
                *validity =
                    json!({"value": validity["value"].as_i64().unwrap_or_default() * 12, "type": "MONTHS"});
            }
        })],
    ),
    fault(
        (196, "profile-platform-name-is-id"),
        Category::View,
        CURRENT,
        "GetSigningProfile/platform-name-agrees",
        "a profile names its platform by its id",
        &[Lie::Shown(PROFILES, |profile| copy(profile, "platformId", "platformDisplayName"))],
    ),
    fault(
        (154, "listed-profile-lacks-tags"),
        Category::View,
        CURRENT,
        "ListSigningProfiles/entry-agrees",
        "a listed profile shows no tags",
        &[Lie::Shown(LISTED_PROFILES, |profile| hide(profile, "tags"))],
    ),
    fault(
        (189, "listed-profile-lacks-material"),
        Category::View,
        BOTH,
        "ListSigningProfiles/entry-agrees",
        "a listed profile shows no certificate",
        &[Lie::Shown(LISTED_PROFILES, |profile| hide(profile, "signingMaterial"))],
    ),
    fault(
        (190, "listed-profile-lacks-parameters"),
        Category::View,
        BOTH,
        "ListSigningProfiles/entry-agrees",
        "a listed profile shows no parameters",
        &[Lie::Shown(LISTED_PROFILES, |profile| hide(profile, "signingParameters"))],
    ),
    fault(
        (191, "listed-profile-lacks-platform-name"),
        Category::View,
        CURRENT,
        "ListSigningProfiles/entry-agrees",
        "a listed profile does not name its platform",
        &[Lie::Shown(LISTED_PROFILES, |profile| hide(profile, "platformDisplayName"))],
    ),
    fault(
        (188, "listed-tags-cut-at-50"),
        Category::Long,
        CURRENT,
        "ListSigningProfiles/entry-agrees",
        "a listed profile shows only 50 of its tags",
        &[Lie::Shown(LISTED_PROFILES, |profile| {
            if let Value::Object(tags) = &mut profile["tags"] {
                *tags = std::mem::take(tags).into_iter().take(50).collect();
            }
        })],
    ),
    fault(
        (157, "statement-version-hidden"),
        Category::View,
        CURRENT,
        "ListProfilePermissions/lists",
        "a statement does not show the version that it is bound to",
        &[Lie::Shown(STATEMENTS, |statement| hide(statement, "profileVersion"))],
    ),
    fault(
        (93, "invoker-wrong"),
        Category::Jobs,
        CURRENT,
        "DescribeSigningJob/invoker",
        "a job names an account that did not start it",
        &[Lie::Shown(JOBS, |job| job["jobInvoker"] = json!("000000000000"))],
    ),
    fault(
        (158, "requested-by-account"),
        Category::View,
        BOTH,
        "DescribeSigningJob/requested-by",
        "requestedBy is an account",
        &[Lie::Shown(JOBS, |job| copy(job, "jobInvoker", "requestedBy"))],
    ),
    fault(
        (197, "job-platform-name-is-id"),
        Category::View,
        CURRENT,
        "DescribeSigningJob/platform-name-agrees",
        "a job names its platform by its id",
        &[Lie::Shown(JOBS, |job| copy(job, "platformId", "platformDisplayName"))],
    ),
    fault(
        (195, "job-material-lost"),
        Category::View,
        BOTH,
        "DescribeSigningJob/material-applied",
        "a job does not show its certificate",
        &[Lie::Shown(JOBS, |job| hide(job, "signingMaterial"))],
    ),
    fault(
        (161, "job-overrides-lost"),
        Category::View,
        CURRENT,
        "DescribeSigningJob/overrides-applied",
        "a job does not show the profile's overrides",
        &[Lie::Shown(JOBS, |job| hide(job, "overrides"))],
    ),
    fault(
        (80, "job-status-revoked"),
        Category::Revocation,
        CURRENT,
        "DescribeSigningJob/output/status/enum",
        "a revoked job has the status Revoked",
        &[Lie::Shown(JOBS, |job| {
            if job["isRevoked"] == true {
                job["status"] = json!("Revoked");
            }
        })],
    ),
    fault(
        (160, "reason-lost"),
        Category::View,
        CURRENT,
        "DescribeSigningJob/revocation-record",
        "a revoked job does not show the reason given",
        &[Lie::Shown(JOBS, |job| in_record(job, "reason", json!("revoked")))],
    ),
    fault(
        (271, "revoked-by-missing"),
        Category::View,
        CURRENT,
        "DescribeSigningJob/revocation-record",
        "the record of a revoked signature does not tell who revoked it",
        &[Lie::Shown(JOBS, |job| in_record(job, "revokedBy", Value::Null))],
    ),
    fault(
        (198, "completed-tomorrow"),
        Category::Jobs,
        BOTH,
        "DescribeSigningJob/completed-at",
        "a job that has ended tells an end a day ahead",
        &[Lie::Shown(JOBS, |job| later(job, "completedAt", 86_400))],
    ),
    fault(
        (199, "open-job-shows-object"),
        Category::Jobs,
        BOTH,
        "DescribeSigningJob/signed-object",
        "a job in progress shows another object than it ends with",
        &[Lie::Shown(JOBS, |job| {
            if is_open(job) {
                job["signedObject"] = json!({"s3": {"bucketName": "unknown", "key": "unknown"}});
            }
        })],
    ),
    fault(
        (200, "open-job-succeeded"),
        Category::Jobs,
        BOTH,
        "DescribeSigningJob/reason-of-status",
        "a job in progress gives the reason of one that has succeeded",
        &[Lie::Shown(JOBS, |job| {
            if is_open(job) {
                job["statusReason"] = json!("Signing Succeeded");
            }
        })],
    ),
    fault(
        (94, "listed-job-lacks-profile"),
        Category::Jobs,
        CURRENT,
        "ListSigningJobs/entry-agrees",
        "a listed job names another profile than the described one",
        &[Lie::Shown(LISTED_JOBS, |job| job["profileName"] = json!("unknown"))],
    ),
    fault(
        (153, "listed-job-other-source"),
        Category::View,
        BOTH,
        "ListSigningJobs/entry-agrees",
        "a listed job names another source than the described one",
        &[Lie::Shown(LISTED_JOBS, |job| {
            if job["source"].is_object() {
                job["source"]["s3"]["key"] = json!("unknown");
            }
        })],
    ),
    fault(
        (194, "listed-job-other-certificate"),
        Category::View,
        BOTH,
        "ListSigningJobs/entry-agrees",
        "a listed job shows another certificate than the described one",
        &[Lie::Shown(LISTED_JOBS, |job| {
            if job["signingMaterial"].is_object() {
                job["signingMaterial"]["certificateArn"] = json!("unknown");
            }
        })],
    ),
    fault(
        (192, "listed-job-lacks-expiry"),
        Category::View,
        CURRENT,
        "ListSigningJobs/entry-agrees",
        "a listed job does not tell when its signature expires",
        &[Lie::Shown(LISTED_JOBS, |job| hide(job, "signatureExpiresAt"))],
    ),
    fault(
        (193, "listed-job-lacks-object"),
        Category::View,
        BOTH,
        "ListSigningJobs/entry-agrees",
        "a listed job does not tell where its object is",
        &[Lie::Shown(LISTED_JOBS, |job| hide(job, "signedObject"))],
    ),
    fault(
        (152, "listed-job-created-later"),
        Category::View,
        BOTH,
        "ListSigningJobs/entry-agrees",
        "a listed job was made a second later than the described one",
        &[Lie::Shown(LISTED_JOBS, |job| later(job, "createdAt", 1))],
    ),
];

fn hide(value: &mut Value, member: &str) {
    value[member] = Value::Null;
}

fn copy(value: &mut Value, from: &str, to: &str) {
    value[to] = value[from].clone();
}

fn is_open(job: &Value) -> bool {
    job["status"] == "InProgress"
}

fn in_record(job: &mut Value, member: &str, told: Value) {
    if job["revocationRecord"].is_object() {
        job["revocationRecord"][member] = told;
    }
}

/// Moves a time in whole seconds.
fn later(job: &mut Value, member: &str, seconds: i64) {
    if let Some(told) = job[member].as_i64() {
        job[member] = json!(told + seconds);
    }
}
