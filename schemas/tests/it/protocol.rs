//! The table of what the protocol forbids, against itself, the ledger and the operation documents.

use std::collections::BTreeSet;

use signer_schemas::{
    Basis, Edition, Hole, operations, protocol_cases, protocol_cases_elsewhere, requirement,
};

#[test]
fn a_row_has_a_name_of_its_own_and_values_that_are_not_sent_twice() {
    let mut names = BTreeSet::new();
    for case in protocol_cases() {
        let name = format!("{}/{}", case.id, case.kind);
        assert!(names.insert(name.clone()), "{name} stands twice");
        assert!(case.id.starts_with("RestJson"), "{name}: a published id begins with RestJson");
        let values: BTreeSet<_> = case.values.iter().collect();
        assert!(!values.is_empty() && values.len() == case.values.len(), "{name}: {:?}", case.values);
    }
}

#[test]
fn each_id_is_that_of_a_published_case() {
    let listed = include_str!("../../../.ci/protocol/published.txt");
    let published: BTreeSet<&str> = listed.lines().filter_map(|line| line.split(' ').next()).collect();
    let elsewhere = protocol_cases_elsewhere().iter().flat_map(|row| &row.ids);
    for id in protocol_cases().iter().map(|case| &case.id).chain(elsewhere) {
        assert!(
            published.contains(id.as_str()),
            "{id}: `.ci/third-party protocol` lists no published case of it"
        );
    }
}

#[test]
fn a_row_names_a_rule_that_a_client_can_put_to_the_test() {
    for case in protocol_cases() {
        let row = requirement(&case.requirement)
            .unwrap_or_else(|| panic!("{}: no rule {}", case.id, case.requirement));
        assert!(
            row.testable && row.basis != Basis::Open,
            "{}: {} cannot be broken by an answer",
            case.id,
            row.id
        );
    }
}

#[test]
fn a_hole_is_in_some_request_and_so_in_each_edition_that_has_its_rule() {
    let is_in = |hole: Hole, edition| {
        let mut is_there = hole == Hole::WholeBody;
        for member in operations(edition).iter().flat_map(|document| &document.input) {
            member
                .shape
                .walk(&member.name, &mut |visit| is_there |= hole.takes(member.location, visit.shape));
        }
        is_there
    };
    for case in protocol_cases() {
        let (id, kind) = (&case.id, &case.kind);
        assert!(is_in(case.hole, Edition::Current), "{id}/{kind}: no request has such a place");
        let rule = requirement(&case.requirement).expect("another test asks for it");
        let mut cases = protocol_cases().iter().filter(|other| other.requirement == rule.id);
        let is_asked = cases.any(|other| is_in(other.hole, Edition::May2019));
        assert_eq!(
            rule.is_in(Edition::May2019),
            is_asked,
            "{}: no case puts it to the test in 2019-05-22",
            rule.id
        );
    }
}

#[test]
fn a_published_case_is_asked_in_one_way_or_left_out_for_a_reason() {
    let rows: BTreeSet<&str> = protocol_cases().iter().map(|case| case.id.as_str()).collect();
    let mut seen = BTreeSet::new();
    for elsewhere in protocol_cases_elsewhere() {
        for id in &elsewhere.ids {
            assert!(seen.insert(id.as_str()) && !rows.contains(id.as_str()), "{id} stands twice");
        }
        let says =
            [&elsewhere.near_misses, &elsewhere.scene, &elsewhere.not_asked].into_iter().flatten().count();
        assert_eq!(says, 1, "{:?}: by the near misses, by a scene, or not at all", elsewhere.ids);
    }
    // As many of the published cases have a place that some request of Signer has.
    assert_eq!(rows.len() + seen.len(), 47);
}
