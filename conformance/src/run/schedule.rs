//! Which case is begun next, which one counts, and which one has to be run again: values only, without a
//! service.

use std::collections::BTreeMap;

use signer_schemas::Operation;

use crate::data::case::CaseResult;
use crate::data::finding::Verdict;
use crate::data::names::Tag;
use crate::data::run::Cut;
use crate::data::turn::Turn;
use crate::run::outcome::Outcome;

/// After this many consecutive cases without a response the target counts as unreachable.
const SILENT_CASES: u32 = 5;

/// After this many consecutive cases in which every request was throttled, after every wait, it will be so
/// for good.
const THROTTLED_CASES: u32 = 3;

/// How many bytes the cases may hold that wait for those before them, before no other one is begun.
const MOST_AHEAD: usize = 16 << 20;

/// How many cases may wait for lists at the same time.
const MOST_WAITING: usize = 1024;

/// The cases of a plan on their way to results, in the order of the plan.
///
/// All indices count from 0. Cases are begun by conversations, each of which has some. A case is under way,
/// or waits for a list, or its outcome waits in `ahead`, or its result was taken; results are taken in order,
/// so that every case below `taken` has one and none above.
pub(super) struct Schedule {
    /// How many cases the plan has.
    planned: usize,
    /// For each conversation, in order, the turn of its first case.
    turns: Vec<Turn>,
    /// How many cases may be under way at once.
    jobs: usize,
    /// How many conversations have been begun.
    begun: usize,
    /// How many results were taken.
    taken: usize,
    ahead: BTreeMap<usize, Ahead>,
    /// Whether what has no outcome is left out.
    is_left_out: bool,
    /// How often the calls of each operation were made, and how many of their answers never came.
    answered: BTreeMap<Operation, Answered>,
    silent: u32,
    throttled: u32,
}

/// An outcome that waits, and how often the case was run again.
struct Ahead {
    outcome: Outcome,
    repetitions: usize,
}

#[derive(Default)]
struct Answered {
    called: u32,
    lost: u32,
}

/// How the run stands.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Now {
    /// The cases under way.
    pub(super) active: usize,
    /// Those that wait for a list.
    pub(super) waiting: usize,
    /// Those that have what they waited for.
    pub(super) ready: usize,
    /// Something waits to be reduced, which is quick as long as the account is small.
    pub(super) has_findings: bool,
    /// The run has reached one of its limits.
    pub(super) is_over: bool,
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Begin the conversation of that index.
    Begin(usize),
    /// Let a case go on that has what it waited for.
    GoOn,
    /// Wait until one of those that are under way has ended, or waits for a list.
    Await,
    /// Walk over the lists that cases wait for, while none is under way.
    Walk,
    /// Run the case again, while no other runs: what it gave does not count.
    Repeat {
        /// Its index.
        index: usize,
        /// How often it was run again before.
        repetition: usize,
    },
    /// Reduce what was found, while no case runs.
    Reduce,
    /// Begin no more: the target is gone, or refuses to be asked.
    Stop(Cut),
    /// Leave out all cases that were not begun.
    LeaveOut,
}

/// What there is of the next case of the plan.
pub(super) enum Taken {
    /// The outcome that counts.
    Ran(Box<Outcome>),
    /// Nothing: it was left out.
    LeftOut(usize),
}

impl Schedule {
    /// A plan of so many cases, in conversations with these turns, of which so many may be under way at once.
    pub(super) fn new(planned: usize, turns: Vec<Turn>, jobs: usize) -> Self {
        let (ahead, answered) = (BTreeMap::new(), BTreeMap::new());
        let jobs = jobs.max(1);
        Self {
            planned,
            turns,
            jobs,
            begun: 0,
            taken: 0,
            ahead,
            is_left_out: false,
            answered,
            silent: 0,
            throttled: 0,
        }
    }

    /// Whether every case has its result.
    pub(super) const fn is_done(&self) -> bool {
        self.taken >= self.planned
    }

    /// What is to be done.
    pub(super) fn next(&self, now: Now) -> Next {
        let doubtful = self.ahead.get(&self.taken).filter(|first| self.doubts(first));
        if let Some(cut) = self.gone().filter(|_| !now.is_over) {
            return Next::Stop(cut);
        }
        if now.active < self.jobs {
            if now.ready > 0 {
                return Next::GoOn;
            }
            if doubtful.is_none() && !now.has_findings && !now.is_over && self.may_begin(now) {
                return Next::Begin(self.begun);
            }
        }
        match doubtful {
            _ if now.active > 0 => Next::Await,
            Some(first) => Next::Repeat { index: self.taken, repetition: first.repetitions },
            None if now.has_findings => Next::Reduce,
            None if now.waiting > 0 => Next::Walk,
            None => Next::LeaveOut,
        }
    }

