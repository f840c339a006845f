//! The state of one running case.

use std::collections::VecDeque;
use std::time::Duration;

use signer_model::{Call, ErrorName, Reply, State, Worlds};
use signer_schemas::{Basis, Operation};

use crate::data::case::{CaseResult, StepExchange};
use crate::data::exchange::{Response, Silence, cut};
use crate::data::finding::{Complaint, Finding, Verdict};
use crate::data::program::Program;
use crate::judge::noticers;
use crate::judge::runner::Runner;
use crate::judge::runner::blame::Doubtful;
use crate::judge::runner::effects::Effects;
use crate::judge::runner::shared::{Ended, Sharing};
use crate::operations::Bindings;

pub(crate) struct Case<'a> {
    pub(super) runner: &'a Runner<'a>,
    pub(super) program: &'a Program,
    pub(super) worlds: Worlds,
    /// What was acknowledged and not seen yet.
    pub(super) effects: Effects,
    /// The acknowledgements that no source requires, or that one speaks against.
    pub(super) doubtful: Vec<Doubtful>,
    pub(super) bindings: Bindings,
    pub(super) step: usize,
    /// The last answer's body, if it was JSON.
    pub(super) last: Option<serde_json::Value>,
    /// How long the scene has waited for jobs.
    pub(super) waited: Duration,
    /// What the scene is about.
    pub(super) subject: Option<Operation>,
    steps_taken: u32,
    /// The first answer that did not come, in words.
    pub(super) silence: Option<String>,
    /// The run ended in the middle of the case.
    pub(super) is_cut: bool,
    pub(super) result: CaseResult,
    pub(super) exchanges: Vec<StepExchange>,
    /// What the exchanges weigh.
    pub(super) weight: usize,
    /// The bytes of those exchanges that the case has made itself.
    pub(super) size: usize,
    /// The answers that are at hand for what the case asks next.
    pub(super) given: VecDeque<StepExchange>,
    /// What the cases of a plan share; none for a case that is run by itself.
    pub(super) sharing: Option<&'a Sharing>,
    /// After how many pages a list is followed no further, and why.
    pub(super) follows: Option<(usize, Silence)>,
    /// How long the case has waited for others.
    pub(super) parked: Duration,
    /// Whether the case has come to its last step.
    pub(super) is_whole: bool,
}

/// The longest text that a case tells of an answer.
const LONGEST_TEXT: usize = 1000;

impl<'a> Case<'a> {
    pub(super) fn new(runner: &'a Runner<'a>, program: &'a Program, tag: &str) -> Self {
        let initial = State { platforms: runner.context.platforms, ..State::new() };
        Self {
            runner,
            program,
            worlds: Worlds::new(program.edition, initial),
            effects: Effects::new(Worlds::new(program.edition, initial)),
            doubtful: Vec::new(),
            bindings: Bindings::new(runner.context, tag),
            step: 0,
            last: None,
            subject: None,
            waited: Duration::ZERO,
            steps_taken: 0,
            silence: None,
            is_cut: false,
            result: CaseResult::new(program),
            exchanges: Vec::new(),
            weight: 0,
            size: 0,
            given: VecDeque::new(),
            sharing: None,
            follows: None,
            parked: Duration::ZERO,
            is_whole: true,
        }
    }

    /// Takes the steps in turn, until one ends the case.
    pub(super) async fn play(&mut self) {
        for (index, step) in self.program.steps.iter().enumerate() {
            self.step = index;
            if self.take(step).await.is_break() {
                self.is_whole = false;
                break;
            }
        }
    }

