//! `PutSigningProfile`, `GetSigningProfile`, `CancelSigningProfile` and `ListSigningProfiles`.

mod shown;

use serde_json::{Map, Value, json};
use signer_model::{
    P0, P1, Platform, PlatformArg, Profile, ProfileFilter, Reply, Request, TAGS, TagKey, TagValue, Validity,
};
use signer_schemas::Edition;

use crate::data::context::Context;
use crate::operations::adapter::{Adapter, Base, Entry, List, OpenPoints, Pages, Reading, nothing};
use crate::operations::bindings::Bindings;
use crate::operations::notes::{Notes, member_words};
use crate::operations::profiles::shown::{shown, view};
use crate::operations::values::{items, owner_id, page_size, plain_platform, platform_id, tags_of};

pub(super) const PUT: Adapter = Adapter {
    input: |context, bindings, request| {
        let Request::PutSigningProfile { profile, platform, validity, material, parameters, tags } = request
        else {
            return Value::Null;
        };
        json!({
            "profileName": bindings.name(profile),
            "platformId": platform_id(platform),
            "signatureValidityPeriod": (validity == Validity::Day).then(|| json!({ "value": 1, "type": "DAYS" })),
            "signingMaterial": material.then(|| json!({ "certificateArn": context.certificate_arn() })),
            "signingParameters": signing_parameters(platform, parameters),
            "tags": given_tags(tags),
        })
    },
    read: |reading, request| {
        let Request::PutSigningProfile { profile, .. } = request else { return None };
        created(reading, profile)
    },
    list: None,
    sample: |context| Request::put(context.edition, P0, context.plain_platform()),
    smoke: |edition| {
        let put = Request::put(edition, P0, plain_platform(edition));
        vec![put, Request::get(P0), put]
    },
    base: |edition, path| Base { setup: vec![], call: giving(edition, path) },
    revealed_by: |request| {
        let Request::PutSigningProfile { profile, .. } = request else { return None };
        Some(Request::get(profile))
    },
    open: OpenPoints::USUAL,
};

pub(super) const GET: Adapter = Adapter {
    input: |context, bindings, request| {
        let Request::GetSigningProfile { profile, owner } = request else { return Value::Null };
        json!({ "profileName": bindings.name(profile), "profileOwner": owner_id(context, owner) })
    },
    read: |reading, request| {
        let Request::GetSigningProfile { profile, .. } = request else { return None };
        shown(reading, profile).map(Reply::Profile)
    },
    list: None,
    sample: |_| Request::get(P1),
    smoke: |edition| {
        let get = Request::get(P0);
        vec![get, Request::put(edition, P0, plain_platform(edition)), get]
    },
    base: |edition, _| Base { setup: vec![giving(edition, "")], call: Request::get(P0) },
    revealed_by: nothing,
    open: OpenPoints::USUAL,
};

pub(super) const CANCEL: Adapter = Adapter {
    input: |_, bindings, request| {
        let Request::CancelSigningProfile { profile } = request else { return Value::Null };
        json!({ "profileName": bindings.name(profile) })
    },
    read: |_, _| Some(Reply::Done),
    list: None,
    sample: |_| Request::cancel(P1),
    smoke: |edition| {
        let cancel = Request::cancel(P0);
        vec![cancel, Request::put(edition, P0, plain_platform(edition)), cancel, Request::get(P0)]
    },
    base: |edition, _| Base { setup: vec![giving(edition, "")], call: Request::cancel(P0) },
    revealed_by: |request| {
        let Request::CancelSigningProfile { profile } = request else { return None };
        Some(Request::get(profile))
    },
    open: OpenPoints::USUAL,
};

pub(super) const LIST: Adapter = Adapter {
    input: |_, _, request| {
        let Request::ListSigningProfiles { filter, page } = request else { return Value::Null };
        json!({
            "includeCanceled": filter.include_canceled,
            "statuses": filter.status.map(|status| [status.id()]),
            "platformId": filter.platform.map(Platform::id),
            "maxResults": page_size(page),
        })
    },
    read: |reading, _| {
        let name = |entry: &Value| reading.bindings.profile_named(entry.get("profileName")?.as_str()?);
        Some(Reply::Profiles(items(reading.pages, "profiles").filter_map(name).collect()))
    },
    list: Some(List { items: "profiles", key: "profileName", has_size: true, is_of_account: true, entries }),
    sample: |_| Request::profiles(ProfileFilter::default()),
    smoke: |edition| {
        let list = Request::profiles(ProfileFilter::default());
        vec![Request::put(edition, P0, plain_platform(edition)), list, Request::cancel(P0), list]
    },
    base: |_, _| Base { setup: vec![], call: Request::profiles(ProfileFilter::default()) },
    revealed_by: nothing,
    open: OpenPoints { extents, ..OpenPoints::USUAL },
};

