//! The revisions of a policy: which one a change must name, and what becomes of them.

use serde_json::json;
use signer_model::Platform;
use signer_schemas::Operation::{AddProfilePermission, ListProfilePermissions, RemoveProfilePermission};

use crate::judge::runner::case::Case;
use crate::judge::runner::scene::{Conversation, Scene};
use crate::judge::runner::talk::{Played, Stop, with};
use crate::scenes::shared::inputs::{removal_input, statement};
use crate::scenes::shared::steps::{End, added, ended, ends, policy, profile, removed};

pub(crate) const SCENES: &[Scene] = &[
    EMPTY_REVISION,
    CHECK_ORDER,
    REVISION_FORMAT,
    MALFORMED_REVISION,
    REFUSED_CHANGES_NOTHING,
    REVISION_AFTER_END,
];

const EMPTY_REVISION: Scene = Scene {
    name: "permissions/empty-revision",
    operation: AddProfilePermission,
    what: "an empty revisionId counts as absent, before there are statements and after",
    requirements: &["AddProfilePermission/empty-revision", "AddProfilePermission/missing-revision"],
    play: &Conversation(|case| Box::pin(empty_revision(case))),
};

async fn empty_revision(case: &mut Case<'_>) -> Played {
    let (name, _) = profile(case, "empty", Platform::Lambda).await?;
    let empty = json!({ "revisionId": "" });
    let told = case.ask(AddProfilePermission, with(statement(case, &name, "s"), &empty)).await?;
    case.accepted("AddProfilePermission/empty-revision", &told);
    let input = with(statement(case, &name, "t"), &empty);
    case.must_refuse("AddProfilePermission/missing-revision", AddProfilePermission, input).await?;
    Ok(())
}

const CHECK_ORDER: Scene = Scene {
    name: "permissions/check-order",
    operation: AddProfilePermission,
    what: "calls with several faults, and the same statement again under revisions that are not current",
    requirements: &[
        "AddProfilePermission/check-order",
        "AddProfilePermission/repeat",
        "AddProfilePermission/error-codes",
        "RemoveProfilePermission/check-order",
        "RemoveProfilePermission/error-codes",
    ],
    play: &Conversation(|case| Box::pin(check_order(case))),
};

/// A version that no profile has.
const NO_VERSION: &str = "Zyxwvu9999";

async fn check_order(case: &mut Case<'_>) -> Played {
    const ORDER: &str = "AddProfilePermission/check-order";
    const CODES: &str = "AddProfilePermission/error-codes";
    let (name, stale, current) = two_statements(case, "order").await?;
    let revised = |input, revision: &str| with(input, &json!({ "revisionId": revision }));
    let taken = with(statement(case, &name, "first"), &json!({ "action": "signer:RevokeSignature" }));
    let version = with(taken.clone(), &json!({ "profileVersion": NO_VERSION }));
    let action = with(version.clone(), &json!({ "action": "signer:SignPayload" }));
    let principal = with(action.clone(), &json!({ "principal": "nobody" }));
    let id = with(principal.clone(), &json!({ "statementId": "a b" }));
    // Each has the fault of the one before, and one that is looked at before it.
    for (input, error, code) in [
        (statement(case, &name, "third"), "ConflictException", "PolicyRevisionIdMismatch"),
        (taken, "ValidationException", "InvalidPermissionStatement"),
        (version, "ResourceNotFoundException", "ProfileVersionNotFound"),
        (action, "ValidationException", "ValidationException"),
        (principal, "ValidationException", "InvalidPrincipal"),
        (id, "ValidationException", "InvalidPermissionStatement"),
    ] {
        let told = case.ask(AddProfilePermission, revised(input, &stale)).await?;
        case.refused_as(ORDER, error, &told);
        case.same_member(CODES, "/code", &json!(code), &told.body);
    }
    let same = statement(case, &name, "first");
    for input in [same.clone(), revised(same, &stale)] {
        let told = case.ask(AddProfilePermission, input).await?;
        case.hold("AddProfilePermission/repeat", told.is_success(), "success", &told.words());
        if told.is_success() {
            case.same_member("AddProfilePermission/repeat", "/revisionId", &json!(current), &told.body);
        }
    }
    let told = case.ask(RemoveProfilePermission, removal_input(&name, "none", &stale)).await?;
    case.refused_as("RemoveProfilePermission/check-order", "ConflictException", &told);
    case.same_member(
        "RemoveProfilePermission/error-codes",
        "/code",
        &json!("PolicyRevisionIdMismatch"),
        &told.body,
    );
    let told = case.ask(RemoveProfilePermission, removal_input(&name, "none", &current)).await?;
    case.same_member("RemoveProfilePermission/error-codes", "/code", &json!("PolicyNotFound"), &told.body);
    Ok(())
}

/// A profile with the statements `first` and `second`, and the revisions after each.
async fn two_statements(case: &mut Case<'_>, text: &str) -> Result<(String, String, String), Stop> {
    let (name, _) = profile(case, text, Platform::Lambda).await?;
    let stale = added(case, &name, "first", None).await?.text("/revisionId");
    let current = added(case, &name, "second", Some(&stale)).await?.text("/revisionId");
    Ok((name, stale, current))
}

