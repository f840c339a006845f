//! From the store's replies to what responses say. Whole responses are made here; the edition's document
//! decides afterwards which members are shown.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use signer_schemas::Platform;

use crate::config::Config;
use crate::freedoms::FreedomId;
use crate::http::shown::{Shown, shown};
use crate::store::command::Reply;
use crate::store::job::{Job, JobStatus, whole_seconds};
use crate::store::paging::Page;
use crate::store::permissions::PermissionList;
use crate::store::policy::Statement;
use crate::store::profile::{Profile, ProfileStatus};
use crate::store::validity::{Overrides, Validity};

/// What a reply says. That to a payload comes with an envelope.
pub(crate) fn output<'a>(config: &Config, reply: &'a Reply, envelope: Option<&[u8]>) -> Shown<'a> {
    match reply {
        Reply::Done => Shown::Nothing,
        Reply::Created(profile) => created(profile),
        Reply::Profile(shown) => profile(config, shown),
        Reply::Profiles(page) => {
            shown! {"nextToken": token(page), "profiles": items(page, |shown| profile(config, shown))}
        }
        Reply::Platform(shown) => platform(shown),
        Reply::Platforms(page) => {
            shown! {"nextToken": token(page), "platforms": items(page, |shown| platform(shown))}
        }
        Reply::Started(job) => shown! {"jobId": &job.id, "jobOwner": &job.owner},
        Reply::Signed(job) => signed(job, envelope.unwrap_or_default()),
        Reply::Job(shown) => job(config, shown),
        Reply::Jobs(page) => {
            shown! {"jobs": items(page, |shown| job(config, shown)), "nextToken": token(page)}
        }
        Reply::Revision(revision) => shown! {"revisionId": revision.as_deref()},
        Reply::Permissions(list) => permissions(list),
        Reply::Revoked(entities) => shown! {"revokedEntities": entities},
        Reply::Tags(tags) => shown! {"tags": tags},
    }
}

fn token<T>(page: &Page<T>) -> Option<&str> {
    page.next_token.as_deref()
}

fn items<'a, T>(page: &'a Page<T>, encode: impl Fn(&'a T) -> Shown<'a>) -> Shown<'a> {
    Shown::List(page.items.iter().map(encode).collect())
}

/// Seconds since the epoch, with a fraction only where there is one.
fn time(time: Timestamp) -> Shown<'static> {
    let millis = time.as_millisecond();
    if millis % 1000 == 0 {
        Shown::Integer(millis / 1000)
    } else {
        Shown::Fraction(time.as_duration().as_secs_f64())
    }
}

fn created(profile: &Profile) -> Shown<'_> {
    shown! {
        "arn": &profile.arn,
        "profileVersion": &profile.version,
        "profileVersionArn": profile.version_arn(),
    }
}

fn profile<'a>(config: &Config, profile: &'a Profile) -> Shown<'a> {
    let Validity { value, unit } = profile.validity;
    shown! {
        "arn": &profile.arn,
        "overrides": profile.overrides.as_ref().map(overrides),
        "platformDisplayName": &profile.platform.display_name,
        "platformId": &profile.platform.id,
        "profileName": &profile.name,
        "profileVersion": &profile.version,
        "profileVersionArn": profile.version_arn(),
        "revocationRecord": profile.revocation.as_ref().map(|record| shown! {
            "revocationEffectiveFrom": time(record.effective_from),
            "revokedAt": time(record.revoked_at),
            "revokedBy": &record.revoked_by,
        }),
        "signatureValidityPeriod": shown! {"type": unit.name(), "value": value},
        "signingMaterial": material(profile.certificate_arn.as_deref()),
        "signingParameters": Some(&profile.signing_parameters).filter(|parameters| !parameters.is_empty()),
        "status": profile.status.name(),
        "statusReason": status_reason(config, profile.status),
        "tags": &profile.tags,
    }
}

fn status_reason(config: &Config, status: ProfileStatus) -> Option<String> {
    let shown = match config.freedoms.choice(FreedomId::GetProfileStatusReason) {
        "always" => true,
        "when-not-active" => status != ProfileStatus::Active,
        _ => false,
    };
    shown.then(|| format!("The profile is {}", status.name()))
}

