//! The AWS SDK for Rust beside a local Signer.

use aws_sdk_signer::Client;
use aws_sdk_signer::config::interceptors::BeforeTransmitInterceptorContextMut;
use aws_sdk_signer::config::retry::RetryConfig;
use aws_sdk_signer::config::{
    BehaviorVersion, Config, ConfigBag, Credentials, Intercept, Region, RuntimeComponents, SharedHttpClient,
};
use aws_sdk_signer::error::{BoxError, DisplayErrorContext, ProvideErrorMetadata, SdkError};
use aws_sdk_signer::operation::RequestId;
use aws_sdk_signer::operation::sign_payload::SignPayloadOutput;
use aws_sdk_signer::primitives::{Blob, DateTime};
use aws_sdk_signer::types::{Destination, S3Destination, S3Source, SigningProfileStatus, SigningStatus, Source};
use aws_sdk_signer::types::{SignatureValidityPeriod, ValidityType};
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::{Builder, Connector};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::collections::HashSet;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const OWNER: &str = "111122223333";
const OTHER: &str = "444455556666";
const LAMBDA: &str = "AWSLambda-SHA384-ECDSA";
const NOTATION: &str = "Notation-OCI-SHA384-ECDSA";
const PAYLOAD: &str = r#"{"targetArtifact":{"mediaType":"text/plain","digest":"sha256:00","size":1}}"#;

/// Takes the prefix off again that the SDK puts before the host of `GetRevocationStatus`: `data-127.0.0.1` is
/// nobody's name.
#[derive(Debug)]
struct WithoutHostPrefix;

impl Intercept for WithoutHostPrefix {
    fn name(&self) -> &'static str {
        "WithoutHostPrefix"
    }

    fn modify_before_signing(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let request = context.request_mut();
        let uri = request.uri().replacen("://data-", "://", 1);
        request.set_uri(uri)?;
        Ok(())
    }
}

fn environment(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set; run this with \
        `reference-impl/clients/rust/run`"))
}

fn config(key: &str, secret: &str) -> aws_sdk_signer::config::Builder {
    Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(environment("AWS_REGION")))
        .credentials_provider(Credentials::new(key, secret, None, None, "tests"))
        .retry_config(RetryConfig::disabled())
        .http_client(Builder::new().build_http())
        .endpoint_url(environment("SIGNER_URL"))
}

fn client_of(key: &str, secret: &str) -> Client {
    Client::from_conf(config(key, secret).interceptor(WithoutHostPrefix).build())
}

fn owner() -> Client {
    client_of(&environment("AWS_ACCESS_KEY_ID"), &environment("AWS_SECRET_ACCESS_KEY"))
}

fn other() -> Client {
    client_of(&environment("OTHER_ACCESS_KEY_ID"), &environment("OTHER_SECRET_ACCESS_KEY"))
}

fn fresh() -> String {
    static MADE: AtomicU32 = AtomicU32::new(0);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_micros();
    format!("rust_{now}_{}", MADE.fetch_add(1, Ordering::Relaxed))
}

fn job_arn(id: &str) -> String {
    format!("arn:aws:signer:{}:{OWNER}:/signing-jobs/{id}", environment("AWS_REGION"))
}

async fn profile(client: &Client, platform: &str) -> (String, String) {
    let name = fresh();
    let put = client.put_signing_profile().profile_name(&name).platform_id(platform).send().await.unwrap();
    (name, put.profile_version.unwrap())
}

async fn sign(client: &Client, name: &str) -> SignPayloadOutput {
    let payload = Blob::new(PAYLOAD);
    let format = "application/vnd.cncf.notary.payload.v1+json";
    client.sign_payload().profile_name(name).payload(payload).payload_format(format).send().await.unwrap()
}

async fn start(client: &Client, name: &str, key: &str, version: &str) -> String {
    let object = S3Source::builder().bucket_name("sources").key(key).version(version).build().unwrap();
    let place = S3Destination::builder().bucket_name("results").prefix("signed/").build();
    let started = client.start_signing_job().profile_name(name).source(Source::builder().s3(object).build());
    let started = started.destination(Destination::builder().s3(place).build()).send().await.unwrap();
    assert_eq!(started.job_owner(), Some(OWNER));
    started.job_id.unwrap()
}

