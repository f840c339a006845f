//! Two accounts: how far a stranger's call reaches, whom a statement lets in, and who is told to have done it.

use serde_json::json;
use signer_model::{Account, Platform};
use signer_schemas::Operation;

use crate::judge::runner::case::Case;
use crate::judge::runner::scene::Scene;
use crate::judge::runner::talk::{Played, Stop, Told, with};
use crate::scenes::calls::{job_input, keys, made, profile_input};
use crate::scenes::permissions::{added, list, somebody, statement};
use crate::scenes::signing::{SIGN, names_job, notation, payload, payload_input, signed};

const ADD: Operation = Operation::AddProfilePermission;

const REMOVE: Operation = Operation::RemoveProfilePermission;

const LIST: Operation = Operation::ListProfilePermissions;

const GET: Operation = Operation::GetSigningProfile;

const DESCRIBE: Operation = Operation::DescribeSigningJob;

const REVOKE_SIGNATURE: Operation = Operation::RevokeSignature;

pub(super) const SCENES: &[Scene] = &[
    Scene {
        name: "permissions/strangers",
        operation: ADD,
        what: "another account names profile and job of this one as if they were its own",
        requirements: &[
            "AddProfilePermission/absent",
            "RemoveProfilePermission/absent",
            "SignPayload/unknown-profile",
            "RevokeSignature/absent",
        ],
        play: |case| Box::pin(strangers(case)),
    },
    Scene {
        name: "permissions/foreign-owner",
        operation: GET,
        what: "a profileOwner that is another account, while the caller has a profile of that name",
        requirements: &["GetSigningProfile/cross-account-denied", "SignPayload/cross-account-denied"],
        play: |case| Box::pin(foreign_owner(case)),
    },
    Scene {
        name: "permissions/role-alone",
        operation: ADD,
        what: "a statement for one role of another account is not one for that account",
        requirements: &["GetSigningProfile/cross-account-denied"],
        play: |case| Box::pin(role_alone(case)),
    },
    Scene {
        name: "permissions/bound-to-version",
        operation: ADD,
        what: "a statement that names the profile's version lets the other account sign",
        requirements: &["SignPayload/cross-account-granted"],
        play: |case| Box::pin(bound_to_version(case)),
    },
    Scene {
        name: "permissions/namesakes",
        operation: LIST,
        what: "profiles of one name in two accounts have a policy each",
        requirements: &["ListProfilePermissions/lists"],
        play: |case| Box::pin(namesakes(case)),
    },
    Scene {
        name: "permissions/who-did-it",
        operation: REVOKE_SIGNATURE,
        what: "another account signs and revokes: job and envelope are the owner's, the deeds its own",
        requirements: &[
            "SignPayload/cross-account-granted",
            "SignPayload/envelope-attributes",
            "DescribeSigningJob/requested-by",
            "RevokeSignature/cross-account-granted",
            "RevokeSignature/revoker",
        ],
        play: |case| Box::pin(who_did_it(case)),
    },
];

async fn strangers(case: &mut Case<'_>) -> Played {
    case.two_accounts()?;
    let code = case.fresh("code");
    made(case, &code, Platform::Lambda).await?;
    let revision = added(case, &code, "s", None).await?.text("/revisionId");
    let before = list(case, &code).await?;
    let another = with(statement(case, &code, "t"), &json!({ "revisionId": revision }));
    let removal = json!({ "profileName": code, "statementId": "s", "revisionId": revision });
    for (operation, input) in [(ADD, another), (REMOVE, removal)] {
        let told = case.ask_by(Account::Other, operation, input).await?;
        let requirement = format!("{operation}/absent");
        case.refused(&requirement, &told);
        let after = list(case, &code).await?;
        case.same(&requirement, &json!(before), &json!(after));
    }
    let (images, _) = notation(case, "images").await?;
    let told = case.ask_by(Account::Other, SIGN, payload_input(&images, &payload(300))).await?;
    case.refused("SignPayload/unknown-profile", &told);
    let told = signed(case, &images, &payload(300)).await?;
    case.accepted("SignPayload/signs", &told);
    let id = told.text("/jobId");
    let told = case.ask_by(Account::Other, REVOKE_SIGNATURE, json!({ "jobId": id, "reason": "conformance" })).await?;
    case.refused("RevokeSignature/absent", &told);
    let view = case.ask(DESCRIBE, json!({ "jobId": id })).await?;
    case.hold("RevokeSignature/absent", view.at("/revocationRecord").is_null(), "no revocationRecord", &view.words());
    Ok(())
}

/// A profile of the other account.
async fn made_by_other(case: &mut Case<'_>, name: &str, platform: Platform) -> Result<Told, Stop> {
    let input = profile_input(case, name, platform)?;
    let told = case.ask_by(Account::Other, Operation::PutSigningProfile, input).await?;
    case.accepted("PutSigningProfile/created", &told);
    if told.is_success() { Ok(told) } else { Err(Stop) }
}

