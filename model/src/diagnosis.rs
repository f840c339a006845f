//! Which requirement an answer breaks: the one behind what would have been permitted, or a narrower one where
//! the answer shows which part of it is wrong.

use signer_schemas::{Basis, Operation};

use crate::call::{ProfileStatus, Validity};
use crate::outcome::{Admission, Permitted, Rule};
use crate::reply::{JobView, ProfileView, Reply, RevisionReply};
use crate::request::{Call, Request};
use crate::rules;
use crate::state::State;

/// The requirement that `reply` breaks, given what was permitted and in which states the service may be.
/// `permitted` starts with the strongest.
pub(crate) fn broken(call: &Call, permitted: &[Permitted], reply: &Reply, states: &[State]) -> Rule {
    let alike = permitted.iter().filter(|one| {
        one.admission != Admission::Contradicted
            && std::mem::discriminant(&one.reply) == std::mem::discriminant(reply)
    });
    // Of several worlds the one that the answer departs least from shows what is wrong with it.
    let nearest = alike.min_by_key(|one| distance(&one.reply, reply));
    let narrower = too_many(call, permitted, reply, states)
        .or_else(|| beyond_limit(call, reply, states))
        .or_else(|| nearest.and_then(|one| narrower(call, &one.reply, reply)));
    let general = permitted.first().map_or(NOTHING_PERMITTED, |one| match (one.reply, reply) {
        // That the call is refused is as it should be.
        (Reply::Refused(_), Reply::Refused(_)) => one.rule,
        _ => list_rule(call, one.rule).unwrap_or_else(|| said(one.rule, permitted)),
    });
    narrower.unwrap_or(general)
}

const NOTHING_PERMITTED: Rule = Rule::open("common/unknown-route");

/// The documented rule around the first one that has a rule around it, or is no open point: beside an open
/// point, what is said is broken.
fn said(first: Rule, permitted: &[Permitted]) -> Rule {
    let admitted = permitted.iter().filter(|one| one.admission != Admission::Contradicted);
    let mut rules = std::iter::once(first).chain(admitted.map(|one| one.rule)).map(frame);
    rules.find(|rule| rule.basis != Basis::Open).unwrap_or_else(|| frame(first))
}

/// The documented rule around an open point: that a call is refused may be certain where the error is not.
pub(crate) fn frame(rule: Rule) -> Rule {
    match rule.id {
        "PutSigningProfile/unknown-platform" => Rule::inferred("PutSigningProfile/platform-refused"),
        "ListSigningPlatforms/unknown-value" => Rule::documented("ListSigningPlatforms/partner-filter"),
        "StartSigningJob/not-active-error" => Rule::documented("StartSigningJob/not-active"),
        "StartSigningJob/unsupported-platform-error" => {
            Rule::documented("StartSigningJob/unsupported-platform")
        }
        "SignPayload/not-active-error" => Rule::documented("SignPayload/not-active"),
        "SignPayload/unsupported-platform-error" => Rule::documented("SignPayload/unsupported-platform"),
        "GetSigningProfile/cross-account-denied"
        | "RevokeSignature/cross-account-denied"
        | "SignPayload/cross-account-denied"
        | "StartSigningJob/cross-account-denied" => Rule::documented("common/accounts-apart"),
        "TagResource/limit" => Rule::documented("ListTagsForResource/output/tags/max-items"),
        "RevokeSigningProfile/future-error" => Rule::documented("RevokeSigningProfile/future"),
        _ => rule,
    }
}

/// What a list is evidence for, if what it was permitted to hold was open in part: no admitted choice
/// explains it.
fn list_rule(call: &Call, rule: Rule) -> Option<Rule> {
    if rule.basis == Basis::Open { rules::list_rule(&call.request) } else { None }
}

/// How far an answer is from a permitted one of its kind: what weighs more tells more of the state.
fn distance(permitted: &Reply, seen: &Reply) -> u32 {
    let weighed =
        |differences: [bool; 4]| differences.iter().fold(0, |sum, differs| 2 * sum + u32::from(*differs));
    match (permitted, seen) {
        (Reply::Profile(one), Reply::Profile(other)) => weighed([
            one.status != other.status,
            one.platform != other.platform,
            one.tags != other.tags,
            one.effective != other.effective || one.validity != other.validity,
        ]),
        (Reply::Job(one), Reply::Job(other)) => weighed([
            one.profile != other.profile,
            one.status != other.status,
            one.invoker != other.invoker,
            one.revoked != other.revoked,
        ]),
        _ => 0,
    }
}

