//! A report's folder that was changed. An input is the name of a file in a line, then changes:
//! `NUMBER /pointer JSON` in the report (the number says nothing) or in that line of the log,
//! `NUMBER line text` in any file.

use crate::asked::{block_on, options};
use crate::patch::{Patch, patches, put};
use crate::scratch::Folder;
use serde_json::Value;
use signer_conformance::log::NdjsonLog;
use signer_conformance::report::{self, Report};
use signer_conformance::{Ledger, Quiet, RunOptions, certify, given, plan, verify};
use signer_conformance_cli::embedded::InProcess;
use signer_reference::Config;
use signer_schemas::Edition;
use std::path::Path;

const LEDGER_TEXT: &str = r#"name = "a target"
edition = "current"

[[deviation]]
requirement = "CancelSigningProfile/empty-body"
operation = "CancelSigningProfile"
reason = "it is known"
date = "2026-01-02"
"#;

thread_local! {
    static WHOLE: Folder = whole();
}

/// What was changed is refused as malformed, or noticed; and it never ends the program.
pub fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (name, changes) = text.split_once('\n').unwrap_or((text, ""));
    WHOLE.with(|folder| {
        let path = folder.path().join(name);
        let is_one =
            ["report.json", report::PLAIN_LOG, report::LEDGER, "junit.xml", "summary.md"].contains(&name);
        let Some(whole) = is_one.then(|| std::fs::read_to_string(&path)).and_then(Result::ok) else { return };
        let altered = patches(changes).fold(whole.clone(), |text, patch| changed(name, &text, &patch));
        folder.put(name, &altered);
        let verified = block_on(verify(folder.path()));
        folder.put(name, &whole);
        let (before, after) = if name == "report.json" {
            (told(&whole), told(&altered))
        } else {
            (Some(whole.into()), Some(altered.into()))
        };
        match verified {
            Ok(verification) if asked_for(before.as_ref()) == asked_for(after.as_ref()) => {
                assert_eq!(
                    verification.differences.is_empty(),
                    before == after,
                    "{name}: {:?}",
                    verification.differences
                );
            }
            Ok(_) => {}
            Err(error) => assert_ne!(before, after, "what was not changed can be used: {error}"),
        }
    });
}

fn value(text: &str) -> Option<Value> {
    serde_json::from_str(text).ok()
}

/// What a report says. A member that is null says nothing.
fn told(text: &str) -> Option<Value> {
    fn said(value: Value) -> Value {
        match value {
            Value::Object(members) => members
                .into_iter()
                .filter(|(_, value)| !value.is_null())
                .map(|(name, value)| (name, said(value)))
                .collect(),
            Value::Array(items) => items.into_iter().map(said).collect(),
            value => value,
        }
    }
    value(text).map(said)
}

/// What `verify` takes from the report, so that it cannot notice a change of it alone.
fn asked_for(report: Option<&Value>) -> Vec<Option<&Value>> {
    let at = |pointer| report.and_then(|report| report.pointer(pointer));
    ["/edition", "/basis", "/seed", "/selection", "/target/replay"].map(at).to_vec()
}

/// The text of a file with one change.
fn changed(name: &str, text: &str, patch: &Patch<'_>) -> String {
    let patched = |text: &str| {
        let (Some(mut document), Ok(value)) = (value(text), serde_json::from_str(patch.text)) else {
            return text.to_owned();
        };
        put(&mut document, patch.place, value);
        document.to_string()
    };
    if name == "report.json" && patch.place != "line" {
        return patched(text);
    }
    let lines = text.split('\n').enumerate().map(|(number, line)| {
        if number != patch.number {
            line.to_owned()
        } else if patch.place == "line" {
            patch.text.to_owned()
        } else {
            patched(line)
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The folder of a small run with a finding, a known one and a ledger.
fn whole() -> Folder {
    let folder = Folder::new("report");
    let config = Config { seed: Some(1), ..Config::default() };
    let config = ["content-type-html", "cancel-with-body"].into_iter().try_fold(config, Config::with_fault);
    let endpoint = InProcess::new(config.unwrap_or_else(|error| panic!("{error}")));
    let only = ["smoke/CancelSigningProfile", "smoke/PutSigningProfile"].map(str::to_owned).to_vec();
    let options = RunOptions { only, ..options(Edition::Current) };
    let path = folder.path().join(report::LOG);
    let mut log = NdjsonLog::create(&path, signer_conformance::log::MAX_LOG_BYTES).expect("a log");
    let run = block_on(certify(&endpoint, &options, &plan(&options), &Quiet, &mut log))
        .unwrap_or_else(|error| panic!("it is run: {error}"));
    log.finish().expect("the log is whole");
    let ledger =
        Ledger::parse(Path::new(report::LEDGER), LEDGER_TEXT).unwrap_or_else(|error| panic!("{error}"));
    let mut report = Report::new(&run, &options, Some(&ledger));
    report.hashes.log = report::file_hash(&path).ok();
    // Its text is what is changed.
    let lines = given::lines(&path, given::LOG_BYTES).expect("a log");
    let text: String = lines.map(|line| line.expect("a line").1 + "\n").collect();
    folder.put(report::PLAIN_LOG, &text);
    std::fs::remove_file(path).expect("the log is ours");
    report::write(folder.path(), &report, &run, Some(&ledger)).unwrap_or_else(|error| panic!("{error}"));
    folder
}
