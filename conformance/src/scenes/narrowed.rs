//! Filters at their limits: times of expiry beside every other filter, values near to one that selects, two requesters.

use serde_json::{Value, json};
use signer_model::{Account, Platform};
use signer_schemas::{Edition, Operation};

use crate::judge::runner::case::Case;
use crate::judge::runner::scene::Scene;
use crate::judge::runner::talk::{Played, Stop, Told, with};
use crate::scenes::calls::{keys, made, plain, profile_input};
use crate::scenes::filters::{known_jobs, own, query};
use crate::scenes::signing::payload;

const PROFILES: Operation = Operation::ListSigningProfiles;

const JOBS: Operation = Operation::ListSigningJobs;

const SIGN: Operation = Operation::SignPayload;

pub(super) const SCENES: &[Scene] = &[
    Scene {
        name: "filters/expiry-combined",
        operation: JOBS,
        what: "three jobs whose signatures expire at different times, by each time before and after and every other filter",
        requirements: &[
            "ListSigningJobs/expires-after-filter",
            "ListSigningJobs/expires-before-filter",
            "ListSigningJobs/filters-combine",
        ],
        play: |case| Box::pin(expiry_combined(case)),
    },
    Scene {
        name: "filters/two-requesters",
        operation: JOBS,
        what: "jobs that two accounts asked for in turn, by requester and by invoker, on pages of one",
        requirements: &["ListSigningJobs/requested-by-filter", "ListSigningJobs/invoker-filter"],
        play: |case| Box::pin(two_requesters(case)),
    },
    Scene {
        name: "filters/near-values",
        operation: JOBS,
        what: "the beginning of a value that selects, and a platform in another case",
        requirements: &[
            "ListSigningJobs/platform-filter",
            "ListSigningJobs/requested-by-filter",
            "ListSigningProfiles/platform-filter",
        ],
        play: |case| Box::pin(near_values(case)),
    },
];

/// Signs a payload with a profile of the owner's.
async fn signed_by(case: &mut Case<'_>, by: Account, profile: &str) -> Result<Told, Stop> {
    let mut input = json!({
        "profileName": profile, "payload": payload(300), "payloadFormat": "application/vnd.cncf.notary.payload.v1+json",
    });
    if by == Account::Other {
        input["profileOwner"] = json!(case.context().owner_account);
    }
    let told = case.ask_by(by, SIGN, input).await?;
    case.accepted("SignPayload/signs", &told);
    if told.is_success() { Ok(told) } else { Err(Stop) }
}

async fn expiry_combined(case: &mut Case<'_>) -> Played {
    let (mut ids, mut expiries, mut by) = (Vec::new(), Vec::new(), Value::Null);
    for days in [1, 100, 1000] {
        let name = case.fresh(&format!("d{days}"));
        let period = json!({ "signatureValidityPeriod": { "value": days, "type": "DAYS" } });
        let input = with(profile_input(case, &name, Platform::Notation)?, &period);
        case.must("PutSigningProfile/validity-kept", Operation::PutSigningProfile, input).await?;
        let id = signed_by(case, Account::Owner, &name).await?.text("/jobId");
        let view = case.must("DescribeSigningJob/view", Operation::DescribeSigningJob, json!({ "jobId": id })).await?;
        by = view.at("/requestedBy").clone();
        expiries.push(view.at("/signatureExpiresAt").as_f64());
        ids.push(id);
    }
    // The first of them is revoked.
    let input = json!({ "jobId": ids[0], "reason": "conformance" });
    case.must("RevokeSignature/revokes", Operation::RevokeSignature, input).await?;
    let [Some(first), Some(second), Some(third)] = expiries[..] else {
        case.skip("no job tells when its signature expires");
        return Ok(());
    };
    let (early, late) = (first.midpoint(second), second.midpoint(third));
    // Each window, and which of the three expire in it.
    let windows = [
        (Some(early), None, [false, true, true]),
        (None, Some(late), [true, true, false]),
        (Some(early), Some(late), [false, true, false]),
        (Some(late), Some(early), [false; 3]),
        (None, None, [true; 3]),
    ];
    let stranger = case.context().other_account.clone();
    let owner = case.context().owner_account.clone();
    let (all, none) = ([true; 3], [false; 3]);
    let others = [
        ("status", json!("Succeeded"), all),
        ("status", json!("Failed"), none),
        ("platformId", json!(Platform::Notation.id()), all),
        ("platformId", json!(Platform::Lambda.id()), none),
        ("jobInvoker", json!(owner), all),
        ("jobInvoker", json!(stranger), none),
        ("isRevoked", json!(true), [true, false, false]),
    ];
    for (after, before, inside) in windows {
        for (name, value, selected) in &others {
            for requester in [None, Some(by.clone())] {
                let input = query(&[
                    ("signatureExpiresAfter", after.map(|time| json!(time))),
                    ("signatureExpiresBefore", before.map(|time| json!(time))),
                    (name, Some(value.clone())),
                    ("requestedBy", requester),
                ]);
                let chosen = ids.iter().zip(inside.iter().zip(selected)).filter(|(_, (inside, selected))| **inside && **selected);
                let mut expected: Vec<String> = chosen.map(|(id, _)| id.clone()).collect();
                expected.sort_unstable();
                let listed = own(case, JOBS, "jobs", "jobId", &input, &ids).await?;
                for requirement in [
                    after.map(|_| "ListSigningJobs/expires-after-filter"),
                    before.map(|_| "ListSigningJobs/expires-before-filter"),
                    Some("ListSigningJobs/filters-combine"),
                ]
                .into_iter()
                .flatten()
                {
                    // What departs is found once; the others are put to the test as well.
                    if requirement == "ListSigningJobs/filters-combine" || listed == expected {
                        let permitted = format!("{expected:?} with {input}");
                        case.hold(requirement, listed == expected, &permitted, &format!("{listed:?}"));
                    }
                }
            }
        }
    }
    Ok(())
}

