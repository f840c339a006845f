//! The names of profiles: how far one reaches.

use serde_json::json;
use signer_model::Account;
use signer_schemas::Operation::{CancelSigningProfile, GetSigningProfile, ListSigningProfiles, PutSigningProfile};

use crate::judge::runner::case::Case;
use crate::judge::runner::scene::{Conversation, Scene};
use crate::judge::runner::talk::Played;
use crate::scenes::shared::inputs::{plain_input, profile_input};
use crate::scenes::shared::lists::PROFILES;
use crate::scenes::shared::steps::{ask_profile, plain_profile, profile};
use crate::scenes::shared::symbols::plain;

pub(crate) const SCENES: &[Scene] = &[NAME_CASE, NAME_SCOPE];

const NAME_CASE: Scene = Scene {
    name: "profiles/name-case",
    operation: PutSigningProfile,
    what: "two names that differ only in case",
    requirements: &["PutSigningProfile/name-case", "GetSigningProfile/absent"],
    play: &Conversation(|case| Box::pin(name_case(case))),
};

async fn name_case(case: &mut Case<'_>) -> Played {
    plain_profile(case, "case").await?;
    let upper = case.fresh("CASE");
    let before = ask_profile(case, &upper).await?;
    let input = plain_input(case, &upper)?;
    let told = case.ask(PutSigningProfile, input).await?;
    let view = ask_profile(case, &upper).await?;
    let is_another = told.is_success() && view.text("/profileName") == upper;
    case.open("PutSigningProfile/name-case", if is_another { "different profiles" } else { "the same profile" });
    // What is made anew was not there before.
    let at_odds = is_another && before.is_success();
    case.hold("GetSigningProfile/absent", !at_odds, "a refusal before the profile was made", &before.words());
    Ok(())
}

const NAME_SCOPE: Scene = Scene {
    name: "profiles/name-scope",
    operation: PutSigningProfile,
    what: "two accounts use one name",
    requirements: &[
        "PutSigningProfile/name-scope",
        "CancelSigningProfile/other-account",
        "GetSigningProfile/other-account-name",
        "ListSigningProfiles/own-account",
    ],
    play: &Conversation(|case| Box::pin(name_scope(case))),
};

async fn name_scope(case: &mut Case<'_>) -> Played {
    const SCOPE: &str = "PutSigningProfile/name-scope";
    const CANCEL: &str = "CancelSigningProfile/other-account";
    case.two_accounts()?;
    let platform = plain(case);
    let (name, mine) = profile(case, "both", platform).await?;
    let (only, _) = profile(case, "one", platform).await?;
    let before = ask_profile(case, &name).await?;
    let input = profile_input(case, &name, platform)?;
    let theirs = case.ask_by(Account::Other, PutSigningProfile, input).await?;
    case.accepted(SCOPE, &theirs);
    let other = case.context().other_account.clone();
    let arn = theirs.text("/arn");
    let is_theirs = arn != mine.text("/arn") && arn.contains(&format!(":{other}:"));
    case.hold(SCOPE, is_theirs, &format!("a profile of {other}"), &arn);
    let after = ask_profile(case, &name).await?;
    case.same(SCOPE, &before.body, &after.body);

    let (look, requirement) = (json!({ "profileName": only }), "GetSigningProfile/other-account-name");
    case.must_refuse_to(Account::Other, requirement, GetSigningProfile, look.clone()).await?;
    case.must_refuse_to(Account::Other, CANCEL, CancelSigningProfile, look).await?;
    let view = ask_profile(case, &only).await?;
    case.same(CANCEL, &json!("Active"), view.at("/status"));
    let told = case.ask_by(Account::Other, CancelSigningProfile, json!({ "profileName": name })).await?;
    case.hold(CANCEL, told.is_success(), "success: it is the caller's own", &told.words());
    let view = ask_profile(case, &name).await?;
    case.same(CANCEL, &json!("Active"), view.at("/status"));
    let listed = PROFILES.keys(&case.pages_by(Account::Other, ListSigningProfiles, json!({})).await?);
    case.hold("ListSigningProfiles/own-account", !listed.contains(&only), "no profile of another account", &only);
    Ok(())
}
