//! Answers in symbols, held against the model.

use std::collections::BTreeSet;

use signer_model::{Admission, Call, Permitted, Reply, Violation};
use signer_schemas::Operation;

use crate::data::case::{Answer, Unexplained};
use crate::data::finding::Finding;
use crate::judge::noticers;
use crate::judge::runner::blame::Doubtful;
use crate::judge::runner::case::{Case, basis_of};
use crate::judge::runner::effects::filter_shows;
use crate::judge::runner::open;

impl Case<'_> {
    /// How many rules explain the answer.
    fn explanations(&self, call: &Call, reply: &Reply) -> usize {
        let permitted = self.worlds.permitted(call).into_iter();
        let fitting = permitted.filter(|one| one.reply == *reply && one.admission != Admission::Contradicted);
        fitting.map(|one| one.rule.id).collect::<BTreeSet<_>>().len()
    }

    /// The model could take the answer, or what the entry of a list tells of it.
    pub(super) fn answered(&mut self, call: &Call, reply: &Reply, by_list: bool) {
        for rule in self.effects.told(call, reply) {
            self.see(rule);
        }
        self.result.answers.push(Answer { step: self.step, call: *call, reply: Some(*reply), by_list });
    }

    /// Puts an answer before the model. `observed` says it in the target's words.
    pub(super) fn judge(&mut self, call: &Call, reply: &Reply, observed: &str) -> Result<(), Violation> {
        let explanations = self.explanations(call, reply);
        let before = self.worlds.clone();
        let permitted = self.worlds.observe(call, reply)?;
        if permitted.admission == Admission::Contradicted {
            self.departed((permitted.rule.id.to_owned(), call.request.operation()), call, &permitted.reply);
        }
        self.answered(call, &permitted.reply, false);
        self.exercise(permitted.rule.id);
        self.doubtful.extend(Doubtful::of(call, &permitted));
        match filter_shows(&before, call, reply) {
            Some(true) => self.see(permitted.rule.id),
            Some(false) => {}
            None => self.effects.acknowledged(permitted.rule.id, (&before, &self.worlds), call, reply),
        }
        match permitted.admission {
            Admission::Required => {}
            // An answer that another rule explains as well does not tell how this point is answered.
            Admission::Open if explanations > 1 => {}
            Admission::Open => {
                if let Some(answer) = open::answer(permitted.rule.id, &before, call, reply) {
                    self.answer_open(permitted.rule.id, &answer);
                }
            }
            Admission::Contradicted => self.find(Finding {
                requirement: permitted.rule.id.to_owned(),
                basis: permitted.rule.basis,
                operation: call.request.operation(),
                by: noticers::MODEL.to_owned(),
                summary: format!("{call} was answered {reply}"),
                permitted: words_for(&permitted),
                observed: observed.to_owned(),
                step: self.step,
                exchange: self.last_exchange(),
                crashed_by: None,
            }),
        }
        Ok(())
    }

    /// The model could not take the answer, or what the entry of a list tells of it, or takes it against some
    /// source.
    pub(super) fn departed(&mut self, root: (String, Operation), call: &Call, reply: &Reply) {
        let after = self.result.answers.len();
        self.result.unexplained.push(Unexplained { root, after, call: *call, reply: *reply });
    }

    /// The answer departs from that requirement, whatever else speaks against it.
    pub(super) fn departs_from(&mut self, requirement: &str, call: &Call, reply: &Reply, observed: &str) {
        let permitted = self.worlds.permitted(call);
        let Some(broken) = permitted.first().map(|one| one.rule) else { return };
        self.violation(call, reply, observed, &Violation { permitted, broken }, Some(requirement));
    }

    /// The answer is none of those permitted.
    pub(super) fn violation(
        &mut self,
        call: &Call,
        reply: &Reply,
        observed: &str,
        violation: &Violation,
        requirement: Option<&str>,
    ) {
        self.absorb_crash();
        let blamed = || {
            self.doubtful.iter().rev().find_map(|earlier| earlier.explains(call, reply, &violation.permitted))
        };
        let id = requirement.or_else(blamed).unwrap_or(violation.broken.id).to_owned();
        self.exercise(&id);
        let mut permitted: Vec<String> = violation
            .permitted
            .iter()
            .filter(|permitted| permitted.admission != Admission::Contradicted)
            .map(|permitted| format!("{} ({})", permitted.reply, permitted.rule.id))
            .collect();
        permitted.dedup();
        self.departed((id.clone(), call.request.operation()), call, reply);
        self.find(Finding {
            basis: basis_of(&id),
            requirement: id,
            operation: call.request.operation(),
            by: noticers::MODEL.to_owned(),
            summary: format!("{call} was answered {reply}"),
            permitted,
            observed: observed.to_owned(),
            step: self.step,
            exchange: self.last_exchange(),
            crashed_by: None,
        });
    }
}

/// What the requirement that speaks against an outcome says.
fn words_for(contradicted: &Permitted) -> Vec<String> {
    let rule = signer_schemas::requirement(contradicted.rule.id);
    vec![rule.map_or_else(|| contradicted.rule.id.to_owned(), |rule| rule.statement.clone())]
}
