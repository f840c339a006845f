//! Beginning anew: with nothing, or with what the seed file says.
//!
//! What the seed asks for goes the way of any request, first to a service aside, so that one that is refused
//! changes nothing.

use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{Request, StatusCode};
use bytes::Bytes;
use http_body_util::BodyExt as _;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};

use crate::http::arrived::Arrived;
use crate::http::own::message;
use crate::http::s3;
use crate::http::serve::serve;
use crate::identity::Caller;
use crate::seed::{Bucket, Place, Profile, Seed, Status};
use crate::service::Service;

/// The answer to a client that wants everything forgotten.
pub(super) async fn answer(service: &Service, body: &[u8]) -> (StatusCode, Value) {
    let is_plain = body.is_empty()
        || serde_json::from_slice::<Map<String, Value>>(body).is_ok_and(|members| members.is_empty());
    if !is_plain {
        return message(StatusCode::BAD_REQUEST, "the body is empty or {}: there is nothing to choose");
    }
    match begin_anew(service).await {
        Ok(()) => {
            tracing::info!("everything was forgotten");
            let beginning = if service.config.beginning.is_some() { "the seed file" } else { "nothing" };
            (StatusCode::OK, json!({"beginsWith": beginning}))
        }
        Err(error) => {
            tracing::error!(%error, "the reset is not complete");
            message(StatusCode::INTERNAL_SERVER_ERROR, &error)
        }
    }
}

/// Forgets everything, and begins with the seed if there is one. After an error what was there is there
/// still, unless the error says that objects could not be brought to the disk; then the next start, or the
/// next reset, completes it.
pub(crate) async fn begin_anew(service: &Service) -> Result<(), String> {
    let _one_at_a_time = service.resetting().await;
    let clock = &service.config.clock;
    let offset = clock.offset();
    clock.set_offset(jiff::SignedDuration::ZERO)?;
    let begun = begin(service).await;
    if begun.is_err() {
        clock.set_offset(offset)?;
    }
    begun
}

async fn begin(service: &Service) -> Result<(), String> {
    let none = Seed::default();
    let seed = service.config.beginning.as_deref().unwrap_or(&none);
    if let (Some(remote), Some(first)) = (&service.config.s3, seed.buckets.first()) {
        return Err(format!("{}: the objects of this server are at {}", first.place.path, remote.endpoint()));
    }
    let aside = service.aside();
    for profile in &seed.profiles {
        put_profile(&aside, profile).await?;
    }
    for bucket in &seed.buckets {
        put_bucket(&aside, bucket).await?;
    }
    service.replace(&aside).await?;
    drop(aside);
    for bucket in &seed.buckets {
        put_bucket(service, bucket).await?;
    }
    service.is_whole().await
}

async fn put_profile(service: &Service, profile: &Profile) -> Result<(), String> {
    let (caller, path) = (caller(service, &profile.place), &profile.place.path);
    let uri = format!("/signing-profiles/{}", encoded(&profile.name));
    let made = ask(service, &caller, "PUT", &uri, &profile.input, path).await?;
    let mut revision = Value::Null;
    for (index, statement) in profile.permissions.iter().enumerate() {
        let mut statement = statement.clone();
        statement.insert("revisionId".to_owned(), revision);
        let path = format!("{path}.permissions[{index}]");
        let added = ask(service, &caller, "POST", &format!("{uri}/permissions"), &statement, &path).await?;
        revision = added["revisionId"].clone();
    }
    let path = format!("{path}.status");
    let ended = match profile.status {
        Status::Active => return Ok(()),
        Status::Canceled => ask(service, &caller, "DELETE", &uri, &Map::new(), &path).await,
        Status::Revoked => {
            let mut input = Map::new();
            input.insert("profileVersion".to_owned(), made["profileVersion"].clone());
            input.insert("reason".to_owned(), "the seed file says so".into());
            input.insert("effectiveTime".to_owned(), service.now().as_second().into());
            ask(service, &caller, "PUT", &format!("{uri}/revoke"), &input, &path).await
        }
    };
    ended.map(drop)
}

async fn put_bucket(service: &Service, bucket: &Bucket) -> Result<(), String> {
    let (caller, path) = (caller(service, &bucket.place), &bucket.place.path);
    let uri = format!("/{}", encoded(&bucket.name));
    store(service, &caller, &uri, Bytes::new(), path).await?;
    if let Some(versioning) = bucket.versioning {
        let body =
            format!("<VersioningConfiguration><Status>{versioning:?}</Status></VersioningConfiguration>");
        store(service, &caller, &format!("{uri}?versioning="), body.into(), path).await?;
    }
    for object in &bucket.objects {
        store(
            service,
            &caller,
            &format!("{uri}/{}", encoded(&object.key)),
            object.content.clone(),
            &object.path,
        )
        .await?;
    }
    Ok(())
}

/// The account whose something is, which also makes it.
fn caller(service: &Service, place: &Place) -> Caller {
    let config = &service.config;
    let own = config.identities.first().map(|identity| identity.account.clone()).unwrap_or_default();
    let account = place.account.clone().unwrap_or(own);
    let known = config.identities.iter().find(|identity| identity.account == account);
    let arn = known.map_or_else(|| format!("arn:aws:iam::{account}:root"), |identity| identity.arn.clone());
    let region = place.region.clone().unwrap_or_else(|| config.region.clone());
    Caller { account, arn, region, denied: false }
}

/// Makes a request of the API.
async fn ask(
    service: &Service,
    caller: &Caller,
    method: &str,
    uri: &str,
    input: &Map<String, Value>,
    path: &str,
) -> Result<Value, String> {
    let body = Bytes::from(Value::Object(input.clone()).to_string());
    let arrived = arrived(caller, method, uri, body).map_err(|error| format!("{path}: {error}"))?;
    let edition = service.config.edition;
    let told = serve(service, &arrived).await;
    let answer =
        told.map_err(|refusal| format!("{path}: {}: {}", refusal.error.name(edition), refusal.message))?;
    Ok(serde_json::from_str(answer.text()).unwrap_or_default())
}

/// Makes a request of S3.
async fn store(service: &Service, caller: &Caller, uri: &str, body: Bytes, path: &str) -> Result<(), String> {
    let arrived = arrived(caller, "PUT", uri, body).map_err(|error| format!("{path}: {error}"))?;
    let response = s3::serve(service, arrived).await;
    if response.status().is_success() {
        return Ok(());
    }
    let status = response.status();
    let text =
        response.into_body().collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
    let text = String::from_utf8_lossy(&text).into_owned();
    let within = |name: &str| {
        let begun = text.split_once(&format!("<{name}>"))?.1;
        Some(begun.split_once("</")?.0)
    };
    Err(format!(
        "{path}: {}: {}",
        within("Code").unwrap_or(status.as_str()),
        within("Message").unwrap_or_default()
    ))
}

fn arrived(caller: &Caller, method: &str, uri: &str, body: Bytes) -> Result<Arrived, axum::http::Error> {
    let request = Request::builder().method(method).uri(uri).header(CONTENT_LENGTH, body.len());
    let request = request.header(
        CONTENT_TYPE,
        if uri.starts_with("/signing-") { "application/json" } else { "binary/octet-stream" },
    );
    let (parts, ()) = request.body(())?.into_parts();
    Ok(Arrived { parts, body: body.into(), caller: caller.clone() })
}

fn encoded(text: &str) -> String {
    const KEPT: &AsciiSet =
        &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b'/');
    utf8_percent_encode(text, KEPT).to_string()
}
