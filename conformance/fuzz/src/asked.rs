//! The reference implementation as a target, looked at once and asked for a while.

use signer_conformance::{
    CaseResult, Context, Endpoint, LIBRARY, Program, RunOptions, Runner, StepExchange, TargetInfo, preflight,
};
use signer_conformance_cli::embedded::{InProcess, JOB_DELAY};
use signer_reference::Config;
use signer_schemas::Edition;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::runtime::Runtime;

/// After so many programs a new server is asked, so that what an input does hardly depends on those before
/// it.
const PROGRAMS_OF_A_SERVER: u32 = 50;

/// Runs a future to its end.
pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    thread_local! {
        static RUNTIME: Runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    }
    RUNTIME.with(|runtime| runtime.block_on(future))
}

/// How a run of these targets goes about it: with a plan that is small, since each report tells its hash.
pub fn options(edition: Edition) -> RunOptions {
    RunOptions {
        suites: vec!["smoke".to_owned()],
        job_timeout: Duration::from_secs(5),
        ..RunOptions::new(edition, "fuzz")
    }
}

/// A server, and what is known of it.
pub struct Asked {
    /// The server.
    pub endpoint: InProcess,
    /// What all programs share.
    pub context: Context,
    /// What was learnt.
    pub target: TargetInfo,
    programs: u32,
}

impl Asked {
    /// A server that speaks an edition.
    pub fn new(edition: Edition) -> Self {
        let endpoint =
            InProcess::new(Config { edition, seed: Some(1), job_delay: JOB_DELAY, ..Config::default() });
        let now_s = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs());
        let learnt =
            block_on(preflight(&endpoint, &options(edition), i64::try_from(now_s).unwrap_or_default()));
        let (context, target) = learnt.unwrap_or_else(|error| panic!("the reference is a Signer: {error}"));
        Self { endpoint, context, target, programs: 0 }
    }

    /// The server of an edition that `servers` holds, or a new one after a while.
    pub fn among(servers: &mut [Option<Self>; 2], edition: Edition) -> &mut Self {
        let server = &mut servers[usize::from(edition == Edition::May2019)];
        if server.as_ref().is_some_and(|server| server.programs == PROGRAMS_OF_A_SERVER) {
            *server = None;
        }
        let server = server.get_or_insert_with(|| Self::new(edition));
        server.programs += 1;
        server
    }

    /// Runs a program under names of its own, by way of `endpoint` if it is another one.
    pub fn run(&self, program: &Program, endpoint: Option<&dyn Endpoint>) -> (CaseResult, Vec<StepExchange>) {
        let endpoint = endpoint.unwrap_or(&self.endpoint);
        let options = options(program.edition);
        let runner = Runner {
            endpoint,
            context: &self.context,
            target: &self.target,
            job_timeout: options.job_timeout,
            scenes: LIBRARY,
        };
        block_on(runner.run(program, &format!("f{:02}", self.programs)))
    }
}
