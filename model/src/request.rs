//! The requests themselves.

use serde::{Deserialize, Serialize};
use signer_schemas::Operation;

use crate::call::{
    Account, Destination, EffectiveTime, Grant, JOBS, Job, OwnerArg, PROFILES, Profile, RevisionArg,
    STATEMENTS, SignatureTime, Source, Statement, TAGS, TagKey, TagValue, Validity, VersionArg,
};
use crate::filters::{JobFilter, PageSize, PlatformFilter, ProfileFilter};
use crate::platform::{Platform, PlatformArg};

/// One request, with its caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Call {
    /// Who calls.
    pub by: Account,
    /// What they ask.
    pub request: Request,
}

/// The operations, with symbolic arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the members carry the API's own names; the types say what each may be")]
pub enum Request {
    AddProfilePermission {
        profile: Profile,
        statement: Statement,
        grant: Grant,
        revision: RevisionArg,
    },
    CancelSigningProfile {
        profile: Profile,
    },
    DescribeSigningJob {
        job: Job,
    },
    GetRevocationStatus {
        profile: Profile,
        job: Job,
        platform: Platform,
        at: SignatureTime,
    },
    GetSigningPlatform {
        platform: PlatformArg,
    },
    GetSigningProfile {
        profile: Profile,
        owner: OwnerArg,
    },
    ListProfilePermissions {
        profile: Profile,
    },
    ListSigningJobs {
        filter: JobFilter,
        page: PageSize,
    },
    ListSigningPlatforms {
        filter: PlatformFilter,
        page: PageSize,
    },
    ListSigningProfiles {
        filter: ProfileFilter,
        page: PageSize,
    },
    ListTagsForResource {
        profile: Profile,
    },
    PutSigningProfile {
        profile: Profile,
        platform: PlatformArg,
        validity: Validity,
        material: bool,
        parameters: bool,
        tags: [TagValue; TAGS],
    },
    RemoveProfilePermission {
        profile: Profile,
        statement: Statement,
        revision: RevisionArg,
    },
    RevokeSignature {
        job: Job,
        owner: OwnerArg,
    },
    RevokeSigningProfile {
        profile: Profile,
        version: VersionArg,
        effective: EffectiveTime,
    },
    SignPayload {
        job: Job,
        profile: Profile,
        owner: OwnerArg,
    },
    StartSigningJob {
        job: Job,
        profile: Profile,
        owner: OwnerArg,
        source: Source,
        destination: Destination,
    },
    TagResource {
        profile: Profile,
        key: TagKey,
        value: TagValue,
    },
    UntagResource {
        profile: Profile,
        key: TagKey,
    },
}

impl Request {
    /// The operation asked for.
    pub const fn operation(&self) -> Operation {
        match self {
            Self::AddProfilePermission { .. } => Operation::AddProfilePermission,
            Self::CancelSigningProfile { .. } => Operation::CancelSigningProfile,
            Self::DescribeSigningJob { .. } => Operation::DescribeSigningJob,
            Self::GetRevocationStatus { .. } => Operation::GetRevocationStatus,
            Self::GetSigningPlatform { .. } => Operation::GetSigningPlatform,
            Self::GetSigningProfile { .. } => Operation::GetSigningProfile,
            Self::ListProfilePermissions { .. } => Operation::ListProfilePermissions,
            Self::ListSigningJobs { .. } => Operation::ListSigningJobs,
            Self::ListSigningPlatforms { .. } => Operation::ListSigningPlatforms,
            Self::ListSigningProfiles { .. } => Operation::ListSigningProfiles,
            Self::ListTagsForResource { .. } => Operation::ListTagsForResource,
            Self::PutSigningProfile { .. } => Operation::PutSigningProfile,
            Self::RemoveProfilePermission { .. } => Operation::RemoveProfilePermission,
            Self::RevokeSignature { .. } => Operation::RevokeSignature,
            Self::RevokeSigningProfile { .. } => Operation::RevokeSigningProfile,
            Self::SignPayload { .. } => Operation::SignPayload,
            Self::StartSigningJob { .. } => Operation::StartSigningJob,
            Self::TagResource { .. } => Operation::TagResource,
            Self::UntagResource { .. } => Operation::UntagResource,
        }
    }

    /// Whether the request only asks.
    pub const fn is_read(&self) -> bool {
        match self {
            Self::DescribeSigningJob { .. }
            | Self::GetRevocationStatus { .. }
            | Self::GetSigningPlatform { .. }
            | Self::GetSigningProfile { .. }
            | Self::ListProfilePermissions { .. }
            | Self::ListSigningJobs { .. }
            | Self::ListSigningPlatforms { .. }
            | Self::ListSigningProfiles { .. }
            | Self::ListTagsForResource { .. } => true,
            Self::AddProfilePermission { .. }
            | Self::CancelSigningProfile { .. }
            | Self::PutSigningProfile { .. }
            | Self::RemoveProfilePermission { .. }
            | Self::RevokeSignature { .. }
            | Self::RevokeSigningProfile { .. }
            | Self::SignPayload { .. }
            | Self::StartSigningJob { .. }
            | Self::TagResource { .. }
            | Self::UntagResource { .. } => false,
        }
    }

    /// Whether every symbol in the request has a place in a [`crate::State`].
    pub const fn is_in_range(&self) -> bool {
        const fn profile(profile: Profile) -> bool {
            (profile.0 as usize) < PROFILES
        }
        const fn job(job: Job) -> bool {
            (job.0 as usize) < JOBS
        }
        const fn statement(statement: Statement) -> bool {
            (statement.0 as usize) < STATEMENTS
        }
        const fn key(key: TagKey) -> bool {
            (key.0 as usize) < TAGS
        }
        match *self {
            Self::GetSigningPlatform { .. }
            | Self::ListSigningJobs { .. }
            | Self::ListSigningPlatforms { .. }
            | Self::ListSigningProfiles { .. } => true,
            Self::AddProfilePermission { profile: p, statement: s, .. }
            | Self::RemoveProfilePermission { profile: p, statement: s, .. } => profile(p) && statement(s),
            Self::CancelSigningProfile { profile: p }
            | Self::GetSigningProfile { profile: p, .. }
            | Self::ListProfilePermissions { profile: p }
            | Self::ListTagsForResource { profile: p }
            | Self::PutSigningProfile { profile: p, .. }
            | Self::RevokeSigningProfile { profile: p, .. } => profile(p),
            Self::DescribeSigningJob { job: j } | Self::RevokeSignature { job: j, .. } => job(j),
            Self::GetRevocationStatus { profile: p, job: j, .. }
            | Self::SignPayload { profile: p, job: j, .. }
            | Self::StartSigningJob { profile: p, job: j, .. } => profile(p) && job(j),
            Self::TagResource { profile: p, key: k, .. } | Self::UntagResource { profile: p, key: k } => {
                profile(p) && key(k)
            }
        }
    }

    /// The same request by the owner of the profiles.
    pub const fn by_owner(self) -> Call {
        Call { by: Account::Owner, request: self }
    }

    /// The same request by another account.
    pub const fn by_other(self) -> Call {
        Call { by: Account::Other, request: self }
    }
}
