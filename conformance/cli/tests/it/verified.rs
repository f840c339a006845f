//! Nothing in a report can be changed, nor in its log, without `verify` telling so.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use signer_conformance::report::file_hash;
use signer_conformance::verify;

use crate::program::{folder, run, unpacked_log};

/// A report with findings, and where it lies.
fn certified(name: &str) -> PathBuf {
    let out = folder(name);
    // What an earlier run of the test planted there.
    let _ = std::fs::remove_dir_all(&out);
    let shown = out.display().to_string();
    let suites = ["--suite", "smoke", "tags", "wire"];
    let ended =
        run(&[&["certify", "--quiet", "--fault", "cancel-absent-500", "--out", &shown], suites.as_slice()]
            .concat());
    assert_eq!(ended.code, Some(1), "{}{}", ended.stdout, ended.stderr);
    out
}

/// What `verify` finds to differ, a line each. In this process, as the plans and tours are then made once.
fn differences(out: &Path) -> Vec<String> {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    match runtime.block_on(verify(out)) {
        Ok(verification) => verification.differences,
        Err(error) => vec![error.to_string()],
    }
}

#[track_caller]
fn exits(out: &Path, code: i32) {
    let verified = run(&["verify", &out.display().to_string()]);
    assert_eq!(verified.code, Some(code), "{}{}", verified.stdout, verified.stderr);
}

type Change = (&'static str, fn(&mut Value));

/// What may be tampered with, and the member that reveals it.
const CHANGES: &[Change] = &[
    ("/verdict", |report| {
        report["verdict"] = json!("conforms");
        report["because"] = json!([]);
        report["findings"] = json!([]);
    }),
    ("/operations/CancelSigningProfile/verdict", |report| {
        report["operations"]["CancelSigningProfile"]["verdict"] = json!("pass");
    }),
    ("/cases/", |report| {
        let failed =
            report["cases"].as_array_mut().expect("a list").iter_mut().find(|case| case["verdict"] == "fail");
        failed.expect("a case fails")["verdict"] = json!("pass");
    }),
    ("/requirements/", |report| report["requirements"][0]["exercised"] = json!(77)),
    ("/findings/F001/observed", |report| report["findings"][0]["observed"] = json!("nothing to speak of")),
    ("/findings/F001/reproduced", |report| report["findings"][0]["reproduced"] = json!("1/3")),
    ("/open_points", |report| drop(report["open_points"].as_array_mut().expect("a list").pop())),
    ("/coverage/errors/reached", |report| report["coverage"]["errors"]["reached"] = json!(87)),
    ("/target/capabilities/auth", |report| report["target"]["capabilities"]["auth"] = json!(false)),
    ("/distribution/calls/TagResource", |report| report["distribution"]["calls"]["TagResource"] = json!(1)),
    ("/seed", |report| report["seed"] = json!(2)),
    ("/cut", |report| report["cut"] = json!("budget")),
    ("/hashes/model", |report| report["hashes"]["model"] = json!("0".repeat(64))),
    ("/hashes/log", |report| report["hashes"]["log"] = Value::Null),
    ("/exchanges", |report| report["exchanges"] = json!(1)),
    ("/elapsed_s", |report| report["elapsed_s"] = json!(0.1)),
    ("/cases/", |report| report["cases"][0]["elapsed_s"] = json!(77.0)),
    ("/cases/", |report| report["cases"][0]["began"] = json!("2020-01-01T00:00:00Z")),
];

#[test]
fn a_report_that_was_touched_up_is_not_verified() {
    let out = certified("verified-report");
    exits(&out, 0);
    let path = out.join("report.json");
    let text = std::fs::read_to_string(&path).expect("report.json is there");
    for (member, change) in CHANGES {
        let mut report: Value = serde_json::from_str(&text).expect("it is JSON");
        change(&mut report);
        std::fs::write(&path, report.to_string()).expect("it is ours");
        let told = differences(&out);
        // Another seed shows in what the plan gives.
        assert!(
            told.iter().any(|line| line.starts_with(member) || *member == "/seed"),
            "{member}: {told:#?}"
        );
    }
    exits(&out, 1);
    std::fs::write(&path, &text).expect("it is ours");
    for file in [
        "junit.xml",
        "summary.md",
        "ledger-lines.toml",
        "report.html",
        "counterexamples/F001.json",
        "counterexamples/F001.sh",
    ] {
        let path = out.join(file);
        let before = std::fs::read_to_string(&path).expect("it is there");
        std::fs::write(&path, before.replace("CancelSigningProfile", "DescribeSigningJob"))
            .expect("it is ours");
        assert!(differences(&out).iter().any(|line| line.starts_with(file)), "{file} was changed");
        std::fs::write(&path, before).expect("it is ours");
    }
    assert_eq!(differences(&out), Vec::<String>::new());
}

#[test]
fn a_file_that_was_added_is_named() {
    let out = certified("verified-added");
    exits(&out, 0);
    std::fs::create_dir_all(out.join("counterexamples/more")).expect("it can be made");
    std::fs::create_dir_all(out.join("assets")).expect("it can be made");
    let mut planted = vec![
        "counterexamples/F903.sh",
        "counterexamples/F001.txt",
        "report2.html",
        ".hidden",
        "counterexamples/more",
        "assets",
    ];
    for file in &planted[..4] {
        std::fs::write(out.join(file), "planted").expect("it can be written");
    }
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("report.json", out.join("counterexamples/F904.json"))
            .expect("links can be made");
        std::fs::rename(out.join("summary.md"), out.join("moved.md")).expect("it is ours");
        std::os::unix::fs::symlink("moved.md", out.join("summary.md")).expect("links can be made");
        planted.extend(["counterexamples/F904.json", "moved.md", "summary.md"]);
    }
    let told = differences(&out);
    for file in &planted {
        assert!(
            told.iter().any(|line| line.starts_with(&format!("{file}: "))),
            "{file} is not named: {told:#?}"
        );
    }
    assert_eq!(told.len(), planted.len(), "{told:#?}");
    exits(&out, 1);
    // What differs otherwise does not keep them from being named.
    let path = out.join("report.json");
    let text = std::fs::read_to_string(&path).expect("report.json is there");
    std::fs::write(&path, text.replacen("\"verdict\": \"nonconforming\"", "\"verdict\": \"conforms\"", 1))
        .expect("it is ours");
    let told = differences(&out);
    assert!(
        told.iter().any(|line| line.starts_with("/verdict"))
            && told.iter().any(|line| line.starts_with("report2.html: ")),
        "{told:#?}"
    );
}

