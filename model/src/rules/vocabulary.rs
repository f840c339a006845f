//! The words in which a rule speaks.

use signer_schemas::Basis;

use crate::{Admission, ErrorName, Outcome, Outcomes, Reply, Rule, State};

/// The one outcome that the sources require.
pub(super) fn only(rule: Rule, reply: Reply, next: State) -> Outcomes {
    one_of(rule, [(reply, next)])
}

/// The answer to a call that changes nothing.
pub(super) fn tells(rule: Rule, state: &State, reply: Reply) -> Outcomes {
    only(rule, reply, *state)
}

/// An error, of which the rule leaves the name open if it gives several. Nothing changes.
pub(super) fn refuse(rule: Rule, state: &State, errors: &[ErrorName]) -> Outcomes {
    one_of(rule, errors.iter().map(|error| (Reply::Refused(*error), *state)))
}

/// The answers that are admitted where the sources leave a point open.
pub(super) fn either(rule: Rule, alternatives: impl IntoIterator<Item = (Reply, State)>) -> Outcomes {
    debug_assert!(rule.basis == Basis::Open, "{} is not open", rule.id);
    one_of(rule, alternatives)
}

/// One of several, where the client cannot foresee which (a job's status, for instance), or where the point is open.
pub(super) fn one_of(rule: Rule, alternatives: impl IntoIterator<Item = (Reply, State)>) -> Outcomes {
    let admission = if rule.basis == Basis::Open { Admission::Open } else { Admission::Required };
    let mut outcomes = Outcomes::new();
    for (reply, next) in alternatives {
        outcomes.say(Outcome { reply, next, rule, admission });
    }
    outcomes
}

/// How outcomes are put together.
pub(super) trait Saying: Sized {
    /// Adds one, unless a stronger one already says the same.
    fn say(&mut self, outcome: Outcome);

    /// These outcomes besides.
    fn or(self, others: Outcomes) -> Self;

    /// The documents alone would admit this, too, but the rule speaks against it.
    fn against(self, rule: Rule, reply: Reply, next: State) -> Self;

    /// The documents alone would admit these errors, too, but the rule speaks against them.
    fn against_errors(self, rule: Rule, state: &State, errors: &[ErrorName]) -> Self;

    /// The same outcomes, admitted no more strongly than that, on the strength of that rule.
    fn at_most(self, rule: Rule, admission: Admission) -> Self;
}

impl Saying for Outcomes {
    fn say(&mut self, outcome: Outcome) {
        match self.iter_mut().find(|known| known.reply == outcome.reply && known.next == outcome.next) {
            Some(known) if known.admission <= outcome.admission => {}
            Some(known) => *known = outcome,
            None => {
                let full = self.try_push(outcome).is_err();
                debug_assert!(!full, "more outcomes than there is room for: {}", outcome.rule.id);
            }
        }
    }

    fn or(mut self, others: Outcomes) -> Self {
        for outcome in others {
            self.say(outcome);
        }
        self
    }

    fn against(mut self, rule: Rule, reply: Reply, next: State) -> Self {
        self.say(Outcome { reply, next, rule, admission: Admission::Contradicted });
        self
    }

    fn against_errors(mut self, rule: Rule, state: &State, errors: &[ErrorName]) -> Self {
        for error in errors {
            self = self.against(rule, Reply::Refused(*error), *state);
        }
        self
    }

    fn at_most(mut self, rule: Rule, admission: Admission) -> Self {
        for outcome in &mut self {
            if outcome.admission < admission {
                outcome.admission = admission;
                outcome.rule = rule;
            }
        }
        self
    }
}

/// Something that speaks against a call's success.
#[derive(Clone, Copy)]
pub(super) struct Objection {
    rule: Rule,
    errors: &'static [ErrorName],
    alone: &'static [ErrorName],
    success: Option<Admission>,
}

impl Objection {
    /// The call is refused, with one of these errors.
    pub(super) const fn firm(rule: Rule, errors: &'static [ErrorName]) -> Self {
        Self { rule, errors, alone: &[], success: None }
    }

    /// The real service refuses with the first error; the documents alone would admit success, and `alone`.
    pub(super) const fn seen(rule: Rule, errors: &'static [ErrorName], alone: &'static [ErrorName]) -> Self {
        Self { rule, errors, alone, success: Some(Admission::Contradicted) }
    }

    /// The real service refuses with the first error, the documents refuse, too, and would admit `alone` as well.
    pub(super) const fn seen_error(rule: Rule, errors: &'static [ErrorName], alone: &'static [ErrorName]) -> Self {
        Self { rule, errors, alone, success: None }
    }

    /// Nobody says whether the call is refused.
    pub(super) const fn perhaps(rule: Rule, errors: &'static [ErrorName]) -> Self {
        Self { rule, errors, alone: &[], success: Some(Admission::Open) }
    }
}

/// What a call has for an answer when `objections` are raised, `success` if there are none. Nobody says which of several
/// objections is answered first, so each may be.
pub(super) fn unless(state: &State, objections: &[Objection], success: Outcomes) -> Outcomes {
    let mut outcomes = Outcomes::new();
    for objection in objections {
        outcomes =
            outcomes.or(refuse(objection.rule, state, objection.errors)).against_errors(objection.rule, state, objection.alone);
    }
    let mut success = success;
    for objection in objections {
        match objection.success {
            None => return outcomes,
            Some(admission) => success = success.at_most(objection.rule, admission),
        }
    }
    outcomes.or(success)
}
