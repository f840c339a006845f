//! The rules of the model and the ledger of requirements say the same.

use std::collections::BTreeMap;

use signer_model::*;
use signer_schemas::{Basis, Edition};

use crate::every_call::{hard_states, requests};

fn rules(edition: Edition) -> BTreeMap<&'static str, (Basis, Request)> {
    let mut rules = BTreeMap::new();
    let mut states = hard_states();
    // In 2019 nothing can be revoked, and no job has been made by signing a payload.
    let later = |state: &State| {
        state.profiles.iter().any(|profile| profile.status == ProfileStatus::Revoked)
            || state.jobs.iter().any(|job| job.kind == JobKind::Payload)
    };
    states.extend(hard_states().into_iter().map(|mut state| {
        state.jobs[3] = JobState::default();
        state
    }));
    states.retain(|state| edition == Edition::Current || !later(state));
    states.push(State::of(edition));
    for request in requests(3, 4, 3, 2) {
        for state in &states {
            for call in [request.by_owner(), request.by_other()] {
                for outcome in permits(edition, state, &call) {
                    assert_eq!(
                        outcome.rule.basis == Basis::Open,
                        outcome.admission == Admission::Open,
                        "{} as {:?}",
                        outcome.rule.id,
                        outcome.admission
                    );
                    rules.insert(outcome.rule.id, (outcome.rule.basis, request));
                }
            }
        }
    }
    rules
}

#[test]
fn a_rule_that_the_ledger_does_not_have() {
    let mut wrong = Vec::new();
    for edition in Edition::ALL {
        for (id, (basis, request)) in rules(edition) {
            match signer_schemas::requirement(id) {
                None => wrong.push(format!("{id} is not in schemas/requirements.toml")),
                Some(row) if row.basis != basis => wrong.push(format!("{id} is {} in the ledger", row.basis.id())),
                Some(row) if !row.editions.contains(&edition) => {
                    wrong.push(format!("{id} is no requirement of {edition}, yet it answers {request:?}"));
                }
                Some(_) => {}
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
