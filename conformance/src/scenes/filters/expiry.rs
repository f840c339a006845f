//! The list of jobs by the time when their signatures expire.

use std::sync::Arc;

use serde_json::{Map, Value, json};
use signer_model::Platform;
use signer_schemas::Operation::{ListSigningJobs, PutSigningProfile};

use crate::judge::runner::case::Case;
use crate::judge::runner::scene::{Conversation, Scene};
use crate::judge::runner::talk::{Played, with};
use crate::scenes::filters::jobs::COMBINE;
use crate::scenes::shared::inputs::{profile_input, validity};
use crate::scenes::shared::lists::JOBS;
use crate::scenes::shared::selection::Selection;
use crate::scenes::shared::steps::{job_view, known_jobs, payload_signed, signature_revoked};

pub(crate) const SCENES: &[Scene] = &[COMBINED, EDGE];

const AFTER: &str = "ListSigningJobs/expires-after-filter";

const BEFORE: &str = "ListSigningJobs/expires-before-filter";

const COMBINED: Scene = Scene {
    name: "filters/expiry-combined",
    operation: ListSigningJobs,
    what: "three jobs whose signatures expire at different times, by each time before and after and every \
        other filter",
    requirements: &[AFTER, BEFORE, COMBINE],
    play: &Conversation(|case| Box::pin(combined(case))),
};

async fn combined(case: &mut Case<'_>) -> Played {
    let mut items = Vec::new();
    for days in [1, 100, 1000] {
        let name = case.fresh(&format!("d{days}"));
        let input = with(profile_input(case, &name, Platform::Notation)?, &validity(days, "DAYS"));
        case.must("PutSigningProfile/validity-kept", PutSigningProfile, input).await?;
        let id = payload_signed(case, &name).await?.text("/jobId");
        let view = job_view(case, &id).await?;
        items.push(with(
            Arc::unwrap_or_clone(view.body),
            &json!({ "jobId": id, "isRevoked": items.is_empty() }),
        ));
    }
    signature_revoked(case, items[0]["jobId"].as_str().unwrap_or_default()).await?;
    let expiry = |index: usize| items[index]["signatureExpiresAt"].as_f64();
    let (Some(first), Some(second), Some(third)) = (expiry(0), expiry(1), expiry(2)) else {
        return Err(case.skip("no job tells when its signature expires"));
    };
    let (early, late) = (first.midpoint(second), second.midpoint(third));
    let windows = [
        json!({ "signatureExpiresAfter": early }),
        json!({ "signatureExpiresBefore": late }),
        json!({ "signatureExpiresAfter": early, "signatureExpiresBefore": late }),
        json!({ "signatureExpiresAfter": late, "signatureExpiresBefore": early }),
        json!({}),
    ];
    let others = [
        json!({ "status": "Succeeded" }),
        json!({ "status": "Failed" }),
        json!({ "platformId": Platform::Notation.id() }),
        json!({ "platformId": Platform::Lambda.id() }),
        json!({ "jobInvoker": case.context().owner_account }),
        json!({ "jobInvoker": case.context().other_account }),
        json!({ "isRevoked": true }),
    ];
    let requesters = [json!({}), json!({ "requestedBy": items[2]["requestedBy"] })];
    let of = |input: &Map<String, Value>| {
        let bounds = [("signatureExpiresAfter", AFTER), ("signatureExpiresBefore", BEFORE)];
        let given = bounds
            .into_iter()
            .filter(|(bound, _)| input.contains_key(*bound))
            .map(|(_, requirement)| requirement);
        given.chain([COMBINE]).map(str::to_owned).collect()
    };
    let selection = Selection::among(JOBS, &items);
    selection.every_combination(case, &[&windows, &others, &requesters], of).await
}

const EDGE: Scene = Scene {
    name: "filters/expiry-edge",
    operation: ListSigningJobs,
    what: "signatures that expire exactly at the given time",
    requirements: &["ListSigningJobs/expiry-filter-edge"],
    play: &Conversation(|case| Box::pin(edge(case))),
};

async fn edge(case: &mut Case<'_>) -> Played {
    let known = known_jobs(case).await?;
    let Some(job) = known.into_iter().find(|job| job["signatureExpiresAt"].is_number()) else {
        return Err(case.skip("no job tells when its signature expires"));
    };
    let expires = job["signatureExpiresAt"].as_f64().unwrap_or_default();
    let items = [job];
    let selection = Selection::among(JOBS, &items);
    let mut at_the_time = [false; 2];
    for (listed, filter) in at_the_time.iter_mut().zip(["signatureExpiresBefore", "signatureExpiresAfter"]) {
        *listed = !selection.listed(case, json!({ filter: expires })).await?.is_empty();
    }
    case.open(
        "ListSigningJobs/expiry-filter-edge",
        match at_the_time {
            [true, true] => "listed",
            [false, false] => "not listed",
            [true, false] => "listed as before",
            [false, true] => "listed as after",
        },
    );
    // Two seconds beyond the time there is no question left.
    let before = [2.0, -2.0].map(|beyond| json!({ "signatureExpiresBefore": expires + beyond }));
    selection.every_combination(case, &[&before], |_| vec![BEFORE.to_owned()]).await?;
    let after = [-2.0, 2.0].map(|beyond| json!({ "signatureExpiresAfter": expires + beyond }));
    selection.every_combination(case, &[&after], |_| vec![AFTER.to_owned()]).await
}
