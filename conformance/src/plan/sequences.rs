//! Random call sequences drawn from the model: each from one scope's calls, with a random part of the
//! operations left out (swarm), and with weight on calls that change the model's state and on those that no
//! sequence has made there yet.

use std::collections::HashSet;

use proptest::collection::vec;
use proptest::prelude::any;
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use signer_model::{Admission, Call, PageSize, Request, Scope, State, permits, renames};
use signer_schemas::{Edition, Operation};

use crate::data::program::{Program, Step};

/// Calls of a sequence, at most.
pub(crate) const MOST_CALLS: usize = 24;
/// How much likelier a call is that changes the state: without it random sequences mostly ask for what is not
/// there.
const CHANGING_WEIGHT: u32 = 6;
/// How much likelier a call is that no earlier sequence has made in that state of the model.
const NEW_WEIGHT: u32 = 4;

/// The calls that were drawn so far, each with the state of the model in which it is made.
pub(crate) type Drawn = HashSet<(&'static str, State, Call)>;

/// `count` sequences; the same seed gives the same ones.
pub(super) fn programs(edition: Edition, seed: u64, count: u32) -> Vec<Program> {
    let scopes = signer_model::certification(edition);
    if scopes.is_empty() {
        return Vec::new();
    }
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let mut runner =
        TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    let strategy = (any::<u32>(), vec(any::<u32>(), 4..=MOST_CALLS));
    let mut drawn = Drawn::new();
    (0..count)
        .filter_map(|index| {
            let (swarm, choices) = strategy.new_tree(&mut runner).ok()?.current();
            let scope = &scopes[index as usize % scopes.len()];
            Some(Program {
                name: format!("sequences/{}-{index:04}", scope.name),
                edition,
                steps: draw(scope, swarm, &choices, &mut drawn),
            })
        })
        .collect()
}

/// A sequence that these choices make; calls that were drawn in the same state before are less likely.
pub(crate) fn draw(scope: &Scope, swarm: u32, choices: &[u32], drawn: &mut Drawn) -> Vec<Step> {
    // Three of four operations take part, but the calls that make things always do.
    let takes_part = |call: &Call| {
        let operation = call.request.operation();
        let index = Operation::ALL.iter().position(|known| *known == operation).unwrap_or_default();
        let bits = swarm.rotate_left(u32::try_from(index).unwrap_or_default()) & 0b11;
        bits != 0 || operation == Operation::PutSigningProfile
    };
    let calls: Vec<&Call> = scope.calls.iter().filter(|call| takes_part(call) && !is_paged(call)).collect();
    let mut state = scope.initial;
    let mut steps = Vec::new();
    for choice in choices {
        let weights: Vec<u32> = calls
            .iter()
            .map(|call| {
                let new = if drawn.contains(&(scope.name, state, **call)) { 1 } else { NEW_WEIGHT };
                if renames(scope.edition, &state, call) {
                    0
                } else if expected(scope, &state, call) == state {
                    new
                } else {
                    CHANGING_WEIGHT * new
                }
            })
            .collect();
        let total: u32 = weights.iter().sum();
        if total == 0 {
            break;
        }
        let mut ticket = choice % total;
        let Some(call) = calls.iter().zip(&weights).find_map(|(call, weight)| {
            if ticket < *weight {
                return Some(**call);
            }
            ticket -= weight;
            None
        }) else {
            break;
        };
        drawn.insert((scope.name, state, call));
        state = expected(scope, &state, &call);
        steps.push(Step::Call(call));
    }
    steps
}

/// Reads an account's whole list in small pages: by the time sequences run, the account is large.
const fn is_paged(call: &Call) -> bool {
    match call.request {
        Request::ListSigningProfiles { page, .. } | Request::ListSigningJobs { page, .. } => {
            !matches!(page, PageSize::Default)
        }
        _ => false,
    }
}

/// The state after the likeliest outcome.
fn expected(scope: &Scope, state: &State, call: &Call) -> State {
    permits(scope.edition, state, call)
        .iter()
        .find(|outcome| outcome.admission != Admission::Contradicted)
        .map_or(*state, |outcome| state.after(&outcome.change))
}
