//! What is given when a profile is made is kept as it was given.

use serde_json::{Value, json};
use signer_model::Platform;
use signer_schemas::Edition;
use signer_schemas::Operation::{ListTagsForResource, PutSigningProfile};

use crate::judge::runner::case::Case;
use crate::judge::runner::scene::{Conversation, Scene};
use crate::judge::runner::talk::{Played, Stop, Told, with};
use crate::operations::notes::member_words;
use crate::scenes::shared::inputs::{plain_input, profile_input, validity};
use crate::scenes::shared::lists::PROFILES;
use crate::scenes::shared::steps::profile_view;
use crate::scenes::shared::tags::{tag, untag};
use crate::scenes::shared::views::{allowed, is_nothing, without};

pub(crate) const SCENES: &[Scene] = &[VALIDITY_KEPT, TAGS_KEPT, OVERRIDE_KEPT, ONE_OVERRIDE, PARAMETERS_KEPT];

const VALIDITY_KEPT: Scene = Scene {
    name: "profiles/validity-kept",
    operation: PutSigningProfile,
    what: "validity periods in each unit are shown as they were given",
    requirements: &["PutSigningProfile/validity-kept"],
    play: &Conversation(|case| Box::pin(validity_kept(case))),
};

async fn validity_kept(case: &mut Case<'_>) -> Played {
    let periods = [(1, "DAYS"), (4000, "DAYS"), (1, "MONTHS"), (135, "MONTHS"), (1, "YEARS"), (11, "YEARS")];
    for (index, (value, kind)) in periods.into_iter().enumerate() {
        let name = case.fresh(&format!("v{index}"));
        let given = validity(value, kind);
        let input = with(profile_input(case, &name, Platform::Notation)?, &given);
        case.must("PutSigningProfile/validity-kept", PutSigningProfile, input).await?;
        let view = profile_view(case, &name).await?;
        let period = &given["signatureValidityPeriod"];
        case.same_member("PutSigningProfile/validity-kept", "/signatureValidityPeriod", period, &view.body);
    }
    Ok(())
}

const TAGS_KEPT: Scene = Scene {
    name: "profiles/tags-kept",
    operation: PutSigningProfile,
    what: "tags given at creation are shown by all three views, and stay while another profile gets tags \
        and loses them",
    requirements: &["PutSigningProfile/tags-kept", "ListTagsForResource/agrees-with-get"],
    play: &Conversation(|case| Box::pin(tags_kept(case))),
};

async fn tags_kept(case: &mut Case<'_>) -> Played {
    const KEPT: &str = "PutSigningProfile/tags-kept";
    let [name, beside] = ["tags", "beside"].map(|text| case.fresh(text));
    let tags = json!({ "stage": "beta", "Team-Name": "a+b=c @/:_-.", "empty": "" });
    let input = with(plain_input(case, &name)?, &json!({ "tags": tags }));
    let creation = case.must(KEPT, PutSigningProfile, input).await?;
    let view = profile_view(case, &name).await?;
    case.same_member(KEPT, "/tags", &tags, &view.body);
    let entry = PROFILES.shown(case, &name).await?;
    case.same_member(KEPT, "/tags", &tags, &entry);
    let look = json!({ "resourceArn": creation.text("/arn") });
    let listed = case.ask(ListTagsForResource, look.clone()).await?;
    case.same_member(KEPT, "/tags", &tags, &listed.body);
    same_tags(case, &view, &listed);
    let input = with(plain_input(case, &beside)?, &json!({ "tags": tags }));
    let arn = case.must(KEPT, PutSigningProfile, input).await?.text("/arn");
    tag(case, &arn, &json!({ "stage": "gamma", "more": "" })).await?;
    untag(case, &arn, &["stage", "empty"]).await?;
    let listed = case.ask(ListTagsForResource, look).await?;
    case.same_member(KEPT, "/tags", &tags, &listed.body);
    Ok(())
}

/// The list of tags is what the profile shows; whether no tags are left out, null or empty is another
/// question.
fn same_tags(case: &mut Case<'_>, view: &Told, listed: &Told) {
    const AGREES: &str = "ListTagsForResource/agrees-with-get";
    let [shown, listed] = [view, listed].map(|told| told.at("/tags"));
    let (permitted, observed) = (member_words("tags", shown), member_words("tags", listed));
    case.hold(AGREES, are_same(shown, listed), &permitted, &observed);
}

fn are_same(one: &Value, other: &Value) -> bool {
    one == other || is_nothing(one) && is_nothing(other)
}

