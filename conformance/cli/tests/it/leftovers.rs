//! A run that comes to no verdict leaves none: what an earlier run has written is gone, and nothing else.

use std::path::{Path, PathBuf};

use crate::program::{folder, refused, run};

const OURS: [&str; 7] = [
    "report.json",
    "report.html",
    "junit.xml",
    "summary.md",
    "counterexamples/F001.json",
    "counterexamples/F012.aws.sh",
    "counterexamples/F1000.rs",
];
const THEIRS: [&str; 4] = ["notes.md", "ledger.toml", "counterexamples/F001.txt", "counterexamples/mine.json"];

/// A folder that looks as if there had been a run.
fn used(name: &str) -> PathBuf {
    let folder = folder(name);
    std::fs::create_dir_all(folder.join("counterexamples")).expect("it can be made");
    for file in OURS.iter().chain(&THEIRS) {
        std::fs::write(folder.join(file), "old").expect("it can be written");
    }
    folder
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
fn a_ledger_in_the_folder_of_the_report_is_lost() {
    let out = folder("leftovers-ledger");
    std::fs::create_dir_all(&out).expect("it can be made");
    let ledger = out.join("ledger.toml");
    std::fs::write(&ledger, "name = \"x\"\nedition = \"current\"\n").expect("it can be written");
    let (shown, path) = (out.display().to_string(), ledger.display().to_string());
    let ended = run(&["certify", "--quiet", "--case", "smoke/GetSigningPlatform", "--ledger", &path, "--out", &shown]);
    assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
    assert!(ledger.exists());
}
