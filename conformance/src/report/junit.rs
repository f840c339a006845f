//! The report as `JUnit` XML: a suite for each suite, a test case for each case.

use std::time::Duration;

use chrono::{DateTime, FixedOffset};
use jiff::Timestamp;
use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};

use crate::data::finding::Verdict;
use crate::data::visible::logged;
use crate::report::{CaseRow, Report};

/// The report as the file `junit.xml` has it. A suite begins with the first of its cases, and takes as long
/// as all of them.
pub fn junit(report: &Report) -> String {
    let mut out = quick_junit::Report::new(logged(&format!("signer-conformance {}", report.edition)));
    let earliest = report.cases.iter().filter_map(|row| row.began).min().and_then(timestamp);
    out.set_time(duration(report.elapsed_s));
    out.timestamp = earliest;
    let mut suites: Vec<TestSuite> = Vec::new();
    for row in &report.cases {
        let index = suites.iter().position(|suite| suite.name.as_str() == row.suite).unwrap_or_else(|| {
            suites.push(TestSuite::new(row.suite.as_str()));
            suites.len() - 1
        });
        let suite = &mut suites[index];
        let began = row.began.and_then(timestamp);
        suite.timestamp = suite.timestamp.into_iter().chain(began).min();
        let took = duration(row.elapsed_s.unwrap_or_default());
        suite.time = Some(suite.time.unwrap_or_default() + took);
        let mut case = case(report, row);
        case.set_time(took);
        suite.add_test_case(case);
    }
    out.add_test_suites(suites);
    out.add_test_suite(whole(report));
    for suite in &mut out.test_suites {
        suite.timestamp = suite.timestamp.or(earliest);
    }
    let mut text = out.to_string().expect("the document is built from text that the writer escapes");
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

/// Seconds that a report tells; what is none, or more than can be, is no time.
fn duration(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds).unwrap_or_default()
}

fn timestamp(at: Timestamp) -> Option<DateTime<FixedOffset>> {
    DateTime::from_timestamp_millis(at.as_millisecond()).map(|at| at.fixed_offset())
}

fn case(report: &Report, row: &CaseRow) -> TestCase {
    let reason = logged(row.reason.as_deref().unwrap_or_default());
    let status = match row.verdict {
        Verdict::Pass => TestCaseStatus::success(),
        Verdict::Fail => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            let lines: Vec<String> = report
                .findings
                .iter()
                .filter(|finding| finding.is_new() && row.findings.contains(&finding.id))
                .map(|finding| {
                    let doubt = finding.doubt().map(|words| format!(" ({words})")).unwrap_or_default();
                    let place = format!("{} {} at {}", finding.id, finding.requirement, finding.places());
                    logged(&format!("{place}{doubt}: {}", finding.summary))
                })
                .collect();
            status.set_message(lines.first().cloned().unwrap_or(reason)).set_type("nonconforming");
            status.set_description(lines.join("\n"));
            status
        }
        Verdict::Error | Verdict::Inconclusive => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
            status.set_message(reason).set_type(row.verdict.id());
            status
        }
        Verdict::Deviates | Verdict::Unimplemented | Verdict::Skipped => {
            let mut status = TestCaseStatus::skipped();
            let words = if reason.is_empty() {
                row.verdict.id().to_owned()
            } else {
                format!("{}: {reason}", row.verdict.id())
            };
            status.set_message(words);
            status
        }
    };
    let mut case = TestCase::new(row.id.as_str(), status);
    case.set_classname(format!("signer.{}", row.suite));
    case
}

/// What no single case shows: operations that are not there, ledger lines that match nothing, a run cut
/// short.
fn whole(report: &Report) -> TestSuite {
    let mut suite = TestSuite::new("certification");
    let status = if report.because.is_empty() {
        TestCaseStatus::success()
    } else {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
        status.set_message(logged(&report.because.join("; "))).set_type(report.verdict.id());
        status
    };
    let mut case = TestCase::new("verdict", status);
    if let Some(words) = report.extent() {
        case.set_system_out(format!("{}, {words}", report.verdict));
    }
    case.set_time(Duration::ZERO);
    suite.set_time(Duration::ZERO);
    case.set_classname("signer.certification");
    suite.add_test_case(case);
    suite
}
