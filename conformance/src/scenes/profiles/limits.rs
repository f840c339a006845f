//! What makes no profile, and what the documents leave open about making one.

use serde_json::{Value, json};
use signer_model::{P0, Platform, PlatformArg, Request, TAGS, TagValue, Validity};
use signer_schemas::Edition;
use signer_schemas::Operation::{GetSigningProfile, PutSigningProfile};

use crate::judge::runner::case::Case;
use crate::judge::runner::scene::{Conversation, Scene};
use crate::judge::runner::talk::{Played, Told, with};
use crate::scenes::shared::inputs::{NO_PLATFORM, listed_or_not, plain_input, profile_input};
use crate::scenes::shared::question::{Answers, Given, Question};
use crate::scenes::shared::steps::{ask_profile, profile};
use crate::scenes::shared::symbols::plain;
use crate::scenes::shared::views::allowed;

pub(crate) const SCENES: &[Scene] = &[
    PLATFORM_REFUSED,
    CHECK_ORDER,
    VALIDITY_OUT_OF_RANGE,
    OVERRIDE_UNSUPPORTED,
    UNLISTED_PLATFORM.scene(),
    BAD_CERTIFICATE.scene(),
    EMPTY_TAGS.scene(),
    EMPTY_OWNER.scene(),
];

const PLATFORM_REFUSED: Scene = Scene {
    name: "profiles/platform-refused",
    operation: PutSigningProfile,
    what: "a platform that there is not, or one with blanks around its id, makes no profile",
    requirements: &["PutSigningProfile/platform-refused"],
    play: &Conversation(|case| Box::pin(platform_refused(case))),
};

async fn platform_refused(case: &mut Case<'_>) -> Played {
    const REFUSED: &str = "PutSigningProfile/platform-refused";
    let unknown = Request::PutSigningProfile {
        profile: P0,
        platform: PlatformArg::Unknown,
        validity: Validity::Default,
        material: case.edition() == Edition::May2019,
        parameters: false,
        tags: [TagValue::None; TAGS],
    };
    case.model(unknown).await?;
    let name = case.name_of(P0);
    case.must_refuse(REFUSED, GetSigningProfile, json!({ "profileName": name })).await?;
    let platform = plain(case);
    for id in [format!(" {}", platform.id()), format!("{} ", platform.id())] {
        let input = with(profile_input(case, &name, platform)?, &json!({ "platformId": id }));
        case.must_refuse(REFUSED, PutSigningProfile, input).await?;
    }
    Ok(())
}

const CHECK_ORDER: Scene = Scene {
    name: "profiles/check-order",
    operation: PutSigningProfile,
    what: "a name that is taken, with a platform that there is not",
    requirements: &["PutSigningProfile/check-order"],
    play: &Conversation(|case| Box::pin(check_order(case))),
};

async fn check_order(case: &mut Case<'_>) -> Played {
    let platform = plain(case);
    let (taken, _) = profile(case, "taken", platform).await?;
    let free = case.fresh("free");
    let unknown = json!({ "platformId": NO_PLATFORM });
    let by_name = profile_input(case, &taken, platform)?;
    let by_platform = with(profile_input(case, &free, platform)?, &unknown);
    let both = with(by_name.clone(), &unknown);
    // The error alone does not tell the two apart where both are of one type; then the text does.
    let head = |told: &Told| told.words().split_whitespace().take(4).collect::<Vec<_>>().join(" ");
    let by_name = head(&case.ask(PutSigningProfile, by_name).await?);
    let by_platform = head(&case.ask(PutSigningProfile, by_platform).await?);
    let told = case.ask(PutSigningProfile, both).await?;
    let answer = match (head(&told) == by_name, head(&told) == by_platform) {
        (true, false) => "the error of the name".to_owned(),
        (false, true) => "the error of the platform".to_owned(),
        (false, false) => told.class(),
        (true, true) => {
            // Both are refused alike, which leaves nothing to tell apart.
            case.exercise("PutSigningProfile/check-order");
            return Ok(());
        }
    };
    case.open("PutSigningProfile/check-order", &answer);
    Ok(())
}

const VALIDITY_OUT_OF_RANGE: Scene = Scene {
    name: "profiles/validity-out-of-range",
    operation: PutSigningProfile,
    what: "a validity of nothing, a negative one, one too long, and one without its unit",
    requirements: &["PutSigningProfile/validity-out-of-range"],
    play: &Conversation(|case| Box::pin(validity_out_of_range(case))),
};

