//! Every filter of the lists, alone and together, against what each item tells of itself.

use serde_json::{Map, Value, json};
use signer_model::{EffectiveTime, Platform};
use signer_schemas::{Edition, Operation};

use super::Scene;
use super::calls::{job_input, keys, made, outcome, plain};
use crate::runner::{Case, Played, Stop};

const PROFILES: Operation = Operation::ListSigningProfiles;
const JOBS: Operation = Operation::ListSigningJobs;

pub(super) const SCENES: &[Scene] = &[
    Scene {
        name: "filters/profiles",
        operation: PROFILES,
        what: "profiles of two platforms in each status, by each combination of filters",
        requirements: &["ListSigningProfiles/filters-combine", "ListSigningProfiles/complete"],
        play: |case| Box::pin(profiles(case)),
    },
    Scene {
        name: "filters/unknown-platform",
        operation: PROFILES,
        what: "a platformId that no platform has, as a filter",
        requirements: &["ListSigningProfiles/unknown-platform"],
        play: |case| Box::pin(unknown_platform(case)),
    },
    Scene {
        name: "filters/jobs",
        operation: JOBS,
        what: "jobs of two platforms, revoked and not, by each combination of filters",
        requirements: &["ListSigningJobs/filters-combine", "ListSigningJobs/is-revoked"],
        play: |case| Box::pin(jobs(case)),
    },
    Scene {
        name: "filters/requested-by",
        operation: JOBS,
        what: "the caller and a stranger as requestedBy, alone and with other filters",
        requirements: &["ListSigningJobs/requested-by-filter", "ListSigningJobs/filters-combine"],
        play: |case| Box::pin(requested_by(case)),
    },
    Scene {
        name: "filters/expiry-edge",
        operation: JOBS,
        what: "signatures that expire exactly at the given time",
        requirements: &["ListSigningJobs/expiry-filter-edge"],
        play: |case| Box::pin(expiry_edge(case)),
    },
];

/// The own ones among what a list gives, in order.
pub(super) async fn own(
    case: &mut Case<'_>,
    list: Operation,
    items: &str,
    key: &str,
    input: &Value,
    own: &[String],
) -> Result<Vec<String>, Stop> {
    let pages = case.pages(list, input.clone()).await?;
    let mut listed = keys(&pages, items, key);
    listed.retain(|listed| own.contains(listed));
    listed.sort_unstable();
    Ok(listed)
}

pub(super) fn query(pairs: &[(&str, Option<Value>)]) -> Value {
    let given = pairs.iter().filter_map(|(name, value)| Some(((*name).to_owned(), value.clone()?)));
    Value::Object(given.collect::<Map<String, Value>>())
}

async fn profiles(case: &mut Case<'_>) -> Played {
    const STATUSES: [&str; 3] = ["Active", "Canceled", "Revoked"];
    let mut all = Vec::new();
    for platform in [Platform::Lambda, Platform::Notation] {
        for status in STATUSES {
            let name = case.fresh(&format!("{status}{platform:?}"));
            let version = made(case, &name, platform).await?.text("/profileVersion");
            match status {
                "Canceled" => {
                    let input = json!({ "profileName": name });
                    case.must("CancelSigningProfile/cancels", Operation::CancelSigningProfile, input).await?;
                }
                "Revoked" => {
                    let at = case.context().effective_time(EffectiveTime::Later);
                    let input = json!({ "profileName": name, "profileVersion": version, "reason": "r", "effectiveTime": at });
                    case.must("RevokeSigningProfile/revokes", Operation::RevokeSigningProfile, input).await?;
                }
                _ => {}
            }
            all.push((name, platform, status));
        }
    }
    let names: Vec<String> = all.iter().map(|(name, ..)| name.clone()).collect();
    let platforms = [None, Some(Platform::Lambda), Some(Platform::Notation), Some(Platform::FreeRtosDefault)];
    let sets: [&[&str]; 6] =
        [&["Active"], &["Canceled"], &["Revoked"], &["Active", "Revoked"], &["Canceled", "Revoked"], &STATUSES];
    for platform in platforms {
        for statuses in sets {
            for page in [None, Some(1)] {
                // Walks of single items over a whole account are few.
                if page.is_some() && (statuses.len() > 1 || platform.is_none()) {
                    continue;
                }
                let input = query(&[
                    ("statuses", Some(json!(statuses))),
                    ("platformId", platform.map(|platform| json!(platform.id()))),
                    ("maxResults", page.map(|page| json!(page))),
                ]);
                let matches = |(_, of, status): &&(String, Platform, &str)| {
                    platform.is_none_or(|platform| platform == *of) && statuses.contains(status)
                };
                // Whether others than Active ones are listed without includeCanceled is open.
                let (sure, open): (Vec<_>, Vec<_>) = all.iter().filter(matches).partition(|(.., status)| *status == "Active");
                let mut expected: Vec<String> = sure.iter().map(|(name, ..)| name.clone()).collect();
                expected.sort_unstable();
                let mut listed = own(case, PROFILES, "profiles", "profileName", &input, &names).await?;
                listed.retain(|name| !open.iter().any(|(known, ..)| known == name));
                let requirement = "ListSigningProfiles/filters-combine";
                case.hold(requirement, listed == expected, &format!("{expected:?} with {input}"), &format!("{listed:?}"));
            }
        }
    }
    // Whether includeCanceled shows revoked profiles is open.
    for platform in [Platform::Lambda, Platform::FreeRtosDefault] {
        let unrevoked = all.iter().filter(|(_, of, status)| *of == platform && *status != "Revoked");
        let mut expected: Vec<String> = unrevoked.map(|(name, ..)| name.clone()).collect();
        expected.sort_unstable();
        let input = json!({ "includeCanceled": true, "platformId": platform.id() });
        let mut listed = own(case, PROFILES, "profiles", "profileName", &input, &names).await?;
        listed.retain(|name| !all.contains(&(name.clone(), platform, "Revoked")));
        let permitted = format!("{expected:?} with {input}");
        case.hold("ListSigningProfiles/filters-combine", listed == expected, &permitted, &format!("{listed:?}"));
    }
    let twice = own(case, PROFILES, "profiles", "profileName", &json!({ "statuses": ["Active", "Active"] }), &names).await?;
    let active = all.iter().filter(|(.., status)| *status == "Active").count();
    let permitted = format!("{active} profiles, each once, for a status named twice");
    case.hold("ListSigningProfiles/complete", twice.len() == active, &permitted, &format!("{twice:?}"));
    Ok(())
}

