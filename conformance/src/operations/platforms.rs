//! `GetSigningPlatform` and `ListSigningPlatforms`.

use serde_json::{Value, json};
use signer_model::{PageSize, Platform, PlatformArg, PlatformFilter, PlatformSet, Reply, Request};

use crate::data::body::Json;
use crate::data::context::Context;
use crate::operations::adapter::{Adapter, Base, List, OpenPoints, no_entries, nothing};
use crate::operations::values::{items, page_size, plain_platform, platform_id};

pub(super) const GET: Adapter = Adapter {
    input: |_, _, request| {
        let Request::GetSigningPlatform { platform } = request else { return Value::Null };
        json!({ "platformId": platform_id(platform) })
    },
    read: |reading, _| {
        const VIEW: &str = "GetSigningPlatform/view";
        let answer = reading.answer();
        let id = reading.notes.text(answer, "platformId", VIEW)?;
        let asked = reading.given("platformId");
        reading.notes.expect(id == asked, VIEW, "the platform asked for comes back", asked, &id);
        Platform::from_id(&id).map(Reply::Platform)
    },
    list: None,
    sample: |context| Request::platform(context.plain_platform()),
    smoke: |edition| {
        vec![
            Request::platform(plain_platform(edition)),
            Request::GetSigningPlatform { platform: PlatformArg::Unknown },
        ]
    },
    base: |edition, _| Base { setup: vec![], call: Request::platform(plain_platform(edition)) },
    revealed_by: nothing,
    open: OpenPoints::USUAL,
};

pub(super) const LIST: Adapter = Adapter {
    input: |_, _, request| {
        let Request::ListSigningPlatforms { filter, page } = request else { return Value::Null };
        let mut input = of_filter(filter);
        input["maxResults"] = json!(page_size(page));
        input
    },
    read: |reading, _| Some(Reply::Platforms(listed(reading.pages))),
    list: Some(List {
        items: "platforms",
        key: "platformId",
        has_size: true,
        is_of_account: true,
        entries: no_entries,
    }),
    sample: |_| Request::platforms(PageSize::Default),
    smoke: |_| vec![Request::platforms(PageSize::Default), Request::platforms(PageSize::One)],
    base: |_, _| Base { setup: vec![], call: Request::platforms(PageSize::Default) },
    revealed_by: nothing,
    open: OpenPoints::USUAL,
};

/// The known platforms in the pages of `ListSigningPlatforms`.
pub(crate) fn listed(pages: &[Json]) -> PlatformSet {
    items(pages, "platforms")
        .filter_map(|entry| Platform::from_id(entry.get("platformId")?.as_str()?))
        .collect()
}

/// A filter for what a platform has; the facts say what that is.
fn of_filter(filter: PlatformFilter) -> Value {
    let column = |platform, column: fn(&'static signer_schemas::Platform) -> &'static str| {
        Context::platform(platform).map(column)
    };
    match filter {
        PlatformFilter::All => json!({}),
        PlatformFilter::Category(platform) => {
            json!({ "category": column(platform, |facts| &facts.category) })
        }
        PlatformFilter::Partner(platform) => json!({ "partner": column(platform, |facts| &facts.partner) }),
        PlatformFilter::Target(platform) => json!({ "target": column(platform, |facts| &facts.target) }),
        PlatformFilter::UnknownPartner => json!({ "partner": "NoSuchPartner" }),
    }
}
