//! From the store's replies to the JSON of responses. Whole responses are made here; the edition's document
//! decides afterwards which members are shown.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::{Value, json};
use signer_schemas::Platform;

use crate::config::Config;
use crate::freedoms::FreedomId;
use crate::store::command::Reply;
use crate::store::job::{Job, JobStatus, whole_seconds};
use crate::store::paging::Page;
use crate::store::permissions::PermissionList;
use crate::store::policy::Statement;
use crate::store::profile::{Profile, ProfileStatus};
use crate::store::validity::{Overrides, Validity};

/// What a reply says. That to a payload comes with an envelope.
pub(crate) fn output(config: &Config, reply: &Reply, envelope: Option<&[u8]>) -> Value {
    match reply {
        Reply::Done => Value::Null,
        Reply::Created(profile) => created(profile),
        Reply::Profile(shown) => profile(config, shown),
        Reply::Profiles(page) => paged("profiles", page, |shown| profile(config, shown)),
        Reply::Platform(shown) => platform(shown),
        Reply::Platforms(page) => paged("platforms", page, |shown| platform(shown)),
        Reply::Started(job) => json!({"jobId": job.id, "jobOwner": job.owner}),
        Reply::Signed(job) => signed(job, envelope.unwrap_or_default()),
        Reply::Job(shown) => job(config, shown),
        Reply::Jobs(page) => paged("jobs", page, |shown| job(config, shown)),
        Reply::Revision(revision) => json!({"revisionId": revision}),
        Reply::Permissions(list) => permissions(list),
        Reply::Revoked(entities) => json!({"revokedEntities": entities}),
        Reply::Tags(tags) => json!({"tags": tags}),
    }
}

fn paged<T>(name: &str, page: &Page<T>, encode: impl Fn(&T) -> Value) -> Value {
    let mut shown = json!({"nextToken": page.next_token});
    // Set and not written into the macro, which would copy all of them.
    shown[name] = page.items.iter().map(encode).collect();
    shown
}

/// Seconds since the epoch, with a fraction only where there is one.
fn time(time: Timestamp) -> Value {
    let millis = time.as_millisecond();
    if millis % 1000 == 0 { (millis / 1000).into() } else { (time.as_duration().as_secs_f64()).into() }
}

fn created(profile: &Profile) -> Value {
    json!({
        "arn": profile.arn,
        "profileVersion": profile.version,
        "profileVersionArn": profile.version_arn(),
    })
}

fn profile(config: &Config, profile: &Profile) -> Value {
    let Validity { value, unit } = profile.validity;
    json!({
        "profileName": profile.name,
        "arn": profile.arn,
        "profileVersion": profile.version,
        "profileVersionArn": profile.version_arn(),
        "platformId": profile.platform.id,
        "platformDisplayName": profile.platform.display_name,
        "status": profile.status.name(),
        "statusReason": status_reason(config, profile.status),
        "signatureValidityPeriod": {"value": value, "type": unit.name()},
        "signingMaterial": material(profile.certificate_arn.as_deref()),
        "overrides": profile.overrides.as_ref().map(overrides),
        "signingParameters": some(!profile.signing_parameters.is_empty(), json!(profile.signing_parameters)),
        "tags": profile.tags,
        "revocationRecord": profile.revocation.as_ref().map(|record| json!({
            "revocationEffectiveFrom": time(record.effective_from),
            "revokedAt": time(record.revoked_at),
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

fn signed(job: &Job, envelope: &[u8]) -> Value {
    json!({
        "jobId": job.id,
        "jobOwner": job.owner,
        // No document names the keys: the ARN of the profile and the id of the job are what the map has to
        // hold.
        "metadata": {"signingProfileArn": job.profile_arn(), "signingJobId": job.id},
        "signature": STANDARD.encode(envelope),
    })
}

fn job(config: &Config, job: &Job) -> Value {
    let shows_end = job.status != JobStatus::InProgress;
    let signed_object = job.signed_object.as_ref().filter(|_| shows_end);
    json!({
        "jobId": job.id,
        "jobOwner": job.owner,
        "jobInvoker": job.invoker,
        "requestedBy": job.requested_by,
        "profileName": job.profile_name,
        "profileVersion": job.profile_version,
        "platformId": job.platform.id,
        "platformDisplayName": job.platform.display_name,
        "signingMaterial": material(job.certificate_arn.as_deref()),
        "overrides": job.overrides.as_ref().map(overrides),
        "signingParameters": some(!job.signing_parameters.is_empty(), json!(job.signing_parameters)),
        "source": job.source.as_ref().map(|source| json!({
            "s3": {"bucketName": source.bucket, "key": source.key, "version": source.version},
        })),
        "signedObject": signed_object.map(|(bucket, key)| json!({ "s3": {"bucketName": bucket, "key": key} })),
        "createdAt": time(whole_seconds(job.created_at)),
        "completedAt": job.completed_at.filter(|_| shows_end).map(time),
        "signatureExpiresAt": job.expiry(&config.freedoms).map(time),
        "status": job.status.name(),
        "statusReason": job.status_reason.as_ref().filter(|_| shows_end),
        "isRevoked": job.revocation.is_some(),
        "revocationRecord": job.revocation.as_ref().map(|record| json!({
            "reason": record.reason,
            "revokedAt": time(record.revoked_at),
            "revokedBy": record.revoked_by,
        })),
    })
}

fn platform(platform: &Platform) -> Value {
    let options = |values: &[String]| json!({"allowedValues": values, "defaultValue": values.first()});
    json!({
        "platformId": platform.id,
        "displayName": platform.display_name,
        "partner": platform.partner,
        "target": platform.target,
        "category": platform.category,
        "signingConfiguration": {
            "encryptionAlgorithmOptions": options(&platform.encryption),
            "hashAlgorithmOptions": options(&platform.hash),
        },
        "signingImageFormat": {"supportedFormats": platform.formats, "defaultFormat": platform.formats.first()},
        "maxSizeInMB": platform.max_size_in_mb,
        "revocationSupported": platform.revocation_supported,
    })
}

fn permissions(list: &PermissionList) -> Value {
    let mut shown = paged("permissions", &list.page, statement);
    shown["policySizeBytes"] = list.policy_size_bytes.into();
    shown["revisionId"] = json!(list.revision);
    shown
}

fn statement(statement: &Statement) -> Value {
    let mut value = json!({
        "statementId": statement.id,
        "action": statement.action,
        "principal": statement.principal,
    });
    if let Some(version) = &statement.profile_version {
        value["profileVersion"] = json!(version);
    }
    value
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
