//! What an explorer asks of the model: what calls may be answered, the nearest state of a kind, searches that
//! are stopped.

use std::ops::ControlFlow;

use signer_model::{
    Admission, CheckOptions, Choice, Graph, Leads, Move, ProfileStatus, PropertyKind, Scope, State,
    check_until, choices, nearest, offers, scope, standings, wanted,
};

fn small() -> impl Iterator<Item = Scope> {
    ["tags", "iot", "revocation", "jobs-2019", "profiles-2019"].into_iter().filter_map(scope)
}

#[test]
fn the_outcomes_that_lead_on_or_stay_are_the_choices() {
    for scope in small() {
        for state in Graph::build(&scope).states {
            let mut taken = Vec::new();
            for call in &scope.calls {
                for offer in offers(&scope, &state, call) {
                    let by = Move::Call(*call, offer.outcome.reply);
                    let to = match offer.leads {
                        Leads::On(to) => to,
                        Leads::Stays => state,
                        Leads::Out => continue,
                        Leads::Against => {
                            assert_eq!(offer.outcome.admission, Admission::Contradicted);
                            continue;
                        }
                    };
                    let rule = Some(offer.outcome.rule);
                    taken.push(Choice { by, to, admission: offer.outcome.admission, rule });
                }
            }
            let mut expected = choices(&scope, &state);
            expected.retain(|choice| choice.by.call().is_some());
            expected.sort_by_key(|choice| (choice.by, choice.to, choice.admission));
            taken.sort_by_key(|choice| (choice.by, choice.to, choice.admission));
            assert_eq!(taken, expected, "{} in {state}", scope.name);
        }
    }
}

#[test]
fn the_nearest_state_is_as_near_as_the_graph_says() {
    let is_revoked =
        |state: &State| state.profiles.iter().any(|profile| profile.status == ProfileStatus::Revoked);
    let scope = scope("tags").expect("a scope");
    let graph = Graph::build(&scope);
    let place = graph.states.iter().position(is_revoked).expect("one is revoked");
    let path = nearest(&scope, &is_revoked, usize::MAX).expect("it is found");
    assert_eq!(path.moves.len(), graph.path(place).len());
    assert!(is_revoked(&path.end));
    assert_eq!(nearest(&scope, &|_| false, usize::MAX), None);
    let canceled = wanted("a profile is canceled").expect("a property says so");
    assert!(nearest(&scope, &canceled, usize::MAX).is_some_and(|path| canceled(&path.end)));
}

#[test]
fn a_search_that_is_stopped_reports_nothing() {
    let scope = scope("pagination").expect("a scope");
    let stopped = check_until(&scope, CheckOptions::default(), |_| ControlFlow::Break(()));
    assert_eq!(stopped, None);
    let ended = check_until(&scope, CheckOptions::default(), |_| ControlFlow::Continue(()));
    assert!(ended.is_some_and(|report| report.holds()));
}

#[test]
fn every_state_of_a_right_scope_keeps_the_properties_of_states() {
    for scope in small() {
        for state in Graph::build(&scope).states {
            let broken = standings(&scope, None, &state)
                .into_iter()
                .find(|one| one.kind == PropertyKind::Always && !one.holds);
            assert_eq!(broken, None, "{} in {state}", scope.name);
        }
    }
}
