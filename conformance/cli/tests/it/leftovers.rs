//! A run that comes to no verdict leaves none: what an earlier run has written is gone, and nothing else.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::program::{Ended, folder, refused, run};

const OURS: [&str; 8] = [
    "report.json",
    "ledger-lines.toml",
    "report.html",
    "junit.xml",
    "summary.md",
    "counterexamples/F001.json",
    "counterexamples/F012.aws.sh",
    "counterexamples/F1000.rs",
];
const THEIRS: [&str; 4] =
    ["notes.md", "ledger.toml", "counterexamples/F001.txt", "counterexamples/mine.json"];

/// A folder that looks as if there had been a run.
fn used(name: &str) -> PathBuf {
    let folder = folder(name);
    std::fs::create_dir_all(folder.join("counterexamples")).expect("it can be made");
    for file in OURS.iter().chain(&THEIRS) {
        std::fs::write(folder.join(file), "old").expect("it can be written");
    }
    std::fs::write(folder.join("report.json"), REPORT).expect("it can be written");
    folder
}

/// What tells a report of ours, which had a ledger.
const REPORT: &str = r#"{"report_version":1,"suite_version":"0.1.0","ledger":{"name":"x"}}"#;

/// A case that takes a moment.
fn certify(out: &Path) -> Ended {
    run(&["certify", "--quiet", "--case", "smoke/GetSigningPlatform", "--out", &out.display().to_string()])
}

/// What lies in a folder, and what each file holds.
fn held(folder: &Path) -> BTreeMap<PathBuf, Option<String>> {
    let mut held = BTreeMap::new();
    for entry in std::fs::read_dir(folder).expect("it is there").flatten() {
        held.insert(entry.path(), std::fs::read_to_string(entry.path()).ok());
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            held.extend(self::held(&entry.path()));
        }
    }
    held
}

/// It is refused with a word on that file, and nothing changes.
#[track_caller]
fn left_alone(out: &Path, file: &str) {
    let before = held(out);
    for arguments in
        [&["certify", "--quiet", "--case", "smoke/GetSigningPlatform"][..], &["merge", "no/such/part"]]
    {
        let shown = out.display().to_string();
        let path = out.join(file).display().to_string();
        refused(&[arguments, &["--out", &shown]].concat(), 2, &[&path, "name another folder"]);
        assert_eq!(held(out), before, "{file}");
    }
}

#[test]
fn files_that_no_run_made_are_left_alone() {
    let logs = ["exchanges.ndjson.gz", "exchanges.ndjson"];
    let others = [
        "report.json",
        "ledger-lines.toml",
        "report.html",
        "junit.xml",
        "summary.md",
        "counterexamples/F001.sh",
    ]
    .into_iter();
    for file in others.chain(logs) {
        let out = folder("leftovers-theirs");
        std::fs::create_dir_all(out.join("counterexamples")).expect("it can be made");
        std::fs::write(out.join(file), "theirs").expect("it can be written");
        left_alone(&out, file);
    }
    // A report of another program is left alone.
    let out = folder("leftovers-theirs");
    std::fs::create_dir_all(&out).expect("it can be made");
    std::fs::write(out.join("report.json"), r#"{"tests":1}"#).expect("it can be written");
    std::fs::write(out.join("exchanges.ndjson.gz"), "").expect("it can be written");
    left_alone(&out, "report.json");
}

#[test]
fn what_an_interrupted_run_left_is_removed() {
    let text = "{\"run\":{\"context\":{}}}\n{\"case\":";
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text.as_bytes()).and_then(|()| encoder.flush()).expect("memory takes it");
    // A run that was stopped has not written the end of what gzip has compressed.
    let cut_off = encoder.get_ref().clone();
    for (name, log) in [
        ("exchanges.ndjson.gz", cut_off.as_slice()),
        ("exchanges.ndjson.gz", b""),
        ("exchanges.ndjson", text.as_bytes()),
    ] {
        let out = folder("leftovers-interrupted");
        std::fs::create_dir_all(&out).expect("it can be made");
        std::fs::write(out.join(name), log).expect("it can be written");
        if !log.is_empty() {
            std::fs::write(out.join("junit.xml"), "old").expect("it can be written");
        }
        std::fs::write(out.join("notes.md"), "theirs").expect("it can be written");
        let ended = certify(&out);
        assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
        assert_eq!(std::fs::read_to_string(out.join("notes.md")).ok().as_deref(), Some("theirs"));
        assert_eq!(certify(&out).code, Some(0), "and so is what a whole run left");
    }
}

