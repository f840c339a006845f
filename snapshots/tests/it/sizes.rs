//! How long a file and a line may be, and the list of those that are longer: it can only become shorter.
//!
//! `snapshots/sizes.txt` has a line for each exception. Lower or remove what the test names; nothing is ever
//! added or raised. How long a function may be is in `clippy.toml`.

use std::collections::BTreeMap;

use crate::tree::{files, root};

/// The most lines of a file.
const FILE_LINES: usize = 300;

/// The most columns of a line.
const LINE_COLUMNS: usize = 110;

/// A rule that a file may break, with how far: its lines, or how many of its lines are too wide.
type Sizes = BTreeMap<(String, String), usize>;

fn measured() -> Sizes {
    let mut sizes = Sizes::new();
    for (path, text) in files(".", ".rs") {
        let lines = text.lines().count();
        if lines > FILE_LINES {
            sizes.insert(("lines".to_owned(), path.clone()), lines);
        }
        let wide = text.lines().filter(|line| line.chars().count() > LINE_COLUMNS).count();
        if wide > 0 {
            sizes.insert(("wide".to_owned(), path), wide);
        }
    }
    sizes
}

fn excepted() -> Sizes {
    let path = root().join("snapshots/sizes.txt");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let rows = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let rows = rows.map(|row| {
        let mut words = row.split_whitespace();
        match (words.next(), words.next(), words.next().and_then(|count| count.parse().ok()), words.next()) {
            (Some(rule @ ("lines" | "wide")), Some(path), Some(count), None) => ((rule.to_owned(), path.to_owned()), count),
            _ => panic!("snapshots/sizes.txt: `{row}` is not `lines|wide PATH COUNT`"),
        }
    });
    rows.collect()
}

#[test]
fn files_and_lines_stay_short_and_the_exceptions_only_shrink() {
    let (measured, excepted) = (measured(), excepted());
    let mut complaints = Vec::new();
    for (key @ (rule, path), count) in &measured {
        match (rule.as_str(), excepted.get(key)) {
            (_, Some(listed)) if listed == count => {}
            (_, Some(listed)) if listed > count => {
                complaints.push(format!("{path}: lower `{rule}` in snapshots/sizes.txt from {listed} to {count}"));
            }
            ("lines", _) => {
                complaints.push(format!("{path} has {count} lines, where {FILE_LINES} are allowed. Cut it along a seam."));
            }
            (_, listed) => complaints.push(format!(
                "{path} has {count} lines of more than {LINE_COLUMNS} columns, where {} are allowed. Break them.",
                listed.unwrap_or(&0)
            )),
        }
    }
    for (rule, path) in excepted.keys().filter(|key| !measured.contains_key(*key)) {
        complaints.push(format!("{path}: remove `{rule}` from snapshots/sizes.txt; it keeps the rule now"));
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}
