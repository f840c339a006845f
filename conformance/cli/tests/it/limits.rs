//! What bounds a run bounds each of its requests, and a target that wants to be left alone is not found fault
//! with.

use std::time::Duration;

use serde_json::{Value, json};
use signer_conformance::log::NoLog;
use signer_conformance::{
    CaseResult, Cut, Progress, Quiet, Response, Run, RunError, RunOptions, Verdict, certify, plan,
};
use signer_schemas::{Edition, Operation};

use crate::counted::{Counted, throttled};
use crate::program::{folder, run};

/// As a gateway does that knows nothing of the API.
fn by_a_gateway(status: u16) -> Response {
    let headers = [("content-type", "text/html"), ("server", "gateway")];
    Response {
        status,
        headers: headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec(),
        body: "<html><h1>not now</h1></html>".into(),
    }
}

fn options(only: &[&str]) -> RunOptions {
    RunOptions {
        only: only.iter().map(|text| (*text).to_owned()).collect(),
        ..RunOptions::new(Edition::Current, "lim")
    }
}

/// A run of these cases, to its end.
async fn certified(endpoint: &Counted, options: &RunOptions) -> Run {
    certify(endpoint, options, &plan(options), &Quiet, &mut NoLog).await.expect("a run")
}

fn case<'a>(run: &'a Run, name: &str) -> &'a CaseResult {
    run.results.iter().find(|result| result.program.name == name).expect("the case is planned")
}

#[tokio::test]
async fn a_run_sends_no_request_more_than_it_may() {
    let mut ran = 0;
    for max_calls in [0, 1, 7, 40, 47, 48, 49, 50, 75, 300] {
        let endpoint = Counted::new(|_, _| false);
        let options =
            RunOptions { max_calls: Some(max_calls), ..options(&["pagination/many-profiles", "smoke/"]) };
        match certify(&endpoint, &options, &plan(&options), &Quiet, &mut NoLog).await {
            Ok(run) => {
                ran += 1;
                assert_eq!((run.cut, run.exchanges), (Some(Cut::MaxCalls), max_calls));
                assert!(run.roots.is_empty(), "{max_calls}: {:?}", run.roots);
                let last = run.results.last().map(|result| result.verdict);
                assert_eq!(last, Some(Verdict::Skipped), "{max_calls}: nothing was left out");
            }
            Err(error) => assert!(matches!(error, RunError::Cut(Cut::MaxCalls)), "{max_calls}: {error}"),
        }
        assert_eq!(endpoint.sent(), max_calls);
    }
    assert!((1..10).contains(&ran), "some of these leave room for a case, and some do not: {ran}");
}

#[tokio::test]
async fn a_run_that_just_had_enough_requests_is_not_told_as_cut() {
    let options = options(&["smoke/GetSigningPlatform", "smoke/ListSigningPlatforms"]);
    let needed = certified(&Counted::new(|_, _| false), &options).await.exchanges;
    for (max_calls, cut) in [(needed, None), (needed - 1, Some(Cut::MaxCalls))] {
        let options = RunOptions { max_calls: Some(max_calls), ..options.clone() };
        let run = certified(&Counted::new(|_, _| false), &options).await;
        assert_eq!((run.cut, run.exchanges), (cut, max_calls));
    }
}

/// The user has seen enough once so many requests were sent.
struct Impatient(Counted, u64);

impl Progress for Impatient {
    fn planned(&self, _cases: usize) {}
    fn case(&self, _result: &CaseResult) {}
    fn phase(&self, _what: &str) {}
    fn interrupted(&self) -> bool {
        self.0.sent() >= self.1
    }
}

#[tokio::test]
async fn an_interruption_does_not_wait_for_the_end_of_a_case() {
    // Every request of the case is throttled and would be made again for twelve seconds.
    let throttling = Counted::new(|request, number| number > 40 && request.method == "PUT");
    let endpoint = throttling.unhurried();
    let options = options(&["pagination/many-profiles"]);
    let run = certify(&endpoint, &options, &plan(&options), &Impatient(endpoint.clone(), 42), &mut NoLog)
        .await
        .expect("a run");
    assert_eq!(run.cut, Some(Cut::Interrupted));
    assert!(endpoint.sent() < 46, "{} requests were sent", endpoint.sent());
    assert!(run.elapsed < Duration::from_secs(5), "{:?}", run.elapsed);
    assert_eq!(case(&run, "pagination/many-profiles").verdict, Verdict::Skipped);
}

#[tokio::test]
async fn an_operation_that_always_throttles_is_no_finding() {
    let endpoint = Counted::new(|request, number| {
        number > 24 && request.target.starts_with("/signing-jobs/with-payload")
    });
    let run = certified(&endpoint, &options(&["smoke/SignPayload", "signing/"])).await;
    assert!(run.roots.is_empty(), "{:?}", run.roots);
    let told: Vec<_> =
        run.results.iter().filter(|result| result.lost.contains_key(&Operation::SignPayload)).collect();
    assert!(!told.is_empty(), "no case signs a payload");
    for result in told {
        assert_eq!(result.verdict, Verdict::Inconclusive, "{}", result.program.name);
        assert!(
            result.reason.as_ref().is_some_and(|reason| reason.contains("throttled 7 times")),
            "{:?}",
            result.reason
        );
    }
}

