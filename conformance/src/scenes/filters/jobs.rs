//! The filters of the list of jobs, alone and together, and values near to one that selects.

use serde_json::{Value, json};
use signer_model::{Account, Action, Platform};
use signer_schemas::Edition;
use signer_schemas::Operation::{GetSigningPlatform, ListSigningJobs, SignPayload};

use crate::judge::runner::case::Case;
use crate::judge::runner::scene::{Conversation, Scene};
use crate::judge::runner::talk::{Played, Stop, with};
use crate::operations::notes::member_words;
use crate::scenes::shared::bytes::shorter;
use crate::scenes::shared::inputs::{of_owner, payload, payload_input};
use crate::scenes::shared::lists::{JOBS, List, PROFILES, sorted};
use crate::scenes::shared::selection::Selection;
use crate::scenes::shared::steps::{job_view, known_jobs, notation, permitted, profile};
use crate::scenes::shared::symbols::plain;

pub(crate) const SCENES: &[Scene] = &[BY_EACH_FILTER, REQUESTED_BY, TWO_REQUESTERS, NEAR_VALUES];

pub(crate) const COMBINE: &str = "ListSigningJobs/filters-combine";

const REQUESTER: &str = "ListSigningJobs/requested-by-filter";

const BY_EACH_FILTER: Scene = Scene {
    name: "filters/jobs",
    operation: ListSigningJobs,
    what: "jobs of two platforms, revoked and not, by each combination of filters",
    requirements: &[COMBINE, "ListSigningJobs/is-revoked"],
    play: &Conversation(|case| Box::pin(by_each_filter(case))),
};

async fn by_each_filter(case: &mut Case<'_>) -> Played {
    let items = known_jobs(case).await?;
    let (mut invokers, mut revocations) = (vec![json!({})], vec![json!({})]);
    if case.edition() == Edition::Current {
        let context = case.context();
        invokers.extend(
            [&context.owner_account, &context.other_account].map(|account| json!({ "jobInvoker": account })),
        );
        revocations.push(json!({ "isRevoked": true }));
    }
    let axes: [&[Value]; 4] = [&statuses(), &platforms(case), &invokers, &revocations];
    let selection = Selection::among(JOBS, &items);
    selection.every_combination(case, &axes, |_| vec![COMBINE.to_owned()]).await?;
    let pages = case.pages(ListSigningJobs, json!({})).await?;
    for job in &items {
        let entry = JOBS.entry(&pages, job["jobId"].as_str().unwrap_or_default());
        if entry.is_null() {
            continue;
        }
        let told = entry["isRevoked"].as_bool().unwrap_or_default();
        let [permitted, observed] = [job, &entry].map(|shown| member_words("isRevoked", &shown["isRevoked"]));
        case.hold("ListSigningJobs/is-revoked", job["isRevoked"] == told, &permitted, &observed);
    }
    Ok(())
}

/// No status, and each one.
fn statuses() -> Vec<Value> {
    let each = ["Succeeded", "Failed", "InProgress"].map(|status| json!({ "status": status }));
    [&[json!({})], each.as_slice()].concat()
}

/// No platform, those of the jobs, and another one.
fn platforms(case: &Case<'_>) -> Vec<Value> {
    let each = [plain(case), Platform::Notation, Platform::FreeRtosTi]
        .map(|platform| json!({ "platformId": platform.id() }));
    [&[json!({})], each.as_slice()].concat()
}

const REQUESTED_BY: Scene = Scene {
    name: "filters/requested-by",
    operation: ListSigningJobs,
    what: "the caller and a stranger as requestedBy, alone and with other filters",
    requirements: &[REQUESTER, COMBINE],
    play: &Conversation(|case| Box::pin(requested_by(case))),
};

async fn requested_by(case: &mut Case<'_>) -> Played {
    let known = known_jobs(case).await?;
    let Some(caller) = known.first().and_then(|job| job["requestedBy"].as_str()) else {
        return Err(case.skip("no job tells who requested it"));
    };
    // The caller has asked for all of them.
    let caller = json!({ "requestedBy": caller });
    let items: Vec<Value> = known.iter().map(|job| with(job.clone(), &caller)).collect();
    let stranger = json!({ "requestedBy": case.context().role_arn() });
    let selection = Selection::among(JOBS, &items);
    selection.every_combination(case, &[&[caller.clone(), stranger]], |_| vec![REQUESTER.to_owned()]).await?;
    let axes: [&[Value]; 3] = [&[caller], &statuses(), &platforms(case)];
    selection.every_combination(case, &axes, |_| vec![COMBINE.to_owned()]).await
}

