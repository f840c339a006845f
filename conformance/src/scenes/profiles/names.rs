//! The names of profiles: how far one reaches.

use serde_json::json;
use signer_model::Account;
use signer_schemas::Operation::{
    CancelSigningProfile, GetSigningProfile, ListSigningProfiles, PutSigningProfile,
};

use crate::judge::runner::case::Case;
use crate::judge::runner::scene::{Conversation, Scene};
use crate::judge::runner::talk::{Played, Stop};
use crate::scenes::shared::inputs::{plain_input, profile_input};
use crate::scenes::shared::lists::PROFILES;
use crate::scenes::shared::steps::{ask_profile, canceled, plain_profile, profile, revoked};
use crate::scenes::shared::symbols::{managed, plain};

pub(crate) const SCENES: &[Scene] = &[NAME_CASE, NAME_SCOPE, NAME_TAKEN, VERSIONS];

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
    case.open(
        "PutSigningProfile/name-case",
        if is_another { "different profiles" } else { "the same profile" },
    );
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
        "GetSigningProfile/error/AccessDeniedException",
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
    let told = case.must_refuse_to(Account::Other, requirement, GetSigningProfile, look.clone()).await?;
    case.has_status("GetSigningProfile/error/AccessDeniedException", &told);
    case.must_refuse_to(Account::Other, CANCEL, CancelSigningProfile, look).await?;
    let view = ask_profile(case, &only).await?;
    case.same_member(CANCEL, "/status", &json!("Active"), &view.body);
    let told = case.ask_by(Account::Other, CancelSigningProfile, json!({ "profileName": name })).await?;
    case.hold(CANCEL, told.is_success(), "success: it is the caller's own", &told.words());
    let view = ask_profile(case, &name).await?;
    case.same_member(CANCEL, "/status", &json!("Active"), &view.body);
    let listed = PROFILES.keys(&case.pages_by(Account::Other, ListSigningProfiles, json!({})).await?);
    case.hold(
        "ListSigningProfiles/own-account",
        !listed.contains(&only),
        "no profile of another account",
        &only,
    );
    Ok(())
}

const NAME_TAKEN: Scene = Scene {
    name: "profiles/name-taken",
    operation: PutSigningProfile,
    what: "a name that an Active profile has, a canceled one, and a revoked one: how the refusals are called",
    requirements: &[
        "PutSigningProfile/name-taken",
        "PutSigningProfile/name-taken-code",
        "PutSigningProfile/revoked-name",
        "RevokeSigningProfile/viewable",
    ],
    play: &Conversation(|case| Box::pin(name_taken(case))),
};

async fn name_taken(case: &mut Case<'_>) -> Played {
    const TAKEN: &str = "PutSigningProfile/name-taken";
    let platform = managed(case);
    let (active, _) = profile(case, "active", platform).await?;
    let (gone, _) = profile(case, "canceled", platform).await?;
    canceled(case, &gone).await?;
    for name in [active, gone] {
        let input = profile_input(case, &name, platform)?;
        let told = case.ask(PutSigningProfile, input).await?;
        case.refused_as(TAKEN, "ValidationException", &told);
        case.same_member(
            "PutSigningProfile/name-taken-code",
            "/code",
            &json!("ProfileAlreadyExists"),
            &told.body,
        );
    }
    let (name, creation) = profile(case, "revoked", platform).await?;
    revoked(case, &name, &creation).await?;
    let input = profile_input(case, &name, platform)?;
    case.must_refuse("PutSigningProfile/revoked-name", PutSigningProfile, input).await?;
    let view = ask_profile(case, &name).await?;
    case.same_member("PutSigningProfile/revoked-name", "/status", &json!("Revoked"), &view.body);
    let is_listed = shows_revoked(case, &name).await?;
    case.hold("RevokeSigningProfile/viewable", is_listed, "the revoked profile in the list", "not listed");
    Ok(())
}

/// Whether one of the lists that may hold a revoked profile holds this one. Which of them does is open, and
/// so is whether both members may be given together.
async fn shows_revoked(case: &mut Case<'_>, name: &String) -> Result<bool, Stop> {
    for input in [json!({ "statuses": ["Revoked"] }), json!({ "includeCanceled": true })] {
        if PROFILES.listed(case, input).await?.contains(name) {
            return Ok(true);
        }
    }
    let both = json!({ "statuses": ["Revoked"], "includeCanceled": true });
    let is_answered = case.ask(ListSigningProfiles, both.clone()).await?.is_success();
    Ok(is_answered && PROFILES.listed(case, both).await?.contains(name))
}

const VERSIONS: Scene = Scene {
    name: "profiles/versions",
    operation: PutSigningProfile,
    what: "the letters of a dozen versions",
    requirements: &["PutSigningProfile/version-characters"],
    play: &Conversation(|case| Box::pin(versions(case))),
};

/// So many versions of ten letters each that one of chance lacks no kind of letter.
const MANY_VERSIONS: usize = 12;

async fn versions(case: &mut Case<'_>) -> Played {
    let mut letters = String::new();
    for number in 0..MANY_VERSIONS {
        let (_, creation) = profile(case, &number.to_string(), plain(case)).await?;
        letters.push_str(&creation.text("/profileVersion"));
    }
    let kinds: [fn(&char) -> bool; 3] =
        [char::is_ascii_digit, char::is_ascii_lowercase, char::is_ascii_uppercase];
    let all = kinds.iter().all(|kind| letters.chars().any(|letter| kind(&letter)));
    case.hold(
        "PutSigningProfile/version-characters",
        all,
        "digits, lower-case and upper-case letters",
        &format!("profileVersion of {MANY_VERSIONS} profiles: {letters}"),
    );
    Ok(())
}
