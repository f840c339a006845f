//! What a run costs: the requests that it sends.

use signer_conformance::log::NoLog;
use signer_conformance::{Depth, Quiet, RunOptions, Verdict, certify, plan};
use signer_schemas::Edition;

use crate::limits::Counted;

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