async fn unknown_platform(case: &mut Case<'_>) -> Played {
    let told = case.ask(PROFILES, json!({ "platformId": "NoSuchPlatform-SHA256-ECDSA" })).await?;
    if told.is_success() {
        let empty = told.at("/profiles").as_array().is_none_or(Vec::is_empty);
        case.open("ListSigningProfiles/unknown-platform", if empty { "an empty list" } else { "the filter is ignored" });
    } else {
        case.open_by_class("ListSigningProfiles/unknown-platform", &told);
    }
    Ok(())
}

/// A job and what it tells of itself.
pub(super) struct Known {
    pub(super) id: String,
    pub(super) view: Value,
    revoked: bool,
}

/// Jobs of both kinds, ended, as far as target and edition have them.
pub(super) async fn known_jobs(case: &mut Case<'_>) -> Result<Vec<Known>, Stop> {
    let mut ids = Vec::new();
    let mut revoked = Vec::new();
    if case.edition() == Edition::Current {
        let name = case.fresh("images");
        made(case, &name, Platform::Notation).await?;
        for number in 0..3 {
            let input = json!({
                "profileName": name, "payload": super::signing::payload(300),
                "payloadFormat": "application/vnd.cncf.notary.payload.v1+json",
            });
            let id = case.must("SignPayload/signs", Operation::SignPayload, input).await?.text("/jobId");
            if number == 0 {
                let input = json!({ "jobId": id, "reason": "conformance" });
                case.must("RevokeSignature/revokes", Operation::RevokeSignature, input).await?;
                revoked.push(id.clone());
            }
            ids.push(id);
        }
    }
    if case.context().fixture.is_some() {
        let name = case.fresh("objects");
        made(case, &name, plain(case)).await?;
        for (token, key) in [("a", None), ("b", Some("missing.zip"))] {
            let mut input = job_input(case, &name, &format!("{name}-{token}"))?;
            if let Some(key) = key {
                input["source"]["s3"]["key"] = json!(key);
                input["source"]["s3"]["version"] = json!("null");
            }
            let told = case.ask(Operation::StartSigningJob, input).await?;
            if told.is_success() {
                ids.push(told.text("/jobId"));
            }
        }
    }
    let mut jobs = Vec::new();
    for id in ids {
        let view = outcome(case, &id).await?.body;
        jobs.push(Known { revoked: revoked.contains(&id), id, view });
    }
    Ok(jobs)
}

