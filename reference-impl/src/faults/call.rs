//! A command on its way to the store, past the lies that apply there.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::error::{Outcome, Refusal};
use crate::identity::Caller;
use crate::store::command::{Command, Reply};
use crate::store::policy::Statement;
use crate::store::profile::Profile;
use crate::store::state::{Context, Store};

/// A lie about what the store decides.
#[derive(Clone, Copy)]
pub(crate) enum Turn {
    /// The store is asked something else.
    Before(fn(&mut Call<'_, '_>, &mut Command)),
    /// It has said something else, or done it.
    After(fn(&mut Call<'_, '_>, &mut Reply)),
    /// Whatever: the honest decision is that of [`Call::next`].
    Around(fn(&mut Call<'_, '_>, Command) -> Outcome<Reply>),
}

/// What a lie sees of a call, and can change.
pub(crate) struct Call<'a, 'c> {
    pub(crate) store: &'a mut Store,
    pub(crate) context: &'a mut Context<'c>,
    /// The stores of the other Regions.
    pub(crate) elsewhere: &'a mut Vec<Store>,
    pub(crate) memory: &'a mut Memory,
    /// The lies that follow.
    pub(super) rest: &'a [Turn],
}

/// What lies remember from one call to the next.
#[derive(Debug, Clone, Default)]
pub(crate) struct Memory {
    /// How often the end of a job was shown, by its id.
    pub(crate) views: BTreeMap<String, u32>,
    /// The revisions of a policy, by the profile's version ARN.
    pub(crate) revisions: BTreeMap<String, Vec<String>>,
    /// Statements that were removed, likewise.
    pub(crate) removed: BTreeMap<String, Vec<Statement>>,
    /// Profiles whose revocation has moved, likewise.
    pub(crate) moved: BTreeSet<String>,
    /// Payloads, and the first job that signed each.
    pub(crate) payloads: Vec<(Vec<u8>, String)>,
    /// What was there before the last write, by Region.
    pub(crate) behind: Option<Vec<Store>>,
}

impl Memory {
    /// Whether no look has changed it since one was copied from the other. What was there before a write is
    /// not compared.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.views == other.views
            && self.revisions == other.revisions
            && self.removed == other.removed
            && self.moved == other.moved
            && self.payloads == other.payloads
    }
}

impl Call<'_, '_> {
    /// What is decided without this lie, though with those that follow.
    pub(crate) fn next(&mut self, mut command: Command) -> Outcome<Reply> {
        let Some((turn, rest)) = self.rest.split_first() else {
            return self.store.apply(self.context, command);
        };
        let here = std::mem::replace(&mut self.rest, rest);
        let decided = match turn {
            Turn::Before(change) => {
                change(self, &mut command);
                self.next(command)
            }
            Turn::After(change) => self.next(command).map(|mut reply| {
                change(self, &mut reply);
                reply
            }),
            Turn::Around(decide) => decide(self, command),
        };
        self.rest = here;
        decided
    }

    pub(crate) fn caller(&self) -> &Caller {
        self.context.caller
    }

    /// The caller's profile of that name.
    pub(crate) fn own(&self, name: &str) -> Option<Arc<Profile>> {
        self.store.own_profile(self.context.caller, name).ok().cloned()
    }

    /// The caller's profiles, by name.
    pub(crate) fn every_own(&self) -> impl DoubleEndedIterator<Item = &Arc<Profile>> {
        let own = self.store.profiles.get(&self.caller().account);
        own.into_iter().flat_map(|own| own.by_name().values())
    }

    /// Changes the caller's profile of that name, for good.
    pub(crate) fn edit(&mut self, name: &str, change: impl FnOnce(&mut Profile)) {
        let _ = self.store.change_own_profile(self.context.caller, name, change);
    }

    /// What is decided while a profile is another one than it is.
    pub(crate) fn while_profile(
        &mut self,
        (owner, name): (&str, &str),
        change: impl FnOnce(&mut Profile),
        command: Command,
    ) -> Outcome<Reply> {
        let Some(profile) = self.store.profile(owner, name).cloned() else { return self.next(command) };
        let mut changed = Arc::clone(&profile);
        change(Arc::make_mut(&mut changed));
        self.place(changed);
        let decided = self.next(command);
        self.place(profile);
        decided
    }

    /// Puts a profile in its place, unnoticed.
    pub(crate) fn place(&mut self, profile: Arc<Profile>) {
        let profiles = Arc::make_mut(&mut self.store.profiles);
        profiles.entry(profile.owner.clone()).or_default().insert(profile);
    }

    /// What is decided, unless a success is to be a refusal: then nothing has happened.
    pub(crate) fn unless(&mut self, command: Command, refusal: Option<Refusal>) -> Outcome<Reply> {
        let before = self.store.clone();
        let reply = self.next(command)?;
        let Some(refusal) = refusal else { return Ok(reply) };
        *self.store = before;
        Err(refusal)
    }
}
