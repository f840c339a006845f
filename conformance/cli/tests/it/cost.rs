//! What a run costs: the requests that it sends.

use std::sync::{LazyLock, OnceLock};

use signer_conformance::log::NoLog;
use signer_conformance::{
    Depth, Endpoint as _, Program, Quiet, Request, RunOptions, Step, Verdict, certify, plan,
};
use signer_model::{Account, PageSize, Request as Ask};
use signer_schemas::Edition;

use crate::counted::Counted;
use crate::logged::logged;

#[tokio::test(flavor = "multi_thread")]
async fn a_target_that_throttles_one_request_in_forty_is_asked_at_most_twice_as_often() {
    let options = RunOptions { depth: Depth::Quick, ..RunOptions::new(Edition::Current, "cost") };
    let programs = plan(&options);
    let mut sent = Vec::new();
    for throttles in [false, true] {
        let endpoint = Counted::new(move |_, number| throttles && number % 40 == 39);
        let run = certify(&endpoint, &options, &programs, &Quiet, &mut NoLog).await.expect("a run");
        let failed = run.results.iter().filter(|result| result.verdict == Verdict::Fail);
        let failed: Vec<_> = failed.map(|result| result.program.name.as_str()).collect();
        assert!(failed.is_empty(), "{failed:?}");
        sent.push(endpoint.sent());
    }
    assert!(sent[1] <= 2 * sent[0], "{} requests, and {} with throttling", sent[0], sent[1]);
}

#[tokio::test]
async fn the_target_is_looked_at_while_the_plan_is_made() {
    let options =
        RunOptions { suites: vec!["smoke".to_owned()], ..RunOptions::new(Edition::Current, "cost") };
    let endpoint = Counted::new(|_, _| false);
    let sent_before = OnceLock::new();
    let programs = LazyLock::new(|| {
        sent_before.set(endpoint.sent()).expect("it is made once");
        plan(&options)
    });
    let run = certify(&endpoint, &options, programs, &Quiet, &mut NoLog).await.expect("a run");
    assert!(sent_before.get().is_some_and(|sent| *sent > 0), "{sent_before:?} requests were sent before");
    assert_eq!(run.results.len(), plan(&options).len());
}

/// Whether the program lists jobs in small pages right behind the start of one: no case shares the walk.
fn lists_at_once(program: &Program) -> bool {
    let [.., Step::Call(before), Step::Call(last)] = program.steps.as_slice() else { return false };
    matches!(before.request, Ask::StartSigningJob { .. })
        && matches!(last.request, Ask::ListSigningJobs { page: PageSize::One | PageSize::Two, .. })
}

#[tokio::test]
async fn a_list_that_no_other_case_shares_is_followed_no_further_than_any_other() {
    const OTHERS: usize = 310;
    let all = RunOptions { jobs: 1, ..RunOptions::new(Edition::Current, "cost") };
    let only = plan(&all).into_iter().filter(lists_at_once).map(|program| program.name).collect();
    let options = RunOptions { only, ..all };
    let endpoint = Counted::new(|_, _| false);
    let ask = async |method: &str, target: &str, body: &str| {
        let (method, target, body) = (method.to_owned(), target.to_owned(), body.as_bytes().to_vec());
        let request = Request { method, target, body, ..Request::default() };
        let response = endpoint.send(Account::Owner, &request).await.expect("an answer");
        assert!(response.is_success(), "{response:?}");
    };
    ask("PUT", "/signing-profiles/of_others", r#"{"platformId":"Notation-OCI-SHA384-ECDSA"}"#).await;
    for _ in 0..OTHERS {
        let payload = r#"{"profileName":"of_others","payload":"e30=","payloadFormat":"FORMAT"}"#;
        let payload = payload.replace("FORMAT", "application/vnd.cncf.notary.payload.v1+json");
        ask("POST", "/signing-jobs/with-payload", &payload).await;
    }
    let before = endpoint.sent();
    let run = logged(&endpoint, &options, "cost-at-once").await;
    let (sent, cases) = (endpoint.sent() - before, run.results.len() as u64);
    assert!(run.results.iter().all(|result| result.verdict == Verdict::Skipped), "the lists are too long");
    assert!(cases > 9 && sent < 30 * cases + OTHERS as u64 * 2, "{sent} requests of {cases} cases");
}
