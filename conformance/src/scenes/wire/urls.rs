//! Paths and queries: what is encoded there, what belongs to no operation, and names at their limits.

use serde_json::{Value, json};
use signer_model::Platform;
use signer_schemas::Operation;
use signer_schemas::Operation::{
    DescribeSigningJob, GetSigningPlatform, GetSigningProfile, ListSigningJobs, ListSigningPlatforms,
    ListSigningProfiles, ListTagsForResource, RemoveProfilePermission, UntagResource,
};

use crate::data::exchange::Request;
use crate::judge::runner::case::Case;
use crate::judge::runner::scene::{Conversation, Scene};
use crate::judge::runner::talk::Played;
use crate::line::wire::encode::percent_encode;
use crate::scenes::shared::altered::altered;
use crate::scenes::shared::inputs::removal_input;
use crate::scenes::shared::lists::PROFILES;
use crate::scenes::shared::steps::{added, ask_profile, canceled, plain_profile, profile};
use crate::scenes::shared::symbols::plain;
use crate::scenes::shared::tags::{tag, tagged_profile, tags_of, untag};

pub(crate) const SCENES: &[Scene] = &[
    ARN_IN_PATH,
    STATEMENT_IN_PATH,
    CONTROL_CHARACTERS,
    SHORT_NAMES,
    KEYS_IN_QUERY,
    BOOLEANS,
    UNKNOWN_QUERY,
    UNKNOWN_ROUTE,
];

const ARN_IN_PATH: Scene = Scene {
    name: "wire/arn-in-path",
    operation: ListTagsForResource,
    what: "an ARN in the path, percent-encoded and not",
    requirements: &["common/arn-percent-encoding", "common/arn-unescaped", "common/signed-wire-path"],
    play: &Conversation(|case| Box::pin(arn_in_path(case))),
};

async fn arn_in_path(case: &mut Case<'_>) -> Played {
    let (name, creation) = profile(case, "path", plain(case)).await?;
    let arn = creation.text("/arn");
    let look = json!({ "resourceArn": arn });
    let at = |arn: &str| {
        let target = format!("/tags/{arn}");
        |request: &mut Request| request.target = target
    };
    for target in [
        percent_encode(&arn),
        percent_encode(&arn).to_lowercase().replace(&percent_encode(&name).to_lowercase(), &name),
    ] {
        let told = altered(case, ListTagsForResource, look.clone(), at(&target)).await?;
        case.accepted("common/arn-percent-encoding", &told);
        case.accepted("common/signed-wire-path", &told);
    }
    let told = altered(case, ListTagsForResource, look, at(&arn)).await?;
    if told.is_success() {
        case.open("common/arn-unescaped", "understood");
    } else {
        case.open("common/arn-unescaped", &format!("{} of any type", told.response.status));
    }
    Ok(())
}

const STATEMENT_IN_PATH: Scene = Scene {
    name: "wire/statement-in-path",
    operation: RemoveProfilePermission,
    what: "a statement whose id has an underscore and a hyphen, which the path spells in hexadecimal",
    requirements: &["common/arn-percent-encoding"],
    play: &Conversation(|case| Box::pin(statement_in_path(case))),
};

async fn statement_in_path(case: &mut Case<'_>) -> Played {
    let (name, _) = profile(case, "slash", Platform::Lambda).await?;
    let id = "a_b-c";
    let revision = added(case, &name, id, None).await?.text("/revisionId");
    let spelled = |request: &mut Request| request.target = request.target.replace(id, "a%5Fb%2Dc");
    let input = removal_input(&name, id, &revision);
    let told = altered(case, RemoveProfilePermission, input, spelled).await?;
    case.accepted("common/arn-percent-encoding", &told);
    Ok(())
}

const CONTROL_CHARACTERS: Scene = Scene {
    name: "wire/control-characters",
    operation: GetSigningPlatform,
    what: "characters in paths and queries that a JSON text has to escape, for an error to repeat",
    requirements: &["common/well-formed-json"],
    play: &Conversation(|case| Box::pin(control_characters(case))),
};

/// What the answers are is open, here; that their bodies are JSON, the check of every exchange sees to.
async fn control_characters(case: &mut Case<'_>) -> Played {
    // Each of them has labels of its own, or values of the query, that a message may repeat.
    let asked: [(Operation, &[&str]); 6] = [
        (GetSigningPlatform, &["platformId"]),
        (GetSigningProfile, &["profileName"]),
        (DescribeSigningJob, &["jobId"]),
        (ListTagsForResource, &["resourceArn"]),
        (ListSigningPlatforms, &["nextToken", "partner"]),
        (ListSigningJobs, &["nextToken", "status"]),
    ];
    for (operation, members) in asked {
        let Some(document) = signer_schemas::operation(case.edition(), operation) else { continue };
        for member in members.iter().filter(|member| document.member(member).is_some()) {
            for text in ESCAPED {
                case.ask(operation, json!({ *member: format!("a{text}b") })).await?;
            }
        }
    }
    Ok(())
}