async fn wait(client: &Client, job: &str) -> Result<(), String> {
    use aws_sdk_signer::client::Waiters as _;
    let waited = client.wait_until_successful_signing_job().job_id(job).wait(Duration::from_secs(60)).await;
    waited.map(drop).map_err(|error| DisplayErrorContext(error).to_string())
}

async fn revoked(client: &Client, version_arn: &str, job: &str) -> Vec<String> {
    let asked = client.get_revocation_status().platform_id(NOTATION).profile_version_arn(version_arn).job_arn(job_arn(job));
    let asked = asked.signature_timestamp(DateTime::from(SystemTime::now()));
    let asked = asked.certificate_hashes("0".repeat(192)).certificate_hashes("1".repeat(192));
    asked.send().await.unwrap_or_else(|error| panic!("{}", DisplayErrorContext(error))).revoked_entities.unwrap_or_default()
}

/// The error must have come from the service, with a status, a request id and a text.
fn refused<E, O>(answer: Result<O, SdkError<E>>, code: &str, status: u16) -> E
where
    E: ProvideErrorMetadata + RequestId,
{
    let Err(SdkError::ServiceError(refusal)) = answer else { panic!("{code} was expected") };
    assert_eq!(refusal.raw().status().as_u16(), status);
    let error = refusal.into_err();
    assert_eq!(error.code(), Some(code));
    assert!(error.request_id().is_some(), "no request id beside {code}");
    assert!(error.message().is_some_and(|text| !text.is_empty()), "{code} comes without a message");
    error
}

#[tokio::test]
async fn a_function_is_signed_and_the_waiter_tells_when() {
    let client = owner();
    let name = fresh();
    let validity = SignatureValidityPeriod::builder().value(2).r#type(ValidityType::Years).build();
    let put = client.put_signing_profile().profile_name(&name).platform_id(LAMBDA).signature_validity_period(validity);
    let version = put.send().await.unwrap().profile_version.unwrap();
    let id = start(&client, &name, "code.zip", &environment("CODE_VERSION")).await;
    let first = client.describe_signing_job().job_id(&id).send().await.unwrap();
    // It has most probably not ended yet; what it says fits together in any case.
    assert_eq!(first.status() == Some(&SigningStatus::InProgress), first.completed_at().is_none());
    wait(&client, &id).await.unwrap();
    let job = client.describe_signing_job().job_id(&id).send().await.unwrap();
    assert_eq!(job.status(), Some(&SigningStatus::Succeeded));
    assert_eq!((job.profile_version(), job.job_invoker()), (Some(version.as_str()), Some(OWNER)));
    let object = job.signed_object().and_then(|object| object.s3()).unwrap();
    assert_eq!((object.bucket_name(), object.key()), (Some("results"), Some(format!("signed/{id}.zip").as_str())));
    let (created, expires) = (job.created_at().unwrap().secs(), job.signature_expires_at().unwrap().secs());
    let now = DateTime::from(SystemTime::now()).secs();
    assert!((now - 60..=now + 1).contains(&created), "createdAt is {created}, now is {now}");
    assert!((730..=731).contains(&((expires - created) / 86_400)), "two years are {} s", expires - created);
}

#[tokio::test]
async fn a_job_that_fails_ends_the_wait_and_tells_why() {
    let client = owner();
    let (name, _) = profile(&client, LAMBDA).await;
    let id = start(&client, &name, "text.zip", &environment("TEXT_VERSION")).await;
    assert!(wait(&client, &id).await.unwrap_err().contains("Failed"));
    let job = client.describe_signing_job().job_id(&id).send().await.unwrap();
    assert!(job.status_reason().unwrap().contains("malformed"), "{:?}", job.status_reason());
    assert!(job.signed_object().is_none());
}

