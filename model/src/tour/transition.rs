//! What the tour covers: a call in a situation, with one class of answers.

use std::collections::BTreeSet;

use crate::state::{JobSet, PlatformSet, ProfileSet};
use signer_schemas::Operation;

use crate::call::{Action, Grant, Principal, STATEMENTS, Source, TAGS, TagValue};
use crate::environment::{expected, settle};
use crate::explore::packed::Packed;
use crate::platform::Platform;
use crate::reply::{ProfileView, Reply};
use crate::request::Call;
use crate::state::{JobState, JobStatuses, State};
use crate::symmetry::{Renaming, names};
use crate::tour::focus::focus;

/// A call in a situation, and its answer: all three up to what does not matter, and up to the names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TransitionClass {
    situation: State,
    call: Call,
    class: Reply,
}

impl TransitionClass {
    /// The transition that this answer to a call makes.
    pub fn of(state: &State, call: &Call, reply: &Reply) -> Self {
        Self::plain(state, call, reply).under_any_name()
    }

    /// The same under the names that the call and the state have.
    pub(super) fn plain(state: &State, call: &Call, reply: &Reply) -> Self {
        Self { situation: focus(state, call), call: *call, class: class(reply) }
    }

    /// What two have in common only if they are the same, quick to compare.
    pub(super) fn packed(&self) -> (Packed, Call, Reply) {
        (Packed::of(&self.situation), self.call, self.class)
    }

    /// What is the same whatever things are called.
    pub(super) fn under_any_name(self) -> Self {
        let (profiles, jobs) = if is_list(&self.call) {
            (ProfileSet::EMPTY, JobSet::EMPTY)
        } else {
            names(&self.situation, &self.call)
        };
        Renaming::to_front(profiles, jobs).map(|names| self.renamed(&names)).min().unwrap_or(self)
    }

    /// The transitions that this answer may have made, if the service was in one of these states: a job whose
    /// status or source is unknown may have been in each way that it can be.
    pub fn possible(states: &[State], call: &Call, reply: &Reply) -> BTreeSet<Self> {
        states.iter().flat_map(every_way).map(|state| Self::of(&state, call, reply)).collect()
    }

    /// Whether it is the same call in the same situation, whatever the answers.
    pub fn is_alternative_of(&self, other: &Self) -> bool {
        self.situation == other.situation && self.call == other.call
    }

    /// What matters of the state, with everything else left out.
    pub const fn situation(&self) -> &State {
        &self.situation
    }

    /// The call.
    pub const fn call(&self) -> &Call {
        &self.call
    }

    /// The answer up to what does not matter.
    pub const fn class(&self) -> &Reply {
        &self.class
    }

    fn renamed(&self, by: &Renaming) -> Self {
        Self {
            situation: self.situation.renamed(by),
            call: self.call.renamed(by),
            class: self.class.renamed(by),
        }
    }
}

/// Whether the call lists what it does not name: its situation has no names any more.
const fn is_list(call: &Call) -> bool {
    matches!(call.request.operation(), Operation::ListSigningProfiles | Operation::ListSigningJobs)
}

/// An answer without what does not matter to a tour: which of several are listed, which value a tag has,
/// which statements a policy has, and which of the platforms whose keys the customer holds it is.
fn class(reply: &Reply) -> Reply {
    match *reply {
        Reply::Profiles(profiles) if !profiles.is_empty() => Reply::Profiles(ProfileSet::ALL),
        Reply::Jobs(jobs) if !jobs.is_empty() => Reply::Jobs(JobSet::ALL),
        Reply::Platforms(platforms) if !platforms.is_empty() => Reply::Platforms(PlatformSet::ALL),
        Reply::Profile(view) => Reply::Profile(ProfileView {
            platform: view
                .platform
                .map(|platform| if platform.is_managed() { platform } else { Platform::IotDeviceManagement }),
            tags: alike(view.tags),
            ..view
        }),
        Reply::Tags(tags) => Reply::Tags(alike(tags)),
        Reply::Permissions { statements, revision } => {
            let many = statements.iter().flatten().count();
            let grant =
                Grant { principal: Principal::Role, action: Action::GetSigningProfile, version: None };
            let mut statements = [None; STATEMENTS];
            statements[..many].fill(Some(grant));
            Reply::Permissions { statements, revision }
        }
        Reply::Refused(_)
        | Reply::Done
        | Reply::Created
        | Reply::Profiles(_)
        | Reply::Platform(_)
        | Reply::Platforms(_)
        | Reply::Started(_)
        | Reply::Job(_)
        | Reply::Jobs(_)
        | Reply::Revision(_)
        | Reply::Revocations { .. } => *reply,
    }
}

fn alike(tags: [TagValue; TAGS]) -> [TagValue; TAGS] {
    tags.map(|tag| if tag == TagValue::None { tag } else { TagValue::A })
}

/// The states with one status and a known source for each job, which the state may stand for after some time.
fn every_way(state: &State) -> Vec<State> {
    let mut ways = vec![*state];
    for place in 0..state.jobs.len() {
        let known = |state: &State| {
            let with = |source| {
                let mut known = *state;
                known.jobs[place].source = source;
                known
            };
            sources(&state.jobs[place]).iter().copied().map(with).collect::<Vec<_>>()
        };
        ways = ways.iter().flat_map(known).collect();
    }
    // How a job can end follows from its source.
    ways = ways.iter().map(|state| expected(&settle(state))).collect();
    for place in 0..state.jobs.len() {
        let single = |state: &State| {
            let with = |status| {
                let mut single = *state;
                single.jobs[place].statuses = JobStatuses::only(status);
                single
            };
            let it = &state.jobs[place];
            if it.exists() { it.statuses.iter().map(with).collect() } else { vec![*state] }
        };
        ways = ways.iter().flat_map(single).collect();
    }
    ways
}

/// The sources that a job may have.
const fn sources(job: &JobState) -> &'static [Source] {
    match job.source {
        Source::Unverified if job.exists() => &[Source::Present, Source::Missing],
        Source::Unverified => &[Source::Unverified],
        Source::Present => &[Source::Present],
        Source::Missing => &[Source::Missing],
    }
}