fn signed<'a>(job: &'a Job, envelope: &[u8]) -> Shown<'a> {
    shown! {
        "jobId": &job.id,
        "jobOwner": &job.owner,
        // No document names the keys: the ARN of the profile and the id of the job are what the map has to
        // hold.
        "metadata": shown! {"signingJobId": &job.id, "signingProfileArn": job.profile_arn()},
        "signature": STANDARD.encode(envelope),
    }
}

fn job<'a>(config: &Config, job: &'a Job) -> Shown<'a> {
    let shows_end = job.status != JobStatus::InProgress;
    let signed_object = job.signed_object.as_ref().filter(|_| shows_end);
    shown! {
        "completedAt": job.completed_at.filter(|_| shows_end).map(time),
        "createdAt": time(whole_seconds(job.created_at)),
        "isRevoked": job.revocation.is_some(),
        "jobId": &job.id,
        "jobInvoker": &job.invoker,
        "jobOwner": &job.owner,
        "overrides": job.overrides.as_ref().map(overrides),
        "platformDisplayName": &job.platform.display_name,
        "platformId": &job.platform.id,
        "profileName": &job.profile_name,
        "profileVersion": &job.profile_version,
        "requestedBy": &job.requested_by,
        "revocationRecord": job.revocation.as_ref().map(|record| shown! {
            "reason": &record.reason,
            "revokedAt": time(record.revoked_at),
            "revokedBy": &record.revoked_by,
        }),
        "signatureExpiresAt": job.expiry(&config.freedoms).map(time),
        "signedObject": signed_object.map(|(bucket, key)| shown! {
            "s3": shown! {"bucketName": bucket, "key": key},
        }),
        "signingMaterial": material(job.certificate_arn.as_deref()),
        "signingParameters": Some(&job.signing_parameters).filter(|parameters| !parameters.is_empty()),
        "source": job.source.as_ref().map(|source| shown! {
            "s3": shown! {"bucketName": &source.bucket, "key": &source.key, "version": &source.version},
        }),
        "status": job.status.name(),
        "statusReason": job.status_reason.as_ref().filter(|_| shows_end),
    }
}

fn platform(platform: &Platform) -> Shown<'_> {
    fn options(values: &Vec<String>) -> Shown<'_> {
        shown! {"allowedValues": values, "defaultValue": values.first()}
    }
    shown! {
        "category": &platform.category,
        "displayName": &platform.display_name,
        "maxSizeInMB": i64::from(platform.max_size_in_mb),
        "partner": &platform.partner,
        "platformId": &platform.id,
        "revocationSupported": platform.revocation_supported,
        "signingConfiguration": shown! {
            "encryptionAlgorithmOptions": options(&platform.encryption),
            "hashAlgorithmOptions": options(&platform.hash),
        },
        "signingImageFormat": shown! {
            "defaultFormat": platform.formats.first(),
            "supportedFormats": &platform.formats,
        },
        "target": &platform.target,
    }
}

fn permissions(list: &PermissionList) -> Shown<'_> {
    shown! {
        "nextToken": token(&list.page),
        "permissions": items(&list.page, statement),
        "policySizeBytes": i64::try_from(list.policy_size_bytes).unwrap_or(i64::MAX),
        "revisionId": list.revision.as_deref(),
    }
}

fn statement(statement: &Statement) -> Shown<'_> {
    shown! {
        "action": &statement.action,
        "principal": &statement.principal,
        "profileVersion": statement.profile_version.as_deref(),
        "statementId": &statement.id,
    }
}

fn material(certificate_arn: Option<&str>) -> Option<Shown<'_>> {
    certificate_arn.map(|arn| shown! {"certificateArn": arn})
}

fn overrides(overrides: &Overrides) -> Shown<'_> {
    shown! {
        "signingConfiguration": overrides.signing_configuration.as_ref().map(|configured| shown! {
            "encryptionAlgorithm": configured.encryption_algorithm.as_deref(),
            "hashAlgorithm": configured.hash_algorithm.as_deref(),
        }),
        "signingImageFormat": overrides.signing_image_format.as_deref(),
    }
}
