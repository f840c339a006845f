//! The policy of a profile as a whole: what removing a statement ends, what is listed, and what refused calls leave.

use serde_json::{Value, json};
use signer_model::{Account, Action, EffectiveTime, Platform, RevisionArg};
use signer_schemas::Operation;

use crate::judge::runner::case::Case;
use crate::judge::runner::scene::Scene;
use crate::judge::runner::talk::{Played, with};
use crate::scenes::calls::{P0, add, item, job_input, keys, made, put};
use crate::scenes::permissions::{added, list, somebody, statement};

const ADD: Operation = Operation::AddProfilePermission;

const REMOVE: Operation = Operation::RemoveProfilePermission;

const LIST: Operation = Operation::ListProfilePermissions;

const SIZE: &str = "ListProfilePermissions/policy-size";

pub(super) const SCENES: &[Scene] = &[
    Scene {
        name: "permissions/refused-changes-nothing",
        operation: LIST,
        what: "refused calls leave policy and revision as they were",
        requirements: &["AddProfilePermission/refused-changes-nothing", "RemoveProfilePermission/refused-changes-nothing"],
        play: |case| Box::pin(refused_changes_nothing(case)),
    },
    Scene {
        name: "permissions/others-stay",
        operation: REMOVE,
        what: "removing one statement leaves the others, of this profile and of the next",
        requirements: &["RemoveProfilePermission/others-stay", SIZE],
        play: |case| Box::pin(others_stay(case)),
    },
    Scene {
        name: "permissions/malformed-revision",
        operation: REMOVE,
        what: "revisionIds that no service gives, one of them empty",
        requirements: &["RemoveProfilePermission/malformed-revision", "RemoveProfilePermission/stale-revision"],
        play: |case| Box::pin(malformed_revision(case)),
    },
    Scene {
        name: "permissions/revokes-access",
        operation: REMOVE,
        what: "what one account may do ends with its statement, was never another's right, and comes back with no other statement",
        requirements: &[
            "RemoveProfilePermission/revokes-access",
            "GetSigningProfile/cross-account-denied",
            "AddProfilePermission/adds",
        ],
        play: |case| Box::pin(revokes_access(case)),
    },
    Scene {
        name: "permissions/like-ids",
        operation: REMOVE,
        what: "the beginning of a statement's id, and an id that differs from it only in case",
        requirements: &["RemoveProfilePermission/unknown-statement", "AddProfilePermission/statement-id-case"],
        play: |case| Box::pin(like_ids(case)),
    },
    Scene {
        name: "permissions/none",
        operation: LIST,
        what: "a profile without statements",
        requirements: &["ListProfilePermissions/none-documented"],
        play: |case| Box::pin(none(case)),
    },
    Scene {
        name: "permissions/revision-after-end",
        operation: LIST,
        what: "the revision of a profile that was canceled, and of one that was revoked",
        requirements: &["ListProfilePermissions/revision-after-end"],
        play: |case| Box::pin(revision_after_end(case)),
    },
    Scene {
        name: "permissions/bad-token",
        operation: LIST,
        what: "nextTokens that were never issued, and one of another list",
        requirements: &["ListProfilePermissions/bad-token"],
        play: |case| Box::pin(bad_token(case)),
    },
];

async fn refused_changes_nothing(case: &mut Case<'_>) -> Played {
    let name = case.fresh("refused");
    made(case, &name, Platform::Lambda).await?;
    let stale = added(case, &name, "first", None).await?.text("/revisionId");
    let current = added(case, &name, "second", Some(&stale)).await?.text("/revisionId");
    let before = list(case, &name).await?;
    let revised = |input, revision: &str| with(input, &json!({ "revisionId": revision }));
    let removal = |id: &str, revision: &str| json!({ "profileName": name, "statementId": id, "revisionId": revision });
    let refusals = [
        (ADD, revised(statement(case, &name, "third"), &stale)),
        (ADD, revised(statement(case, &name, "first"), &current)),
        (ADD, revised(with(statement(case, &name, "third"), &json!({ "principal": "nobody" })), &current)),
        (ADD, revised(with(statement(case, &name, "third"), &json!({ "profileVersion": "Zyxwvu9999" })), &current)),
        (REMOVE, removal("first", &stale)),
        (REMOVE, removal("none", &current)),
    ];
    for (operation, input) in refusals {
        let told = case.ask(operation, input).await?;
        let after = list(case, &name).await?;
        if !told.is_success() {
            let requirement = format!("{operation}/refused-changes-nothing");
            case.same(&requirement, &json!(before), &json!(after));
        }
    }
    Ok(())
}

