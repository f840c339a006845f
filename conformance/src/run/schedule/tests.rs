//! Which case is begun next, and which one counts.

use std::time::Duration;

use signer_model::Account;
use signer_schemas::Edition;

use super::*;
use crate::data::body::Body;
use crate::data::case::StepExchange;
use crate::data::exchange::{Exchange, Request, Response, Service, Silence};
use crate::data::program::Program;

/// A case that passed, with one answer of that status; none if it never came.
fn outcome(status: Option<u16>) -> Outcome {
    let program = Program { name: "smoke/x".to_owned(), edition: Edition::Current, steps: Vec::new() };
    let answered = |status| Response { status, headers: Vec::new(), body: Body::default() };
    let exchange = Exchange {
        by: Account::Owner,
        to: Service::Signer,
        request: Request::default(),
        outcome: status.map(answered).ok_or(Silence::Broken(String::new())),
    };
    let exchanges = vec![StepExchange::new(0, exchange)];
    let result = CaseResult::new(&program);
    Outcome {
        tag: Tag::planned(0),
        result,
        exchanges,
        size: 0,
        given: 0,
        is_whole: true,
        job_timeout: Duration::ZERO,
    }
}

/// The same, in which a call's answer never came, so that there is no verdict.
fn doubtful() -> Outcome {
    let mut doubtful = outcome(Some(200));
    doubtful.result.verdict = Verdict::Inconclusive;
    doubtful.result.lost.insert(Operation::GetSigningProfile, 1);
    doubtful
}

/// So many conversations of one case each.
fn schedule(cases: usize, jobs: usize) -> Schedule {
    Schedule::new(cases, vec![Turn::Others; cases], jobs)
}

fn active(active: usize) -> Now {
    Now { active, ..Now::default() }
}

fn begin(schedule: &mut Schedule, now: usize, index: usize) {
    assert_eq!(schedule.next(active(now)), Next::Begin(index));
    schedule.began();
}

fn took(schedule: &mut Schedule) -> Option<Outcome> {
    schedule.take().and_then(|taken| match taken {
        Taken::Ran(outcome) => Some(*outcome),
        Taken::LeftOut(_) => None,
    })
}

#[test]
fn outcomes_count_in_the_order_of_the_plan() {
    let mut schedule = schedule(3, 2);
    begin(&mut schedule, 0, 0);
    begin(&mut schedule, 1, 1);
    assert_eq!(schedule.next(active(2)), Next::Await, "two run at once, and no more");
    schedule.came(1, outcome(Some(400)));
    assert!(schedule.take().is_none(), "the first one has not come");
    begin(&mut schedule, 1, 2);
    schedule.came(0, outcome(Some(200)));
    let statuses =
        std::iter::from_fn(|| took(&mut schedule)).map(|taken| match &taken.exchanges[0].exchange.outcome {
            Ok(response) => response.status,
            Err(_) => 0,
        });
    assert_eq!(statuses.collect::<Vec<_>>(), [200, 400]);
    schedule.came(2, outcome(Some(200)));
    assert!(schedule.take().is_some() && schedule.is_done());
}

#[test]
fn lists_are_walked_while_no_case_is_under_way_and_before_the_next_turn() {
    let mut schedule =
        Schedule::new(4, vec![Turn::LargePages, Turn::LargePages, Turn::Others, Turn::Others], 1);
    begin(&mut schedule, 0, 0);
    let waiting = |waiting, active| Now { active, waiting, ..Now::default() };
    assert_eq!(schedule.next(waiting(1, 0)), Next::Begin(1), "others may wait for the same list");
    schedule.began();
    assert_eq!(schedule.next(waiting(1, 1)), Next::Await);
    assert_eq!(schedule.next(waiting(2, 0)), Next::Walk, "those of the next turn make the account larger");
    assert_eq!(schedule.next(Now { ready: 2, ..Now::default() }), Next::GoOn);
    assert_eq!(
        schedule.next(Now { ready: 1, active: 1, ..Now::default() }),
        Next::Await,
        "one runs at once, and no more"
    );
    schedule.came(0, outcome(Some(200)));
    schedule.came(1, outcome(Some(200)));
    assert_eq!(std::iter::from_fn(|| schedule.take()).count(), 2);
    begin(&mut schedule, 0, 2);
}

