//! Tags: what is merged, what stays, what a key and a value may be, and which ARNs have tags.

use serde_json::{Map, Value, json};
use signer_model::Platform;
use signer_schemas::Operation;

use crate::judge::runner::case::Case;
use crate::judge::runner::scene::Scene;
use crate::judge::runner::talk::{Played, Stop, with};
use crate::scenes::calls::{full_input, made, managed, plain, plain_input, profile_input, without};

const TAG: Operation = Operation::TagResource;

const UNTAG: Operation = Operation::UntagResource;

const LIST: Operation = Operation::ListTagsForResource;

pub(super) const SCENES: &[Scene] = &[
    Scene {
        name: "tags/values",
        operation: TAG,
        what: "an empty value, keys that differ only in case, blanks, other scripts, and every character that is allowed",
        requirements: &["TagResource/empty-value", "TagResource/key-case", "PutSigningProfile/tags-kept"],
        play: |case| Box::pin(values(case)),
    },
    Scene {
        name: "tags/bad-tags",
        operation: TAG,
        what: "tags that break a constraint, and an empty map",
        requirements: &["TagResource/bad-tags", "TagResource/bad-tags-error", "TagResource/empty-map"],
        play: |case| Box::pin(bad_tags(case)),
    },
    Scene {
        name: "tags/other-arns",
        operation: TAG,
        what: "the ARNs of a job and of a profile version",
        requirements: &["TagResource/job-arn", "TagResource/version-arn"],
        play: |case| Box::pin(other_arns(case)),
    },
    Scene {
        name: "tags/no-new-version",
        operation: TAG,
        what: "tagging changes nothing of the profile but its tags, and nothing of other profiles",
        requirements: &["TagResource/no-new-version", "PutSigningProfile/validity-kept", "PutSigningProfile/template-kept"],
        play: |case| Box::pin(no_new_version(case)),
    },
    Scene {
        name: "tags/others-stay",
        operation: UNTAG,
        what: "only the keys that are named go",
        requirements: &["UntagResource/others-stay"],
        play: |case| Box::pin(others_stay(case)),
    },
    Scene {
        name: "tags/like-names",
        operation: LIST,
        what: "two profiles of which the name of one begins the other's",
        requirements: &["ListTagsForResource/lists", "TagResource/tags"],
        play: |case| Box::pin(like_names(case)),
    },
    Scene {
        name: "tags/again",
        operation: TAG,
        what: "a key that was removed comes back with a new value",
        requirements: &["TagResource/tags"],
        play: |case| Box::pin(again(case)),
    },
    Scene {
        name: "tags/bad-keys",
        operation: UNTAG,
        what: "no keys, and keys that break a constraint",
        requirements: &["UntagResource/no-keys", "UntagResource/bad-keys-error"],
        play: |case| Box::pin(bad_keys(case)),
    },
    Scene {
        name: "tags/many",
        operation: TAG,
        what: "25, 26, 50, 51 and 200 tags, given in one call and in many",
        requirements: &["TagResource/merges", "TagResource/tags"],
        play: |case| Box::pin(many(case)),
    },
];

/// A profile of its own, by its ARN.
async fn profile(case: &mut Case<'_>, text: &str) -> Result<String, Stop> {
    let name = case.fresh(text);
    let platform = plain(case);
    Ok(made(case, &name, platform).await?.text("/arn"))
}

async fn tags_of(case: &mut Case<'_>, arn: &str) -> Result<Value, Stop> {
    let told = case.must("ListTagsForResource/lists", LIST, json!({ "resourceArn": arn })).await?;
    Ok(told.at("/tags").clone())
}

