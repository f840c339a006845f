//! Permissions of profiles: what a statement may say, how large a policy grows, and what its revisions promise.

use serde_json::{Value, json};
use signer_model::{Action, Platform};
use signer_schemas::Operation;

use super::Scene;
use super::calls::{item, keys, made};
use crate::runner::{Case, Played, Stop, Told, with};

const ADD: Operation = Operation::AddProfilePermission;
const REMOVE: Operation = Operation::RemoveProfilePermission;
const LIST: Operation = Operation::ListProfilePermissions;

pub(super) const SCENES: &[Scene] = &[
    Scene {
        name: "permissions/version-shown",
        operation: ADD,
        what: "a statement shows the version that it was added with, and none without",
        requirements: &["AddProfilePermission/version-shown"],
        play: |case| Box::pin(version_shown(case)),
    },
    Scene {
        name: "permissions/empty-revision",
        operation: ADD,
        what: "an empty revisionId counts as absent, before there are statements and after",
        requirements: &["AddProfilePermission/empty-revision", "AddProfilePermission/missing-revision"],
        play: |case| Box::pin(empty_revision(case)),
    },
    Scene {
        name: "permissions/actions",
        operation: ADD,
        what: "each of the four actions, and some that are none of them",
        requirements: &["AddProfilePermission/actions", "AddProfilePermission/unknown-action"],
        play: |case| Box::pin(actions(case)),
    },
    Scene {
        name: "permissions/principals",
        operation: ADD,
        what: "an account, a role, and the owner's own account as principals, and what is like them",
        requirements: &[
            "AddProfilePermission/principal-kinds",
            "AddProfilePermission/own-principal",
            "AddProfilePermission/principal",
            "AddProfilePermission/principal-path",
        ],
        play: |case| Box::pin(principals(case)),
    },
    Scene {
        name: "permissions/full",
        operation: ADD,
        what: "statements are added until the policy is full; all of them are listed",
        requirements: &[
            "AddProfilePermission/policy-size",
            "AddProfilePermission/statement-count",
            "AddProfilePermission/error/ServiceLimitExceededException",
            "ListProfilePermissions/complete",
            "ListProfilePermissions/page-length",
            "ListProfilePermissions/policy-size-counting",
        ],
        play: |case| Box::pin(full(case)),
    },
    Scene {
        name: "permissions/unsupported-platform",
        operation: ADD,
        what: "profiles of platforms without cross-account signing",
        requirements: &["AddProfilePermission/unsupported-platform"],
        play: |case| Box::pin(unsupported_platform(case)),
    },
    Scene {
        name: "permissions/check-order",
        operation: ADD,
        what: "an unknown version together with a stale revision",
        requirements: &["AddProfilePermission/check-order"],
        play: |case| Box::pin(check_order(case)),
    },
    Scene {
        name: "permissions/revision-format",
        operation: ADD,
        what: "a policy that is emptied and filled again",
        requirements: &["AddProfilePermission/revision-format"],
        play: |case| Box::pin(revision_format(case)),
    },
    Scene {
        name: "permissions/statement-id-format",
        operation: ADD,
        what: "statement ids with blanks, dots, letters of other scripts, and long ones",
        requirements: &["AddProfilePermission/statement-id-format"],
        play: |case| Box::pin(statement_id_format(case)),
    },
];

/// The input of a statement for the other account.
pub(super) fn statement(case: &Case<'_>, profile: &str, id: &str) -> Value {
    json!({
        "profileName": profile,
        "statementId": id,
        "action": "signer:GetSigningProfile",
        "principal": case.context().other_account,
    })
}