#[test]
fn line_ends_that_git_changed_are_told_from_a_change() {
    let out = certified("verified-crlf");
    let log = unpacked_log(&out);
    let text = std::fs::read_to_string(&log).expect("the log is there");
    std::fs::write(&log, text.replace('\n', "\r\n")).expect("it is ours");
    let told = differences(&out);
    assert!(
        told.iter().any(|line| line.starts_with("exchanges.ndjson: only its line ends differ")),
        "{told:#?}"
    );
    std::fs::write(&log, text.replace('\n', "\r\n").replacen("smoke", "spoke", 1)).expect("it is ours");
    assert!(!differences(&out).iter().any(|line| line.contains("line ends")), "there is more to it");
    std::fs::write(&log, text).expect("it is ours");
    let summary = out.join("summary.md");
    let text = std::fs::read_to_string(&summary).expect("it is there");
    std::fs::write(&summary, text.replace('\n', "\r\n")).expect("it is ours");
    let told = differences(&out);
    assert!(
        matches!(told.as_slice(), [line] if line.starts_with("summary.md: only its line ends differ")),
        "{told:#?}"
    );
}

#[test]
fn a_log_that_was_touched_up_is_not_verified() {
    let out = certified("verified-log");
    let (log, report) = (unpacked_log(&out), out.join("report.json"));
    let text = std::fs::read_to_string(&log).expect("the log is there");
    let lines: Vec<&str> = text.lines().collect();
    let crash = lines.iter().position(|line| line.contains("\"status\":500")).expect("something crashed");
    let begins = |kind: &str| {
        lines.iter().position(|line| line.starts_with(&format!("{{\"{kind}\""))).expect("a line of that kind")
    };
    let with = |at: usize, line: String| {
        let mut lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        lines[at] = line;
        lines
    };
    let without = |at: usize| {
        lines.iter().enumerate().filter(move |(index, _)| *index != at).map(|(_, line)| (*line).to_owned())
    };
    let case = lines.iter().position(|line| line.contains("\"name\":\"smoke")).expect("a case of that suite");
    for (what, changed) in [
        ("a crash is a refusal", with(crash, lines[crash].replace("\"status\":500", "\"status\":404"))),
        ("an answer is missing", without(crash).collect()),
        ("a case is missing", without(case).collect()),
        ("a case has another name", with(case, lines[case].replace("\"name\":\"smoke", "\"name\":\"spoke"))),
        ("the end is missing", without(begins("end")).collect()),
        ("a line breaks off", with(crash, lines[crash][..40].to_owned())),
        (
            "an exchange comes twice",
            lines[..=crash].iter().chain(&lines[crash..]).map(|line| (*line).to_owned()).collect(),
        ),
    ] {
        std::fs::write(&log, changed.join("\n") + "\n").expect("it is ours");
        // Changing the log changes its hash, too.
        let told = std::fs::read_to_string(&report).expect("report.json is there");
        let mut renewed: Value = serde_json::from_str(&told).expect("it is JSON");
        renewed["hashes"]["log"] = json!(file_hash(&log).expect("it can be read"));
        std::fs::write(&report, serde_json::to_string_pretty(&renewed).expect("it is JSON") + "\n")
            .expect("it is ours");
        assert!(!differences(&out).is_empty(), "{what}");
        if what == "a line breaks off" {
            exits(&out, 1);
        }
    }
}
