//! Platforms: what the list and the single view tell of each.

use serde_json::{Value, json};
use signer_model::{P0, Platform, Request as Ask};
use signer_schemas::Operation::{GetSigningPlatform, ListSigningPlatforms};

use crate::judge::runner::case::Case;
use crate::judge::runner::scene::{Conversation, Scene};
use crate::judge::runner::talk::Played;
use crate::scenes::shared::lists::PLATFORMS;
use crate::scenes::shared::question::{Answers, Given, Question};
use crate::scenes::shared::symbols::plain;
use crate::scenes::shared::views::without;

pub(crate) const SCENES: &[Scene] = &[ENTRIES_AGREE, ANOTHER_CASE.scene()];

const ENTRIES_AGREE: Scene = Scene {
    name: "platforms/entries-agree",
    operation: ListSigningPlatforms,
    what: "each entry of the list is what describing the platform by itself tells",
    requirements: &[
        "ListSigningPlatforms/entry-agrees",
        "GetSigningPlatform/view",
        "GetSigningPlatform/default-allowed",
        "GetSigningPlatform/revocation-supported",
        "GetSigningPlatform/stable",
    ],
    play: &Conversation(|case| Box::pin(entries_agree(case))),
};

async fn entries_agree(case: &mut Case<'_>) -> Played {
    let pages = case.pages(ListSigningPlatforms, json!({})).await?;
    let mut shown = Vec::new();
    for entry in PLATFORMS.entries(&pages) {
        let look = json!({ "platformId": entry["platformId"].as_str().unwrap_or_default() });
        let told = case.must("GetSigningPlatform/view", GetSigningPlatform, look.clone()).await?;
        case.same("ListSigningPlatforms/entry-agrees", &without(entry, &[]), &without(&told.body, &[]));
        describes(case, &told.body);
        default_is_allowed(case, &told.body);
        if let Some(platform) = Platform::from_id(entry["platformId"].as_str().unwrap_or_default()) {
            let expected = json!(platform.is_managed());
            case.same_member(
                "GetSigningPlatform/revocation-supported",
                "/revocationSupported",
                &expected,
                &told.body,
            );
        }
        shown.push((look, told.body));
    }
    case.model(Ask::put(case.edition(), P0, plain(case))).await?;
    for (look, before) in shown {
        let told = case.ask(GetSigningPlatform, look).await?;
        case.same("GetSigningPlatform/stable", &before, &told.body);
    }
    Ok(())
}

/// The platform is described in every respect that the reference names.
pub(crate) fn describes(case: &mut Case<'_>, platform: &Value) {
    const MEMBERS: [&str; 8] = [
        "platformId",
        "displayName",
        "partner",
        "target",
        "category",
        "signingConfiguration",
        "signingImageFormat",
        "maxSizeInMB",
    ];
    for member in MEMBERS {
        let told = platform.get(member).unwrap_or(&Value::Null);
        let says = !told.is_null() && *told != json!("") && *told != json!({});
        case.hold("GetSigningPlatform/view", says, &format!("a `{member}`"), &format!("`{member}`: {told}"));
    }
}

/// Each default is one of the values that are allowed.
fn default_is_allowed(case: &mut Case<'_>, platform: &Value) {
    const ENCRYPTION: &str = "/signingConfiguration/encryptionAlgorithmOptions";
    const HASH: &str = "/signingConfiguration/hashAlgorithmOptions";
    for (options, default, allowed) in [
        (ENCRYPTION, "defaultValue", "allowedValues"),
        (HASH, "defaultValue", "allowedValues"),
        ("/signingImageFormat", "defaultFormat", "supportedFormats"),
    ] {
        let options = platform.pointer(options).unwrap_or(&Value::Null);
        let (default, allowed) = (&options[default], &options[allowed]);
        if default.is_null() {
            continue;
        }
        let is_one = allowed.as_array().is_some_and(|values| values.contains(default));
        case.hold(
            "GetSigningPlatform/default-allowed",
            is_one,
            &format!("one of {allowed}"),
            &default.to_string(),
        );
    }
}

const ANOTHER_CASE: Question = Question {
    name: "platforms/case",
    point: ["GetSigningPlatform/case"],
    operation: GetSigningPlatform,
    what: "a platformId in another case",
    given: Given::NoProfile(""),
    inputs: |case, _| Ok(vec![json!({ "platformId": plain(case).id().to_lowercase() })]),
    answers: Answers::Success(|_| "the platform"),
};
