//! The calls that scenes make most.

use serde_json::{Value, json};
use signer_model::{
    Action, EffectiveTime, Grant, Job, OwnerArg, Platform, PlatformArg, Principal, Profile, Request, RevisionArg, Statement,
    TAGS, TagValue, Validity, VersionArg,
};
use signer_schemas::{Edition, Operation, Shape};

use crate::judge::runner::case::Case;
use crate::judge::runner::talk::{Played, Stop, Told};

pub(super) const P0: Profile = Profile(0);

pub(super) const P1: Profile = Profile(1);

pub(super) const J0: Job = Job(0);

pub(super) const J1: Job = Job(1);

const NO_OWNER: OwnerArg = OwnerArg::Omitted;

/// The platform of profiles that are of no particular one.
pub(super) fn plain(case: &Case<'_>) -> Platform {
    case.context().plain_platform()
}

/// The platform of profiles that are revoked or shared, which those for devices cannot be.
pub(super) fn managed(case: &Case<'_>) -> Platform {
    match case.edition() {
        Edition::Current => Platform::Lambda,
        Edition::May2019 => plain(case),
    }
}

pub(super) fn put(edition: Edition, profile: Profile, platform: Platform) -> Request {
    Request::PutSigningProfile {
        profile,
        platform: PlatformArg::Known(platform),
        validity: Validity::Default,
        material: edition == Edition::May2019 || !platform.is_managed(),
        parameters: false,
        tags: [TagValue::None; TAGS],
    }
}

pub(super) const fn get(profile: Profile) -> Request {
    Request::GetSigningProfile { profile, owner: NO_OWNER }
}

pub(super) const fn cancel(profile: Profile) -> Request {
    Request::CancelSigningProfile { profile }
}

pub(super) const fn revoke(profile: Profile, effective: EffectiveTime) -> Request {
    Request::RevokeSigningProfile { profile, version: VersionArg::Current, effective }
}

pub(super) const fn sign(job: Job, profile: Profile) -> Request {
    Request::SignPayload { job, profile, owner: NO_OWNER }
}

pub(super) const fn describe(job: Job) -> Request {
    Request::DescribeSigningJob { job }
}

pub(super) const fn revoke_signature(job: Job) -> Request {
    Request::RevokeSignature { job, owner: NO_OWNER }
}

pub(super) const fn add(profile: Profile, statement: u8, action: Action, revision: RevisionArg) -> Request {
    let grant = Grant { principal: Principal::OtherAccount, action, version: None };
    Request::AddProfilePermission { profile, statement: Statement(statement), grant, revision }
}

/// The input that makes a profile of that name on a platform that the target lists.
pub(super) fn profile_input(case: &mut Case<'_>, name: &str, platform: Platform) -> Result<Value, Stop> {
    case.needs_platform(platform)?;
    Ok(listed_or_not(case, name, platform))
}

/// The same on the platform of [`plain`].
pub(super) fn plain_input(case: &mut Case<'_>, name: &str) -> Result<Value, Stop> {
    profile_input(case, name, plain(case))
}

/// The input that makes a profile on a platform, listed or not, with a certificate where it needs one.
pub(super) fn listed_or_not(case: &Case<'_>, name: &str, platform: Platform) -> Value {
    let mut input = json!({ "profileName": name, "platformId": platform.id() });
    if case.edition() == Edition::May2019 || !platform.is_managed() {
        input["signingMaterial"] = json!({ "certificateArn": case.context().certificate_arn() });
    }
    if matches!(platform, Platform::FreeRtosDefault | Platform::FreeRtosTi) {
        input["signingParameters"] = json!({ "certname": "/cert.pem" });
    }
    input
}

/// A profile, made in values; a refusal ends the scene.
pub(super) async fn made(case: &mut Case<'_>, name: &str, platform: Platform) -> Result<Told, Stop> {
    let input = profile_input(case, name, platform)?;
    case.must("PutSigningProfile/created", Operation::PutSigningProfile, input).await
}

/// The input that makes a profile with overrides, parameters, a certificate and, where the edition has them, tags.
pub(super) fn full_input(case: &mut Case<'_>, name: &str) -> Result<Value, Stop> {
    let mut input = profile_input(case, name, Platform::FreeRtosDefault)?;
    input["overrides"] = json!({ "signingConfiguration": { "encryptionAlgorithm": "RSA", "hashAlgorithm": "SHA256" } });
    if case.edition() == Edition::Current {
        input["overrides"]["signingImageFormat"] = json!("JSONEmbedded");
        input["tags"] = json!({ "stage": "beta" });
    }
    Ok(input)
}

