//! From the store's values to the JSON of answers. Whole answers are made here; the edition's
//! document decides afterwards which members are shown.

use crate::config::Config;
use crate::faults::FaultId;
use crate::freedoms::FreedomId;
use crate::store::{Job, JobStatus, Overrides, Platform, Profile, ProfileStatus, Statement, Validity, ValidityUnit};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

/// Seconds since the epoch, with a fraction only where there is one.
pub(super) fn time(config: &Config, time: Timestamp) -> Value {
    if config.faults.has(FaultId::TimestampsIso) {
        return time.to_string().into();
    }
    let millis = time.as_millisecond();
    if millis % 1000 == 0 { (millis / 1000).into() } else { (time.as_duration().as_secs_f64()).into() }
}

pub(super) fn profile(config: &Config, profile: &Profile) -> Value {
    let faults = config.faults;
    let upper = faults.has(FaultId::StatusUpperCase);
    let status = profile.status.name();
    let in_months = faults.has(FaultId::ValidityInMonths) && profile.validity.unit == ValidityUnit::Years;
    let Validity { value, unit } = profile.validity;
    let shown = if in_months { Validity { value: value * 12, unit: ValidityUnit::Months } } else { Validity { value, unit } };
    let validity = json!({"value": shown.value, "type": shown.unit.name()});
    let is_default = profile.validity == crate::store::Validity::DEFAULT;
    let hidden = is_default && faults.has(FaultId::DefaultValidityMissing);
    json!({
        "profileName": profile.name,
        "arn": profile.arn,
        "profileVersion": profile.version,
        "profileVersionArn": version_arn(config, profile),
        "platformId": profile.platform.id,
        "platformDisplayName": platform_name(profile.platform, faults.has(FaultId::ProfilePlatformNameIsId)),
        "status": if upper { status.to_uppercase() } else { status.to_owned() },
        "statusReason": status_reason(config, profile.status),
        "signatureValidityPeriod": if hidden { Value::Null } else { validity },
        "signingMaterial": material(profile.certificate_arn.as_deref()),
        "overrides": profile.overrides.as_ref().map(overrides),
        "signingParameters": some(!profile.signing_parameters.is_empty(), json!(profile.signing_parameters)),
        "tags": profile.tags,
        "revocationRecord": profile.revocation.as_ref().map(|record| json!({
            "revocationEffectiveFrom": time(config, record.effective_from),
            "revokedAt": time(config, record.revoked_at),
            "revokedBy": record.revoked_by,
        })),
    })
}

fn status_reason(config: &Config, status: ProfileStatus) -> Option<String> {
    let shown = match config.freedoms.choice(FreedomId::GetProfileStatusReason) {
        "always" => true,
        "when-not-active" => status != ProfileStatus::Active,
        _ => false,
    };
    shown.then(|| format!("The profile is {}", status.name()))
}

pub(super) fn version_arn(config: &Config, profile: &Profile) -> String {
    if config.faults.has(FaultId::VersionArnWithoutVersion) { profile.arn.clone() } else { profile.version_arn() }
}

