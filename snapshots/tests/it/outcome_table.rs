//! How the outcomes of calls in situations are laid out: at a glance, then call by call with who says so.

use std::fmt::Write as _;

use signer_model::{Admission, Call, Life, Outcome, Reply, Request, State, changes, expected, permits};
use signer_schemas::{Basis, Edition};

use crate::markdown::{Columns, NOTHING};

const LEGEND: &str = "\
At a glance: a call, and its answer in each situation. What is not marked is documented; (m) only AWS's \
machine-readable
model says so, (o) observed of the real service, (?) open. \"refused\" stands for several errors, which the call's own table
names. There, \"contradicted\" are answers that the documents alone would admit, but the requirement speaks against.
p0 is a profile's name, j0 a job, s0 a statement's id, k0 a tag key.
";

/// Situations that differ in what one resource is like, and the calls that depend on it.
pub(crate) struct Table {
    pub(crate) name: &'static str,
    pub(crate) situations: Vec<(String, State)>,
    pub(crate) calls: Vec<Call>,
}

impl Table {
    pub(crate) fn new(name: &'static str, situations: Vec<(String, State)>, requests: Vec<Request>) -> Self {
        Self { name, situations, calls: requests.into_iter().map(Request::by_owner).collect() }
    }

    pub(crate) fn markdown(&self, edition: Edition) -> String {
        let mut text = self.at_a_glance(edition);
        for call in self.calls(edition) {
            write!(text, "\n## {call}\n\n{}", self.outcomes(edition, call)).expect("text");
        }
        text
    }

    fn calls(&self, edition: Edition) -> impl Iterator<Item = &Call> {
        self.calls.iter().filter(move |call| call.request.operation().in_edition(edition))
    }

    /// What each call is answered in each situation, and which status comes of it. Situations in which all
    /// calls are answered alike share a column.
    fn at_a_glance(&self, edition: Edition) -> String {
        let mut columns: Vec<(Vec<&str>, Vec<String>)> = Vec::new();
        for (situation, state) in &self.situations {
            let cells: Vec<_> = self.calls(edition).map(|call| cell(edition, state, call)).collect();
            match columns.iter_mut().find(|(_, known)| *known == cells) {
                Some((situations, _)) => situations.push(situation),
                None => columns.push((vec![situation], cells)),
            }
        }
        let heads = columns.iter().map(|(situations, _)| situations.join(" / "));
        let mut table = Columns::of(["call".to_owned()].into_iter().chain(heads));
        for (row, call) in self.calls(edition).enumerate() {
            table.row(
                [call.to_string()].into_iter().chain(columns.iter().map(|(_, cells)| cells[row].clone())),
            );
        }
        format!("{LEGEND}\n{}", table.text())
    }

    /// Every outcome of a call: what the sources require, what they leave open, and what only observation or
    /// AWS's machine-readable model speak against.
    fn outcomes(&self, edition: Edition, call: &Call) -> String {
        let mut table = Columns::new(["situation", "answer", "admission", "basis", "requirement", "then"]);
        for (situation, state) in &self.situations {
            let mut outcomes = permits(edition, state, call);
            outcomes.sort_by_key(|outcome| outcome.admission);
            for outcome in outcomes {
                let then = changes(state, &state.after(&outcome.change)).join("; ");
                table.row([
                    situation.clone(),
                    outcome.reply.to_string(),
                    admission(outcome.admission).to_owned(),
                    outcome.rule.basis.id().to_owned(),
                    outcome.rule.id.to_owned(),
                    if then.is_empty() { NOTHING.to_owned() } else { then },
                ]);
            }
        }
        table.text()
    }
}

/// The admitted answers, each with the status that comes of it and a mark for its basis. Of several errors of
/// one basis it says only that the call is refused.
fn cell(edition: Edition, state: &State, call: &Call) -> String {
    let outcomes = permits(edition, state, call);
    let admitted = || outcomes.iter().filter(|outcome| outcome.admission != Admission::Contradicted);
    let refusal =
        |outcome: &Outcome| matches!(outcome.reply, Reply::Refused(_)).then_some(outcome.rule.basis);
    let mut answers = Vec::new();
    for outcome in admitted() {
        let several = refusal(outcome)
            .is_some_and(|basis| admitted().filter(|other| refusal(other) == Some(basis)).count() > 1);
        let reply = if several { "refused".to_owned() } else { outcome.reply.to_string() };
        let answer = format!("{reply}{}{}", becomes(state, outcome), mark(outcome.rule.basis));
        if !answers.contains(&answer) {
            answers.push(answer);
        }
    }
    answers.join(" or ")
}

fn becomes(state: &State, outcome: &Outcome) -> String {
    let after = state.after(&outcome.change);
    // A job's statuses that only the documents would admit are left to the call's own table.
    let [profile, job] = Life::with_status(Edition::Current);
    let statuses = |state: &State| [profile.status(state), job.status(&expected(state))].concat();
    let changed = statuses(state).into_iter().zip(statuses(&after)).find(|(before, after)| before != after);
    changed.map_or_else(String::new, |(_, after)| format!(" → {after}"))
}

const fn mark(basis: Basis) -> &'static str {
    match basis {
        Basis::Documented => "",
        Basis::Inferred => " (i)",
        Basis::Modelled => " (m)",
        Basis::Observed => " (o)",
        Basis::Open => " (?)",
    }
}

const fn admission(admission: Admission) -> &'static str {
    match admission {
        Admission::Required => "required",
        Admission::Open => "open",
        Admission::Contradicted => "contradicted",
    }
}