const OVERRIDE_KEPT: Scene = Scene {
    name: "profiles/override-kept",
    operation: PutSigningProfile,
    what: "each algorithm and format that a platform allows, as an override",
    requirements: &[
        "PutSigningProfile/override-kept",
        "GetSigningProfile/output/overrides/type",
        "GetSigningProfile/output/overrides.signingConfiguration/type",
        "GetSigningProfile/output/overrides.signingConfiguration.encryptionAlgorithm/type",
        "GetSigningProfile/output/overrides.signingConfiguration.hashAlgorithm/type",
        "GetSigningProfile/output/overrides.signingImageFormat/type",
    ],
    play: &Conversation(|case| Box::pin(override_kept(case))),
};

async fn override_kept(case: &mut Case<'_>) -> Played {
    let mut number = 0;
    for platform in case.context().platforms.iter().collect::<Vec<_>>() {
        let [encryption, hash, formats] = allowed(case, platform).await?;
        let mut overrides: Vec<Value> = Vec::new();
        for hash in hash.iter().filter(can_be_named) {
            let pair = |encryption| json!({ "encryptionAlgorithm": encryption, "hashAlgorithm": hash });
            overrides.extend(
                encryption.iter().map(|encryption| json!({ "signingConfiguration": pair(encryption) })),
            );
        }
        if case.edition() == Edition::Current {
            let known =
                |value: &&Value| matches!(value.as_str(), Some("JSON" | "JSONEmbedded" | "JSONDetached"));
            overrides
                .extend(formats.iter().filter(known).map(|format| json!({ "signingImageFormat": format })));
        }
        for overrides in overrides {
            number += 1;
            let name = case.fresh(&format!("o{number}"));
            let shown = overrides_shown(case, &name, platform, &overrides).await?;
            case.same("PutSigningProfile/override-kept", &overrides, &without(&shown, &[]));
        }
    }
    Ok(())
}

/// Hashes beyond the two that an override can name are a platform's own.
fn can_be_named(hash: &&Value) -> bool {
    matches!(hash.as_str(), Some("SHA1" | "SHA256"))
}

/// The overrides that a profile shows that was made with these.
async fn overrides_shown(
    case: &mut Case<'_>,
    name: &str,
    platform: Platform,
    overrides: &Value,
) -> Result<Value, Stop> {
    let input = with(profile_input(case, name, platform)?, &json!({ "overrides": overrides }));
    case.must("PutSigningProfile/override-kept", PutSigningProfile, input).await?;
    Ok(profile_view(case, name).await?.at("/overrides").clone())
}

const ONE_OVERRIDE: Scene = Scene {
    name: "profiles/one-override",
    operation: PutSigningProfile,
    what: "an override of one algorithm alone",
    requirements: &["PutSigningProfile/override-kept"],
    play: &Conversation(|case| Box::pin(one_override(case))),
};

async fn one_override(case: &mut Case<'_>) -> Played {
    let platform = Platform::FreeRtosDefault;
    let [encryption, hash, _] = allowed(case, platform).await?;
    let alone =
        [("encryptionAlgorithm", encryption.first()), ("hashAlgorithm", hash.iter().find(can_be_named))];
    for (member, value) in alone.into_iter().filter_map(|(member, value)| Some((member, value?))) {
        let name = case.fresh(&member[..4]);
        let configuration = json!({ member: value });
        let shown =
            overrides_shown(case, &name, platform, &json!({ "signingConfiguration": configuration })).await?;
        case.same(
            "PutSigningProfile/override-kept",
            &configuration,
            &without(&shown["signingConfiguration"], &[]),
        );
    }
    Ok(())
}

const PARAMETERS_KEPT: Scene = Scene {
    name: "profiles/parameters-kept",
    operation: PutSigningProfile,
    what: "several signing parameters, with capitals in their names and blanks around their values",
    requirements: &["PutSigningProfile/template-kept"],
    play: &Conversation(|case| Box::pin(parameters_kept(case))),
};

async fn parameters_kept(case: &mut Case<'_>) -> Played {
    let name = case.fresh("more");
    let parameters = json!({ "certname": "/cert.pem", "Other-Key": " two  blanks ", "zone": "" });
    let input = profile_input(case, &name, Platform::FreeRtosDefault)?;
    let input = with(input, &json!({ "signingParameters": parameters }));
    case.must("PutSigningProfile/template-kept", PutSigningProfile, input).await?;
    let view = profile_view(case, &name).await?;
    case.same_member("PutSigningProfile/template-kept", "/signingParameters", &parameters, &view.body);
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::are_same;

    #[test]
    fn two_views_without_tags_agree_however_each_says_so() {
        let none = [Value::Null, json!({})];
        assert!(none.iter().all(|one| none.iter().all(|other| are_same(one, other))));
        let some = json!({ "stage": "beta" });
        assert!(are_same(&some, &some));
        assert!(none.iter().all(|none| !are_same(none, &some) && !are_same(&some, none)));
    }
}
