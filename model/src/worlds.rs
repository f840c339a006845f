//! The judge's view: every state in which the service may be, given all that it has answered.

use std::borrow::Cow;

use signer_schemas::Edition;

use crate::diagnosis::broken;
use crate::environment::settle;
use crate::naming::renames;
use crate::outcome::{Admission, Outcome, Permitted, Rule};
use crate::reply::{JobView, ProfileView, Reply};
use crate::request::Call;
use crate::rules::permits;
use crate::state::State;

/// The states in which the service may be. Never empty.
#[derive(Clone, Debug)]
pub struct Worlds {
    edition: Edition,
    states: Vec<State>,
    /// The calls whose answers never came.
    lost: Vec<Call>,
}

/// An answer that no world explains.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// What would have been permitted.
    pub permitted: Vec<Permitted>,
    /// The requirement that the answer breaks.
    pub broken: Rule,
}

impl Worlds {
    /// One world.
    pub fn new(edition: Edition, initial: State) -> Self {
        Self { edition, states: vec![initial], lost: Vec::new() }
    }

    /// All of them, in order.
    pub fn states(&self) -> &[State] {
        &self.states
    }

    /// The answers that some world permits to `call`, each once, the strongest admission first.
    pub fn permitted(&self, call: &Call) -> Vec<Permitted> {
        let mut permitted =
            self.outcomes(call).map(|(_, outcome)| Permitted::from(&outcome)).collect::<Vec<_>>();
        permitted.sort_by_key(|permitted| (permitted.admission, permitted.reply, permitted.rule));
        permitted.dedup();
        permitted
    }

    /// Takes an answer in: the worlds that explain it remain, each moved on. Those that only a weaker source
    /// speaks against are resorted to when there is no other explanation, and the admission then tells so. An
    /// answer that nothing explains is a violation, and the worlds stay as they were.
    pub fn observe(&mut self, call: &Call, reply: &Reply) -> Result<Permitted, Violation> {
        let reply = &of_edition(self.edition, reply);
        let explanations =
            self.outcomes(call).filter(|(_, outcome)| outcome.reply == *reply).collect::<Vec<_>>();
        let Some((_, best)) =
            explanations.iter().min_by_key(|(_, outcome)| (outcome.admission, outcome.rule))
        else {
            let permitted = self.permitted(call);
            let states: Vec<State> = self.late().iter().map(settle).collect();
            let broken = broken(call, &permitted, reply, &states);
            return Err(Violation { permitted, broken });
        };
        let resort = best.admission == Admission::Contradicted;
        let permitted = Permitted::from(best);
        let admitted =
            explanations.iter().filter(|(_, outcome)| resort || outcome.admission != Admission::Contradicted);
        self.states = admitted.map(|(state, outcome)| state.after(&outcome.change)).collect();
        self.tidy();
        Ok(permitted)
    }

    /// Takes an answer in as if the call had changed nothing; whether some world permits the answer. The
    /// worlds in which it would be permitted remain.
    pub fn observe_without_effect(&mut self, call: &Call, reply: &Reply) -> bool {
        let reply = &of_edition(self.edition, reply);
        let mut states: Vec<State> = self
            .outcomes(call)
            .filter(|(_, outcome)| outcome.reply == *reply)
            .map(|(state, _)| state)
            .collect();
        let fits = !states.is_empty();
        if fits {
            std::mem::swap(&mut self.states, &mut states);
            self.tidy();
        }
        fits
    }

    /// Takes in that it may just as well have gone as those worlds say.
    pub fn join(&mut self, others: &Self) {
        self.states.extend_from_slice(&others.states);
        self.tidy();
    }

    /// Takes in that a call was made, and that its answer never came: it was carried out, or will be at any
    /// time from now on, or never. As the time is unknown, it may also seem to be carried out more than once.
    pub fn lose_reply(&mut self, call: &Call) {
        self.lost.push(*call);
        self.states = self.late().into_owned();
    }

    /// The calls whose answers never came.
    pub fn lost(&self) -> &[Call] {
        &self.lost
    }

    /// The outcomes in each world, with the state in which each is one: jobs may have ended since the last
    /// call, and calls without an answer may have been carried out.
    fn outcomes(&self, call: &Call) -> impl Iterator<Item = (State, Outcome)> {
        let states: Vec<State> = self.late().iter().map(settle).collect();
        states.into_iter().flat_map(|state| {
            let outcomes = permits(self.edition, &state, call);
            outcomes.into_iter().map(move |outcome| (state, outcome))
        })
    }

    /// The states, and those that calls without an answer may have led to meanwhile.
    fn late(&self) -> Cow<'_, [State]> {
        if self.lost.is_empty() {
            return Cow::Borrowed(&self.states);
        }
        let mut states = self.states.clone();
        let mut next = 0;
        while let Some(state) = states.get(next).copied() {
            next += 1;
            for call in self.lost.iter().filter(|call| !renames(self.edition, &state, call)) {
                for outcome in permits(self.edition, &settle(&state), call) {
                    let mut after = state.after(&outcome.change);
                    for (before, profile) in state.profiles.iter().zip(&mut after.profiles) {
                        // A revision whose response was lost may be any but the newest one known.
                        profile.policy.revision_uncertain |= before.policy != profile.policy;
                    }
                    if !states.contains(&after) {
                        states.push(after);
                    }
                }
            }
        }
        states.sort_unstable();
        Cow::Owned(states)
    }

    fn tidy(&mut self) {
        self.states.sort_unstable();
        self.states.dedup();
    }
}

/// The answer without what the edition has no word for: members that it does not know are not judged.
fn of_edition(edition: Edition, reply: &Reply) -> Reply {
    match (edition, *reply) {
        (Edition::May2019, Reply::Profile(view)) => {
            Reply::Profile(ProfileView { validity: None, tags: Default::default(), effective: None, ..view })
        }
        (Edition::May2019, Reply::Job(view)) => Reply::Job(JobView { invoker: None, revoked: false, ..view }),
        (Edition::Current | Edition::May2019, reply) => reply,
    }
}
