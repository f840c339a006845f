//! The object that jobs sign, in an S3 beside the Signer.

use serde_json::json;
use signer_model::Account;

use crate::data::context::{Context, Fixture};
use crate::data::exchange::Response;
use crate::data::run::Buckets;
use crate::line::endpoint::Endpoint;
use crate::run::preflight::asking::put;

const APP_ZIP: &[u8] = include_bytes!("../../../fixtures/app.zip");

/// No S3 gives longer versions.
const LONGEST_VERSION: usize = 1024;

/// Puts an object to sign into the S3 beside the Signer: into the buckets that the user names, else into
/// buckets of the run, versioned if that can be had.
pub(super) async fn fixture(
    endpoint: &dyn Endpoint,
    context: &Context,
    buckets: &Buckets,
) -> Option<Fixture> {
    const VERSIONING: &str = r#"<VersioningConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Status>Enabled</Status></VersioningConfiguration>"#;
    let prefix = context.prefix.to_lowercase();
    let source = buckets.source.clone().unwrap_or_else(|| format!("{prefix}-source"));
    let destination = buckets.destination.clone().unwrap_or_else(|| format!("{prefix}-destination"));
    for (bucket, given) in [(&source, &buckets.source), (&destination, &buckets.destination)] {
        if given.is_none() {
            endpoint.send_s3(&put(format!("/{bucket}"), b"")).await.ok().filter(Response::is_success)?;
            if context.cross_account {
                // An S3 without policies does not keep accounts apart.
                let _ = endpoint
                    .send_s3(&put(format!("/{bucket}?policy="), shared(context, bucket).as_bytes()))
                    .await;
            }
        }
    }
    if buckets.source.is_none() {
        // An S3 without versions serves the version `null`.
        let _ = endpoint.send_s3(&put(format!("/{source}?versioning="), VERSIONING.as_bytes())).await;
    }
    let key = if buckets.source.is_none() { "app.zip".to_owned() } else { format!("{prefix}/app.zip") };
    let stored = endpoint
        .send_s3(&put(format!("/{source}/{key}"), APP_ZIP))
        .await
        .ok()
        .filter(Response::is_success)?;
    Some(Fixture {
        source_bucket: source,
        key,
        version: stored
            .header("x-amz-version-id")
            .filter(|version| version.len() <= LONGEST_VERSION)
            .unwrap_or("null")
            .to_owned(),
        destination_bucket: destination,
    })
}

/// The policy that lets the other account's jobs read and write in a bucket, too.
fn shared(context: &Context, bucket: &str) -> String {
    json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Principal": { "AWS": format!("arn:aws:iam::{}:root", context.account(Account::Other)) },
            "Action": ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"],
            "Resource": format!("arn:aws:s3:::{bucket}/*"),
        }],
    })
    .to_string()
}
