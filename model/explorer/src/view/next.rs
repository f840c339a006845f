//! What can come next: the calls with their admitted answers, and, apart from these, what changes nothing,
//! what the sources speak against, and what the scope does not go on to.

use serde::Serialize;
use signer_model::{Account, Admission, Call, Reply, State, makes, renames};
use signer_schemas::Edition;

use crate::cards::named;
use crate::ids::Head;
use crate::ledger::Requirement;
use crate::outcomes::{Outcome, Way, endings, outcomes};
use crate::overlay::Mark;
use crate::position::Position;
use crate::site::Site;
use crate::view::frame::{admission_id, standing};

/// What can come next.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Next {
    /// The calls that can change something, and jobs' ends.
    pub(crate) calls: Vec<Choice>,
    /// The calls that change nothing here.
    pub(crate) idle: Vec<Choice>,
    /// How many of these only ask.
    pub(crate) reads: usize,
    /// How many of these are refused.
    pub(crate) refusals: usize,
    /// Answers that some source speaks against.
    pub(crate) against: Vec<Choice>,
    /// Answers that lead out of the scope.
    pub(crate) out: Vec<Choice>,
    /// Answers that the target as which one walks does not give.
    pub(crate) elsewhere: Vec<Choice>,
    /// Calls that the model has no word for here.
    pub(crate) beyond: Vec<String>,
    /// How many calls the search leaves out.
    pub(crate) left_out: usize,
}

/// A call with some of its answers.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Choice {
    /// The call in words, or a job that ends.
    pub(crate) call: String,
    /// The operation; none for a job that ends.
    pub(crate) operation: Option<&'static str>,
    /// Whether another account than the owner calls.
    pub(crate) by_other: bool,
    /// Of a call that is refused, how what it names stands here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) here: Option<String>,
    /// The answers.
    pub(crate) answers: Vec<Answer>,
    /// The link by which the call is made without its answer being heard; none where there is but one answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) unheard: Option<String>,
}

/// An answer.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Answer {
    /// Its name in links.
    pub(crate) id: String,
    /// The key that takes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) key: Option<usize>,
    /// The answer in words.
    pub(crate) reply: String,
    /// `required`, `open` or `contradicted`.
    pub(crate) admission: &'static str,
    /// Whether the call is refused.
    #[serde(skip)]
    pub(crate) is_refusal: bool,
    /// How it stands to the sources, in words.
    pub(crate) standing: String,
    /// The requirement.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) requirement: Option<Requirement>,
    /// What changes.
    pub(crate) changes: Vec<String>,
    /// Where it leads.
    pub(crate) leads: &'static str,
    /// In how many of the worlds it can come, where there are several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) worlds: Option<(usize, usize)>,
    /// The link by which it is taken; none where it cannot be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) link: Option<String>,
    /// What certified targets did, by the report's name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) reached: Vec<(String, Mark)>,
}

/// How many keys there are.
const KEYS: usize = 9;

/// What can come next where one stands.
pub(crate) fn next(site: &Site, position: &Position) -> Next {
    let mut next = Next::default();
    let wanted = position.query.search.to_lowercase();
    let worlds = position.worlds();
    for call in &position.subject.scope.calls {
        if is_beyond_words(position.subject.scope.edition, worlds, call) {
            next.beyond.push(call.to_string());
            continue;
        }
        let found = outcomes(position.subject, worlds, call);
        if matches(&wanted, call, &found) {
            next.sort(site, position, call, &found);
        } else {
            next.left_out += 1;
        }
    }
    for (job, status, outcome) in endings(position.subject, worlds) {
        let ends = format!("{job} ends");
        if !wanted.is_empty()
            && !wanted.split(' ').all(|word| ends.contains(word) || status.id().to_lowercase().contains(word))
        {
            next.left_out += 1;
            continue;
        }
        let ending = Answer { reply: status.to_string(), ..answer(site, position, None, &outcome) };
        match next.calls.last_mut().filter(|last| last.operation.is_none() && last.call == ends) {
            Some(last) => last.answers.push(ending),
            None => {
                next.calls.push(Choice {
                    call: ends,
                    operation: None,
                    by_other: false,
                    here: None,
                    answers: vec![ending],
                    unheard: None,
                });
            }
        }
    }
    // What is refused for a reason that somebody gives comes first: that is what people look for here.
    next.idle.sort_by_key(|choice| {
        let is_refused = choice.answers.iter().all(|answer| answer.is_refusal);
        (!is_refused, choice.answers.iter().any(|answer| answer.admission == "open"))
    });
    let shown = next.calls.iter_mut().flat_map(|choice| &mut choice.answers);
    for (key, answer) in (1..=KEYS).zip(shown.filter(|answer| answer.link.is_some())) {
        answer.key = Some(key);
    }
    next
}

