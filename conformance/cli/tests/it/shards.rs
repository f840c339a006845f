//! The shards of a plan give what the whole gives, and reports side by side tell what differs.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::{Value, json};

use crate::program::{Ended, folder, refused, run};

/// Cases without jobs, whose time of ending is not the same in each run, with a fault that several of them
/// find.
const PART: [&str; 9] = [
    "certify",
    "--quiet",
    "--case",
    "tour/profiles",
    "smoke",
    "near-misses/TagResource",
    "--fault",
    "cancel-absent-500",
    "--out",
];

fn certified(out: &Path, more: &[&str]) -> Value {
    let shown = out.display().to_string();
    let mut arguments = PART.to_vec();
    arguments.push(&shown);
    arguments.extend(more);
    let ended = run(&arguments);
    // A shard without the case that finds the fault conforms.
    assert!(matches!(ended.code, Some(0 | 1)), "{}{}", ended.stdout, ended.stderr);
    report(out)
}

fn report(folder: &Path) -> Value {
    let text = std::fs::read_to_string(folder.join("report.json")).expect("report.json is there");
    serde_json::from_str(&text).expect("it is JSON")
}

fn shards(names: &str, of: usize) -> Vec<String> {
    let shard = |number: usize| {
        let out = folder(&format!("{names}-{number}"));
        let report = certified(&out, &["--shard", &format!("{number}/{of}")]);
        assert_eq!(report["selection"]["shard"], json!({ "number": number, "of": of }));
        out.display().to_string()
    };
    (1..=of).map(shard).collect()
}

fn merge(folders: &[&String], out: &Path) -> Ended {
    let shown = out.display().to_string();
    let mut arguments = vec!["merge"];
    arguments.extend(folders.iter().map(|folder| folder.as_str()));
    arguments.extend(["--out", &shown]);
    run(&arguments)
}

#[test]
fn the_plan_is_printed_as_it_is_run_and_its_shards_are_the_whole() {
    let names = |more: &[&str]| {
        let ended = run(&[&["plan", "--suite", "smoke", "tags"], more].concat());
        assert_eq!(ended.code, Some(0), "{}", ended.stderr);
        ended.stdout.lines().map(str::to_owned).collect::<BTreeSet<_>>()
    };
    let out = folder("shards-plan");
    let shown = out.display().to_string();
    let ended = run(&["certify", "--quiet", "--suite", "smoke", "tags", "--out", &shown]);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let report = report(&out);
    let cases = report["cases"].as_array().expect("a list").iter();
    let run_cases: BTreeSet<String> =
        cases.map(|case| case["id"].as_str().unwrap_or_default().to_owned()).collect();
    assert_eq!(names(&[]), run_cases);
    let (first, second) = (names(&["--shard", "1/2"]), names(&["--shard", "2/2"]));
    assert!(first.is_disjoint(&second) && !first.is_empty());
    assert_eq!(first.union(&second).cloned().collect::<BTreeSet<_>>(), run_cases);
    refused(&["plan", "--case", "no-such-case"], 2, &["--case", "no-such-case"]);
}

