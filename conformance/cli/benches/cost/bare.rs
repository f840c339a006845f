//! The limit of what a judge can reach over HTTP: a loop that sends requests, reads the answers, and looks at
//! none of them.

use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime};

use signer_conformance::wire::sign;
use signer_conformance_cli::embedded::identities;
use signer_model::Account;

use crate::canned::Sent;

/// Requests that are signed already.
pub(crate) struct Prepared {
    client: reqwest::Client,
    requests: Vec<reqwest::Request>,
}

impl Prepared {
    /// Signs what was recorded for the server at that URL.
    pub(crate) fn new(base: &str, sent: &[Sent]) -> Result<Self, Box<dyn Error>> {
        // There may be one already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().no_proxy().build()?;
        let (owner, other) = identities();
        let mut requests = Vec::with_capacity(sent.len());
        for Sent { by, to, request, .. } in sent {
            let identity = match by {
                Account::Owner => &owner,
                Account::Other => &other,
            };
            let region = request.region.as_deref().unwrap_or("us-east-1");
            let url = format!("{base}{}", request.target);
            let signed = sign(request, &url, identity, region, to.id(), SystemTime::now())?;
            let method = reqwest::Method::from_bytes(request.method.as_bytes())?;
            let mut builder = client.request(method, signed.url(&url)).body(request.body.clone());
            for (name, value) in request.headers.iter().chain(&signed.headers) {
                builder = builder.header(name, value);
            }
            requests.push(builder.build()?);
        }
        Ok(Self { client, requests })
    }
}

/// Sends all of them, so many at once, and reads each answer to its end; how long that takes.
pub(crate) async fn send_all(prepared: Prepared, at_once: usize) -> Result<Duration, Box<dyn Error>> {
    let Prepared { client, requests } = prepared;
    let (requests, next) = (Arc::new(requests), Arc::new(AtomicUsize::new(0)));
    let started = Instant::now();
    let mut tasks = Vec::new();
    for _ in 0..at_once {
        let (client, requests, next) = (client.clone(), Arc::clone(&requests), Arc::clone(&next));
        tasks.push(tokio::spawn(async move {
            while let Some(request) = requests.get(next.fetch_add(1, Ordering::Relaxed)) {
                let Some(request) = request.try_clone() else { continue };
                // A connection that the server closes on purpose is one of the answers.
                if let Ok(answer) = client.execute(request).await {
                    let _ = answer.bytes().await;
                }
            }
        }));
    }
    for task in tasks {
        task.await?;
    }
    Ok(started.elapsed())
}
