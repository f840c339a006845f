//! The views of a profile: what its creation tells, what it shows by itself, and its entry in the list.

use serde_json::{Map, Value, json};
use signer_model::{P0, Platform, Request as Ask};
use signer_schemas::Edition;
use signer_schemas::Operation::{GetSigningProfile, ListSigningProfiles, PutSigningProfile, TagResource};

use crate::judge::runner::case::Case;
use crate::judge::runner::scene::{Conversation, Scene};
use crate::judge::runner::talk::{Played, with};
use crate::operations::notes::member_words;
use crate::scenes::shared::inputs::{full_input, plain_input, profile_input};
use crate::scenes::shared::lists::PROFILES;
use crate::scenes::shared::steps::{ask_profile, plain_profile, profile_view};
use crate::scenes::shared::symbols::plain;
use crate::scenes::shared::tags::{tag, untag};
use crate::scenes::shared::views::{agree, is_nothing, platform_is_named};

pub(crate) const SCENES: &[Scene] = &[ANSWER_AGREES, ENTRIES_AGREE, LISTED_TAGS, MANY_CALLS, THERE];

const THERE: Scene = Scene {
    name: "profiles/there",
    operation: PutSigningProfile,
    what: "a profile that was made shows itself, and is in the list",
    requirements: &["PutSigningProfile/created"],
    play: &Conversation(|case| Box::pin(there(case))),
};

async fn there(case: &mut Case<'_>) -> Played {
    const MADE: &str = "PutSigningProfile/created";
    let name = plain_profile(case, "there").await?;
    let view = ask_profile(case, &name).await?;
    case.hold(MADE, view.text("/status") == "Active", "an Active profile", &view.words());
    let is_listed = PROFILES.listed(case, json!({})).await?.contains(&name);
    case.hold(MADE, is_listed, "in the list", "not listed");
    Ok(())
}

const ANSWER_AGREES: Scene = Scene {
    name: "profiles/answer-agrees",
    operation: PutSigningProfile,
    what: "what the answer tells is what every view tells",
    requirements: &[
        "PutSigningProfile/answer-agrees",
        "PutSigningProfile/default-validity",
        "PutSigningProfile/default-validity-shown",
        "GetSigningProfile/active",
        "GetSigningProfile/no-revocation-record",
        "common/arn-partition",
        "common/read-after-write",
        "common/null-or-absent",
    ],
    play: &Conversation(|case| Box::pin(answer_agrees(case))),
};

async fn answer_agrees(case: &mut Case<'_>) -> Played {
    let answer = case.model(Ask::put(case.edition(), P0, plain(case))).await?;
    let view = case.model(Ask::get(P0)).await?;
    case.open("common/read-after-write", "the new state at once");
    case.same_member("GetSigningProfile/active", "/status", &json!("Active"), &view);
    let shows =
        |what: &dyn Fn(&Value) -> bool| view.as_object().is_some_and(|members| members.values().any(what));
    let answer_to_null = match (shows(&Value::is_null), shows(&is_nothing)) {
        (true, _) => "null",
        (false, true) => "an empty object or list",
        (false, false) => "left out",
    };
    case.open("common/null-or-absent", answer_to_null);
    case.has_no_member("GetSigningProfile/no-revocation-record", "revocationRecord", &view);
    if case.edition() == Edition::May2019 {
        return Ok(());
    }
    let name = case.name_of(P0);
    let entry = PROFILES.shown(case, &name).await?;
    for member in ["arn", "profileVersion", "profileVersionArn"] {
        let place = format!("/{member}");
        case.same_member("PutSigningProfile/answer-agrees", &place, &answer[member], &view);
        case.same_member("ListSigningProfiles/entry-agrees", &place, &answer[member], &entry);
    }
    let default = json!({ "value": 135, "type": "MONTHS" });
    let period = &view["signatureValidityPeriod"];
    let fits = period.is_null() || *period == default;
    case.hold(
        "PutSigningProfile/default-validity",
        fits,
        "135 MONTHS",
        &member_words("signatureValidityPeriod", period),
    );
    case.same_member("PutSigningProfile/default-validity-shown", "/signatureValidityPeriod", &default, &view);
    let arn = answer["arn"].as_str().unwrap_or_default();
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let (region, account) = (case.context().region.clone(), case.context().owner_account.clone());
    let fits = matches!(parts.as_slice(), ["arn", partition, "signer", told, owner, _]
        if partition.starts_with("aws") && *told == region && *owner == account);
    case.hold("common/arn-partition", fits, &format!("arn:aws…:signer:{region}:{account}:…"), arn);
    Ok(())
}