async fn others_stay(case: &mut Case<'_>) -> Played {
    let (name, next) = (case.fresh("mine"), case.fresh("next"));
    for profile in [&name, &next] {
        made(case, profile, Platform::Lambda).await?;
    }
    let one = added(case, &name, "one", None).await?.text("/revisionId");
    let two = added(case, &name, "two", Some(&one)).await?.text("/revisionId");
    let three = added(case, &name, "three", Some(&two)).await?.text("/revisionId");
    added(case, &next, "two", None).await?;
    let neighbour = list(case, &next).await?;
    let before = list(case, &name).await?;
    let input = json!({ "profileName": name, "statementId": "two", "revisionId": three });
    case.must("RemoveProfilePermission/removes", REMOVE, input).await?;
    let after = list(case, &name).await?;
    for id in ["one", "three"] {
        let entry = |pages: &[Value]| item(pages, "permissions", "statementId", id).cloned().unwrap_or_default();
        case.same("RemoveProfilePermission/others-stay", &entry(&before), &entry(&after));
    }
    let gone = item(&after, "permissions", "statementId", "two").is_none();
    case.hold("RemoveProfilePermission/removes", gone, "the statement is gone", "it is still listed");
    let size = |pages: &[Value]| pages[0]["policySizeBytes"].as_i64().unwrap_or_default();
    let (larger, smaller) = (size(&before), size(&after));
    case.hold(SIZE, smaller < larger, &format!("less than {larger}"), &smaller.to_string());
    let after = list(case, &next).await?;
    case.same("RemoveProfilePermission/others-stay", &json!(neighbour), &json!(after));
    Ok(())
}

async fn malformed_revision(case: &mut Case<'_>) -> Played {
    let name = case.fresh("malformed");
    made(case, &name, Platform::Lambda).await?;
    added(case, &name, "s", None).await?;
    let input = json!({ "profileName": name, "statementId": "s", "revisionId": "no revision\u{e9}" });
    let told = case.ask(REMOVE, input).await?;
    case.open_by_class("RemoveProfilePermission/malformed-revision", &told);
    let input = json!({ "profileName": name, "statementId": "s", "revisionId": "" });
    let told = case.ask(REMOVE, input).await?;
    case.refused("RemoveProfilePermission/stale-revision", &told);
    Ok(())
}

async fn revokes_access(case: &mut Case<'_>) -> Played {
    const DENIED: &str = "GetSigningProfile/cross-account-denied";
    case.two_accounts()?;
    let owner = case.context().owner_account.clone();
    let [name, next, third] = ["shared", "private", "third"].map(|text| case.fresh(text));
    for profile in [&name, &next, &third] {
        made(case, profile, Platform::Lambda).await?;
    }
    let look = |profile: &str| json!({ "profileName": profile, "profileOwner": owner });
    let revision = added(case, &name, "s", None).await?.text("/revisionId");
    let told = case.ask_by(Account::Other, Operation::GetSigningProfile, look(&name)).await?;
    case.accepted("GetSigningProfile/cross-account-granted", &told);
    // Neither the profile beside it, nor another action, nor a statement for somebody else grants anything.
    let told = case.ask_by(Account::Other, Operation::GetSigningProfile, look(&next)).await?;
    case.refused(DENIED, &told);
    let input = json!({ "jobId": "00000000-0000-4000-8000-000000000000", "reason": "r", "jobOwner": owner });
    let told = case.ask_by(Account::Other, Operation::RevokeSignature, input).await?;
    case.refused("RevokeSignature/cross-account-denied", &told);
    if case.context().fixture.is_some() {
        let job = with(job_input(case, &name, &format!("{name}-a"))?, &json!({ "profileOwner": owner }));
        let told = case.ask_by(Account::Other, Operation::StartSigningJob, job).await?;
        case.refused("StartSigningJob/cross-account-denied", &told);
    }
    let input = with(statement(case, &third, "s"), &json!({ "principal": somebody(case) }));
    case.must("AddProfilePermission/adds", ADD, input).await?;
    let told = case.ask_by(Account::Other, Operation::GetSigningProfile, look(&third)).await?;
    case.refused(DENIED, &told);

    let input = json!({ "profileName": name, "statementId": "s", "revisionId": revision });
    case.must("RemoveProfilePermission/removes", REMOVE, input).await?;
    let told = case.ask_by(Account::Other, Operation::GetSigningProfile, look(&name)).await?;
    case.refused("RemoveProfilePermission/revokes-access", &told);
    // The id is free again, and what it stood for is forgotten.
    let input = with(statement(case, &name, "s"), &json!({ "action": "signer:RevokeSignature" }));
    case.must("AddProfilePermission/adds", ADD, input).await?;
    let pages = list(case, &name).await?;
    let shown = item(&pages, "permissions", "statementId", "s").map(|entry| entry["action"].clone()).unwrap_or_default();
    case.same("AddProfilePermission/adds", &json!("signer:RevokeSignature"), &shown);
    let told = case.ask_by(Account::Other, Operation::GetSigningProfile, look(&name)).await?;
    case.refused("RemoveProfilePermission/revokes-access", &told);
    Ok(())
}