impl Next {
    /// Puts a call's outcomes where they belong.
    fn sort(&mut self, site: &Site, position: &Position, call: &Call, found: &[Outcome]) {
        let worlds = position.worlds();
        // Where several worlds are possible, an answer that leaves fewer of them tells something.
        let tells =
            |outcome: &Outcome| outcome.way == Way::On || worlds.len() > 1 && outcome.to.len() < worlds.len();
        let moves = found.iter().any(|outcome| outcome.is_taken() && tells(outcome));
        let answers = |some: &[&Outcome]| Choice {
            call: call.to_string(),
            operation: Some(call.request.operation().name()),
            by_other: call.by == Account::Other,
            here: None,
            answers: some.iter().map(|outcome| answer(site, position, Some(call), outcome)).collect(),
            unheard: None,
        };
        let of = |way: Way| found.iter().filter(|outcome| outcome.way == way).collect::<Vec<_>>();
        for (list, way) in [(&mut self.against, Way::Against), (&mut self.out, Way::Out)] {
            let some = of(way);
            if !some.is_empty() {
                list.push(answers(&some));
            }
        }
        let mut taken: Vec<&Outcome> = found.iter().filter(|outcome| outcome.is_taken()).collect();
        taken.sort_by_key(|outcome| outcome.way);
        let chosen = |outcome: &&Outcome| is_chosen(site, position, call, outcome, found);
        let elsewhere: Vec<&Outcome> = taken.iter().copied().filter(|outcome| !chosen(outcome)).collect();
        if !elsewhere.is_empty() {
            self.elsewhere.push(answers(&elsewhere));
            taken.retain(chosen);
        }
        if taken.is_empty() {
            return;
        }
        if moves {
            let mut choice = answers(&taken);
            if taken.len() > 1 {
                choice.unheard = Some(position.taking(&Head::of(call).any()));
            }
            self.calls.push(choice);
        } else {
            self.reads += usize::from(call.request.is_read());
            let refused = taken.iter().all(|outcome| matches!(outcome.reply, Some(Reply::Refused(_))));
            self.refusals += usize::from(refused && !call.request.is_read());
            let is_refused = taken.iter().any(|outcome| matches!(outcome.reply, Some(Reply::Refused(_))));
            let here = if is_refused { named(worlds, call.request) } else { None };
            self.idle.push(Choice { here, ..answers(&taken) });
        }
    }
}

/// Whether the target as which one walks gives the outcome: it does, unless it is known to answer that open
/// point otherwise.
fn is_chosen(site: &Site, position: &Position, call: &Call, outcome: &Outcome, found: &[Outcome]) -> bool {
    let Some(overlay) = position.query.as_target.as_deref().and_then(|name| site.overlay(name)) else {
        return true;
    };
    let edition = position.subject.scope.edition;
    let did = |outcome: &Outcome| {
        let reply = outcome.reply?;
        Some(overlay.mark(edition, position.worlds(), call, &reply) == Mark::Reached)
    };
    outcome.admission != Admission::Open
        || did(outcome) != Some(false)
        || !found.iter().any(|other| did(other) == Some(true))
}

fn answer(site: &Site, position: &Position, call: Option<&Call>, outcome: &Outcome) -> Answer {
    let worlds = position.worlds();
    let reached = call.zip(outcome.reply).map(|(call, reply)| {
        let edition = position.subject.scope.edition;
        let mark = |overlay: &crate::overlay::Overlay| {
            (overlay.name.clone(), overlay.mark(edition, worlds, call, &reply))
        };
        site.overlays.iter().map(mark).collect()
    });
    Answer {
        id: outcome.id.clone(),
        key: None,
        reply: outcome.reply.map(|reply| reply.to_string()).unwrap_or_default(),
        admission: admission_id(outcome.admission, outcome.is_wrong),
        is_refusal: matches!(outcome.reply, Some(Reply::Refused(_))),
        standing: standing(outcome.admission, outcome.rule, outcome.is_wrong),
        requirement: outcome.rule.and_then(|rule| Requirement::of(rule.id)),
        changes: outcome.changes.clone(),
        leads: match outcome.way {
            Way::On => "on",
            Way::Stays => "stays",
            Way::Out => "out of scope",
            Way::Against => "contradicted",
        },
        worlds: (worlds.len() > 1).then_some((outcome.worlds, worlds.len())),
        link: outcome.is_taken().then(|| position.taking(&outcome.id)),
        reached: reached.unwrap_or_default(),
    }
}

/// Whether each word that is searched for is in the call, in an answer or in a requirement.
fn matches(wanted: &str, call: &Call, found: &[Outcome]) -> bool {
    if wanted.is_empty() {
        return true;
    }
    let mut text = call.to_string();
    for outcome in found {
        text.push(' ');
        text.push_str(&outcome.reply.map(|reply| reply.to_string()).unwrap_or_default());
        text.push(' ');
        text.push_str(outcome.rule.map(|rule| rule.id).unwrap_or_default());
    }
    let text = text.to_lowercase();
    wanted.split_whitespace().all(|word| text.contains(word))
}

/// Whether the call would give the name of a job to another one in every world.
fn is_beyond_words(edition: Edition, worlds: &[State], call: &Call) -> bool {
    makes(call).is_some() && worlds.iter().all(|world| renames(edition, world, call))
}
