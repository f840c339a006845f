//! The near misses are what they say: one constraint broken, or kept, of a call that else succeeds.

mod constraints;

use std::collections::{BTreeMap, BTreeSet};

use signer_conformance::near_misses::programs;
use signer_conformance::{Probe, Program, Step};
use signer_model::{Admission, Call, Reply, State, Worlds};
use signer_schemas::{Edition, RequirementId, requirements};

/// Every program with its own probe: what is sent before only prepares it.
fn all() -> impl Iterator<Item = (Program, Probe)> {
    Edition::ALL.into_iter().flat_map(programs).map(|program| {
        let probe = program
            .steps
            .iter()
            .rev()
            .find_map(|step| if let Step::Probe(probe) = step { Some(probe.clone()) } else { None });
        let probe = probe.unwrap_or_else(|| panic!("{} has no probe", program.name));
        (program, probe)
    })
}

#[test]
fn each_program_has_a_name_of_its_own_and_of_its_suite() {
    for edition in Edition::ALL {
        let programs = programs(edition);
        let names: BTreeSet<&str> = programs.iter().map(|program| program.name.as_str()).collect();
        assert_eq!(names.len(), programs.len(), "{edition}");
        for program in &programs {
            assert_eq!((program.suite(), program.edition), ("near-misses", edition), "{}", program.name);
        }
    }
}

#[test]
fn a_requirement_is_of_its_operation_and_edition_and_testable() {
    for (program, probe) in all() {
        let row = signer_schemas::requirement(&probe.requirement)
            .unwrap_or_else(|| panic!("{} is not in the ledger", probe.requirement));
        assert_eq!(row.operation, Some(probe.call.request.operation()), "{}", program.name);
        assert!(row.editions.contains(&program.edition) && row.testable, "{}", program.name);
    }
}

#[test]
fn every_testable_constraint_of_the_ledger_has_a_probe() {
    for edition in Edition::ALL {
        let broken: BTreeSet<RequirementId> = all()
            .filter(|(program, probe)| program.edition == edition && !probe.valid)
            .map(|(_, probe)| probe.requirement)
            .collect();
        let constraints =
            requirements().iter().filter(|row| row.editions.contains(&edition) && row.id.contains("/input/"));
        let testable: BTreeSet<RequirementId> =
            constraints.filter(|row| row.testable).map(|row| row.id.clone()).collect();
        assert!(testable.len() > 30, "the ledger has lost its constraints: {testable:?}");
        assert_eq!(testable.difference(&broken).collect::<Vec<_>>(), [""; 0], "{edition}");
    }
}

#[test]
fn the_number_of_probes_of_each_operation_is_as_pinned() {
    let count = |edition| {
        let mut counts = BTreeMap::new();
        for (program, probe) in all().filter(|(program, _)| program.edition == edition) {
            let (broken, kept) = counts.entry(probe.call.request.operation().name()).or_insert((0, 0));
            *if probe.valid { kept } else { broken } += 1;
            assert_eq!(program.name.ends_with("-kept"), probe.valid, "{}", program.name);
        }
        counts.into_iter().map(|(operation, (broken, kept))| (operation, broken, kept)).collect::<Vec<_>>()
    };
    assert_eq!(
        count(Edition::Current),
        [
            ("AddProfilePermission", 54, 0),
            ("CancelSigningProfile", 6, 0),
            ("GetRevocationStatus", 14, 0),
            ("GetSigningProfile", 13, 0),
            ("ListProfilePermissions", 6, 0),
            ("ListSigningJobs", 19, 5),
            ("ListSigningPlatforms", 5, 2),
            ("ListSigningProfiles", 9, 4),
            ("PutSigningProfile", 116, 11),
            ("RemoveProfilePermission", 7, 0),
            ("RevokeSignature", 27, 4),
            ("RevokeSigningProfile", 43, 4),
            ("SignPayload", 52, 1),
            ("StartSigningJob", 104, 0),
            ("TagResource", 23, 9),
            ("UntagResource", 8, 6),
        ]
    );
    assert_eq!(
        count(Edition::May2019),
        [
            ("CancelSigningProfile", 6, 0),
            ("GetSigningProfile", 6, 0),
            ("ListSigningJobs", 6, 4),
            ("ListSigningPlatforms", 5, 2),
            ("ListSigningProfiles", 8, 1),
            ("PutSigningProfile", 69, 2),
            ("StartSigningJob", 88, 0),
        ]
    );
}

#[test]
fn a_setup_leads_to_a_call_that_succeeds_and_is_no_longer_than_need_be() {
    for (program, probe) in all() {
        let setup: Vec<Call> = program
            .steps
            .iter()
            .map_while(|step| if let Step::Call(call) = step { Some(*call) } else { None })
            .collect();
        assert!(
            succeeds(program.edition, &setup, probe.call),
            "{}: the unchanged call would be refused",
            program.name
        );
        for left_out in 0..setup.len() {
            let mut shorter = setup.clone();
            let call = shorter.remove(left_out);
            assert!(
                !succeeds(program.edition, &shorter, probe.call),
                "{} does not need {call:?}",
                program.name
            );
        }
    }
}

/// Whether every answer that the model admits to the last call is a success, when the calls before it have
/// had one.
fn succeeds(edition: Edition, setup: &[Call], call: Call) -> bool {
    let mut worlds = Worlds::new(edition, State::of(edition));
    let mut success = |call: &Call| {
        let mut permitted = worlds.permitted(call);
        permitted.retain(|permitted| permitted.admission != Admission::Contradicted);
        let is_refused = permitted.iter().any(|permitted| matches!(permitted.reply, Reply::Refused(_)));
        !is_refused && permitted.first().is_some_and(|success| worlds.observe(call, &success.reply).is_ok())
    };
    setup.iter().all(&mut success) && success(&call)
}
