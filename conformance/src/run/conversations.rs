//! Cases whose beginnings are alike are run in one conversation: what comes first in all of them is done
//! once, and what changes nothing is asked there by each in turn.
//!
//! A program begins with what makes its situation, its *trunk*: the steps up to the last one that may change
//! something, as far as the model knows. The others, its *tail*, change nothing. Programs are in one
//! conversation if each trunk is a beginning of the next one. Those that wait for lists come last in theirs:
//! nothing may change any more while they wait. What several read in the same situation is read once, after
//! each has done what comes before it. See [`crate::run::together`] for what becomes of a case that departs
//! there.

use std::collections::BTreeMap;

use signer_model::{Admission, Call, JobStatus, PlatformSet, State, permits, settle};
use signer_schemas::{Edition, Operation};

use crate::data::program::{Program, Step};

/// Cases that are run one after the other, by their places in the plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Conversation {
    /// In the order in which they are run.
    pub(super) members: Vec<Member>,
}

/// A case in a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Member {
    /// Its place in the plan.
    pub(super) index: usize,
    /// How many of its steps make its situation.
    pub(super) trunk: usize,
    /// How many of its steps come before the reads that follow: what they tell is the same for all cases of a
    /// situation that read so.
    pub(super) reads_after: usize,
    /// How many of its steps come before the first list that it waits for, or before its end.
    pub(super) until: usize,
    /// Whether it waits for a list.
    pub(super) waits: bool,
}

impl Member {
    /// The reads before the list, or the end.
    pub(super) fn reads<'a>(&self, program: &'a Program) -> &'a [Step] {
        &program.steps[self.reads_after..self.until]
    }

    /// A case that has a conversation of its own.
    const fn alone(index: usize, steps: usize) -> Self {
        Self { index, trunk: steps, reads_after: steps, until: steps, waits: false }
    }

    /// A case of which so many steps make its situation.
    fn new(index: usize, program: &Program, trunk: usize) -> Self {
        let tail = &program.steps[trunk..];
        let list = tail.iter().position(is_list);
        let until = trunk + list.unwrap_or(tail.len());
        let reads = program.steps[trunk..until].iter().rev().take_while(|step| is_read(step)).count();
        Self { index, trunk, reads_after: until - reads, until, waits: list.is_some() }
    }
}

impl Conversation {
    /// The place in the plan of its first case.
    pub(super) fn first(&self) -> usize {
        self.members.iter().map(|member| member.index).min().unwrap_or_default()
    }
}

/// More states than a program may lead to: what changes nothing cannot be told any more.
const MOST_STATES: usize = 64;

/// The conversations of a plan, in the order of their first cases.
pub(super) fn conversations(
    platforms: PlatformSet,
    programs: &[Program],
    adapt: &dyn Fn(&Call) -> Call,
) -> Vec<Conversation> {
    let mut alone = Vec::new();
    // What has the same beginning stands together in this order, the shortest first.
    let mut alike: BTreeMap<(bool, Vec<String>), Vec<Member>> = BTreeMap::new();
    for (index, program) in programs.iter().enumerate() {
        match trunk(platforms, program, adapt) {
            Some(trunk) => {
                let member = Member::new(index, program, trunk);
                alike.entry((member.waits, texts(&program.steps[..trunk]))).or_default().push(member);
            }
            None => alone.push(Conversation { members: vec![Member::alone(index, program.steps.len())] }),
        }
    }
    for members in alike.values_mut() {
        members.sort_by_cached_key(|member| texts(member.reads(&programs[member.index])));
    }
    let mut spoken: Vec<(Vec<String>, Conversation)> = Vec::new();
    for ((waits, trunk), members) in alike {
        let may_follow = |(before, conversation): &&mut (Vec<String>, Conversation)| {
            let is_open = conversation.members.last().is_none_or(|last| !last.waits);
            is_open && trunk.starts_with(before)
        };
        let before = if waits {
            spoken.iter_mut().filter(may_follow).max_by_key(|(before, _)| before.len())
        } else {
            spoken.last_mut().filter(may_follow)
        };
        match before {
            Some((before, conversation)) => {
                *before = trunk;
                conversation.members.extend(members);
            }
            None => spoken.push((trunk, Conversation { members })),
        }
    }
    let mut all: Vec<Conversation> =
        spoken.into_iter().map(|(_, conversation)| conversation).chain(alone).collect();
    all.sort_by_key(Conversation::first);
    all
}

/// Steps in a form that has an order.
fn texts(steps: &[Step]) -> Vec<String> {
    steps.iter().map(|step| serde_json::to_string(step).unwrap_or_default()).collect()
}

fn is_read(step: &Step) -> bool {
    matches!(step, Step::Call(call) if call.request.is_read()) && !is_list(step)
}

fn is_list(step: &Step) -> bool {
    let Step::Call(call) = step else { return false };
    matches!(
        call.request.operation(),
        Operation::ListSigningJobs | Operation::ListSigningPlatforms | Operation::ListSigningProfiles
    )
}

/// How many steps make the situation; none if the program is run by itself.
fn trunk(platforms: PlatformSet, program: &Program, adapt: &dyn Fn(&Call) -> Call) -> Option<usize> {
    let mut states = vec![State { platforms, ..State::new() }];
    let mut trunk = 0;
    for (index, step) in program.steps.iter().enumerate() {
        let changes = match step {
            Step::Call(call) => advance(program.edition, &mut states, &adapt(call)),
            Step::Probe(probe) if probe.valid && !probe.call.request.is_read() => {
                // What it makes has another name than the model's.
                if index + 1 < program.steps.len() {
                    return None;
                }
                true
            }
            Step::Probe(_) => false,
            Step::Settle(job) => {
                for state in &mut states {
                    let ended = settle(state).job(*job).statuses.without(JobStatus::InProgress);
                    state.job_mut(*job).statuses = ended;
                }
                true
            }
            Step::Together(_) | Step::Scene(_) => return None,
        };
        if changes {
            trunk = index + 1;
        }
    }
    // A list in the midst of it would keep all that comes after it waiting.
    let lists_before = program.steps[..trunk].iter().any(is_list);
    // A job in progress ends at a time of its own, and what is asked of it may be meant to come before.
    let has_ended = !states.iter().any(in_progress);
    (states.len() <= MOST_STATES && has_ended && !lists_before).then_some(trunk)
}

fn in_progress(state: &State) -> bool {
    state.jobs.iter().any(|job| job.statuses.contains(JobStatus::InProgress))
}

/// Moves on by a call, as it may be answered; whether it may change something.
fn advance(edition: Edition, states: &mut Vec<State>, call: &Call) -> bool {
    let mut changes = false;
    let mut after: Vec<State> = Vec::new();
    for state in states.iter() {
        for outcome in permits(edition, state, call)
            .iter()
            .filter(|outcome| outcome.admission != Admission::Contradicted)
        {
            let next = state.after(&outcome.change);
            changes |= next != *state;
            if !after.contains(&next) {
                after.push(next);
            }
        }
    }
    after.truncate(MOST_STATES + 1);
    if !after.is_empty() {
        *states = after;
    }
    changes
}
