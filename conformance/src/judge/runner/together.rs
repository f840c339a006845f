//! Calls made at once: the answers must be those of some order, one call after the other (linearizability).
//!
//! All calls are on their way before the first answer is read, so each order is possible in real time. The
//! search is Wing and Gong's, over the model's worlds, with Lowe's memo of what has been tried.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use serde_json::{Map, Value};
use signer_model::{
    Admission, Call, Reply, Request, RevisionArg, VersionArg, Violation, Worlds, may_share_a_name,
};
use signer_schemas::OperationDoc;

use crate::data::context::Context;
use crate::data::exchange::{Response, Service, Silence};
use crate::data::finding::Verdict;
use crate::judge::noticers;
use crate::judge::runner::case::{Case, in_words, refusal};
use crate::judge::runner::step::Flow;
use crate::line::wire::encode::encode;
use crate::operations::{self, Bindings, Read};

/// A call that was made, and its answer.
struct Made {
    call: Call,
    document: &'static OperationDoc,
    input: Map<String, Value>,
    response: Response,
}

/// How far a search got that found no order.
struct Stuck {
    /// The calls that could be put in order.
    order: Vec<usize>,
    /// The one after them that no world explains, as it has to be read there, its reply, and what would have
    /// been right.
    index: usize,
    call: Call,
    reply: Reply,
    violation: Violation,
}

impl Case<'_> {
    pub(super) async fn together(&mut self, calls: &[Call]) -> Flow {
        let mut asked: Vec<(Call, _, _, _)> = Vec::with_capacity(calls.len());
        for call in calls {
            let call = self.adapt(call);
            let Some(document) = self.document(&call)? else { continue };
            if asked.iter().any(|(other, ..)| may_share_a_name(other, &call)) {
                continue;
            }
            let input = operations::input(self.runner.context, &self.oracle.bindings, &call);
            asked.push((call, document, encode(document, &input), input));
        }
        let sending = asked.iter().map(|(call, _, request, _)| self.runner.endpoint.send(call.by, request));
        let outcomes = join_all(sending).await;
        let mut made = Vec::with_capacity(asked.len());
        let mut lost = Vec::new();
        let mut unsent = None;
        for ((call, document, request, input), outcome) in asked.into_iter().zip(outcomes) {
            self.conversation.record(call.by, Service::Signer, &request, &outcome);
            // To send it again would not be at once.
            let outcome = match outcome {
                Ok(response) if response.is_throttled() => {
                    self.check_throttled(Some(document), &request, &response);
                    Err(Silence::Throttled(1))
                }
                Ok(response) if response.is_of_a_gateway() => Err(Silence::Gateway(response.status)),
                outcome => outcome,
            };
            self.arrived(document, &request, &outcome);
            match outcome {
                Ok(response) => made.push(Made { call, document, input, response }),
                // Whether, when and in which order it was carried out is unknown: any of these explains the
                // others.
                Err(silence) if silence.may_have_been_heard() => {
                    self.lose(&call, &silence);
                    lost.push(call);
                }
                Err(silence) => unsent = unsent.or(Some(silence)),
            }
        }
        if let Some(silence) = unsent {
            self.silent(&silence);
            return Flow::Break(());
        }
        let flow = self.put_in_order(&made);
        // The others were sent before it could have changed what they name.
        for call in &lost {
            self.oracle.bindings.may_change(call);
        }
        flow
    }

    fn put_in_order(&mut self, made: &[Made]) -> Flow {
        let mut search = Search::new(self.runner.context, made);
        search.from(&Reached {
            worlds: self.oracle.worlds.clone(),
            bindings: self.oracle.bindings.clone(),
            order: Vec::new(),
            against: Vec::new(),
        });
        // Orders that only a weaker source speaks against count when there are no others.
        let Search { found, stuck, fitting, .. } = search;
        let least = found.iter().map(|reached| reached.against.len()).min();
        let (found, weaker): (Vec<Reached>, Vec<Reached>) =
            found.into_iter().partition(|reached| Some(reached.against.len()) == least);
        let mut found = found.into_iter();
        let Some(first) = found.next() else {
            return self.unexplained(made, most_telling(made, stuck, &fitting));
        };
        let others: Vec<Reached> = found.collect();
        self.oracle.forget_orders();
        let open_points = self.sheet.result.open_points.clone();
        for &index in &first.order {
            let Made { call, input, response, document } = &made[index];
            let call = as_of_now(&self.oracle.bindings, call, input);
            let read = reply(self.runner.context, &mut self.oracle.bindings, &call, input, response);
            for id in &read.exercised {
                self.exercise(id);
            }
            for complaint in read.complaints {
                self.complain(document.operation, noticers::VIEW, complaint);
            }
            let Some(reply) = read.reply else { return Flow::Break(()) };
            if self.judge(&call, &reply, &in_words(response)).is_err() {
                self.end(Verdict::Error, "an order that was found does not hold");
                return Flow::Break(());
            }
        }
        if !others.is_empty() {
            // Another order may explain the answers without this point, or with another answer to it.
            self.sheet.result.open_points = open_points;
        }
        self.oracle.forget_effects();
        for other in others {
            if other.bindings != self.oracle.bindings {
                // Which of two responses is the newer is unknown, so nothing that follows can be judged.
                return Flow::Break(());
            }
            self.oracle.worlds.join(&other.worlds);
        }
        for order in weaker {
            let rule = order.against.iter().find(|rule| !first.against.contains(rule));
            if let Some(rule) = rule.filter(|_| order.bindings == self.oracle.bindings) {
                self.oracle.remember_order(order.worlds, rule);
            }
        }
        Flow::Continue(())
    }

    fn unexplained(&mut self, made: &[Made], stuck: Option<Stuck>) -> Flow {
        if made.iter().any(|one| one.response.status >= 500) {
            // The check for crashes has found it; its place in the order is unknown.
            return Flow::Break(());
        }
        let Some(Stuck { order, index, call, reply, violation }) = stuck else {
            self.end(Verdict::Inconclusive, "an answer does not say what it must");
            return Flow::Break(());
        };
        let observed = made
            .iter()
            .map(|one| format!("{}: {}", one.call, in_words(&one.response)))
            .collect::<Vec<_>>()
            .join(" | ");
        let before = order.iter().map(|index| made[*index].call.to_string()).collect::<Vec<_>>().join(", ");
        self.violation(&call, &reply, &observed, &violation, None);
        self.sheet.told_of_order(&made[index].call, &reply, &before);
        Flow::Break(())
    }
}

