//! The words in which a rule speaks.

use signer_schemas::Basis;

use crate::outcome::{Admission, Change, Outcome, Outcomes, Rule};
use crate::reply::{ErrorName, Reply};

/// The one outcome that the sources require.
#[inline]
pub(super) fn only(rule: Rule, reply: Reply, change: Change) -> Outcomes {
    one_of(rule, [(reply, change)])
}

/// The answer to a call that changes nothing.
#[inline]
pub(super) fn tells(rule: Rule, reply: Reply) -> Outcomes {
    only(rule, reply, Change::None)
}

/// An error, of which the rule leaves the name open if it gives several. Nothing changes.
#[inline]
pub(super) fn refuse(rule: Rule, errors: &[ErrorName]) -> Outcomes {
    let admission = admission(rule);
    errors
        .iter()
        .map(|error| Outcome { reply: Reply::Refused(*error), change: Change::None, rule, admission })
        .collect()
}

/// The answers that are admitted where the sources leave a point open.
pub(super) fn either(rule: Rule, alternatives: impl IntoIterator<Item = (Reply, Change)>) -> Outcomes {
    debug_assert!(rule.basis == Basis::Open, "{} is not open", rule.id);
    one_of(rule, alternatives)
}

/// One of several, where the client cannot foresee which (a job's status, for instance), or where the point
/// is open.
#[inline]
pub(super) fn one_of(rule: Rule, alternatives: impl IntoIterator<Item = (Reply, Change)>) -> Outcomes {
    let admission = admission(rule);
    let mut outcomes = Outcomes::new();
    for (reply, change) in alternatives {
        outcomes.say(Outcome { reply, change, rule, admission });
    }
    outcomes
}

/// How an outcome that the rule states is admitted.
fn admission(rule: Rule) -> Admission {
    if rule.basis == Basis::Open { Admission::Open } else { Admission::Required }
}

/// How outcomes are put together.
pub(super) trait Saying: Sized {
    /// Adds one, unless a stronger one already says the same.
    fn say(&mut self, outcome: Outcome);

    /// These outcomes besides.
    fn or(self, others: Outcomes) -> Self;

    /// The documents alone would admit this, too, but the rule speaks against it.
    fn against(self, rule: Rule, reply: Reply, change: Change) -> Self;

    /// The documents alone would admit these errors, too, but the rule speaks against them.
    fn against_errors(self, rule: Rule, errors: &[ErrorName]) -> Self;

    /// The same outcomes, admitted no more strongly than that, on the strength of that rule.
    fn at_most(self, rule: Rule, admission: Admission) -> Self;
}

impl Saying for Outcomes {
    #[inline]
    fn say(&mut self, outcome: Outcome) {
        match self.iter_mut().find(|known| known.reply == outcome.reply && known.change == outcome.change) {
            Some(known) if known.admission <= outcome.admission => {}
            Some(known) => *known = outcome,
            None => self.push(outcome),
        }
    }

    #[inline]
    fn or(mut self, others: Outcomes) -> Self {
        for outcome in others {
            self.say(outcome);
        }
        self
    }

    #[inline]
    fn against(mut self, rule: Rule, reply: Reply, change: Change) -> Self {
        self.say(Outcome { reply, change, rule, admission: Admission::Contradicted });
        self
    }

    #[inline]
    fn against_errors(mut self, rule: Rule, errors: &[ErrorName]) -> Self {
        for error in errors {
            let (reply, change) = (Reply::Refused(*error), Change::None);
            self.say(Outcome { reply, change, rule, admission: Admission::Contradicted });
        }
        self
    }

    #[inline]
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

    /// The real service refuses with the first error, the documents refuse, too, and would admit `alone` as
    /// well.
    pub(super) const fn seen_error(
        rule: Rule,
        errors: &'static [ErrorName],
        alone: &'static [ErrorName],
    ) -> Self {
        Self { rule, errors, alone, success: None }
    }

    /// Whether this speaks against the call is not known; the service knows.
    pub(super) const fn unseen(rule: Rule, errors: &'static [ErrorName]) -> Self {
        Self { rule, errors, alone: &[], success: Some(Admission::Required) }
    }

    /// Whether it speaks against the call for sure.
    const fn is_sure(&self) -> bool {
        matches!(self.success, None | Some(Admission::Contradicted))
    }

    /// The documents do not say whether the call is refused.
    pub(super) const fn perhaps(rule: Rule, errors: &'static [ErrorName]) -> Self {
        Self { rule, errors, alone: &[], success: Some(Admission::Open) }
    }
}

/// The outcomes of a call that `objections` speak against, or `success` without any. The documents give no
/// order of precedence, so each objection may be the one reported.
#[inline]
pub(super) fn unless(objections: &[Objection], success: Outcomes) -> Outcomes {
    let mut outcomes = success;
    for objection in objections {
        match objection.success {
            None => {
                outcomes.clear();
                break;
            }
            Some(admission) => outcomes = outcomes.at_most(objection.rule, admission),
        }
    }
    for &Objection { rule, errors, alone, .. } in objections {
        let (sure, doubtful) = (admission(rule), Admission::Contradicted);
        let refusals =
            errors.iter().map(|error| (error, sure)).chain(alone.iter().map(|error| (error, doubtful)));
        for (error, admission) in refusals {
            outcomes.say(Outcome { reply: Reply::Refused(*error), change: Change::None, rule, admission });
        }
    }
    outcomes
}

/// The same where the real service is seen to look for what speaks against a call in this order: of the
/// refusals that come after the first sure one, each would be admitted by the documents alone, but `order`
/// speaks against it.
#[inline]
pub(super) fn in_order(order: Rule, objections: &[Objection], success: Outcomes) -> Outcomes {
    let success = if objections.iter().any(|objection| objection.success.is_none()) {
        Outcomes::new()
    } else {
        success
    };
    let sure = objections.iter().position(Objection::is_sure);
    let (first, later) = objections.split_at(sure.map_or(objections.len(), |place| place + 1));
    let outcomes = unless(first, success);
    later.iter().fold(outcomes, |outcomes, late| {
        outcomes.against_errors(order, late.errors).against_errors(order, late.alone)
    })
}
