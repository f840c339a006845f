//! The declared errors that calls are sure to provoke on a target that conforms: from the tour, not from a
//! list by hand.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use signer_model::{
    Account, Admission, Call, ErrorName, Platform, PlatformArg, Reply, Request, Rule, Source, Step, Tour,
    TourTransition, permits,
};
use signer_schemas::{Edition, Operation, operation};

use crate::plan::tour::tours;
use crate::report::build::Judge;

/// One way to an error: a transition of the tour that a requirement answers with it, and with nothing else.
pub(super) struct Way {
    /// The requirement.
    pub(super) rule: Rule,
    takes: BTreeSet<Operation>,
    platforms: BTreeSet<Platform>,
    by_other: bool,
    /// Without an S3 it is unknown what becomes of a job, and whether that is why a call is refused.
    by_objects: bool,
}

/// An operation and an error that it declares.
pub(super) type Declared = (Operation, ErrorName);

/// They are always the same, so the tour is looked through once.
fn ways(edition: Edition) -> &'static BTreeMap<Declared, Vec<Way>> {
    static CURRENT: LazyLock<BTreeMap<Declared, Vec<Way>>> = LazyLock::new(|| collected(Edition::Current));
    static MAY_2019: LazyLock<BTreeMap<Declared, Vec<Way>>> = LazyLock::new(|| collected(Edition::May2019));
    match edition {
        Edition::Current => &CURRENT,
        Edition::May2019 => &MAY_2019,
    }
}

fn collected(edition: Edition) -> BTreeMap<Declared, Vec<Way>> {
    let mut ways = BTreeMap::<_, Vec<_>>::new();
    for tour in tours(edition) {
        for planned in &tour.transitions {
            let Reply::Refused(error) = planned.outcome.reply else { continue };
            let of = planned.transition.call().request.operation();
            let declares = operation(edition, of)
                .is_some_and(|row| row.errors.iter().any(|declared| declared.name == error.id()));
            // A way that counts on one answer of several need not be there.
            let is_sure = planned.way.iter().flatten().all(|answer| answer.admission == Admission::Required);
            if declares && is_sure && is_only_answer(edition, planned, planned.transition.call()) {
                ways.entry((of, error)).or_default().push(way(edition, tour, planned));
            }
        }
    }
    ways
}

/// Whether the call has that one answer in that situation.
fn is_only_answer(edition: Edition, planned: &TourTransition, call: &Call) -> bool {
    let outcomes = permits(edition, planned.transition.situation(), call);
    let mut admitted = outcomes.iter().filter(|one| one.admission != Admission::Contradicted);
    admitted.all(|one| one.reply == planned.outcome.reply && one.admission == Admission::Required)
}

fn way(edition: Edition, tour: &Tour, planned: &TourTransition) -> Way {
    let steps = &tour.cases[planned.case].steps[..=planned.step];
    let calls =
        || steps.iter().filter_map(|step| if let Step::Call(call) = step { Some(call) } else { None });
    let platform = |call: &Call| match call.request {
        Request::PutSigningProfile { platform: PlatformArg::Known(platform), .. } => Some(platform),
        _ => None,
    };
    let starts = |call: &Call| matches!(call.request, Request::StartSigningJob { .. });
    let mut unverified = *planned.transition.call();
    if let Request::StartSigningJob { source, .. } = &mut unverified.request {
        *source = Source::Unverified;
    }
    Way {
        rule: planned.outcome.rule,
        takes: calls().map(|call| call.request.operation()).collect(),
        platforms: calls().filter_map(platform).collect(),
        by_other: calls().any(|call| call.by == Account::Other),
        by_objects: calls().filter(|call| starts(call)).count() > usize::from(starts(&unverified))
            || !is_only_answer(edition, planned, &unverified),
    }
}

impl Judge<'_> {
    /// The errors that this target is sure to give if it conforms, each with the requirements that ask for
    /// it.
    pub(super) fn sure_errors(&self) -> BTreeMap<Declared, BTreeSet<&'static str>> {
        let (target, has) = (&self.run.target, self.run.target.capabilities);
        let is_there = |way: &&Way| {
            way.rule.basis <= self.options.basis
                && !way.takes.iter().any(|operation| target.unimplemented.contains(operation))
                && way.platforms.iter().all(|platform| self.run.platforms.contains(*platform))
                && (has.cross_account || !way.by_other)
                && (has.s3 || !way.by_objects)
        };
        let sure = ways(self.options.edition).iter().map(|(declared, ways)| {
            let rules: BTreeSet<&str> = ways.iter().filter(is_there).map(|way| way.rule.id).collect();
            (*declared, rules)
        });
        sure.filter(|(_, rules)| !rules.is_empty()).collect()
    }
}