async fn like_ids(case: &mut Case<'_>) -> Played {
    const CASE: &str = "AddProfilePermission/statement-id-case";
    let name = case.fresh("like");
    made(case, &name, Platform::Lambda).await?;
    let first = added(case, &name, "statement", None).await?.text("/revisionId");
    let input = json!({ "profileName": name, "statementId": "state", "revisionId": first });
    let told = case.ask(REMOVE, input).await?;
    case.refused("RemoveProfilePermission/unknown-statement", &told);
    let upper = json!({ "action": "signer:RevokeSignature", "revisionId": first });
    let told = case.ask(ADD, with(statement(case, &name, "STATEMENT"), &upper)).await?;
    let listed = keys(&list(case, &name).await?, "permissions", "statementId");
    if !told.is_success() || listed.len() < 2 {
        case.open(CASE, "the same statement");
        return Ok(());
    }
    case.open(CASE, "different statements");
    let input = json!({ "profileName": name, "statementId": "STATEMENT", "revisionId": told.text("/revisionId") });
    case.must("RemoveProfilePermission/removes", REMOVE, input).await?;
    let listed = keys(&list(case, &name).await?, "permissions", "statementId");
    case.same("RemoveProfilePermission/removes", &json!(["statement"]), &json!(listed));
    Ok(())
}

async fn none(case: &mut Case<'_>) -> Played {
    let name = case.fresh("bare");
    made(case, &name, Platform::Lambda).await?;
    let told = case.ask(LIST, json!({ "profileName": name })).await?;
    if told.is_success() {
        case.open("ListProfilePermissions/none-documented", "200 with an empty list");
    } else {
        case.open_by_class("ListProfilePermissions/none-documented", &told);
    }
    Ok(())
}

async fn revision_after_end(case: &mut Case<'_>) -> Played {
    let mut moved = [false; 2];
    for (index, end) in ["canceled", "revoked"].into_iter().enumerate() {
        let name = case.fresh(end);
        let version = made(case, &name, Platform::Lambda).await?.text("/profileVersion");
        let before = added(case, &name, "s", None).await?.text("/revisionId");
        if index == 0 {
            case.must("CancelSigningProfile/cancels", Operation::CancelSigningProfile, json!({ "profileName": name })).await?;
        } else {
            let at = case.context().effective_time(EffectiveTime::Later);
            let input = json!({ "profileName": name, "profileVersion": version, "reason": "conformance", "effectiveTime": at });
            case.must("RevokeSigningProfile/revokes", Operation::RevokeSigningProfile, input).await?;
        }
        let pages = list(case, &name).await?;
        moved[index] = pages[0]["revisionId"] != json!(before);
    }
    case.open(
        "ListProfilePermissions/revision-after-end",
        match moved {
            [true, false] => "after a cancel",
            [true, true] => "after either",
            [false, false] => "never",
            [false, true] => "after a revocation",
        },
    );
    Ok(())
}

async fn bad_token(case: &mut Case<'_>) -> Played {
    case.model(put(case.edition(), P0, Platform::Lambda)).await?;
    case.model(add(P0, 0, Action::GetSigningProfile, RevisionArg::Absent)).await?;
    let name = case.name_of(P0);
    let told = case.ask(LIST, json!({ "profileName": name, "nextToken": "bm8tc3VjaC10b2tlbg" })).await?;
    case.refused("ListProfilePermissions/bad-token", &told);
    let beside = case.fresh("beside");
    made(case, &beside, Platform::Lambda).await?;
    let page = case.ask(Operation::ListSigningProfiles, json!({ "maxResults": 1 })).await?;
    if let Some(token) = Case::token(&page.body) {
        let told = case.ask(LIST, json!({ "profileName": name, "nextToken": token })).await?;
        case.refused("ListProfilePermissions/bad-token", &told);
    }
    Ok(())
}
