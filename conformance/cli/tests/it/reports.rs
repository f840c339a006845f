//! What the program leaves behind and prints when it has something to say.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::program::{folder, refused, run};

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error} in {text}"))
}

#[test]
fn a_smoke_run_leaves_every_file_and_can_be_verified() {
    let out = folder("reports-smoke");
    let shown = out.display().to_string();
    let ended = run(&["certify", "--quiet", "--suite", "smoke", "--format", "json", "--out", &shown]);
    assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
    assert_eq!(ended.stderr, "", "--quiet shows no progress");
    let report = json(&ended.stdout);
    assert_eq!(report["verdict"], "conforms");
    assert_eq!(report["target"]["endpoint"], "in-process");
    assert_eq!(ended.stdout, std::fs::read_to_string(out.join("report.json")).expect("report.json is there"));
    for name in ["report.html", "junit.xml", "summary.md", "exchanges.ndjson.gz"] {
        assert!(out.join(name).metadata().is_ok_and(|file| file.len() > 0), "no {name}");
    }
    let verified = run(&["verify", &shown]);
    assert_eq!(verified.code, Some(0), "{}{}", verified.stdout, verified.stderr);
}

/// How many transitions of the tour a report gives for each reason, and how many were reached, of how many.
fn tour(report: &Value) -> (BTreeMap<String, u64>, u64, u64) {
    let mut reasons = BTreeMap::new();
    for row in report["tour"]["unreached"].as_array().expect("a list") {
        *reasons.entry(row["why"].as_str().expect("a reason").to_owned()).or_default() += 1;
    }
    let count = |member: &str| report["coverage"]["tour"][member].as_u64().expect("a number");
    (reasons, count("reached"), count("total"))
}

#[test]
fn the_tour_reaches_all_that_the_reference_does_not_answer_otherwise() {
    for edition in ["current", "2019-05-22"] {
        let out = folder(&format!("reports-tour-{edition}"));
        let shown = out.display().to_string();
        let ended = run(&[
            "certify",
            "--quiet",
            "--edition",
            edition,
            "--suite",
            "tour",
            "--format",
            "json",
            "--out",
            &shown,
        ]);
        assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
        let report = json(&ended.stdout);
        let (reasons, reached, total) = tour(&report);
        let otherwise =
            ["open-point", "service-chose"].map(|why| reasons.get(why).copied().unwrap_or_default());
        assert_eq!(reached + otherwise.iter().sum::<u64>(), total, "{edition}: {reasons:?}");
        assert!(reached * 3 > total, "{edition}: {reached} of {total}");
        let verified = run(&["verify", &shown]);
        assert_eq!(verified.code, Some(0), "{}{}", verified.stdout, verified.stderr);
        println!("{edition}: {reached} / {total}, {reasons:?}");
    }
}

#[test]
fn every_transition_left_out_has_a_reason_and_the_tour_can_be_derived() {
    let out = folder("reports-tour-part");
    let shown = out.display().to_string();
    let tour_of = |only: &str, more: &[&str]| {
        let mut arguments = vec!["certify", "--quiet", "--case", only, "--format", "json", "--out", &shown];
        arguments.extend(more);
        tour(&json(&run(&arguments).stdout))
    };
    let (reasons, reached, total) = tour_of("tour/iot", &["--max-calls", "60"]);
    assert!(reached > 0, "{reasons:?}");
    assert_eq!(reached + reasons.values().sum::<u64>(), total, "each has one reason");
    assert!(reasons["not-run"] > total / 2, "{reasons:?}");
    let verified = run(&["verify", &shown]);
    assert_eq!(verified.code, Some(0), "{}{}", verified.stdout, verified.stderr);
    let path = out.join("report.json");
    let text = std::fs::read_to_string(&path).expect("report.json is there");
    let (_, more, _) = tour_of("tour/iot", &[]);
    assert!(more > reached, "the rest of the scope reaches more");
    std::fs::write(&path, text).expect("report.json is ours");
    let verified = run(&["verify", &shown]);
    assert_eq!(verified.code, Some(1), "{}", verified.stdout);
    assert!(verified.stdout.contains("differs: /cases/"), "{}", verified.stdout);
    let (reasons, _, _) = tour_of("tour/iot", &["--fault", "cancel-absent-500"]);
    assert!(reasons.contains_key("finding"), "{reasons:?}");
}

