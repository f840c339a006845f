//! Profiles: what is given comes back, and what the documents leave open about making one.

use serde_json::{Value, json};
use signer_model::{Account, Platform, PlatformArg, Request, TAGS, TagValue, Validity};
use signer_schemas::{Edition, Operation};

use crate::judge::runner::case::Case;
use crate::judge::runner::scene::Scene;
use crate::judge::runner::talk::{Played, with};
use crate::scenes::calls::{
    P0, allowed, get, item, keys, listed_or_not, made, plain, plain_input, profile_input, put, tells, without,
};

const PUT: Operation = Operation::PutSigningProfile;

const GET: Operation = Operation::GetSigningProfile;

const LIST: Operation = Operation::ListSigningProfiles;

pub(super) const SCENES: &[Scene] = &[
    Scene {
        name: "profiles/answer-agrees",
        operation: PUT,
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
        play: |case| Box::pin(answer_agrees(case)),
    },
    Scene {
        name: "profiles/validity-kept",
        operation: PUT,
        what: "validity periods in each unit are shown as they were given",
        requirements: &["PutSigningProfile/validity-kept"],
        play: |case| Box::pin(validity_kept(case)),
    },
    Scene {
        name: "profiles/validity-out-of-range",
        operation: PUT,
        what: "a validity of nothing, a negative one, one too long, and one without its unit",
        requirements: &["PutSigningProfile/validity-out-of-range"],
        play: |case| Box::pin(validity_out_of_range(case)),
    },
    Scene {
        name: "profiles/tags-kept",
        operation: PUT,
        what: "tags given at creation are shown by all three views, and stay while another profile gets tags and loses them",
        requirements: &["PutSigningProfile/tags-kept", "ListTagsForResource/agrees-with-get"],
        play: |case| Box::pin(tags_kept(case)),
    },
    Scene {
        name: "profiles/empty-tags",
        operation: PUT,
        what: "an empty map of tags",
        requirements: &["PutSigningProfile/empty-tags"],
        play: |case| Box::pin(empty_tags(case)),
    },
    Scene {
        name: "profiles/override-kept",
        operation: PUT,
        what: "each algorithm and format that a platform allows, as an override",
        requirements: &[
            "PutSigningProfile/override-kept",
            "GetSigningProfile/output/overrides/type",
            "GetSigningProfile/output/overrides.signingConfiguration/type",
            "GetSigningProfile/output/overrides.signingConfiguration.encryptionAlgorithm/type",
            "GetSigningProfile/output/overrides.signingConfiguration.hashAlgorithm/type",
            "GetSigningProfile/output/overrides.signingImageFormat/type",
        ],
        play: |case| Box::pin(override_kept(case)),
    },
    Scene {
        name: "profiles/override-unsupported",
        operation: PUT,
        what: "an override that the platform does not list",
        requirements: &["PutSigningProfile/override-unsupported"],
        play: |case| Box::pin(override_unsupported(case)),
    },
    Scene {
        name: "profiles/platform-refused",
        operation: PUT,
        what: "a platform that there is not, or one with blanks around its id, makes no profile",
        requirements: &["PutSigningProfile/platform-refused"],
        play: |case| Box::pin(platform_refused(case)),
    },
    Scene {
        name: "profiles/unlisted-platform",
        operation: PUT,
        what: "a platform that exists elsewhere, but is not listed here",
        requirements: &["PutSigningProfile/unlisted-platform"],
        play: |case| Box::pin(unlisted_platform(case)),
    },
    Scene {
        name: "profiles/bad-certificate",
        operation: PUT,
        what: "a certificate that nobody has",
        requirements: &["PutSigningProfile/bad-certificate"],
        play: |case| Box::pin(bad_certificate(case)),
    },
    Scene {
        name: "profiles/check-order",
        operation: PUT,
        what: "a name that is taken, with a platform that there is not",
        requirements: &["PutSigningProfile/check-order"],
        play: |case| Box::pin(check_order(case)),
    },
    Scene {
        name: "profiles/name-case",
        operation: PUT,
        what: "two names that differ only in case",
        requirements: &["PutSigningProfile/name-case", "GetSigningProfile/absent"],
        play: |case| Box::pin(name_case(case)),
    },
    Scene {
        name: "profiles/name-scope",
        operation: PUT,
        what: "two accounts use one name",
        requirements: &[
            "PutSigningProfile/name-scope",
            "CancelSigningProfile/other-account",
            "GetSigningProfile/other-account-name",
            "ListSigningProfiles/own-account",
        ],
        play: |case| Box::pin(name_scope(case)),
    },
    Scene {
        name: "profiles/empty-owner",
        operation: GET,
        what: "an empty profileOwner in the query",
        requirements: &["GetSigningProfile/empty-owner"],
        play: |case| Box::pin(empty_owner(case)),
    },
];