async fn values(case: &mut Case<'_>) -> Played {
    let arn = profile(case, "values").await?;
    let longest = json!({ "k".repeat(128): "v".repeat(256) });
    let strange = json!({ "blanks": "  around  ", "script": "\u{65e5}\u{672c}", "beyond": "\u{1f512}" });
    let name = case.fresh("given");
    let input = with(plain_input(case, &name)?, &json!({ "tags": strange }));
    let given = case.must("PutSigningProfile/tags-kept", Operation::PutSigningProfile, input).await?.text("/arn");
    let shown = tags_of(case, &given).await?;
    case.same("PutSigningProfile/tags-kept", &strange, &shown);
    for tags in [json!({ "empty": "" }), json!({ "Key1_.:/=+-;<,": "vàlue 2 _.:/=+-@" }), longest, strange] {
        let input = json!({ "resourceArn": arn, "tags": tags });
        let requirement = if tags.get("empty").is_some() { "TagResource/empty-value" } else { "TagResource/tags" };
        case.must(requirement, TAG, input).await?;
        let shown = tags_of(case, &arn).await?;
        for (key, value) in tags.as_object().into_iter().flatten() {
            case.same(requirement, value, &shown[key]);
        }
    }
    case.must("TagResource/tags", TAG, json!({ "resourceArn": arn, "tags": { "case": "lower" } })).await?;
    case.must("TagResource/tags", TAG, json!({ "resourceArn": arn, "tags": { "CASE": "upper" } })).await?;
    let shown = tags_of(case, &arn).await?;
    let different = shown["case"] == "lower" && shown["CASE"] == "upper";
    case.open("TagResource/key-case", if different { "different tags" } else { "the same tag" });
    Ok(())
}

async fn bad_tags(case: &mut Case<'_>) -> Played {
    let arn = profile(case, "bad").await?;
    let long_key = json!({ "k".repeat(129): "v" });
    for tags in [json!({ "aws:reserved": "v" }), json!({ "a{b}": "v" }), long_key, json!({ "key": "v".repeat(257) })] {
        let told = case.ask(TAG, json!({ "resourceArn": arn, "tags": tags })).await?;
        case.hold("TagResource/bad-tags", told.response.status == 400, "BadRequestException with status 400", &told.words());
        case.open_by_class("TagResource/bad-tags-error", &told);
    }
    // A good tag beside a bad one is not put on either.
    let told = case.ask(TAG, json!({ "resourceArn": arn, "tags": { "good": "v", "a{b}": "v" } })).await?;
    case.hold("TagResource/bad-tags", told.response.status == 400, "BadRequestException with status 400", &told.words());
    let told = case.ask(TAG, json!({ "resourceArn": arn, "tags": {} })).await?;
    case.open_by_class("TagResource/empty-map", &told);
    let shown = tags_of(case, &arn).await?;
    let none = shown.is_null() || shown == json!({});
    case.hold("TagResource/bad-tags", none, "no tags", &shown.to_string());
    Ok(())
}

async fn other_arns(case: &mut Case<'_>) -> Played {
    let arn = profile(case, "arns").await?;
    let head = arn.split(":/").next().unwrap_or_default().to_owned();
    let job = format!("{head}:/signing-jobs/00000000-0000-4000-8000-000000000000");
    let told = case.ask(TAG, json!({ "resourceArn": job, "tags": { "key": "v" } })).await?;
    case.open_by_class("TagResource/job-arn", &told);
    let name = case.fresh("arns");
    let view = case.ask(Operation::GetSigningProfile, json!({ "profileName": name })).await?;
    let told = case.ask(TAG, json!({ "resourceArn": view.text("/profileVersionArn"), "tags": { "key": "v" } })).await?;
    case.open_by_class("TagResource/version-arn", &told);
    Ok(())
}

async fn no_new_version(case: &mut Case<'_>) -> Played {
    let neighbour = profile(case, "neighbour").await?;
    let (limited, full) = (case.fresh("limited"), case.fresh("full"));
    let period = json!({ "signatureValidityPeriod": { "value": 2, "type": "YEARS" } });
    let platform = managed(case);
    let mut inputs = vec![(limited.clone(), with(profile_input(case, &limited, platform)?, &period))];
    if case.context().platforms.contains(Platform::FreeRtosDefault) {
        inputs.push((full.clone(), full_input(case, &full)?));
    }
    for (name, input) in inputs {
        let arn = case.must("PutSigningProfile/created", Operation::PutSigningProfile, input).await?.text("/arn");
        let look = json!({ "profileName": name });
        let before = case.must("GetSigningProfile/view", Operation::GetSigningProfile, look.clone()).await?;
        case.must("TagResource/tags", TAG, json!({ "resourceArn": arn, "tags": { "key": "v" } })).await?;
        case.must("UntagResource/untags", UNTAG, json!({ "resourceArn": arn, "tagKeys": ["key"] })).await?;
        let after = case.must("GetSigningProfile/view", Operation::GetSigningProfile, look).await?;
        case.same("TagResource/no-new-version", &without(&before.body, &["tags"]), &without(&after.body, &["tags"]));
        for (requirement, member) in [
            ("PutSigningProfile/validity-kept", "/signatureValidityPeriod"),
            ("PutSigningProfile/template-kept", "/overrides"),
            ("PutSigningProfile/template-kept", "/signingParameters"),
        ] {
            case.same(requirement, before.at(member), after.at(member));
        }
    }
    let shown = tags_of(case, &neighbour).await?;
    let none = shown.is_null() || shown == json!({});
    case.hold("ListTagsForResource/lists", none, "no tags on another profile", &shown.to_string());
    Ok(())
}

