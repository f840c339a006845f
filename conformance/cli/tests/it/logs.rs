//! The log of a run is small, and can be read as it is, unpacked, and up to where it breaks off.

use std::path::PathBuf;

use signer_conformance::report::LOG;

use crate::program::{Ended, folder, run, unpacked_log};

/// A report on lists, whose pages come again and again, and where it lies.
fn certified(name: &str) -> (PathBuf, String) {
    let out = folder(name);
    let shown = out.display().to_string();
    let ended = run(&["certify", "--quiet", "--suite", "filters", "pagination", "--out", &shown]);
    assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
    (out, shown)
}

fn judged(path: &std::path::Path) -> Ended {
    run(&["judge", &path.display().to_string()])
}

#[test]
fn a_log_is_verified_and_judged_alike_compressed_and_plain() {
    let (out, shown) = certified("logs-forms");
    let size = std::fs::metadata(out.join(LOG)).expect("there is a log").len();
    let packed = (run(&["verify", &shown]), judged(&out.join(LOG)));
    let plain = unpacked_log(&out);
    let text = std::fs::read_to_string(&plain).expect("it is text");
    assert!(text.len() as u64 > 10 * size, "{} bytes of text in {size}", text.len());
    assert!(text.contains("\"body_on_line\":"), "no body came twice");
    let unpacked = (run(&["verify", &shown]), judged(&plain));
    assert_eq!((packed.0.code, packed.1.code), (Some(0), Some(0)), "{}{}", packed.0.stdout, packed.1.stdout);
    assert_eq!((packed.0.stdout, packed.1.stdout), (unpacked.0.stdout, unpacked.1.stdout));
}

#[test]
fn a_log_that_breaks_off_is_judged_up_to_there_and_not_verified() {
    let (out, shown) = certified("logs-cut-off");
    let path = out.join(LOG);
    let bytes = std::fs::read(&path).expect("there is a log");
    std::fs::write(&path, &bytes[..bytes.len() * 2 / 3]).expect("it is ours");
    let ended = judged(&path);
    assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
    assert!(ended.stdout.contains("the file breaks off here"), "{}", ended.stdout);
    let verified = run(&["verify", &shown]);
    assert_eq!(verified.code, Some(1), "{}{}", verified.stdout, verified.stderr);
    assert!(verified.stdout.contains("it breaks off after line "), "{}", verified.stdout);
    std::fs::write(&path, [&bytes[..200], &[0; 100], &bytes[300..]].concat()).expect("it is ours");
    let ended = judged(&path);
    assert_eq!(ended.code, Some(2), "{}", ended.stdout);
    assert!(ended.stderr.contains("damaged") || ended.stderr.contains("line "), "{}", ended.stderr);
}

#[test]
fn the_same_log_beside_itself_is_no_part_of_the_report() {
    let (out, shown) = certified("logs-both");
    let bytes = std::fs::read(out.join(LOG)).expect("there is a log");
    let plain = unpacked_log(&out);
    std::fs::write(out.join(LOG), bytes).expect("it is ours");
    let verified = run(&["verify", &shown]);
    assert_eq!(verified.code, Some(1), "{}", verified.stdout);
    assert!(
        verified.stdout.contains("exchanges.ndjson: a file that the report does not have"),
        "{}",
        verified.stdout
    );
    std::fs::remove_file(plain).expect("it is ours");
    assert_eq!(run(&["verify", &shown]).code, Some(0));
}
