//! For the tests of another project: an endpoint is certified by one call, or as one test for each case, and
//! a store in process is asked by programs and inputs that proptest draws.
//!
//! What this module has, and what its signatures name (`Endpoint`, `RunOptions`, `Report`, `Ledger`,
//! `Program`, and the scopes of `signer-model`), keeps its form within a minor version. Everything else of
//! the crate may change with any release.

mod inputs;
mod programs;
mod shapes;
mod trials;

use std::sync::Arc;

use signer_schemas::Edition;

use crate::data::case::CaseResult;
use crate::data::finding::Verdict;
use crate::data::log::NoLog;
use crate::data::names::fresh_prefix;
use crate::data::program::Program;
use crate::data::run::{Quiet, RunOptions};
use crate::line::endpoint::Endpoint;
use crate::line::transport::{HttpEndpoint, HttpSettings, TransportError};
use crate::line::wire::{Identities, Identity};
use crate::plan::plan;
use crate::report::Report;
use crate::report::ledger::Ledger;
use crate::run::preflight::error::RunError;

pub use inputs::{Input, inputs};
pub use programs::{ProgramTree, Programs, programs};
pub use trials::{WHOLE, readable, trials};

/// How many random sequences a run has.
const SEQUENCES: u32 = 100;

/// The options of a run of the whole plan, under names that no earlier run has used.
pub fn options(edition: Edition) -> RunOptions {
    RunOptions { sequences: SEQUENCES, ..RunOptions::new(edition, fresh_prefix()) }
}

/// The endpoint at that URL. Requests are signed as `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and
/// `AWS_SESSION_TOKEN` say, for the Region in `AWS_REGION`; without them, with keys that mean nothing.
pub fn at(url: &str) -> Result<Arc<dyn Endpoint>, TransportError> {
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let identity = Identity {
        access_key: variable("AWS_ACCESS_KEY_ID").unwrap_or_else(|| "AKIDTEST".to_owned()),
        secret_key: variable("AWS_SECRET_ACCESS_KEY").unwrap_or_else(|| "test".to_owned()),
        session_token: variable("AWS_SESSION_TOKEN"),
    };
    let usual = HttpSettings::default();
    let settings = HttpSettings {
        region: variable("AWS_REGION").unwrap_or_else(|| usual.region.clone()),
        identities: Identities {
            temporary: identity.session_token.is_some().then(|| identity.clone()),
            other: Some(identity.clone()),
            owner: Some(identity),
            denied: None,
        },
        ..usual
    };
    Ok(Arc::new(HttpEndpoint::new(url, settings)?))
}

/// Certifies an endpoint. One that does not conform is no error: the report says so.
pub async fn certify(
    endpoint: &Arc<dyn Endpoint>,
    options: &RunOptions,
    ledger: Option<&Ledger>,
) -> Result<Report, RunError> {
    let run = crate::run::certify(endpoint, options, &plan(options), &Quiet, &mut NoLog).await?;
    Ok(Report::new(&run, options, ledger))
}

/// Runs one program, as a property test does: `Err` says what departs, or why nothing is known. Each program
/// has names of its own. What the endpoint does not have is not held against it.
pub fn check(endpoint: &Arc<dyn Endpoint>, program: &Program, options: &RunOptions) -> Result<(), String> {
    let options = RunOptions { prefix: fresh_prefix(), ..options.clone() };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| error.to_string())?;
    let replay = runtime
        .block_on(crate::run::replay(endpoint, program, &options))
        .map_err(|error| error.to_string())?;
    let CaseResult { verdict, reason, findings, .. } = replay.result;
    match verdict {
        Verdict::Pass | Verdict::Deviates | Verdict::Skipped | Verdict::Unimplemented => Ok(()),
        Verdict::Inconclusive | Verdict::Error => {
            Err(format!("{}: {}", verdict.id(), reason.unwrap_or_default()))
        }
        Verdict::Fail => {
            let counts = findings.iter().filter(|finding| finding.basis <= options.basis);
            let lines: Vec<String> = counts
                .map(|finding| {
                    let permitted = finding.permitted.join(" or ");
                    let step = finding.step + 1;
                    format!(
                        "{} at step {step}: {}\n  permitted {permitted}\n  observed  {}",
                        finding.requirement, finding.summary, finding.observed
                    )
                })
                .collect();
            if lines.is_empty() { Ok(()) } else { Err(lines.join("\n")) }
        }
    }
}
