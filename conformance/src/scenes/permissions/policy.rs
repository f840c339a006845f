//! The policy of a profile as a whole: how large it grows, how it is listed, and what removing a statement
//! leaves.

use serde_json::{Value, json};
use signer_model::{Action, P0, Platform, Request as Ask, RevisionArg};
use signer_schemas::Operation::{
    AddProfilePermission, ListProfilePermissions, ListSigningProfiles, RemoveProfilePermission,
};

use crate::data::body::Json;
use crate::judge::runner::case::Case;
use crate::judge::runner::scene::{Conversation, Scene};
use crate::judge::runner::talk::{Played, Stop, Told, with};
use crate::scenes::shared::inputs::{NO_TOKEN, statement};
use crate::scenes::shared::lists::{STATEMENTS, sorted};
use crate::scenes::shared::question::{Answers, Given, Question};
use crate::scenes::shared::steps::{added, policy, profile, removed};
use crate::scenes::shared::symbols::add;

pub(crate) const SCENES: &[Scene] = &[FULL, OTHERS_STAY, NONE.scene(), BAD_TOKEN];

const SIZE: &str = "ListProfilePermissions/policy-size";

const FULL: Scene = Scene {
    name: "permissions/full",
    operation: AddProfilePermission,
    what: "statements are added until the policy is full; all of them are listed",
    requirements: &[
        "AddProfilePermission/policy-size",
        "AddProfilePermission/statement-count",
        "AddProfilePermission/error/ServiceLimitExceededException",
        "ListProfilePermissions/complete",
        "ListProfilePermissions/page-length",
        "ListProfilePermissions/policy-size-counting",
    ],
    play: &Conversation(|case| Box::pin(full(case))),
};

async fn full(case: &mut Case<'_>) -> Played {
    let (name, creation) = profile(case, "full", Platform::Lambda).await?;
    let arn = creation.text("/arn");
    let planned = ids_that_fill(case, &arn);
    let (ids, refusal) = filled(case, &name, &planned).await?;
    let pages = policy(case, &name).await?;
    let listed = sorted(STATEMENTS.keys(&pages));
    // On a single page it is the list itself that is short.
    let is_single = pages.len() == 1;
    let requirement =
        if is_single { "ListProfilePermissions/lists" } else { "ListProfilePermissions/complete" };
    case.hold(requirement, listed == ids, &format!("{} statements", ids.len()), &format!("{listed:?}"));
    case.exercise("ListProfilePermissions/complete");
    case.open(
        "ListProfilePermissions/page-length",
        if is_single { "all of them" } else { "fewer, with a nextToken" },
    );
    let size = policy_size(&pages);
    let expected = policy_bytes(case, &arn, &ids, Account::Root);
    case.same("ListProfilePermissions/policy-size-counting", &json!(expected), &json!(size));
    let accepted = policy_bytes(case, &arn, &ids, Account::Id);
    case.hold(
        "AddProfilePermission/policy-size",
        accepted <= LIMIT,
        "at most 2000 bytes",
        &accepted.to_string(),
    );
    if let Some(token) = Case::token(&pages[0]) {
        leads_to_no_other(case, &token).await?;
    }
    let Some(told) = refusal else {
        let observed = format!("{} statements, {size} bytes", ids.len());
        case.hold(
            "AddProfilePermission/policy-size",
            false,
            "a refusal before so many statements",
            &observed,
        );
        return Ok(());
    };
    let limit = "ServiceLimitExceededException";
    let is_limit = told.response.error_type().as_deref() == Some(limit);
    case.hold("AddProfilePermission/policy-size", is_limit, limit, &told.words());
    let refused =
        policy_bytes(case, &arn, &[ids.as_slice(), &[id_of(&planned, ids.len())]].concat(), Account::Id);
    let observed = format!("a refusal of {refused} bytes after {} statements", ids.len());
    for requirement in ["AddProfilePermission/policy-size", "AddProfilePermission/statement-count"] {
        case.hold(requirement, refused > LIMIT, "as many statements as 2000 bytes hold", &observed);
    }
    Ok(())
}

/// No policy of 2000 bytes holds as many statements as this.
const MOST_STATEMENTS: usize = 60;

/// Adds statements until one is refused: their ids, and the refusal.
async fn filled(
    case: &mut Case<'_>,
    profile: &str,
    planned: &[String],
) -> Result<(Vec<String>, Option<Told>), Stop> {
    let mut revision = json!({});
    let (mut ids, mut sizes) = (Vec::new(), Vec::new());
    let refusal = loop {
        let id = id_of(planned, ids.len());
        let input = with(statement(case, profile, &id), &revision);
        let told = case.ask(AddProfilePermission, input).await?;
        if !told.is_success() {
            break Some(told);
        }
        revision = json!({ "revisionId": told.text("/revisionId") });
        ids.push(id);
        if ids.len() <= 3 {
            sizes.push(policy_size(&policy(case, profile).await?));
        }
        if ids.len() >= MOST_STATEMENTS {
            break None;
        }
    };
    let grows = sizes.windows(2).all(|pair| pair[0] < pair[1]);
    case.hold(SIZE, grows, "a size that grows with the statements", &format!("{sizes:?}"));
    Ok((ids, refusal))
}

/// The ids of statements that make a policy exactly as large as one may be.
fn ids_that_fill(case: &Case<'_>, arn: &str) -> Vec<String> {
    let bytes = |ids: &[String]| policy_bytes(case, arn, ids, Account::Id);
    let mut ids = Vec::new();
    while bytes(&[ids.as_slice(), &[id_of(&[], ids.len())]].concat()) <= LIMIT {
        ids.push(id_of(&[], ids.len()));
    }
    let (left, count) = (LIMIT.saturating_sub(bytes(&ids)), ids.len().max(1));
    for (number, id) in ids.iter_mut().enumerate() {
        id.push_str(&"-".repeat(left / count + usize::from(number < left % count)));
    }
    ids
}

