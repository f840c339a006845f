//! Derives a report again from its log, without a network, and compares all that the report and its files
//! say.

pub(crate) mod derive;
pub(crate) mod merge;
pub(crate) mod told;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::data::case::CaseResult;
use crate::data::finding::Verdict;
use crate::data::given;
use crate::data::program::Program;
use crate::data::run::RunOptions;
use crate::plan::plan;
use crate::report::folder::LEDGER;
use crate::report::ledger::Ledger;
use crate::report::{Report, files, folder, hashes};
use crate::verify::derive::derive;
use crate::verify::told::VerifyError;

/// What came of deriving the report again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verification {
    /// Cases derived again.
    pub cases: usize,
    /// Exchanges read.
    pub exchanges: usize,
    /// Cases that ended in an error of ours, of which the log holds nothing: these verdicts are taken as they
    /// are told.
    pub untold: usize,
    /// Where log and report differ, in words.
    pub differences: Vec<String>,
}

/// What git or an editor may have done to a file.
const LINE_ENDS: &str = "only its line ends differ (CRLF); a report is verified as it was written, which \
    git keeps with `* -text` in .gitattributes";

/// More differences than are worth reading.
const MOST_DIFFERENCES: usize = 50;

/// Derives the report in that folder from `exchanges.ndjson.gz`, or from the same log unpacked, and compares
/// it, and every file made from it, with what lies there. What was asked for (edition, basis, selection,
/// seed, ledger, the target's options) is taken from the report.
pub async fn verify(folder: &Path) -> Result<Verification, VerifyError> {
    let path = folder.join("report.json");
    let name = path.display().to_string();
    let text = given::text(&path, given::REPORT_BYTES)
        .map_err(|source| VerifyError::Read { path: name.clone(), source })?;
    let malformed = |error: serde_json::Error| VerifyError::Malformed {
        path: name,
        line: error.line(),
        reason: error.to_string(),
    };
    let told: Report = serde_json::from_str(&text).map_err(malformed)?;
    let ledger_path = folder.join(LEDGER);
    let ledger = told.ledger.as_ref().map(|_| Ledger::load(&ledger_path)).transpose()?;
    let log = folder::log_in(folder);
    let derived = derive(&log).await?;
    let mut verification =
        Verification { cases: derived.cases.len(), exchanges: derived.exchanges, ..Verification::default() };

    let mut options = told.selection.options(told.edition, told.basis, told.seed);
    options.prefix.clone_from(&derived.context.prefix);
    let programs = planned(&told, &options);
    let errors = told.cases.iter().filter(|row| row.verdict == Verdict::Error);
    let errors: BTreeMap<String, CaseResult> = errors
        .filter_map(|row| {
            let program = programs.iter().find(|program| program.name == row.id)?;
            let error = CaseResult {
                verdict: Verdict::Error,
                reason: row.reason.clone(),
                ..CaseResult::new(program)
            };
            Some((row.id.clone(), error))
        })
        .collect();
    let ran = |name: &String| derived.cases.iter().any(|trial| trial.result.program.name == *name);
    verification.untold = errors.keys().filter(|name| !ran(name)).count();
    let (run, mut differences) = derived.run(&options, &programs, &errors);
    let mut here = Report::new(&run, &options, ledger.as_ref());
    here.hashes.log = hashes::file_hash(&log).ok();
    here.target.replay.clone_from(&told.target.replay);
    here.selection.shard.clone_from(&told.selection.shard);
    let written = serde_json::from_str(&text).unwrap_or(Value::Null);
    differing("", &written, &serde_json::to_value(&here).unwrap_or(Value::Null), &mut differences);
    if here.hashes.log != told.hashes.log
        && hashes::file_hash_with_lf(&log).is_ok_and(|hash| Some(hash) == told.hashes.log)
    {
        differences.push(format!("{}: {LINE_ENDS}", log.strip_prefix(folder).unwrap_or(&log).display()));
    }
    let files = files::files(&here, &run, ledger.as_ref());
    if differences.is_empty() {
        // With the same report and the same run, every other file must be the same to the letter.
        for (file, expected) in &files {
            match given::text(&folder.join(file), given::REPORT_BYTES) {
                Ok(text) if text == *expected => {}
                Ok(text) if text.replace("\r\n", "\n") == *expected => {
                    differences.push(format!("{}: {LINE_ENDS}", file.display()));
                }
                Ok(_) => differences.push(format!("{}: it is not what the log gives", file.display())),
                Err(error) => differences.push(format!("{}: cannot be read: {error}", file.display())),
            }
        }
    }
    let more = differences.len().saturating_sub(MOST_DIFFERENCES);
    differences.truncate(MOST_DIFFERENCES);
    if more > 0 {
        differences.push(format!("and {more} more"));
    }
    let files: Vec<PathBuf> = files.into_iter().map(|(path, _)| path).collect();
    let strangers = folder::strangers(folder, &files);
    differences.extend(
        strangers.map_err(|source| VerifyError::Read { path: folder.display().to_string(), source })?,
    );
    verification.differences = differences;
    Ok(verification)
}

/// The plan of a report. A part that was cut by times has the cases that the report tells of: the times are
/// not at hand, and only all parts together can lack a case.
fn planned(told: &Report, options: &RunOptions) -> Vec<Program> {
    if told.selection.shard.as_ref().is_none_or(|shard| shard.times.is_none()) {
        return plan(options);
    }
    let cases: BTreeSet<&str> = told.cases.iter().map(|case| case.id.as_str()).collect();
    let mut programs = plan(&RunOptions { shard: None, ..options.clone() });
    programs.retain(|program| cases.contains(program.name.as_str()));
    programs
}

/// Where two documents differ, by member.
fn differing(place: &str, told: &Value, here: &Value, differences: &mut Vec<String>) {
    match (told, here) {
        (Value::Object(one), Value::Object(other)) => {
            let members: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
            for member in members {
                let value = |object: &serde_json::Map<String, Value>| {
                    object.get(member).cloned().unwrap_or(Value::Null)
                };
                differing(&format!("{place}/{member}"), &value(one), &value(other), differences);
            }
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            for (index, (one, other)) in one.iter().zip(other).enumerate() {
                let named =
                    one.get("id").and_then(Value::as_str).map_or_else(|| index.to_string(), str::to_owned);
                differing(&format!("{place}/{named}"), one, other, differences);
            }
        }
        (Value::Array(one), Value::Array(other)) => {
            differences.push(format!(
                "{place}: the report has {} entries, the log gives {}",
                one.len(),
                other.len()
            ));
        }
        _ if told == here => {}
        _ => differences.push(format!(
            "{place}: the report says {}, the log gives {}",
            short(told),
            short(here)
        )),
    }
}

fn short(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().count() > 120 { text.chars().take(120).chain(['…']).collect() } else { text }
}
