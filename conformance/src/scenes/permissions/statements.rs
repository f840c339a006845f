//! Statements: what one may say, and how it is named.

use serde_json::json;
use signer_model::{Action, Platform};
use signer_schemas::Operation::{AddProfilePermission, RemoveProfilePermission};

use crate::judge::runner::case::Case;
use crate::judge::runner::scene::{Conversation, Scene};
use crate::judge::runner::talk::{Played, with};
use crate::operations::notes::member_words;
use crate::scenes::shared::inputs::{removal_input, statement};
use crate::scenes::shared::lists::STATEMENTS;
use crate::scenes::shared::steps::{added, policy, profile, removed};

pub(crate) const SCENES: &[Scene] =
    &[VERSION_SHOWN, ACTIONS, PRINCIPALS, UNSUPPORTED_PLATFORM, STATEMENT_ID_FORMAT, LIKE_IDS];

const VERSION_SHOWN: Scene = Scene {
    name: "permissions/version-shown",
    operation: AddProfilePermission,
    what: "a statement shows the version that it was added with, and none without",
    requirements: &["AddProfilePermission/version-shown"],
    play: &Conversation(|case| Box::pin(version_shown(case))),
};

async fn version_shown(case: &mut Case<'_>) -> Played {
    const SHOWN: &str = "AddProfilePermission/version-shown";
    let (name, creation) = profile(case, "versions", Platform::Lambda).await?;
    let version = creation.text("/profileVersion");
    let first = added(case, &name, "without", None).await?;
    let bound = json!({ "profileVersion": version, "revisionId": first.text("/revisionId") });
    let input = with(statement(case, &name, "with"), &bound);
    case.must(SHOWN, AddProfilePermission, input).await?;
    let pages = policy(case, &name).await?;
    case.same_member(SHOWN, "/profileVersion", &json!(version), &STATEMENTS.entry(&pages, "with"));
    let without = &STATEMENTS.entry(&pages, "without")["profileVersion"];
    let none = without.is_null() || *without == "";
    case.hold(SHOWN, none, "no profileVersion", &member_words("profileVersion", without));
    Ok(())
}

const ACTIONS: Scene = Scene {
    name: "permissions/actions",
    operation: AddProfilePermission,
    what: "each of the four actions, and some that are none of them",
    requirements: &["AddProfilePermission/actions", "AddProfilePermission/unknown-action"],
    play: &Conversation(|case| Box::pin(actions(case))),
};

/// What a statement is refused with that says what none may say.
const INVALID: &str = "ValidationException";

async fn actions(case: &mut Case<'_>) -> Played {
    for (action, platform) in [
        (Action::StartSigningJob, Platform::Lambda),
        (Action::GetSigningProfile, Platform::Lambda),
        (Action::RevokeSignature, Platform::Lambda),
        (Action::SignPayload, Platform::Notation),
        (Action::GetSigningProfile, Platform::Notation),
        (Action::RevokeSignature, Platform::Notation),
    ] {
        let (name, _) = profile(case, &format!("{platform:?}{action:?}"), platform).await?;
        is_shown(case, "AddProfilePermission/actions", &name, "action", action.id()).await?;
    }
    let (name, _) = profile(case, "unknown", Platform::Lambda).await?;
    for action in [
        "signer:PutSigningProfile",
        "signer:getsigningprofile",
        "SIGNER:GetSigningProfile",
        "signer:*",
        "GetSigningProfile",
    ] {
        let input = with(statement(case, &name, "s"), &json!({ "action": action }));
        let told = case.must_refuse("AddProfilePermission/actions", AddProfilePermission, input).await?;
        case.refused_as("AddProfilePermission/unknown-action", INVALID, &told);
    }
    Ok(())
}

/// A statement that says this is taken, and shown as it was given.
async fn is_shown(
    case: &mut Case<'_>,
    requirement: &str,
    profile: &str,
    member: &str,
    value: &str,
) -> Played {
    let input = with(statement(case, profile, "s"), &json!({ member: value }));
    let told = case.ask(AddProfilePermission, input).await?;
    case.accepted(requirement, &told);
    if told.is_success() {
        let shown = STATEMENTS.entry(&policy(case, profile).await?, "s");
        case.same_member(requirement, &format!("/{member}"), &json!(value), &shown);
    }
    Ok(())
}

const PRINCIPALS: Scene = Scene {
    name: "permissions/principals",
    operation: AddProfilePermission,
    what: "an account, a role, and the owner's own account as principals, and what is like them",
    requirements: &[
        "AddProfilePermission/principal-kinds",
        "AddProfilePermission/own-principal",
        "AddProfilePermission/principal",
        "AddProfilePermission/principal-path",
        "AddProfilePermission/unresolved-principal",
    ],
    play: &Conversation(|case| Box::pin(principals(case))),
};

