//! What changed in the suite since its last version: requirements that are new, gone, or hold for another
//! reason.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use signer_schemas::{RequirementId, requirements};

use crate::golden::golden;
use crate::tree::root;

/// The version that the table compares with: the last one that was given out.
const LAST: &str = "0.1.0";

/// Each requirement by its id, with its basis and whether it is tested.
type Ledger = BTreeMap<RequirementId, String>;

fn last() -> Ledger {
    let path = root().join("schemas/versions").join(format!("{LAST}.txt"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let rows = text
        .lines()
        .map(|row| row.split_once(' ').unwrap_or_else(|| panic!("{row:?} has an id and a basis")));
    rows.map(|(id, basis)| (id.into(), basis.to_owned())).collect()
}

fn today() -> Ledger {
    let rows = requirements().iter().map(|row| {
        let untestable = if row.testable { "" } else { " untestable" };
        (row.id.clone(), format!("{}{untestable}", row.basis.id()))
    });
    rows.collect()
}

#[test]
fn what_changed_since_the_last_version_is_as_reviewed() {
    let (last, today) = (last(), today());
    let mut text = format!("# Since {LAST}\n");
    let mut section = |title: &str, rows: Vec<String>| {
        write!(text, "\n## {title} ({})\n\n", rows.len()).expect("text");
        for row in rows {
            writeln!(text, "- {row}").expect("text");
        }
    };
    let new = today.iter().filter(|(id, _)| !last.contains_key(*id));
    section("New", new.map(|(id, basis)| format!("{id}: {basis}")).collect());
    let gone = last.iter().filter(|(id, _)| !today.contains_key(*id));
    section("Gone", gone.map(|(id, basis)| format!("{id}: {basis}")).collect());
    let other = last.iter().filter_map(|(id, before)| {
        let now = today.get(id).filter(|now| *now != before)?;
        Some(format!("{id}: {before} → {now}"))
    });
    section("Held on another basis, or tested now", other.collect());
    golden("tables", "changes", &text);
}
