//! Two accounts: how far a stranger's call reaches, and whom a statement lets in.

use serde_json::{Value, json};
use signer_model::{Account, Action, Platform};
use signer_schemas::Operation;
use signer_schemas::Operation::{
    AddProfilePermission, GetSigningProfile, RemoveProfilePermission, RevokeSignature, SignPayload,
    StartSigningJob,
};

use crate::judge::runner::case::Case;
use crate::judge::runner::scene::{Conversation, Scene};
use crate::judge::runner::talk::{Played, Stop, Told, with};
use crate::scenes::shared::inputs::{
    NO_JOB, job_input, of_owner, payload, payload_input, removal_input, statement, third_account,
};
use crate::scenes::shared::lists::STATEMENTS;
use crate::scenes::shared::steps::{
    added, ask_job, made, made_by_other, notation, payload_signed, permitted, policy, profile, removed,
};

pub(crate) const SCENES: &[Scene] =
    &[REVOKES_ACCESS, STRANGERS, FOREIGN_OWNER, FOREIGN_OWNER_SIGNS, FOREIGN_OWNER_STARTS, ROLE_ALONE];

const DENIED: &str = "GetSigningProfile/cross-account-denied";
const APART: &str = "common/accounts-apart";

const REVOKES_ACCESS: Scene = Scene {
    name: "permissions/revokes-access",
    operation: RemoveProfilePermission,
    what: "what one account may do ends with its statement, was never another's right, and comes back with \
        no other statement",
    requirements: &["RemoveProfilePermission/revokes-access", APART, DENIED, "AddProfilePermission/adds"],
    play: &Conversation(|case| Box::pin(revokes_access(case))),
};

async fn revokes_access(case: &mut Case<'_>) -> Played {
    const ENDED: &str = "RemoveProfilePermission/revokes-access";
    case.two_accounts()?;
    let owner = case.context().owner_account.clone();
    let [name, next, third] = ["shared", "private", "third"].map(|text| case.fresh(text));
    for profile in [&name, &next, &third] {
        made(case, profile, Platform::Lambda).await?;
    }
    let look = |profile: &str| json!({ "profileName": profile, "profileOwner": owner });
    let revision = added(case, &name, "s", None).await?.text("/revisionId");
    let told = case.ask_by(Account::Other, GetSigningProfile, look(&name)).await?;
    case.accepted("GetSigningProfile/cross-account-granted", &told);
    // Neither the profile beside it, nor another action, nor a statement for another account grants anything.
    let told = case.must_refuse_to(Account::Other, APART, GetSigningProfile, look(&next)).await?;
    case.open_by_class(DENIED, &told);
    let input = json!({ "jobId": NO_JOB, "reason": "r", "jobOwner": owner });
    case.must_refuse_to(Account::Other, APART, RevokeSignature, input).await?;
    if case.context().fixture.is_some() {
        let input = of_owner(job_input(case, &name, "a")?, case);
        case.must_refuse_to(Account::Other, APART, StartSigningJob, input).await?;
    }
    let input = with(statement(case, &third, "s"), &json!({ "principal": third_account(case) }));
    granted_or_unknown(case, input).await?;
    case.must_refuse_to(Account::Other, APART, GetSigningProfile, look(&third)).await?;

    removed(case, &name, "s", &revision).await?;
    case.must_refuse_to(Account::Other, ENDED, GetSigningProfile, look(&name)).await?;
    // The id is free again, and what it stood for is forgotten.
    permitted(case, &name, Action::RevokeSignature).await?;
    let shown = STATEMENTS.entry(&policy(case, &name).await?, "s");
    case.same_member("AddProfilePermission/adds", "/action", &json!("signer:RevokeSignature"), &shown);
    case.must_refuse_to(Account::Other, ENDED, GetSigningProfile, look(&name)).await?;
    Ok(())
}

/// Adds a statement for a principal that may not exist, and may be refused for that.
async fn granted_or_unknown(case: &mut Case<'_>, input: Value) -> Played {
    let told = case.ask(AddProfilePermission, input).await?;
    case.open_by_class("AddProfilePermission/unresolved-principal", &told);
    Ok(())
}

const STRANGERS: Scene = Scene {
    name: "permissions/strangers",
    operation: AddProfilePermission,
    what: "another account names profile and job of this one as if they were its own",
    requirements: &[
        "AddProfilePermission/absent",
        "RemoveProfilePermission/absent",
        "SignPayload/unknown-profile",
        "RevokeSignature/absent",
    ],
    play: &Conversation(|case| Box::pin(strangers(case))),
};

