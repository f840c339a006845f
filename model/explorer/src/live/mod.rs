//! The same steps asked of a real service, and its answers judged.
//!
//! The whole trace is asked again at each change, under fresh names: so undo, forks and links work without a
//! session.

mod member;
pub(crate) mod targets;

use serde::Serialize;
use signer_conformance::visible::visible;
use signer_conformance::{Answer, CaseResult, Exchange, Finding, Program, Replay, Verdict, replay};
use signer_model::{Call, Reply, Request, State, settle};
use signer_schemas::RequirementId;

use crate::ids;
use crate::ledger::Requirement;
use crate::live::member::member;
use crate::live::targets::{Target, Targets};
use crate::outcomes::{Way, outcomes};
use crate::position::Position;
use crate::program::program;
use crate::steps::{By, id_of, take};

/// What a service answered to a trace.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Live {
    /// Who was asked, in words.
    pub(crate) target: String,
    /// What came of each step.
    pub(crate) steps: Vec<Asked>,
    /// How it ended, in words, where there is something to say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<String>,
    /// How many requests were sent.
    pub(crate) requests: usize,
}

/// What came of one step.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Asked {
    /// How the answer stands to the trace and to the model.
    pub(crate) verdict: Told,
    /// The answer in words.
    pub(crate) answer: String,
    /// The trace on which the answer is as it came; none unless it is another branch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) follow: Option<Vec<String>>,
    /// Where the answer departs, if it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) departure: Option<Departure>,
    /// What went over the wire.
    pub(crate) exchanges: Vec<Wire>,
}

/// How an answer stands to the trace and to the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Told {
    /// It is that of the trace.
    Same,
    /// It is admitted, but another one.
    Otherwise,
    /// It is not admitted.
    Departs,
    /// It never came.
    Silent,
    /// The step was not taken.
    NotRun,
}

impl Told {
    /// The mark and the words of it.
    pub(crate) const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Same => ("=", "as the trace"),
            Self::Otherwise => ("~", "another branch"),
            Self::Departs => ("✕", "departs"),
            Self::Silent => ("?", "no answer"),
            Self::NotRun => ("–", "not asked"),
        }
    }
}

/// Where an answer departs from what is permitted.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Departure {
    /// The requirement.
    pub(crate) requirement: RequirementId,
    /// The departure in one sentence.
    pub(crate) summary: String,
    /// The member of the answer at which it departs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) member: Option<String>,
    /// What was permitted.
    pub(crate) permitted: Vec<String>,
    /// What came.
    pub(crate) observed: String,
    /// What the requirement says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) rule: Option<Requirement>,
}

/// A request and its answer, as they were before signing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Wire {
    /// Method and target.
    pub(crate) request: String,
    /// The body sent.
    pub(crate) sent: String,
    /// The status, or why there is none.
    pub(crate) answer: String,
    /// The body that came.
    pub(crate) came: String,
}

/// The longest text of a body that a page shows.
const LONGEST_BODY: usize = 2000;

impl Wire {
    /// What a page shows of an exchange.
    pub(crate) fn new(exchange: &Exchange) -> Self {
        let text = |bytes: &[u8]| {
            let text = String::from_utf8_lossy(bytes);
            visible(&text.chars().take(LONGEST_BODY).collect::<String>())
        };
        let (answer, came) = match &exchange.outcome {
            Ok(response) => (response.status.to_string(), text(&response.body)),
            Err(silence) => (silence.to_string(), String::new()),
        };
        let request = visible(&format!("{} {}", exchange.request.method, exchange.request.target));
        Self { request, sent: text(&exchange.request.body), answer: visible(&answer), came }
    }
}

/// Asks a service the trace up to where one stands, and judges what it answers.
pub(crate) async fn ask(targets: &dyn Targets, target: &Target, position: &Position) -> Result<Live, String> {
    let program = program(position, position.at);
    let replayed = run(targets, target, &program).await?;
    Ok(judged(&target.words(targets), position, &replayed))
}

/// Runs a program.
pub(crate) async fn run(targets: &dyn Targets, target: &Target, program: &Program) -> Result<Replay, String> {
    let endpoint = targets.open(target, program.edition)?;
    let options = targets.options(target, program.edition);
    replay(endpoint.as_ref(), program, &options).await.map_err(|error| error.to_string())
}

