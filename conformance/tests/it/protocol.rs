//! What the wire's protocol forbids is asked under the ids of its published cases: each row of the table, of
//! each operation that has a place for it, and the other cases by the near misses and the scenes that the
//! table names.

use std::collections::BTreeSet;

use signer_conformance::near_misses;
use signer_conformance::{Change, Program, RunOptions, Step, plan};
use signer_schemas::{
    Edition, Hole, Location, OperationDoc, operations, protocol_cases, protocol_cases_elsewhere, requirement,
};

fn programs(edition: Edition) -> Vec<Program> {
    plan(&RunOptions { suites: vec!["protocol".to_owned()], ..RunOptions::new(edition, "proto") })
}

/// Whether a request of the operation has such a place.
fn has(document: &OperationDoc, hole: Hole) -> bool {
    let mut has_it = hole == Hole::WholeBody && document.members_at(Location::Body).next().is_some();
    for member in &document.input {
        member.shape.walk(&member.name, &mut |visit| has_it |= hole.takes(member.location, visit.shape));
    }
    has_it
}

#[test]
fn each_row_is_asked_once_of_each_operation_that_has_a_place_for_it() {
    for edition in Edition::ALL {
        let programs = programs(edition);
        let names: BTreeSet<&str> = programs.iter().map(|program| program.name.as_str()).collect();
        assert_eq!(names.len(), programs.len(), "{edition}: two programs have one name");
        let mut due = BTreeSet::new();
        for case in protocol_cases() {
            let is_there = requirement(&case.requirement).is_some_and(|row| row.is_in(edition));
            let places = operations(edition).iter().filter(|document| is_there && has(document, case.hole));
            due.extend(
                places.map(|document| format!("protocol/{}/{}/{}", case.id, case.kind, document.operation)),
            );
        }
        assert_eq!(names, due.iter().map(String::as_str).collect(), "{edition}");
    }
}

#[test]
fn a_program_sends_all_values_of_its_row_and_nothing_else_that_is_wrong() {
    for program in programs(Edition::Current) {
        let mut name = program.name.split('/').skip(1);
        let (id, kind) = (name.next().expect("an id"), name.next().expect("a kind"));
        let row = protocol_cases()
            .iter()
            .find(|case| case.id == id && case.kind == kind)
            .expect("a row of that name");
        let sent: Vec<&String> = program
            .steps
            .iter()
            .filter_map(|step| match step {
                Step::Probe(probe) => Some(probe),
                _ => None,
            })
            .map(|probe| {
                assert_eq!(probe.requirement, row.requirement, "{}", program.name);
                match &probe.change {
                    Change::Raw(value) => value,
                    other => panic!("{}: {other:?}", program.name),
                }
            })
            .collect();
        assert_eq!(sent, row.values.iter().collect::<Vec<_>>(), "{}", program.name);
    }
}

#[test]
fn what_other_suites_ask_is_asked_there() {
    let near_misses = near_misses::programs(Edition::Current);
    let plan = plan(&RunOptions::new(Edition::Current, "proto"));
    for elsewhere in protocol_cases_elsewhere() {
        if let Some(constraint) = &elsewhere.near_misses {
            let end = format!("/{constraint}");
            assert!(
                near_misses.iter().any(|program| program.name.ends_with(&end)),
                "{:?}: {constraint}",
                elsewhere.ids
            );
        }
        if let Some(scene) = &elsewhere.scene {
            assert!(plan.iter().any(|program| program.name == *scene), "{:?}: {scene}", elsewhere.ids);
        }
    }
}