async fn strangers(case: &mut Case<'_>) -> Played {
    case.two_accounts()?;
    let (code, _) = profile(case, "code", Platform::Lambda).await?;
    let revision = added(case, &code, "s", None).await?.text("/revisionId");
    let before = policy(case, &code).await?;
    let another = with(statement(case, &code, "t"), &json!({ "revisionId": revision }));
    let removal = removal_input(&code, "s", &revision);
    for (operation, input) in [(AddProfilePermission, another), (RemoveProfilePermission, removal)] {
        let requirement = format!("{operation}/absent");
        case.must_refuse_to(Account::Other, &requirement, operation, input).await?;
        let after = policy(case, &code).await?;
        case.same(&requirement, &json!(before), &json!(after));
    }
    let (images, _) = notation(case, "images").await?;
    let input = payload_input(&images, &payload(300));
    case.must_refuse_to(Account::Other, "SignPayload/unknown-profile", SignPayload, input).await?;
    let id = payload_signed(case, &images).await?.text("/jobId");
    let input = json!({ "jobId": id, "reason": "conformance" });
    case.must_refuse_to(Account::Other, "RevokeSignature/absent", RevokeSignature, input).await?;
    let view = ask_job(case, &id).await?;
    case.has_no_member("RevokeSignature/absent", "revocationRecord", &view.body);
    Ok(())
}

const FOREIGN_OWNER: Scene = Scene {
    name: "permissions/foreign-owner",
    operation: GetSigningProfile,
    what: "a profileOwner that is another account, while the caller has a profile of that name",
    requirements: &[
        APART,
        "GetSigningProfile/foreign-owner",
        "GetSigningProfile/error/AccessDeniedException",
    ],
    play: &Conversation(|case| Box::pin(foreign_owner(case))),
};

async fn foreign_owner(case: &mut Case<'_>) -> Played {
    let (name, _) = profile(case, "code", Platform::Lambda).await?;
    for owner in foreign_owners(case, &name, Platform::Lambda).await? {
        let told = case.ask(GetSigningProfile, json!({ "profileName": name, "profileOwner": owner })).await?;
        refused_as_foreign(case, GetSigningProfile, &told);
    }
    Ok(())
}

const FOREIGN_OWNER_SIGNS: Scene = Scene {
    name: "permissions/foreign-owner-signs",
    operation: SignPayload,
    what: "a payload for another account's profile, while the caller has one of that name",
    requirements: &[APART, "SignPayload/foreign-owner", "SignPayload/error/AccessDeniedException"],
    play: &Conversation(|case| Box::pin(foreign_owner_signs(case))),
};

async fn foreign_owner_signs(case: &mut Case<'_>) -> Played {
    let (name, _) = notation(case, "images").await?;
    for owner in foreign_owners(case, &name, Platform::Notation).await? {
        let input = with(payload_input(&name, &payload(300)), &json!({ "profileOwner": owner }));
        let told = case.ask(SignPayload, input).await?;
        refused_as_foreign(case, SignPayload, &told);
    }
    Ok(())
}

const FOREIGN_OWNER_STARTS: Scene = Scene {
    name: "permissions/foreign-owner-starts",
    operation: StartSigningJob,
    what: "a job for another account's profile, while the caller has one of that name",
    requirements: &[APART, "StartSigningJob/foreign-owner", "StartSigningJob/error/AccessDeniedException"],
    play: &Conversation(|case| Box::pin(foreign_owner_starts(case))),
};

async fn foreign_owner_starts(case: &mut Case<'_>) -> Played {
    let (name, _) = profile(case, "code", Platform::Lambda).await?;
    for owner in foreign_owners(case, &name, Platform::Lambda).await? {
        let input = with(job_input(case, &name, &owner)?, &json!({ "profileOwner": owner }));
        let told = case.ask(StartSigningJob, input).await?;
        refused_as_foreign(case, StartSigningJob, &told);
    }
    Ok(())
}

/// Accounts that have granted the caller nothing: one that is made up, and the other one of the run, with a
/// profile of that name.
async fn foreign_owners(case: &mut Case<'_>, name: &str, platform: Platform) -> Result<Vec<String>, Stop> {
    let mut owners = vec![third_account(case).to_owned()];
    if case.context().cross_account {
        made_by_other(case, name, platform).await?;
        owners.push(case.context().other_account.clone());
    }
    Ok(owners)
}

/// The call is refused, in one of the ways in which a stranger is, or as what is not there.
fn refused_as_foreign(case: &mut Case<'_>, operation: Operation, told: &Told) {
    case.hold(APART, !told.is_success(), "a refusal", &told.words());
    case.has_status(&format!("{operation}/error/AccessDeniedException"), told);
    let is_refused = matches!(told.response.status, 403 | 404);
    case.hold(
        &format!("{operation}/foreign-owner"),
        is_refused,
        "a refusal with status 403 or 404",
        &told.words(),
    );
    if is_refused {
        case.open_by_class(&format!("{operation}/cross-account-denied"), told);
    }
}

const ROLE_ALONE: Scene = Scene {
    name: "permissions/role-alone",
    operation: AddProfilePermission,
    what: "a statement for one role of another account is not one for that account",
    requirements: &[APART, "AddProfilePermission/unresolved-principal"],
    play: &Conversation(|case| Box::pin(role_alone(case))),
};

async fn role_alone(case: &mut Case<'_>) -> Played {
    case.two_accounts()?;
    let (name, _) = profile(case, "role", Platform::Lambda).await?;
    let role = format!("arn:aws:iam::{}:role/{name}", case.context().other_account);
    let input = with(statement(case, &name, "s"), &json!({ "principal": role }));
    granted_or_unknown(case, input).await?;
    let look = of_owner(json!({ "profileName": name }), case);
    case.must_refuse_to(Account::Other, APART, GetSigningProfile, look).await?;
    Ok(())
}