/// A character that JSON allows in no string, two that end one too early, and one that ends a line.
const ESCAPED: [&str; 4] = ["\u{1}", "\"", "\\", "\n"];

const SHORT_NAMES: Scene = Scene {
    name: "wire/short-names",
    operation: GetSigningProfile,
    what: "names of two characters, and names that begin with a digit or an underscore",
    requirements: &[
        "GetSigningProfile/input/profileName/min-length",
        "GetSigningProfile/input/profileName/pattern",
    ],
    play: &Conversation(|case| Box::pin(short_names(case))),
};

/// Only reads: such names may belong to others, since they do not begin with the run's prefix.
async fn short_names(case: &mut Case<'_>) -> Played {
    for (name, constraint) in [
        ("zq".to_owned(), "min-length"),
        ("_9".to_owned(), "min-length"),
        (format!("1{}", case.fresh("d")), "pattern"),
        (format!("_{}", case.fresh("u")), "pattern"),
    ] {
        let told = ask_profile(case, &name).await?;
        let requirement = format!("GetSigningProfile/input/profileName/{constraint}");
        case.hold(
            &requirement,
            told.response.status != 400,
            "an answer of a name that may be",
            &told.words(),
        );
    }
    Ok(())
}

const KEYS_IN_QUERY: Scene = Scene {
    name: "wire/keys-in-query",
    operation: UntagResource,
    what: "tag keys with a comma and with a plus",
    requirements: &["common/query-lists-repeat", "UntagResource/untags", "UntagResource/others-stay"],
    play: &Conversation(|case| Box::pin(keys_in_query(case))),
};

async fn keys_in_query(case: &mut Case<'_>) -> Played {
    let arn = tagged_profile(case, "keys").await?;
    let mut left = json!({ "a": "1", "b": "2", "a,b": "3", "a+b": "4" });
    tag(case, &arn, &left).await?;
    for key in ["a,b", "a+b"] {
        untag(case, &arn, &[key]).await?;
        if let Value::Object(left) = &mut left {
            left.remove(key);
        }
        let shown = tags_of(case, &arn).await?;
        case.same("common/query-lists-repeat", &left, &shown);
        case.hold("UntagResource/untags", shown[key].is_null(), &format!("no tag {key}"), &shown.to_string());
        let others = shown["a"] == "1" && shown["b"] == "2";
        case.hold("UntagResource/others-stay", others, "the tags a and b", &shown.to_string());
    }
    Ok(())
}

const BOOLEANS: Scene = Scene {
    name: "wire/booleans",
    operation: ListSigningProfiles,
    what: "true and false in a query",
    requirements: &["common/query-booleans"],
    play: &Conversation(|case| Box::pin(booleans(case))),
};

async fn booleans(case: &mut Case<'_>) -> Played {
    let name = plain_profile(case, "bool").await?;
    canceled(case, &name).await?;
    for (value, listed) in [("true", true), ("false", false)] {
        let found = PROFILES.listed(case, json!({ "includeCanceled": listed })).await?.contains(&name);
        let words = |listed: bool| if listed { "listed" } else { "not listed" };
        case.hold(
            "common/query-booleans",
            found == listed,
            &format!("{} with {value}", words(listed)),
            words(found),
        );
    }
    Ok(())
}

const UNKNOWN_QUERY: Scene = Scene {
    name: "wire/unknown-query",
    operation: ListSigningPlatforms,
    what: "a parameter of the query that no operation knows",
    requirements: &["common/unknown-query-ignored"],
    play: &Conversation(|case| Box::pin(unknown_query(case))),
};

async fn unknown_query(case: &mut Case<'_>) -> Played {
    let name = plain_profile(case, "query").await?;
    for operation in [ListSigningPlatforms, ListSigningProfiles, ListSigningJobs, GetSigningProfile] {
        let strange = |request: &mut Request| request.target.push_str("?noSuchMember=value");
        let told = altered(case, operation, json!({ "profileName": name }), strange).await?;
        case.accepted("common/unknown-query-ignored", &told);
    }
    Ok(())
}

const UNKNOWN_ROUTE: Scene = Scene {
    name: "wire/unknown-route",
    operation: ListSigningPlatforms,
    what: "paths and methods that no operation has",
    requirements: &[
        "common/unknown-route",
        "common/error/UnknownOperationException",
        "common/error/InvalidAction",
    ],
    play: &Conversation(|case| Box::pin(unknown_route(case))),
};

async fn unknown_route(case: &mut Case<'_>) -> Played {
    for (method, target) in
        [("GET", "/signing-nothings"), ("PATCH", "/signing-profiles"), ("DELETE", "/signing-platforms/x")]
    {
        let request = Request { method: method.to_owned(), target: target.to_owned(), ..Request::default() };
        let told = case.send_stray(&request).await?;
        case.hold(
            "common/error-status",
            (400..600).contains(&told.response.status),
            "an error",
            &told.words(),
        );
        case.open_by_class("common/unknown-route", &told);
        case.has_status("common/error/UnknownOperationException", &told);
        case.has_status("common/error/InvalidAction", &told);
    }
    Ok(())
}
