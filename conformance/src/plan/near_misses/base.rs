//! The calls that stand around a probe.

use signer_model::{
    Action, Destination, EffectiveTime, Grant, Job, JobFilter, OwnerArg, PageSize, Platform, PlatformArg, PlatformFilter,
    Principal, Profile, ProfileFilter, Request, RevisionArg, SignatureTime, Source, Statement, TAGS, TagKey, TagValue, Validity,
    VersionArg,
};
use signer_schemas::{Edition, Operation, operation};

const P0: Profile = Profile(0);

const J0: Job = Job(0);

const OMITTED: OwnerArg = OwnerArg::Omitted;

/// A call that succeeds, with what has to come before and what can be read afterwards.
pub(crate) struct Base {
    /// The fewest calls that make [`Self::call`] succeed.
    pub(crate) setup: Vec<Request>,
    /// The call.
    pub(crate) call: Request,
    /// Shows what the call would have changed. Where it would have made a job nothing does: a job that no answer has named
    /// cannot be told from others.
    pub(crate) read: Option<Request>,
}

/// The base of the probes of this member. It gives the member, unless each change of it is a whole value.
pub(crate) fn base(edition: Edition, operation: Operation, path: &str) -> Base {
    let plain = put(edition, "");
    let notation = managed(Platform::Notation);
    let get = Request::GetSigningProfile { profile: P0, owner: OMITTED };
    let grant = Grant { principal: Principal::OtherAccount, action: Action::GetSigningProfile, version: None };
    let add = Request::AddProfilePermission { profile: P0, statement: Statement(0), grant, revision: RevisionArg::Absent };
    let permissions = Request::ListProfilePermissions { profile: P0 };
    let sign = Request::SignPayload { job: J0, profile: P0, owner: OMITTED };
    let start =
        Request::StartSigningJob { job: J0, profile: P0, owner: OMITTED, source: Source::Present, destination: Destination::A };
    let describe = Request::DescribeSigningJob { job: J0 };
    let tags = Request::ListTagsForResource { profile: P0 };
    let platform = match edition {
        Edition::Current => Platform::Lambda,
        Edition::May2019 => Platform::IotDeviceManagement,
    };
    let (setup, call, read) = match operation {
        Operation::AddProfilePermission => (vec![plain], add, Some(permissions)),
        Operation::CancelSigningProfile => (vec![plain], Request::CancelSigningProfile { profile: P0 }, Some(get)),
        Operation::DescribeSigningJob => (vec![plain, start], describe, None),
        Operation::GetRevocationStatus => {
            let at = SignatureTime::AfterLater;
            let call = Request::GetRevocationStatus { profile: P0, job: J0, platform: Platform::Notation, at };
            (vec![notation, sign], call, None)
        }
        Operation::GetSigningPlatform => (vec![], Request::GetSigningPlatform { platform: PlatformArg::Known(platform) }, None),
        Operation::GetSigningProfile => (vec![plain], get, None),
        Operation::ListProfilePermissions => (vec![plain, add], permissions, None),
        Operation::ListSigningJobs => {
            (vec![], Request::ListSigningJobs { filter: JobFilter::default(), page: PageSize::Default }, None)
        }
        Operation::ListSigningPlatforms => {
            (vec![], Request::ListSigningPlatforms { filter: PlatformFilter::All, page: PageSize::Default }, None)
        }
        Operation::ListSigningProfiles => {
            (vec![], Request::ListSigningProfiles { filter: ProfileFilter::default(), page: PageSize::Default }, None)
        }
        Operation::ListTagsForResource => (vec![plain], tags, None),
        Operation::PutSigningProfile => (vec![], put(edition, path), Some(get)),
        Operation::RemoveProfilePermission => {
            let call = Request::RemoveProfilePermission { profile: P0, statement: Statement(0), revision: RevisionArg::Current };
            (vec![plain, add], call, Some(permissions))
        }
        Operation::RevokeSignature => {
            (vec![notation, sign], Request::RevokeSignature { job: J0, owner: OMITTED }, Some(describe))
        }
        Operation::RevokeSigningProfile => {
            let effective = EffectiveTime::Later;
            (vec![plain], Request::RevokeSigningProfile { profile: P0, version: VersionArg::Current, effective }, Some(get))
        }
        Operation::SignPayload => (vec![notation], sign, None),
        Operation::StartSigningJob => (vec![plain], start, None),
        Operation::TagResource => {
            (vec![plain], Request::TagResource { profile: P0, key: TagKey(0), value: TagValue::A }, Some(tags))
        }
        Operation::UntagResource => {
            (vec![put(edition, "tags")], Request::UntagResource { profile: P0, key: TagKey(0) }, Some(tags))
        }
    };
    Base { setup, call, read }
}

/// Calls that name a plain profile, made in this order; an edition leaves out those that it does not have.
pub(super) fn uses_of_the_profile(edition: Edition) -> Vec<Request> {
    let grant = Grant { principal: Principal::OtherAccount, action: Action::GetSigningProfile, version: None };
    let uses = [
        Request::GetSigningProfile { profile: P0, owner: OMITTED },
        Request::AddProfilePermission { profile: P0, statement: Statement(0), grant, revision: RevisionArg::Absent },
        Request::ListProfilePermissions { profile: P0 },
        Request::RemoveProfilePermission { profile: P0, statement: Statement(0), revision: RevisionArg::Current },
        Request::StartSigningJob { job: J0, profile: P0, owner: OMITTED, source: Source::Present, destination: Destination::A },
        Request::CancelSigningProfile { profile: P0 },
    ];
    uses.into_iter().filter(|request| operation(edition, request.operation()).is_some()).collect()
}

/// A profile whose making gives the member.
fn put(edition: Edition, path: &str) -> Request {
    let top = path.split(['.', '[', '{']).next().unwrap_or_default();
    let (platform, material) = match (edition, top) {
        (_, "signingParameters") => (Platform::FreeRtosDefault, true),
        (Edition::May2019, _) | (Edition::Current, "signingMaterial") => (Platform::IotDeviceManagement, true),
        (Edition::Current, _) => (Platform::Lambda, false),
    };
    Request::PutSigningProfile {
        profile: P0,
        platform: PlatformArg::Known(platform),
        validity: if top == "signatureValidityPeriod" { Validity::Day } else { Validity::Default },
        material,
        parameters: top == "signingParameters",
        tags: if top == "tags" { [TagValue::A, TagValue::None, TagValue::None] } else { [TagValue::None; TAGS] },
    }
}

/// A plain profile on a platform that needs no signing material.
fn managed(platform: Platform) -> Request {
    Request::PutSigningProfile {
        profile: P0,
        platform: PlatformArg::Known(platform),
        validity: Validity::Default,
        material: false,
        parameters: false,
        tags: [TagValue::None; TAGS],
    }
}
