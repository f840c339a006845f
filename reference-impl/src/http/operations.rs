//! One function per operation: members in, a question to the store, JSON out.

use super::encode;
use super::field::Input;
use crate::error::{ErrorName, Outcome, Refusal};
use crate::faults::FaultId;
use crate::identity::Caller;
use crate::service::Service;
use crate::store::{
    AddProfilePermission, Context, JobFilter, Overrides, Page, PageRequest, PlatformFilter, ProfileFilter, PutSigningProfile,
    RevocationQuestion, RevokeSigningProfile, S3Location, SignPayload, SigningConfigurationOverrides, StartSigningJob, Statement,
    Store, ValidityUnit,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use signer_schemas::Operation;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Serves an operation. The answer is whole: what the edition does not know is taken out later.
pub(super) async fn call(service: &Service, caller: &Caller, operation: Operation, input: &Input) -> Outcome<Value> {
    match operation {
        Operation::AddProfilePermission => add_profile_permission(service, caller, input).await,
        Operation::CancelSigningProfile => cancel_signing_profile(service, caller, input).await,
        Operation::DescribeSigningJob => describe_signing_job(service, caller, input).await,
        Operation::GetRevocationStatus => get_revocation_status(service, caller, input),
        Operation::GetSigningPlatform => get_signing_platform(service, caller, input),
        Operation::GetSigningProfile => get_signing_profile(service, caller, input),
        Operation::ListProfilePermissions => list_profile_permissions(service, caller, input),
        Operation::ListSigningJobs => list_signing_jobs(service, caller, input),
        Operation::ListSigningPlatforms => list_signing_platforms(service, caller, input),
        Operation::ListSigningProfiles => list_signing_profiles(service, caller, input),
        Operation::ListTagsForResource => list_tags_for_resource(service, caller, input),
        Operation::PutSigningProfile => put_signing_profile(service, caller, input).await,
        Operation::RemoveProfilePermission => remove_profile_permission(service, caller, input).await,
        Operation::RevokeSignature => revoke_signature(service, caller, input).await,
        Operation::RevokeSigningProfile => revoke_signing_profile(service, caller, input).await,
        Operation::SignPayload => sign_payload(service, caller, input).await,
        Operation::StartSigningJob => start_signing_job(service, caller, input).await,
        Operation::TagResource => tag_resource(service, caller, input).await,
        Operation::UntagResource => untag_resource(service, caller, input).await,
    }
}

async fn put_signing_profile(service: &Service, caller: &Caller, input: &Input) -> Outcome<Value> {
    let config = &service.config;
    let document = signer_schemas::operation(config.edition, Operation::PutSigningProfile);
    let material = document.and_then(|document| document.member("signingMaterial"));
    let drops_alone = config.faults.has(FaultId::OverrideAloneDropped);
    let kept = if config.faults.has(FaultId::OneParameterKept) { 1 } else { usize::MAX };
    let mut request = PutSigningProfile {
        name: input.sure("profileName"),
        platform_id: input.sure("platformId"),
        material_is_required: material.is_some_and(|member| member.required),
        certificate_arn: input.structure("signingMaterial").and_then(|material| material.owned("certificateArn")),
        validity: input.structure("signatureValidityPeriod").map(|validity| (validity.integer("value"), unit(validity))),
        overrides: input.structure("overrides").and_then(|given| overrides(given, drops_alone)),
        signing_parameters: input.text_map("signingParameters").into_iter().take(kept).collect(),
        tags: input.text_map("tags"),
    };
    if input.field("platformId").is_none() {
        // Only the fault lets this through; any platform that needs nothing else will do.
        let has_material = request.certificate_arn.is_some();
        let platform = signer_schemas::platforms().iter().find(|platform| platform.in_2019 == has_material);
        request.platform_id = platform.map(|platform| platform.id.clone()).unwrap_or_default();
    }
    if config.faults.has(FaultId::NamesSpanRegions)
        && service.elsewhere(caller).iter().any(|store| store.has(caller, &request.name))
    {
        return Err(Refusal::validation(format!("Profile with name {} already exists", request.name)));
    }
    let mut profile = service.write(caller, |store, context| store.put_signing_profile(context, request)).await?;
    if config.faults.has(FaultId::PutAnswersOtherVersion) {
        let profile = Arc::make_mut(&mut profile);
        profile.version = profile.version.chars().rev().collect();
    }
    Ok(json!({
        "arn": profile.arn,
        "profileVersion": profile.version,
        "profileVersionArn": encode::version_arn(config, &profile),
    }))
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
fn overrides(input: &Input, drops_alone: bool) -> Option<Overrides> {
    let alone = |configuration: &&Input| {
        configuration.field("encryptionAlgorithm").is_some() != configuration.field("hashAlgorithm").is_some()
    };
    let configuration = input.structure("signingConfiguration").filter(|given| !(drops_alone && alone(given)));
    let configuration = configuration.map(|configuration| SigningConfigurationOverrides {
        encryption_algorithm: configuration.owned("encryptionAlgorithm"),
        hash_algorithm: configuration.owned("hashAlgorithm"),
    });
    let overrides = Overrides { signing_configuration: configuration, signing_image_format: input.owned("signingImageFormat") };
    (overrides != Overrides::default()).then_some(overrides)
}

fn get_signing_profile(service: &Service, caller: &Caller, input: &Input) -> Outcome<Value> {
    service.read(caller, |store, context| {
        let profile = store.get_signing_profile(context, &input.sure("profileName"), input.text("profileOwner"))?;
        Ok(encode::profile(&service.config, profile))
    })
}

async fn cancel_signing_profile(service: &Service, caller: &Caller, input: &Input) -> Outcome<Value> {
    let canceled =
        service.write(caller, |store, context| store.cancel_signing_profile(context, &input.sure("profileName"))).await;
    if service.config.faults.has(FaultId::CancelSpansRegions) {
        for store in service.elsewhere(caller) {
            let there = Caller { region: store.region().to_owned(), ..caller.clone() };
            let cancel =
                |store: &mut Store, context: &mut Context<'_>| store.cancel_signing_profile(context, &input.sure("profileName"));
            let _ = service.write(&there, cancel).await;
        }
    }
    match canceled {
        Err(refusal) if refusal.error == ErrorName::ResourceNotFound && service.config.faults.has(FaultId::CancelAbsent500) => {
            Err(Refusal::new(ErrorName::InternalServiceError, refusal.message))
        }
        canceled => canceled.map(|()| Value::Null),
    }
}

fn list_signing_profiles(service: &Service, caller: &Caller, input: &Input) -> Outcome<Value> {
    let filter = ProfileFilter {
        include_canceled: input.boolean("includeCanceled").unwrap_or(false),
        platform_id: input.owned("platformId"),
        statuses: input.texts("statuses"),
    };
    service.read_list(caller, FaultId::ProfileListLags, |store, context| {
        let page = store.list_signing_profiles(context, &filter, &page_request(input))?;
        Ok(paged("profiles", page, |profile| {
            let mut entry = encode::profile(&service.config, profile);
            for (fault, member) in [
                (FaultId::ListedProfileLacksTags, "tags"),
                (FaultId::ListedProfileLacksMaterial, "signingMaterial"),
                (FaultId::ListedProfileLacksParameters, "signingParameters"),
                (FaultId::ListedProfileLacksPlatformName, "platformDisplayName"),
            ] {
                if service.config.faults.has(fault) {
                    entry[member] = Value::Null;
                }
            }
            if service.config.faults.has(FaultId::ListedTagsCutAt50) {
                entry["tags"] = json!(profile.tags.iter().take(50).collect::<BTreeMap<_, _>>());
            }
            entry
        }))
    })
}

fn get_signing_platform(service: &Service, caller: &Caller, input: &Input) -> Outcome<Value> {
    let id = input.sure("platformId");
    let platform = service.read(caller, |store, _| store.get_signing_platform(&id))?;
    Ok(encode::platform(&service.config, platform))
}

fn list_signing_platforms(service: &Service, caller: &Caller, input: &Input) -> Outcome<Value> {
    let filter =
        PlatformFilter { category: input.owned("category"), partner: input.owned("partner"), target: input.owned("target") };
    service.read(caller, |store, context| {
        let page = store.list_signing_platforms(context, &filter, &page_request(input))?;
        Ok(paged("platforms", page, |platform| encode::platform(&service.config, platform)))
    })
}

async fn start_signing_job(service: &Service, caller: &Caller, input: &Input) -> Outcome<Value> {
    let place = |name: &str| input.structure(name).and_then(|place| place.structure("s3")).cloned();
    let source = place("source").ok_or_else(|| Refusal::validation("source.s3 is needed"))?;
    let destination = place("destination").ok_or_else(|| Refusal::validation("destination.s3 is needed"))?;
    let bucket = destination.owned("bucketName");
    let bucket = bucket.ok_or_else(|| Refusal::validation("destination.s3.bucketName is needed"))?;
    let source = S3Location { bucket: source.sure("bucketName"), key: source.sure("key"), version: source.sure("version") };
    let (source_is_there, destination_is_there) = service.are_there(caller, &source, &bucket).await;
    let request = StartSigningJob {
        profile_name: input.owned("profileName"),
        profile_owner: input.owned("profileOwner"),
        source_is_there,
        destination_is_there,
        source,
        destination: (bucket, destination.owned("prefix").unwrap_or_default()),
        client_request_token: input.sure("clientRequestToken"),
    };
    let spans = service.config.faults.has(FaultId::TokenSpansRegions);
    let first = spans.then(|| service.elsewhere(caller).iter().find_map(|store| store.job_of_token(caller, &request))).flatten();
    let job = match first {
        Some(first) => first,
        None => service.write(caller, |store, context| store.start_signing_job(context, &request)).await?,
    };
    let is_arn = service.config.faults.has(FaultId::JobOwnerArn);
    let owner = if is_arn { job.arn() } else { job.owner.clone() };
    Ok(json!({"jobId": job.id, "jobOwner": owner}))
}

async fn describe_signing_job(service: &Service, caller: &Caller, input: &Input) -> Outcome<Value> {
    let id = input.sure("jobId");
    let described = if service.read(caller, |store, _| store.counts_views()) {
        service.write(caller, |store, context| store.describe_signing_job(context, &id)).await
    } else {
        service.read(caller, |store, context| store.clone().describe_signing_job(context, &id))
    };
    match described {
        Err(refusal) if refusal.error == ErrorName::ResourceNotFound && service.config.faults.has(FaultId::DescribeAbsent200) => {
            Ok(json!({
                "jobId": input.sure("jobId"), "status": "InProgress", "profileName": "unknown", "profileVersion": "0000000000",
                "platformId": "AWSLambda-SHA384-ECDSA", "platformDisplayName": "AWS Lambda", "requestedBy": caller.arn,
                "jobOwner": caller.account, "jobInvoker": caller.account, "createdAt": 0, "signatureExpiresAt": 0,
            }))
        }
        described => Ok(encode::job(&service.config, described?.as_ref())),
    }
}

fn list_signing_jobs(service: &Service, caller: &Caller, input: &Input) -> Outcome<Value> {
    let filter = JobFilter {
        status: input.owned("status"),
        platform_id: input.owned("platformId"),
        requested_by: input.owned("requestedBy"),
        is_revoked: input.boolean("isRevoked"),
        expires_after: input.time("signatureExpiresAfter"),
        expires_before: input.time("signatureExpiresBefore"),
        invoker: input.owned("jobInvoker"),
    };
    service.read_list(caller, FaultId::JobListLags, |store, context| {
        let page = store.list_signing_jobs(context, &filter, &page_request(input))?;
        Ok(paged("jobs", page, |job| {
            let mut entry = encode::job(&service.config, job);
            if service.config.faults.has(FaultId::ListedJobLacksProfile) {
                entry["profileName"] = json!("unknown");
            }
            if service.config.faults.has(FaultId::ListedJobOtherSource) && job.source.is_some() {
                entry["source"]["s3"]["key"] = json!("unknown");
            }
            if service.config.faults.has(FaultId::ListedJobOtherCertificate) && job.certificate_arn.is_some() {
                entry["signingMaterial"]["certificateArn"] = json!("unknown");
            }
            if service.config.faults.has(FaultId::ListedJobLacksExpiry) {
                entry["signatureExpiresAt"] = Value::Null;
            }
            if service.config.faults.has(FaultId::ListedJobLacksObject) {
                entry["signedObject"] = Value::Null;
            }
            if service.config.faults.has(FaultId::ListedJobCreatedLater) {
                entry["createdAt"] = encode::time(&service.config, job.created_at + SignedDuration::from_secs(1));
            }
            entry
        }))
    })
}

async fn sign_payload(service: &Service, caller: &Caller, input: &Input) -> Outcome<Value> {
    let payload = input.blob("payload").unwrap_or_default().to_vec();
    let request = SignPayload {
        profile_name: input.sure("profileName"),
        profile_owner: input.owned("profileOwner"),
        payload: payload.clone(),
        payload_format: input.sure("payloadFormat"),
    };
    let job = service.write(caller, |store, context| store.sign_payload(context, request)).await?;
    let faults = service.config.faults;
    let signed = if faults.has(FaultId::EnvelopeOfAnother) { b"{}" } else { payload.as_slice() };
    let mut named = (*job).clone();
    if faults.has(FaultId::EnvelopeNamesInvoker) {
        named.profile_version_arn = named.profile_version_arn.replace(&job.owner, &job.invoker);
        named.owner.clone_from(&job.invoker);
    }
    let envelope = service.signer.envelope(&named, signed, faults);
    let envelope = envelope.map_err(|unsigned| Refusal::new(ErrorName::InternalServiceError, unsigned.0))?;
    let metadata = json!({
        "signingProfileVersionArn": job.profile_version_arn,
        "signingJobArn": job.arn(),
    });
    Ok(json!({
        "jobId": job.id,
        "jobOwner": job.owner,
        "metadata": if faults.has(FaultId::MetadataEmpty) { json!({}) } else { metadata },
        "signature": STANDARD.encode(envelope),
    }))
}

async fn revoke_signature(service: &Service, caller: &Caller, input: &Input) -> Outcome<Value> {
    service
        .write(caller, |store, context| {
            store.revoke_signature(context, &input.sure("jobId"), input.text("jobOwner"), input.sure("reason"))
        })
        .await?;
    Ok(Value::Null)
}

async fn revoke_signing_profile(service: &Service, caller: &Caller, input: &Input) -> Outcome<Value> {
    let request = RevokeSigningProfile {
        name: input.sure("profileName"),
        version: input.sure("profileVersion"),
        effective_time: input.time("effectiveTime").unwrap_or(Timestamp::UNIX_EPOCH),
    };
    service.write(caller, |store, context| store.revoke_signing_profile(context, &request)).await?;
    Ok(Value::Null)
}

fn get_revocation_status(service: &Service, caller: &Caller, input: &Input) -> Outcome<Value> {
    let question = RevocationQuestion {
        signature_timestamp: input.time("signatureTimestamp").unwrap_or(Timestamp::UNIX_EPOCH),
        platform_id: input.sure("platformId"),
        profile_version_arn: input.sure("profileVersionArn"),
        job_arn: input.sure("jobArn"),
        certificate_hashes: input.texts("certificateHashes"),
    };
    let revoked = service.revocation_status(caller, &question)?;
    Ok(json!({"revokedEntities": revoked}))
}

async fn add_profile_permission(service: &Service, caller: &Caller, input: &Input) -> Outcome<Value> {
    let request = AddProfilePermission {
        profile_name: input.sure("profileName"),
        statement: Statement {
            id: input.sure("statementId"),
            action: input.sure("action"),
            principal: input.sure("principal"),
            profile_version: input.owned("profileVersion"),
        },
        revision: input.owned("revisionId"),
    };
    let revision = service.write(caller, |store, context| store.add_profile_permission(context, request)).await?;
    Ok(json!({"revisionId": revision}))
}

fn list_profile_permissions(service: &Service, caller: &Caller, input: &Input) -> Outcome<Value> {
    service.read(caller, |store, context| {
        let list = store.list_profile_permissions(context, &input.sure("profileName"), &page_request(input))?;
        let mut shown = paged("permissions", list.page, |statement| encode::statement(&service.config, statement));
        shown["policySizeBytes"] = list.policy_size_bytes.into();
        shown["revisionId"] = list.revision.into();
        Ok(shown)
    })
}

async fn remove_profile_permission(service: &Service, caller: &Caller, input: &Input) -> Outcome<Value> {
    let (name, statement, revision) = (input.sure("profileName"), input.sure("statementId"), input.sure("revisionId"));
    let revision =
        service.write(caller, |store, context| store.remove_profile_permission(context, &name, &statement, &revision)).await?;
    Ok(json!({"revisionId": revision}))
}

async fn tag_resource(service: &Service, caller: &Caller, input: &Input) -> Outcome<Value> {
    service
        .write(caller, |store, context| store.tag_resource(context, &input.sure("resourceArn"), input.text_map("tags")))
        .await?;
    Ok(Value::Null)
}

async fn untag_resource(service: &Service, caller: &Caller, input: &Input) -> Outcome<Value> {
    service
        .write(caller, |store, context| store.untag_resource(context, &input.sure("resourceArn"), &input.texts("tagKeys")))
        .await?;
    Ok(Value::Null)
}

fn list_tags_for_resource(service: &Service, caller: &Caller, input: &Input) -> Outcome<Value> {
    let tags =
        service.read(caller, |store, context| store.list_tags_for_resource(context, &input.sure("resourceArn")).cloned())?;
    let most = if service.config.faults.has(FaultId::TagsCutAt50) { 50 } else { usize::MAX };
    let tags: BTreeMap<_, _> = tags.into_iter().take(most).collect();
    if service.config.faults.has(FaultId::TagsAsList) {
        let list: Vec<_> = tags.iter().map(|(key, value)| json!({"key": key, "value": value})).collect();
        return Ok(json!({"tags": list}));
    }
    Ok(json!({"tags": tags}))
}

fn page_request(input: &Input) -> PageRequest {
    let max_results = input.integer("maxResults").and_then(|size| usize::try_from(size).ok());
    PageRequest { max_results, next_token: input.owned("nextToken") }
}

fn paged<T>(name: &str, page: Page<T>, encode: impl Fn(T) -> Value) -> Value {
    let items: Vec<Value> = page.items.into_iter().map(encode).collect();
    json!({name: items, "nextToken": page.next_token})
}