/// An account that is neither of the two.
pub(super) fn somebody(case: &Case<'_>) -> &'static str {
    let known = [&case.context().owner_account, &case.context().other_account];
    ["123456789012", "210987654321"].into_iter().find(|account| known.iter().all(|one| one != account)).unwrap_or("345678901234")
}

/// Adds a statement on top of that revision.
pub(super) async fn added(case: &mut Case<'_>, profile: &str, id: &str, revision: Option<&str>) -> Result<Told, Stop> {
    let mut input = statement(case, profile, id);
    if let Some(revision) = revision {
        input["revisionId"] = json!(revision);
    }
    case.must("AddProfilePermission/adds", ADD, input).await
}

/// Every page of the profile's statements.
pub(super) async fn list(case: &mut Case<'_>, profile: &str) -> Result<Vec<Value>, Stop> {
    case.pages(LIST, json!({ "profileName": profile })).await
}

async fn version_shown(case: &mut Case<'_>) -> Played {
    let name = case.fresh("versions");
    let version = made(case, &name, Platform::Lambda).await?.text("/profileVersion");
    let first = added(case, &name, "without", None).await?;
    let bound = json!({ "profileVersion": version, "revisionId": first.text("/revisionId") });
    let input = with(statement(case, &name, "with"), &bound);
    case.must("AddProfilePermission/version-shown", ADD, input).await?;
    let pages = list(case, &name).await?;
    let shown =
        |id| item(&pages, "permissions", "statementId", id).map(|entry| entry["profileVersion"].clone()).unwrap_or_default();
    let (with, without) = (shown("with"), shown("without"));
    case.same("AddProfilePermission/version-shown", &json!(version), &with);
    let none = without.is_null() || without == json!("");
    case.hold("AddProfilePermission/version-shown", none, "no profileVersion", &without.to_string());
    Ok(())
}

async fn empty_revision(case: &mut Case<'_>) -> Played {
    let name = case.fresh("empty");
    made(case, &name, Platform::Lambda).await?;
    let input = with(statement(case, &name, "s"), &json!({ "revisionId": "" }));
    let told = case.ask(ADD, input).await?;
    case.accepted("AddProfilePermission/empty-revision", &told);
    let input = with(statement(case, &name, "t"), &json!({ "revisionId": "" }));
    let told = case.ask(ADD, input).await?;
    case.refused("AddProfilePermission/missing-revision", &told);
    Ok(())
}

async fn actions(case: &mut Case<'_>) -> Played {
    for (action, platform) in [
        (Action::StartSigningJob, Platform::Lambda),
        (Action::GetSigningProfile, Platform::Lambda),
        (Action::RevokeSignature, Platform::Lambda),
        (Action::SignPayload, Platform::Notation),
        (Action::GetSigningProfile, Platform::Notation),
        (Action::RevokeSignature, Platform::Notation),
    ] {
        let name = case.fresh(&format!("{platform:?}{action:?}"));
        made(case, &name, platform).await?;
        let input = with(statement(case, &name, "s"), &json!({ "action": action.id() }));
        let told = case.ask(ADD, input).await?;
        case.accepted("AddProfilePermission/actions", &told);
        if !told.is_success() {
            continue;
        }
        let pages = list(case, &name).await?;
        let shown = item(&pages, "permissions", "statementId", "s").map(|entry| entry["action"].clone()).unwrap_or_default();
        case.same("AddProfilePermission/actions", &json!(action.id()), &shown);
    }
    let name = case.fresh("unknown");
    made(case, &name, Platform::Lambda).await?;
    for action in
        ["signer:PutSigningProfile", "signer:getsigningprofile", "SIGNER:GetSigningProfile", "signer:*", "GetSigningProfile"]
    {
        let input = with(statement(case, &name, "s"), &json!({ "action": action }));
        let told = case.ask(ADD, input).await?;
        case.refused("AddProfilePermission/actions", &told);
        case.open_by_class("AddProfilePermission/unknown-action", &told);
    }
    Ok(())
}

async fn principals(case: &mut Case<'_>) -> Played {
    let (other, own, role) =
        (case.context().other_account.clone(), case.context().owner_account.clone(), case.context().role_arn());
    for (index, (requirement, principal)) in [
        ("AddProfilePermission/principal-kinds", other),
        ("AddProfilePermission/principal-kinds", role),
        ("AddProfilePermission/own-principal", own),
    ]
    .into_iter()
    .enumerate()
    {
        let name = case.fresh(&format!("k{index}"));
        made(case, &name, Platform::Lambda).await?;
        let input = with(statement(case, &name, "s"), &json!({ "principal": principal }));
        let told = case.ask(ADD, input).await?;
        case.accepted(requirement, &told);
        if !told.is_success() {
            continue;
        }
        let pages = list(case, &name).await?;
        let shown = item(&pages, "permissions", "statementId", "s").map(|entry| entry["principal"].clone()).unwrap_or_default();
        case.same(requirement, &json!(principal), &shown);
    }
    let name = case.fresh("like");
    made(case, &name, Platform::Lambda).await?;
    let account = case.context().other_account.clone();
    for principal in [
        format!("arn:aws:iam::{account}:user/conformance"),
        format!("arn:aws:iam::{account}:root"),
        format!("{account}1"),
        account.chars().take(11).collect(),
        format!(" {account} "),
    ] {
        let input = with(statement(case, &name, "s"), &json!({ "principal": principal }));
        let told = case.ask(ADD, input).await?;
        case.refused("AddProfilePermission/principal", &told);
    }
    let principal = format!("arn:aws:iam::{account}:role/path/conformance");
    let input = with(statement(case, &name, "path"), &json!({ "principal": principal }));
    let told = case.ask(ADD, input).await?;
    if told.is_success() {
        case.open("AddProfilePermission/principal-path", "accepted");
    } else {
        case.open_by_class("AddProfilePermission/principal-path", &told);
    }
    Ok(())
}

/// No policy of 2000 bytes holds as many statements as this.
const MOST_STATEMENTS: u32 = 60;

async fn full(case: &mut Case<'_>) -> Played {
    let name = case.fresh("full");
    made(case, &name, Platform::Lambda).await?;
    let mut revision: Option<String> = None;
    let mut ids = Vec::new();
    let mut sizes = Vec::new();
    let refusal = loop {
        let id = format!("statement-number-{:02}", ids.len());
        let mut input = statement(case, &name, &id);
        if let Some(revision) = &revision {
            input["revisionId"] = json!(revision);
        }
        let told = case.ask(ADD, input).await?;
        if !told.is_success() {
            break Some(told);
        }
        revision = Some(told.text("/revisionId"));
        ids.push(id);
        if [1, 2, 3].contains(&ids.len()) {
            let pages = list(case, &name).await?;
            sizes.push(pages[0]["policySizeBytes"].as_i64().unwrap_or_default());
        }
        if ids.len() >= MOST_STATEMENTS as usize {
            break None;
        }
    };
    let pages = list(case, &name).await?;
    let mut listed = keys(&pages, "permissions", "statementId");
    listed.sort_unstable();
    // On a single page it is the list itself that is short.
    let requirement = if pages.len() == 1 { "lists" } else { "complete" };
    let requirement = format!("ListProfilePermissions/{requirement}");
    case.hold(&requirement, listed == ids, &format!("{} statements", ids.len()), &format!("{listed:?}"));
    case.exercise("ListProfilePermissions/complete");
    case.open("ListProfilePermissions/page-length", if pages.len() == 1 { "all of them" } else { "fewer, with a nextToken" });
    let size = pages[0]["policySizeBytes"].as_i64().unwrap_or_default();
    case.hold("AddProfilePermission/policy-size", size <= 2000, "at most 2000 bytes", &size.to_string());
    let grows = sizes.windows(2).all(|pair| pair[0] < pair[1]);
    case.hold("ListProfilePermissions/policy-size", grows, "a size that grows with the statements", &format!("{sizes:?}"));
    case.open("ListProfilePermissions/policy-size-counting", "another count that grows with the statements");
    // A page of this profile's statements leads to none of another's. Whether it leads anywhere there nobody says.
    if let Some(token) = Case::token(&pages[0]) {
        let next = case.fresh("next");
        made(case, &next, Platform::Lambda).await?;
        added(case, &next, "s", None).await?;
        let told = case.ask(LIST, json!({ "profileName": next, "nextToken": token })).await?;
        let pages = [told.body.clone()];
        let shown = keys(&pages, "permissions", "statementId");
        let own = shown.iter().all(|id| *id == "s");
        case.hold("ListProfilePermissions/lists", own, "a refusal, or what this profile has", &told.words());
    }
    let Some(told) = refusal else {
        let observed = format!("{} statements, {size} bytes", ids.len());
        case.hold("AddProfilePermission/policy-size", false, "a refusal before so many statements", &observed);
        case.open("AddProfilePermission/statement-count", &format!("{MOST_STATEMENTS} and more"));
        return Ok(());
    };
    case.hold(
        "AddProfilePermission/policy-size",
        told.response.error_type().as_deref() == Some("ServiceLimitExceededException"),
        "ServiceLimitExceededException",
        &told.words(),
    );
    let count = if ids.len() == 20 { "20" } else { "as many as the policy's size permits" };
    case.open("AddProfilePermission/statement-count", count);
    Ok(())
}

async fn unsupported_platform(case: &mut Case<'_>) -> Played {
    for platform in [Platform::IotDeviceManagement, Platform::FreeRtosDefault] {
        let name = case.fresh(&format!("{platform:?}"));
        made(case, &name, platform).await?;
        let input = statement(case, &name, "s");
        let told = case.ask(ADD, input).await?;
        if told.is_success() {
            case.open("AddProfilePermission/unsupported-platform", "200");
        } else {
            case.open_by_class("AddProfilePermission/unsupported-platform", &told);
        }
    }
    Ok(())
}

async fn check_order(case: &mut Case<'_>) -> Played {
    let name = case.fresh("order");
    made(case, &name, Platform::Lambda).await?;
    let stale = added(case, &name, "first", None).await?.text("/revisionId");
    let current = added(case, &name, "second", Some(&stale)).await?.text("/revisionId");
    let base = statement(case, &name, "third");
    let version = with(base.clone(), &json!({ "profileVersion": "Zyxwvu9999", "revisionId": current }));
    let revision = with(base.clone(), &json!({ "revisionId": stale }));
    let both = with(base, &json!({ "profileVersion": "Zyxwvu9999", "revisionId": stale }));
    let version = case.ask(ADD, version).await?;
    let revision = case.ask(ADD, revision).await?;
    case.refused("AddProfilePermission/stale-revision", &revision);
    let told = case.ask(ADD, both).await?;
    let answer = match (told.class() == version.class(), told.class() == revision.class()) {
        (true, false) => "the error of the version".to_owned(),
        (false, true) => "the error of the revision".to_owned(),
        _ => format!("it cannot be told: {}", told.class()),
    };
    case.open("AddProfilePermission/check-order", &answer);
    Ok(())
}

async fn revision_format(case: &mut Case<'_>) -> Played {
    let name = case.fresh("refilled");
    made(case, &name, Platform::Lambda).await?;
    let mut seen = Vec::new();
    let mut reused = false;
    for _ in 0..2 {
        let first = added(case, &name, "s", None).await?.text("/revisionId");
        let input = json!({ "profileName": name, "statementId": "s", "revisionId": first });
        let emptied = case.must("RemoveProfilePermission/removes", REMOVE, input).await?.text("/revisionId");
        reused |= seen.contains(&first) || seen.contains(&emptied);
        seen.extend([first, emptied]);
    }
    case.open("AddProfilePermission/revision-format", if reused { "restarted" } else { "never reused" });
    Ok(())
}

async fn statement_id_format(case: &mut Case<'_>) -> Played {
    let name = case.fresh("ids");
    made(case, &name, Platform::Lambda).await?;
    let (long, longer) = ("a".repeat(65), "a".repeat(101));
    let mut revision: Option<String> = None;
    let mut refused = Vec::new();
    for (what, id) in [("characters", "a b"), ("characters", "a.b"), ("characters", "é"), ("length", &long), ("length", &longer)]
    {
        let mut input = statement(case, &name, id);
        if let Some(revision) = &revision {
            input["revisionId"] = json!(revision);
        }
        let told = case.ask(ADD, input).await?;
        if told.is_success() {
            revision = Some(told.text("/revisionId"));
        } else {
            refused.push(what);
        }
    }
    let answer = match (refused.contains(&"characters"), refused.contains(&"length")) {
        (false, false) => "none that is not empty",
        (true, false) => "those outside letters, digits, hyphen and underscore",
        (false, true) => "those longer than 64 or 100 characters",
        (true, true) => "those outside letters, digits, hyphen and underscore, and long ones",
    };
    case.open("AddProfilePermission/statement-id-format", answer);
    Ok(())
}
