//! How long a file may be, and the list of those that are longer: it can only become shorter.
//!
//! `snapshots/sizes.txt` has a line for each exception. Lower or remove what the test names; nothing is ever
//! added or raised. How long a function may be is in `clippy.toml`, how wide a line in `.rustfmt.toml`.

use std::collections::BTreeMap;

use crate::tree::{files, root};

/// The most lines of a file.
const FILE_LINES: usize = 300;

/// Files that are longer, with their lines.
type Sizes = BTreeMap<String, usize>;

fn measured() -> Sizes {
    let sizes = files(".", ".rs").into_iter().map(|(path, text)| (path, text.lines().count()));
    sizes.filter(|(_, lines)| *lines > FILE_LINES).collect()
}

fn excepted() -> Sizes {
    let path = root().join("snapshots/sizes.txt");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let rows = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let rows = rows.map(|row| {
        let row = row.split_once(' ').and_then(|(path, lines)| Some((path.to_owned(), lines.parse().ok()?)));
        row.unwrap_or_else(|| panic!("a line of snapshots/sizes.txt is not `PATH LINES`"))
    });
    rows.collect()
}

#[test]
fn files_stay_short_and_the_exceptions_only_shrink() {
    let (measured, excepted) = (measured(), excepted());
    let mut complaints = Vec::new();
    for (path, lines) in &measured {
        match excepted.get(path) {
            Some(listed) if listed == lines => {}
            Some(listed) if listed > lines => {
                complaints.push(format!("{path}: lower it in snapshots/sizes.txt from {listed} to {lines}"));
            }
            listed => {
                let allowed = listed.unwrap_or(&FILE_LINES);
                complaints.push(format!(
                    "{path} has {lines} lines, where {allowed} are allowed. Cut it along a seam."
                ));
            }
        }
    }
    for path in excepted.keys().filter(|path| !measured.contains_key(*path)) {
        complaints.push(format!("{path}: remove it from snapshots/sizes.txt; it is short enough now"));
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}
