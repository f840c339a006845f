//! Which case is begun next, which one counts, and which one has to be run again: values only, without a service.

use std::collections::BTreeMap;

use signer_schemas::Operation;

use crate::data::case::CaseResult;
use crate::data::finding::Verdict;
use crate::data::names::Tag;
use crate::data::run::Cut;
use crate::run::outcome::Outcome;

/// After this many consecutive cases without a response the target counts as unreachable.
const SILENT_CASES: u32 = 5;

/// After this many consecutive cases in which every request was throttled, after every wait, it will be so for good.
const THROTTLED_CASES: u32 = 3;

/// How many bytes the cases may hold that wait for those before them, before no other one is begun.
const MOST_AHEAD: usize = 16 << 20;

/// The cases of a plan on their way to results, in the order of the plan.
///
/// All indices count from 0. A case is running, or its outcome waits in `ahead`, or its result was taken; results are
/// taken in order, so that every case below `taken` has one and none above.
pub(super) struct Schedule {
    /// How many cases the plan has.
    planned: usize,
    /// How many may run at once.
    jobs: usize,
    /// How many have been begun.
    begun: usize,
    running: usize,
    /// How many results were taken.
    taken: usize,
    ahead: BTreeMap<usize, Ahead>,
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

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Begin the case of that index.
    Begin(usize),
    /// Wait until one of those that run has ended.
    Await,
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
    /// Leave out all cases from that index on.
    LeaveOut(usize),
}

impl Schedule {
    /// A plan of so many cases, of which so many may run at once.
    pub(super) fn new(planned: usize, jobs: usize) -> Self {
        let (ahead, answered) = (BTreeMap::new(), BTreeMap::new());
        Self { planned, jobs: jobs.max(1), begun: 0, running: 0, taken: 0, ahead, answered, silent: 0, throttled: 0 }
    }

    /// Whether every case has its result.
    pub(super) const fn is_done(&self) -> bool {
        self.taken >= self.planned
    }

    /// What is to be done. `has_findings`: something waits to be reduced, which is quick as long as the account is small.
    /// `is_over`: the run has reached one of its limits.
    pub(super) fn next(&self, has_findings: bool, is_over: bool) -> Next {
        let first = self.ahead.get(&self.taken).filter(|first| self.doubts(first));
        let held: usize = self.ahead.values().map(|ahead| ahead.outcome.size).sum();
        let has_room = self.begun < self.planned && self.running < self.jobs && held <= MOST_AHEAD;
        match first {
            None if has_room && !has_findings && !is_over => {
                if self.throttled >= THROTTLED_CASES {
                    Next::Stop(Cut::Throttled)
                } else if self.silent >= SILENT_CASES {
                    Next::Stop(Cut::Unreachable)
                } else {
                    Next::Begin(self.begun)
                }
            }
            _ if self.running > 0 => Next::Await,
            Some(first) => Next::Repeat { index: self.taken, repetition: first.repetitions },
            None if has_findings => Next::Reduce,
            None => Next::LeaveOut(self.begun),
        }
    }

    /// The next case runs.
    pub(super) fn began(&mut self) {
        self.begun += 1;
        self.running += 1;
    }

    /// A case that ran has ended so.
    pub(super) fn came(&mut self, index: usize, outcome: Outcome) {
        self.running -= 1;
        self.ahead.insert(index, Ahead { outcome, repetitions: 0 });
    }

    /// The case that was to be repeated has ended so.
    pub(super) fn repeated(&mut self, index: usize, outcome: Outcome) {
        let before = self.ahead.get(&index).map_or(0, |ahead| ahead.repetitions);
        self.ahead.insert(index, Ahead { outcome, repetitions: before + 1 });
    }

    /// The outcome that counts for the next case of the plan, if it is there.
    pub(super) fn take(&mut self) -> Option<Outcome> {
        if self.ahead.get(&self.taken).is_none_or(|first| self.doubts(first)) {
            return None;
        }
        let Ahead { outcome, .. } = self.ahead.remove(&self.taken)?;
        self.taken += 1;
        self.silent = if outcome.is_silent() { self.silent + 1 } else { 0 };
        self.throttled = if outcome.is_throttled() { self.throttled + 1 } else { 0 };
        for (operation, calls) in &outcome.result.operations {
            self.answered.entry(*operation).or_default().called += calls;
        }
        for (operation, calls) in &outcome.result.lost {
            self.answered.entry(*operation).or_default().lost += calls;
        }
        Some(outcome)
    }

    /// All cases that were not begun are left out.
    pub(super) fn left_out(&mut self) {
        self.taken = self.planned;
    }

    /// Whether a case has to be run again, alone: only that counts.
    fn doubts(&self, ahead: &Ahead) -> bool {
        let outcome = &ahead.outcome;
        // A target that throttles everything has been asked again and again already.
        let may_tell = ahead.repetitions < Tag::REPETITIONS && !outcome.is_throttled();
        outcome.listed_beside_others() || may_tell && self.lacks_answers(&outcome.result)
    }

    /// Whether no verdict could be drawn for answers that never came, of operations that answer more often than not.
    fn lacks_answers(&self, result: &CaseResult) -> bool {
        let mostly_answers =
            |operation: &Operation| self.answered.get(operation).is_none_or(|answered| 2 * answered.lost <= answered.called);
        result.verdict == Verdict::Inconclusive && !result.lost.is_empty() && result.lost.keys().all(mostly_answers)
    }
}

#[cfg(test)]
mod tests {
    use signer_model::Account;
    use signer_schemas::Edition;