#[tokio::test]
async fn a_payload_is_signed_its_signature_revoked_and_its_profile_revoked() {
    let client = owner();
    let (name, version) = profile(&client, NOTATION).await;
    let done = sign(&client, &name).await;
    let id = done.job_id().unwrap();
    let envelope = String::from_utf8(done.signature().unwrap().as_ref().to_vec()).unwrap();
    assert!(envelope.contains(&URL_SAFE_NO_PAD.encode(PAYLOAD)), "the envelope holds another payload");
    let protected = envelope.split(r#""protected":""#).nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    let protected = String::from_utf8(URL_SAFE_NO_PAD.decode(protected).unwrap()).unwrap();
    assert!(protected.contains(&job_arn(id)) && protected.contains(&format!("{name}/{version}")), "{protected}");
    let got = client.get_signing_profile().profile_name(&name).profile_owner(OWNER).send().await.unwrap();
    let version_arn = got.profile_version_arn().unwrap();
    assert!(revoked(&client, version_arn, id).await.is_empty());
    client.revoke_signature().job_id(id).reason("a test").send().await.unwrap();
    assert_eq!(revoked(&client, version_arn, id).await, [job_arn(id)]);
    let job = client.describe_signing_job().job_id(id).send().await.unwrap();
    assert_eq!(job.revocation_record().unwrap().reason(), Some("a test"));
    let since = DateTime::from_secs(1_767_225_600);
    let revoke = client.revoke_signing_profile().profile_name(&name).profile_version(&version);
    revoke.reason("a test").effective_time(since).send().await.unwrap();
    assert_eq!(revoked(&client, version_arn, id).await.len(), 2);
    let got = client.get_signing_profile().profile_name(&name).send().await.unwrap();
    assert_eq!(got.status(), Some(&SigningProfileStatus::Revoked));
    assert_eq!(got.revocation_record().unwrap().revocation_effective_from(), Some(&since));
}

#[tokio::test]
async fn the_host_prefix_is_no_obstacle_where_something_leads_the_name_here() {
    let client = owner();
    let (name, _) = profile(&client, NOTATION).await;
    let id = sign(&client, &name).await.job_id.unwrap();
    client.revoke_signature().job_id(&id).reason("a test").send().await.unwrap();
    let version_arn = client.get_signing_profile().profile_name(&name).send().await.unwrap().profile_version_arn.unwrap();
    let through = ProxyConfig::http(environment("SIGNER_URL")).unwrap();
    let http: SharedHttpClient = Builder::new().build_with_connector_fn(move |settings, _| {
        let mut connector = Connector::builder().proxy_config(through.clone());
        connector.set_connector_settings(settings.cloned());
        connector.build_http()
    });
    let config = config(&environment("AWS_ACCESS_KEY_ID"), &environment("AWS_SECRET_ACCESS_KEY"));
    let prefixed = Client::from_conf(config.endpoint_url("http://signer.test").http_client(http).build());
    assert_eq!(revoked(&prefixed, &version_arn, &id).await, [job_arn(&id)]);
}

#[tokio::test]
async fn pages_hold_each_item_once() {
    let client = owner();
    let mut names = HashSet::new();
    for _ in 0..5 {
        names.insert(profile(&client, NOTATION).await.0);
    }
    let canceled = names.iter().next().unwrap().clone();
    client.cancel_signing_profile().profile_name(&canceled).send().await.unwrap();
    let mut pages = client.list_signing_profiles().include_canceled(true).into_paginator().page_size(2).send();
    let mut listed = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.unwrap();
        assert!(page.profiles().len() <= 2);
        listed.extend(page.profiles.unwrap_or_default());
    }
    let found: HashSet<_> = listed.iter().filter_map(|each| each.profile_name.clone()).collect();
    assert_eq!(found.len(), listed.len());
    assert!(names.is_subset(&found));
    let status = listed.iter().find(|each| each.profile_name() == Some(&canceled)).and_then(|each| each.status.clone());
    assert_eq!(status, Some(SigningProfileStatus::Canceled));
    let platforms = client.list_signing_platforms().into_paginator().page_size(1).send();
    let platforms = platforms.collect::<Result<Vec<_>, _>>().await.unwrap();
    let platforms: Vec<_> = platforms.into_iter().flat_map(|page| page.platforms.unwrap_or_default()).collect();
    let alone = client.get_signing_platform().platform_id(LAMBDA).send().await.unwrap();
    let listed = platforms.iter().find(|each| each.platform_id() == Some(LAMBDA)).unwrap();
    assert_eq!((listed.max_size_in_mb(), listed.display_name()), (alone.max_size_in_mb(), alone.display_name()));
    let name = names.iter().find(|name| **name != canceled).unwrap();
    let mut made = HashSet::new();
    for _ in 0..3 {
        made.insert(sign(&client, name).await.job_id.unwrap());
    }
    let jobs = client.list_signing_jobs().status(SigningStatus::Succeeded).into_paginator().page_size(1).send();
    let jobs = jobs.collect::<Result<Vec<_>, _>>().await.unwrap();
    let jobs = jobs.into_iter().flat_map(|page| page.jobs.unwrap_or_default());
    assert!(made.is_subset(&jobs.filter_map(|job| job.job_id).collect()));
}

