//! Which job a symbol stands for, and on which platform it was made: the model knows one job under each
//! symbol, and one profile under each name. A call that would give a job's name to another job, or the name
//! of a job's profile to a profile on another platform, is beyond the model's reach: such calls are not
//! explored, generated or judged.

use signer_schemas::Edition;

use crate::call::{Account, Job};
use crate::platform::PlatformArg;
use crate::request::{Call, Request};
use crate::state::{JobKind, State};

/// A job's symbol, with what makes two calls mean one job by it: for a token, the account that uses it.
struct Name {
    job: Job,
    kind: JobKind,
    by: Account,
}

impl Name {
    /// The documents do not say whether tokens are scoped to an account; each payload makes a new job.
    fn may_be_anothers(&self, kind: JobKind, by: Account) -> bool {
        self.kind == JobKind::Payload || kind == JobKind::Payload || self.by != by
    }
}

/// What the call names a job that it makes.
const fn given(call: &Call) -> Option<Name> {
    let by = call.by;
    match call.request {
        Request::SignPayload { job, .. } => Some(Name { job, kind: JobKind::Payload, by }),
        Request::StartSigningJob { job, .. } => Some(Name { job, kind: JobKind::Started, by }),
        Request::AddProfilePermission { .. }
        | Request::CancelSigningProfile { .. }
        | Request::DescribeSigningJob { .. }
        | Request::GetRevocationStatus { .. }
        | Request::GetSigningPlatform { .. }
        | Request::GetSigningProfile { .. }
        | Request::ListProfilePermissions { .. }
        | Request::ListSigningJobs { .. }
        | Request::ListSigningPlatforms { .. }
        | Request::ListSigningProfiles { .. }
        | Request::ListTagsForResource { .. }
        | Request::PutSigningProfile { .. }
        | Request::RemoveProfilePermission { .. }
        | Request::RevokeSignature { .. }
        | Request::RevokeSigningProfile { .. }
        | Request::TagResource { .. }
        | Request::UntagResource { .. } => None,
    }
}

/// The job that a call makes, if it is one that does.
pub fn makes(call: &Call) -> Option<Job> {
    given(call).map(|name| name.job)
}

/// Whether the call would give a job's name to a second job, or to its profile's name another platform, so
/// that the first one could no longer be spoken of.
pub fn renames(edition: Edition, state: &State, call: &Call) -> bool {
    if let (
        Edition::May2019,
        Request::PutSigningProfile { profile, platform: PlatformArg::Known(platform), .. },
    ) = (edition, call.request)
    {
        let has_jobs = || state.jobs.iter().any(|job| job.exists() && job.profile == profile);
        return state.profile(profile).platform != platform && has_jobs();
    }
    given(call).is_some_and(|name| {
        let known = state.job(name.job);
        known.exists() && name.may_be_anothers(known.kind, known.invoker)
    })
}

/// Whether two calls, in either order, could give one name to two jobs.
pub fn may_share_a_name(one: &Call, other: &Call) -> bool {
    given(one)
        .zip(given(other))
        .is_some_and(|(one, other)| one.job == other.job && one.may_be_anothers(other.kind, other.by))
}
