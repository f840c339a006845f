//! The report as `JUnit` XML: a suite for each suite, a test case for each case.

use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};

use super::{CaseRow, Report};
use crate::Verdict;

/// The report as the file `junit.xml` has it.
pub fn junit(report: &Report) -> String {
    let mut out = quick_junit::Report::new(format!("signer-conformance {}", report.edition));
    out.set_time(std::time::Duration::from_secs_f64(report.elapsed_s.max(0.0)));
    let mut suites: Vec<TestSuite> = Vec::new();
    for row in &report.cases {
        let case = case(report, row);
        if let Some(suite) = suites.iter_mut().find(|suite| suite.name.as_str() == row.suite) {
            suite.add_test_case(case);
        } else {
            let mut suite = TestSuite::new(row.suite.as_str());
            suite.add_test_case(case);
            suites.push(suite);
        }
    }
    out.add_test_suites(suites);
    out.add_test_suite(whole(report));
    let mut text = out.to_string().expect("the document is built from text that the writer escapes");
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

fn case(report: &Report, row: &CaseRow) -> TestCase {
    let reason = row.reason.clone().unwrap_or_default();
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
                    format!("{} {} at {}{doubt}: {}", finding.id, finding.requirement, finding.places(), finding.summary)
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
            let words = if reason.is_empty() { row.verdict.id().to_owned() } else { format!("{}: {reason}", row.verdict.id()) };
            status.set_message(words);
            status
        }
    };
    let mut case = TestCase::new(row.id.as_str(), status);
    case.set_classname(format!("signer.{}", row.suite));
    case
}

/// What no single case shows: operations that are not there, ledger lines that match nothing, a run cut short.
fn whole(report: &Report) -> TestSuite {
    let mut suite = TestSuite::new("certification");
    let status = if report.because.is_empty() {
        TestCaseStatus::success()
    } else {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
        status.set_message(report.because.join("; ")).set_type(report.verdict.id());
        status
    };
    let mut case = TestCase::new("verdict", status);
    case.set_classname("signer.certification");
    suite.add_test_case(case);
    suite
}
