//! A server that acknowledges everything and keeps nothing, beside an honest one: an acknowledgement passes
//! nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use signer_conformance::{Endpoint, Request, Response, Sending, Verdict};
use signer_conformance_cli::embedded::InProcess;
use signer_model::Account;
use signer_schemas::requirement;

use crate::liar::{honest, refusal, report, told};

/// What acknowledges every write, and keeps none: each read is that of a service that nobody has asked
/// anything.
#[derive(Clone)]
struct Forgetful {
    empty: InProcess,
    made: Arc<AtomicU64>,
}

impl Forgetful {
    fn acknowledgement(&self, request: &Request) -> Option<Response> {
        let id = format!("6cdd6be6-b4f7-4d8a-9d6f-{:012}", self.made.fetch_add(1, Ordering::Relaxed));
        let path = request.target.split('?').next().unwrap_or_default();
        let body = match request.method.as_str() {
            "POST" if path == "/revocations" => return None,
            "POST" if path.starts_with("/signing-jobs") => {
                format!(r#"{{"jobId":"{id}","jobOwner":"111122223333"}}"#)
            }
            "POST" | "DELETE" if path.contains("/permissions") => format!(r#"{{"revisionId":"{id}"}}"#),
            "POST" | "DELETE" if path.starts_with("/tags") => "{}".to_owned(),
            "PUT" | "DELETE" => String::new(),
            _ => return None,
        };
        Some(Response { status: 200, body: body.into(), ..refusal(200, "") })
    }
}

impl Endpoint for Forgetful {
    fn describe(&self) -> String {
        self.empty.describe()
    }

    fn send<'a>(&'a self, by: Account, request: &'a Request) -> Sending<'a> {
        Box::pin(async move {
            if request.method == "PUT" && !request.target.ends_with("/revoke") {
                return honest(&[]).send(by, request).await;
            }
            match self.acknowledgement(request) {
                Some(response) => Ok(response),
                None => self.empty.send(by, request).await,
            }
        })
    }

    fn send_s3<'a>(&'a self, request: &'a Request) -> Sending<'a> {
        self.empty.send_s3(request)
    }

    fn pause(&self, time: std::time::Duration) -> std::pin::Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        self.empty.pause(time)
    }
}

#[tokio::test]
async fn a_server_that_acknowledges_everything_and_keeps_nothing_passes_no_effect() {
    let forgetful = Forgetful { empty: honest(&[]), made: Arc::new(AtomicU64::new(0)) };
    let only = [
        "smoke/",
        "tour/",
        "filters/",
        "prose/",
        "tags/",
        "profiles/",
        "permissions/",
        "revocation/",
        "jobs/",
        "signing/",
        "idempotency/",
    ];
    let report = report(&forgetful, &only).await;
    let is_of_platforms = |id: &str| id.starts_with("ListSigningPlatforms/");
    let effects =
        report.requirements.iter().filter(|row| requirement(&row.id).is_some_and(|rule| rule.effect));
    let passed: Vec<&str> = effects
        .filter(|row| row.verdict == Verdict::Pass && !is_of_platforms(&row.id))
        .map(|row| row.id.as_str())
        .collect();
    assert!(passed.is_empty(), "acknowledged, never seen, and passed: {passed:?}");
    let answered = |id: &str| report.requirements.iter().any(|row| row.id == id && row.exercised > 0);
    assert!(
        answered("CancelSigningProfile/cancels") || answered("PutSigningProfile/created"),
        "it was acknowledged"
    );
}

#[tokio::test]
async fn an_honest_server_shows_its_effects_in_few_cases() {
    let report = report(&honest(&[]), &["tour/profiles", "tour/tags", "smoke/"]).await;
    for id in [
        "PutSigningProfile/created",
        "CancelSigningProfile/cancels",
        "ListSigningProfiles/active-only",
        "TagResource/tags",
    ] {
        let row = report.requirements.iter().find(|row| row.id == id).expect("it is in the report");
        assert!(
            row.verdict == Verdict::Pass && row.seen > 0 && row.seen <= row.exercised.max(row.seen),
            "{row:?}"
        );
    }
    assert!(report.findings.is_empty(), "{:?}", told(&report));
}
