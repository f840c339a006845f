//! What a case knows: the worlds that explain all answers so far, and what its symbols stand for. It says
//! what an answer means; what follows for the verdict is the case's.

use std::collections::BTreeSet;

use signer_model::{Admission, Call, Permitted, Reply, Request, State, VersionArg, Violation, Worlds, makes};
use signer_schemas::Edition;

use crate::data::context::Context;
use crate::data::open_answer::OpenAnswer;
use crate::judge::runner::blame::Doubtful;
use crate::judge::runner::effects::{Effects, explains};
use crate::judge::runner::open;
use crate::operations::Bindings;

/// The model, as far as it can follow one case.
pub(super) struct Oracle {
    pub(super) worlds: Worlds,
    /// What was acknowledged and not seen yet.
    effects: Effects,
    /// The acknowledgements that no source requires, or that one speaks against.
    doubtful: Vec<Doubtful>,
    /// The orders of calls made at once that a weaker source speaks against, as long as they explain all
    /// answers.
    orders: Vec<Order>,
    pub(super) bindings: Bindings,
}

/// An order in which calls may have been carried out.
struct Order {
    worlds: Worlds,
    /// The rule that speaks against it.
    rule: &'static str,
}

/// What an answer means that some world explains.
pub(super) struct Explained {
    pub(super) permitted: Permitted,
    /// The rules whose effect, or whose filter, the answer shows.
    pub(super) shows: Vec<&'static str>,
    /// How it answers the open point by which it is permitted.
    pub(super) settles: Option<OpenAnswer>,
}

impl Oracle {
    /// Before the first call of a case, whose own names have that tag.
    pub(super) fn new(edition: Edition, context: &Context, tag: &str) -> Self {
        let worlds = Worlds::new(edition, State { platforms: context.platforms, ..State::new() });
        Self {
            effects: Effects::new(worlds.clone()),
            worlds,
            doubtful: Vec::new(),
            orders: Vec::new(),
            bindings: Bindings::new(context, tag),
        }
    }

    /// Takes in an answer. The error says what would have been permitted, and changes nothing.
    pub(super) fn judge(&mut self, call: &Call, reply: &Reply) -> Result<Explained, Violation> {
        let explanations = self.explanations(call, reply);
        let before = self.worlds.clone();
        let permitted = self.worlds.observe(call, reply)?;
        let mut shows = self.effects.told(call, &permitted.reply);
        self.doubtful.extend(Doubtful::of(call, &permitted));
        self.orders.retain_mut(|order| explains(&mut order.worlds, call, reply));
        match self.effects.filter_shows(&before, call, reply) {
            Some(true) => shows.push(permitted.rule.id),
            Some(false) => {}
            None => self.effects.acknowledged(permitted.rule.id, (&before, &self.worlds), call, reply),
        }
        // An answer that another rule explains as well does not tell how this point is answered.
        let settles = (permitted.admission == Admission::Open && explanations <= 1)
            .then(|| open::answer(permitted.rule.id, &before, call, reply))
            .flatten();
        Ok(Explained { permitted, shows, settles })
    }

    /// Takes in what the entry of a list tells, as the answer to the call that asks for it alone: what is
    /// uncertain holds from now on. Gives the rules whose effects it shows.
    pub(super) fn take_entry(&mut self, alone: &Call, reply: &Reply) -> Vec<&'static str> {
        let _ = self.worlds.observe(alone, reply);
        self.orders.retain_mut(|order| explains(&mut order.worlds, alone, reply));
        self.effects.told(alone, reply)
    }

    /// How many rules explain the answer.
    fn explanations(&self, call: &Call, reply: &Reply) -> usize {
        let permitted = self.worlds.permitted(call).into_iter();
        let fitting = permitted.filter(|one| one.reply == *reply && one.admission != Admission::Contradicted);
        fitting.map(|one| one.rule.id).collect::<BTreeSet<_>>().len()
    }

    /// The requirement that is to blame for an answer which no world explains: that of an earlier
    /// acknowledgement in doubt, or the one against the order of calls that the answer shows.
    pub(super) fn blames(&self, call: &Call, reply: &Reply, permitted: &[Permitted]) -> Option<&'static str> {
        let order = self.orders.iter().find(|order| explains(&mut order.worlds.clone(), call, reply));
        order.map(|order| order.rule).or_else(|| {
            self.doubtful.iter().rev().find_map(|earlier| earlier.explains(call, reply, permitted))
        })
    }

    /// The call was made, and its answer never came: it may have been carried out, or not.
    pub(super) fn lose_reply(&mut self, call: &Call) {
        self.worlds.lose_reply(call);
        self.effects.lose_reply(call);
        self.orders.iter_mut().for_each(|order| order.worlds.lose_reply(call));
        self.bindings.may_make(call);
    }

    /// It cannot be told in which order calls were carried out: nothing that comes later shows their effects.
    pub(super) fn forget_effects(&mut self) {
        self.effects.forget();
    }

    /// Calls made at once may have been carried out in that order, which the rule speaks against.
    pub(super) fn remember_order(&mut self, worlds: Worlds, rule: &'static str) {
        self.orders.push(Order { worlds, rule });
    }

    /// Other calls are made at once: in which order earlier ones were carried out is shown no longer.
    pub(super) fn forget_orders(&mut self) {
        self.orders.clear();
    }

    /// The call names what only a lost response could have given.
    pub(super) fn names_untold(&self, call: &Call) -> bool {
        let lost = self.worlds.lost();
        let job =
            |job| self.bindings.told_job(job).is_none() && lost.iter().any(|lost| makes(lost) == Some(job));
        let version = |profile| {
            let made = |lost: &Call| matches!(lost.request, Request::PutSigningProfile { profile: made, .. } if made == profile);
            self.bindings.current_version(profile).is_none() && lost.iter().any(made)
        };
        match call.request {
            Request::DescribeSigningJob { job: named } | Request::RevokeSignature { job: named, .. } => {
                job(named)
            }
            Request::GetRevocationStatus { profile, job: named, .. } => job(named) || version(profile),
            // Its entries are known by the ids alone.
            Request::ListSigningJobs { .. } => lost.iter().filter_map(makes).any(job),
            Request::RevokeSigningProfile { profile, version: VersionArg::Current, .. } => version(profile),
            Request::AddProfilePermission { profile, grant, .. } => {
                grant.version == Some(VersionArg::Current) && version(profile)
            }
            _ => false,
        }
    }
}