#[test]
#[cfg(unix)]
fn nothing_is_removed_or_written_behind_a_link() {
    use std::os::unix::fs::symlink;
    let elsewhere = folder("leftovers-elsewhere");
    std::fs::create_dir_all(&elsewhere).expect("it can be made");
    for file in ["F001.json", "target"] {
        std::fs::write(elsewhere.join(file), "theirs").expect("it can be written");
    }
    let before = held(&elsewhere);
    let links = [
        "counterexamples",
        "ledger-lines.toml",
        "report.json",
        "report.html",
        "junit.xml",
        "summary.md",
        "exchanges.ndjson.gz",
    ];
    for (link, behind) in
        links.iter().map(|link| (*link, "target")).chain([("counterexamples", "."), ("junit.xml", "absent")])
    {
        let out = used("leftovers-links");
        let path = out.join(link);
        let _ = std::fs::remove_file(&path).or_else(|_| std::fs::remove_dir_all(&path));
        symlink(elsewhere.join(behind), &path).expect("links can be made");
        left_alone(&out, link);
    }
    let out = used("leftovers-links");
    std::fs::remove_file(out.join("counterexamples/F001.json")).expect("it is ours");
    symlink(elsewhere.join("F001.json"), out.join("counterexamples/F001.json")).expect("links can be made");
    left_alone(&out, "counterexamples/F001.json");
    assert_eq!(held(&elsewhere), before);
    // A folder that is named by a link is the one that is meant.
    let link = folder("leftovers-link-to-folder");
    let _ = std::fs::remove_file(&link);
    symlink(&elsewhere, &link).expect("links can be made");
    assert_eq!(certify(&link).code, Some(0));
    std::fs::remove_file(&link).expect("it is ours");
}

#[test]
fn a_ledger_that_is_not_the_reports_is_not_written_over() {
    let out = folder("leftovers-ledgers");
    std::fs::create_dir_all(&out).expect("it can be made");
    let given = folder("leftovers-given.toml");
    let _ = std::fs::remove_file(&given);
    std::fs::write(&given, "name = \"x\"\nedition = \"current\"\n").expect("it can be written");
    std::fs::write(out.join("ledger.toml"), "theirs").expect("it can be written");
    let (shown, path) = (out.display().to_string(), given.display().to_string());
    let arguments =
        ["certify", "--quiet", "--case", "smoke/GetSigningPlatform", "--ledger", &path, "--out", &shown];
    refused(&arguments, 2, &["ledger.toml", "name another folder"]);
    assert_eq!(std::fs::read_to_string(out.join("ledger.toml")).ok().as_deref(), Some("theirs"));
    std::fs::remove_file(out.join("ledger.toml")).expect("it is ours");
    assert_eq!(run(&arguments).code, Some(0));
    std::fs::write(&given, "name = \"y\"\nedition = \"current\"\n").expect("it can be written");
    assert_eq!(run(&arguments).code, Some(0), "the report's own copy is renewed");
    assert!(std::fs::read_to_string(out.join("ledger.toml")).is_ok_and(|text| text.contains("\"y\"")));
    let verified = run(&["verify", &shown]);
    assert_eq!(verified.code, Some(0), "{}{}", verified.stdout, verified.stderr);
}

#[track_caller]
fn cleared(folder: &Path) {
    for file in OURS {
        assert!(!folder.join(file).exists(), "{file} is still there");
    }
    for file in THEIRS {
        assert_eq!(std::fs::read_to_string(folder.join(file)).ok().as_deref(), Some("old"), "{file}");
    }
}

#[test]
fn a_failed_run_leaves_the_verdict_of_an_earlier_one() {
    for (arguments, code) in [
        (&["--endpoint", "http://127.0.0.1:1"][..], 3),
        (&["--case", "nonsense"], 2),
        (&["--ledger", "no/such/file.toml"], 2),
        (&["--endpoint", "https://signer.us-east-1.amazonaws.com"], 2),
    ] {
        let out = used("leftovers");
        let shown = out.display().to_string();
        refused(&[&["certify", "--quiet", "--out", &shown], arguments].concat(), code, &[]);
        cleared(&out);
    }
}

#[test]
fn a_failed_merge_leaves_the_verdict_of_an_earlier_one() {
    let out = used("leftovers-whole");
    refused(&["merge", "no/such/part", "--out", &out.display().to_string()], 2, &["no/such/part"]);
    cleared(&out);
    let part = used("leftovers-part");
    let shown = part.display().to_string();
    refused(&["merge", &shown, "--out", &shown], 2, &["would be written over"]);
    assert!(part.join("report.json").exists(), "the part itself is gone");
}

#[test]
fn a_ledger_in_the_folder_of_the_report_is_kept() {
    let out = folder("leftovers-ledger");
    std::fs::create_dir_all(&out).expect("it can be made");
    let ledger = out.join("ledger.toml");
    std::fs::write(&ledger, "name = \"x\"\nedition = \"current\"\n").expect("it can be written");
    let (shown, path) = (out.display().to_string(), ledger.display().to_string());
    let ended = run(&[
        "certify",
        "--quiet",
        "--case",
        "smoke/GetSigningPlatform",
        "--ledger",
        &path,
        "--out",
        &shown,
    ]);
    assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
    assert!(ledger.exists());
}
