//! The search for an order, one call after the other, that explains the answers to calls made at once: that
//! of Wing and Gong, over the model's worlds, with the memo of Lowe of what has been tried.

use std::collections::BTreeSet;

use serde_json::{Map, Value};
use signer_model::{Admission, Call, Permitted, Reply, Request, RevisionArg, VersionArg, Violation, Worlds};
use signer_schemas::OperationDoc;

use crate::data::context::Context;
use crate::data::exchange::Response;
use crate::judge::runner::case::refusal;
use crate::operations::{self, Bindings, Read};

/// A call that was made, and its answer.
pub(super) struct Made {
    pub(super) call: Call,
    pub(super) document: &'static OperationDoc,
    pub(super) input: Map<String, Value>,
    pub(super) response: Response,
}

/// How far a search got that found no order.
#[derive(Clone)]
pub(super) struct Stuck {
    /// The calls that could be put in order.
    pub(super) order: Vec<usize>,
    /// The one after them that no world explains, as it has to be read there, its reply, and what would have
    /// been right.
    pub(super) index: usize,
    pub(super) call: Call,
    pub(super) reply: Reply,
    pub(super) violation: Violation,
}

/// The call as it has to be read after others: a revision or a version that was the newest when it was sent
/// may be so no more.
pub(super) fn as_of_now(bindings: &Bindings, call: &Call, input: &Map<String, Value>) -> Call {
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
pub(super) struct Reached {
    pub(super) worlds: Worlds,
    pub(super) bindings: Bindings,
    pub(super) order: Vec<usize>,
    /// The rules that speak against its answers: those of weaker sources, and that of a stale revision.
    pub(super) against: Vec<&'static str>,
    /// The first call that was carried out although another one had made its revision stale.
    pub(super) stale: Option<Stuck>,
}

pub(super) struct Search<'a> {
    context: &'a Context,
    made: &'a [Made],
    /// Where the search has been: which calls were left, and how it stood.
    tried: Vec<(Vec<usize>, Reached)>,
    /// The orders that explain all answers.
    pub(super) found: Vec<Reached>,
    /// Those that would if stale revisions were taken for the newest.
    pub(super) stale: Vec<Reached>,
    /// The ends of those that do not.
    pub(super) stuck: Vec<Stuck>,
    /// The calls whose answers fit somewhere.
    pub(super) fitting: BTreeSet<usize>,
}

impl<'a> Search<'a> {
    pub(super) const fn new(context: &'a Context, made: &'a [Made]) -> Self {
        Self {
            context,
            made,
            tried: Vec::new(),
            found: Vec::new(),
            stale: Vec::new(),
            stuck: Vec::new(),
            fitting: BTreeSet::new(),
        }
    }

    /// Tries each of the calls that are left.
    pub(super) fn from(&mut self, reached: &Reached) {
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
            let orders = if reached.stale.is_some() { &mut self.stale } else { &mut self.found };
            orders.push(reached.clone());
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
                    if reached.stale.is_none() {
                        self.fitting.insert(index);
                    }
                    self.go_on(next, index, &permitted);
                }
                Err(violation) => {
                    let stuck = Stuck { order: reached.order.clone(), index, call, reply, violation };
                    if let Some(permitted) = observed_as_newest(&mut next.worlds, &call, &reply) {
                        next.against.push(stuck.violation.broken.id);
                        next.stale.get_or_insert_with(|| stuck.clone());
                        self.go_on(next, index, &permitted);
                    }
                    if reached.stale.is_none() {
                        self.stuck.push(stuck);
                    }
                }
            }
        }
    }

    /// The call of that index comes next in the order.
    fn go_on(&mut self, mut next: Reached, index: usize, permitted: &Permitted) {
        next.order.push(index);
        if permitted.admission == Admission::Contradicted {
            next.against.push(permitted.rule.id);
        }
        self.from(&next);
    }
}

/// The outcome of a call under a stale revision, if the answer is as it would be under the newest.
fn observed_as_newest(worlds: &mut Worlds, call: &Call, reply: &Reply) -> Option<Permitted> {
    let mut call = *call;
    match &mut call.request {
        Request::AddProfilePermission { revision, .. }
        | Request::RemoveProfilePermission { revision, .. }
            if *revision == RevisionArg::Stale =>
        {
            *revision = RevisionArg::Current;
        }
        _ => return None,
    }
    worlds.observe(&call, reply).ok()
}

/// The answer that fits in no place, as it is where the fewest calls come before it, but what it names is
/// there: that one is wrong whatever the order. If each fits somewhere, the one that ends the longest order.
pub(super) fn most_telling(made: &[Made], stuck: Vec<Stuck>, fitting: &BTreeSet<usize>) -> Option<Stuck> {
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
pub(super) fn reply(
    context: &Context,
    bindings: &mut Bindings,
    call: &Call,
    input: &Map<String, Value>,
    response: &Response,
) -> Read {
    if response.is_success() {
        let body = response.json().unwrap_or_default();
        return operations::read(context, bindings, call, input, &[body]);
    }
    Read { reply: Some(refusal(response)), ..Read::default() }
}
