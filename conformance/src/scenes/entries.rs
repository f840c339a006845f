//! Entries of the list of profiles, beside what describing each profile by itself tells.

use serde_json::{Map, Value, json};
use signer_model::Platform;
use signer_schemas::{Edition, Operation};

use crate::judge::runner::case::Case;
use crate::judge::runner::scene::Scene;
use crate::judge::runner::talk::{Played, with};
use crate::scenes::calls::{agree, full_input, item, plain_input, platform_is_named, profile_input};

const PUT: Operation = Operation::PutSigningProfile;

const GET: Operation = Operation::GetSigningProfile;

const LIST: Operation = Operation::ListSigningProfiles;

pub(super) const SCENES: &[Scene] = &[
    Scene {
        name: "profiles/entries-agree",
        operation: LIST,
        what: "profiles with certificates, parameters and overrides, alone and in the list, and what their platforms are called",
        requirements: &["ListSigningProfiles/entry-agrees", "GetSigningProfile/platform-name"],
        play: |case| Box::pin(entries_agree(case)),
    },
    Scene {
        name: "profiles/listed-tags",
        operation: Operation::TagResource,
        what: "the list shows tags as they are now, however many",
        requirements: &["TagResource/tags", "UntagResource/untags", "ListSigningProfiles/entry-agrees"],
        play: |case| Box::pin(listed_tags(case)),
    },
];

async fn entries_agree(case: &mut Case<'_>) -> Played {
    let (one, other, full) = (case.fresh("one"), case.fresh("device"), case.fresh("full"));
    let mut inputs = vec![plain_input(case, &one)?];
    let listed = case.context().platforms;
    if listed.contains(Platform::IotDeviceManagement) {
        inputs.push(profile_input(case, &other, Platform::IotDeviceManagement)?);
    }
    if listed.contains(Platform::FreeRtosDefault) {
        inputs.push(full_input(case, &full)?);
    }
    for input in &inputs {
        case.must("PutSigningProfile/created", PUT, input.clone()).await?;
    }
    let pages = case.pages(LIST, json!({})).await?;
    for input in inputs {
        let name = input["profileName"].as_str().unwrap_or_default();
        let view = case.must("GetSigningProfile/view", GET, json!({ "profileName": name })).await?;
        let entry = item(&pages, "profiles", "profileName", name).cloned().unwrap_or_default();
        agree(case, LIST, GET, &entry, &view.body);
        if case.edition() == Edition::Current {
            platform_is_named(case, "GetSigningProfile/platform-name", &view.body).await?;
        }
    }
    Ok(())
}

async fn listed_tags(case: &mut Case<'_>) -> Played {
    let name = case.fresh("tags");
    let first = json!({ "tags": { "first": "1", "second": "2" } });
    let input = with(plain_input(case, &name)?, &first);
    let arn = case.must("PutSigningProfile/tags-kept", PUT, input).await?.text("/arn");
    // More than the fifty that some page calls the limit, if the target takes so many.
    let many: Map<String, Value> = (0..60).map(|number| (format!("key{number}"), json!("v"))).collect();
    let told = case.ask(Operation::TagResource, json!({ "resourceArn": arn, "tags": many })).await?;
    let (mut expected, taken) = (json!({ "second": "2", "third": "3" }), told.is_success());
    let third = json!({ "resourceArn": arn, "tags": { "third": "3" } });
    case.must("TagResource/tags", Operation::TagResource, third).await?;
    let gone = json!({ "resourceArn": arn, "tagKeys": ["first"] });
    case.must("UntagResource/untags", Operation::UntagResource, gone).await?;
    if taken {
        expected = with(expected, &Value::Object(many));
    }
    let view = case.must("GetSigningProfile/view", GET, json!({ "profileName": name })).await?;
    let pages = case.pages(LIST, json!({})).await?;
    let entry = item(&pages, "profiles", "profileName", &name).cloned().unwrap_or_default();
    agree(case, LIST, GET, &entry, &view.body);
    for shown in [view.at("/tags"), &entry["tags"]] {
        case.same("TagResource/tags", &expected, shown);
        let is_gone = shown.get("first").is_none();
        case.hold("UntagResource/untags", is_gone, "no tag `first`", &shown["first"].to_string());
    }
    Ok(())
}