#[test]
fn a_case_whose_answers_did_not_all_come_is_repeated_alone_and_only_so_often() {
    let mut schedule = schedule(3, 2);
    begin(&mut schedule, 0, 0);
    begin(&mut schedule, 1, 1);
    schedule.came(0, doubtful());
    assert!(schedule.take().is_none());
    assert_eq!(schedule.next(active(1)), Next::Await, "no other case may run beside it");
    schedule.came(1, outcome(Some(200)));
    for repetition in 0..Tag::REPETITIONS {
        assert_eq!(schedule.next(active(0)), Next::Repeat { index: 0, repetition });
        schedule.repeated(0, doubtful());
    }
    let counted = took(&mut schedule).expect("it is not repeated for ever");
    assert_eq!(counted.result.verdict, Verdict::Inconclusive);
}

#[test]
fn calls_that_are_never_answered_are_no_reason_to_repeat_a_case() {
    let mut schedule = schedule(2, 1);
    begin(&mut schedule, 0, 0);
    schedule.came(0, doubtful());
    for repetition in 0..Tag::REPETITIONS {
        assert_eq!(schedule.next(active(0)), Next::Repeat { index: 0, repetition });
        schedule.repeated(0, doubtful());
    }
    assert!(schedule.take().is_some());
    begin(&mut schedule, 0, 1);
    schedule.came(1, doubtful());
    assert!(schedule.take().is_some(), "most calls of that operation were not answered before");
}

#[test]
fn a_finding_is_reduced_before_another_case_begins() {
    let mut schedule = schedule(2, 1);
    begin(&mut schedule, 0, 0);
    let found = |active| Now { active, has_findings: true, ..Now::default() };
    assert_eq!(schedule.next(found(1)), Next::Await, "while a case runs nothing is reduced");
    schedule.came(0, outcome(Some(200)));
    assert!(schedule.take().is_some());
    assert_eq!(schedule.next(found(0)), Next::Reduce);
    begin(&mut schedule, 0, 1);
}

#[test]
fn a_target_that_is_gone_or_refuses_to_be_asked_is_asked_no_more() {
    for (status, cases, cut) in
        [(None, SILENT_CASES, Cut::Unreachable), (Some(429), THROTTLED_CASES, Cut::Throttled)]
    {
        let mut schedule = schedule(9, 1);
        let cases = usize::try_from(cases).expect("it is small");
        for index in 0..cases {
            begin(&mut schedule, 0, index);
            schedule.came(index, outcome(status));
            assert!(schedule.take().is_some());
        }
        assert_eq!(schedule.next(active(0)), Next::Stop(cut));
        assert_eq!(schedule.next(Now { is_over: true, ..Now::default() }), Next::LeaveOut);
        schedule.left_out();
        let left_out =
            std::iter::from_fn(|| schedule.take()).filter(|taken| matches!(taken, Taken::LeftOut(_))).count();
        assert_eq!(left_out, 9 - cases);
        assert!(schedule.is_done());
    }
}

#[test]
fn what_waits_for_others_has_a_limit_in_memory() {
    let mut schedule = schedule(4, 2);
    begin(&mut schedule, 0, 0);
    begin(&mut schedule, 1, 1);
    schedule.came(1, Outcome { size: MOST_AHEAD + 1, ..outcome(Some(200)) });
    assert_eq!(schedule.next(active(1)), Next::Await);
    schedule.came(0, outcome(Some(200)));
    assert_eq!(std::iter::from_fn(|| schedule.take()).count(), 2);
    begin(&mut schedule, 0, 2);
}

#[test]
fn the_next_case_of_the_plan_is_begun_whatever_waits_for_it() {
    let mut schedule = schedule(2, 1);
    schedule.came(1, Outcome { size: MOST_AHEAD + 1, ..outcome(Some(200)) });
    begin(&mut schedule, 0, 0);
}