#[tokio::test]
async fn another_account_signs_once_it_may() {
    let (client, stranger) = (owner(), other());
    let (name, _) = profile(&client, LAMBDA).await;
    let get = || stranger.get_signing_profile().profile_name(&name).profile_owner(OWNER).send();
    assert!(refused(get().await, "AccessDeniedException", 403).is_access_denied_exception());
    let grant = client.add_profile_permission().profile_name(&name).action("signer:GetSigningProfile").principal(OTHER);
    let revision = grant.statement_id("read").send().await.unwrap().revision_id.unwrap();
    assert_eq!(get().await.unwrap().profile_name(), Some(name.as_str()));
    let listed = client.list_profile_permissions().profile_name(&name).send().await.unwrap();
    assert_eq!((listed.permissions().len(), listed.permissions()[0].statement_id()), (1, Some("read")));
    let remove = client.remove_profile_permission().profile_name(&name).statement_id("read");
    let stale = remove.clone().revision_id("stale").send().await;
    assert!(refused(stale, "ConflictException", 409).is_conflict_exception());
    remove.revision_id(revision).send().await.unwrap();
    refused(get().await, "AccessDeniedException", 403);
}

#[tokio::test]
async fn tags_come_and_go() {
    let client = owner();
    let (name, _) = profile(&client, LAMBDA).await;
    let arn = client.get_signing_profile().profile_name(&name).send().await.unwrap().arn.unwrap();
    client.tag_resource().resource_arn(&arn).tags("team", "blue").tags("cost:center", "42").send().await.unwrap();
    client.untag_resource().resource_arn(&arn).tag_keys("team").send().await.unwrap();
    let tags = client.list_tags_for_resource().resource_arn(&arn).send().await.unwrap().tags.unwrap();
    assert_eq!(tags.into_iter().collect::<Vec<_>>(), [("cost:center".to_owned(), "42".to_owned())]);
}

#[tokio::test]
async fn errors_are_of_their_own_variants() {
    let client = owner();
    let absent = client.get_signing_profile().profile_name("nobody_has_it").send().await;
    assert!(refused(absent, "ResourceNotFoundException", 404).is_resource_not_found_exception());
    let absent = client.describe_signing_job().job_id("nobody-has-it").send().await;
    assert!(refused(absent, "ResourceNotFoundException", 404).is_resource_not_found_exception());
    let foreign = client.list_tags_for_resource().resource_arn("not-an-arn").send().await;
    assert!(refused(foreign, "BadRequestException", 400).is_bad_request_exception());
    let (name, _) = profile(&client, LAMBDA).await;
    let taken = client.put_signing_profile().profile_name(&name).platform_id(LAMBDA).send().await;
    assert!(refused(taken, "ValidationException", 400).is_validation_exception());
    let wrong = client_of(&environment("AWS_ACCESS_KEY_ID"), "not-the-secret");
    refused(wrong.list_signing_profiles().send().await, "InvalidSignatureException", 403);
    let unknown = client_of("AKIDNOBODY00000000", "a-secret");
    refused(unknown.list_signing_profiles().send().await, "UnrecognizedClientException", 403);
}
