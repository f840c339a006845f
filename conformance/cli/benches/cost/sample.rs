//! Cases of the plan, each with the answers that the reference gave it, to be judged again and again.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use signer_conformance::{
    CaseResult, Context, Endpoint as _, LIBRARY, Program, RunError, RunOptions, Runner, TargetInfo, preflight,
};
use signer_conformance_cli::embedded::{InProcess, JOB_DELAY};
use signer_reference::Config;
use signer_schemas::Edition;

use crate::canned::{Canned, Recording, Sent};

/// What was recorded.
pub(crate) struct Sample {
    context: Context,
    target: TargetInfo,
    job_timeout: Duration,
    host: String,
    cases: Vec<Case>,
}

/// A case, and all that it was answered.
struct Case {
    program: Program,
    tag: String,
    sent: Vec<Sent>,
}

/// The reference as the benches run it: the same in each run.
pub(crate) fn config(edition: Edition) -> Config {
    Config { edition, seed: Some(1), job_delay: JOB_DELAY, ..Config::default() }
}

impl Sample {
    /// Runs these programs on a reference in this process, and keeps those that its answers alone decide.
    pub(crate) async fn record(options: &RunOptions, programs: &[Program]) -> Result<Self, RunError> {
        let endpoint = Recording::new(InProcess::new(config(options.edition)));
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let now_s = i64::try_from(since.as_secs()).unwrap_or_default();
        let (context, target) = preflight(&endpoint, options, now_s).await?;
        let (host, job_timeout) = (endpoint.host(), options.job_timeout);
        let mut sample = Self { context, target, job_timeout, host, cases: Vec::new() };
        endpoint.take();
        for (index, program) in programs.iter().enumerate() {
            let tag = format!("{index:04}");
            let first = sample.runner(&endpoint).run(program, &tag).await.0;
            let case = Case { program: program.clone(), tag, sent: endpoint.take() };
            let canned = sample.canned(&case);
            let again = sample.judge(&case, &canned).await;
            // What several calls at once are answered depends on which of them came first.
            if again == first && canned.left() == 0 {
                sample.cases.push(case);
            }
        }
        Ok(sample)
    }

    /// The number of cases.
    pub(crate) fn cases(&self) -> usize {
        self.cases.len()
    }

    /// The number of answers that one round judges.
    pub(crate) fn answers(&self) -> usize {
        self.cases.iter().map(|case| case.sent.len()).sum()
    }

    /// What one round takes up: an endpoint for each case.
    pub(crate) fn round(&self) -> Vec<Canned> {
        self.cases.iter().map(|case| self.canned(case)).collect()
    }

    /// Judges each case again.
    pub(crate) async fn judge_all(&self, round: &[Canned]) {
        for (case, canned) in self.cases.iter().zip(round) {
            self.judge(case, canned).await;
        }
    }

    async fn judge(&self, case: &Case, canned: &Canned) -> CaseResult {
        self.runner(canned).run(&case.program, &case.tag).await.0
    }

    fn canned(&self, case: &Case) -> Canned {
        Canned::new(&case.sent, self.host.clone())
    }

    fn runner<'a>(&'a self, endpoint: &'a dyn signer_conformance::Endpoint) -> Runner<'a> {
        Runner {
            endpoint,
            context: &self.context,
            target: &self.target,
            job_timeout: self.job_timeout,
            scenes: LIBRARY,
        }
    }
}