const ENTRIES_AGREE: Scene = Scene {
    name: "profiles/entries-agree",
    operation: ListSigningProfiles,
    what: "profiles with certificates, parameters and overrides, alone and in the list, and what their \
        platforms are called",
    requirements: &[
        "ListSigningProfiles/entry-agrees",
        "GetSigningProfile/platform-name",
        "GetSigningProfile/platform-name-agrees",
    ],
    play: &Conversation(|case| Box::pin(entries_agree(case))),
};

async fn entries_agree(case: &mut Case<'_>) -> Played {
    let [one, device, full] = ["one", "device", "full"].map(|text| case.fresh(text));
    let mut inputs = vec![plain_input(case, &one)?];
    let listed = case.context().platforms;
    if listed.contains(Platform::IotDeviceManagement) {
        inputs.push(profile_input(case, &device, Platform::IotDeviceManagement)?);
    }
    if listed.contains(Platform::FreeRtosDefault) {
        inputs.push(full_input(case, &full)?);
    }
    for input in &inputs {
        case.must("PutSigningProfile/created", PutSigningProfile, input.clone()).await?;
    }
    let pages = case.pages(ListSigningProfiles, json!({})).await?;
    for input in inputs {
        let name = input["profileName"].as_str().unwrap_or_default();
        let view = profile_view(case, name).await?;
        agree(case, PROFILES, GetSigningProfile, &PROFILES.entry(&pages, name), &view.body);
        if case.edition() == Edition::Current {
            platform_is_named(case, "GetSigningProfile/platform-name", &view.body).await?;
        }
    }
    Ok(())
}

const LISTED_TAGS: Scene = Scene {
    name: "profiles/listed-tags",
    operation: TagResource,
    what: "the list shows tags as they are now, however many",
    requirements: &["TagResource/tags", "UntagResource/untags", "ListSigningProfiles/entry-agrees"],
    play: &Conversation(|case| Box::pin(listed_tags(case))),
};

async fn listed_tags(case: &mut Case<'_>) -> Played {
    let name = case.fresh("tags");
    let input = with(plain_input(case, &name)?, &json!({ "tags": { "first": "1", "second": "2" } }));
    let arn = case.must("PutSigningProfile/tags-kept", PutSigningProfile, input).await?.text("/arn");
    // More than the fifty that one page of the documents calls the limit, if the target takes so many.
    let many: Map<String, Value> = (0..60).map(|number| (format!("key{number}"), json!("v"))).collect();
    let taken = case.ask(TagResource, json!({ "resourceArn": arn, "tags": many })).await?.is_success();
    tag(case, &arn, &json!({ "third": "3" })).await?;
    untag(case, &arn, &["first"]).await?;
    let mut expected = json!({ "second": "2", "third": "3" });
    if taken {
        expected = with(expected, &Value::Object(many));
    }
    let view = profile_view(case, &name).await?;
    let entry = PROFILES.shown(case, &name).await?;
    agree(case, PROFILES, GetSigningProfile, &entry, &view.body);
    for shown in [&view.body, &entry] {
        case.same_member("TagResource/tags", "/tags", &expected, shown);
        let tags = &shown["tags"];
        let is_gone = tags.get("first").is_none();
        case.hold("UntagResource/untags", is_gone, "no tag `first`", &member_words("tags", tags));
    }
    Ok(())
}

const MANY_CALLS: Scene = Scene {
    name: "profiles/many-calls",
    operation: GetSigningProfile,
    what: "a profile is looked at 300 times",
    requirements: &["GetSigningProfile/view"],
    play: &Conversation(|case| Box::pin(many_calls(case))),
};

async fn many_calls(case: &mut Case<'_>) -> Played {
    let name = plain_profile(case, "popular").await?;
    let first = profile_view(case, &name).await?;
    for _ in 1..300 {
        let again = profile_view(case, &name).await?;
        case.same("GetSigningProfile/view", &first.body, &again.body);
    }
    Ok(())
}
