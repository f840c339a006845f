//! The requests that programs are made of, in short: each is made as the owner makes it most, and what is
//! left out is omitted.

use signer_schemas::Edition;

use crate::call::{
    Action, Destination, EffectiveTime, Grant, Job, OwnerArg, Principal, Profile, RevisionArg, SignatureTime,
    Source, Statement, TAGS, TagKey, TagValue, Validity, VersionArg,
};
use crate::filters::{JobFilter, PageSize, PlatformFilter, ProfileFilter};
use crate::platform::{Platform, PlatformArg};
use crate::request::Request;

/// The first profile of a program.
pub const P0: Profile = Profile(0);
/// The second one.
pub const P1: Profile = Profile(1);
/// The third one.
pub const P2: Profile = Profile(2);
/// The first job of a program.
pub const J0: Job = Job(0);
/// The second one.
pub const J1: Job = Job(1);
/// The first statement of a policy.
pub const S0: Statement = Statement(0);
/// The first tag.
pub const K0: TagKey = TagKey(0);

impl Request {
    /// A plain profile: with a certificate where edition or platform need one, and nothing else.
    pub fn put(edition: Edition, profile: Profile, platform: Platform) -> Self {
        Self::PutSigningProfile {
            profile,
            platform: PlatformArg::Known(platform),
            validity: Validity::Default,
            material: edition == Edition::May2019 || !platform.is_managed(),
            parameters: false,
            tags: [TagValue::None; TAGS],
        }
    }

    /// `GetSigningProfile` without an owner.
    pub const fn get(profile: Profile) -> Self {
        Self::GetSigningProfile { profile, owner: OwnerArg::Omitted }
    }

    /// `CancelSigningProfile`.
    pub const fn cancel(profile: Profile) -> Self {
        Self::CancelSigningProfile { profile }
    }

    /// `RevokeSigningProfile` of the current version.
    pub const fn revoke(profile: Profile, effective: EffectiveTime) -> Self {
        Self::RevokeSigningProfile { profile, version: VersionArg::Current, effective }
    }

    /// `ListSigningProfiles` in pages of the service's size.
    pub const fn profiles(filter: ProfileFilter) -> Self {
        Self::ListSigningProfiles { filter, page: PageSize::Default }
    }

    /// `StartSigningJob` on the source that is there.
    pub const fn start(job: Job, profile: Profile) -> Self {
        Self::start_to(job, profile, Destination::A)
    }

    /// The same with a destination.
    pub const fn start_to(job: Job, profile: Profile, destination: Destination) -> Self {
        Self::StartSigningJob { job, profile, owner: OwnerArg::Omitted, source: Source::Present, destination }
    }

    /// `SignPayload`.
    pub const fn sign(job: Job, profile: Profile) -> Self {
        Self::SignPayload { job, profile, owner: OwnerArg::Omitted }
    }

    /// `DescribeSigningJob`.
    pub const fn describe(job: Job) -> Self {
        Self::DescribeSigningJob { job }
    }

    /// `ListSigningJobs` in pages of the service's size.
    pub const fn jobs(filter: JobFilter) -> Self {
        Self::ListSigningJobs { filter, page: PageSize::Default }
    }

    /// `RevokeSignature` without an owner.
    pub const fn revoke_signature(job: Job) -> Self {
        Self::RevokeSignature { job, owner: OwnerArg::Omitted }
    }

    /// `GetRevocationStatus` of the first profile and job, for a container platform.
    pub const fn status(at: SignatureTime) -> Self {
        Self::GetRevocationStatus { profile: P0, job: J0, platform: Platform::Notation, at }
    }

    /// `ListSigningPlatforms` in pages of that size.
    pub const fn platforms(page: PageSize) -> Self {
        Self::ListSigningPlatforms { filter: PlatformFilter::All, page }
    }

    /// `GetSigningPlatform`.
    pub const fn platform(platform: Platform) -> Self {
        Self::GetSigningPlatform { platform: PlatformArg::Known(platform) }
    }

    /// `AddProfilePermission`: the other account may read the profile.
    pub const fn add(profile: Profile, statement: Statement, revision: RevisionArg) -> Self {
        let grant =
            Grant { principal: Principal::OtherAccount, action: Action::GetSigningProfile, version: None };
        Self::AddProfilePermission { profile, statement, grant, revision }
    }

    /// `RemoveProfilePermission` with the current revision.
    pub const fn remove(profile: Profile, statement: Statement) -> Self {
        Self::RemoveProfilePermission { profile, statement, revision: RevisionArg::Current }
    }

    /// `ListProfilePermissions`.
    pub const fn permissions(profile: Profile) -> Self {
        Self::ListProfilePermissions { profile }
    }

    /// `TagResource`.
    pub const fn tag(profile: Profile, key: TagKey, value: TagValue) -> Self {
        Self::TagResource { profile, key, value }
    }

    /// `UntagResource`.
    pub const fn untag(profile: Profile, key: TagKey) -> Self {
        Self::UntagResource { profile, key }
    }

    /// `ListTagsForResource`.
    pub const fn tags(profile: Profile) -> Self {
        Self::ListTagsForResource { profile }
    }
}