async fn answer_agrees(case: &mut Case<'_>) -> Played {
    let platform = plain(case);
    let answer = case.model(put(case.edition(), P0, platform)).await?;
    let view = case.model(get(P0)).await?;
    case.open("common/read-after-write", "the new state at once");
    case.same("GetSigningProfile/active", &json!("Active"), &view["status"]);
    let shows_null = view.as_object().is_some_and(|members| members.values().any(Value::is_null));
    let shows_empty =
        view.as_object().is_some_and(|members| members.values().any(|value| *value == json!({}) || *value == json!([])));
    case.open(
        "common/null-or-absent",
        match (shows_null, shows_empty) {
            (true, _) => "null",
            (false, true) => "an empty object or list",
            (false, false) => "left out",
        },
    );
    case.hold(
        "GetSigningProfile/no-revocation-record",
        !tells(&view, "revocationRecord"),
        "no revocationRecord",
        &view["revocationRecord"].to_string(),
    );
    if case.edition() == Edition::May2019 {
        return Ok(());
    }
    let name = case.name_of(P0);
    let pages = case.pages(LIST, json!({})).await?;
    let entry = item(&pages, "profiles", "profileName", &name).cloned().unwrap_or_default();
    for member in ["arn", "profileVersion", "profileVersionArn"] {
        case.same("PutSigningProfile/answer-agrees", &answer[member], &view[member]);
        case.same("ListSigningProfiles/entry-agrees", &answer[member], &entry[member]);
    }
    let default = json!({ "value": 135, "type": "MONTHS" });
    case.hold(
        "PutSigningProfile/default-validity",
        !tells(&view, "signatureValidityPeriod") || view["signatureValidityPeriod"] == default,
        "135 MONTHS",
        &view["signatureValidityPeriod"].to_string(),
    );
    case.same("PutSigningProfile/default-validity-shown", &default, &view["signatureValidityPeriod"]);
    let arn = answer["arn"].as_str().unwrap_or_default().to_owned();
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let (region, account) = (case.context().region.clone(), case.context().owner_account.clone());
    case.hold(
        "common/arn-partition",
        matches!(parts.as_slice(), ["arn", partition, "signer", told, owner, _]
            if partition.starts_with("aws") && *told == region && *owner == account),
        &format!("arn:aws…:signer:{region}:{account}:…"),
        &arn,
    );
    Ok(())
}

async fn validity_kept(case: &mut Case<'_>) -> Played {
    for (index, (value, kind)) in
        [(1, "DAYS"), (4000, "DAYS"), (1, "MONTHS"), (135, "MONTHS"), (1, "YEARS"), (11, "YEARS")].into_iter().enumerate()
    {
        let name = case.fresh(&format!("v{index}"));
        let period = json!({ "value": value, "type": kind });
        let input = with(profile_input(case, &name, Platform::Notation)?, &json!({ "signatureValidityPeriod": period }));
        case.must("PutSigningProfile/validity-kept", PUT, input).await?;
        let view = case.must("GetSigningProfile/view", GET, json!({ "profileName": name })).await?;
        case.same("PutSigningProfile/validity-kept", &period, view.at("/signatureValidityPeriod"));
    }
    Ok(())
}

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
        let input = with(profile_input(case, &name, Platform::Notation)?, &json!({ "signatureValidityPeriod": period }));
        let told = case.ask(PUT, input).await?;
        if told.is_success() {
            let view = case.ask(GET, json!({ "profileName": name })).await?;
            let kept = *view.at("/signatureValidityPeriod") == period;
            let answer = if kept { "200, the value is kept" } else { "200, the default is used" };
            case.open("PutSigningProfile/validity-out-of-range", answer);
        } else {
            case.open_by_class("PutSigningProfile/validity-out-of-range", &told);
        }
    }
    Ok(())
}