/// What the platform allows in overrides: algorithms of encryption, of hashing, and image formats.
pub(super) async fn allowed(case: &mut Case<'_>, platform: Platform) -> Result<[Vec<Value>; 3], Stop> {
    case.needs_platform(platform)?;
    let told =
        case.must("GetSigningPlatform/view", Operation::GetSigningPlatform, json!({ "platformId": platform.id() })).await?;
    let list = |pointer: &str| told.at(pointer).as_array().cloned().unwrap_or_default();
    let allowed = [
        list("/signingConfiguration/encryptionAlgorithmOptions/allowedValues"),
        list("/signingConfiguration/hashAlgorithmOptions/allowedValues"),
        list("/signingImageFormat/supportedFormats"),
    ];
    let says_all = allowed.iter().all(|values| !values.is_empty());
    case.hold("GetSigningPlatform/view", says_all, "allowed algorithms and supported formats", &told.words());
    if says_all { Ok(allowed) } else { Err(Stop) }
}

/// The entry of a list tells each member that entries have in this edition as `alone` tells it of the item by itself.
/// Whether nothing is left out, null or empty is another question.
pub(super) fn agree(case: &mut Case<'_>, list: Operation, alone: Operation, entry: &Value, view: &Value) {
    let document = |operation| signer_schemas::operation(case.edition(), operation);
    let (Some(list_document), Some(alone)) = (document(list), document(alone)) else { return };
    let of_entries = list_document.output.iter().flatten().find_map(|member| match &member.shape {
        Shape::List { item, .. } => match item.as_ref() {
            Shape::Structure { members } => Some(members),
            _ => None,
        },
        _ => None,
    });
    let something = |value: &Value, member: &str| match &value[member] {
        Value::Object(members) if members.is_empty() => Value::Null,
        Value::Array(items) if items.is_empty() => Value::Null,
        told => told.clone(),
    };
    for member in of_entries.into_iter().flatten().filter(|member| alone.output_member(&member.name).is_some()) {
        let (told, listed) = (something(view, &member.name), something(entry, &member.name));
        let tells = |value: &Value| format!("`{}`: {value}", member.name);
        case.hold(&format!("{list}/entry-agrees"), told == listed, &tells(&told), &tells(&listed));
    }
}

/// What the platform is called is what describing it by itself tells.
pub(super) async fn platform_is_named(case: &mut Case<'_>, requirement: &str, view: &Value) -> Played {
    let input = json!({ "platformId": view["platformId"] });
    let platform = case.must("GetSigningPlatform/view", Operation::GetSigningPlatform, input).await?;
    case.same(requirement, platform.at("/displayName"), &view["platformDisplayName"]);
    Ok(())
}

/// The input that starts a job over an object of the S3.
pub(super) fn job_input(case: &mut Case<'_>, profile: &str, token: &str) -> Result<Value, Stop> {
    let fixture = case.fixture()?;
    Ok(json!({
        "profileName": profile,
        "clientRequestToken": token,
        "source": { "s3": { "bucketName": fixture.source_bucket, "key": fixture.key, "version": fixture.version } },
        "destination": { "s3": { "bucketName": fixture.destination_bucket, "prefix": format!("{profile}/") } },
    }))
}

/// `DescribeSigningJob` until the job has ended.
pub(super) async fn outcome(case: &mut Case<'_>, job: &str) -> Result<Told, Stop> {
    Ok(watched(case, job).await?.0)
}

/// The same, and when the job was seen in progress for the last time, by the service's clock.
pub(super) async fn watched(case: &mut Case<'_>, job: &str) -> Result<(Told, Option<f64>), Stop> {
    let mut pause = std::time::Duration::from_millis(2);
    let mut in_progress = None;
    loop {
        let told = case.ask(Operation::DescribeSigningJob, json!({ "jobId": job })).await?;
        if told.text("/status") != "InProgress" {
            return Ok((told, in_progress));
        }
        in_progress = told.date_s();
        case.wait_for_job(pause).await?;
        pause = (pause * 2).min(std::time::Duration::from_secs(2));
    }
}

/// The answer without members that are null, and without those named.
pub(super) fn without(answer: &Value, members: &[&str]) -> Value {
    let mut answer = answer.clone();
    if let Value::Object(object) = &mut answer {
        object.retain(|name, value| !value.is_null() && !members.contains(&name.as_str()));
    }
    answer
}

/// Whether a member says something.
pub(super) fn tells(answer: &Value, member: &str) -> bool {
    answer.get(member).is_some_and(|value| !value.is_null())
}

/// The names, ids or whatever tells the items of a list apart, of all pages.
pub(super) fn keys(pages: &[Value], items: &str, key: &str) -> Vec<String> {
    let items = pages.iter().filter_map(|page| page.get(items)?.as_array()).flatten();
    items.filter_map(|item| item.get(key)?.as_str().map(str::to_owned)).collect()
}

/// The items of all pages.
pub(super) fn entries(pages: &[Value], items: &str) -> Vec<Value> {
    pages.iter().filter_map(|page| page.get(items)?.as_array()).flatten().cloned().collect()
}

/// The item of a list, by its key.
pub(super) fn item<'a>(pages: &'a [Value], items: &str, key: &str, value: &str) -> Option<&'a Value> {
    let mut all = pages.iter().filter_map(|page| page.get(items)?.as_array()).flatten();
    all.find(|item| item.get(key).and_then(Value::as_str) == Some(value))
}
