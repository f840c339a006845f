//! Calls made at once: races that a service must decide one way or the other, and random ones.

use signer_model::{
    Call, Destination, EffectiveTime, J0, Job, P0, Platform, Request, RevisionArg, Statement, TagKey,
    TagValue, makes, may_share_a_name,
};
use signer_schemas::Edition;

use crate::data::program::{Program, Step};
use crate::operations::adapter;
use crate::operations::values::plain_platform;
use crate::plan::sequences;

/// How many random races a run draws.
const DRAWN: u32 = 40;

/// The races that are worth a name, and random ones.
pub(super) fn programs(edition: Edition, seed: u64) -> Vec<Program> {
    let named = races(edition).into_iter().filter_map(|(name, before, together, after)| {
        let calls = before.iter().chain(&together).chain(&after);
        let known = |request: &Request| signer_schemas::operation(edition, request.operation()).is_some();
        if !calls.clone().all(known) {
            return None;
        }
        let call = |request: Request| Step::Call(request.by_owner());
        let mut steps: Vec<Step> = before.into_iter().map(call).collect();
        steps.push(Step::Together(together.into_iter().map(Request::by_owner).collect()));
        steps.extend(after.into_iter().map(call));
        Some(Program { name: format!("concurrency/{name}"), edition, steps })
    });
    named.chain(drawn(edition, seed)).collect()
}

type Race = (&'static str, Vec<Request>, Vec<Request>, Vec<Request>);

fn races(edition: Edition) -> Vec<Race> {
    let make = Request::put(edition, P0, plain_platform(edition));
    let image = Request::put(edition, P0, Platform::Notation);
    let (get, cancel) = (Request::get(P0), Request::cancel(P0));
    let start = |job, destination| Request::start_to(Job(job), P0, destination);
    let describe = Request::describe(J0);
    let add = |statement, revision| Request::add(P0, Statement(statement), revision);
    let remove = |statement| Request::remove(P0, Statement(statement));
    let permissions = Request::permissions(P0);
    let tag = |key, value| Request::tag(P0, TagKey(key), value);
    let untag = |key| Request::untag(P0, TagKey(key));
    let tags = Request::tags(P0);
    let revoke = |effective| Request::revoke(P0, effective);
    let sign = |job| Request::sign(Job(job), P0);
    let revoke_signature = Request::revoke_signature(J0);
    let (absent, current) = (RevisionArg::Absent, RevisionArg::Current);
    let (a, b) = (Destination::A, Destination::B);
    vec![
        ("one-name", vec![], vec![make, make, make], vec![get]),
        ("cancel-twice", vec![make], vec![cancel, cancel], vec![get]),
        ("make-and-cancel", vec![], vec![make, cancel], vec![get]),
        ("one-token", vec![make], vec![start(0, a), start(0, a), start(0, a)], vec![describe]),
        ("one-token-two-destinations", vec![make], vec![start(0, a), start(0, b)], vec![describe]),
        ("start-and-cancel", vec![make], vec![start(0, a), cancel], vec![get, start(0, a)]),
        ("first-statements", vec![make], vec![add(0, absent), add(1, absent)], vec![permissions]),
        (
            "one-revision",
            vec![make, add(0, absent)],
            vec![add(1, current), add(2, current)],
            vec![permissions],
        ),
        (
            "one-statement",
            vec![make, add(0, absent)],
            vec![add(1, current), add(1, current)],
            vec![permissions],
        ),
        ("add-and-remove", vec![make, add(0, absent)], vec![add(1, current), remove(0)], vec![permissions]),
        ("remove-twice", vec![make, add(0, absent)], vec![remove(0), remove(0)], vec![permissions]),
        ("add-and-cancel", vec![make], vec![add(0, absent), cancel], vec![get, permissions]),
        ("two-tags", vec![make], vec![tag(0, TagValue::A), tag(1, TagValue::B)], vec![tags]),
        ("one-tag", vec![make], vec![tag(0, TagValue::A), tag(0, TagValue::B)], vec![tags]),
        ("tag-and-untag", vec![make, tag(0, TagValue::A)], vec![tag(1, TagValue::B), untag(0)], vec![tags]),
        (
            "two-times",
            vec![image],
            vec![revoke(EffectiveTime::Earlier), revoke(EffectiveTime::Later)],
            vec![get],
        ),
        ("revoke-and-sign", vec![image], vec![revoke(EffectiveTime::Later), sign(0)], vec![get, describe]),
        ("two-payloads", vec![image], vec![sign(0), sign(1)], vec![describe, Request::describe(Job(1))]),
        (
            "revoke-signature-twice",
            vec![image, sign(0)],
            vec![revoke_signature, revoke_signature],
            vec![describe],
        ),
    ]
}

/// Sequences whose last calls are made at once, and what can be read then.
fn drawn(edition: Edition, seed: u64) -> Vec<Program> {
    const AT_ONCE: usize = 3;
    let sequences = sequences::programs(edition, seed ^ 0xC0FF_EE00, DRAWN);
    let races = sequences.into_iter().filter_map(|program| {
        let changes = |step: &Step| matches!(step, Step::Call(call) if !call.request.is_read());
        let mut steps: Vec<Step> = program.steps.into_iter().filter(changes).take(2 * AT_ONCE).collect();
        let last = steps.split_off(steps.len().checked_sub(AT_ONCE)?);
        let mut calls: Vec<Call> = Vec::new();
        let made: Vec<Job> = last.iter().flat_map(Step::calls).filter_map(makes).collect();
        for call in last.iter().flat_map(Step::calls) {
            // The id of a job that is still to be made cannot be asked for.
            if matches!(call.request, Request::RevokeSignature { job, .. } if made.contains(&job)) {
                continue;
            }
            if !calls.iter().any(|known| may_share_a_name(known, call)) {
                calls.push(*call);
            }
        }
        let has = |read: &Request| signer_schemas::operation(edition, read.operation()).is_some();
        let shown_by =
            |call: &Call| (adapter(call.request.operation()).revealed_by)(call.request).filter(has);
        let reads: Vec<Request> = calls.iter().filter_map(shown_by).collect();
        steps.push(Step::Together(calls));
        steps.extend(reads.into_iter().map(|request| Step::Call(request.by_owner())));
        let name = program.name.strip_prefix("sequences/").unwrap_or(&program.name).to_owned();
        Some(Program { name: format!("concurrency/drawn/{name}"), edition, steps })
    });
    races.collect()
}
