//! A run with its report and log, which are verified.

use signer_conformance::log::{MAX_LOG_BYTES, NdjsonLog};
use signer_conformance::report::{self, Report};
use signer_conformance::{Endpoint, Quiet, Run, RunOptions, certify, plan, verify};

use crate::program::folder;

/// Runs the plan, and derives the verdicts again from the log: they are the same.
pub(crate) async fn logged<E: Endpoint + Clone + 'static>(
    endpoint: &E,
    options: &RunOptions,
    name: &str,
) -> Run {
    let out = folder(name);
    std::fs::create_dir_all(&out).expect("a folder");
    let path = out.join(report::LOG);
    let mut log = NdjsonLog::create(&path, MAX_LOG_BYTES).expect("a log");
    let run = certify(endpoint, options, &plan(options), &Quiet, &mut log).await.expect("a run");
    log.finish().expect("a log");
    let mut report = Report::new(&run, options, None);
    report.hashes.log = Some(report::file_hash(&path).expect("a log"));
    report::write(&out, &report, &run, None).expect("a report");
    let verified = verify(&out).await.expect("a report");
    assert!(verified.differences.is_empty(), "{:?}", verified.differences);
    run
}
