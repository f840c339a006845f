//! A call in symbols as the operation's logical input.

use base64::Engine as _;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};
use signer_model::{
    Call, Destination, Expiry, Grant, Job, OwnerArg, PageSize, Platform, PlatformArg, PlatformFilter, Principal, Profile,
    Request, Source, TAGS, TagKey, TagValue, Validity,
};
use signer_schemas::Edition;

use crate::data::context::Context;
use crate::operations::bindings::Bindings;

/// The members of the operation's input, path and query ones included; times as epoch seconds, blobs as base64.
pub fn input(context: &Context, bindings: &Bindings, call: &Call) -> Map<String, Value> {
    let name = |profile: Profile| json!(bindings.name(profile));
    let value = match call.request {
        Request::AddProfilePermission { profile, statement, grant, revision } => json!({
            "profileName": name(profile),
            "statementId": format!("s{}", statement.0),
            "action": grant.action.id(),
            "principal": principal(context, grant),
            "profileVersion": grant.version.map(|version| bindings.version(profile, version)),
            "revisionId": bindings.revision(profile, revision),
        }),
        Request::CancelSigningProfile { profile } | Request::ListProfilePermissions { profile } => {
            json!({ "profileName": name(profile) })
        }
        Request::DescribeSigningJob { job } => json!({ "jobId": bindings.job_id(job) }),
        Request::GetRevocationStatus { profile, job, platform, at } => json!({
            "signatureTimestamp": context.signature_time(at),
            "platformId": platform.id(),
            "profileVersionArn": format!(
                "{}/{}",
                bindings.profile_arn(context, profile),
                bindings.version(profile, signer_model::VersionArg::Current)
            ),
            "jobArn": bindings.job_arn(context, job),
            "certificateHashes": ["0".repeat(192)],
        }),
        Request::GetSigningPlatform { platform } => json!({ "platformId": platform_id(platform) }),
        Request::GetSigningProfile { profile, owner } => {
            json!({ "profileName": name(profile), "profileOwner": owner_id(context, owner) })
        }
        Request::ListSigningJobs { filter, page } => json!({
            "status": filter.status.map(signer_model::JobStatus::id),
            "platformId": filter.platform.map(Platform::id),
            "isRevoked": filter.is_revoked,
            "jobInvoker": filter.invoker.map(|account| context.account(account)),
            "signatureExpiresBefore": (filter.expires == Some(Expiry::Before)).then(|| context.expiry_watershed()),
            "signatureExpiresAfter": (filter.expires == Some(Expiry::After)).then(|| context.expiry_watershed()),
            "maxResults": page_size(page),
        }),
        Request::ListSigningPlatforms { filter, page } => {
            let mut input = platform_filter(filter);
            input["maxResults"] = json!(page_size(page));
            input
        }
        Request::ListSigningProfiles { filter, page } => json!({
            "includeCanceled": filter.include_canceled,
            "statuses": filter.status.map(|status| [status.id()]),
            "platformId": filter.platform.map(Platform::id),
            "maxResults": page_size(page),
        }),
        Request::ListTagsForResource { profile } => json!({ "resourceArn": bindings.profile_arn(context, profile) }),
        Request::PutSigningProfile { profile, platform, validity, material, parameters, tags } => json!({
            "profileName": name(profile),
            "platformId": platform_id(platform),
            "signatureValidityPeriod": (validity == Validity::Day).then(|| json!({ "value": 1, "type": "DAYS" })),
            "signingMaterial": material.then(|| json!({ "certificateArn": context.certificate_arn() })),
            "signingParameters": signing_parameters(platform, parameters),
            "tags": given_tags(tags),
        }),
        Request::RemoveProfilePermission { profile, statement, revision } => json!({
            "profileName": name(profile),
            "statementId": format!("s{}", statement.0),
            "revisionId": bindings.revision(profile, revision),
        }),
        Request::RevokeSignature { job, owner } => json!({
            "jobId": bindings.job_id(job), "reason": "conformance", "jobOwner": owner_id(context, owner)
        }),
        Request::RevokeSigningProfile { profile, version, effective } => json!({
            "profileName": name(profile),
            "profileVersion": bindings.version(profile, version),
            "reason": "conformance",
            "effectiveTime": context.effective_time(effective),
        }),
        Request::SignPayload { profile, owner, .. } => json!({
            "profileName": name(profile),
            "payload": base64::engine::general_purpose::STANDARD.encode(payload(&bindings.token(Job(0)))),
            "payloadFormat": "application/vnd.cncf.notary.payload.v1+json",
            "profileOwner": owner_id(context, owner),
        }),
        Request::StartSigningJob { job, profile, owner, source, destination } => json!({
            "profileName": name(profile),
            "clientRequestToken": bindings.token(job),
            "source": { "s3": source_object(context, source) },
            "destination": { "s3": destination_prefix(context, bindings, destination) },
            "profileOwner": owner_id(context, owner),
        }),
        Request::TagResource { profile, key, value } => json!({
            "resourceArn": bindings.profile_arn(context, profile),
            "tags": Value::Object(tags_of(key, value)),
        }),
        Request::UntagResource { profile, key } => json!({
            "resourceArn": bindings.profile_arn(context, profile),
            "tagKeys": Context::tag_keys(key).collect::<Vec<_>>(),
        }),
    };
    let Value::Object(mut members) = value else { return Map::new() };
    members.retain(|_, value| !value.is_null());
    members
}