async fn two_requesters(case: &mut Case<'_>) -> Played {
    case.two_accounts()?;
    let name = case.fresh("shared");
    made(case, &name, Platform::Notation).await?;
    let principal = case.context().other_account.clone();
    let grant =
        json!({ "profileName": name, "statementId": "s", "action": "signer:SignPayload", "principal": principal.clone() });
    case.must("AddProfilePermission/adds", Operation::AddProfilePermission, grant).await?;
    let mut asked = Vec::new();
    for by in [Account::Owner, Account::Other, Account::Owner, Account::Other] {
        let id = signed_by(case, by, &name).await?.text("/jobId");
        let view = case.must("DescribeSigningJob/view", Operation::DescribeSigningJob, json!({ "jobId": id })).await?;
        asked.push((by, id, view.body));
    }
    let ids: Vec<String> = asked.iter().map(|(_, id, _)| id.clone()).collect();
    for (filter, member, requirement) in [
        ("requestedBy", "requestedBy", "ListSigningJobs/requested-by-filter"),
        ("jobInvoker", "jobInvoker", "ListSigningJobs/invoker-filter"),
    ] {
        for (by, _, view) in &asked[..2] {
            let mut expected: Vec<String> = asked.iter().filter(|(other, ..)| other == by).map(|(_, id, _)| id.clone()).collect();
            expected.sort_unstable();
            let input = json!({ filter: view[member], "maxResults": 1 });
            let listed = own(case, JOBS, "jobs", "jobId", &input, &ids).await?;
            case.hold(requirement, listed == expected, &format!("{expected:?} with {input}"), &format!("{listed:?}"));
        }
    }
    Ok(())
}

/// A value that nothing has lists nothing, or is refused.
async fn selects_none(case: &mut Case<'_>, requirement: &str, list: Operation, filter: &str, value: &str) -> Played {
    let (items, key) = if list == JOBS { ("jobs", "jobId") } else { ("profiles", "profileName") };
    let told = case.ask(list, json!({ filter: value })).await?;
    let listed = keys(&[told.body], items, key);
    let permitted = format!("nothing with {filter} {value}, which none has");
    case.hold(requirement, listed.is_empty(), &permitted, &format!("{} {items}", listed.len()));
    Ok(())
}

async fn near_values(case: &mut Case<'_>) -> Played {
    let name = case.fresh("near");
    let platform = plain(case);
    made(case, &name, platform).await?;
    let known = known_jobs(case).await?;
    let shorter = |text: &str| text.chars().take(text.chars().count().saturating_sub(1)).collect::<String>();
    let lower = platform.id().to_lowercase();
    // Whether another case names the platform is open; a target that says so may select by it.
    let told = case.ask(Operation::GetSigningPlatform, json!({ "platformId": lower })).await?;
    let mut near = vec![shorter(platform.id())];
    near.extend((!told.is_success()).then_some(lower));
    for value in near {
        selects_none(case, "ListSigningJobs/platform-filter", JOBS, "platformId", &value).await?;
        if case.edition() == Edition::Current {
            selects_none(case, "ListSigningProfiles/platform-filter", PROFILES, "platformId", &value).await?;
        }
    }
    let Some(by) = known.first().and_then(|job| job.view["requestedBy"].as_str()) else {
        case.skip("no job tells who requested it");
        return Ok(());
    };
    selects_none(case, "ListSigningJobs/requested-by-filter", JOBS, "requestedBy", &shorter(by)).await
}