#[test]
fn a_fault_is_found_and_its_counterexample_shows_it_again() {
    let out = folder("reports-fault");
    let shown = out.display().to_string();
    let ended =
        run(&["certify", "--quiet", "--suite", "smoke", "--fault", "cancel-absent-500", "--out", &shown]);
    assert_eq!(ended.code, Some(1), "{}{}", ended.stdout, ended.stderr);
    assert!(ended.stdout.contains("CancelSigningProfile/absent at CancelSigningProfile"), "{}", ended.stdout);
    assert!(!ended.stdout.contains('\u{1b}'), "no colours where nobody sees them");
    let counterexample = out.join("counterexamples/F001.json").display().to_string();
    assert!(
        ended
            .stdout
            .contains(&format!("signer-conformance replay {counterexample} --fault cancel-absent-500\n"))
    );
    let again = run(&["replay", &counterexample, "--fault", "cancel-absent-500"]);
    assert_eq!(again.code, Some(1), "{}{}", again.stdout, again.stderr);
    assert!(
        again.stdout.ends_with(" is there\n") && again.stdout.contains("it departs: "),
        "{}",
        again.stdout
    );
    let mended = run(&["replay", &counterexample]);
    assert_eq!(mended.code, Some(0), "{}{}", mended.stdout, mended.stderr);
}

#[test]
fn what_is_saved_forgets_what_it_showed() {
    let regressions = folder("conformance").join("regressions");
    std::fs::create_dir_all(&regressions).expect("the folder can be made");
    let out = folder("reports-saved");
    let shown = out.display().to_string();
    let smoke = [
        "certify",
        "--quiet",
        "--no-shrink",
        "--suite",
        "smoke",
        "--basis",
        "observed",
        "--fault",
        "put-replaces",
    ];
    let ended = run(&[smoke.as_slice(), &["--out", &shown]].concat());
    assert_eq!(ended.code, Some(1), "{}{}", ended.stdout, ended.stderr);
    let counterexample = out.join("counterexamples/F001.json").display().to_string();
    let ended = run(&["replay", &counterexample, "--save", "kept"]);
    assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
    let kept = json(&std::fs::read_to_string(regressions.join("kept.json")).expect("it was saved"));
    assert_eq!(kept["program"]["name"], "regression/kept");
    assert_eq!(
        (&kept["requirement"], &kept["basis"]),
        (&"PutSigningProfile/name-taken".into(), &"observed".into())
    );
    refused(&["replay", &counterexample, "--save", "kept"], 2, &["--save", "kept.json is there already"]);
    #[cfg(unix)]
    {
        let behind = folder("reports-behind");
        std::os::unix::fs::symlink(&behind, regressions.join("linked.json")).expect("links can be made");
        refused(
            &["replay", &counterexample, "--save", "linked"],
            2,
            &["--save", "linked.json is there already"],
        );
        assert!(!behind.exists(), "it is written through a link");
    }
}

#[test]
fn what_readme_and_replay_lines_use_is_in_the_help() {
    for command in ["certify", "replay"] {
        let help = run(&[command, "--help"]).stdout;
        for option in ["--fault <ID>", "--freedom <ID=CHOICE>", "--freedom-seed <N>"] {
            assert!(help.contains(option), "no {option} in {help}");
        }
    }
}

#[test]
fn the_lists_are_printed_as_text_and_as_json() {
    let rules = json(&run(&["requirements", "--json"]).stdout);
    assert_eq!(rules.as_array().map(Vec::len), Some(signer_schemas::requirements().len()));
    let text = run(&["requirements", "--edition", "2019-05-22"]).stdout;
    assert!(
        text.contains("CancelSigningProfile/absent (documented)\n") && !text.contains("SignPayload/"),
        "{text}"
    );
    let faults = json(&run(&["faults", "--json"]).stdout);
    assert_eq!(faults.as_array().map(Vec::len), Some(signer_reference::FAULTS.len()));
    let text = run(&["faults"]).stdout;
    for expected in ["put-replaces", "TagResource/limit\n", "200 | 50", "drop-response"] {
        assert!(text.contains(expected), "no {expected} in {text}");
    }
}