/// The call as it has to be read after others: a revision or a version that was the newest when it was sent
/// may be so no more.
fn as_of_now(bindings: &Bindings, call: &Call, input: &Map<String, Value>) -> Call {
    let sent = |member: &str| input.get(member).and_then(Value::as_str);
    let mut call = *call;
    match &mut call.request {
        Request::AddProfilePermission { profile, revision, .. }
        | Request::RemoveProfilePermission { profile, revision, .. }
            if *revision == RevisionArg::Current
                && sent("revisionId").map(str::to_owned)
                    != bindings.revision(*profile, RevisionArg::Current) =>
        {
            *revision = RevisionArg::Stale;
        }
        Request::RevokeSigningProfile { profile, version, .. }
            if *version == VersionArg::Current
                && sent("profileVersion")
                    != Some(bindings.version(*profile, VersionArg::Current).as_str()) =>
        {
            *version = VersionArg::Unknown;
        }
        _ => {}
    }
    call
}

/// A partial order, and where it leads.
#[derive(Clone)]
struct Reached {
    worlds: Worlds,
    bindings: Bindings,
    order: Vec<usize>,
    /// The rules of weaker sources that speak against its answers.
    against: Vec<&'static str>,
}

struct Search<'a> {
    context: &'a Context,
    made: &'a [Made],
    /// Where the search has been: which calls were left, and how it stood.
    tried: Vec<(Vec<usize>, Reached)>,
    /// The orders that explain all answers.
    found: Vec<Reached>,
    /// The ends of those that do not.
    stuck: Vec<Stuck>,
    /// The calls whose answers fit somewhere.
    fitting: BTreeSet<usize>,
}

impl<'a> Search<'a> {
    const fn new(context: &'a Context, made: &'a [Made]) -> Self {
        Self {
            context,
            made,
            tried: Vec::new(),
            found: Vec::new(),
            stuck: Vec::new(),
            fitting: BTreeSet::new(),
        }
    }

    /// Tries each of the calls that are left.
    fn from(&mut self, reached: &Reached) {
        let left: Vec<usize> = (0..self.made.len()).filter(|index| !reached.order.contains(index)).collect();
        let known = |(calls, known): &(Vec<usize>, Reached)| {
            *calls == left
                && known.worlds.states() == reached.worlds.states()
                && known.bindings == reached.bindings
                && known.against == reached.against
        };
        if self.tried.iter().any(known) {
            return;
        }
        self.tried.push((left.clone(), reached.clone()));
        if left.is_empty() {
            self.found.push(reached.clone());
        }
        for index in left {
            let Made { call, input, response, .. } = &self.made[index];
            let mut next = reached.clone();
            let call = as_of_now(&next.bindings, call, input);
            let Some(reply) = reply(self.context, &mut next.bindings, &call, input, response).reply else {
                continue;
            };
            match next.worlds.observe(&call, &reply) {
                Ok(permitted) => {
                    self.fitting.insert(index);
                    next.order.push(index);
                    if permitted.admission == Admission::Contradicted {
                        next.against.push(permitted.rule.id);
                    }
                    self.from(&next);
                }
                Err(violation) => {
                    self.stuck.push(Stuck { order: reached.order.clone(), index, call, reply, violation })
                }
            }
        }
    }
}

/// The answer that fits in no place, as it is where the fewest calls come before it, but what it names is
/// there: that one is wrong whatever the order. If each fits somewhere, the one that ends the longest order.
fn most_telling(made: &[Made], stuck: Vec<Stuck>, fitting: &BTreeSet<usize>) -> Option<Stuck> {
    // Whether the profile that the call names is still to be made.
    let is_too_early = |stuck: &Stuck| {
        let makes = |index: &usize| match made[*index].call.request {
            Request::PutSigningProfile { profile, .. } => stuck.call.request.names().0 == Some(profile),
            _ => false,
        };
        (0..made.len()).filter(makes).any(|index| !stuck.order.contains(&index))
    };
    let (nowhere, somewhere): (Vec<Stuck>, Vec<Stuck>) =
        stuck.into_iter().partition(|stuck| !fitting.contains(&stuck.index));
    let longest = |one: Stuck, other: Stuck| if one.order.len() < other.order.len() { other } else { one };
    nowhere
        .into_iter()
        .min_by_key(|stuck| (is_too_early(stuck), stuck.order.len()))
        .or_else(|| somewhere.into_iter().reduce(longest))
}

/// The answer in symbols; of a list the first page.
fn reply(
    context: &Context,
    bindings: &mut Bindings,
    call: &Call,
    input: &Map<String, Value>,
    response: &Response,
) -> Read {
    if response.is_success() {
        let body = response.json().unwrap_or(Value::Null);
        return operations::read(context, bindings, call, input, &[body]);
    }
    Read { reply: Some(refusal(response)), ..Read::default() }
}