const TWO_REQUESTERS: Scene = Scene {
    name: "filters/two-requesters",
    operation: ListSigningJobs,
    what: "jobs that two accounts asked for in turn, by requester and by invoker, on pages of one",
    requirements: &[REQUESTER, "ListSigningJobs/invoker-filter"],
    play: &Conversation(|case| Box::pin(two_requesters(case))),
};

async fn two_requesters(case: &mut Case<'_>) -> Played {
    case.two_accounts()?;
    let (name, _) = notation(case, "shared").await?;
    permitted(case, &name, Action::SignPayload).await?;
    let mut asked = Vec::new();
    for by in [Account::Owner, Account::Other, Account::Owner, Account::Other] {
        let input = payload_input(&name, &payload(300));
        let input = if by == Account::Other { of_owner(input, case) } else { input };
        let told = case.ask_by(by, SignPayload, input).await?;
        case.accepted("SignPayload/signs", &told);
        if !told.is_success() {
            return Err(Stop);
        }
        let id = told.text("/jobId");
        let view = job_view(case, &id).await?;
        asked.push((by, id, view.body));
    }
    let items: Vec<Value> = asked.iter().map(|(_, id, _)| json!({ "jobId": id })).collect();
    let selection = Selection::among(JOBS, &items);
    for (filter, requirement) in
        [("requestedBy", REQUESTER), ("jobInvoker", "ListSigningJobs/invoker-filter")]
    {
        for (by, _, view) in &asked[..2] {
            let of_this = asked.iter().filter(|(other, ..)| other == by);
            let expected = sorted(of_this.map(|(_, id, _)| id.clone()).collect());
            let input = json!({ filter: view[filter], "maxResults": 1 });
            let listed = selection.listed(case, input.clone()).await?;
            case.hold(
                requirement,
                listed == expected,
                &format!("{expected:?} with {input}"),
                &format!("{listed:?}"),
            );
        }
    }
    Ok(())
}

const NEAR_VALUES: Scene = Scene {
    name: "filters/near-values",
    operation: ListSigningJobs,
    what: "the beginning of a value that selects, and a platform in another case",
    requirements: &["ListSigningJobs/platform-filter", REQUESTER, "ListSigningProfiles/platform-filter"],
    play: &Conversation(|case| Box::pin(near_values(case))),
};

async fn near_values(case: &mut Case<'_>) -> Played {
    let platform = plain(case);
    profile(case, "near", platform).await?;
    let known = known_jobs(case).await?;
    let lower = platform.id().to_lowercase();
    // Whether another case names the platform is open; a target that says so may select by it.
    let told = case.ask(GetSigningPlatform, json!({ "platformId": lower })).await?;
    let mut near = vec![shorter(platform.id())];
    near.extend((!told.is_success()).then_some(lower));
    for value in near {
        selects_none(case, "ListSigningJobs/platform-filter", JOBS, "platformId", &value).await?;
        if case.edition() == Edition::Current {
            selects_none(case, "ListSigningProfiles/platform-filter", PROFILES, "platformId", &value).await?;
        }
    }
    let Some(by) = known.first().and_then(|job| job["requestedBy"].as_str()) else {
        return Err(case.skip("no job tells who requested it"));
    };
    selects_none(case, REQUESTER, JOBS, "requestedBy", &shorter(by)).await
}

/// A value that nothing has lists nothing, or is refused.
async fn selects_none(
    case: &mut Case<'_>,
    requirement: &str,
    list: List,
    filter: &str,
    value: &str,
) -> Played {
    let told = case.ask(list.operation, json!({ filter: value })).await?;
    let listed = list.keys(&[told.body]);
    let permitted = format!("nothing with {filter} {value}, which none has");
    // Where nothing is listed nobody knows whether there was anything to leave out.
    case.hold_if(
        requirement,
        false,
        listed.is_empty(),
        &permitted,
        &format!("{} {}", listed.len(), list.items),
    );
    Ok(())
}