async fn others_stay(case: &mut Case<'_>) -> Played {
    let arn = profile(case, "rest").await?;
    let neighbour = profile(case, "neighbour").await?;
    let tags = json!({ "one": "1", "two": "2", "three": "3" });
    for arn in [&arn, &neighbour] {
        case.must("TagResource/tags", TAG, json!({ "resourceArn": arn, "tags": tags })).await?;
    }
    case.must("UntagResource/untags", UNTAG, json!({ "resourceArn": arn, "tagKeys": ["two", "none"] })).await?;
    let shown = tags_of(case, &arn).await?;
    case.same("UntagResource/others-stay", &json!({ "one": "1", "three": "3" }), &shown);
    let shown = tags_of(case, &neighbour).await?;
    case.same("ListTagsForResource/lists", &tags, &shown);
    Ok(())
}

async fn like_names(case: &mut Case<'_>) -> Played {
    let short = profile(case, "x").await?;
    let long = profile(case, "x1").await?;
    let tags = json!({ "key": "v" });
    case.must("TagResource/tags", TAG, json!({ "resourceArn": short, "tags": tags })).await?;
    let shown = tags_of(case, &short).await?;
    case.same("TagResource/tags", &tags, &shown);
    let shown = tags_of(case, &long).await?;
    let none = shown.is_null() || shown == json!({});
    case.hold("ListTagsForResource/lists", none, "no tags on another profile", &shown.to_string());
    Ok(())
}

async fn again(case: &mut Case<'_>) -> Played {
    let arn = profile(case, "again").await?;
    case.must("TagResource/tags", TAG, json!({ "resourceArn": arn, "tags": { "key": "old" } })).await?;
    case.must("UntagResource/untags", UNTAG, json!({ "resourceArn": arn, "tagKeys": ["key"] })).await?;
    let tags = json!({ "key": "new" });
    case.must("TagResource/tags", TAG, json!({ "resourceArn": arn, "tags": tags })).await?;
    let shown = tags_of(case, &arn).await?;
    case.same("TagResource/tags", &tags, &shown);
    Ok(())
}

async fn bad_keys(case: &mut Case<'_>) -> Played {
    let arn = profile(case, "keys").await?;
    let told = case.ask(UNTAG, json!({ "resourceArn": arn, "tagKeys": [] })).await?;
    case.open_by_class("UntagResource/no-keys", &told);
    for key in ["aws:reserved".to_owned(), "a{b}".to_owned(), "k".repeat(129)] {
        let told = case.ask(UNTAG, json!({ "resourceArn": arn, "tagKeys": [key] })).await?;
        case.open_by_class("UntagResource/bad-keys-error", &told);
    }
    Ok(())
}

async fn many(case: &mut Case<'_>) -> Played {
    let tags = |range: std::ops::Range<usize>| -> Map<String, Value> {
        range.map(|number| (format!("key{number}"), json!(format!("value{number}")))).collect()
    };
    // Nobody says whether the limit is 50 or 200: what goes beyond 50 is not asked of a target that refuses it.
    let one_by_one = profile(case, "slowly").await?;
    for number in 0..51 {
        let told = case.ask(TAG, json!({ "resourceArn": one_by_one, "tags": tags(number..number + 1) })).await?;
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
        let arn = profile(case, &format!("n{count}")).await?;
        let told = case.ask(TAG, json!({ "resourceArn": arn, "tags": tags(0..count) })).await?;
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