async fn tags_kept(case: &mut Case<'_>) -> Played {
    let name = case.fresh("tags");
    let tags = json!({ "stage": "beta", "Team-Name": "a+b=c @/:_-.", "empty": "" });
    let input = with(plain_input(case, &name)?, &json!({ "tags": tags }));
    let answer = case.must("PutSigningProfile/tags-kept", PUT, input).await?;
    let view = case.must("GetSigningProfile/view", GET, json!({ "profileName": name })).await?;
    case.same("PutSigningProfile/tags-kept", &tags, view.at("/tags"));
    let pages = case.pages(LIST, json!({})).await?;
    let entry = item(&pages, "profiles", "profileName", &name).cloned().unwrap_or_default();
    case.same("PutSigningProfile/tags-kept", &tags, &entry["tags"]);
    let listed = case.ask(Operation::ListTagsForResource, json!({ "resourceArn": answer.text("/arn") })).await?;
    case.same("PutSigningProfile/tags-kept", &tags, listed.at("/tags"));
    case.same("ListTagsForResource/agrees-with-get", view.at("/tags"), listed.at("/tags"));
    let beside = case.fresh("beside");
    let input = with(plain_input(case, &beside)?, &json!({ "tags": tags }));
    let beside = case.must("PutSigningProfile/tags-kept", PUT, input).await?;
    let arn = beside.text("/arn");
    let more = json!({ "resourceArn": arn, "tags": { "stage": "gamma", "more": "" } });
    case.must("TagResource/tags", Operation::TagResource, more).await?;
    let fewer = json!({ "resourceArn": arn, "tagKeys": ["stage", "empty"] });
    case.must("UntagResource/untags", Operation::UntagResource, fewer).await?;
    let listed = case.ask(Operation::ListTagsForResource, json!({ "resourceArn": answer.text("/arn") })).await?;
    case.same("PutSigningProfile/tags-kept", &tags, listed.at("/tags"));
    Ok(())
}

async fn empty_tags(case: &mut Case<'_>) -> Played {
    let name = case.fresh("none");
    let input = with(plain_input(case, &name)?, &json!({ "tags": {} }));
    let told = case.ask(PUT, input).await?;
    case.open_by_class("PutSigningProfile/empty-tags", &told);
    Ok(())
}

async fn override_kept(case: &mut Case<'_>) -> Played {
    let mut number = 0;
    for platform in case.context().platforms.iter().collect::<Vec<_>>() {
        let [encryption, hash, formats] = allowed(case, platform).await?;
        let algorithms = |encryption: &Value, hash: &Value| json!({ "signingConfiguration": { "encryptionAlgorithm": encryption, "hashAlgorithm": hash } });
        // Hashes beyond the two that an override can name are a platform's own.
        let named = |value: &&Value| matches!(value.as_str(), Some("SHA1" | "SHA256"));
        let known = |value: &&Value| matches!(value.as_str(), Some("JSON" | "JSONEmbedded" | "JSONDetached"));
        let mut overrides: Vec<Value> = Vec::new();
        for hash in hash.iter().filter(named) {
            overrides.extend(encryption.iter().map(|encryption| algorithms(encryption, hash)));
        }
        let formats = if case.edition() == Edition::Current { formats } else { Vec::new() };
        overrides.extend(formats.iter().filter(known).map(|format| json!({ "signingImageFormat": format })));
        for overrides in overrides {
            number += 1;
            let name = case.fresh(&format!("o{number}"));
            let input = with(profile_input(case, &name, platform)?, &json!({ "overrides": overrides }));
            case.must("PutSigningProfile/override-kept", PUT, input).await?;
            let view = case.must("GetSigningProfile/view", GET, json!({ "profileName": name })).await?;
            let told = without(view.at("/overrides"), &[]);
            case.same("PutSigningProfile/override-kept", &overrides, &told);
        }
    }
    Ok(())
}