    pub(super) fn finish(mut self) -> Ended {
        if !self.result.findings.is_empty() {
            self.result.verdict = Verdict::Fail;
            self.result.reason = Some(self.result.findings[0].summary.clone());
        } else if self.is_cut {
            self.end(Verdict::Skipped, "the run ended in the middle of it");
        } else if self.steps_taken == 0 && self.result.verdict == Verdict::Pass {
            self.end(Verdict::Unimplemented, "the target has none of the operations of this case");
        } else if self.result.verdict == Verdict::Pass
            && let Some(silence) = self.silence.take()
        {
            self.end(Verdict::Inconclusive, format!("{silence}; what came otherwise fits"));
        }
        let Self { result, exchanges, size, parked, is_whole, .. } = self;
        Ended { result, exchanges, size, parked, is_whole }
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

    /// The call as this target can take it.
    pub(super) fn adapt(&self, call: &Call) -> Call {
        self.runner.adapt(call)
    }

    pub(super) const fn taken(&mut self) {
        self.steps_taken += 1;
    }

    /// The requirement was put to the test.
    pub(crate) fn exercise(&mut self, requirement: &str) {
        *self.result.exercised.entry(requirement.to_owned()).or_default() += 1;
    }

    /// An answer came that would have been another one without the effect, or the filter, of which the
    /// requirement speaks.
    pub(crate) fn see(&mut self, requirement: &str) {
        if signer_schemas::requirement(requirement).is_some_and(|row| row.effect) {
            *self.result.seen.entry(requirement.to_owned()).or_default() += 1;
        }
    }

    pub(super) fn complain(&mut self, operation: Operation, by: &str, complaint: Complaint) {
        self.find(Finding {
            basis: basis_of(&complaint.requirement),
            requirement: complaint.requirement,
            operation,
            by: by.to_owned(),
            summary: complaint.summary,
            permitted: complaint.permitted,
            observed: complaint.observed,
            step: self.step,
            exchange: self.last_exchange(),
            crashed_by: None,
        });
    }

    /// Index of the answer that came last.
    pub(super) fn last_exchange(&self) -> usize {
        self.exchanges.len().saturating_sub(1)
    }

    pub(super) fn find(&mut self, mut finding: Finding) {
        for text in [&mut finding.summary, &mut finding.observed].into_iter().chain(&mut finding.permitted) {
            *text = cut(text, LONGEST_TEXT);
        }
        if !self
            .result
            .findings
            .iter()
            .any(|known| known.root() == finding.root() && known.step == finding.step)
        {
            self.result.findings.push(finding);
        }
    }

    /// Whether the requirement was put to the test.
    pub(super) fn has_asked(&self, requirement: &str) -> bool {
        self.result.exercised.contains_key(requirement)
    }

    /// The open point is answered so.
    pub(super) fn answer_open(&mut self, requirement: &str, answer: &str) {
        let answer = &cut(answer, LONGEST_TEXT);
        let answers = self.result.open_points.entry(requirement.to_owned()).or_default();
        if answers.len() > LONGEST_TEXT {
            // A target that answers differently each time needs no more of its answers listed.
        } else if answers.is_empty() {
            answer.clone_into(answers);
        } else if !answers.split("; ").any(|known| known == answer) {
            answers.push_str("; ");
            answers.push_str(answer);
        }
    }

    /// How open points are answered so far.
    pub(super) const fn open_points(&mut self) -> &mut std::collections::BTreeMap<String, String> {
        &mut self.result.open_points
    }

    /// The finding made last is one of calls made at once.
    pub(super) fn told_of_order(&mut self, call: &Call, reply: &Reply, before: &str) {
        if let Some(finding) = self.result.findings.last_mut() {
            noticers::LINEARIZABILITY.clone_into(&mut finding.by);
            let first = if before.is_empty() { "first".to_owned() } else { format!("after {before}") };
            finding.summary =
                format!("no order of the calls explains the answers: {first}, {call} was answered {reply}");
        }
    }

    /// The finding made last is shown by that answer, and not by what came after it.
    pub(super) fn found_at(&mut self, exchange: usize) {
        if let Some(finding) = self.result.findings.last_mut() {
            finding.exchange = exchange;
        }
    }

    /// How many findings there are.
    pub(super) const fn findings(&self) -> usize {
        self.result.findings.len()
    }

    /// What the model found since then, if it was a refusal; the finding is taken back for a caller that
    /// knows better.
    pub(super) fn refused_since(&mut self, before: usize) -> Option<String> {
        let index = (before..self.result.findings.len()).find(|index| {
            let finding = &self.result.findings[*index];
            finding.by == noticers::MODEL && finding.observed.starts_with('4')
        })?;
        Some(self.result.findings.remove(index).observed)
    }

    /// The crash that was found last is one on that input.
    pub(super) fn name_crash(&mut self, input: Option<String>) {
        if let Some(finding) = self.result.findings.last_mut().filter(|finding| finding.by == "server-error")
        {
            finding.crashed_by = input;
        }
    }

    /// Takes back the `server-error` findings of this step: the model or the probe names the root.
    pub(super) fn absorb_crash(&mut self) {
        let step = self.step;
        self.result.findings.retain(|finding| finding.by != "server-error" || finding.step != step);
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

/// An error answer in symbols.
pub(super) fn refusal(response: &Response) -> Reply {
    Reply::Refused(match response.error_type().as_deref() {
        // The edition of 2019 spells it in two ways.
        Some("InternalServerErrorException") => ErrorName::InternalServiceError,
        Some(name) => ErrorName::from_id(name),
        None => ErrorName::Other,
    })
}

/// An answer in the target's words: status, error type, the beginning of the body.
pub(super) fn in_words(response: &Response) -> String {
    let body = String::from_utf8_lossy(&response.body);
    let body: String = body.chars().take(200).collect();
    match response.error_type().filter(|_| !response.is_success()) {
        Some(error) => format!("{} {error}: {}", response.status, body.trim()),
        None => format!("{} {}", response.status, body.trim()),
    }
}
