//! Cases share their beginnings and the walks over lists, and what each finds is what it finds alone.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use signer_conformance::log::NoLog;
use signer_conformance::{Endpoint, Program, Quiet, Request, RunOptions, Sending, Verdict, certify, plan};
use signer_conformance_cli::embedded::{InProcess, JOB_DELAY};
use signer_model::Account;
use signer_reference::Config;
use signer_schemas::{Basis, Edition, RequirementId};

/// A verdict, and the requirements that are not kept.
type Told = (Verdict, BTreeSet<RequirementId>);

fn server(fault: Option<&str>) -> InProcess {
    let config = Config { seed: Some(1), job_delay: JOB_DELAY, ..Config::default() };
    InProcess::new(
        fault.into_iter().fold(config, |config, fault| config.with_fault(fault).expect("a known fault")),
    )
}

fn options() -> RunOptions {
    RunOptions {
        basis: Basis::Observed,
        shrink: false,
        sequences: 0,
        ..RunOptions::new(Edition::Current, "beside")
    }
}

/// What the cases tell that run together, and how many requests that takes.
async fn told(fault: Option<&str>, programs: &[Program]) -> (BTreeMap<String, Told>, u64) {
    let run = certify(&server(fault), &options(), programs, &Quiet, &mut NoLog).await.expect("a run");
    let told = run.results.iter().map(|result| {
        let broken = result.findings.iter().map(|finding| finding.requirement.clone()).collect();
        (result.program.name.clone(), (result.verdict, broken))
    });
    (told.collect(), run.exchanges)
}

/// Some cases with lists, and some with the same beginnings.
fn some() -> Vec<Program> {
    let wanted = |program: &Program| {
        let name = &program.name;
        name.starts_with("tour/pagination/")
            || name.starts_with("near-misses/TagResource/")
            || name.starts_with("smoke/")
    };
    plan(&options()).into_iter().filter(wanted).step_by(5).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_verdict_depends_on_which_cases_ran_beside_it() {
    let programs = some();
    assert!(programs.len() > 25, "{} cases", programs.len());
    // None of these mistakes depends on how much the account holds: then a case alone would rightly see less.
    for fault in [None, Some("list-shows-canceled"), Some("cancel-has-no-effect"), Some("tag-replaces-all")] {
        let (together, _) = told(fault, &programs).await;
        for program in &programs {
            let (alone, _) = told(fault, std::slice::from_ref(program)).await;
            assert_eq!(together.get(&program.name), alone.get(&program.name), "{fault:?}: {}", program.name);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn cases_that_begin_alike_ask_less_together_than_each_alone() {
    let mut programs = plan(&options());
    programs.retain(|program| program.name.starts_with("near-misses/TagResource/"));
    let (_, nothing) = told(None, &[]).await;
    let (_, together) = told(None, &programs).await;
    let mut alone = 0;
    for program in &programs {
        alone += told(None, std::slice::from_ref(program)).await.1 - nothing;
    }
    assert!(together - nothing < alone, "{together} requests together, {alone} alone");
}

#[tokio::test(flavor = "multi_thread")]
async fn on_an_account_of_its_own_a_run_asks_every_case() {
    let server = server(None);
    let programs = plan(&options());
    let run = certify(&server, &options(), &programs, &Quiet, &mut NoLog).await.expect("a run");
    let left_out = run.results.iter().filter(|result| result.verdict == Verdict::Skipped);
    let left_out: Vec<_> =
        left_out.map(|result| (result.program.name.as_str(), result.reason.as_deref())).collect();
    // The reference lists every platform that is known, so there is none to try that it does not list.
    assert!(matches!(left_out.as_slice(), [("profiles/unlisted-platform", _)]), "{left_out:?}");
}

/// The reference, behind something that panics at its ninetieth request.
#[derive(Clone)]
struct Mistaken(InProcess, Arc<AtomicU64>);

impl Endpoint for Mistaken {
    fn describe(&self) -> String {
        self.0.describe()
    }

    fn send<'a>(&'a self, by: Account, request: &'a Request) -> Sending<'a> {
        assert!(self.1.fetch_add(1, Ordering::Relaxed) != 90, "a mistake of ours");
        self.0.send(by, request)
    }

    fn send_s3<'a>(&'a self, request: &'a Request) -> Sending<'a> {
        self.0.send_s3(request)
    }

    fn pause(&self, time: Duration) -> std::pin::Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        self.0.pause(time)
    }
}

#[tokio::test]
async fn a_mistake_of_ours_in_one_case_ends_that_case_alone() {
    let endpoint = Mistaken(server(None), Arc::default());
    let mut programs = plan(&options());
    programs.retain(|program| {
        ["tour/pagination/", "near-misses/TagResource/"].iter().any(|begin| program.name.starts_with(begin))
    });
    let run = certify(&endpoint, &options(), &programs, &Quiet, &mut NoLog).await.expect("a run that ends");
    let (wrong, told): (Vec<_>, Vec<_>) =
        run.results.iter().partition(|result| result.verdict == Verdict::Error);
    assert_eq!(wrong.len(), 1, "{:?}", wrong.iter().map(|result| &result.program.name).collect::<Vec<_>>());
    assert!(
        wrong[0].reason.as_deref().is_some_and(|reason| reason.contains("a mistake of ours")),
        "{:?}",
        wrong[0].reason
    );
    assert!(
        told.len() > 50 && told.iter().all(|result| result.verdict == Verdict::Pass),
        "the others are told"
    );
}