#[tokio::test]
async fn a_flaw_of_a_throttled_response_is_found_and_blamed_on_it() {
    let only = options(&["smoke/GetSigningPlatform"]);
    let calm = certified(&Counted::new(|_, _| false), &only).await;
    let first = calm.exchanges - u64::from(case(&calm, "smoke/GetSigningPlatform").exchanges);
    let nameless =
        |number| Response { headers: throttled(number).headers[..2].to_vec(), ..throttled(number) };
    let throttling = Counted::new(move |request, number| number == first && request.method == "GET");
    let endpoint = throttling.refusing(nameless);
    let run = certified(&endpoint, &only).await;
    let found: Vec<_> = case(&run, "smoke/GetSigningPlatform").findings.iter().collect();
    let [finding] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!((finding.requirement.as_str(), finding.exchange), ("common/request-id", 0));
}

#[tokio::test]
async fn a_gateway_that_throttles_now_and_then_is_waited_for() {
    // Some say it in JSON, some without a body, some tell when to come back.
    let refusals: [fn(u64) -> Response; 5] = [
        |_| by_a_gateway(429),
        |_| by_a_gateway(503),
        |_| Response { body: r#"{"message":"API rate limit exceeded"}"#.into(), ..by_a_gateway(429) },
        |_| Response { body: "".into(), headers: Vec::new(), ..by_a_gateway(503) },
        |number| Response {
            headers: [throttled(number).headers, vec![("retry-after".to_owned(), "1".to_owned())]].concat(),
            status: 503,
            ..by_a_gateway(503)
        },
    ];
    for (number, refusal) in refusals.into_iter().enumerate() {
        let throttling = Counted::new(|_, number| number % 29 == 2);
        let endpoint = throttling.refusing(refusal);
        let only = ["smoke/", "concurrency/", "prose/", "pagination/many-profiles"];
        let run = certified(&endpoint, &options(&only)).await;
        let found: Vec<_> = run.roots.iter().map(|root| &root.finding).collect();
        assert!(found.is_empty(), "{number}: {found:?}");
        let told = run.results.iter().filter(|result| result.verdict == Verdict::Pass).count();
        assert!(
            told * 10 > run.results.len() * 9,
            "{number}: {told} of {} cases are told",
            run.results.len()
        );
    }
}

#[tokio::test]
async fn a_gateway_that_throttles_for_good_makes_the_run_inconclusive() {
    let refusals: [fn(u64) -> Response; 3] = [|_| by_a_gateway(429), |_| by_a_gateway(503), throttled];
    for refusal in refusals {
        let throttling = Counted::new(|_, number| number >= 90);
        let endpoint = throttling.refusing(refusal);
        let run = certified(&endpoint, &options(&[])).await;
        assert!(run.roots.is_empty(), "{:?}", run.roots);
        assert_eq!(run.cut, Some(Cut::Throttled));
        assert!(endpoint.sent() < 200, "{} requests were sent", endpoint.sent());
    }
}

#[tokio::test]
async fn an_answer_that_a_gateway_did_not_get_counts_as_lost() {
    for refusal in [|_| by_a_gateway(502), |_| by_a_gateway(504)] as [fn(u64) -> Response; 2] {
        let losing = Counted::new(|_, number| number > 30 && number % 29 == 0);
        let endpoint = losing.refusing(refusal);
        let run = certified(&endpoint, &options(&["smoke/", "tour/tags"])).await;
        let found: Vec<_> = run.roots.iter().map(|root| &root.finding).collect();
        assert!(found.is_empty(), "{found:?}");
    }
    // From then on there are no responses.
    let gone = Counted::new(|_, number| number >= 90).refusing(|_| by_a_gateway(502));
    let run = certified(&gone, &options(&[])).await;
    assert!(run.roots.is_empty(), "{:?}", run.roots);
    assert_eq!(run.cut, Some(Cut::Unreachable));
}

#[tokio::test]
async fn a_failure_of_the_service_itself_is_no_gateways() {
    let own = |number| Response {
        status: 502,
        headers: vec![("x-amzn-requestid".to_owned(), format!("r{number}"))],
        body: r#"{"message":"oops"}"#.into(),
    };
    let failing =
        Counted::new(|request, number| number > 25 && request.target.starts_with("/signing-platforms/"));
    let endpoint = failing.refusing(own);
    let run = certified(&endpoint, &options(&["smoke/GetSigningPlatform"])).await;
    let found: Vec<_> = run.roots.iter().map(|root| root.finding.requirement.as_str()).collect();
    assert!(!found.is_empty(), "a failure goes unnoticed");
}

#[tokio::test]
async fn calls_at_once_that_are_throttled_are_given_up() {
    // Among the calls at once some are throttled, and when they are made again, none.
    let endpoint = Counted::new(|_, number| (60..900).contains(&number) && number % 9 == 0);
    let run = certified(&endpoint, &options(&["concurrency/"])).await;
    for result in &run.results {
        assert_eq!(result.verdict, Verdict::Pass, "{}: {:?}", result.program.name, result.reason);
    }
}

#[test]
fn a_run_cut_in_the_middle_of_a_case_can_be_verified() {
    let out = folder("limits-cut");
    let shown = out.display().to_string();
    let ended =
        run(&["certify", "--quiet", "--case", "many-profiles", "--max-calls", "150", "--out", &shown]);
    assert_eq!(ended.code, Some(3), "{}{}", ended.stdout, ended.stderr);
    let text = std::fs::read_to_string(out.join("report.json")).expect("a report");
    let report: Value = serde_json::from_str(&text).expect("it is JSON");
    assert_eq!((&report["exchanges"], &report["cut"]), (&json!(150), &json!("max-calls")));
    let verified = run(&["verify", &shown]);
    assert_eq!(verified.code, Some(0), "{}{}", verified.stdout, verified.stderr);
}
