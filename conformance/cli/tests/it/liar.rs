//! A server that lies in one way, for tests of what the judge tells of it.

use signer_conformance::log::NoLog;
use signer_conformance::{
    Endpoint, Finding, Program, Quiet, Report, Request, Response, RunOptions, Sending, Step, certify, plan,
    replay,
};
use signer_conformance_cli::embedded::{InProcess, JOB_DELAY};
use signer_model::{Account, Request as Ask};
use signer_reference::Config;
use signer_schemas::{Basis, Edition, RequirementId};

/// The reference in this process, with these faults.
pub(crate) fn honest(faults: &[&str]) -> InProcess {
    let config = Config { seed: Some(1), job_delay: JOB_DELAY, ..Config::default() };
    InProcess::new(
        faults.iter().fold(config, |config, fault| config.with_fault(fault).expect("a known fault")),
    )
}

/// These cases alone, at the basis `observed`.
pub(crate) fn options(only: &[&str]) -> RunOptions {
    RunOptions {
        basis: Basis::Observed,
        only: only.iter().map(|text| (*text).to_owned()).collect(),
        shrink: false,
        ..RunOptions::new(Edition::Current, "liar")
    }
}

/// What a run of these cases reports.
pub(crate) async fn report<E: Endpoint + Clone + 'static>(endpoint: &E, only: &[&str]) -> Report {
    let options = options(only);
    let run = certify(endpoint, &options, &plan(&options), &Quiet, &mut NoLog).await.expect("a run");
    Report::new(&run, &options, None)
}

/// The requirements that a report names.
pub(crate) fn told(report: &Report) -> Vec<&str> {
    report.findings.iter().map(|row| row.requirement.as_str()).collect()
}

/// What one program finds.
pub(crate) async fn findings(endpoint: &dyn Endpoint, steps: Vec<Step>) -> Vec<Finding> {
    let program = Program { name: "sequences/lie".to_owned(), edition: Edition::Current, steps };
    replay(endpoint, &program, &options(&[])).await.expect("a run").result.findings
}

/// The requirements that one program's findings name.
pub(crate) async fn broken(endpoint: &dyn Endpoint, steps: Vec<Step>) -> Vec<RequirementId> {
    findings(endpoint, steps).await.into_iter().map(|finding| finding.departure.requirement).collect()
}

/// The steps of calls that the owner makes.
pub(crate) fn calls(requests: &[Ask]) -> Vec<Step> {
    requests.iter().map(|request| Step::Call(request.by_owner())).collect()
}

/// What a liar does with a request.
pub(crate) type Lie = fn(&Request) -> Told;

/// What comes of a request.
pub(crate) enum Told {
    /// The honest answer to this request.
    Honestly(Request),
    /// The honest answer, changed.
    Changed(fn(Response) -> Response),
    /// Another answer.
    Answer(Response),
}

/// The reference, behind a server that lies.
#[derive(Clone)]
pub(crate) struct Liar {
    pub(crate) honest: InProcess,
    pub(crate) lie: Lie,
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

/// A response of that status, and of that error.
pub(crate) fn refusal(status: u16, error: &str) -> Response {
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let headers = vec![
        header("content-type", "application/json"),
        header("x-amzn-errortype", error),
        header("x-amzn-requestid", "00000000-0000-4000-8000-000000000000"),
    ];
    Response { status, headers, body: r#"{"message":"no"}"#.into() }
}

/// The body of a request as text.
pub(crate) fn body(request: &Request) -> String {
    String::from_utf8_lossy(&request.body).into_owned()
}
