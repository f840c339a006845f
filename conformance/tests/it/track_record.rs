//! The record of what was found in other products says nothing that no ledger says.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use signer_conformance::Ledger;

fn targets() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("targets")
}

fn read(name: &str) -> String {
    std::fs::read_to_string(targets().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The requirements that the ledger of a target names.
fn requirements(name: &str) -> BTreeSet<String> {
    let ledger =
        Ledger::load(&targets().join(name).join("ledger.toml")).unwrap_or_else(|error| panic!("{error}"));
    ledger.deviations.into_iter().map(|line| line.requirement.to_string()).collect()
}

/// The sections of the record: the product, and the requirements of its rows.
fn sections() -> Vec<(String, Vec<String>)> {
    let mut sections: Vec<(String, Vec<String>)> = Vec::new();
    for line in read("track-record.md").lines() {
        if let Some(title) = line.strip_prefix("## ") {
            sections.push((title.split(' ').next().unwrap_or_default().to_owned(), Vec::new()));
        } else if let (Some((_, rows)), true) =
            (sections.last_mut(), line.starts_with("| ") && !line.starts_with("| bug"))
        {
            let rule = line.split(" | ").nth(1).and_then(|cell| cell.split(" at ").next());
            rows.push(rule.unwrap_or_else(|| panic!("a row without a requirement: {line}")).to_owned());
        }
    }
    sections
}

#[test]
fn every_row_of_the_track_record_is_a_line_of_that_products_ledger() {
    let sections = sections();
    assert!(sections.iter().any(|(_, rows)| rows.len() > 20), "the record is empty: {sections:?}");
    for (product, rows) in sections {
        let known = requirements(&product);
        let unknown: BTreeSet<&String> = rows.iter().filter(|rule| !known.contains(*rule)).collect();
        assert!(
            unknown.is_empty(),
            "targets/{product}/ledger.toml has no line for {unknown:?}; make the record anew"
        );
    }
}
