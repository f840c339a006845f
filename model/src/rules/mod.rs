//! The specification: one file per resource (two where much is read of it), one function per operation.
//!
//! How to read it. The requirements that a function embodies stand above it, each with its id in the ledger,
//! what it rests on and its sentence there. Below, `only(rule, answer, change)` is the one outcome required,
//! `tells` an answer that changes nothing, `refuse(rule, errors)` an error, `either` an open point, and
//! `unless(objections, success)` a call that succeeds if nothing speaks against it. An early return is a
//! check that comes first.

pub(crate) mod access;
mod job_lists;
mod job_reads;
pub(crate) mod jobs;
mod permissions;
mod platforms;
mod profile_reads;
mod profiles;
mod revocations;
mod tags;
mod vocabulary;

use signer_schemas::{Edition, Operation};

use crate::call::{Account, Job};
use crate::filters::{JobFilter, ProfileFilter};
use crate::outcome::{Outcomes, Rule};
use crate::reply::ErrorName;
use crate::request::{Call, Request};
use crate::rules::vocabulary::refuse;
use crate::state::{ProfileState, State};

// The documents do not say how a path or method that no operation has is answered.
const UNKNOWN_ROUTE: Rule = Rule::open("common/unknown-route");

/// Every outcome that the sources admit for `call` in `state`, and those that only the documents would admit.
/// Never empty: each call is answered in every state.
pub fn permits(edition: Edition, state: &State, call: &Call) -> Outcomes {
    if !has_operation(edition, call.request.operation()) || !call.request.is_in_range() {
        return refuse(UNKNOWN_ROUTE, &[ErrorName::Other]);
    }
    let asked = &Asked { edition, state, by: call.by };
    match call.request {
        Request::AddProfilePermission { profile, statement, grant, revision } => {
            permissions::add(asked, profile, statement, grant, revision)
        }
        Request::CancelSigningProfile { profile } => profiles::cancel(asked, profile),
        Request::DescribeSigningJob { job } => job_reads::describe(asked, job),
        Request::GetRevocationStatus { profile, job, platform, at } => {
            revocations::status(asked, profile, job, platform, at)
        }
        Request::GetSigningPlatform { platform } => platforms::get(asked, platform),
        Request::GetSigningProfile { profile, owner } => profile_reads::get(asked, profile, owner),
        Request::ListProfilePermissions { profile } => permissions::list(asked, profile),
        Request::ListSigningJobs { filter, page } => job_lists::list(asked, filter, page),
        Request::ListSigningPlatforms { filter, page } => platforms::list(asked, filter, page),
        Request::ListSigningProfiles { filter, page } => profile_reads::list(asked, filter, page),
        Request::ListTagsForResource { profile } => tags::list(asked, profile),
        Request::PutSigningProfile { profile, platform, validity, material, parameters, tags } => {
            profiles::put(
                asked,
                profile,
                &profiles::Template { platform, validity, material, parameters, tags },
            )
        }
        Request::RemoveProfilePermission { profile, statement, revision } => {
            permissions::remove(asked, profile, statement, revision)
        }
        Request::RevokeSignature { job, owner } => revocations::revoke_signature(asked, job, owner),
        Request::RevokeSigningProfile { profile, version, effective } => {
            revocations::revoke_profile(asked, profile, version, effective)
        }
        Request::SignPayload { job, profile, owner } => jobs::sign_payload(asked, job, profile, owner),
        Request::StartSigningJob { job, profile, owner, source, destination } => {
            jobs::start(asked, job, &jobs::Order { profile, owner, source, destination })
        }
        Request::TagResource { profile, key, value } => tags::tag(asked, profile, key, value),
        Request::UntagResource { profile, key } => tags::untag(asked, profile, key),
    }
}

/// The limit that a call which puts a tag on a profile exceeds.
pub(crate) fn exceeded_limit(request: &Request, state: &State) -> Option<Rule> {
    match *request {
        Request::TagResource { profile, key, value } => tags::exceeded(state.profile(profile), key, value),
        _ => None,
    }
}

/// The requirement that a list with such filters is the best evidence for.
pub(crate) fn list_rule(request: &Request) -> Option<Rule> {
    if let Request::ListSigningJobs { filter, page } = *request {
        return Some(job_lists::list_rule(filter, page));
    }
    if let Request::ListSigningProfiles { filter, page } = *request {
        return Some(profile_reads::list_rule(&State::default(), filter, page));
    }
    None
}

/// The rules by which a list of jobs with that filter leaves a job out.
pub(crate) fn job_left_out(state: &State, job: Job, filter: JobFilter) -> Vec<Rule> {
    job_lists::left_out(state, job, filter)
}

/// The rules by which a list of profiles with that filter leaves a profile out.
pub(crate) fn profile_left_out(profile: &ProfileState, filter: ProfileFilter) -> Vec<Rule> {
    profile_reads::left_out(profile, filter)
}

/// The circumstances of a call.
struct Asked<'a> {
    edition: Edition,
    state: &'a State,
    by: Account,
}

/// Whether the edition has the operation. A test holds this against the published documents.
pub(crate) const fn has_operation(edition: Edition, operation: Operation) -> bool {
    match edition {
        Edition::Current => true,
        Edition::May2019 => match operation {
            Operation::CancelSigningProfile
            | Operation::DescribeSigningJob
            | Operation::GetSigningPlatform
            | Operation::GetSigningProfile
            | Operation::ListSigningJobs
            | Operation::ListSigningPlatforms
            | Operation::ListSigningProfiles
            | Operation::PutSigningProfile
            | Operation::StartSigningJob => true,
            Operation::AddProfilePermission
            | Operation::GetRevocationStatus
            | Operation::ListProfilePermissions
            | Operation::ListTagsForResource
            | Operation::RemoveProfilePermission
            | Operation::RevokeSignature
            | Operation::RevokeSigningProfile
            | Operation::SignPayload
            | Operation::TagResource
            | Operation::UntagResource => false,
        },
    }
}