async fn override_unsupported(case: &mut Case<'_>) -> Played {
    let platform = plain(case);
    let [encryption, hash, formats] = allowed(case, platform).await?;
    let missing =
        |all: &[&str], allowed: &[Value]| all.iter().find(|value| !allowed.contains(&json!(value))).map(|value| json!(value));
    let candidates = [
        missing(&["RSA", "ECDSA"], &encryption).map(|value| json!({ "signingConfiguration": { "encryptionAlgorithm": value } })),
        missing(&["SHA1", "SHA256"], &hash).map(|value| json!({ "signingConfiguration": { "hashAlgorithm": value } })),
        missing(&["JSON", "JSONDetached", "JSONEmbedded"], &formats).map(|value| json!({ "signingImageFormat": value })),
    ];
    for (index, overrides) in candidates.into_iter().flatten().enumerate() {
        let name = case.fresh(&format!("u{index}"));
        let input = with(profile_input(case, &name, platform)?, &json!({ "overrides": overrides }));
        let told = case.ask(PUT, input).await?;
        case.open_by_class("PutSigningProfile/override-unsupported", &told);
    }
    Ok(())
}

async fn platform_refused(case: &mut Case<'_>) -> Played {
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
    let told = case.ask(GET, json!({ "profileName": name })).await?;
    case.refused("PutSigningProfile/platform-refused", &told);
    let platform = plain(case);
    for id in [format!(" {}", platform.id()), format!("{} ", platform.id())] {
        let input = with(profile_input(case, &name, platform)?, &json!({ "platformId": id }));
        let told = case.ask(PUT, input).await?;
        case.refused("PutSigningProfile/platform-refused", &told);
    }
    Ok(())
}

async fn unlisted_platform(case: &mut Case<'_>) -> Played {
    let listed = case.context().platforms;
    let Some(platform) = Platform::ALL.into_iter().find(|platform| !listed.contains(*platform)) else {
        case.skip("the target lists every platform that is known");
        return Ok(());
    };
    let name = case.fresh("unlisted");
    let input = listed_or_not(case, &name, platform);
    let told = case.ask(PUT, input).await?;
    case.open_by_class("PutSigningProfile/unlisted-platform", &told);
    Ok(())
}

async fn bad_certificate(case: &mut Case<'_>) -> Played {
    let name = case.fresh("cert");
    let nowhere = json!({ "signingMaterial": { "certificateArn": "arn:aws:acm:us-east-1:000000000000:certificate/none" } });
    let input = with(profile_input(case, &name, Platform::IotDeviceManagement)?, &nowhere);
    let told = case.ask(PUT, input).await?;
    case.open_by_class("PutSigningProfile/bad-certificate", &told);
    Ok(())
}

async fn check_order(case: &mut Case<'_>) -> Played {
    let platform = plain(case);
    let (taken, free) = (case.fresh("taken"), case.fresh("free"));
    made(case, &taken, platform).await?;
    let unknown = json!({ "platformId": "NoSuchPlatform-SHA256-ECDSA" });
    let by_name = profile_input(case, &taken, platform)?;
    let by_platform = with(profile_input(case, &free, platform)?, &unknown);
    let both = with(by_name.clone(), &unknown);
    let by_name = case.ask(PUT, by_name).await?.words();
    let by_platform = case.ask(PUT, by_platform).await?.words();
    let told = case.ask(PUT, both).await?;
    // The error alone does not tell the two apart where both are of one type; then the text does.
    let head = |words: &str| words.split_whitespace().take(4).collect::<Vec<_>>().join(" ");
    let answer = match (head(&told.words()) == head(&by_name), head(&told.words()) == head(&by_platform)) {
        (true, false) => "the error of the name".to_owned(),
        (false, true) => "the error of the platform".to_owned(),
        _ => format!("it cannot be told: {}", told.class()),
    };
    case.open("PutSigningProfile/check-order", &answer);
    Ok(())
}