pub(super) fn job(config: &Config, job: &Job) -> Value {
    let faults = config.faults;
    let is_revoked = job.revocation.is_some();
    let status = if is_revoked && faults.has(FaultId::JobStatusRevoked) { "Revoked" } else { job.status.name() };
    let shows_end = job.status != JobStatus::InProgress;
    let mut signed_object =
        job.signed_object.as_ref().filter(|_| shows_end).map(|(bucket, key)| json!({ "s3": {"bucketName": bucket, "key": key} }));
    if !shows_end && faults.has(FaultId::OpenJobShowsObject) {
        signed_object = Some(json!({ "s3": {"bucketName": "unknown", "key": "unknown"} }));
    }
    let reason = job.status_reason.as_ref().filter(|_| shows_end);
    let day = SignedDuration::from_hours(if faults.has(FaultId::CompletedTomorrow) { 24 } else { 0 });
    json!({
        "jobId": job.id,
        "jobOwner": job.owner,
        "jobInvoker": if faults.has(FaultId::InvokerWrong) { "000000000000" } else { job.invoker.as_str() },
        "requestedBy": if faults.has(FaultId::RequestedByAccount) { &job.invoker } else { &job.requested_by },
        "profileName": job.profile_name,
        "profileVersion": job.profile_version,
        "platformId": job.platform.id,
        "platformDisplayName": platform_name(job.platform, faults.has(FaultId::JobPlatformNameIsId)),
        "signingMaterial": material(job.certificate_arn.as_deref().filter(|_| !faults.has(FaultId::JobMaterialLost))),
        "overrides": job.overrides.as_ref().filter(|_| !faults.has(FaultId::JobOverridesLost)).map(overrides),
        "signingParameters": some(!job.signing_parameters.is_empty(), json!(job.signing_parameters)),
        "source": job.source.as_ref().map(|source| json!({
            "s3": {"bucketName": source.bucket, "key": source.key, "version": source.version},
        })),
        "signedObject": signed_object,
        "createdAt": time(config, job.created_at),
        "completedAt": job.completed_at.filter(|_| shows_end).map(|at| time(config, at + day)),
        "signatureExpiresAt": time(config, job.signature_expires_at),
        "status": status,
        "statusReason": if !shows_end && faults.has(FaultId::OpenJobSucceeded) { Some("Signing Succeeded") } else { reason.map(String::as_str) },
        "isRevoked": is_revoked,
        "revocationRecord": job.revocation.as_ref().map(|record| json!({
            "reason": if faults.has(FaultId::ReasonLost) { "revoked" } else { record.reason.as_str() },
            "revokedAt": time(config, record.revoked_at),
            "revokedBy": some(!faults.has(FaultId::RevokedByMissing), json!(record.revoked_by)),
        })),
    })
}

pub(super) fn platform(config: &Config, platform: &Platform) -> Value {
    let size = platform.max_size_in_mb;
    let options = |values: &[String]| json!({"allowedValues": values, "defaultValue": values.first()});
    json!({
        "platformId": platform.id,
        "displayName": some(!config.faults.has(FaultId::PlatformNameMissing), json!(platform.display_name)),
        "partner": platform.partner,
        "target": platform.target,
        "category": platform.category,
        "signingConfiguration": {
            "encryptionAlgorithmOptions": options(&platform.encryption),
            "hashAlgorithmOptions": options(&platform.hash),
        },
        "signingImageFormat": {"supportedFormats": platform.formats, "defaultFormat": platform.formats.first()},
        "maxSizeInMB": if config.faults.has(FaultId::MaxSizeString) { json!(size.to_string()) } else { json!(size) },
        "revocationSupported": platform.revocation_supported,
    })
}

pub(super) fn statement(config: &Config, statement: &Statement) -> Value {
    let mut value = json!({
        "statementId": statement.id,
        "action": statement.action,
        "principal": statement.principal,
    });
    if let Some(version) = &statement.profile_version
        && !config.faults.has(FaultId::StatementVersionHidden)
    {
        value["profileVersion"] = json!(version);
    }
    value
}

fn platform_name(platform: &Platform, by_id: bool) -> &str {
    if by_id { &platform.id } else { &platform.display_name }
}

fn material(certificate_arn: Option<&str>) -> Option<Value> {
    certificate_arn.map(|arn| json!({"certificateArn": arn}))
}

fn overrides(overrides: &Overrides) -> Value {
    let mut value = json!({});
    if let Some(configured) = &overrides.signing_configuration {
        let mut configuration = json!({});
        if let Some(encryption) = &configured.encryption_algorithm {
            configuration["encryptionAlgorithm"] = json!(encryption);
        }
        if let Some(hash) = &configured.hash_algorithm {
            configuration["hashAlgorithm"] = json!(hash);
        }
        value["signingConfiguration"] = configuration;
    }
    if let Some(format) = &overrides.signing_image_format {
        value["signingImageFormat"] = json!(format);
    }
    value
}

fn some(is_there: bool, value: Value) -> Option<Value> {
    is_there.then_some(value)
}
