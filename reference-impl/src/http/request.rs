//! From the members of a request to a command of the store, with what the store has to know besides.

use jiff::Timestamp;
use signer_schemas::{Operation, OperationDoc};

use crate::error::{ErrorName, Outcome, Refusal};
use crate::http::field::Input;
use crate::identity::Caller;
use crate::service::Service;
use crate::signing::signer::Signer;
use crate::store::command::{Command, Reply};
use crate::store::job::{S3Location, StartSigningJob};
use crate::store::jobs::{JobFilter, SignPayload};
use crate::store::paging::PageRequest;
use crate::store::permissions::AddProfilePermission;
use crate::store::platforms::PlatformFilter;
use crate::store::policy::Statement;
use crate::store::profiles::{ProfileFilter, PutSigningProfile};
use crate::store::revocations::{RevocationQuestion, RevokeSigningProfile};
use crate::store::validity::{Overrides, SigningConfigurationOverrides, ValidityUnit};

/// The command that a request is.
pub(crate) async fn command(
    service: &Service,
    caller: &Caller,
    document: &OperationDoc,
    input: &Input,
) -> Outcome<Command> {
    let name = || input.sure("profileName");
    let arn = || input.sure("resourceArn");
    let page = || page(input);
    Ok(match document.operation {
        Operation::AddProfilePermission => Command::AddProfilePermission(add_profile_permission(input)),
        Operation::CancelSigningProfile => Command::CancelSigningProfile { name: name() },
        Operation::DescribeSigningJob => Command::DescribeSigningJob { id: input.sure("jobId") },
        Operation::GetRevocationStatus => Command::GetRevocationStatus(revocation_question(input)),
        Operation::GetSigningPlatform => Command::GetSigningPlatform { id: input.sure("platformId") },
        Operation::GetSigningProfile => {
            Command::GetSigningProfile { name: name(), owner: input.owned("profileOwner") }
        }
        Operation::ListProfilePermissions => Command::ListProfilePermissions { name: name(), page: page() },
        Operation::ListSigningJobs => Command::ListSigningJobs { filter: job_filter(input), page: page() },
        Operation::ListSigningPlatforms => {
            Command::ListSigningPlatforms { filter: platform_filter(input), page: page() }
        }
        Operation::ListSigningProfiles => {
            Command::ListSigningProfiles { filter: profile_filter(input), page: page() }
        }
        Operation::ListTagsForResource => Command::ListTagsForResource { arn: arn() },
        Operation::PutSigningProfile => Command::PutSigningProfile(put_signing_profile(document, input)),
        Operation::RemoveProfilePermission => Command::RemoveProfilePermission {
            name: name(),
            statement_id: input.sure("statementId"),
            revision: input.sure("revisionId"),
        },
        Operation::RevokeSignature => Command::RevokeSignature {
            id: input.sure("jobId"),
            owner: input.owned("jobOwner"),
            reason: input.sure("reason"),
        },
        Operation::RevokeSigningProfile => Command::RevokeSigningProfile(RevokeSigningProfile {
            name: name(),
            version: input.sure("profileVersion"),
            effective_time: input.time("effectiveTime").unwrap_or(Timestamp::UNIX_EPOCH),
        }),
        Operation::SignPayload => Command::SignPayload(SignPayload {
            profile_name: name(),
            profile_owner: input.owned("profileOwner"),
            payload: input.blob("payload").unwrap_or_default().to_vec(),
            payload_format: input.sure("payloadFormat"),
        }),
        Operation::StartSigningJob => {
            Command::StartSigningJob(start_signing_job(service, caller, input).await?)
        }
        Operation::TagResource => Command::TagResource { arn: arn(), tags: input.text_map("tags") },
        Operation::UntagResource => Command::UntagResource { arn: arn(), keys: input.texts("tagKeys") },
    })
}

/// The envelope that the reply to a payload comes with; nothing for other replies.
pub(crate) fn envelope(signer: &Signer, input: &Input, reply: &Reply) -> Outcome<Option<Vec<u8>>> {
    let Reply::Signed(job) = reply else { return Ok(None) };
    let envelope = signer.envelope(job, input.blob("payload").unwrap_or_default());
    envelope.map(Some).map_err(|unsigned| Refusal::new(ErrorName::InternalServiceError, unsigned.0))
}