async fn jobs(case: &mut Case<'_>) -> Played {
    let known = known_jobs(case).await?;
    let ids: Vec<String> = known.iter().map(|job| job.id.clone()).collect();
    let platforms: Vec<Option<Value>> = std::iter::once(None)
        .chain([plain(case).id(), Platform::Notation.id(), Platform::FreeRtosTi.id()].map(|id| Some(json!(id))))
        .collect();
    let statuses = [None, Some(json!("Succeeded")), Some(json!("Failed")), Some(json!("InProgress"))];
    let (own_account, other) = (case.context().owner_account.clone(), case.context().other_account.clone());
    let current = case.edition() == Edition::Current;
    let invokers = if current { vec![None, Some(json!(own_account)), Some(json!(other))] } else { vec![None] };
    let revocations = if current { vec![None, Some(json!(true))] } else { vec![None] };
    for status in &statuses {
        for platform in &platforms {
            for invoker in &invokers {
                for revoked in &revocations {
                    let input = query(&[
                        ("status", status.clone()),
                        ("platformId", platform.clone()),
                        ("jobInvoker", invoker.clone()),
                        ("isRevoked", revoked.clone()),
                    ]);
                    let matches = |job: &&Known| {
                        status.as_ref().is_none_or(|status| job.view["status"] == *status)
                            && platform.as_ref().is_none_or(|platform| job.view["platformId"] == *platform)
                            && invoker.as_ref().is_none_or(|invoker| job.view["jobInvoker"] == *invoker)
                            && revoked.as_ref().is_none_or(|_| job.revoked)
                    };
                    let mut expected: Vec<String> = known.iter().filter(matches).map(|job| job.id.clone()).collect();
                    expected.sort_unstable();
                    let listed = own(case, JOBS, "jobs", "jobId", &input, &ids).await?;
                    let requirement = "ListSigningJobs/filters-combine";
                    case.hold(requirement, listed == expected, &format!("{expected:?} with {input}"), &format!("{listed:?}"));
                }
            }
        }
    }
    let pages = case.pages(JOBS, json!({})).await?;
    for job in &known {
        let Some(entry) = super::calls::item(&pages, "jobs", "jobId", &job.id) else { continue };
        let told = entry["isRevoked"].as_bool().unwrap_or_default();
        case.hold("ListSigningJobs/is-revoked", told == job.revoked, &job.revoked.to_string(), &entry["isRevoked"].to_string());
    }
    Ok(())
}

async fn requested_by(case: &mut Case<'_>) -> Played {
    let known = known_jobs(case).await?;
    let mut ids: Vec<String> = known.iter().map(|job| job.id.clone()).collect();
    ids.sort_unstable();
    let Some(by) = known.first().and_then(|job| job.view["requestedBy"].as_str()).map(str::to_owned) else {
        case.skip("no job tells who requested it");
        return Ok(());
    };
    let requirement = "ListSigningJobs/requested-by-filter";
    let listed = own(case, JOBS, "jobs", "jobId", &json!({ "requestedBy": by }), &ids).await?;
    case.hold(requirement, listed == ids, &format!("{ids:?}"), &format!("{listed:?}"));
    let stranger = case.context().role_arn();
    let listed = own(case, JOBS, "jobs", "jobId", &json!({ "requestedBy": stranger }), &ids).await?;
    case.hold(requirement, listed.is_empty(), "none of the own jobs", &format!("{listed:?}"));
    let platforms = [None, Some(plain(case).id()), Some(Platform::Notation.id()), Some(Platform::FreeRtosTi.id())];
    for status in [None, Some("Succeeded"), Some("Failed"), Some("InProgress")] {
        for platform in platforms {
            let input = query(&[
                ("requestedBy", Some(json!(by))),
                ("status", status.map(|status| json!(status))),
                ("platformId", platform.map(|platform| json!(platform))),
            ]);
            let matches = |job: &&Known| {
                status.is_none_or(|status| job.view["status"] == status)
                    && platform.is_none_or(|platform| job.view["platformId"] == platform)
            };
            let mut expected: Vec<String> = known.iter().filter(matches).map(|job| job.id.clone()).collect();
            expected.sort_unstable();
            let listed = own(case, JOBS, "jobs", "jobId", &input, &ids).await?;
            let permitted = format!("{expected:?} with {input}");
            case.hold("ListSigningJobs/filters-combine", listed == expected, &permitted, &format!("{listed:?}"));
        }
    }
    Ok(())
}

async fn expiry_edge(case: &mut Case<'_>) -> Played {
    let known = known_jobs(case).await?;
    let Some((job, expires)) = known.iter().find_map(|job| Some((job, job.view["signatureExpiresAt"].as_f64()?))) else {
        case.skip("no job tells when its signature expires");
        return Ok(());
    };
    let mut at_the_time = [false; 2];
    for (index, filter) in ["signatureExpiresBefore", "signatureExpiresAfter"].into_iter().enumerate() {
        let ids = [job.id.clone()];
        at_the_time[index] = !own(case, JOBS, "jobs", "jobId", &json!({ filter: expires }), &ids).await?.is_empty();
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
    // A second beyond the time there is no question left.
    for (filter, seconds, listed) in [
        ("signatureExpiresBefore", 2.0, true),
        ("signatureExpiresBefore", -2.0, false),
        ("signatureExpiresAfter", -2.0, true),
        ("signatureExpiresAfter", 2.0, false),
    ] {
        let ids = [job.id.clone()];
        let found = !own(case, JOBS, "jobs", "jobId", &json!({ filter: expires + seconds }), &ids).await?.is_empty();
        let requirement = if filter.ends_with("Before") { "expires-before-filter" } else { "expires-after-filter" };
        case.hold(
            &format!("ListSigningJobs/{requirement}"),
            found == listed,
            if listed { "listed" } else { "not listed" },
            &format!("{filter} {seconds:+} s: {}", if found { "listed" } else { "not listed" }),
        );
    }
    Ok(())
}
