//! Values that several operations give or read.

use serde_json::{Map, Value, json};
use signer_model::{Destination, OwnerArg, PageSize, Platform, PlatformArg, Profile, TAGS, TagKey, TagValue};
use signer_schemas::Edition;

use crate::data::body::Json;
use crate::data::context::Context;
use crate::operations::bindings::Bindings;
use crate::operations::notes::Notes;

/// The platform of profiles that are of no particular one.
pub(crate) const fn plain_platform(edition: Edition) -> Platform {
    match edition {
        Edition::Current => Platform::Lambda,
        Edition::May2019 => Platform::IotDeviceManagement,
    }
}

pub(super) fn owner_id(context: &Context, owner: OwnerArg) -> Option<&str> {
    match owner {
        OwnerArg::Omitted => None,
        OwnerArg::Owner => Some(&context.owner_account),
    }
}

pub(super) const fn page_size(page: PageSize) -> Option<u8> {
    match page {
        PageSize::Default => None,
        PageSize::One => Some(1),
        PageSize::Two => Some(2),
    }
}

pub(super) fn platform_id(platform: PlatformArg) -> &'static str {
    match platform {
        PlatformArg::Known(platform) => platform.id(),
        PlatformArg::Unknown => "NoSuchPlatform-SHA256-ECDSA",
    }
}

/// The key prefix of a job's signed object.
pub(super) fn prefix(bindings: &Bindings, destination: Destination) -> String {
    let which = match destination {
        Destination::A => "a",
        Destination::B => "b",
    };
    format!("{}/{which}/", bindings.name(Profile(0)))
}

/// The tags that a symbol stands for, with that value; none where there is no value.
pub(super) fn tags_of(key: TagKey, value: TagValue) -> Map<String, Value> {
    let Some(value) = Context::tag_value(value) else { return Map::new() };
    Context::tag_keys(key).map(|key| (key, json!(value))).collect()
}

/// The items of all pages.
pub(crate) fn items<'a>(pages: &'a [Json], member: &'a str) -> impl Iterator<Item = &'a Value> {
    pages.iter().filter_map(move |page| page.get(member)?.as_array()).flatten()
}

/// The tags in symbols. Absent, null and `{}` are the same.
pub(crate) fn tags(map: Option<&Value>, notes: &mut Notes, requirement: &str) -> [TagValue; TAGS] {
    let mut left = map.and_then(Value::as_object).cloned().unwrap_or_default();
    let known = |text: &Value| {
        [TagValue::A, TagValue::B].into_iter().find(|known| Context::tag_value(*known) == text.as_str())
    };
    let mut tags = [TagValue::None; TAGS];
    for (key, tag) in (0..).map(TagKey).zip(&mut tags) {
        // A symbol for many keys is there when all of them are, with one value; else what is there of them is
        // left over.
        let mut shown = Context::tag_keys(key).map(|key| left.get(&key).and_then(known));
        if let Some(Some(value)) = shown.next()
            && shown.all(|other| other == Some(value))
        {
            *tag = value;
            Context::tag_keys(key).for_each(|key| drop(left.remove(&key)));
        }
    }
    for (key, value) in left {
        notes.expect(
            false,
            requirement,
            "only tags that were given are shown",
            "tags that were given",
            &format!("{key}={value}"),
        );
    }
    tags
}