const REVISION_FORMAT: Scene = Scene {
    name: "permissions/revision-format",
    operation: AddProfilePermission,
    what: "a policy that is emptied and filled again",
    requirements: &["AddProfilePermission/revision-format"],
    play: &Conversation(|case| Box::pin(revision_format(case))),
};

async fn revision_format(case: &mut Case<'_>) -> Played {
    let (name, _) = profile(case, "refilled", Platform::Lambda).await?;
    let mut seen = Vec::new();
    let mut reused = false;
    for _ in 0..2 {
        let first = added(case, &name, "s", None).await?.text("/revisionId");
        let emptied = removed(case, &name, "s", &first).await?.text("/revisionId");
        reused |= seen.contains(&first) || seen.contains(&emptied);
        seen.extend([first, emptied]);
    }
    case.hold(
        "AddProfilePermission/revision-format",
        !reused,
        "revisions that were not there before",
        &format!("{seen:?}"),
    );
    Ok(())
}

const MALFORMED_REVISION: Scene = Scene {
    name: "permissions/malformed-revision",
    operation: RemoveProfilePermission,
    what: "revisionIds that no service gives, one of them empty",
    requirements: &["RemoveProfilePermission/malformed-revision", "RemoveProfilePermission/stale-revision"],
    play: &Conversation(|case| Box::pin(malformed_revision(case))),
};

async fn malformed_revision(case: &mut Case<'_>) -> Played {
    let (name, _) = profile(case, "malformed", Platform::Lambda).await?;
    added(case, &name, "s", None).await?;
    let input = removal_input(&name, "s", "no revision\u{e9}");
    let told = case.ask(RemoveProfilePermission, input).await?;
    case.refused_as("RemoveProfilePermission/malformed-revision", "ConflictException", &told);
    let input = removal_input(&name, "s", "");
    case.must_refuse("RemoveProfilePermission/stale-revision", RemoveProfilePermission, input).await?;
    Ok(())
}

const REFUSED_CHANGES_NOTHING: Scene = Scene {
    name: "permissions/refused-changes-nothing",
    operation: ListProfilePermissions,
    what: "refused calls leave policy and revision as they were",
    requirements: &[
        "AddProfilePermission/refused-changes-nothing",
        "RemoveProfilePermission/refused-changes-nothing",
    ],
    play: &Conversation(|case| Box::pin(refused_changes_nothing(case))),
};

async fn refused_changes_nothing(case: &mut Case<'_>) -> Played {
    let (name, stale, current) = two_statements(case, "refused").await?;
    let mut before = policy(case, &name).await?;
    let revised = |input, revision: &str| with(input, &json!({ "revisionId": revision }));
    let third = statement(case, &name, "third");
    let refusals = [
        (AddProfilePermission, revised(third.clone(), &stale)),
        (AddProfilePermission, revised(statement(case, &name, "first"), &current)),
        (AddProfilePermission, revised(with(third.clone(), &json!({ "principal": "nobody" })), &current)),
        (AddProfilePermission, revised(with(third, &json!({ "profileVersion": NO_VERSION })), &current)),
        (RemoveProfilePermission, removal_input(&name, "first", &stale)),
        (RemoveProfilePermission, removal_input(&name, "none", &current)),
    ];
    for (operation, input) in refusals {
        let told = case.ask(operation, input).await?;
        let after = policy(case, &name).await?;
        if told.is_success() {
            before = after;
        } else {
            let requirement = format!("{operation}/refused-changes-nothing");
            case.same(&requirement, &json!(before), &json!(after));
        }
    }
    Ok(())
}

const REVISION_AFTER_END: Scene = Scene {
    name: "permissions/revision-after-end",
    operation: ListProfilePermissions,
    what: "the revision of a profile that was canceled, and of one that was revoked",
    requirements: &["CancelSigningProfile/permissions-revision", "ListProfilePermissions/revision-after-end"],
    play: &Conversation(|case| Box::pin(revision_after_end(case))),
};

async fn revision_after_end(case: &mut Case<'_>) -> Played {
    for (end, text) in ends(case.edition()) {
        let (name, creation) = profile(case, text, Platform::Lambda).await?;
        let before = added(case, &name, "s", None).await?.text("/revisionId");
        ended(case, *end, &name, &creation).await?;
        let after = policy(case, &name).await?[0]["revisionId"].clone();
        let is_another = after != json!(before);
        match end {
            End::Canceled => {
                let expected = format!("another revision than {before}");
                case.hold(
                    "CancelSigningProfile/permissions-revision",
                    is_another,
                    &expected,
                    &after.to_string(),
                );
            }
            End::Revoked => {
                case.open(
                    "ListProfilePermissions/revision-after-end",
                    if is_another { "another one" } else { "the same" },
                );
            }
        }
    }
    Ok(())
}
