//! The rules of the model and the ledger of requirements say the same.

use std::collections::BTreeMap;

use signer_model::*;
use signer_schemas::{Basis, Edition};

use crate::every_call::{hard_states, requests};

fn rules(edition: Edition) -> BTreeMap<&'static str, (Basis, Request)> {
    let mut rules = BTreeMap::new();
    let mut states = hard_states();
    // In 2019 nothing can be revoked, and no job has been made by signing a payload.
    let later = |state: &State| {
        state.profiles.iter().any(|profile| profile.status == ProfileStatus::Revoked)
            || state.jobs.iter().any(|job| job.kind == JobKind::Payload)
    };
    states.extend(hard_states().into_iter().map(|mut state| {
        state.jobs[3] = JobState::default();
        state
    }));
    states.retain(|state| edition == Edition::Current || !later(state));
    states.push(State::of(edition));
    for request in requests(3, 4, 3, 2) {
        for state in &states {
            for call in [request.by_owner(), request.by_other()] {
                for outcome in permits(edition, state, &call) {
                    assert_eq!(
                        outcome.rule.basis == Basis::Open,
                        outcome.admission == Admission::Open,
                        "{} as {:?}",
                        outcome.rule.id,
                        outcome.admission
                    );
                    rules.insert(outcome.rule.id, (outcome.rule.basis, request));
                }
            }
        }
    }
    rules
}