async fn foreign_owner(case: &mut Case<'_>) -> Played {
    case.two_accounts()?;
    let [code, images] = ["code", "images"].map(|text| case.fresh(text));
    for (name, platform) in [(&code, Platform::Lambda), (&images, Platform::Notation)] {
        made(case, name, platform).await?;
        made_by_other(case, name, platform).await?;
    }
    for owner in [case.context().other_account.clone(), somebody(case).to_owned()] {
        let owner = json!({ "profileOwner": owner });
        let told = case.ask(GET, with(json!({ "profileName": code }), &owner)).await?;
        case.refused("GetSigningProfile/cross-account-denied", &told);
        let told = case.ask(SIGN, with(payload_input(&images, &payload(300)), &owner)).await?;
        case.refused("SignPayload/cross-account-denied", &told);
        if case.context().fixture.is_some() {
            let input = with(job_input(case, &code, &format!("{code}-{}", owner["profileOwner"]))?, &owner);
            let told = case.ask(Operation::StartSigningJob, input).await?;
            case.refused("StartSigningJob/cross-account-denied", &told);
        }
    }
    Ok(())
}

async fn role_alone(case: &mut Case<'_>) -> Played {
    case.two_accounts()?;
    let name = case.fresh("role");
    made(case, &name, Platform::Lambda).await?;
    let role = format!("arn:aws:iam::{}:role/{name}", case.context().other_account);
    let input = with(statement(case, &name, "s"), &json!({ "principal": role }));
    case.must("AddProfilePermission/adds", ADD, input).await?;
    let look = json!({ "profileName": name, "profileOwner": case.context().owner_account });
    let told = case.ask_by(Account::Other, GET, look).await?;
    case.refused("GetSigningProfile/cross-account-denied", &told);
    Ok(())
}

async fn bound_to_version(case: &mut Case<'_>) -> Played {
    case.two_accounts()?;
    let (name, answer) = notation(case, "bound").await?;
    let grant = json!({ "action": "signer:SignPayload", "profileVersion": answer.text("/profileVersion") });
    let input = with(statement(case, &name, "s"), &grant);
    case.must("AddProfilePermission/adds", ADD, input).await?;
    let owner = json!({ "profileOwner": case.context().owner_account });
    let told = case.ask_by(Account::Other, SIGN, with(payload_input(&name, &payload(300)), &owner)).await?;
    case.accepted("SignPayload/cross-account-granted", &told);
    Ok(())
}

async fn namesakes(case: &mut Case<'_>) -> Played {
    case.two_accounts()?;
    let name = case.fresh("both");
    made(case, &name, Platform::Lambda).await?;
    made_by_other(case, &name, Platform::Lambda).await?;
    added(case, &name, "mine", None).await?;
    let told = case.ask_by(Account::Other, LIST, json!({ "profileName": name })).await?;
    let leaked = told.at("/permissions").as_array().is_some_and(|statements| !statements.is_empty());
    case.hold("ListProfilePermissions/lists", !leaked, "no statement of another account's profile", &told.words());
    let input = with(statement(case, &name, "theirs"), &json!({ "principal": case.context().owner_account }));
    let told = case.ask_by(Account::Other, ADD, input).await?;
    case.accepted("AddProfilePermission/adds", &told);
    let listed = keys(&list(case, &name).await?, "permissions", "statementId");
    case.same("ListProfilePermissions/lists", &json!(["mine"]), &json!(listed));
    Ok(())
}

async fn who_did_it(case: &mut Case<'_>) -> Played {
    case.two_accounts()?;
    let (owner, other) = (case.context().owner_account.clone(), case.context().other_account.clone());
    let (name, answer) = notation(case, "shared").await?;
    let mut revision = json!({});
    for action in ["signer:SignPayload", "signer:RevokeSignature"] {
        let id = action.replace(':', "-");
        let input = with(with(statement(case, &name, &id), &json!({ "action": action })), &revision);
        let told = case.must("AddProfilePermission/adds", ADD, input).await?;
        revision = json!({ "revisionId": told.text("/revisionId") });
    }
    let input = with(payload_input(&name, &payload(300)), &json!({ "profileOwner": owner }));
    let theirs = case.ask_by(Account::Other, SIGN, input).await?;
    case.accepted("SignPayload/cross-account-granted", &theirs);
    names_job(case, &theirs, &answer.text("/profileVersionArn"));
    let mine = signed(case, &name, &payload(300)).await?;
    case.accepted("SignPayload/signs", &mine);

    let view = case.ask(DESCRIBE, json!({ "jobId": theirs.text("/jobId") })).await?;
    let by = view.text("/requestedBy");
    let is_caller = by.starts_with("arn:") && by.contains(&format!(":{other}:"));
    case.hold("DescribeSigningJob/requested-by", is_caller, &format!("an ARN of {other}, which asked for it"), &by);

    let revocation = |told: &Told| json!({ "jobId": told.text("/jobId"), "reason": "conformance", "jobOwner": owner });
    case.must("RevokeSignature/own-owner", REVOKE_SIGNATURE, revocation(&mine)).await?;
    let told = case.ask_by(Account::Other, REVOKE_SIGNATURE, revocation(&theirs)).await?;
    case.accepted("RevokeSignature/cross-account-granted", &told);
    let mut by = Vec::new();
    for job in [&mine, &theirs] {
        let view = case.ask(DESCRIBE, json!({ "jobId": job.text("/jobId") })).await?;
        by.push(view.text("/revocationRecord/revokedBy"));
    }
    let differs = by[0] != by[1] && by.iter().all(|by| !by.is_empty()) && !by[1].contains(&owner);
    let observed = format!("{:?} for the owner, {:?} for the other account", by[0], by[1]);
    case.hold("RevokeSignature/revoker", differs, "another revokedBy than where the owner has revoked", &observed);
    Ok(())
}
