//! A trace: the steps that a link names, and the states in which the service may be after each.
//!
//! Exploration knows its state; an answer that was not heard, or a trace of a real service, may leave
//! several. So each position has a set of states, and a walk through a scope is the case of one.

use signer_model::{Admission, Call, Job, JobStatus, Reply, Rule, State, changes, offers, settle};

use crate::ids::{self, HEAD, Head, Literal};
use crate::outcomes::{Outcome, Way, endings, outcomes, tidy};
use crate::subjects::Subject;

/// More worlds than this are no help to anybody.
const MOST_WORLDS: usize = 64;

/// What moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    /// A call.
    Call(Call),
    /// A job ends so.
    Ends(Job, JobStatus),
    /// A job ends.
    Settles(Job),
}

impl By {
    /// What moves, in words.
    pub(crate) fn words(self) -> String {
        match self {
            Self::Call(call) => call.to_string(),
            Self::Ends(job, _) | Self::Settles(job) => format!("{job} ends"),
        }
    }
}

/// A step of a trace.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    /// Its name in links.
    pub(crate) id: String,
    /// What moved.
    pub(crate) by: By,
    /// The answer; none where it is not known, or where no call was made.
    pub(crate) reply: Option<Reply>,
    /// How the answer stands to the sources; none where it is not known.
    pub(crate) admission: Option<Admission>,
    /// The requirement that admits it, or that speaks against it.
    pub(crate) rule: Option<Rule>,
    /// Whether only the wrong rule of the definition gives the answer.
    pub(crate) is_wrong: bool,
    /// What changed, in words, where that is known.
    pub(crate) changes: Vec<String>,
    /// The worlds after it.
    pub(crate) after: Vec<State>,
}

/// The step of that id, taken in these worlds. None if there is no such step here.
pub(crate) fn take(subject: &Subject, worlds: &[State], id: &str) -> Option<Step> {
    if let Some(Literal { call, reply }) = Literal::read(id) {
        return match reply {
            Some(reply) => answered(subject, worlds, &call, &reply),
            None => asked(subject, worlds, &call),
        }
        .map(|step| Step { id: id.to_owned(), ..step });
    }
    for call in subject.calls(id.get(..HEAD)?) {
        let head = Head::of(call);
        if head.any() == id {
            return asked(subject, worlds, call);
        }
        if let Some(outcome) = outcomes(subject, worlds, call).into_iter().find(|outcome| outcome.id == id) {
            return outcome.is_taken().then(|| step(By::Call(*call), outcome));
        }
        let later: Vec<State> = worlds.iter().map(settle).collect();
        let replies = worlds.iter().chain(&later).flat_map(|world| offers(&subject.scope, world, call));
        let reply = replies.map(|offer| offer.outcome.reply).find(|reply| head.answer(reply) == id);
        if let Some(reply) = reply {
            return answered(subject, worlds, call, &reply);
        }
    }
    let ending = endings(subject, worlds).into_iter().find(|(_, _, outcome)| outcome.id == id);
    if let Some((job, status, outcome)) = ending {
        return Some(step(By::Ends(job, status), outcome));
    }
    let jobs = (0..).map(Job).take(signer_model::JOBS);
    jobs.into_iter().find(|job| ids::settles(*job) == id).and_then(|job| settles(subject, worlds, job))
}

fn step(by: By, outcome: Outcome) -> Step {
    Step {
        id: outcome.id,
        by,
        reply: outcome.reply,
        admission: Some(outcome.admission),
        rule: outcome.rule,
        is_wrong: outcome.is_wrong,
        changes: outcome.changes,
        after: outcome.to,
    }
}