#[test]
fn a_rule_that_the_ledger_does_not_have() {
    let mut wrong = Vec::new();
    for edition in Edition::ALL {
        for (id, (basis, request)) in rules(edition) {
            match signer_schemas::requirement(id) {
                None => wrong.push(format!("{id} is not in schemas/requirements.toml")),
                Some(row) if row.basis != basis => wrong.push(format!("{id} is {} in the ledger", row.basis.id())),
                Some(row) if !row.editions.contains(&edition) => {
                    wrong.push(format!("{id} is no requirement of {edition}, yet it answers {request:?}"));
                }
                Some(_) => {}
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Behaviour that the model's vocabulary can express: each is the rule of some outcome.
const EXPRESSIBLE: &[&str] = &[
    "AddProfilePermission/absent",
    "AddProfilePermission/action-platform",
    "AddProfilePermission/adds",
    "AddProfilePermission/after-emptied",
    "AddProfilePermission/duplicate-statement",
    "AddProfilePermission/first-with-revision",
    "AddProfilePermission/missing-revision",
    "AddProfilePermission/new-revision",
    "AddProfilePermission/not-active",
    "AddProfilePermission/principal",
    "AddProfilePermission/repeat",
    "AddProfilePermission/stale-revision",
    "AddProfilePermission/unknown-version",
    "AddProfilePermission/unsupported-platform-error",
    "CancelSigningProfile/absent",
    "CancelSigningProfile/again",
    "CancelSigningProfile/cancels",
    "CancelSigningProfile/other-account",
    "CancelSigningProfile/revoked",
    "DescribeSigningJob/absent",
    "DescribeSigningJob/other-account",
    "DescribeSigningJob/revocation-record",
    "DescribeSigningJob/terminal-stays",
    "DescribeSigningJob/view",
    "GetRevocationStatus/at-effective-time",
    "GetRevocationStatus/canceled-profile",
    "GetRevocationStatus/job-revoked",
    "GetRevocationStatus/lambda-platform",
    "GetRevocationStatus/none-revoked",
    "GetRevocationStatus/platform-mismatch",
    "GetRevocationStatus/profile-revoked-after",
    "GetRevocationStatus/profile-revoked-before",
    "GetRevocationStatus/unknown-entities",
    "GetSigningPlatform/absent",
    "GetSigningPlatform/view",
    "GetSigningProfile/absent",
    "GetSigningProfile/canceled-readable",
    "GetSigningProfile/cross-account-denied",
    "GetSigningProfile/cross-account-granted",
    "GetSigningProfile/other-account-name",
    "GetSigningProfile/own-owner",
    "GetSigningProfile/revoked-readable",
    "GetSigningProfile/view",
    "ListProfilePermissions/absent",
    "ListProfilePermissions/after-last-removal",
    "ListProfilePermissions/current-revision",
    "ListProfilePermissions/lists",
    "ListProfilePermissions/none",
    "ListProfilePermissions/not-active",
    "ListSigningJobs/complete",
    "ListSigningJobs/expires-after-filter",
    "ListSigningJobs/expires-before-filter",
    "ListSigningJobs/expiry-filter-without-expiry",
    "ListSigningJobs/invoker-filter",
    "ListSigningJobs/lists",
    "ListSigningJobs/not-revoked-filter",
    "ListSigningJobs/other-account",
    "ListSigningJobs/platform-filter",
    "ListSigningJobs/revoked-filter",
    "ListSigningJobs/status-filter",
    "ListSigningPlatforms/category-filter",
    "ListSigningPlatforms/complete",
    "ListSigningPlatforms/lists",
    "ListSigningPlatforms/partner-filter",
    "ListSigningPlatforms/target-filter",
    "ListSigningPlatforms/unknown-value",
    "ListSigningProfiles/active-only",
    "ListSigningProfiles/complete",
    "ListSigningProfiles/include-canceled",
    "ListSigningProfiles/include-canceled-false",
    "ListSigningProfiles/include-canceled-with-statuses",
    "ListSigningProfiles/lists",
    "ListSigningProfiles/own-account",
    "ListSigningProfiles/platform-filter",
    "ListSigningProfiles/revoked-viewable",
    "ListSigningProfiles/revoked-with-include-canceled",
    "ListSigningProfiles/statuses-filter",
    "ListTagsForResource/absent",
    "ListTagsForResource/canceled",
    "ListTagsForResource/lists",
    "ListTagsForResource/none",
    "ListTagsForResource/revoked",
    "PutSigningProfile/certname-required",
    "PutSigningProfile/created",
    "PutSigningProfile/default-validity-shown",
    "PutSigningProfile/material-refused",
    "PutSigningProfile/material-required",
    "PutSigningProfile/name-taken",
    "PutSigningProfile/parameters-refused",
    "PutSigningProfile/unknown-platform",
    "PutSigningProfile/unlisted-platform",
    "PutSigningProfile/validity-kept",
    "PutSigningProfile/validity-platforms-error",
    "RemoveProfilePermission/absent",
    "RemoveProfilePermission/check-order",
    "RemoveProfilePermission/new-revision",
    "RemoveProfilePermission/none",
    "RemoveProfilePermission/not-active",
    "RemoveProfilePermission/removes",
    "RemoveProfilePermission/stale-revision",
    "RemoveProfilePermission/unknown-statement",
    "RevokeSignature/absent",
    "RevokeSignature/again",
    "RevokeSignature/cross-account-denied",
    "RevokeSignature/cross-account-granted",
    "RevokeSignature/failed",
    "RevokeSignature/in-progress",
    "RevokeSignature/not-active-profile",
    "RevokeSignature/revokes",
    "RevokeSignature/unsupported-platform",
    "RevokeSigningProfile/absent",
    "RevokeSigningProfile/canceled",
    "RevokeSigningProfile/earlier",
    "RevokeSigningProfile/equal",
    "RevokeSigningProfile/future-error",
    "RevokeSigningProfile/later",
    "RevokeSigningProfile/other-account",
    "RevokeSigningProfile/revokes",
    "RevokeSigningProfile/unsupported-platform",
    "RevokeSigningProfile/wrong-version",
    "SignPayload/cross-account-denied",
    "SignPayload/cross-account-granted",
    "SignPayload/not-active-error",
    "SignPayload/own-owner",
    "SignPayload/signs",
    "SignPayload/succeeded-at-once",
    "SignPayload/unknown-profile",
    "SignPayload/unsupported-platform-error",
    "StartSigningJob/cross-account-denied",
    "StartSigningJob/cross-account-granted",
    "StartSigningJob/in-progress-first",
    "StartSigningJob/missing-source",
    "StartSigningJob/not-active-error",
    "StartSigningJob/own-owner",
    "StartSigningJob/starts",
    "StartSigningJob/token-after-cancel",
    "StartSigningJob/token-mismatch",
    "StartSigningJob/token-replay",
    "StartSigningJob/token-replay-other-parameters",
    "StartSigningJob/token-scope",
    "StartSigningJob/unknown-profile",
    "StartSigningJob/unsupported-platform-error",
    "StartSigningJob/valid-source-succeeds",
    "TagResource/absent",
    "TagResource/canceled",
    "TagResource/foreign-arn",
    "TagResource/merges",
    "TagResource/overwrites",
    "TagResource/revoked",
    "TagResource/tags",
    "UntagResource/absent",
    "UntagResource/absent-key",
    "UntagResource/canceled",
    "UntagResource/revoked",
    "UntagResource/untags",
];

#[test]
fn a_requirement_that_the_model_can_express_answers_nothing() {
    let mut rules = rules(Edition::Current);
    // States that a scope reaches and no hard state is.
    for scope in certification(Edition::Current) {
        for state in Graph::build(&scope).states {
            for call in &scope.calls {
                let outcomes = permits(scope.edition, &state, call);
                rules.extend(outcomes.iter().map(|outcome| (outcome.rule.id, (outcome.rule.basis, call.request))));
            }
        }
    }
    let silent = EXPRESSIBLE.iter().filter(|id| !rules.contains_key(**id)).collect::<Vec<_>>();
    assert!(silent.is_empty(), "{silent:?}");
    let unlisted = rules.keys().filter(|id| !EXPRESSIBLE.contains(id) && !id.starts_with("common/") && !id.contains("/input/"));
    assert_eq!(unlisted.collect::<Vec<_>>(), Vec::<&&str>::new(), "rules that the list of what is expressible lacks");
}
