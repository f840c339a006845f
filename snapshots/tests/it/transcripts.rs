//! What each operation looks like on the wire: its canonical scenario, asked of the reference implementation.

use std::fmt::Write as _;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use signer_conformance::operations::Bindings;
use signer_conformance::{
    Context, Endpoint, Exchange, LIBRARY, Program, Request, Response, RunOptions, Runner, Sending, Step,
    StepExchange, Verdict, plan, preflight, step_operations,
};
use signer_conformance_cli::embedded::InProcess;
use signer_model::{Account, Job, Profile, RevisionArg, VersionArg};
use signer_reference::{Clock, Config};
use signer_schemas::{Edition, OperationDoc};

use crate::golden::{golden, nothing_left_over};
use crate::kill_matrix::options;
use crate::typed::{Kind, Names, STRIDE_S};

/// The names of a transcript's run.
const TAG: &str = "case";

/// The reference implementation, where every pause lasts as long as a job: it is in progress until just then.
struct Paced(InProcess);

impl Paced {
    fn new(edition: Edition, now: Timestamp) -> Self {
        let clock = Clock::new(move || now);
        let job_delay = Duration::from_secs(STRIDE_S.unsigned_abs());
        let config = Config { edition, seed: Some(1), job_delay, clock, ..Config::default() };
        Self(InProcess::new(config))
    }
}

impl Endpoint for Paced {
    fn describe(&self) -> String {
        self.0.describe()
    }

    fn send<'a>(&'a self, by: Account, request: &'a Request) -> Sending<'a> {
        self.0.send(by, request)
    }

    fn send_s3<'a>(&'a self, request: &'a Request) -> Sending<'a> {
        self.0.send_s3(request)
    }

    fn pause(&self, _time: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        self.0.pause(Duration::from_secs(STRIDE_S.unsigned_abs()))
    }
}

/// Runs the program against a reference of its own.
async fn transcript(options: &RunOptions, program: &Program) -> String {
    // The present, since that is when the judge says it is; whole seconds, as those are shown.
    let now = Timestamp::from_second(Timestamp::now().as_second()).expect("the present");
    let endpoint = Paced::new(options.edition, now);
    let (context, target) = preflight(&endpoint, options, now.as_second()).await.expect("a Signer");
    let runner = Runner {
        endpoint: &endpoint,
        context: &context,
        target: &target,
        job_timeout: options.job_timeout,
        scenes: LIBRARY,
    };
    let (result, exchanges) = runner.run(program, TAG).await;
    assert_eq!(result.verdict, Verdict::Pass, "{}: {:?}", program.name, result.findings);
    let mut names = names(&context, now);
    let mut text = String::new();
    for (index, step) in program.steps.iter().enumerate() {
        writeln!(text, "## {}. {}\n", index + 1, in_words(step)).expect("a string takes text");
        for StepExchange { exchange, .. } in exchanges.iter().filter(|exchange| exchange.step == index) {
            text.push_str(&shown(&mut names, document(options.edition, step), exchange));
        }
    }
    text
}

/// The model's symbols for what the judge makes up itself, and for the profile that it made to look around.
fn names(context: &Context, now: Timestamp) -> Names {
    let mut names = Names::new(now);
    let bindings = Bindings::new(context, TAG);
    for (index, symbol) in ["p0", "p1", "p2"].into_iter().enumerate() {
        let profile = Profile(u8::try_from(index).expect("three"));
        names.call(Kind::Profile, bindings.name(profile), symbol);
    }
    names.call(Kind::Profile, Bindings::new(context, "pre").name(Profile(0)), "an-earlier-profile");
    names.call(Kind::Job, bindings.job_id(Job(0)), "no-job");
    names.call(Kind::Version, bindings.version(Profile(0), VersionArg::Current), "no-version");
    let stale = bindings.revision(Profile(0), RevisionArg::Stale).expect("a revision that nobody gave");
    names.call(Kind::Revision, stale, "no-revision");
    names
}

fn in_words(step: &Step) -> String {
    match step {
        Step::Call(call) => call.to_string(),
        Step::Settle(job) => format!("DescribeSigningJob {job} until it has ended"),
        Step::Probe(probe) => format!("{} with another {}", probe.call, probe.member),
        Step::Together(_) | Step::Scene(_) => unreachable!("no transcript is made of {step:?}"),
    }
}

fn document(edition: Edition, step: &Step) -> &'static OperationDoc {
    let operation = step_operations(step)[0];
    signer_schemas::operation(edition, operation).expect("an operation of the edition")
}

/// An exchange with names instead of values.
fn shown(names: &mut Names, document: &OperationDoc, exchange: &Exchange) -> String {
    let Request { method, target, headers, body, .. } = &exchange.request;
    let mut lines = vec![format!("{method} {}", names.target(document, target))];
    lines.extend(headers.iter().map(|(name, value)| format!("{name}: {value}")));
    if !body.is_empty() {
        let body: Value = serde_json::from_slice(body).expect("the judge sends JSON");
        lines.push(pretty(&names.members(&document.input, "", &body)));
    }
    let response = exchange.outcome.as_ref().expect("an answer");
    lines.push(format!("→ {}", response.status));
    lines.extend(
        ["content-type", "x-amzn-errortype"]
            .iter()
            .filter_map(|name| Some(format!("{name}: {}", response.header(name)?))),
    );
    lines.extend(response.header("x-amzn-requestid").map(|_| "x-amzn-requestid: <request-id>".to_owned()));
    lines.extend(answer(names, document, response));
    lines.join("\n") + "\n\n"
}

/// The body of a response, if it has one.
fn answer(names: &mut Names, document: &OperationDoc, response: &Response) -> Option<String> {
    if response.body.is_empty() {
        return None;
    }
    let Some(mut body) = response.json().map(Arc::unwrap_or_clone) else {
        return Some(String::from_utf8_lossy(&response.body).into_owned());
    };
    if response.is_success() {
        return Some(pretty(&names.members(document.output.as_deref().unwrap_or_default(), "", &body)));
    }
    // No client may depend on what a message says.
    if let Some(message) =
        body.get_mut("message").filter(|message| message.as_str().is_some_and(|text| !text.is_empty()))
    {
        *message = Value::String("<message>".to_owned());
    }
    Some(pretty(&body))
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).expect("JSON can be written")
}

async fn transcripts(edition: Edition) {
    let options =
        RunOptions { suites: vec!["smoke".to_owned()], prefix: "transcript".to_owned(), ..options(edition) };
    let folder = format!("transcripts/{edition}");
    let programs = plan(&options);
    let name = |program: &Program| program.name.trim_start_matches("smoke/").to_owned();
    for program in &programs {
        golden(&folder, &name(program), &transcript(&options, program).await);
    }
    nothing_left_over(&folder, programs.iter().map(name));
}

#[tokio::test]
async fn an_operation_of_today_looks_on_the_wire_as_reviewed() {
    transcripts(Edition::Current).await;
}

#[tokio::test]
async fn an_operation_of_2019_looks_on_the_wire_as_reviewed() {
    transcripts(Edition::May2019).await;
}
