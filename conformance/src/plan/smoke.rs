//! Each operation once as intended and once in vain. Written by hand: these are also the canonical transcripts.

use signer_model::{
    Action, Call, Destination, EffectiveTime, Grant, Job, JobFilter, OwnerArg, PageSize, Platform, PlatformArg, PlatformFilter,
    Principal, Profile, ProfileFilter, Request, RevisionArg, SignatureTime, Source, Statement, TAGS, TagKey, TagValue, Validity,
    VersionArg,
};
use signer_schemas::{Edition, Operation};

use crate::data::program::{Program, Step};

const P0: Profile = Profile(0);

const J0: Job = Job(0);

const OMITTED: OwnerArg = OwnerArg::Omitted;

/// One program per operation of the edition.
pub(super) fn programs(edition: Edition) -> Vec<Program> {
    signer_schemas::operations(edition)
        .iter()
        .map(|document| Program {
            name: format!("smoke/{}", document.operation),
            edition,
            steps: steps(edition, document.operation),
        })
        .collect()
}

fn steps(edition: Edition, operation: Operation) -> Vec<Step> {
    let put = |platform| put(edition, platform);
    let plain = match edition {
        Edition::Current => Platform::Lambda,
        Edition::May2019 => Platform::IotDeviceManagement,
    };
    let get = Request::GetSigningProfile { profile: P0, owner: OMITTED };
    let grant = Grant { principal: Principal::OtherAccount, action: Action::GetSigningProfile, version: None };
    let add = Request::AddProfilePermission { profile: P0, statement: Statement(0), grant, revision: RevisionArg::Absent };
    let list_permissions = Request::ListProfilePermissions { profile: P0 };
    let sign = Request::SignPayload { job: J0, profile: P0, owner: OMITTED };
    let sign_again = Request::SignPayload { job: Job(1), profile: P0, owner: OMITTED };
    let start =
        Request::StartSigningJob { job: J0, profile: P0, owner: OMITTED, source: Source::Present, destination: Destination::A };
    let describe = Request::DescribeSigningJob { job: J0 };
    let tags = Request::ListTagsForResource { profile: P0 };
    let tag = Request::TagResource { profile: P0, key: TagKey(0), value: TagValue::A };
    let revoke = Request::RevokeSigningProfile { profile: P0, version: VersionArg::Current, effective: EffectiveTime::Later };
    let status = |at| Request::GetRevocationStatus { profile: P0, job: J0, platform: Platform::Notation, at };
    let calls = match operation {
        Operation::AddProfilePermission => vec![add, put(plain), add, list_permissions],
        Operation::CancelSigningProfile => {
            vec![Request::CancelSigningProfile { profile: P0 }, put(plain), Request::CancelSigningProfile { profile: P0 }, get]
        }
        Operation::DescribeSigningJob => vec![describe, put(plain), start, describe],
        Operation::GetRevocationStatus => vec![
            put(Platform::Notation),
            sign,
            status(SignatureTime::AfterLater),
            revoke,
            status(SignatureTime::AfterLater),
            status(SignatureTime::BeforeEarlier),
        ],
        Operation::GetSigningPlatform => vec![
            Request::GetSigningPlatform { platform: PlatformArg::Known(plain) },
            Request::GetSigningPlatform { platform: PlatformArg::Unknown },
        ],
        Operation::GetSigningProfile => vec![get, put(plain), get],
        Operation::ListProfilePermissions => vec![list_permissions, put(plain), add, list_permissions],
        Operation::ListSigningJobs => {
            vec![put(plain), start, Request::ListSigningJobs { filter: JobFilter::default(), page: PageSize::Default }]
        }
        Operation::ListSigningPlatforms => vec![
            Request::ListSigningPlatforms { filter: PlatformFilter::All, page: PageSize::Default },
            Request::ListSigningPlatforms { filter: PlatformFilter::All, page: PageSize::One },
        ],
        Operation::ListSigningProfiles => vec![
            put(plain),
            Request::ListSigningProfiles { filter: ProfileFilter::default(), page: PageSize::Default },
            Request::CancelSigningProfile { profile: P0 },
            Request::ListSigningProfiles { filter: ProfileFilter::default(), page: PageSize::Default },
        ],
        Operation::ListTagsForResource => vec![tags, put(plain), tags, tag, tags],
        Operation::PutSigningProfile => vec![put(plain), get, put(plain)],
        Operation::RemoveProfilePermission => {
            let remove = |revision| Request::RemoveProfilePermission { profile: P0, statement: Statement(0), revision };
            vec![put(plain), add, remove(RevisionArg::Stale), remove(RevisionArg::Current), list_permissions]
        }
        Operation::RevokeSignature => {
            let revoke = Request::RevokeSignature { job: J0, owner: OMITTED };
            vec![revoke, put(Platform::Notation), sign, revoke, describe]
        }
        Operation::RevokeSigningProfile => vec![revoke, put(plain), revoke, get],
        Operation::SignPayload => vec![sign, put(Platform::Notation), sign, sign_again, describe],
        Operation::StartSigningJob => vec![start, put(plain), start, start],
        Operation::TagResource => vec![tag, put(plain), tag, tags],
        Operation::UntagResource => vec![put(plain), tag, Request::UntagResource { profile: P0, key: TagKey(0) }, tags],
    };
    let mut steps: Vec<Step> = calls.into_iter().map(Request::by_owner).map(|call: Call| Step::Call(call)).collect();
    if matches!(operation, Operation::DescribeSigningJob | Operation::StartSigningJob | Operation::ListSigningJobs) {
        steps.push(Step::Settle(J0));
    }
    steps
}

/// A profile as the edition and the platform want it.
pub(super) fn put(edition: Edition, platform: Platform) -> Request {
    Request::PutSigningProfile {
        profile: P0,
        platform: PlatformArg::Known(platform),
        validity: Validity::Default,
        material: edition == Edition::May2019 || !platform.is_managed(),
        parameters: false,
        tags: [TagValue::None; TAGS],
    }
}