/// A call, whatever it is answered.
fn asked(subject: &Subject, worlds: &[State], call: &Call) -> Option<Step> {
    let taken = outcomes(subject, worlds, call).into_iter().filter(Outcome::is_taken);
    let mut after: Vec<State> = taken.flat_map(|outcome| outcome.to).collect();
    tidy(&mut after);
    if after.is_empty() || after.len() > MOST_WORLDS {
        return None;
    }
    let id = Head::of(call).any();
    Some(Step {
        id,
        by: By::Call(*call),
        reply: None,
        admission: None,
        rule: None,
        is_wrong: false,
        changes: Vec::new(),
        after,
    })
}

/// A call that was answered so, whatever it changes. Where no world explains the answer, jobs may have ended
/// before it; and as a last resort it is one that a source speaks against.
pub(crate) fn answered(subject: &Subject, worlds: &[State], call: &Call, reply: &Reply) -> Option<Step> {
    let fitting = |worlds: &[State]| {
        let mut fitting = outcomes(subject, worlds, call);
        fitting.retain(|outcome| outcome.reply.as_ref() == Some(reply) && outcome.way != Way::Out);
        let resort = fitting.iter().all(|outcome| outcome.way == Way::Against);
        fitting.retain(|outcome| resort || outcome.way != Way::Against);
        fitting
    };
    let is_plain = |fitting: &[Outcome]| fitting.first().is_some_and(|outcome| outcome.way != Way::Against);
    let mut chosen = fitting(worlds);
    if !is_plain(&chosen) {
        let later = fitting(&worlds.iter().map(settle).collect::<Vec<_>>());
        if chosen.is_empty() || is_plain(&later) {
            chosen = later;
        }
    }
    let first = chosen.iter().min_by_key(|outcome| outcome.admission)?;
    let (admission, rule, is_wrong) = (Some(first.admission), first.rule, first.is_wrong);
    let changes = if chosen.len() == 1 { first.changes.clone() } else { Vec::new() };
    let mut after: Vec<State> = chosen.iter().flat_map(|outcome| outcome.to.iter().copied()).collect();
    tidy(&mut after);
    after.truncate(MOST_WORLDS);
    let id = Head::of(call).answer(reply);
    Some(Step { id, by: By::Call(*call), reply: Some(*reply), admission, rule, is_wrong, changes, after })
}

/// A job that ends in one way or another; where it has ended, or cannot end, nothing comes of it.
fn settles(subject: &Subject, worlds: &[State], job: Job) -> Option<Step> {
    let mut after = Vec::new();
    for world in worlds {
        let before = after.len();
        after.extend(
            (subject.scope.environment)(world)
                .into_iter()
                .filter(|(ending, ..)| *ending == job)
                .map(|(.., to)| to),
        );
        if after.len() == before {
            after.push(*world);
        }
    }
    tidy(&mut after);
    let changes = match (worlds, after.as_slice()) {
        ([before], [after]) => changes(before, after),
        _ => Vec::new(),
    };
    let exists = worlds.iter().any(|world| world.job(job).exists()) && after.len() <= MOST_WORLDS;
    let id = ids::settles(job);
    exists.then_some(Step {
        id,
        by: By::Settles(job),
        reply: None,
        admission: None,
        rule: None,
        is_wrong: false,
        changes,
        after,
    })
}

/// The worlds at the beginning.
pub(crate) fn beginning(subject: &Subject) -> Vec<State> {
    vec![signer_model::expected(&subject.scope.initial)]
}

/// The id of a call in a subject, with an answer if that is known: short where the subject has the call.
pub(crate) fn id_of(subject: &Subject, worlds: &[State], call: &Call, reply: Option<&Reply>) -> String {
    let head = Head::of(call);
    if !subject.calls(&head.digits).contains(call) {
        return Literal { call: *call, reply: reply.copied() }.id();
    }
    let Some(reply) = reply else { return head.any() };
    let fitting = outcomes(subject, worlds, call);
    let mut fitting =
        fitting.iter().filter(|outcome| outcome.reply.as_ref() == Some(reply) && outcome.is_taken());
    match (fitting.next(), fitting.next()) {
        (Some(only), None) => only.id.clone(),
        _ => head.answer(reply),
    }
}
