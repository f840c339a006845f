//! Profiles and their tags.

use signer_schemas::Edition;

use super::Scope;
use super::requests::{K0, K1, NO_TAGS, P0, P1, TAGGED, by_owner, cancel, get, known, profiles, put, put_with, revoke};
use crate::{
    EffectiveTime, OwnerArg, PageSize, Platform, PlatformArg, PlatformFilter, ProfileFilter, ProfileStatus, Request, TagValue,
    Validity, VersionArg,
};

/// Profiles from creation to their end, and all that is read of them.
pub(super) fn lifecycle() -> Scope {
    let lambda =
        |validity, material, parameters, tags| put_with(P0, known(Platform::Lambda), validity, material, parameters, tags);
    let platform_list = |platform, page| Request::ListSigningProfiles {
        filter: ProfileFilter { platform: Some(platform), ..ProfileFilter::default() },
        page,
    };
    let mut requests = vec![
        put(P0, Platform::Lambda),
        put(P0, Platform::Notation),
        put(P1, Platform::IotDeviceManagement),
        lambda(Validity::Day, false, false, TAGGED),
        lambda(Validity::Default, false, true, NO_TAGS),
        lambda(Validity::Default, true, false, NO_TAGS),
        put_with(P0, PlatformArg::Unknown, Validity::Default, false, false, NO_TAGS),
        put_with(P1, known(Platform::IotDeviceManagement), Validity::Default, false, false, NO_TAGS),
        put_with(P1, known(Platform::IotDeviceManagement), Validity::Day, true, false, NO_TAGS),
        put(P1, Platform::FreeRtosDefault),
        put_with(P1, known(Platform::FreeRtosTi), Validity::Default, true, false, NO_TAGS),
        get(P0),
        get(P1),
        Request::GetSigningProfile { profile: P0, owner: OwnerArg::Owner },
        cancel(P0),
        cancel(P1),
        revoke(P0, EffectiveTime::Later),
        revoke(P0, EffectiveTime::Earlier),
        revoke(P0, EffectiveTime::Future),
        Request::RevokeSigningProfile { profile: P0, version: VersionArg::Unknown, effective: EffectiveTime::Later },
        revoke(P1, EffectiveTime::Later),
        profiles(None, None),
        Request::ListSigningProfiles { filter: ProfileFilter::default(), page: PageSize::One },
        profiles(Some(true), None),
        profiles(Some(false), None),
        profiles(None, Some(ProfileStatus::Active)),
        profiles(None, Some(ProfileStatus::Canceled)),
        profiles(None, Some(ProfileStatus::Revoked)),
        profiles(Some(true), Some(ProfileStatus::Active)),
        platform_list(Platform::Lambda, PageSize::Default),
        platform_list(Platform::IotDeviceManagement, PageSize::One),
    ];
    requests.extend(platform_requests(Platform::Lambda));
    by_owner("lifecycle", Edition::Current, requests)
}

/// The tags of a profile, to its end.
pub(super) fn tags() -> Scope {
    let tag = |profile, key, value| Request::TagResource { profile, key, value };
    let untag = |profile, key| Request::UntagResource { profile, key };
    let list = |profile| Request::ListTagsForResource { profile };
    let mut scope = by_owner(
        "tags",
        Edition::Current,
        vec![
            put(P0, Platform::Lambda),
            put_with(P0, known(Platform::Lambda), Validity::Default, false, false, TAGGED),
            tag(P0, K0, TagValue::A),
            tag(P0, K0, TagValue::B),
            tag(P0, K1, TagValue::A),
            untag(P0, K0),
            untag(P0, K1),
            list(P0),
            get(P0),
            cancel(P0),
            revoke(P0, EffectiveTime::Later),
            tag(P1, K0, TagValue::A),
            untag(P1, K0),
            list(P1),
        ],
    );
    scope.calls.extend([tag(P0, K0, TagValue::A), untag(P0, K0), list(P0)].map(Request::by_other));
    scope
}

/// Profiles of 2019: no revocation, and signing material always.
pub(super) fn lifecycle_2019() -> Scope {
    let mut requests = vec![
        put(P0, Platform::IotDeviceManagement),
        put(P0, Platform::FreeRtosDefault),
        put(P1, Platform::FreeRtosTi),
        put_with(P0, PlatformArg::Unknown, Validity::Default, true, false, NO_TAGS),
        put_with(P0, known(Platform::IotDeviceManagement), Validity::Default, false, false, NO_TAGS),
        get(P0),
        get(P1),
        cancel(P0),
        cancel(P1),
        profiles(None, None),
        Request::ListSigningProfiles { filter: ProfileFilter::default(), page: PageSize::One },
        profiles(Some(true), None),
        profiles(Some(false), None),
    ];
    requests.extend(platform_requests(Platform::IotDeviceManagement));
    by_owner("lifecycle-2019", Edition::May2019, requests)
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
