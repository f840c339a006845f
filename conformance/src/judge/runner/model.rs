//! Answers in symbols, held against the model.

use std::fmt::Display;

use signer_model::{Admission, Call, Permitted, Reply, Violation};
use signer_schemas::RequirementId;

use crate::data::case::Answer;
use crate::data::departure::RootKey;
use crate::data::detector::Detector;
use crate::data::finding::Complaint;
use crate::judge::runner::case::Case;
use crate::judge::runner::oracle::Explained;

impl Case<'_> {
    /// The model could take the answer, or what the entry of a list tells of it, which shows these rules.
    pub(super) fn answered(&mut self, call: &Call, reply: &Reply, by_list: bool, shows: &[&str]) {
        let step = self.conversation.step;
        self.sheet.answered(Answer { step, call: *call, reply: Some(*reply), by_list }, shows);
    }

    /// Puts an answer before the model. `observed` says it in the target's words.
    pub(super) fn judge(
        &mut self,
        call: &Call,
        reply: &Reply,
        observed: &dyn Display,
    ) -> Result<(), Violation> {
        let Explained { permitted, shows, settles } = self.oracle.judge(call, reply)?;
        let is_contradicted = permitted.admission == Admission::Contradicted;
        if is_contradicted {
            let root = RootKey::new(permitted.rule.id, call.request.operation());
            self.sheet.departed(root, call, &permitted.reply);
        }
        self.answered(call, &permitted.reply, false, &shows);
        self.exercise(permitted.rule.id);
        if let Some(answer) = settles {
            self.sheet.answer_open(permitted.rule.id, answer);
        }
        if is_contradicted {
            let complaint = Complaint {
                requirement: permitted.rule.id.into(),
                summary: format!("{call} was answered {reply}"),
                permitted: words_for(&permitted),
                observed: observed.to_string(),
            };
            let (basis, operation) = (permitted.rule.basis, call.request.operation());
            let place = self.place();
            self.sheet.find(place, complaint.departure(basis, operation, Detector::Model));
        }
        Ok(())
    }

    /// The answer departs from that requirement, whatever else speaks against it.
    pub(super) fn departs_from(
        &mut self,
        requirement: &str,
        call: &Call,
        reply: &Reply,
        observed: &dyn Display,
    ) {
        let permitted = self.oracle.worlds.permitted(call);
        let Some(broken) = permitted.first().map(|one| one.rule) else { return };
        self.violation(call, reply, observed, &Violation { permitted, broken }, Some(requirement));
    }

    /// The answer is none of those permitted.
    pub(super) fn violation(
        &mut self,
        call: &Call,
        reply: &Reply,
        observed: &dyn Display,
        violation: &Violation,
        requirement: Option<&str>,
    ) {
        let place = self.place();
        self.sheet.absorb_crash(place.step);
        let blamed = || self.oracle.blames(call, reply, &violation.permitted);
        let id = RequirementId::from(requirement.or_else(blamed).unwrap_or(violation.broken.id));
        self.exercise(&id);
        let mut permitted: Vec<String> = violation
            .permitted
            .iter()
            .filter(|permitted| permitted.admission != Admission::Contradicted)
            .map(|permitted| format!("{} ({})", permitted.reply, permitted.rule.id))
            .collect();
        permitted.dedup();
        self.sheet.departed(RootKey::new(id.clone(), call.request.operation()), call, reply);
        let complaint = Complaint {
            requirement: id,
            summary: format!("{call} was answered {reply}"),
            permitted,
            observed: observed.to_string(),
        };
        self.sheet.complain(place, call.request.operation(), Detector::Model, complaint);
    }
}

/// What the requirement that speaks against an outcome says.
fn words_for(contradicted: &Permitted) -> Vec<String> {
    let rule = signer_schemas::requirement(contradicted.rule.id);
    vec![rule.map_or_else(|| contradicted.rule.id.to_owned(), |rule| rule.statement.clone())]
}
