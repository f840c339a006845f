//! Servers that lie in ways that real ones do: what is told names what is broken, and an acknowledgement
//! passes nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use signer_conformance::log::NoLog;
use signer_conformance::{
    Detector, Endpoint, Finding, Program, Quiet, Report, Request, Response, RunOptions, Sending, Step,
    Verdict, certify, plan, replay,
};
use signer_conformance_cli::embedded::{InProcess, JOB_DELAY};
use signer_model::{Account, EffectiveTime, J0, P0, Platform, ProfileFilter, Request as Ask};
use signer_reference::Config;
use signer_schemas::{Basis, Edition, requirement};

fn honest(faults: &[&str]) -> InProcess {
    let config = Config { seed: Some(1), job_delay: JOB_DELAY, ..Config::default() };
    InProcess::new(
        faults.iter().fold(config, |config, fault| config.with_fault(fault).expect("a known fault")),
    )
}

fn options(only: &[&str]) -> RunOptions {
    RunOptions {
        basis: Basis::Observed,
        only: only.iter().map(|text| (*text).to_owned()).collect(),
        shrink: false,
        ..RunOptions::new(Edition::Current, "liar")
    }
}

async fn report<E: Endpoint + Clone + 'static>(endpoint: &E, only: &[&str]) -> Report {
    let options = options(only);
    let run = certify(endpoint, &options, &plan(&options), &Quiet, &mut NoLog).await.expect("a run");
    Report::new(&run, &options, None)
}

fn told(report: &Report) -> Vec<&str> {
    report.findings.iter().map(|row| row.requirement.as_str()).collect()
}

async fn findings(endpoint: &dyn Endpoint, steps: Vec<Step>) -> Vec<Finding> {
    let program = Program { name: "sequences/lie".to_owned(), edition: Edition::Current, steps };
    replay(endpoint, &program, &options(&[])).await.expect("a run").result.findings
}

fn calls(requests: &[Ask]) -> Vec<Step> {
    requests.iter().map(|request| Step::Call(request.by_owner())).collect()
}

/// What a liar does with a request.
type Lie = fn(&Request) -> Told;

/// What comes of a request.
enum Told {
    /// The honest answer to this request.
    Honestly(Request),
    /// The honest answer, changed.
    Changed(fn(Response) -> Response),
    /// Another answer.
    Answer(Response),
}

#[derive(Clone)]
struct Liar {
    honest: InProcess,
    lie: Lie,
}

impl Endpoint for Liar {
    fn describe(&self) -> String {
        self.honest.describe()
    }

    fn send<'a>(&'a self, by: Account, request: &'a Request) -> Sending<'a> {
        Box::pin(async move {
            match (self.lie)(request) {
                Told::Honestly(request) => self.honest.send(by, &request).await,
                Told::Changed(change) => self.honest.send(by, request).await.map(change),
                Told::Answer(response) => Ok(response),
            }
        })
    }

    fn send_s3<'a>(&'a self, request: &'a Request) -> Sending<'a> {
        self.honest.send_s3(request)
    }

    fn pause(&self, time: std::time::Duration) -> std::pin::Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        self.honest.pause(time)
    }
}

