//! Profiles and their tags.

use signer_schemas::Edition;

use crate::call::{EffectiveTime, OwnerArg, ProfileStatus, TagKey, TagValue, Validity, VersionArg};
use crate::filters::{PageSize, PlatformFilter, ProfileFilter};
use crate::phrasebook::{K0, P0, P1};
use crate::platform::{Platform, PlatformArg};
use crate::request::Request;
use crate::scopes::requests::{K1, NO_TAGS, TAGGED, by_owner, known, put, put_with};
use crate::scopes::scope::Scope;

/// Profiles from creation to their end, and all that is read of them.
pub(super) fn profiles() -> Scope {
    let mut requests = vec![
        list(ProfileFilter::default(), PageSize::Default),
        list(ProfileFilter::default(), PageSize::One),
        list(ProfileFilter { include_canceled: Some(true), ..ProfileFilter::default() }, PageSize::Default),
        list(ProfileFilter { include_canceled: Some(false), ..ProfileFilter::default() }, PageSize::Default),
        list(
            ProfileFilter { status: Some(ProfileStatus::Active), ..ProfileFilter::default() },
            PageSize::Default,
        ),
        list(
            ProfileFilter { status: Some(ProfileStatus::Canceled), ..ProfileFilter::default() },
            PageSize::Default,
        ),
        list(
            ProfileFilter { status: Some(ProfileStatus::Revoked), ..ProfileFilter::default() },
            PageSize::Default,
        ),
        list(
            ProfileFilter {
                include_canceled: Some(true),
                status: Some(ProfileStatus::Active),
                ..ProfileFilter::default()
            },
            PageSize::Default,
        ),
        list(
            ProfileFilter { platform: Some(Platform::Lambda), ..ProfileFilter::default() },
            PageSize::Default,
        ),
        list(
            ProfileFilter { platform: Some(Platform::IotDeviceManagement), ..ProfileFilter::default() },
            PageSize::One,
        ),
    ];
    for profile in [P0, P1] {
        let lambda = |validity, material, parameters, tags| {
            put_with(profile, known(Platform::Lambda), validity, material, parameters, tags)
        };
        let iot = |validity, material| {
            put_with(profile, known(Platform::IotDeviceManagement), validity, material, false, NO_TAGS)
        };
        requests.extend([
            put(profile, Platform::Lambda),
            put(profile, Platform::Notation),
            put(profile, Platform::IotDeviceManagement),
            put(profile, Platform::FreeRtosDefault),
            lambda(Validity::Day, false, false, TAGGED),
            lambda(Validity::Default, false, true, NO_TAGS),
            lambda(Validity::Default, true, false, NO_TAGS),
            iot(Validity::Default, false),
            iot(Validity::Day, true),
            put_with(profile, known(Platform::FreeRtosTi), Validity::Default, true, false, NO_TAGS),
            put_with(profile, PlatformArg::Unknown, Validity::Default, false, false, NO_TAGS),
            Request::get(profile),
            Request::GetSigningProfile { profile, owner: OwnerArg::Owner },
            Request::cancel(profile),
            Request::revoke(profile, EffectiveTime::Later),
            Request::revoke(profile, EffectiveTime::Earlier),
            Request::revoke(profile, EffectiveTime::Future),
            Request::RevokeSigningProfile {
                profile,
                version: VersionArg::Unknown,
                effective: EffectiveTime::Later,
            },
        ]);
    }
    requests.extend(platform_requests(Platform::Lambda));
    by_owner("profiles", Edition::Current, requests)
}

const fn list(filter: ProfileFilter, page: PageSize) -> Request {
    Request::ListSigningProfiles { filter, page }
}

/// The tags of profiles, to their end.
pub(super) fn tags() -> Scope {
    let requests = [P0, P1].into_iter().flat_map(|profile| {
        let tag = |key, value| Request::TagResource { profile, key, value };
        let untag = |key| Request::UntagResource { profile, key };
        let tagged = put_with(profile, known(Platform::Lambda), Validity::Default, false, false, TAGGED);
        [
            put(profile, Platform::Lambda).by_owner(),
            tagged.by_owner(),
            tag(K0, TagValue::A).by_owner(),
            tag(K0, TagValue::B).by_owner(),
            tag(K1, TagValue::A).by_owner(),
            untag(K0).by_owner(),
            untag(K1).by_owner(),
            tag(TagKey::MANY, TagValue::A).by_owner(),
            untag(TagKey::MANY).by_owner(),
            Request::ListTagsForResource { profile }.by_owner(),
            Request::get(profile).by_owner(),
            Request::cancel(profile).by_owner(),
            Request::revoke(profile, EffectiveTime::Later).by_owner(),
            tag(K0, TagValue::A).by_other(),
            untag(K0).by_other(),
            Request::ListTagsForResource { profile }.by_other(),
        ]
    });
    Scope { calls: requests.collect(), ..by_owner("tags", Edition::Current, Vec::new()) }
}

/// Profiles of 2019: no revocation, and signing material always.
pub(super) fn profiles_2019() -> Scope {
    let mut requests = vec![
        put(P0, Platform::IotDeviceManagement),
        put(P0, Platform::FreeRtosDefault),
        put(P1, Platform::FreeRtosTi),
        put_with(P0, PlatformArg::Unknown, Validity::Default, true, false, NO_TAGS),
        put_with(P0, known(Platform::IotDeviceManagement), Validity::Default, false, false, NO_TAGS),
        Request::get(P0),
        Request::get(P1),
        Request::cancel(P0),
        Request::cancel(P1),
        list(ProfileFilter::default(), PageSize::Default),
        list(ProfileFilter::default(), PageSize::One),
        list(ProfileFilter { include_canceled: Some(true), ..ProfileFilter::default() }, PageSize::Default),
        list(ProfileFilter { include_canceled: Some(false), ..ProfileFilter::default() }, PageSize::Default),
    ];
    requests.extend(platform_requests(Platform::IotDeviceManagement));
    by_owner("profiles-2019", Edition::May2019, requests)
}

fn platform_requests(column: Platform) -> Vec<Request> {
    let list = |filter, page| Request::ListSigningPlatforms { filter, page };
    vec![
        Request::GetSigningPlatform { platform: known(column) },
        Request::GetSigningPlatform { platform: PlatformArg::Unknown },
        list(PlatformFilter::All, PageSize::Default),
        list(PlatformFilter::All, PageSize::One),
        list(PlatformFilter::All, PageSize::Two),
        list(PlatformFilter::Category(column), PageSize::Default),
        list(PlatformFilter::Partner(column), PageSize::Default),
        list(PlatformFilter::Partner(Platform::FreeRtosDefault), PageSize::One),
        list(PlatformFilter::Target(column), PageSize::Default),
        list(PlatformFilter::UnknownPartner, PageSize::Default),
    ]
}
