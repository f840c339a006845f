//! What tagging changes, what it leaves alone, and which ARNs have tags.

use serde_json::json;
use signer_model::Platform;
use signer_schemas::Operation::{ListTagsForResource, PutSigningProfile, TagResource, UntagResource};

use crate::judge::runner::case::Case;
use crate::judge::runner::scene::{Conversation, Scene};
use crate::judge::runner::talk::{Played, with};
use crate::scenes::shared::inputs::{NO_JOB, full_input, job_arn, profile_input, validity};
use crate::scenes::shared::steps::{ask_profile, profile_view};
use crate::scenes::shared::symbols::managed;
use crate::scenes::shared::tags::{tag, tagged_profile, tags_of, untag};
use crate::scenes::shared::views::{is_nothing, without};

pub(crate) const SCENES: &[Scene] = &[OTHER_ARNS, NO_NEW_VERSION, OTHERS_STAY, LIKE_NAMES, AGAIN];

/// The resource has no tags, as they were put on another one.
async fn has_none(case: &mut Case<'_>, arn: &str) -> Played {
    let shown = tags_of(case, arn).await?;
    case.hold(
        "ListTagsForResource/lists",
        is_nothing(&shown),
        "no tags on another profile",
        &shown.to_string(),
    );
    Ok(())
}

const OTHER_ARNS: Scene = Scene {
    name: "tags/other-arns",
    operation: TagResource,
    what: "the ARNs of a job and of a profile version",
    requirements: &["TagResource/job-arn", "TagResource/version-arn"],
    play: &Conversation(|case| Box::pin(other_arns(case))),
};

async fn other_arns(case: &mut Case<'_>) -> Played {
    let arn = tagged_profile(case, "arns").await?;
    let input = json!({ "resourceArn": job_arn(&arn, NO_JOB), "tags": { "key": "v" } });
    case.ask_open("TagResource/job-arn", TagResource, input).await?;
    let name = case.fresh("arns");
    let version = ask_profile(case, &name).await?.text("/profileVersionArn");
    let input = json!({ "resourceArn": version, "tags": { "key": "v" } });
    case.ask_open("TagResource/version-arn", TagResource, input).await?;
    Ok(())
}

const NO_NEW_VERSION: Scene = Scene {
    name: "tags/no-new-version",
    operation: TagResource,
    what: "tagging changes nothing of the profile but its tags, and nothing of other profiles",
    requirements: &[
        "TagResource/no-new-version",
        "PutSigningProfile/validity-kept",
        "PutSigningProfile/template-kept",
    ],
    play: &Conversation(|case| Box::pin(no_new_version(case))),
};

async fn no_new_version(case: &mut Case<'_>) -> Played {
    let neighbour = tagged_profile(case, "neighbour").await?;
    let [limited, full] = ["limited", "full"].map(|text| case.fresh(text));
    let input = with(profile_input(case, &limited, managed(case))?, &validity(2, "YEARS"));
    let mut inputs = vec![(limited, input)];
    if case.context().platforms.contains(Platform::FreeRtosDefault) {
        inputs.push((full.clone(), full_input(case, &full)?));
    }
    for (name, input) in inputs {
        let arn = case.must("PutSigningProfile/created", PutSigningProfile, input).await?.text("/arn");
        let before = profile_view(case, &name).await?;
        tag(case, &arn, &json!({ "key": "v" })).await?;
        untag(case, &arn, &["key"]).await?;
        let after = profile_view(case, &name).await?;
        case.same(
            "TagResource/no-new-version",
            &without(&before.body, &["tags"]),
            &without(&after.body, &["tags"]),
        );
        for (requirement, member) in [
            ("PutSigningProfile/validity-kept", "/signatureValidityPeriod"),
            ("PutSigningProfile/template-kept", "/overrides"),
            ("PutSigningProfile/template-kept", "/signingParameters"),
        ] {
            case.same_member(requirement, member, before.at(member), &after.body);
        }
    }
    has_none(case, &neighbour).await
}

const OTHERS_STAY: Scene = Scene {
    name: "tags/others-stay",
    operation: UntagResource,
    what: "only the keys that are named go",
    requirements: &["UntagResource/others-stay"],
    play: &Conversation(|case| Box::pin(others_stay(case))),
};

async fn others_stay(case: &mut Case<'_>) -> Played {
    let arn = tagged_profile(case, "rest").await?;
    let neighbour = tagged_profile(case, "neighbour").await?;
    let tags = json!({ "one": "1", "two": "2", "three": "3" });
    for arn in [&arn, &neighbour] {
        tag(case, arn, &tags).await?;
    }
    untag(case, &arn, &["two", "none"]).await?;
    let shown = tags_of(case, &arn).await?;
    case.same("UntagResource/others-stay", &json!({ "one": "1", "three": "3" }), &shown);
    let shown = tags_of(case, &neighbour).await?;
    case.same("ListTagsForResource/lists", &tags, &shown);
    Ok(())
}

const LIKE_NAMES: Scene = Scene {
    name: "tags/like-names",
    operation: ListTagsForResource,
    what: "two profiles of which the name of one begins the other's",
    requirements: &["ListTagsForResource/lists", "TagResource/tags"],
    play: &Conversation(|case| Box::pin(like_names(case))),
};

async fn like_names(case: &mut Case<'_>) -> Played {
    let short = tagged_profile(case, "x").await?;
    let long = tagged_profile(case, "x1").await?;
    let tags = json!({ "key": "v" });
    tag(case, &short, &tags).await?;
    let shown = tags_of(case, &short).await?;
    case.same("TagResource/tags", &tags, &shown);
    has_none(case, &long).await
}

const AGAIN: Scene = Scene {
    name: "tags/again",
    operation: TagResource,
    what: "a key that was removed comes back with a new value",
    requirements: &["TagResource/tags"],
    play: &Conversation(|case| Box::pin(again(case))),
};

async fn again(case: &mut Case<'_>) -> Played {
    let arn = tagged_profile(case, "again").await?;
    tag(case, &arn, &json!({ "key": "old" })).await?;
    untag(case, &arn, &["key"]).await?;
    let tags = json!({ "key": "new" });
    tag(case, &arn, &tags).await?;
    let shown = tags_of(case, &arn).await?;
    case.same("TagResource/tags", &tags, &shown);
    Ok(())
}