/// The rule of a list that leaves out what is listed here, if in every state it is the same one.
fn too_many(call: &Call, permitted: &[Permitted], reply: &Reply, states: &[State]) -> Option<Rule> {
    let left_out: Vec<Vec<Rule>> = match (call.request, reply) {
        (Request::ListSigningProfiles { filter, .. }, Reply::Profiles(seen)) => {
            let is_extra =
                |one: &Permitted, profile| matches!(one.reply, Reply::Profiles(set) if set.contains(profile));
            let extra = seen.iter().find(|profile| !permitted.iter().any(|one| is_extra(one, *profile)))?;
            states.iter().map(|state| rules::profile_left_out(state.profile(extra), filter)).collect()
        }
        (Request::ListSigningJobs { filter, .. }, Reply::Jobs(seen)) => {
            let is_extra = |one: &Permitted, job| matches!(one.reply, Reply::Jobs(set) if set.contains(job));
            let extra = seen.iter().find(|job| !permitted.iter().any(|one| is_extra(one, *job)))?;
            states.iter().map(|state| rules::job_left_out(state, extra, filter)).collect()
        }
        _ => return None,
    };
    let (first, others) = left_out.split_first()?;
    first.iter().copied().find(|rule| others.iter().all(|rules| rules.contains(rule)))
}

/// The limit that the call exceeds, if it was carried out although it does so in every state. That the
/// profile has ended excuses nothing, as an active one could not take the tag either.
fn beyond_limit(call: &Call, reply: &Reply, states: &[State]) -> Option<Rule> {
    let exceeded = |state| rules::exceeded_limit(&call.request, state);
    let (first, others) = states.split_first().filter(|_| *reply == Reply::Done)?;
    exceeded(first).filter(|_| others.iter().all(|state| exceeded(state).is_some())).map(frame)
}

fn narrower(call: &Call, expected: &Reply, seen: &Reply) -> Option<Rule> {
    match (expected, seen) {
        (Reply::Profile(expected), Reply::Profile(seen)) => profile(expected, seen),
        (Reply::Job(expected), Reply::Job(seen)) => job(expected, seen),
        (
            Reply::Permissions { statements: expected, .. },
            Reply::Permissions {
                statements: seen,
                revision: RevisionReply::New | RevisionReply::Same | RevisionReply::Old,
            },
        ) => (expected == seen).then_some(Rule::documented("ListProfilePermissions/current-revision")),
        (Reply::Revision(RevisionReply::New), Reply::Revision(_)) => match call.request.operation() {
            Operation::RemoveProfilePermission => {
                Some(Rule::documented("RemoveProfilePermission/new-revision"))
            }
            _ => Some(Rule::documented("AddProfilePermission/new-revision")),
        },
        (Reply::Revocations { .. }, Reply::Revocations { other: true, .. }) => {
            Some(Rule::documented("GetRevocationStatus/subset-of-input"))
        }
        (Reply::Revocations { job: true, .. }, Reply::Revocations { job: false, .. }) => {
            Some(Rule::documented("GetRevocationStatus/job-revoked"))
        }
        (Reply::Revocations { job: false, .. }, Reply::Revocations { job: true, .. }) => {
            Some(Rule::documented("GetRevocationStatus/none-revoked"))
        }
        _ => None,
    }
}

fn profile(expected: &ProfileView, seen: &ProfileView) -> Option<Rule> {
    let rule = if expected.status != seen.status {
        match expected.status {
            ProfileStatus::Absent => return None,
            ProfileStatus::Active => "GetSigningProfile/active",
            ProfileStatus::Canceled => "CancelSigningProfile/cancels",
            ProfileStatus::Revoked => "RevokeSigningProfile/revokes",
        }
    } else if expected.platform != seen.platform {
        "PutSigningProfile/template-kept"
    } else if expected.tags != seen.tags {
        "PutSigningProfile/tags-kept"
    } else if expected.effective != seen.effective {
        match (expected.effective, seen.effective) {
            (None, _) => return Some(Rule::inferred("GetSigningProfile/no-revocation-record")),
            (Some(_), None) => "GetSigningProfile/revocation-record",
            (Some(_), Some(_)) => "GetSigningProfile/effective-from",
        }
    } else if expected.validity == Some(Validity::Day) {
        return Some(Rule::observed("PutSigningProfile/validity-kept"));
    } else {
        "PutSigningProfile/default-validity"
    };
    Some(Rule::documented(rule))
}

fn job(expected: &JobView, seen: &JobView) -> Option<Rule> {
    let rule = if expected.revoked != seen.revoked {
        if expected.revoked { "RevokeSignature/revokes" } else { "DescribeSigningJob/no-revocation-record" }
    } else if expected.invoker != seen.invoker {
        "DescribeSigningJob/invoker"
    } else if expected.profile != seen.profile {
        "DescribeSigningJob/view"
    } else {
        return None;
    };
    Some(Rule::documented(rule))
}
