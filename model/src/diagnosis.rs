//! Which requirement an answer breaks: the one behind what would have been permitted, or a narrower one where the answer
//! shows which part of it is wrong.

use signer_schemas::{Basis, Operation};

use crate::call::{ProfileStatus, Validity};
use crate::outcome::{Permitted, Rule};
use crate::reply::{JobView, ProfileView, Reply, RevisionReply};
use crate::request::Call;
use crate::rules;

/// The requirement that `reply` breaks, given what was permitted. `permitted` starts with the strongest.
pub(crate) fn broken(call: &Call, permitted: &[Permitted], reply: &Reply) -> Rule {
    let alike = permitted.iter().find(|one| std::mem::discriminant(&one.reply) == std::mem::discriminant(reply));
    let narrower = alike.and_then(|one| narrower(call, &one.reply, reply));
    let general = permitted.first().map_or(NOTHING_PERMITTED, |one| match (one.reply, reply) {
        // That the call is refused is as it should be.
        (Reply::Refused(_), Reply::Refused(_)) => one.rule,
        _ => list_rule(call, one.rule).unwrap_or_else(|| frame(one.rule)),
    });
    narrower.unwrap_or(general)
}

const NOTHING_PERMITTED: Rule = Rule::open("common/unknown-route");

/// The documented rule around an open point: that a call is refused may be certain where the error is not.
pub(crate) fn frame(rule: Rule) -> Rule {
    match rule.id {
        "PutSigningProfile/unknown-platform" => Rule::inferred("PutSigningProfile/platform-refused"),
        "ListSigningPlatforms/unknown-value" => Rule::documented("ListSigningPlatforms/partner-filter"),
        "StartSigningJob/not-active-error" => Rule::documented("StartSigningJob/not-active"),
        "StartSigningJob/unsupported-platform-error" => Rule::documented("StartSigningJob/unsupported-platform"),
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

/// What a list is evidence for, if what it was permitted to hold was open in part: no admitted choice explains it.
fn list_rule(call: &Call, rule: Rule) -> Option<Rule> {
    if rule.basis == Basis::Open { rules::list_rule(&call.request) } else { None }
}

fn narrower(call: &Call, expected: &Reply, seen: &Reply) -> Option<Rule> {
    match (expected, seen) {
        (Reply::Profile(expected), Reply::Profile(seen)) => profile(expected, seen),
        (Reply::Job(expected), Reply::Job(seen)) => job(expected, seen),
        (
            Reply::Permissions { statements: expected, .. },
            Reply::Permissions { statements: seen, revision: RevisionReply::New | RevisionReply::Same | RevisionReply::Old },
        ) => (expected == seen).then_some(Rule::documented("ListProfilePermissions/current-revision")),
        (Reply::Revision(RevisionReply::New), Reply::Revision(_)) => match call.request.operation() {
            Operation::RemoveProfilePermission => Some(Rule::documented("RemoveProfilePermission/new-revision")),
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
        if expected.effective.is_none() {
            return Some(Rule::inferred("GetSigningProfile/no-revocation-record"));
        }
        "GetSigningProfile/effective-from"
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
