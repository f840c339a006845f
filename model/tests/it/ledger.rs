//! The rules of the model and the ledger of requirements say the same.

use std::collections::{BTreeMap, BTreeSet};

use signer_model::*;
use signer_schemas::{Basis, Edition};

use crate::every_call::{hard_states, requests};
use crate::scopes::REPORTS;

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
fn every_rule_is_a_requirement() {
    let mut wrong = Vec::new();
    for edition in Edition::ALL {
        for (id, (basis, request)) in rules(edition) {
            match signer_schemas::requirement(id) {
                None => wrong.push(format!("{id} is not in schemas/requirements/")),
                Some(row) if row.basis != basis => {
                    wrong.push(format!("{id} is {} in the ledger", row.basis.id()));
                }
                Some(row) if !row.is_in(edition) => {
                    wrong.push(format!("{id} is no requirement of {edition}, yet it answers {request:?}"));
                }
                Some(_) => {}
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The requirements that the rules' text names.
fn embodied() -> BTreeSet<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/rules");
    let files = std::fs::read_dir(folder).expect("the rules").map(|file| file.expect("a file").path());
    let mut ids = BTreeSet::new();
    for file in files {
        let text = std::fs::read_to_string(&file).expect("text");
        for word in
            ["Rule::documented(", "Rule::inferred(", "Rule::modelled(", "Rule::observed(", "Rule::open("]
        {
            let named = text
                .split(word)
                .skip(1)
                .filter_map(|rest| rest.trim_start().strip_prefix('"')?.split('"').next());
            ids.extend(named.map(str::to_owned));
        }
    }
    ids
}

/// Embodied, but at work in no scope.
const OUTSIDE: [&str; 3] = [
    // In every scope all platforms are on offer.
    "PutSigningProfile/unlisted-platform",
    // A call without the member is malformed: the near-misses make it, no scope does.
    "RemoveProfilePermission/input/revisionId/required",
    // A scope makes no call of an operation that its edition does not have.
    "common/unknown-route",
];

#[test]
fn every_requirement_of_the_model_is_at_work_in_some_scope() {
    let embodied = embodied();
    assert!(embodied.len() > 150, "{} requirements are named in the rules", embodied.len());
    let witnessed =
        REPORTS.iter().flat_map(|(_, report)| &report.witnesses).map(|witness| witness.rule.id.to_owned());
    let mut witnessed = witnessed.collect::<BTreeSet<_>>();
    // A client does not know whether a job has ended yet: the response in that case is a rule's work, too.
    for scope in ["jobs", "jobs-2019"].map(|name| scope(name).expect("the scope")) {
        for state in Graph::build(&scope).states {
            let unsure = scope.calls.iter().flat_map(|call| {
                let outcomes = permits(scope.edition, &state, call);
                outcomes.iter().map(|outcome| settle(&state.after(&outcome.change))).collect::<Vec<_>>()
            });
            for state in unsure.filter(|after| *after != state).collect::<BTreeSet<_>>() {
                let outcomes = scope.calls.iter().flat_map(|call| permits(scope.edition, &state, call));
                witnessed.extend(outcomes.map(|outcome| outcome.rule.id.to_owned()));
            }
        }
    }
    let idle = embodied.difference(&witnessed).map(String::as_str).collect::<Vec<_>>();
    assert_eq!(idle, OUTSIDE);
    let unnamed = witnessed.difference(&embodied).collect::<Vec<_>>();
    assert!(unnamed.is_empty(), "the rules name these in another way: {unnamed:?}");
}

#[test]
fn each_rule_stands_below_the_sentence_of_its_requirement() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/rules");
    let mut wrong = Vec::new();
    for file in std::fs::read_dir(folder).expect("the rules").map(|file| file.expect("a file").path()) {
        let text = std::fs::read_to_string(&file).expect("text");
        let mut comment = Vec::new();
        for line in text.lines().map(str::trim) {
            if let Some(sentence) = line.strip_prefix("// ") {
                comment.push(sentence);
                continue;
            }
            if let Some((_, rest)) = line.split_once("Rule::").filter(|(_, rest)| rest.contains("(\"")) {
                let id = rest.split('"').nth(1).unwrap_or_default();
                let row = signer_schemas::requirement(id);
                if row.is_none_or(|row| row.statement.trim() != comment.join(" ")) {
                    wrong.push(format!(
                        "{id} in {}: {}",
                        file.display(),
                        row.map_or("not in the ledger", |row| &row.statement)
                    ));
                }
            }
            comment.clear();
        }
    }
    assert!(wrong.is_empty(), "put the ledger's sentence above each of these rules:\n{}", wrong.join("\n"));
}