async fn name_case(case: &mut Case<'_>) -> Played {
    let platform = plain(case);
    let (lower, upper) = (case.fresh("case"), case.fresh("CASE"));
    made(case, &lower, platform).await?;
    let before = case.ask(GET, json!({ "profileName": upper })).await?;
    let input = profile_input(case, &upper, platform)?;
    let told = case.ask(PUT, input).await?;
    let view = case.ask(GET, json!({ "profileName": upper })).await?;
    let is_another = told.is_success() && view.text("/profileName") == upper;
    let answer = if is_another { "different profiles" } else { "the same profile" };
    case.open("PutSigningProfile/name-case", answer);
    // What is made anew was not there before.
    let at_odds = is_another && before.is_success();
    case.hold("GetSigningProfile/absent", !at_odds, "a refusal before the profile was made", &before.words());
    Ok(())
}

async fn name_scope(case: &mut Case<'_>) -> Played {
    case.two_accounts()?;
    let platform = plain(case);
    let (name, only) = (case.fresh("both"), case.fresh("one"));
    let mine = made(case, &name, platform).await?;
    made(case, &only, platform).await?;
    let before = case.ask(GET, json!({ "profileName": name })).await?;
    let input = profile_input(case, &name, platform)?;
    let theirs = case.ask_by(Account::Other, PUT, input).await?;
    case.accepted("PutSigningProfile/name-scope", &theirs);
    let other = case.context().other_account.clone();
    let arn = theirs.text("/arn");
    let is_theirs = arn != mine.text("/arn") && arn.contains(&format!(":{other}:"));
    case.hold("PutSigningProfile/name-scope", is_theirs, &format!("a profile of {other}"), &arn);
    let after = case.ask(GET, json!({ "profileName": name })).await?;
    case.same("PutSigningProfile/name-scope", &before.body, &after.body);

    let told = case.ask_by(Account::Other, GET, json!({ "profileName": only })).await?;
    case.refused("GetSigningProfile/other-account-name", &told);
    let told = case.ask_by(Account::Other, Operation::CancelSigningProfile, json!({ "profileName": only })).await?;
    case.refused("CancelSigningProfile/other-account", &told);
    let view = case.ask(GET, json!({ "profileName": only })).await?;
    case.same("CancelSigningProfile/other-account", &json!("Active"), view.at("/status"));
    let told = case.ask_by(Account::Other, Operation::CancelSigningProfile, json!({ "profileName": name })).await?;
    case.hold("CancelSigningProfile/other-account", told.is_success(), "success: it is the caller's own", &told.words());
    let view = case.ask(GET, json!({ "profileName": name })).await?;
    case.same("CancelSigningProfile/other-account", &json!("Active"), view.at("/status"));
    let pages = case.pages_by(Account::Other, LIST, json!({})).await?;
    let listed = keys(&pages, "profiles", "profileName");
    case.hold("ListSigningProfiles/own-account", !listed.contains(&only), "no profile of another account", &only);
    Ok(())
}

async fn empty_owner(case: &mut Case<'_>) -> Played {
    case.model(put(case.edition(), P0, plain(case))).await?;
    let name = case.name_of(P0);
    let told = case.ask(GET, json!({ "profileName": name, "profileOwner": "" })).await?;
    if told.is_success() {
        case.open("GetSigningProfile/empty-owner", "as if left out");
    } else {
        case.open_by_class("GetSigningProfile/empty-owner", &told);
    }
    Ok(())
}
