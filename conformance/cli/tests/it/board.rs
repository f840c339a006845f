//! `report` and `compare --site`: what a run found, for whoever mends it, and for whoever looks from outside.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::program::{folder, refused, run};

/// A run of a part of the plan against a reference with that fault.
fn certified(name: &str, fault: &[&str]) -> PathBuf {
    let out = folder(name);
    let shown = out.display().to_string();
    let arguments =
        ["certify", "--quiet", "--case", "smoke/", "--case", "tour/profiles/cancel", "--out", &shown];
    let ended = run(&[&arguments, fault].concat());
    assert_eq!(ended.code, Some(i32::from(!fault.is_empty())), "{}{}", ended.stdout, ended.stderr);
    out
}

fn faulty(name: &str) -> String {
    certified(name, &["--fault", "cancel-absent-500"]).display().to_string()
}

fn pages(site: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(site).expect("it is there");
    let mut names: Vec<String> = entries
        .map(|entry| entry.expect("a readable entry").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn a_finding_can_be_printed_alone_and_as_an_issue() {
    let out = faulty("board-report");
    let whole = run(&["report", "--in", &out]);
    assert!(whole.stdout.contains("Mend first: ") && whole.stdout.lines().count() <= 200, "{}", whole.stdout);
    let one = run(&["report", "f001", "--in", &out]);
    assert!(
        one.stdout.contains("F001 CancelSigningProfile/absent") && one.stdout.contains("     replay "),
        "{}",
        one.stdout
    );
    assert_eq!(run(&["report", "T1", "--in", &out]).stdout, one.stdout, "the theme has that finding alone");
    let issue = run(&["report", "F001", "--issue", "--product", "mine 1.2", "--in", &out]);
    assert!(
        issue.stdout.starts_with("# CancelSigningProfile: ") && issue.stdout.contains("\nmine 1.2\n"),
        "{}",
        issue.stdout
    );
    refused(&["report", "F999", "--in", &out], 2, &["F999", "there are findings F001 to F001"]);
    refused(
        &["report", "T1", "--issue", "--in", "/nonexistent"],
        2,
        &["--in: /nonexistent/report.json cannot be read"],
    );
}

#[test]
fn the_board_takes_only_reports_that_their_logs_give() {
    let out = faulty("board-tampered");
    let site = folder("board-site-tampered").display().to_string();
    let report = Path::new(&out).join("report.json");
    let honest = std::fs::read_to_string(&report).expect("it is there");
    let with = |member: &str, value: Value| {
        let mut told: Value = serde_json::from_str(&honest).expect("it is JSON");
        told[member] = value;
        std::fs::write(&report, told.to_string()).expect("it is ours");
    };
    with("failing", Value::from(0));
    refused(
        &["compare", "--site", &site, &out],
        2,
        &[&out, "is not what its log gives, so it is not taken", "/failing"],
    );
    with("suite_version", Value::from("0.0.1"));
    refused(
        &["compare", "--site", &site, &out],
        2,
        &["was made by version 0.0.1", "certify the target again"],
    );
    with("report_version", Value::from(7));
    refused(&["compare", "--site", &site, &out], 2, &["version 7"]);
    let empty = folder("board-empty");
    std::fs::create_dir_all(&empty).expect("it can be made");
    refused(
        &["compare", "--site", &site, &empty.display().to_string()],
        2,
        &["holds no report", "certify --out"],
    );
    refused(&["compare", &format!("={out}")], 2, &["write NAME=DIR"]);
    assert!(!Path::new(&site).exists(), "nothing is written of what is refused");
}

#[test]
fn the_board_replaces_an_earlier_one_and_nothing_else() {
    let (old, new) = (faulty("board-old"), certified("board-new", &[]).display().to_string());
    let site = folder("board-site");
    let shown = site.display().to_string();
    let board = run(&["compare", "--site", &shown, &format!("mine@1={old}"), &format!("mine@2={new}")]);
    assert_eq!(
        (board.code, pages(&site).as_slice()),
        (Some(0), PAGES.map(str::to_owned).as_slice()),
        "{}",
        board.stderr
    );
    assert!(board.stdout.starts_with("2 runs of 1 product in "), "{}", board.stdout);
    let first = board.stdout.lines().nth(1).unwrap_or_default();
    assert!(first.starts_with("mine 2: operations 19 of 19 there · requirements "), "{}", board.stdout);
    let index = std::fs::read_to_string(site.join("index.html")).expect("it is there");
    assert!(index.contains("mine 2") && !index.contains("mine 1<"), "the newest run stands for the product");
    let figures: Value =
        serde_json::from_str(&std::fs::read_to_string(site.join("board.json")).expect("it is there"))
            .expect("JSON");
    let findings: Vec<u64> = figures
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|row| row["counts"]["findings"].as_u64())
        .collect();
    assert_eq!(findings, [0, 1]);
    let again = run(&["compare", "--site", &shown, &format!("mine@2={new}")]);
    assert_eq!(
        (again.code, pages(&site)),
        (Some(0), ["board.json", "index.html", "mine-2.html"].map(str::to_owned).to_vec())
    );
    std::fs::write(site.join("notes.txt"), "theirs").expect("it can be written");
    refused(&["compare", "--site", &shown, &new], 2, &["--site: ", "notes.txt would be lost"]);
    assert_eq!(pages(&site).len(), 4, "nothing is removed");
}

const PAGES: [&str; 4] = ["board.json", "index.html", "mine-1.html", "mine-2.html"];
