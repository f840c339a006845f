//! What a run stores on a target, and what it finds there: neither changes what the judge says of it.

use signer_conformance::log::NoLog;
use signer_conformance::{
    Endpoint, Quiet, Request, Response, Run, RunOptions, Sending, Verdict, certify, plan,
};
use signer_conformance_cli::embedded::{InProcess, JOB_DELAY};
use signer_model::Account;
use signer_reference::Config;
use signer_schemas::{Basis, Edition};
use std::sync::Arc;

use crate::logged::logged;

/// The reference, whose answers are changed on their way, and which knows one caller or two.
#[derive(Clone)]
struct Changed {
    inner: InProcess,
    change: fn(&Request, Response) -> Response,
    has_one_caller: bool,
}

impl Changed {
    fn new(fault: Option<&str>, change: fn(&Request, Response) -> Response) -> Self {
        let config = Config { seed: Some(1), job_delay: JOB_DELAY, ..Config::default() };
        let config = match fault {
            Some(fault) => config.with_fault(fault).expect("a known fault"),
            None => config,
        };
        Self { inner: InProcess::new(config), change, has_one_caller: false }
    }
}

impl Endpoint for Changed {
    fn describe(&self) -> String {
        self.inner.describe()
    }

    fn send<'a>(&'a self, by: Account, request: &'a Request) -> Sending<'a> {
        let by = if self.has_one_caller { Account::Owner } else { by };
        Box::pin(async move {
            self.inner.send(by, request).await.map(|response| (self.change)(request, response))
        })
    }

    fn send_s3<'a>(&'a self, request: &'a Request) -> Sending<'a> {
        self.inner.send_s3(request)
    }

    fn pause(&self, time: std::time::Duration) -> std::pin::Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        self.inner.pause(time)
    }
}

async fn run(endpoint: &Changed, prefix: &str, only: &[&str]) -> Run {
    let only = only.iter().map(|text| (*text).to_owned()).collect();
    let options = RunOptions { basis: Basis::Observed, only, ..RunOptions::new(Edition::Current, prefix) };
    certify(endpoint, &options, &plan(&options), &Quiet, &mut NoLog).await.expect("a run")
}

fn findings(run: &Run) -> Vec<String> {
    let named = |root: &signer_conformance::Root| {
        format!("{} at {}", root.finding.requirement, root.finding.operation)
    };
    let mut findings: Vec<String> = run.roots.iter().map(named).collect();
    findings.sort();
    findings
}

fn unchanged(_: &Request, response: Response) -> Response {
    response
}

