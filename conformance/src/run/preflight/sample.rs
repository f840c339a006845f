//! What is asked of each operation, to see whether it is there.

use signer_model::{
    Action, Call, EffectiveTime, Grant, Job, OwnerArg, PageSize, Platform, PlatformArg, PlatformFilter, Principal, Profile,
    ProfileFilter, Request as Ask, RevisionArg, SignatureTime, Source, Statement, TAGS, TagKey, TagValue, Validity, VersionArg,
};
use signer_schemas::{Edition, Operation};

use crate::data::context::Context;

/// A call of the operation which can do no harm.
pub(super) fn sample(context: &Context, operation: Operation) -> Call {
    let profile = Profile(1);
    let job = Job(0);
    let owner = OwnerArg::Omitted;
    let platform = context.plain_platform();
    match operation {
        Operation::AddProfilePermission => Ask::AddProfilePermission {
            profile,
            statement: Statement(0),
            grant: Grant { principal: Principal::OtherAccount, action: Action::GetSigningProfile, version: None },
            revision: RevisionArg::Absent,
        },
        Operation::CancelSigningProfile => Ask::CancelSigningProfile { profile },
        Operation::DescribeSigningJob => Ask::DescribeSigningJob { job },
        Operation::GetRevocationStatus => {
            Ask::GetRevocationStatus { profile, job, platform: Platform::Notation, at: SignatureTime::Between }
        }
        Operation::GetSigningPlatform => Ask::GetSigningPlatform { platform: PlatformArg::Known(platform) },
        Operation::GetSigningProfile => Ask::GetSigningProfile { profile, owner },
        Operation::ListProfilePermissions => Ask::ListProfilePermissions { profile },
        Operation::ListSigningJobs => {
            Ask::ListSigningJobs { filter: signer_model::JobFilter::default(), page: PageSize::Default }
        }
        Operation::ListSigningPlatforms => Ask::ListSigningPlatforms { filter: PlatformFilter::All, page: PageSize::Default },
        Operation::ListSigningProfiles => Ask::ListSigningProfiles { filter: ProfileFilter::default(), page: PageSize::Default },
        Operation::ListTagsForResource => Ask::ListTagsForResource { profile },
        Operation::PutSigningProfile => Ask::PutSigningProfile {
            profile: Profile(0),
            platform: PlatformArg::Known(platform),
            validity: Validity::Default,
            material: context.edition == Edition::May2019 || !platform.is_managed(),
            parameters: false,
            tags: [TagValue::None; TAGS],
        },
        Operation::RemoveProfilePermission => {
            Ask::RemoveProfilePermission { profile, statement: Statement(0), revision: RevisionArg::Current }
        }
        Operation::RevokeSignature => Ask::RevokeSignature { job, owner },
        Operation::RevokeSigningProfile => {
            Ask::RevokeSigningProfile { profile, version: VersionArg::Current, effective: EffectiveTime::Later }
        }
        Operation::SignPayload => Ask::SignPayload { job, profile, owner },
        Operation::StartSigningJob => {
            Ask::StartSigningJob { job, profile, owner, source: Source::Missing, destination: signer_model::Destination::A }
        }
        Operation::TagResource => Ask::TagResource { profile, key: TagKey(0), value: TagValue::A },
        Operation::UntagResource => Ask::UntagResource { profile, key: TagKey(0) },
    }
    .by_owner()
}
