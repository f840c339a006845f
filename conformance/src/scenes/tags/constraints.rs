//! What a tag may be: keys, values, and how many.

use std::ops::Range;

use serde_json::{Map, Value, json};
use signer_schemas::Operation::{PutSigningProfile, TagResource, UntagResource};

use crate::judge::runner::case::Case;
use crate::judge::runner::scene::{Conversation, Scene};
use crate::judge::runner::talk::{Played, Stop, Told, with};
use crate::scenes::shared::inputs::plain_input;
use crate::scenes::shared::tags::{tag, tagged_profile, tags_of};
use crate::scenes::shared::views::is_nothing;

pub(crate) const SCENES: &[Scene] = &[VALUES, BAD_TAGS, BAD_KEYS, MANY];

const VALUES: Scene = Scene {
    name: "tags/values",
    operation: TagResource,
    what: "an empty value, keys that differ only in case, blanks, other scripts, and every character that \
        is allowed",
    requirements: &["TagResource/empty-value", "TagResource/key-case", "PutSigningProfile/tags-kept"],
    play: &Conversation(|case| Box::pin(values(case))),
};

async fn values(case: &mut Case<'_>) -> Played {
    let arn = tagged_profile(case, "values").await?;
    let longest = json!({ "k".repeat(128): "v".repeat(256) });
    let strange = json!({ "blanks": "  around  ", "script": "\u{65e5}\u{672c}", "beyond": "\u{1f512}" });
    let name = case.fresh("given");
    let input = with(plain_input(case, &name)?, &json!({ "tags": strange }));
    let given = case.must("PutSigningProfile/tags-kept", PutSigningProfile, input).await?.text("/arn");
    let shown = tags_of(case, &given).await?;
    case.same("PutSigningProfile/tags-kept", &strange, &shown);
    for tags in [json!({ "empty": "" }), json!({ "Key1_.:/=+-;<,": "vàlue 2 _.:/=+-@" }), longest, strange] {
        let requirement =
            if tags.get("empty").is_some() { "TagResource/empty-value" } else { "TagResource/tags" };
        case.must(requirement, TagResource, json!({ "resourceArn": arn, "tags": tags })).await?;
        let shown = tags_of(case, &arn).await?;
        for (key, value) in tags.as_object().into_iter().flatten() {
            case.same(requirement, value, &shown[key]);
        }
    }
    tag(case, &arn, &json!({ "case": "lower" })).await?;
    tag(case, &arn, &json!({ "CASE": "upper" })).await?;
    let shown = tags_of(case, &arn).await?;
    let different = shown["case"] == "lower" && shown["CASE"] == "upper";
    case.open("TagResource/key-case", if different { "different tags" } else { "the same tag" });
    Ok(())
}

const BAD_TAGS: Scene = Scene {
    name: "tags/bad-tags",
    operation: TagResource,
    what: "tags that break a constraint, and an empty map",
    requirements: &["TagResource/bad-tags", "TagResource/bad-tags-error", "TagResource/empty-map"],
    play: &Conversation(|case| Box::pin(bad_tags(case))),
};

async fn bad_tags(case: &mut Case<'_>) -> Played {
    let arn = tagged_profile(case, "bad").await?;
    let long_key = json!({ "k".repeat(129): "v" });
    for tags in
        [json!({ "aws:reserved": "v" }), json!({ "a{b}": "v" }), long_key, json!({ "key": "v".repeat(257) })]
    {
        let told = refused_tags(case, &arn, &tags).await?;
        case.open_by_class("TagResource/bad-tags-error", &told);
    }
    // A good tag beside a bad one is not put on either.
    refused_tags(case, &arn, &json!({ "good": "v", "a{b}": "v" })).await?;
    case.ask_open("TagResource/empty-map", TagResource, json!({ "resourceArn": arn, "tags": {} })).await?;
    let shown = tags_of(case, &arn).await?;
    case.hold("TagResource/bad-tags", is_nothing(&shown), "no tags", &shown.to_string());
    Ok(())
}

/// The tags are refused with the status of a bad request.
async fn refused_tags(case: &mut Case<'_>, arn: &str, tags: &Value) -> Result<Told, Stop> {
    let told = case.ask(TagResource, json!({ "resourceArn": arn, "tags": tags })).await?;
    case.hold(
        "TagResource/bad-tags",
        told.response.status == 400,
        "BadRequestException with status 400",
        &told.words(),
    );
    Ok(told)
}

const BAD_KEYS: Scene = Scene {
    name: "tags/bad-keys",
    operation: UntagResource,
    what: "no keys, and keys that break a constraint",
    requirements: &["UntagResource/no-keys", "UntagResource/bad-keys-error"],
    play: &Conversation(|case| Box::pin(bad_keys(case))),
};

async fn bad_keys(case: &mut Case<'_>) -> Played {
    let arn = tagged_profile(case, "keys").await?;
    case.ask_open("UntagResource/no-keys", UntagResource, json!({ "resourceArn": arn, "tagKeys": [] }))
        .await?;
    for key in ["aws:reserved".to_owned(), "a{b}".to_owned(), "k".repeat(129)] {
        let input = json!({ "resourceArn": arn, "tagKeys": [key] });
        case.ask_open("UntagResource/bad-keys-error", UntagResource, input).await?;
    }
    Ok(())
}

const MANY: Scene = Scene {
    name: "tags/many",
    operation: TagResource,
    what: "25, 26, 50, 51 and 200 tags, given in one call and in many",
    requirements: &["TagResource/merges", "TagResource/tags"],
    play: &Conversation(|case| Box::pin(many(case))),
};

async fn many(case: &mut Case<'_>) -> Played {
    let tags = |range: Range<usize>| -> Map<String, Value> {
        range.map(|number| (format!("key{number}"), json!(format!("value{number}")))).collect()
    };
    // The documents give both 50 and 200 as the limit: what goes beyond 50 is not asked of a target that
    // refuses it.
    let one_by_one = tagged_profile(case, "slowly").await?;
    for number in 0..51 {
        let told = case
            .ask(TagResource, json!({ "resourceArn": one_by_one, "tags": tags(number..number + 1) }))
            .await?;
        if number < 50 {
            case.accepted("TagResource/merges", &told);
        }
        let given = number + usize::from(told.is_success());
        if [1, 25, 26, 50, 51].contains(&(number + 1)) {
            let shown = tags_of(case, &one_by_one).await?;
            case.same("TagResource/merges", &Value::Object(tags(0..given)), &shown);
        }
    }
    for count in [25, 26, 50, 51, 200] {
        let arn = tagged_profile(case, &format!("n{count}")).await?;
        let told = case.ask(TagResource, json!({ "resourceArn": arn, "tags": tags(0..count) })).await?;
        if count <= 50 {
            case.accepted("TagResource/tags", &told);
        }
        if told.is_success() {
            let shown = tags_of(case, &arn).await?;
            case.same("TagResource/tags", &Value::Object(tags(0..count)), &shown);
        }
    }
    Ok(())
}