#[tokio::test]
async fn half_a_character_in_a_list_hides_nothing_of_it() {
    let endpoint = Changed::new(None, |request, mut response| {
        let lists = request.method == "GET" && request.target.split('?').next() == Some("/signing-profiles");
        if lists && response.is_success() {
            // As a service writes it that keeps whatever it is given.
            let text = String::from_utf8_lossy(&response.body).replacen('{', r#"{"note":"\ud83d","#, 1);
            response.body = text.into();
        }
        response
    });
    let run = run(&endpoint, "half", &["smoke/", "tour/profiles", "tour/tags"]).await;
    assert_eq!(run.target.unimplemented, [], "the list is there");
    assert_eq!(findings(&run), [""; 0]);
}

#[tokio::test]
async fn a_list_that_is_no_json_is_a_finding_and_no_missing_operation() {
    let endpoint = Changed::new(None, |request, mut response| {
        if request.method == "GET" && request.target.split('?').next() == Some("/signing-profiles") {
            response.body = "profiles: none".into();
        }
        response
    });
    let run = run(&endpoint, "none", &["smoke/ListSigningProfiles"]).await;
    assert_eq!(run.target.unimplemented, [], "it answers");
    assert!(
        findings(&run).contains(&"common/well-formed-json at ListSigningProfiles".to_owned()),
        "{:?}",
        findings(&run)
    );
}

#[tokio::test]
async fn what_one_run_left_changes_no_finding_of_the_next() {
    for (fault, only, requirement) in [
        ("one-letter-names", "profileName/min-length", "PutSigningProfile/input/profileName/min-length"),
        ("wrong-type-accepted", "clientRequestToken/type", "StartSigningJob/input/clientRequestToken/type"),
    ] {
        let endpoint = Changed::new(Some(fault), unchanged);
        let first = findings(&run(&endpoint, "run1", &[only]).await);
        assert!(first.iter().any(|finding| finding.starts_with(requirement)), "{fault}: {first:?}");
        for prefix in ["run2", "run3"] {
            assert_eq!(findings(&run(&endpoint, prefix, &[only]).await), first, "{fault}, {prefix}");
        }
    }
}

#[tokio::test]
async fn a_foreign_owner_is_asked_for_with_one_caller_alone() {
    for (fault, operation) in
        [("foreign-owner-ignored", "GetSigningProfile"), ("foreign-owner-ignored", "StartSigningJob")]
    {
        let endpoint = Changed { has_one_caller: true, ..Changed::new(Some(fault), unchanged) };
        let run = run(&endpoint, "alone", &["permissions/foreign-owner"]).await;
        assert!(!run.target.capabilities.cross_account);
        let finding = format!("{operation}/foreign-owner at {operation}");
        assert!(findings(&run).contains(&finding), "{fault}: {:?}", findings(&run));
    }
    let endpoint = Changed { has_one_caller: true, ..Changed::new(None, unchanged) };
    assert_eq!(findings(&run(&endpoint, "alone", &["permissions/foreign-owner"]).await), [""; 0]);
}

#[tokio::test]
async fn a_platform_that_is_taken_without_being_listed_is_asked() {
    let without_notation = |request: &Request, mut response: Response| {
        let mut body = response.json().map(Arc::unwrap_or_clone).unwrap_or_default();
        if let (Some(platforms), true) =
            (body["platforms"].as_array_mut(), request.target.starts_with("/signing-platforms"))
        {
            platforms.retain(|platform| platform["platformId"] != "Notation-OCI-SHA384-ECDSA");
            response.body = body.to_string().into();
        }
        response
    };
    let only = ["signing/payload", "near-misses/SignPayload"];
    let run_of = |fault| async move { run(&Changed::new(fault, without_notation), "taken", &only).await };
    let honest = run_of(None).await;
    assert_eq!(findings(&honest), [""; 0]);
    let skipped: Vec<_> = honest.results.iter().filter(|result| result.verdict == Verdict::Skipped).collect();
    assert!(skipped.is_empty(), "{:?}", skipped.first().map(|result| &result.reason));
    let faulty = run_of(Some("payload-base64-unchecked")).await;
    assert!(
        findings(&faulty).iter().any(|finding| finding.starts_with("SignPayload/input/payload/base64")),
        "{faulty:?}"
    );
}

#[tokio::test]
async fn platforms_without_an_end_are_no_crowded_account() {
    let endpoint = Changed::new(None, |request, mut response| {
        if request.target.starts_with("/signing-platforms?") && request.target.contains("maxResults=1") {
            let token = request.target.rsplit_once("nextToken=").map_or("0", |(_, token)| token);
            let page: u32 = token.split('&').next().and_then(|page| page.parse().ok()).unwrap_or_default();
            let platform = format!("{{\"platformId\":\"Endless-{page}\",\"displayName\":\"{page}\"}}");
            response.status = 200;
            response.body = format!("{{\"nextToken\":\"{}\",\"platforms\":[{platform}]}}", page + 1).into();
        }
        response
    });
    let only = vec!["tour/profiles/list-signing-platforms-max-results-1-when".to_owned()];
    let options = RunOptions { only, ..RunOptions::new(Edition::Current, "endless") };
    let run = logged(&endpoint, &options, "lasting-endless").await;
    let [result] = run.results.as_slice() else { panic!("{} cases", run.results.len()) };
    assert_eq!(result.verdict, Verdict::Inconclusive, "{:?}", result.reason);
    assert_eq!(result.reason.as_deref(), Some("the list goes on after 1000 pages"));
}
