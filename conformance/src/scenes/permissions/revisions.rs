//! The revisions of a policy: which one a change must name, and what becomes of them.

use serde_json::json;
use signer_model::Platform;
use signer_schemas::Operation::{AddProfilePermission, ListProfilePermissions, RemoveProfilePermission};

use crate::judge::runner::case::Case;
use crate::judge::runner::scene::{Conversation, Scene};
use crate::judge::runner::talk::{Played, Stop, with};
use crate::scenes::shared::inputs::{removal_input, statement};
use crate::scenes::shared::steps::{added, ended, ends, policy, profile, removed};

pub(crate) const SCENES: &[Scene] =
    &[EMPTY_REVISION, CHECK_ORDER, REVISION_FORMAT, MALFORMED_REVISION, REFUSED_CHANGES_NOTHING, REVISION_AFTER_END];

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
    what: "an unknown version together with a stale revision",
    requirements: &["AddProfilePermission/check-order"],
    play: &Conversation(|case| Box::pin(check_order(case))),
};

/// A version that no profile has.
const NO_VERSION: &str = "Zyxwvu9999";

async fn check_order(case: &mut Case<'_>) -> Played {
    let (name, stale, current) = two_statements(case, "order").await?;
    let base = statement(case, &name, "third");
    let version = with(base.clone(), &json!({ "profileVersion": NO_VERSION, "revisionId": current }));
    let revision = with(base, &json!({ "revisionId": stale }));
    let both = with(revision.clone(), &json!({ "profileVersion": NO_VERSION }));
    let version = case.ask(AddProfilePermission, version).await?;
    let revision = case.must_refuse("AddProfilePermission/stale-revision", AddProfilePermission, revision).await?;
    let told = case.ask(AddProfilePermission, both).await?;
    let answer = match (told.class() == version.class(), told.class() == revision.class()) {
        (true, false) => "the error of the version".to_owned(),
        (false, true) => "the error of the revision".to_owned(),
        (false, false) => told.class(),
        (true, true) => {
            // Both are refused alike, which leaves nothing to tell apart.
            case.exercise("AddProfilePermission/check-order");
            return Ok(());
        }
    };
    case.open("AddProfilePermission/check-order", &answer);
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
    case.open("AddProfilePermission/revision-format", if reused { "restarted" } else { "never reused" });
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
    case.ask_open("RemoveProfilePermission/malformed-revision", RemoveProfilePermission, input).await?;
    let input = removal_input(&name, "s", "");
    case.must_refuse("RemoveProfilePermission/stale-revision", RemoveProfilePermission, input).await?;
    Ok(())
}

const REFUSED_CHANGES_NOTHING: Scene = Scene {
    name: "permissions/refused-changes-nothing",
    operation: ListProfilePermissions,
    what: "refused calls leave policy and revision as they were",
    requirements: &["AddProfilePermission/refused-changes-nothing", "RemoveProfilePermission/refused-changes-nothing"],
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
    requirements: &["ListProfilePermissions/revision-after-end"],
    play: &Conversation(|case| Box::pin(revision_after_end(case))),
};

async fn revision_after_end(case: &mut Case<'_>) -> Played {
    let mut moved = Vec::new();
    for (end, text) in ends(case.edition()) {
        let (name, creation) = profile(case, text, Platform::Lambda).await?;
        let before = added(case, &name, "s", None).await?.text("/revisionId");
        ended(case, *end, &name, &creation).await?;
        moved.push(policy(case, &name).await?[0]["revisionId"] != json!(before));
    }
    let answer = match moved.as_slice() {
        [true, false] => "after a cancel",
        [true, true] => "after either",
        [false, true] => "after a revocation",
        _ => "never",
    };
    case.open("ListProfilePermissions/revision-after-end", answer);
    Ok(())
}
