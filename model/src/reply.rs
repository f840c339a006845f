//! What the service can answer, as far as the model speaks of it.

use crate::state::{JobSet, PlatformSet, ProfileSet};
use serde::{Deserialize, Serialize};

use crate::call::{
    Account, EffectiveTime, Grant, Job, JobStatus, Profile, ProfileStatus, STATEMENTS, TAGS, TagValue,
    Validity,
};
use crate::platform::Platform;

/// An answer in symbols.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Reply {
    /// An error.
    Refused(ErrorName),
    /// Success with nothing to tell (cancel, the two revocations, tag, untag).
    Done,
    /// `PutSigningProfile`: made, with a version that was not seen before.
    Created,
    /// `GetSigningProfile`
    Profile(ProfileView),
    /// `ListSigningProfiles`, all pages: those of the run's profiles which were listed.
    Profiles(ProfileSet),
    /// `GetSigningPlatform`
    Platform(Platform),
    /// `ListSigningPlatforms`, all pages: the known platforms among them.
    Platforms(PlatformSet),
    /// `StartSigningJob`, `SignPayload`: that job, new or known.
    Started(Job),
    /// `DescribeSigningJob`
    Job(JobView),
    /// `ListSigningJobs`, all pages: those of the run's jobs which were listed.
    Jobs(JobSet),
    /// `AddProfilePermission`, `RemoveProfilePermission`
    Revision(RevisionReply),
    /// `ListProfilePermissions`, all pages.
    Permissions {
        /// By [`crate::Statement`].
        statements: [Option<Grant>; STATEMENTS],
        /// The `revisionId`, compared with the newest one seen in a response.
        revision: RevisionReply,
    },
    /// `GetRevocationStatus`
    Revocations {
        /// The profile (version) given is listed as revoked.
        profile: bool,
        /// The job given is listed as revoked.
        job: bool,
        /// A certificate hash given, or anything else, is listed as revoked.
        other: bool,
    },
    /// `ListTagsForResource`
    Tags([TagValue; TAGS]),
}

/// A `revisionId` in an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum RevisionReply {
    /// Never seen before.
    New,
    /// The newest that was known.
    Same,
    /// One that was superseded.
    Old,
}

/// A profile as `GetSigningProfile` shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ProfileView {
    /// `status`
    pub status: ProfileStatus,
    /// `platformId`; `None` = one that the model does not know.
    pub platform: Option<Platform>,
    /// `signatureValidityPeriod`; `None` = neither of the two known, or not shown.
    pub validity: Option<Validity>,
    /// `tags`
    pub tags: [TagValue; TAGS],
    /// `revocationRecord.revocationEffectiveFrom`; `None` = no record.
    pub effective: Option<EffectiveTime>,
}

/// A job as `DescribeSigningJob` shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct JobView {
    /// `status`
    pub status: JobStatus,
    /// `profileName`
    pub profile: Option<Profile>,
    /// `jobInvoker`, or (2019) not shown.
    pub invoker: Option<Account>,
    /// A `revocationRecord` is there (in lists: `isRevoked`).
    pub revoked: bool,
}

/// The errors that the operations declare.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ErrorName {
    /// `AccessDeniedException`
    AccessDenied,
    /// `BadRequestException`
    BadRequest,
    /// `ConflictException`
    Conflict,
    /// `InternalServiceErrorException`
    InternalServiceError,
    /// `NotFoundException`
    NotFound,
    /// `ResourceNotFoundException`
    ResourceNotFound,
    /// `ServiceLimitExceededException`
    ServiceLimitExceeded,
    /// `ThrottlingException`
    Throttling,
    /// `TooManyRequestsException`
    TooManyRequests,
    /// `ValidationException`
    Validation,
    /// Any other.
    Other,
}

impl ErrorName {
    /// All that have a name.
    pub const ALL: [Self; 10] = [
        Self::AccessDenied,
        Self::BadRequest,
        Self::Conflict,
        Self::InternalServiceError,
        Self::NotFound,
        Self::ResourceNotFound,
        Self::ServiceLimitExceeded,
        Self::Throttling,
        Self::TooManyRequests,
        Self::Validation,
    ];

    /// The error as the API spells it.
    pub const fn id(self) -> &'static str {
        match self {
            Self::AccessDenied => "AccessDeniedException",
            Self::BadRequest => "BadRequestException",
            Self::Conflict => "ConflictException",
            Self::InternalServiceError => "InternalServiceErrorException",
            Self::NotFound => "NotFoundException",
            Self::ResourceNotFound => "ResourceNotFoundException",
            Self::ServiceLimitExceeded => "ServiceLimitExceededException",
            Self::Throttling => "ThrottlingException",
            Self::TooManyRequests => "TooManyRequestsException",
            Self::Validation => "ValidationException",
            Self::Other => "an undeclared error",
        }
    }

    /// The error of that name, [`Self::Other`] if the model knows none.
    pub fn from_id(id: &str) -> Self {
        Self::ALL.into_iter().find(|error| error.id() == id).unwrap_or(Self::Other)
    }
}