async fn validity_out_of_range(case: &mut Case<'_>) -> Played {
    let periods = [
        json!({ "value": 0, "type": "DAYS" }),
        json!({ "value": -1, "type": "DAYS" }),
        json!({ "value": 136, "type": "MONTHS" }),
        json!({ "value": 12 }),
        json!({ "type": "DAYS" }),
    ];
    for (index, period) in periods.into_iter().enumerate() {
        let name = case.fresh(&format!("r{index}"));
        let input = with(
            profile_input(case, &name, Platform::Notation)?,
            &json!({ "signatureValidityPeriod": period }),
        );
        let told = case.ask(PutSigningProfile, input).await?;
        let is_kept =
            told.is_success() && *ask_profile(case, &name).await?.at("/signatureValidityPeriod") == period;
        let success = if is_kept { "200, the value is kept" } else { "200, the default is used" };
        case.open_by_success("PutSigningProfile/validity-out-of-range", &told, success);
    }
    Ok(())
}

const OVERRIDE_UNSUPPORTED: Scene = Scene {
    name: "profiles/override-unsupported",
    operation: PutSigningProfile,
    what: "an override that the platform does not list",
    requirements: &["PutSigningProfile/override-unsupported"],
    play: &Conversation(|case| Box::pin(override_unsupported(case))),
};

async fn override_unsupported(case: &mut Case<'_>) -> Played {
    let platform = plain(case);
    let [encryption, hash, formats] = allowed(case, platform).await?;
    let missing = |all: &[&'static str], allowed: &[Value]| {
        all.iter().find(|value| !allowed.contains(&json!(value))).copied()
    };
    let candidates = [
        missing(&["RSA", "ECDSA"], &encryption)
            .map(|value| json!({ "signingConfiguration": { "encryptionAlgorithm": value } })),
        missing(&["SHA1", "SHA256"], &hash)
            .map(|value| json!({ "signingConfiguration": { "hashAlgorithm": value } })),
        missing(&["JSON", "JSONDetached", "JSONEmbedded"], &formats)
            .map(|value| json!({ "signingImageFormat": value })),
    ];
    for (index, overrides) in candidates.into_iter().flatten().enumerate() {
        let name = case.fresh(&format!("u{index}"));
        let input = with(profile_input(case, &name, platform)?, &json!({ "overrides": overrides }));
        case.ask_open("PutSigningProfile/override-unsupported", PutSigningProfile, input).await?;
    }
    Ok(())
}

const UNLISTED_PLATFORM: Question = Question {
    name: "profiles/unlisted-platform",
    point: ["PutSigningProfile/unlisted-platform"],
    operation: PutSigningProfile,
    what: "a platform that exists elsewhere, but is not listed here",
    given: Given::NoProfile("unlisted"),
    inputs: |case, name| {
        let listed = case.context().platforms;
        let unlisted = Platform::ALL.into_iter().find(|platform| !listed.contains(*platform));
        let platform = unlisted.ok_or_else(|| case.skip("the target lists every platform that is known"))?;
        Ok(vec![listed_or_not(case, name, platform)])
    },
    answers: Answers::Class,
};

const BAD_CERTIFICATE: Question = Question {
    name: "profiles/bad-certificate",
    point: ["PutSigningProfile/bad-certificate"],
    operation: PutSigningProfile,
    what: "a certificate that nobody has",
    given: Given::NoProfile("cert"),
    inputs: |case, name| {
        let nowhere = "arn:aws:acm:us-east-1:000000000000:certificate/none";
        let material = json!({ "signingMaterial": { "certificateArn": nowhere } });
        Ok(vec![with(profile_input(case, name, Platform::IotDeviceManagement)?, &material)])
    },
    answers: Answers::Class,
};

const EMPTY_TAGS: Question = Question {
    name: "profiles/empty-tags",
    point: ["PutSigningProfile/empty-tags"],
    operation: PutSigningProfile,
    what: "an empty map of tags",
    given: Given::NoProfile("none"),
    inputs: |case, name| Ok(vec![with(plain_input(case, name)?, &json!({ "tags": {} }))]),
    answers: Answers::Class,
};

const EMPTY_OWNER: Question = Question {
    name: "profiles/empty-owner",
    point: ["GetSigningProfile/empty-owner"],
    operation: GetSigningProfile,
    what: "an empty profileOwner in the query",
    given: Given::Modelled,
    inputs: |_, name| Ok(vec![json!({ "profileName": name, "profileOwner": "" })]),
    answers: Answers::Success(|_| "as if left out"),
};
