//! What a case has put to the test, seen and found: the sheet that it hands in.

use std::collections::BTreeMap;

use signer_model::{Call, Reply};
use signer_schemas::{Basis, Operation, RequirementId};

use crate::data::case::{Answer, CaseResult, Unexplained};
use crate::data::departure::{Departure, RootKey};
use crate::data::detector::Detector;
use crate::data::exchange::{Silence, cut};
use crate::data::finding::{Complaint, Finding, Verdict};
use crate::data::open_answer::OpenAnswer;
use crate::data::program::Program;

/// The longest text that a case tells of an answer.
const LONGEST_TEXT: usize = 1000;

/// Where in a case something shows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// The step of the program.
    pub(super) step: usize,
    /// Index of the answer.
    pub(super) exchange: usize,
}

/// The result of a case, as it comes about.
pub(super) struct Sheet {
    pub(super) result: CaseResult,
    steps_taken: u32,
    /// The first answer that did not come, in words.
    silence: Option<String>,
}

impl Sheet {
    /// Nothing was asked yet.
    pub(super) fn new(program: &Program) -> Self {
        Self { result: CaseResult::new(program), steps_taken: 0, silence: None }
    }

    /// The result of a case that has come to its end, or to that of the run.
    pub(super) fn conclude(mut self, is_cut: bool) -> CaseResult {
        if !self.result.findings.is_empty() {
            self.result.verdict = Verdict::Fail;
            self.result.reason = Some(self.result.findings[0].summary.clone());
        } else if is_cut {
            self.end(Verdict::Skipped, "the run ended in the middle of it");
        } else if self.steps_taken == 0 && self.result.verdict == Verdict::Pass {
            self.end(Verdict::Unimplemented, "the target has none of the operations of this case");
        } else if self.result.verdict == Verdict::Pass
            && let Some(silence) = self.silence.take()
        {
            self.end(Verdict::Inconclusive, format!("{silence}; what came otherwise fits"));
        }
        self.result
    }

    /// The case ends here, with this verdict.
    pub(super) fn end(&mut self, verdict: Verdict, reason: impl Into<String>) {
        self.result.verdict = verdict;
        self.result.reason = Some(cut(&reason.into(), LONGEST_TEXT));
    }

    /// Whether the case has ended otherwise than by passing.
    pub(super) fn has_ended(&self) -> bool {
        self.result.verdict != Verdict::Pass
    }

    /// The target has what a step asks for.
    pub(super) const fn step_taken(&mut self) {
        self.steps_taken += 1;
    }

    /// The answer to the call never came.
    pub(super) fn lost(&mut self, step: usize, call: &Call, silence: &Silence) {
        self.silence.get_or_insert_with(|| format!("the answer to {call} never came: {silence}"));
        self.result.answers.push(Answer { step, call: *call, reply: None, by_list: false });
    }

    /// An answer never came.
    pub(super) const fn misses_an_answer(&self) -> bool {
        self.silence.is_some()
    }

    /// The requirement was put to the test.
    pub(super) fn exercise(&mut self, requirement: &str) {
        count(&mut self.result.exercised, requirement);
    }

    /// Whether the requirement was put to the test.
    pub(super) fn has_exercised(&self, requirement: &str) -> bool {
        self.result.exercised.contains_key(requirement)
    }

    /// An answer came that would have been another one without the effect, or the filter, of which the
    /// requirement speaks.
    pub(super) fn see(&mut self, requirement: &str) {
        if signer_schemas::requirement(requirement).is_some_and(|row| row.effect) {
            count(&mut self.result.seen, requirement);
        }
    }

    /// The model could take the answer, or what the entry of a list tells of it, which shows these rules.
    pub(super) fn answered(&mut self, answer: Answer, shows: &[&str]) {
        for rule in shows {
            self.see(rule);
        }
        self.result.answers.push(answer);
    }

    /// The model could not take the answer, or what the entry of a list tells of it, or takes it against some
    /// source.
    pub(super) fn departed(&mut self, root: RootKey, call: &Call, reply: &Reply) {
        let after = self.result.answers.len();
        self.result.unexplained.push(Unexplained { root, after, call: *call, reply: *reply });
    }

    /// An answer departs from what the complaint names.
    pub(super) fn complain(
        &mut self,
        place: Place,
        operation: Operation,
        by: Detector,
        complaint: Complaint,
    ) {
        let basis = basis_of(&complaint.requirement);
        self.find(place, complaint.departure(basis, operation, by));
    }

    /// Writes a finding down, once for each step.
    pub(super) fn find(&mut self, Place { step, exchange }: Place, mut departure: Departure) {
        let Departure { summary, permitted, observed, .. } = &mut departure;
        for text in [summary, observed].into_iter().chain(permitted) {
            *text = cut(text, LONGEST_TEXT);
        }
        let finding = Finding { departure, step, exchange };
        let is_known = |known: &Finding| known.root() == finding.root() && known.step == finding.step;
        if !self.result.findings.iter().any(is_known) {
            self.result.findings.push(finding);
        }
    }

    /// The open point is answered so.
    pub(super) fn answer_open(&mut self, requirement: &str, answer: OpenAnswer) {
        self.result.open_points.entry(requirement.into()).or_default().insert(answer);
    }

    /// How many findings there are.
    pub(super) const fn findings(&self) -> usize {
        self.result.findings.len()
    }

    /// The finding made last is one of calls made at once.
    pub(super) fn told_of_order(&mut self, call: &Call, reply: &Reply, before: &str) {
        if let Some(finding) = self.result.findings.last_mut() {
            finding.departure.by = Detector::Linearizability;
            let first = if before.is_empty() { "first".to_owned() } else { format!("after {before}") };
            finding.departure.summary =
                format!("no order of the calls explains the answers: {first}, {call} was answered {reply}");
        }
    }

    /// The finding made last is shown by that answer, and not by what came after it.
    pub(super) fn found_at(&mut self, exchange: usize) {
        if let Some(finding) = self.result.findings.last_mut() {
            finding.exchange = exchange;
        }
    }

    /// What the model found since then, if it was a refusal; the finding is taken back for a caller that
    /// knows better.
    pub(super) fn refused_since(&mut self, before: usize) -> Option<String> {
        let index = (before..self.result.findings.len()).find(|index| {
            let finding = &self.result.findings[*index];
            finding.by == Detector::Model && finding.observed.starts_with('4')
        })?;
        Some(self.result.findings.remove(index).departure.observed)
    }

    /// The crash that was found last is one on that input.
    pub(super) fn name_crash(&mut self, input: Option<String>) {
        if let Some(finding) =
            self.result.findings.last_mut().filter(|finding| finding.by == Detector::ServerError)
        {
            finding.departure.crashed_by = input;
        }
    }

    /// Takes back the `server-error` findings of that step: the model or the probe names the root.
    pub(super) fn absorb_crash(&mut self, step: usize) {
        self.result.findings.retain(|finding| finding.by != Detector::ServerError || finding.step != step);
    }
}

/// One time more for that requirement.
fn count(times: &mut BTreeMap<RequirementId, u32>, requirement: &str) {
    if let Some(times) = times.get_mut(requirement) {
        *times += 1;
    } else {
        times.insert(requirement.into(), 1);
    }
}

/// What a finding rests on. An open point admits several answers; that one outside them all is wrong follows
/// from the documents.
pub(super) fn basis_of(requirement: &str) -> Basis {
    match signer_schemas::requirement(requirement).map(|requirement| requirement.basis) {
        None | Some(Basis::Open) => Basis::Inferred,
        Some(basis) => basis,
    }
}
