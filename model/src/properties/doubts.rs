//! Where the documents leave an answer open, or speak against one that they admit: the nearest place of each.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use crate::changes::changes;
use crate::explore::search::{Path, Place, Search};
use crate::outcome::{Admission, Outcome, Rule};
use crate::properties::report::Ambiguity;
use crate::reply::Reply;
use crate::request::Call;
use crate::scopes::scope::Scope;

/// The address of a requirement's id, which is the same each time that the same line of the rules answers.
pub(super) fn address(rule: Rule) -> usize {
    rule.id.as_ptr().addr()
}

/// The addresses of several ids, in order.
type Rules = SmallVec<[usize; 4]>;

/// The doubts that one thread has met.
#[derive(Default)]
pub(super) struct Doubts {
    /// By the addresses of the ids of what leaves it so, and whether no source settles that.
    nearest: FxHashMap<(bool, Rules), Doubt>,
}

#[derive(Clone, Copy)]
struct Doubt {
    place: Place,
    call: Call,
    states: u64,
}

impl Doubts {
    /// Notes what the outcomes of a call leave in doubt.
    pub(super) fn note(&mut self, place: Place, call: &Call, outcomes: &[Outcome]) {
        if outcomes.iter().all(|outcome| outcome.admission == Admission::Required) {
            return;
        }
        for open in [true, false] {
            let wanted = if open { Admission::Open } else { Admission::Contradicted };
            let mut rules = Rules::new();
            for rule in outcomes
                .iter()
                .filter(|outcome| outcome.admission == wanted)
                .map(|outcome| address(outcome.rule))
            {
                if !rules.contains(&rule) {
                    rules.push(rule);
                }
            }
            if !rules.is_empty() {
                rules.sort_unstable();
                self.nearest
                    .entry((open, rules))
                    .or_insert(Doubt { place, call: *call, states: 0 })
                    .states += 1;
            }
        }
    }

    /// Adds those of another thread; of what both have met, the nearer place stays.
    pub(super) fn join(&mut self, other: Self) {
        for (rules, doubt) in other.nearest {
            let known = self.nearest.entry(rules).or_insert(Doubt { states: 0, ..doubt });
            let states = known.states + doubt.states;
            *known = Doubt { states, ..if doubt.place < known.place { doubt } else { *known } };
        }
    }

    /// Each of them, on the shortest way to it, the open ones first.
    pub(super) fn ambiguities(&self, scope: &Scope, search: &Search) -> Vec<Ambiguity> {
        let mut nearest = BTreeMap::<(bool, Vec<Rule>), (Place, Ambiguity)>::new();
        for ((open, _), doubt) in &self.nearest {
            let one = ambiguity(scope, *open, search.path(doubt.place), doubt);
            let key = (*open, one.rules.clone());
            let known =
                nearest.entry(key).or_insert_with(|| (doubt.place, Ambiguity { states: 0, ..one.clone() }));
            let states = known.1.states + doubt.states;
            if (doubt.place, one.call) < (known.0, known.1.call) {
                *known = (doubt.place, one);
            }
            known.1.states = states;
        }
        let mut nearest = nearest.into_values().collect::<Vec<_>>();
        nearest.sort_by(|(place, one), (other_place, other)| {
            (!one.open, place, one.call).cmp(&(!other.open, other_place, other.call))
        });
        nearest.into_iter().map(|(_, ambiguity)| ambiguity).collect()
    }
}

fn ambiguity(scope: &Scope, open: bool, path: Path, doubt: &Doubt) -> Ambiguity {
    let (state, call) = (&path.end, doubt.call.renamed(&path.names));
    let outcomes = (scope.permits)(scope.edition, state, &call);
    let wanted = if open { Admission::Open } else { Admission::Contradicted };
    let mut rules = Vec::new();
    let mut answers: Vec<(Reply, Vec<String>)> = Vec::new();
    for outcome in outcomes.iter().filter(|outcome| !open || outcome.admission != Admission::Contradicted) {
        if outcome.admission == wanted && !rules.contains(&outcome.rule) {
            rules.push(outcome.rule);
        }
        let answer = (outcome.reply, changes(state, &state.after(&outcome.change)));
        if !answers.contains(&answer) {
            answers.push(answer);
        }
    }
    rules.sort_unstable();
    answers.sort();
    Ambiguity { open, rules, path: path.moves, call, outcomes: answers, states: doubt.states }
}