/// The tags that a symbol stands for, with that value; none where there is no value.
fn tags_of(key: TagKey, value: TagValue) -> Map<String, Value> {
    let Some(value) = Context::tag_value(value) else { return Map::new() };
    Context::tag_keys(key).map(|key| (key, json!(value))).collect()
}

fn given_tags(tags: [TagValue; TAGS]) -> Option<Map<String, Value>> {
    let given: Map<String, Value> = (0..).map(TagKey).zip(tags).flat_map(|(key, value)| tags_of(key, value)).collect();
    (!given.is_empty()).then_some(given)
}

/// Profiles for `FreeRTOS` say where on the device the certificate lies; on Lambda a parameter is one too many.
fn signing_parameters(platform: PlatformArg, parameters: bool) -> Option<Value> {
    match platform {
        PlatformArg::Known(Platform::FreeRtosDefault | Platform::FreeRtosTi) => Some(json!({ "certname": "/cert.pem" })),
        _ => parameters.then(|| json!({ "parameter": "value" })),
    }
}

fn principal(context: &Context, grant: Grant) -> String {
    match grant.principal {
        Principal::OtherAccount => context.other_account.clone(),
        Principal::Role => context.role_arn(),
        Principal::Malformed => "nobody".to_owned(),
    }
}

fn platform_id(platform: PlatformArg) -> &'static str {
    match platform {
        PlatformArg::Known(platform) => platform.id(),
        PlatformArg::Unknown => "NoSuchPlatform-SHA256-ECDSA",
    }
}

fn owner_id(context: &Context, owner: OwnerArg) -> Option<&str> {
    match owner {
        OwnerArg::Omitted => None,
        OwnerArg::Owner => Some(&context.owner_account),
    }
}

const fn page_size(page: PageSize) -> Option<u8> {
    match page {
        PageSize::Default => None,
        PageSize::One => Some(1),
        PageSize::Two => Some(2),
    }
}

fn platform_filter(filter: PlatformFilter) -> Value {
    let column =
        |platform, column: fn(&'static signer_schemas::Platform) -> &'static str| Context::platform(platform).map(column);
    match filter {
        PlatformFilter::All => json!({}),
        PlatformFilter::Category(platform) => json!({ "category": column(platform, |facts| &facts.category) }),
        PlatformFilter::Partner(platform) => json!({ "partner": column(platform, |facts| &facts.partner) }),
        PlatformFilter::Target(platform) => json!({ "target": column(platform, |facts| &facts.target) }),
        PlatformFilter::UnknownPartner => json!({ "partner": "NoSuchPartner" }),
    }
}

/// The payload that container tools send: a descriptor of the artifact. All jobs of a case sign the same one.
fn payload(token: &str) -> String {
    let digest = Sha256::digest(token).iter().fold(String::new(), |digest, byte| digest + &format!("{byte:02x}"));
    json!({ "targetArtifact": {
        "mediaType": "application/vnd.oci.image.manifest.v1+json", "digest": format!("sha256:{digest}"), "size": 1024
    }})
    .to_string()
}

fn source_object(context: &Context, source: Source) -> Value {
    let fixture = context.fixture.as_ref();
    let bucket = fixture.map_or("signer-conformance-source", |fixture| &fixture.source_bucket);
    let (key, version) = match source {
        Source::Present | Source::Unverified => {
            fixture.map_or(("app.zip", "null"), |fixture| (fixture.key.as_str(), fixture.version.as_str()))
        }
        Source::Missing => ("missing.zip", "null"),
    };
    json!({ "bucketName": bucket, "key": key, "version": version })
}

fn destination_prefix(context: &Context, bindings: &Bindings, destination: Destination) -> Value {
    let bucket = context.fixture.as_ref().map_or("signer-conformance-destination", |fixture| &fixture.destination_bucket);
    json!({ "bucketName": bucket, "prefix": prefix(bindings, destination) })
}

/// The key prefix of a job's signed object.
pub(super) fn prefix(bindings: &Bindings, destination: Destination) -> String {
    let which = match destination {
        Destination::A => "a",
        Destination::B => "b",
    };
    format!("{}/{which}/", bindings.name(Profile(0)))
}

/// The 2019 edition spells no owner, tags or validity; its input has just the members that its documents name.
pub(crate) fn known_members(edition: Edition, call: &Call, mut input: Map<String, Value>) -> Map<String, Value> {
    if let Some(document) = signer_schemas::operation(edition, call.request.operation()) {
        input.retain(|name, _| document.member(name).is_some());
    }
    input
}
