//! Lost responses: the call may have been carried out all the same, and the target is not blamed for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use signer_conformance::log::NoLog;
use signer_conformance::{
    Endpoint, Quiet, Request, Run, RunOptions, Sending, Silence, Verdict, certify, plan,
};
use signer_conformance_cli::embedded::{InProcess, JOB_DELAY};
use signer_model::Account;
use signer_reference::Config;
use signer_schemas::{Basis, Edition};

/// The reference behind a line that loses one answer, or one request, in so many.
#[derive(Clone)]
struct Lossy {
    inner: InProcess,
    one_in: u64,
    sent: Arc<AtomicU64>,
}

impl Endpoint for Lossy {
    fn describe(&self) -> String {
        self.inner.describe()
    }

    fn send<'a>(&'a self, by: Account, request: &'a Request) -> Sending<'a> {
        // Any sequence will do that is the same in each run and follows no rule of the plan.
        let draw =
            self.sent.fetch_add(1, Ordering::Relaxed).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29)
                % (2 * self.one_in);
        Box::pin(async move {
            if draw == 0 {
                return Err(Silence::Broken("the request was lost".to_owned()));
            }
            let answer = self.inner.send(by, request).await;
            if draw == 1 { Err(Silence::Timeout(Duration::from_secs(10))) } else { answer }
        })
    }

    fn send_s3<'a>(&'a self, request: &'a Request) -> Sending<'a> {
        self.inner.send_s3(request)
    }

    fn pause(&self, time: Duration) -> std::pin::Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        self.inner.pause(time)
    }
}

/// Certifies a reference with that fault, if any, behind a line that loses one answer or request in `one_in`.
async fn run(fault: Option<&str>, one_in: u64, only: &[&str]) -> Run {
    let mut config = Config { seed: Some(1), job_delay: JOB_DELAY, ..Config::default() };
    if let Some(fault) = fault {
        config = config.with_fault(fault).expect("a known fault");
    }
    let endpoint = Lossy { inner: InProcess::new(config), one_in, sent: Arc::new(AtomicU64::new(0)) };
    let options = RunOptions {
        basis: Basis::Observed,
        sequences: 60,
        only: only.iter().map(|text| (*text).to_owned()).collect(),
        ..RunOptions::new(Edition::Current, "lost")
    };
    certify(&endpoint, &options, &plan(&options), &Quiet, &mut NoLog).await.expect("a run")
}

#[tokio::test]
async fn a_lost_answer_is_no_finding() {
    // The more is lost, the more worlds there are to be kept apart.
    for one_in in [40, 6] {
        let run =
            run(None, one_in, &["tour/joint", "tour/permissions", "tour/jobs", "concurrency/", "sequences/"])
                .await;
        assert!(run.unanswered > 100, "one in {one_in}: {} answers were lost", run.unanswered);
        let found: Vec<_> = run.roots.iter().map(|root| &root.finding).collect();
        assert!(found.is_empty(), "one in {one_in}: {found:?}");
        let told = run.results.iter().filter(|result| result.verdict == Verdict::Pass).count();
        assert!(
            one_in < 40 || told * 20 > run.results.len() * 19,
            "only {told} of {} cases are told",
            run.results.len()
        );
        for result in run.results.iter().filter(|result| result.verdict == Verdict::Inconclusive) {
            assert!(!result.lost.is_empty(), "{}: {:?}", result.program.name, result.reason);
        }
    }
}

#[tokio::test]
async fn a_fault_is_found_though_answers_are_lost() {
    for (fault, requirement) in
        [("canceled-signs", "StartSigningJob/not-active"), ("put-drops-tags", "PutSigningProfile/tags-kept")]
    {
        let run = run(Some(fault), 20, &["tour/jobs", "tour/tags"]).await;
        let found: Vec<_> = run.roots.iter().map(|root| root.finding.requirement.as_str()).collect();
        assert!(found.contains(&requirement), "{fault}: {found:?}");
    }
}