    /// Why nothing more is to be had of the target, while some cases have not ended.
    fn gone(&self) -> Option<Cut> {
        if self.taken + self.ahead.len() >= self.planned {
            None
        } else if self.throttled >= THROTTLED_CASES {
            Some(Cut::Throttled)
        } else {
            (self.silent >= SILENT_CASES).then_some(Cut::Unreachable)
        }
    }

    /// Whether there is room for another conversation: in memory, and in the account, since those that wait
    /// for short lists come before those that make it large.
    fn may_begin(&self, now: Now) -> bool {
        let Some(turn) = self.turns.get(self.begun) else { return false };
        if now.active + now.waiting == 0 && !self.ahead.contains_key(&self.taken) {
            return true;
        }
        let held: usize = self.ahead.values().map(|ahead| ahead.outcome.size).sum();
        let last = self.begun.checked_sub(1).and_then(|last| self.turns.get(last));
        held <= MOST_AHEAD && now.waiting < MOST_WAITING && (now.waiting == 0 || last == Some(turn))
    }

    /// The next conversation is under way.
    pub(super) fn began(&mut self) {
        self.begun += 1;
    }

    /// A case has ended so.
    pub(super) fn came(&mut self, index: usize, outcome: Outcome) {
        self.heard(&outcome);
        self.ahead.insert(index, Ahead { outcome, repetitions: 0 });
    }

    /// Whether the target answers at all shows in the order in which cases end: those before them in the plan
    /// may wait for lists.
    fn heard(&mut self, outcome: &Outcome) {
        self.silent = if outcome.is_silent() { self.silent + 1 } else { 0 };
        self.throttled = if outcome.is_throttled() { self.throttled + 1 } else { 0 };
    }

    /// Whether the case has ended.
    pub(super) fn knows(&self, index: usize) -> bool {
        index < self.taken || self.ahead.contains_key(&index)
    }

    /// The case that was to be repeated has ended so.
    pub(super) fn repeated(&mut self, index: usize, outcome: Outcome) {
        self.heard(&outcome);
        let before = self.ahead.get(&index).map_or(0, |ahead| ahead.repetitions);
        self.ahead.insert(index, Ahead { outcome, repetitions: before + 1 });
    }

    /// What there is of the next case of the plan, if it is known.
    pub(super) fn take(&mut self) -> Option<Taken> {
        if self.is_done() {
            return None;
        }
        let Some(first) = self.ahead.get(&self.taken) else {
            let index = self.taken;
            self.taken += usize::from(self.is_left_out);
            return self.is_left_out.then_some(Taken::LeftOut(index));
        };
        if !self.is_left_out && self.doubts(first) {
            return None;
        }
        let Ahead { outcome, .. } = self.ahead.remove(&self.taken)?;
        self.taken += 1;
        for (operation, calls) in &outcome.result.operations {
            self.answered.entry(*operation).or_default().called += calls;
        }
        for (operation, calls) in &outcome.result.lost {
            self.answered.entry(*operation).or_default().lost += calls;
        }
        Some(Taken::Ran(Box::new(outcome)))
    }

    /// All cases that were not begun are left out.
    pub(super) fn left_out(&mut self) {
        self.is_left_out = true;
    }

    /// Whether a case has to be run again, alone: only that counts.
    fn doubts(&self, ahead: &Ahead) -> bool {
        let outcome = &ahead.outcome;
        // A target that throttles everything has been asked again and again already.
        let may_tell = ahead.repetitions < Tag::REPETITIONS && !outcome.is_throttled();
        may_tell && self.lacks_answers(&outcome.result)
    }

    /// Whether no verdict could be drawn for answers that never came, of operations that answer more often
    /// than not.
    fn lacks_answers(&self, result: &CaseResult) -> bool {
        let mostly_answers = |operation: &Operation| {
            self.answered.get(operation).is_none_or(|answered| 2 * answered.lost <= answered.called)
        };
        result.verdict == Verdict::Inconclusive
            && !result.lost.is_empty()
            && result.lost.keys().all(mostly_answers)
    }
}

#[cfg(test)]
mod tests;
