//! How long a file may be, how wide a line, and the lists of those that go beyond: they can only become shorter.
//!
//! `snapshots/sizes.txt` and `snapshots/widths.txt` have a line for each exception. Lower or remove what the test
//! names; nothing is ever added or raised. How long a function may be is in `clippy.toml`; `.rustfmt.toml` keeps
//! lines as narrow as here where it can break them, which it cannot in a string.

use std::collections::BTreeMap;

use crate::tree::{files, root};

/// The most lines of a file.
const FILE_LINES: usize = 300;
/// The most columns of a line.
const COLUMNS: usize = 110;

/// Files that go beyond a limit, with how far.
type Exceptions = BTreeMap<String, usize>;

fn excepted(list: &str) -> Exceptions {
    let path = root().join("snapshots").join(list);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let rows = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let rows = rows.map(|row| {
        let row = row.split_once(' ').and_then(|(path, count)| Some((path.to_owned(), count.parse().ok()?)));
        row.unwrap_or_else(|| panic!("a line of snapshots/{list} is not `PATH NUMBER`"))
    });
    rows.collect()
}

/// Compares what is there with a list of exceptions, where `what` is counted and a file may have `limit` of it.
fn only_shrinks(list: &str, what: &str, limit: usize, way_out: &str, count: impl Fn(&str) -> usize) {
    let measured = files(".", ".rs").into_iter().map(|(path, text)| (path, count(&text)));
    let measured: Exceptions = measured.filter(|(_, count)| *count > limit).collect();
    let excepted = excepted(list);
    let mut complaints = Vec::new();
    for (path, count) in &measured {
        match excepted.get(path) {
            Some(listed) if listed == count => {}
            Some(listed) if listed > count => {
                complaints.push(format!("{path}: lower it in snapshots/{list} from {listed} to {count}"));
            }
            listed => {
                let allowed = listed.unwrap_or(&limit);
                complaints.push(format!("{path} has {count} {what}, where {allowed} are allowed. {way_out}"));
            }
        }
    }
    for path in excepted.keys().filter(|path| !measured.contains_key(*path)) {
        complaints.push(format!("{path}: remove it from snapshots/{list}; it keeps the limit now"));
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn files_stay_short_and_the_exceptions_only_shrink() {
    only_shrinks("sizes.txt", "lines", FILE_LINES, "Cut it along a seam.", |text| text.lines().count());
}

#[test]
fn lines_stay_narrow_and_the_exceptions_only_shrink() {
    let wide = |text: &str| text.lines().filter(|line| line.chars().count() > COLUMNS).count();
    only_shrinks("widths.txt", "lines of more than 110 columns", 0, "Break them.", wide);
}