/// The id of a statement: as planned, and beyond the plan any other.
fn id_of(planned: &[String], number: usize) -> String {
    planned.get(number).cloned().unwrap_or_else(|| format!("statement-number-{number:02}"))
}

/// How many bytes a policy has at most, with each account as it was given.
const LIMIT: usize = 2000;

/// As what an account stands in a policy.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Account {
    Id,
    Root,
}

/// How many bytes the statements with these ids have, as they are observed to be counted.
fn policy_bytes(case: &Case<'_>, arn: &str, ids: &[String], account: Account) -> usize {
    let partition = arn.split(':').nth(1).unwrap_or_default();
    let counted = |id: &String| {
        let statement = statement(case, "", id);
        let given = statement["principal"].as_str().unwrap_or_default();
        let principal = match account {
            Account::Root if !given.starts_with("arn:") => format!("arn:{partition}:iam::{given}:root"),
            Account::Root | Account::Id => given.to_owned(),
        };
        let action = &statement["action"];
        json!({ "Sid": id, "Effect": "Allow", "Principal": { "AWS": principal }, "Action": action, "Resource": arn })
    };
    Value::Array(ids.iter().map(counted).collect()).to_string().len()
}

/// How large the list says that the policy is.
fn policy_size(pages: &[Json]) -> i64 {
    pages[0]["policySizeBytes"].as_i64().unwrap_or_default()
}

/// The token after one profile's statements leads to none of another's. Whether it leads anywhere there is
/// open.
async fn leads_to_no_other(case: &mut Case<'_>, token: &str) -> Played {
    let (next, _) = profile(case, "next", Platform::Lambda).await?;
    added(case, &next, "s", None).await?;
    let told = case.ask(ListProfilePermissions, json!({ "profileName": next, "nextToken": token })).await?;
    let shown = STATEMENTS.keys(std::slice::from_ref(&told.body));
    let own = shown.iter().all(|id| *id == "s");
    case.hold("ListProfilePermissions/lists", own, "a refusal, or what this profile has", &told.words());
    Ok(())
}

const OTHERS_STAY: Scene = Scene {
    name: "permissions/others-stay",
    operation: RemoveProfilePermission,
    what: "removing one statement leaves the others, of this profile and of the next",
    requirements: &["RemoveProfilePermission/others-stay", SIZE],
    play: &Conversation(|case| Box::pin(others_stay(case))),
};

async fn others_stay(case: &mut Case<'_>) -> Played {
    let (name, _) = profile(case, "mine", Platform::Lambda).await?;
    let (next, _) = profile(case, "next", Platform::Lambda).await?;
    let one = added(case, &name, "one", None).await?.text("/revisionId");
    let two = added(case, &name, "two", Some(&one)).await?.text("/revisionId");
    let three = added(case, &name, "three", Some(&two)).await?.text("/revisionId");
    added(case, &next, "two", None).await?;
    let neighbour = policy(case, &next).await?;
    let before = policy(case, &name).await?;
    removed(case, &name, "two", &three).await?;
    let after = policy(case, &name).await?;
    for id in ["one", "three"] {
        let (before, after) = (STATEMENTS.entry(&before, id), STATEMENTS.entry(&after, id));
        case.same("RemoveProfilePermission/others-stay", &before, &after);
    }
    let gone = STATEMENTS.entry(&after, "two").is_null();
    case.hold("RemoveProfilePermission/removes", gone, "the statement is gone", "it is still listed");
    let (larger, smaller) = (policy_size(&before), policy_size(&after));
    case.hold(SIZE, smaller < larger, &format!("less than {larger}"), &smaller.to_string());
    let after = policy(case, &next).await?;
    case.same("RemoveProfilePermission/others-stay", &json!(neighbour), &json!(after));
    Ok(())
}

const NONE: Question = Question {
    name: "permissions/none",
    point: ["ListProfilePermissions/none-documented"],
    operation: ListProfilePermissions,
    what: "a profile without statements",
    given: Given::ProfileOn("bare", Platform::Lambda),
    inputs: |_, name| Ok(vec![json!({ "profileName": name })]),
    answers: Answers::Success(|_| "200 with an empty list"),
};

const BAD_TOKEN: Scene = Scene {
    name: "permissions/bad-token",
    operation: ListProfilePermissions,
    what: "nextTokens that were never issued, and one of another list",
    requirements: &["ListProfilePermissions/bad-token"],
    play: &Conversation(|case| Box::pin(bad_token(case))),
};

async fn bad_token(case: &mut Case<'_>) -> Played {
    const REFUSED: &str = "ListProfilePermissions/bad-token";
    case.model(Ask::put(case.edition(), P0, Platform::Lambda)).await?;
    case.model(add(P0, 0, Action::GetSigningProfile, RevisionArg::Absent)).await?;
    let name = case.name_of(P0);
    let input = |token: &str| json!({ "profileName": name, "nextToken": token });
    case.must_refuse(REFUSED, ListProfilePermissions, input(NO_TOKEN)).await?;
    profile(case, "beside", Platform::Lambda).await?;
    let page = case.ask(ListSigningProfiles, json!({ "maxResults": 1 })).await?;
    if let Some(token) = Case::token(&page.body) {
        case.must_refuse(REFUSED, ListProfilePermissions, input(&token)).await?;
    }
    Ok(())
}
