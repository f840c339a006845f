//! Several cases at once tell the same as one after the other, in the same order.

use serde_json::Value;

use crate::program::{Ended, folder, run, unpacked_log};

/// Cases that write, cases that list the account in pages, and cases that wait for jobs.
const CASES: &[&str] = &["smoke/", "tour/iot", "sequences/jobs-00"];

fn certified(jobs: &str, more: &[&str]) -> (Ended, Value, String) {
    let out = folder(&format!("jobs-{jobs}-{}", more.join("")));
    let shown = out.display().to_string();
    let mut arguments =
        vec!["certify", "--quiet", "--jobs", jobs, "--format", "json", "--out", &shown, "--case"];
    arguments.extend(CASES);
    arguments.extend(more);
    let ended = run(&arguments);
    let report =
        serde_json::from_str(&ended.stdout).unwrap_or_else(|error| panic!("{error}: {}", ended.stderr));
    (ended, report, shown)
}

fn verdicts(report: &Value) -> Vec<(&Value, &Value)> {
    report["cases"].as_array().expect("a list").iter().map(|case| (&case["id"], &case["verdict"])).collect()
}

/// The tags of the cases, as the log has them.
fn tags(folder: &str) -> Vec<String> {
    let log = std::fs::read_to_string(unpacked_log(folder.as_ref())).expect("there is a log");
    let lines = log.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    lines.filter_map(|line| Some(line.get("case")?["tag"].as_str()?.to_owned())).collect()
}

#[test]
fn four_jobs_judge_as_one_does_and_in_the_same_order() {
    let (_, alone, alone_in) = certified("1", &[]);
    let (ended, together, together_in) = certified("4", &[]);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(verdicts(&alone).len() > 30, "enough to run side by side: {}", verdicts(&alone).len());
    assert_eq!(verdicts(&alone), verdicts(&together));
    assert_eq!(tags(&alone_in), tags(&together_in));
    let verified = run(&["verify", &together_in]);
    assert_eq!(verified.code, Some(0), "{}{}", verified.stdout, verified.stderr);
}

#[test]
fn four_jobs_find_what_one_finds() {
    let fault = ["--no-shrink", "--fault", "token-never-ends"];
    let (_, alone, _) = certified("1", &fault);
    let (ended, together, together_in) = certified("4", &fault);
    assert_eq!(ended.code, Some(1), "{}", ended.stderr);
    assert_eq!(verdicts(&alone), verdicts(&together));
    let found = |report: &Value| {
        report["findings"]
            .as_array()
            .map(|rows| rows.iter().map(|row| row["requirement"].clone()).collect::<Vec<_>>())
    };
    assert_eq!(found(&alone), found(&together));
    let verified = run(&["verify", &together_in]);
    assert_eq!(verified.code, Some(0), "{}{}", verified.stdout, verified.stderr);
}

#[test]
fn several_jobs_end_when_the_calls_are_used_up() {
    let (ended, report, _) = certified("4", &["--max-calls", "60"]);
    assert_eq!(ended.code, Some(3), "{}", ended.stderr);
    assert_eq!(report["cut"], "max-calls");
    let exchanges = report["exchanges"].as_u64().expect("a number");
    assert!(exchanges < 60 + 4 * 150, "what was in flight is ended, nothing more is begun: {exchanges}");
    assert!(verdicts(&report).iter().any(|(_, verdict)| *verdict == "skipped"));
}