/// A profile whose making gives the member.
pub(super) fn giving(edition: Edition, path: &str) -> Request {
    let top = path.split(['.', '[', '{']).next().unwrap_or_default();
    let (platform, material) = match (edition, top) {
        (_, "signingParameters") => (Platform::FreeRtosDefault, true),
        (Edition::May2019, _) | (Edition::Current, "signingMaterial") => {
            (Platform::IotDeviceManagement, true)
        }
        (Edition::Current, _) => (Platform::Lambda, false),
    };
    Request::PutSigningProfile {
        profile: P0,
        platform: PlatformArg::Known(platform),
        validity: if top == "signatureValidityPeriod" { Validity::Day } else { Validity::Default },
        material,
        parameters: top == "signingParameters",
        tags: if top == "tags" {
            [TagValue::A, TagValue::None, TagValue::None]
        } else {
            [TagValue::None; TAGS]
        },
    }
}

fn given_tags(tags: [TagValue; TAGS]) -> Option<Map<String, Value>> {
    let given: Map<String, Value> =
        (0..).map(TagKey).zip(tags).flat_map(|(key, value)| tags_of(key, value)).collect();
    (!given.is_empty()).then_some(given)
}

/// Profiles for `FreeRTOS` say where on the device the certificate lies; on Lambda a parameter is one too
/// many.
fn signing_parameters(platform: PlatformArg, parameters: bool) -> Option<Value> {
    match platform {
        PlatformArg::Known(Platform::FreeRtosDefault | Platform::FreeRtosTi) => {
            Some(json!({ "certname": "/cert.pem" }))
        }
        _ => parameters.then(|| json!({ "parameter": "value" })),
    }
}

fn created(reading: &mut Reading<'_>, profile: Profile) -> Option<Reply> {
    const CREATED: &str = "PutSigningProfile/created";
    let answer = reading.answer();
    let arn = reading.notes.text(answer, "arn", CREATED)?;
    let tail =
        format!(":{}:/signing-profiles/{}", reading.context.owner_account, reading.given("profileName"));
    reading.notes.expect(
        arn.starts_with("arn:") && arn.ends_with(&tail),
        "PutSigningProfile/arn-format",
        "the profile's ARN ends with the account and the name",
        format!("arn:aws:signer:REGION{tail}"),
        &arn,
    );
    reading.bindings.bind_arn(profile, &arn);
    reading.bindings.bind_template(profile, reading.input);
    if reading.context.edition == Edition::Current {
        let version = reading.notes.text(answer, "profileVersion", CREATED)?;
        let version_arn = reading.notes.text(answer, "profileVersionArn", CREATED)?;
        reading.notes.expect(
            version_arn == format!("{arn}/{version}"),
            "PutSigningProfile/version-in-arn",
            "the version ARN is the profile's ARN, a slash and the version",
            format!("{arn}/{version}"),
            &version_arn,
        );
        let is_fresh = reading.bindings.bind_version(profile, &version);
        reading.notes.expect(
            is_fresh,
            "PutSigningProfile/fresh-version",
            "each profile gets a version of its own",
            "a version not seen before",
            &member_words("profileVersion", &Value::from(version.as_str())),
        );
    }
    Some(Reply::Created)
}

/// What describing each entry of a list by itself would tell.
fn entries(context: &Context, bindings: &Bindings, pages: &Pages) -> Vec<Entry> {
    const AGREES: &str = "ListSigningProfiles/entry-agrees";
    let mut entries = Vec::new();
    for entry in items(pages, "profiles") {
        let name = entry.get("profileName").and_then(Value::as_str).unwrap_or_default();
        let Some(symbol) = bindings.profile_named(name) else { continue };
        let mut notes = Notes::default();
        if let Some(arn) = bindings.told_arn(symbol) {
            notes.agrees(entry, "arn", arn, AGREES);
        }
        if let Some(version) = bindings.current_version(symbol) {
            notes.agrees(entry, "profileVersion", version, AGREES);
        }
        let reply = view(context, entry, &mut notes, AGREES).map_or(Reply::Done, Reply::Profile);
        entries.push((Request::get(symbol).by_owner(), reply, notes.complaints));
    }
    entries
}

fn extents(rule: &str, request: Request) -> [Option<&'static str>; 2] {
    match (rule, request) {
        (
            "ListSigningProfiles/include-canceled-with-statuses",
            Request::ListSigningProfiles { filter, .. },
        ) => {
            if filter.include_canceled == Some(false) {
                [None, Some("statuses alone decides")]
            } else {
                [Some("statuses alone decides"), Some("the canceled profiles as well")]
            }
        }
        _ => OpenPoints::LISTED(rule, request),
    }
}
