//! The tables of faults and freedoms against the ledger of requirements.

use signer_reference::{FAULTS, FREEDOMS};
use signer_schemas::{Basis, requirement};
use std::collections::BTreeSet;

#[test]
fn each_fault_breaks_a_requirement_of_its_editions() {
    let mut wrong = Vec::new();
    for fault in FAULTS {
        match requirement(fault.requirement) {
            None => wrong.push(format!("{}: the ledger has no {}", fault.id, fault.requirement)),
            Some(row) if !fault.editions.iter().all(|edition| row.editions.contains(edition)) => {
                wrong.push(format!("{}: {} is not in all of its editions", fault.id, fault.requirement));
            }
            Some(row) if !row.testable => {
                wrong.push(format!("{}: {} cannot be tested", fault.id, fault.requirement));
            }
            Some(_) => {}
        }
    }
    assert!(wrong.is_empty(), "name the right requirement in src/faults/:\n{}", wrong.join("\n"));
}

#[test]
fn each_freedom_is_an_open_point() {
    let mut wrong = Vec::new();
    for freedom in FREEDOMS {
        match requirement(freedom.id) {
            None => wrong.push(format!("the ledger has no {}", freedom.id)),
            Some(row) if row.basis != Basis::Open => {
                wrong.push(format!("{} is not open but {:?}", freedom.id, row.basis));
            }
            Some(_) => {}
        }
        assert!(freedom.choices.len() >= 2, "{} leaves nothing to choose", freedom.id);
    }
    assert!(
        wrong.is_empty(),
        "put the open point into the ledger or take the freedom out:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn the_tables_are_in_order_and_without_doubles() {
    for (index, fault) in FAULTS.iter().enumerate() {
        assert_eq!(fault.number, index, "{}", fault.id);
    }
    for (index, freedom) in FREEDOMS.iter().enumerate() {
        assert_eq!(freedom.freedom as usize, index, "{}", freedom.id);
    }
    let faults: BTreeSet<_> = FAULTS.iter().map(|fault| fault.id).collect();
    let freedoms: BTreeSet<_> = FREEDOMS.iter().map(|freedom| freedom.id).collect();
    assert_eq!((faults.len(), freedoms.len()), (FAULTS.len(), FREEDOMS.len()));
}
