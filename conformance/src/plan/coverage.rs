//! Which transitions of the tour were reached, and why the others were not: from the answers of the cases
//! alone.

use std::collections::{BTreeSet, HashMap};

use signer_model::{
    Account, Admission, Call, Permitted, PlatformSet, Request, TourTransition, TransitionClass,
};
use signer_schemas::Edition;

use crate::data::case::{Answered, CaseResult};
use crate::data::detector::Detector;
use crate::data::finding::Verdict;
use crate::data::program::Step;
use crate::data::run::TargetInfo;
use crate::data::tour::{TourCoverage, Unreached, Why};
use crate::judge::runner::step::changes_state;
use crate::plan::tour::{program_name, tours};

/// What the results say of the tour's transitions, given the platforms on offer.
pub(crate) fn coverage(
    edition: Edition,
    platforms: PlatformSet,
    target: &TargetInfo,
    results: &[CaseResult],
) -> TourCoverage {
    let results: HashMap<&str, &CaseResult> =
        results.iter().map(|result| (result.program.name.as_str(), result)).collect();
    let mut coverage = TourCoverage::default();
    for tour in tours(edition) {
        let walk = |name: &str| {
            let result = results.get(program_name(name).as_str())?;
            Some(Walk { result, target, seen: walked(platforms, result) })
        };
        let walks: Vec<Option<Walk<'_>>> = tour.cases.iter().map(|case| walk(&case.name)).collect();
        let seen = walks.iter().flatten().flat_map(|walk| &walk.seen);
        let reached: BTreeSet<&TransitionClass> = seen.flat_map(|seen| &seen.possible).collect();
        for planned in &tour.transitions {
            coverage.total += 1;
            if reached.contains(&planned.transition) {
                coverage.reached += 1;
                continue;
            }
            let why = walks[planned.case].as_ref().map_or_else(
                || Why::NotRun { because: "it is not in the plan of this run".to_owned() },
                |walk| walk.why(planned),
            );
            coverage.unreached.push(Unreached {
                transition: planned.name.clone(),
                requirement: planned.outcome.rule.id.into(),
                case: program_name(&tour.cases[planned.case].name),
                step: planned.step,
                why,
            });
        }
    }
    coverage
}

/// An answer of a case, put before the model again.
struct Seen {
    step: usize,
    permitted: Permitted,
    possible: BTreeSet<TransitionClass>,
}

/// All answers of a case, up to the one that is against all rules.
fn walked(platforms: PlatformSet, result: &CaseResult) -> Vec<Seen> {
    let answers = result.walk(platforms).filter(|answered| !answered.by_list);
    let seen = answers.map(|Answered { step, before, call, permitted, .. }| {
        // The requests sent may be less certain than what the tour asks for: without an S3 the source is
        // unknown.
        let asked = match result.program.steps.get(step) {
            Some(Step::Call(call)) => *call,
            Some(Step::Settle(job)) => Request::DescribeSigningJob { job: *job }.by_owner(),
            Some(Step::Probe(_) | Step::Together(_) | Step::Scene(_)) | None => call,
        };
        let possible = TransitionClass::possible(&before, &asked, &permitted.reply);
        Seen { step, permitted, possible }
    });
    seen.collect()
}

/// A case on its way through the tour.
struct Walk<'a> {
    result: &'a CaseResult,
    target: &'a TargetInfo,
    seen: Vec<Seen>,
}

impl Walk<'_> {
    /// Why a transition was not reached that the case goes to.
    fn why(&self, planned: &TourTransition) -> Why {
        let mut departed = None;
        for (index, step) in self.result.program.steps.iter().enumerate().take(planned.step) {
            let last = self.seen.iter().rfind(|seen| seen.step == index);
            let Some(last) = last else {
                match self.unanswered(index, step, false) {
                    Some(why) => return why,
                    None => continue,
                }
            };
            let counted_on = planned.way.get(index).copied().flatten();
            let otherwise = counted_on
                .map_or(last.permitted.admission == Admission::Contradicted, |expected| {
                    expected.reply != last.permitted.reply
                });
            if otherwise && departed.is_none() {
                departed = Some(match otherwise_than(counted_on.as_ref(), &last.permitted) {
                    Why::Finding { departs_from } => Why::Parted {
                        at: index,
                        because: format!("{} departs from {departs_from}", last.permitted.reply),
                    },
                    why => why,
                });
            }
        }
        let Some(step) = self.result.program.steps.get(planned.step) else { return self.not_run() };
        let Some(last) = self.seen.iter().rfind(|seen| seen.step == planned.step) else {
            let unanswered = self.unanswered(planned.step, step, true);
            return unanswered.unwrap_or_else(|| self.not_run());
        };
        let there = last.possible.iter().any(|possible| possible.is_alternative_of(&planned.transition));
        match departed.filter(|_| !there) {
            Some(why) => why,
            None if there => otherwise_than(Some(&planned.outcome), &last.permitted),
            // A job that was left to end has ended in another way, or not yet.
            None => Why::ServiceChose { answered: last.permitted.reply.to_string() },
        }
    }

    /// Why a step has no answer that the model could take; none if it was left out and the case went on.
    fn unanswered(&self, index: usize, step: &Step, is_last: bool) -> Option<Why> {
        let call = match step {
            Step::Call(call) => *call,
            Step::Settle(job) => Request::DescribeSigningJob { job: *job }.by_owner(),
            Step::Probe(probe) => probe.call,
            // The tour has none of these.
            Step::Together(_) | Step::Scene(_) => return Some(self.not_run()),
        };
        let operation = call.request.operation();
        if self.result.exchanges == 0 && self.result.verdict == Verdict::Skipped
            || self.needs_two_accounts(&call)
        {
            return Some(self.not_run());
        }
        if self.target.unimplemented.contains(&operation) {
            return (is_last || changes_state(operation)).then_some(Why::Unimplemented { operation });
        }
        let found = self.result.findings.iter().filter(|finding| finding.step == index);
        // What the model says of an answer tells more of why the case ended there than what its form is.
        let found = found.min_by_key(|finding| finding.by != Detector::Model);
        Some(match found {
            Some(finding) if is_last => Why::Finding { departs_from: finding.requirement.clone() },
            Some(finding) => {
                Why::Parted { at: index, because: format!("the answer departs from {}", finding.requirement) }
            }
            None => {
                let because =
                    self.result.reason.clone().unwrap_or_else(|| self.result.verdict.id().to_owned());
                Why::Parted { at: index, because }
            }
        })
    }

    fn needs_two_accounts(&self, call: &Call) -> bool {
        call.by == Account::Other && !self.target.capabilities.cross_account
    }

    fn not_run(&self) -> Why {
        Why::NotRun {
            because: self.result.reason.clone().unwrap_or_else(|| self.result.verdict.id().to_owned()),
        }
    }
}

/// Why another answer came than the expected one.
fn otherwise_than(expected: Option<&Permitted>, came: &Permitted) -> Why {
    let answered = came.reply.to_string();
    let open = |permitted: &&Permitted| permitted.admission == Admission::Open;
    if came.admission == Admission::Contradicted {
        return Why::Finding { departs_from: came.rule.id.into() };
    }
    match expected.filter(open).or_else(|| Some(came).filter(open)) {
        Some(point) => Why::OpenPoint { point: point.rule.id.into(), answered },
        None => Why::ServiceChose { answered },
    }
}
