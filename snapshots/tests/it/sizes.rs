//! How long a file may be, how wide a line, and the list of those that are wider: it can only become shorter.
//!
//! `snapshots/widths.txt` has a line for each exception. Lower or remove what the test names; nothing is ever added
//! or raised. How long a function may be is in `clippy.toml`; `.rustfmt.toml` keeps lines as narrow as here where it
//! can break them, which it cannot in a string.

use std::collections::BTreeMap;

use crate::tree::{files, root};

/// The most lines of a file.
const FILE_LINES: usize = 300;
/// The most columns of a line.
const COLUMNS: usize = 110;

/// The list of files with wide lines.
const WIDTHS: &str = "snapshots/widths.txt";

/// Files with wide lines, and how many.
type Exceptions = BTreeMap<String, usize>;

fn excepted() -> Exceptions {
    let text =
        std::fs::read_to_string(root().join(WIDTHS)).unwrap_or_else(|error| panic!("{WIDTHS}: {error}"));
    let rows = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let rows = rows.map(|row| {
        let row = row.split_once(' ').and_then(|(path, count)| Some((path.to_owned(), count.parse().ok()?)));
        row.unwrap_or_else(|| panic!("a line of {WIDTHS} is not `PATH NUMBER`"))
    });
    rows.collect()
}

#[test]
fn files_stay_short() {
    let lengths = files(".", ".rs").into_iter().map(|(path, text)| (path, text.lines().count()));
    let long: Vec<String> = lengths
        .filter(|(_, lines)| *lines > FILE_LINES)
        .map(|(path, lines)| format!("{path} has {lines} lines, where {FILE_LINES} are allowed"))
        .collect();
    assert!(long.is_empty(), "{}. Cut them along a seam.", long.join("\n"));
}

#[test]
fn lines_stay_narrow_and_the_exceptions_only_shrink() {
    let wide = |text: &str| text.lines().filter(|line| line.chars().count() > COLUMNS).count();
    let counts = files(".", ".rs").into_iter().map(|(path, text)| (path, wide(&text)));
    let measured: Exceptions = counts.filter(|(_, count)| *count > 0).collect();
    let excepted = excepted();
    let mut complaints = Vec::new();
    for (path, count) in &measured {
        match excepted.get(path).unwrap_or(&0) {
            listed if listed == count => {}
            listed if listed > count => {
                complaints.push(format!("{path}: lower it in {WIDTHS} from {listed} to {count}"));
            }
            listed => complaints.push(format!(
                "{path} has {count} lines of more than {COLUMNS} columns, where {listed} are allowed. Break them."
            )),
        }
    }
    for path in excepted.keys().filter(|path| !measured.contains_key(*path)) {
        complaints.push(format!("{path}: remove it from {WIDTHS}; it keeps the limit now"));
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}