    use super::*;
    use crate::data::case::StepExchange;
    use crate::data::exchange::{Exchange, Request, Response, Service, Silence};
    use crate::data::program::Program;

    /// A case that passed, with one answer of that status; none if it never came.
    fn outcome(status: Option<u16>) -> Outcome {
        let program = Program { name: "smoke/x".to_owned(), edition: Edition::Current, steps: Vec::new() };
        let answered = |status| Response { status, headers: Vec::new(), body: Vec::new() };
        let exchange = Exchange {
            by: Account::Owner,
            to: Service::Signer,
            request: Request::default(),
            outcome: status.map(answered).ok_or(Silence::Broken(String::new())),
        };
        let exchanges = vec![StepExchange { step: 0, exchange }];
        let result = CaseResult::new(&program);
        Outcome { tag: Tag::planned(0), result, exchanges, beside_others: false, size: 0 }
    }

    /// The same, in which a call's answer never came, so that there is no verdict.
    fn doubtful() -> Outcome {
        let mut doubtful = outcome(Some(200));
        doubtful.result.verdict = Verdict::Inconclusive;
        doubtful.result.lost.insert(Operation::GetSigningProfile, 1);
        doubtful
    }

    fn begin(schedule: &mut Schedule, index: usize) {
        assert_eq!(schedule.next(false, false), Next::Begin(index));
        schedule.began();
    }

    #[test]
    fn outcomes_count_in_the_order_of_the_plan() {
        let mut schedule = Schedule::new(3, 2);
        begin(&mut schedule, 0);
        begin(&mut schedule, 1);
        assert_eq!(schedule.next(false, false), Next::Await, "two run at once, and no more");
        schedule.came(1, outcome(Some(400)));
        assert!(schedule.take().is_none(), "the first one has not come");
        begin(&mut schedule, 2);
        schedule.came(0, outcome(Some(200)));
        let statuses = std::iter::from_fn(|| schedule.take()).map(|taken| match &taken.exchanges[0].exchange.outcome {
            Ok(response) => response.status,
            Err(_) => 0,
        });
        assert_eq!(statuses.collect::<Vec<_>>(), [200, 400]);
        schedule.came(2, outcome(Some(200)));
        assert!(schedule.take().is_some() && schedule.is_done());
    }

    #[test]
    fn a_case_whose_answers_did_not_all_come_is_repeated_alone_and_only_so_often() {
        let mut schedule = Schedule::new(3, 2);
        begin(&mut schedule, 0);
        begin(&mut schedule, 1);
        schedule.came(0, doubtful());
        assert!(schedule.take().is_none());
        assert_eq!(schedule.next(false, false), Next::Await, "no other case may run beside it");
        schedule.came(1, outcome(Some(200)));
        for repetition in 0..Tag::REPETITIONS {
            assert_eq!(schedule.next(false, false), Next::Repeat { index: 0, repetition });
            schedule.repeated(0, doubtful());
        }
        let counted = schedule.take().expect("it is not repeated for ever");
        assert_eq!(counted.result.verdict, Verdict::Inconclusive);
    }

    #[test]
    fn calls_that_are_never_answered_are_no_reason_to_repeat_a_case() {
        let mut schedule = Schedule::new(2, 1);
        begin(&mut schedule, 0);
        schedule.came(0, doubtful());
        for repetition in 0..Tag::REPETITIONS {
            assert_eq!(schedule.next(false, false), Next::Repeat { index: 0, repetition });
            schedule.repeated(0, doubtful());
        }
        assert!(schedule.take().is_some());
        begin(&mut schedule, 1);
        schedule.came(1, doubtful());
        assert!(schedule.take().is_some(), "most calls of that operation were not answered before");
    }

    #[test]
    fn a_finding_is_reduced_before_another_case_begins() {
        let mut schedule = Schedule::new(2, 1);
        begin(&mut schedule, 0);
        assert_eq!(schedule.next(true, false), Next::Await, "while a case runs nothing is reduced");
        schedule.came(0, outcome(Some(200)));
        assert!(schedule.take().is_some());
        assert_eq!(schedule.next(true, false), Next::Reduce);
        begin(&mut schedule, 1);
    }

    #[test]
    fn a_target_that_is_gone_or_refuses_to_be_asked_is_asked_no_more() {
        for (status, cases, cut) in [(None, SILENT_CASES, Cut::Unreachable), (Some(429), THROTTLED_CASES, Cut::Throttled)] {
            let mut schedule = Schedule::new(9, 1);
            for index in 0..usize::try_from(cases).expect("it is small") {
                begin(&mut schedule, index);
                schedule.came(index, outcome(status));
                assert!(schedule.take().is_some());
            }
            assert_eq!(schedule.next(false, false), Next::Stop(cut));
            let first = usize::try_from(cases).expect("it is small");
            assert_eq!(schedule.next(false, true), Next::LeaveOut(first));
            schedule.left_out();
            assert!(schedule.is_done());
        }
    }

    #[test]
    fn what_waits_for_others_has_a_limit_in_memory() {
        let mut schedule = Schedule::new(4, 2);
        begin(&mut schedule, 0);
        begin(&mut schedule, 1);
        schedule.came(1, Outcome { size: MOST_AHEAD + 1, ..outcome(Some(200)) });
        assert_eq!(schedule.next(false, false), Next::Await);
        schedule.came(0, outcome(Some(200)));
        assert_eq!(std::iter::from_fn(|| schedule.take()).count(), 2);
        begin(&mut schedule, 2);
    }
}