fn refusal(status: u16, error: &str) -> Response {
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let headers = vec![
        header("content-type", "application/json"),
        header("x-amzn-errortype", error),
        header("x-amzn-requestid", "00000000-0000-4000-8000-000000000000"),
    ];
    Response { status, headers, body: br#"{"message":"no"}"#.to_vec() }
}

fn body(request: &Request) -> String {
    String::from_utf8_lossy(&request.body).into_owned()
}

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
        Some(Response { status: 200, body: body.into_bytes(), ..refusal(200, "") })
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
        "tour/profiles",
        "tour/tags",
        "tour/permissions",
        "tour/revocation",
        "filters/",
        "prose/",
        "tags/",
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

#[tokio::test]
async fn an_ignored_expiry_filter_is_told_as_the_filter_and_not_as_a_job_that_lags() {
    let liar = Liar {
        honest: honest(&[]),
        lie: |request| {
            let kept = |part: &&str| !part.starts_with("signatureExpires");
            match request.target.split_once('?') {
                Some((path, query)) if request.target.starts_with("/signing-jobs?") => {
                    let query = query.split('&').filter(kept).collect::<Vec<_>>().join("&");
                    Told::Honestly(Request { target: format!("{path}?{query}"), ..request.clone() })
                }
                _ => Told::Honestly(request.clone()),
            }
        },
    };
    let report = report(&liar, &["list-signing-jobs", "filters/expiry"]).await;
    let told = told(&report);
    assert!(
        told.contains(&"ListSigningJobs/expires-after-filter")
            || told.contains(&"ListSigningJobs/expires-before-filter")
    );
    assert!(!told.contains(&"SignPayload/succeeded-at-once"), "{told:?}");
}

#[tokio::test]
async fn an_ended_profile_in_a_list_by_platform_breaks_active_only_and_not_the_filter() {
    let filter = ProfileFilter { platform: Some(Platform::Lambda), ..ProfileFilter::default() };
    let put = Ask::put(Edition::Current, P0, Platform::Lambda);
    let steps = calls(&[put, Ask::cancel(P0), Ask::profiles(filter)]);
    let told = findings(&honest(&["list-shows-canceled"]), steps).await;
    let requirements: Vec<&str> = told.iter().map(|finding| finding.requirement.as_str()).collect();
    assert_eq!(requirements, ["ListSigningProfiles/active-only"]);
}

#[tokio::test]
async fn a_list_that_cannot_be_read_breaks_nothing_but_its_form() {
    let liar = Liar {
        honest: honest(&[]),
        lie: |request| {
            if request.target.starts_with("/tags/") && request.method == "GET" {
                return Told::Changed(|response| Response { body: br#"{"tags":{"#.to_vec(), ..response });
            }
            Told::Honestly(request.clone())
        },
    };
    let report = report(&liar, &["tour/tags", "tags/", "profiles/template"]).await;
    let told = told(&report);
    assert!(told.iter().all(|id| *id == "common/well-formed-json"), "{told:?}");
    assert!(!told.is_empty());
}

#[tokio::test]
async fn an_action_that_cannot_be_granted_is_told_as_the_action() {
    let liar = Liar {
        honest: honest(&[]),
        lie: |request| {
            let is_grant = request.method == "POST" && request.target.ends_with("/permissions");
            if is_grant && body(request).contains("signer:SignPayload") {
                return Told::Answer(refusal(400, "ValidationException"));
            }
            Told::Honestly(request.clone())
        },
    };
    let report = report(&liar, &["tour/permissions"]).await;
    let told = told(&report);
    assert_eq!(told, ["AddProfilePermission/actions"]);
}

#[tokio::test]
async fn crashes_on_different_inputs_are_different_findings() {
    let liar = Liar {
        honest: honest(&[]),
        lie: |request| {
            let crashes = std::str::from_utf8(&request.body).is_err()
                || body(request).contains("\"overrides\":\"text\"");
            if crashes && request.method == "PUT" {
                return Told::Answer(refusal(500, "InternalServiceErrorException"));
            }
            Told::Honestly(request.clone())
        },
    };
    let report = report(&liar, &["wire/strange-text", "near-misses/PutSigningProfile/overrides"]).await;
    let crashes: Vec<(Option<&str>, Option<&str>)> = report
        .findings
        .iter()
        .filter(|row| row.requirement == "common/no-server-error")
        .map(|row| (row.crashed_by.as_deref(), row.cause.as_deref().filter(|cause| *cause == row.id)))
        .collect();
    assert!(crashes.iter().any(|(input, _)| *input == Some("a body that is no UTF-8")), "{crashes:?}");
    assert!(
        crashes.iter().any(|(input, _)| input.is_some_and(|input| input.starts_with("overrides"))),
        "{crashes:?}"
    );
}

#[tokio::test]
async fn what_a_deviation_leaves_behind_is_told_as_that_deviation() {
    let put = Ask::put(Edition::Current, P0, Platform::Lambda);
    let steps = calls(&[put, Ask::revoke(P0, EffectiveTime::Earlier), Ask::cancel(P0), Ask::get(P0)]);
    let told = findings(&honest(&["revoked-cancelable"]), steps).await;
    assert!(!told.is_empty());
    for finding in told {
        assert_eq!(finding.requirement, "CancelSigningProfile/revoked", "{}", finding.summary);
    }
}

#[tokio::test]
async fn an_answer_that_fits_in_no_order_is_told_as_it_is_by_itself() {
    // Payloads are signed on any platform.
    let liar = Liar {
        honest: honest(&[]),
        lie: |request| {
            if request.target == "/signing-jobs/with-payload" {
                return Told::Answer(Response {
                    status: 200,
                    body: br#"{"jobId":"6cdd6be6-b4f7-4d8a-9d6f-000000000000","jobOwner":"111122223333","signature":"aGk=","metadata":{}}"#
                        .to_vec(),
                    ..refusal(200, "")
                });
            }
            Told::Honestly(request.clone())
        },
    };
    let put = Ask::put(Edition::Current, P0, Platform::IotDeviceManagement);
    let mut steps = calls(&[put]);
    steps.push(Step::Together([Ask::cancel(P0), Ask::sign(J0, P0)].map(Ask::by_owner).to_vec()));
    let told = findings(&liar, steps).await;
    let broken: Vec<&str> = told
        .iter()
        .filter(|finding| finding.by == Detector::Linearizability)
        .map(|f| f.requirement.as_str())
        .collect();
    assert_eq!(broken, ["SignPayload/unsupported-platform"], "{told:?}");
}

#[tokio::test]
async fn a_job_that_never_ends_is_a_finding_where_another_one_ends() {
    let put = Ask::put(Edition::Current, P0, Platform::IotDeviceManagement);
    let mut steps = calls(&[put, Ask::start(J0, P0)]);
    steps.push(Step::Settle(J0));
    let told = findings(&honest(&["iot-jobs-never-end"]), steps.clone()).await;
    let requirements: Vec<&str> = told.iter().map(|finding| finding.requirement.as_str()).collect();
    assert_eq!(requirements, ["DescribeSigningJob/ends"]);
    // Where none ends, nothing is known of how long jobs take.
    let config = Config { job_delay: std::time::Duration::from_hours(1), ..Config::default() };
    let slow: Arc<dyn Endpoint> = Arc::new(InProcess::new(config));
    assert!(findings(slow.as_ref(), steps).await.is_empty());
}