async fn principals(case: &mut Case<'_>) -> Played {
    const KINDS: &str = "AddProfilePermission/principal-kinds";
    let context = case.context();
    let (other, own) = (context.other_account.clone(), context.owner_account.clone());
    let (permitted, role) = (context.permitted_account().to_owned(), context.role_arn());
    for (index, (requirement, principal)) in
        [(KINDS, permitted), ("AddProfilePermission/own-principal", own)].into_iter().enumerate()
    {
        let (name, _) = profile(case, &format!("k{index}"), Platform::Lambda).await?;
        is_shown(case, requirement, &name, "principal", &principal).await?;
    }
    // A role of that name may not exist.
    let (name, _) = profile(case, "role", Platform::Lambda).await?;
    let told = case
        .ask(AddProfilePermission, with(statement(case, &name, "s"), &json!({ "principal": role })))
        .await?;
    case.open_by_class("AddProfilePermission/unresolved-principal", &told);
    if told.is_success() {
        let shown = STATEMENTS.entry(&policy(case, &name).await?, "s");
        case.same_member(KINDS, "/principal", &json!(role), &shown);
    }
    let (name, _) = profile(case, "like", Platform::Lambda).await?;
    for principal in [
        format!("arn:aws:iam::{other}:user/conformance"),
        format!("arn:aws:iam::{other}:root"),
        format!("{other}1"),
        other.chars().take(11).collect(),
        format!(" {other} "),
    ] {
        let input = with(statement(case, &name, "s"), &json!({ "principal": principal }));
        let told = case.ask(AddProfilePermission, input).await?;
        case.refused_as("AddProfilePermission/principal", INVALID, &told);
    }
    let principal = format!("arn:aws:iam::{other}:role/path/conformance");
    let input = with(statement(case, &name, "path"), &json!({ "principal": principal }));
    let told = case.ask(AddProfilePermission, input).await?;
    match told.response.error_type().as_deref() {
        // Its form is taken, but nobody has made it.
        Some("ResourceNotFoundException") => case.open("AddProfilePermission/principal-path", "accepted"),
        _ => case.open_by_success("AddProfilePermission/principal-path", &told, "accepted"),
    }
    Ok(())
}

const UNSUPPORTED_PLATFORM: Scene = Scene {
    name: "permissions/unsupported-platform",
    operation: AddProfilePermission,
    what: "profiles of platforms without cross-account signing",
    requirements: &["AddProfilePermission/unsupported-platform"],
    play: &Conversation(|case| Box::pin(unsupported_platform(case))),
};

async fn unsupported_platform(case: &mut Case<'_>) -> Played {
    for platform in [Platform::IotDeviceManagement, Platform::FreeRtosDefault] {
        let (name, _) = profile(case, &format!("{platform:?}"), platform).await?;
        let input = statement(case, &name, "s");
        let told = case.ask(AddProfilePermission, input).await?;
        case.open_by_class("AddProfilePermission/unsupported-platform", &told);
    }
    Ok(())
}

const STATEMENT_ID_FORMAT: Scene = Scene {
    name: "permissions/statement-id-format",
    operation: AddProfilePermission,
    what: "statement ids with blanks, dots, letters of other scripts, and long ones",
    requirements: &["AddProfilePermission/statement-id-format"],
    play: &Conversation(|case| Box::pin(statement_id_format(case))),
};

async fn statement_id_format(case: &mut Case<'_>) -> Played {
    const FORMAT: &str = "AddProfilePermission/statement-id-format";
    let (name, _) = profile(case, "ids", Platform::Lambda).await?;
    let (longest, too_long) = ("a".repeat(64), "a".repeat(65));
    let with_slash = ["a", "b"].join("/");
    for id in ["", "a b", "a.b", &with_slash, "é", &too_long] {
        let told = case.ask(AddProfilePermission, statement(case, &name, id)).await?;
        case.refused_as(FORMAT, INVALID, &told);
        if told.is_success() {
            return Ok(());
        }
    }
    let told = case.ask(AddProfilePermission, statement(case, &name, &longest)).await?;
    case.accepted(FORMAT, &told);
    let plain = with(statement(case, &name, "A-z_0"), &json!({ "revisionId": told.text("/revisionId") }));
    let told = case.ask(AddProfilePermission, plain).await?;
    case.accepted(FORMAT, &told);
    Ok(())
}

const LIKE_IDS: Scene = Scene {
    name: "permissions/like-ids",
    operation: RemoveProfilePermission,
    what: "the beginning of a statement's id, and an id that differs from it only in case",
    requirements: &["RemoveProfilePermission/unknown-statement", "AddProfilePermission/statement-id-case"],
    play: &Conversation(|case| Box::pin(like_ids(case))),
};

async fn like_ids(case: &mut Case<'_>) -> Played {
    const CASE: &str = "AddProfilePermission/statement-id-case";
    let (name, _) = profile(case, "like", Platform::Lambda).await?;
    let first = added(case, &name, "statement", None).await?.text("/revisionId");
    let input = removal_input(&name, "state", &first);
    case.must_refuse("RemoveProfilePermission/unknown-statement", RemoveProfilePermission, input).await?;
    let upper = json!({ "action": "signer:RevokeSignature", "revisionId": first });
    let told = case.ask(AddProfilePermission, with(statement(case, &name, "STATEMENT"), &upper)).await?;
    let listed = STATEMENTS.keys(&policy(case, &name).await?);
    if !told.is_success() || listed.len() < 2 {
        case.open(CASE, "the same statement");
        return Ok(());
    }
    case.open(CASE, "different statements");
    removed(case, &name, "STATEMENT", &told.text("/revisionId")).await?;
    let listed = STATEMENTS.keys(&policy(case, &name).await?);
    case.same("RemoveProfilePermission/removes", &json!(["statement"]), &json!(listed));
    Ok(())
}