fn put_signing_profile(document: &OperationDoc, input: &Input) -> PutSigningProfile {
    PutSigningProfile {
        name: input.sure("profileName"),
        platform_id: input.sure("platformId"),
        material_is_required: document.member("signingMaterial").is_some_and(|member| member.required),
        certificate_arn: input
            .structure("signingMaterial")
            .and_then(|material| material.owned("certificateArn")),
        validity: input
            .structure("signatureValidityPeriod")
            .map(|validity| (validity.integer("value"), unit(validity))),
        overrides: input.structure("overrides").and_then(overrides),
        signing_parameters: input.text_map("signingParameters"),
        tags: input.text_map("tags"),
    }
}

fn unit(validity: &Input) -> Option<ValidityUnit> {
    match validity.text("type")? {
        "DAYS" => Some(ValidityUnit::Days),
        "MONTHS" => Some(ValidityUnit::Months),
        "YEARS" => Some(ValidityUnit::Years),
        _ => None,
    }
}

/// Overrides with nothing in them are none.
fn overrides(input: &Input) -> Option<Overrides> {
    let configuration =
        input.structure("signingConfiguration").map(|configuration| SigningConfigurationOverrides {
            encryption_algorithm: configuration.owned("encryptionAlgorithm"),
            hash_algorithm: configuration.owned("hashAlgorithm"),
        });
    let overrides = Overrides {
        signing_configuration: configuration,
        signing_image_format: input.owned("signingImageFormat"),
    };
    (overrides != Overrides::default()).then_some(overrides)
}

fn profile_filter(input: &Input) -> ProfileFilter {
    ProfileFilter {
        include_canceled: input.boolean("includeCanceled").unwrap_or(false),
        platform_id: input.owned("platformId"),
        statuses: input.texts("statuses"),
    }
}

fn platform_filter(input: &Input) -> PlatformFilter {
    PlatformFilter {
        category: input.owned("category"),
        partner: input.owned("partner"),
        target: input.owned("target"),
    }
}

fn job_filter(input: &Input) -> JobFilter {
    JobFilter {
        status: input.owned("status"),
        platform_id: input.owned("platformId"),
        requested_by: input.owned("requestedBy"),
        is_revoked: input.boolean("isRevoked"),
        expires_after: input.time("signatureExpiresAfter"),
        expires_before: input.time("signatureExpiresBefore"),
        invoker: input.owned("jobInvoker"),
    }
}

fn page(input: &Input) -> PageRequest {
    let max_results = input.integer("maxResults").and_then(|size| usize::try_from(size).ok());
    PageRequest { max_results, next_token: input.owned("nextToken") }
}

async fn start_signing_job(service: &Service, caller: &Caller, input: &Input) -> Outcome<StartSigningJob> {
    let place = |name: &str| input.structure(name).and_then(|place| place.structure("s3"));
    let source = place("source").ok_or_else(|| Refusal::validation("source.s3 is needed"))?;
    let destination = place("destination").ok_or_else(|| Refusal::validation("destination.s3 is needed"))?;
    let bucket = destination.owned("bucketName");
    let bucket = bucket.ok_or_else(|| Refusal::validation("destination.s3.bucketName is needed"))?;
    let source = S3Location {
        bucket: source.sure("bucketName"),
        key: source.sure("key"),
        version: source.sure("version"),
    };
    let (source_is_there, destination_is_there) = service.are_there(caller, &source, &bucket).await;
    Ok(StartSigningJob {
        profile_name: input.owned("profileName"),
        profile_owner: input.owned("profileOwner"),
        source_is_there,
        destination_is_there,
        source,
        destination: (bucket, destination.owned("prefix").unwrap_or_default()),
        client_request_token: input.sure("clientRequestToken"),
    })
}

fn revocation_question(input: &Input) -> RevocationQuestion {
    RevocationQuestion {
        signature_timestamp: input.time("signatureTimestamp").unwrap_or(Timestamp::UNIX_EPOCH),
        platform_id: input.sure("platformId"),
        profile_version_arn: input.sure("profileVersionArn"),
        job_arn: input.sure("jobArn"),
        certificate_hashes: input.texts("certificateHashes"),
    }
}

fn add_profile_permission(input: &Input) -> AddProfilePermission {
    AddProfilePermission {
        profile_name: input.sure("profileName"),
        statement: Statement {
            id: input.sure("statementId"),
            action: input.sure("action"),
            principal: input.sure("principal"),
            profile_version: input.owned("profileVersion"),
        },
        revision: input.owned("revisionId"),
    }
}