#[test]
fn three_shards_joined_tell_what_the_whole_run_tells() {
    let whole = certified(&folder("shards-whole"), &[]);
    let parts = shards("shards-part", 3);
    let out = folder("shards-merged");
    // The order in which they are named does not matter.
    let ended = merge(&[&parts[2], &parts[0], &parts[1]], &out);
    assert_eq!(ended.code, Some(1), "{}{}", ended.stdout, ended.stderr);
    let merged = report(&out);
    for member in ["verdict", "because", "operations", "tour", "open_points", "life_cycles"] {
        assert_eq!(merged[member], whole[member], "{member} differs");
    }
    for member in ["tour", "errors"] {
        assert_eq!(merged["coverage"][member], whole["coverage"][member], "the coverage of {member} differs");
    }
    // Some rules are put to the test only where an account has grown large, which that of a part may not.
    let requirements = |report: &Value, asked: &dyn Fn(&Value) -> bool| {
        let rows = report["requirements"].as_array().expect("a list").iter().filter(|row| asked(row));
        rows.map(|row| row["id"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    let failed = |row: &Value| row["verdict"] == "fail";
    assert_eq!(requirements(&merged, &failed), requirements(&whole, &failed));
    let exercised = |row: &Value| row["exercised"].as_u64() > Some(0);
    let (joined, all) = (requirements(&merged, &exercised), requirements(&whole, &exercised));
    let lost: Vec<&String> = all.iter().filter(|id| !joined.contains(id)).collect();
    assert!(lost.len() <= 6, "requirements that only the whole run exercises: {lost:?}");
    let cases = |report: &Value| {
        let row = |case: &Value| (case["id"].clone(), case["verdict"].clone(), case["findings"].clone());
        report["cases"].as_array().expect("a list").iter().map(row).collect::<Vec<_>>()
    };
    assert_eq!(cases(&merged), cases(&whole));
    let findings = |report: &Value| {
        let row = |row: &Value| {
            (row["id"].clone(), row["requirement"].clone(), row["called"].clone(), row["cases"].clone())
        };
        report["findings"].as_array().expect("a list").iter().map(row).collect::<Vec<_>>()
    };
    assert_eq!(findings(&merged), findings(&whole));
    assert_eq!(merged["selection"]["shard"], Value::Null);
    assert_eq!(
        (&merged["hashes"]["plan"], &merged["hashes"]["model"]),
        (&whole["hashes"]["plan"], &whole["hashes"]["model"])
    );
    for name in [
        "report.html",
        "junit.xml",
        "summary.md",
        "exchanges.ndjson.gz",
        "counterexamples/F001.json",
        "counterexamples/F001.sh",
    ] {
        assert!(out.join(name).metadata().is_ok_and(|file| file.len() > 0), "no {name}");
    }
    let shown = out.display().to_string();
    let verified = run(&["verify", &shown]);
    assert_eq!(verified.code, Some(0), "{}{}", verified.stdout, verified.stderr);

    let vain = folder("shards-vain").display().to_string();
    refused(&["merge", &parts[0], &parts[1], "--out", &vain], 2, &["of 3 shards one is not there: 3"]);
    refused(&["merge", &parts[0], &parts[1], &parts[0], "--out", &vain], 2, &["shard 1 is there twice: "]);
    refused(&["merge", &parts[0], &parts[1], &parts[2], "--out", &parts[1]], 2, &["would be written over"]);
    refused(&["merge", &shown, "--out", &vain], 2, &[" is no shard: it was made without --shard"]);
    let other = folder("shards-other-seed");
    certified(&other, &["--shard", "3/3", "--seed", "2"]);
    let other = other.display().to_string();
    refused(
        &["merge", &parts[0], &parts[1], &other, "--out", &vain],
        2,
        &["the seed differs: ", " has 1, ", " has 2"],
    );
}

#[test]
fn parts_cut_by_the_times_of_a_report_take_as_long_and_are_joined_into_the_whole() {
    let (first, parts) = (folder("times-whole"), ["times-part-1", "times-part-2"].map(folder));
    let whole = certified(&first, &[]);
    let times = first.display().to_string();
    let shown = parts.each_ref().map(|part| part.display().to_string());
    let reports = [(&parts[0], "1/2"), (&parts[1], "2/2")]
        .map(|(out, shard)| certified(out, &["--shard", shard, "--times", &times]));
    let cases = |report: &Value| {
        let rows = report["cases"].as_array().expect("a list").iter();
        rows.map(|case| case["id"].as_str().unwrap_or_default().to_owned()).collect::<BTreeSet<_>>()
    };
    let [one, two] = reports.each_ref().map(cases);
    assert!(one.is_disjoint(&two));
    assert_eq!(one.union(&two).cloned().collect::<BTreeSet<_>>(), cases(&whole));
    let took: BTreeMap<&str, f64> = whole["cases"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|case| (case["id"].as_str().unwrap_or_default(), case["elapsed_s"].as_f64().unwrap_or_default()))
        .map(|(case, seconds)| (case, seconds.max(0.001)))
        .collect();
    let [one, two] = [one, two].map(|cases| cases.iter().map(|case| took[case.as_str()]).sum::<f64>());
    let longest = took.values().copied().fold(0.0, f64::max);
    assert!(
        (one - two).abs() <= longest + 1e-9,
        "{one} s and {two} s, where the longest case takes {longest} s"
    );

    for part in &shown {
        let verified = run(&["verify", part]);
        assert_eq!(verified.code, Some(0), "{}{}", verified.stdout, verified.stderr);
    }
    let out = folder("times-merged");
    let ended = merge(&[&shown[0], &shown[1]], &out);
    assert_eq!(ended.code, Some(1), "{}{}", ended.stdout, ended.stderr);
    assert_eq!(cases(&report(&out)), cases(&whole));

    let in_turn = folder("times-in-turn");
    certified(&in_turn, &["--shard", "2/2"]);
    let (in_turn, vain) = (in_turn.display().to_string(), folder("times-vain").display().to_string());
    let why = "the hash of the times by which it was cut differs: ";
    refused(&["merge", &shown[0], &in_turn, "--out", &vain], 2, &[why, " has none"]);
    refused(&["plan", "--times", &times], 2, &["--shard"]);
    refused(
        &["plan", "--shard", "1/2", "--times", "/nonexistent"],
        2,
        &["--times", "/nonexistent/report.json"],
    );
}

#[test]
fn reports_side_by_side_show_what_differs_first_and_how_much_departs() {
    let (faulty, right) = (folder("compare-faulty"), folder("compare-right"));
    certified(&faulty, &[]);
    let (faulty, right) = (faulty.display().to_string(), right.display().to_string());
    let ended = run(&["certify", "--quiet", "--case", "tour/profiles", "smoke", "--out", &right]);
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    let compared = |format: &str| {
        let ended = run(&["compare", &faulty, &right, "--format", format]);
        assert_eq!(ended.code, Some(0), "{}", ended.stderr);
        ended.stdout
    };
    let text = compared("text");
    assert!(text.contains("CancelSigningProfile\n  1       fail\n  2       pass\n"), "{text}");
    assert!(text.contains("CancelSigningProfile/absent\n  1       fail\n  2       pass\n"), "{text}");
    assert!(
        text.find("CancelSigningProfile\n") < text.find("pass: AddProfilePermission"),
        "what differs comes first\n{text}"
    );
    assert!(
        text.contains("1  embedded (") || text.contains(" of those broken · 1 finding in 1 theme"),
        "{text}"
    );
    let matrix: Value = serde_json::from_str(&compared("json")).expect("it is JSON");
    assert_eq!(matrix["targets"].as_array().map(Vec::len), Some(2));
    assert_eq!(matrix["operations"].as_array().map(Vec::len), Some(19));
    assert!(compared("markdown").contains("| CancelSigningProfile | fail | pass |\n"));
    let page = compared("html");
    assert!(
        page.starts_with("<!DOCTYPE html>")
            && page.contains("CancelSigningProfile/absent")
            && !page.contains("<script")
    );
    let named = run(&["compare", &format!("one={faulty}"), &format!("two@1.0={right}")]);
    assert!(
        named.stdout.starts_with("1  one · ") && named.stdout.contains("\n2  two@1.0 · "),
        "{}",
        named.stdout
    );
    refused(&["compare", "/nonexistent"], 2, &["/nonexistent/report.json cannot be read"]);
}