fn judged(target: &str, position: &Position, replayed: &Replay) -> Live {
    let Replay { result, exchanges, .. } = replayed;
    let steps = (0..position.at).map(|index| {
        let sent = exchanges.iter().filter(|sent| sent.step == index);
        let exchanges: Vec<Wire> = sent.map(|sent| Wire::new(&sent.exchange)).collect();
        let answer = result.answers.iter().rfind(|answer| answer.step == index && !answer.by_list);
        let found = result.findings.iter().find(|finding| finding.step == index);
        let mut asked = step(position, index, answer, result, found);
        if exchanges.is_empty() && asked.verdict != Told::Same {
            asked.verdict = Told::NotRun;
        }
        Asked { exchanges, ..asked }
    });
    let steps: Vec<Asked> = steps.collect();
    let reason = match result.verdict {
        Verdict::Pass | Verdict::Fail | Verdict::Deviates => None,
        Verdict::Unimplemented | Verdict::Skipped | Verdict::Inconclusive | Verdict::Error => {
            result.reason.clone()
        }
    };
    Live { target: target.to_owned(), steps, reason, requests: exchanges.len() }
}

/// What came of a step; there is no answer if none was judged.
fn step(
    position: &Position,
    index: usize,
    answer: Option<&Answer>,
    result: &CaseResult,
    found: Option<&Finding>,
) -> Asked {
    let step = &position.steps[index];
    let plain = |verdict, answer: String| Asked {
        verdict,
        answer,
        follow: None,
        departure: None,
        exchanges: Vec::new(),
    };
    if let Some(finding) = found {
        let call = match step.by {
            By::Call(call) => call,
            By::Ends(job, _) | By::Settles(job) => Request::DescribeSigningJob { job }.by_owner(),
        };
        let unexplained = result.unexplained.iter().find(|one| one.root == finding.root());
        let permitted = permitted(position, index, &call);
        let departure = Departure {
            requirement: finding.requirement.clone(),
            summary: finding.summary.clone(),
            member: unexplained.and_then(|one| member(&permitted, &one.reply)).map(str::to_owned),
            permitted: finding.permitted.clone(),
            observed: finding.observed.clone(),
            rule: Requirement::of(&finding.requirement),
        };
        let answer = unexplained.map_or_else(|| finding.observed.clone(), |one| one.reply.to_string());
        return Asked { departure: Some(departure), ..plain(Told::Departs, answer) };
    }
    let Some(answer) = answer else { return plain(Told::NotRun, String::new()) };
    match (answer.reply, step.by) {
        (None, _) => plain(Told::Silent, "no answer came".to_owned()),
        (Some(reply), By::Call(call)) => {
            if step.reply.is_none_or(|expected| expected == reply) {
                return plain(Told::Same, reply.to_string());
            }
            let id = id_of(position.subject, position.worlds_at(index), &call, Some(&reply));
            Asked { follow: follow(position, index, &id), ..plain(Told::Otherwise, reply.to_string()) }
        }
        (Some(Reply::Job(view)), By::Ends(job, status)) if view.status != status => {
            let id = ids::ends(job, view.status);
            Asked { follow: follow(position, index, &id), ..plain(Told::Otherwise, view.status.to_string()) }
        }
        (Some(reply), By::Ends(..) | By::Settles(_)) => plain(Told::Same, reply.to_string()),
    }
}

/// The answers that are permitted to a call before that step, whatever jobs have done meanwhile.
fn permitted(position: &Position, index: usize, call: &Call) -> Vec<Reply> {
    let worlds: Vec<State> = position.worlds_at(index).iter().map(settle).collect();
    let outcomes = outcomes(position.subject, &worlds, call);
    outcomes
        .into_iter()
        .filter(|outcome| outcome.way != Way::Against)
        .filter_map(|outcome| outcome.reply)
        .collect()
}

/// The trace with another step in that place, and what of the rest can still be taken.
fn follow(position: &Position, index: usize, id: &str) -> Option<Vec<String>> {
    let other = take(position.subject, position.worlds_at(index), id)?;
    let mut steps: Vec<String> = position.steps[..index].iter().map(|step| step.id.clone()).collect();
    let mut worlds = other.after;
    steps.push(other.id);
    for step in &position.steps[index + 1..] {
        let Some(next) = take(position.subject, &worlds, &step.id) else { break };
        worlds = next.after;
        steps.push(next.id);
    }
    Some(steps)
}
