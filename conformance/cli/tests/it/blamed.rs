//! What is told of a server that lies names what is broken.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::Value;
use signer_conformance::{Endpoint, Request, Response, Step};
use signer_conformance_cli::embedded::InProcess;
use signer_model::{EffectiveTime, J0, P0, Platform, ProfileFilter, Request as Ask, TagKey, TagValue};
use signer_reference::Config;
use signer_schemas::Edition;

use crate::liar::{Liar, Told, body, broken, calls, findings, honest, refusal, report, told};

#[tokio::test]
async fn an_ignored_expiry_filter_is_told_as_the_filter_and_not_as_a_job_that_lags() {
    let liar = Liar {
        honest: honest(&[]),
        lie: |request| {
            let kept = |part: &&str| !part.starts_with("signatureExpires");
            match request.target.split_once('?') {
                Some((path, query)) if request.target.starts_with("/signing-jobs?") => {
                    let query = query.split('&').filter(kept).collect::<Vec<_>>().join("&");
                    Told::Honestly(Request { target: format!("{path}?{query}"), ..request.clone() })
                }
                _ => Told::Honestly(request.clone()),
            }
        },
    };
    let report = report(&liar, &["list-signing-jobs", "filters/expiry"]).await;
    let told = told(&report);
    assert!(
        told.contains(&"ListSigningJobs/expires-after-filter")
            || told.contains(&"ListSigningJobs/expires-before-filter")
    );
    assert!(!told.contains(&"SignPayload/succeeded-at-once"), "{told:?}");
}

#[tokio::test]
async fn an_ended_profile_in_a_list_by_platform_breaks_active_only_and_not_the_filter() {
    let filter = ProfileFilter { platform: Some(Platform::Lambda), ..ProfileFilter::default() };
    let put = Ask::put(Edition::Current, P0, Platform::Lambda);
    let steps = calls(&[put, Ask::cancel(P0), Ask::profiles(filter)]);
    let told = findings(&honest(&["list-shows-canceled"]), steps).await;
    let requirements: Vec<&str> = told.iter().map(|finding| finding.requirement.as_str()).collect();
    assert_eq!(requirements, ["ListSigningProfiles/active-only"]);
}

#[tokio::test]
async fn a_list_that_cannot_be_read_breaks_nothing_but_its_form() {
    let liar = Liar {
        honest: honest(&[]),
        lie: |request| {
            if request.target.starts_with("/tags/") && request.method == "GET" {
                return Told::Changed(|response| Response { body: r#"{"tags":{"#.into(), ..response });
            }
            Told::Honestly(request.clone())
        },
    };
    let report = report(&liar, &["tour/tags", "tags/", "profiles/template"]).await;
    let told = told(&report);
    assert!(told.iter().all(|id| *id == "common/well-formed-json"), "{told:?}");
    assert!(!told.is_empty());
}

#[tokio::test]
async fn an_action_that_cannot_be_granted_is_told_as_the_action() {
    let liar = Liar {
        honest: honest(&[]),
        lie: |request| {
            let is_grant = request.method == "POST" && request.target.ends_with("/permissions");
            if is_grant && body(request).contains("signer:SignPayload") {
                return Told::Answer(refusal(400, "ValidationException"));
            }
            Told::Honestly(request.clone())
        },
    };
    let report = report(&liar, &["tour/permissions"]).await;
    let told = told(&report);
    assert_eq!(told, ["AddProfilePermission/actions"]);
}

#[tokio::test]
async fn crashes_on_different_inputs_are_different_findings() {
    let liar = Liar {
        honest: honest(&[]),
        lie: |request| {
            let crashes = std::str::from_utf8(&request.body).is_err()
                || body(request).contains("\"overrides\":\"text\"");
            if crashes && request.method == "PUT" {
                return Told::Answer(refusal(500, "InternalServiceErrorException"));
            }
            Told::Honestly(request.clone())
        },
    };
    let report = report(&liar, &["wire/strange-text", "near-misses/PutSigningProfile/overrides"]).await;
    let crashes: Vec<(Option<&str>, Option<&str>)> = report
        .findings
        .iter()
        .filter(|row| row.requirement == "common/no-server-error")
        .map(|row| (row.crashed_by.as_deref(), row.cause.as_deref().filter(|cause| *cause == row.id)))
        .collect();
    assert!(crashes.iter().any(|(input, _)| *input == Some("a body that is no UTF-8")), "{crashes:?}");
    assert!(
        crashes.iter().any(|(input, _)| input.is_some_and(|input| input.starts_with("overrides"))),
        "{crashes:?}"
    );
}

#[tokio::test]
async fn what_a_deviation_leaves_behind_is_told_as_that_deviation() {
    let put = Ask::put(Edition::Current, P0, Platform::Lambda);
    let steps = calls(&[put, Ask::revoke(P0, EffectiveTime::Earlier), Ask::cancel(P0), Ask::get(P0)]);
    let told = findings(&honest(&["revoked-cancelable"]), steps).await;
    assert!(!told.is_empty());
    for finding in told {
        assert_eq!(finding.requirement, "CancelSigningProfile/revoked", "{}", finding.summary);
    }
}

#[tokio::test]
async fn a_job_that_never_ends_is_a_finding_where_another_one_ends() {
    let put = Ask::put(Edition::Current, P0, Platform::IotDeviceManagement);
    let mut steps = calls(&[put, Ask::start(J0, P0)]);
    steps.push(Step::Settle(J0));
    let told = findings(&honest(&["iot-jobs-never-end"]), steps.clone()).await;
    let requirements: Vec<&str> = told.iter().map(|finding| finding.requirement.as_str()).collect();
    assert_eq!(requirements, ["DescribeSigningJob/ends"]);
    // Where none ends, nothing is known of how long jobs take.
    let config = Config { job_delay: std::time::Duration::from_hours(1), ..Config::default() };
    let slow: Arc<dyn Endpoint> = Arc::new(InProcess::new(config));
    assert!(findings(slow.as_ref(), steps).await.is_empty());
}

#[tokio::test]
async fn tags_that_are_dropped_when_a_profile_is_made_are_told_as_those_and_not_as_the_list() {
    let dropping = Liar {
        honest: honest(&[]),
        lie: |request| {
            let mut given: Value = serde_json::from_slice(&request.body).unwrap_or_default();
            match given.as_object_mut().and_then(|members| members.remove("tags")) {
                Some(_) if request.method == "PUT" => {
                    Told::Honestly(Request { body: given.to_string().into_bytes(), ..request.clone() })
                }
                _ => Told::Honestly(request.clone()),
            }
        },
    };
    let hiding = Liar {
        honest: honest(&[]),
        lie: |request| {
            let is_list = request.target.starts_with("/tags/") && request.method == "GET";
            if !is_list {
                return Told::Honestly(request.clone());
            }
            Told::Changed(|response| Response { body: r#"{"tags":{}}"#.into(), ..response })
        },
    };
    let mut put = Ask::put(Edition::Current, P0, Platform::Lambda);
    if let Ask::PutSigningProfile { tags, .. } = &mut put {
        tags[0] = TagValue::A;
    }
    let steps = calls(&[put, Ask::tags(P0)]);
    assert_eq!(broken(&dropping, steps.clone()).await, ["PutSigningProfile/tags-kept"]);
    assert_eq!(broken(&hiding, steps).await, ["ListTagsForResource/lists"]);
}

#[tokio::test]
async fn a_revocation_without_a_record_is_told_as_the_record_that_is_missing() {
    let liar = Liar {
        honest: honest(&[]),
        lie: |request| {
            let is_view = request.target.starts_with("/signing-profiles/")
                || request.target.starts_with("/signing-jobs/");
            if request.method != "GET" || !is_view {
                return Told::Honestly(request.clone());
            }
            Told::Changed(|response| {
                let mut view: Value = serde_json::from_slice(&response.body).unwrap_or_default();
                if let Some(members) = view.as_object_mut() {
                    members.remove("revocationRecord");
                }
                Response { body: view.to_string().into(), ..response }
            })
        },
    };
    let scenes = ["times", "record", "within-a-second", "owner"].map(|name| format!("revocation/{name}"));
    let mut cases: Vec<&str> = scenes.iter().map(String::as_str).collect();
    cases.push("wire/timestamps");
    let report = report(&liar, &cases).await;
    assert_eq!(
        BTreeSet::from_iter(told(&report)),
        BTreeSet::from(["DescribeSigningJob/revocation-record", "GetSigningProfile/revocation-record"])
    );
}

#[tokio::test]
async fn a_list_that_ignores_its_filters_is_told_as_the_filters_and_not_as_pages_that_lose_something() {
    let liar = Liar {
        honest: honest(&[]),
        lie: |request| match request.target.split_once('?') {
            Some(("/signing-profiles", query)) => {
                let is_kept = |part: &&str| !part.starts_with("platformId") && !part.starts_with("statuses");
                let query: Vec<&str> = query.split('&').filter(is_kept).collect();
                let target = format!("/signing-profiles?{}", query.join("&"));
                Told::Honestly(Request { target, ..request.clone() })
            }
            _ => Told::Honestly(request.clone()),
        },
    };
    let report = report(&liar, &["filters/profiles", "pagination/sizes"]).await;
    let told = told(&report);
    for filter in ["ListSigningProfiles/platform-filter", "ListSigningProfiles/statuses-filter"] {
        assert!(told.contains(&filter), "{told:?}");
    }
    assert!(!told.contains(&"ListSigningProfiles/complete"), "{told:?}");
}

#[tokio::test]
async fn a_tag_too_many_on_a_revoked_profile_is_told_as_the_limit() {
    let liar = Liar {
        honest: honest(&[]),
        lie: |request| {
            if !(request.target.starts_with("/tags/") && request.method == "POST") {
                return Told::Honestly(request.clone());
            }
            Told::Changed(|_| Response { status: 200, body: "{}".into(), ..refusal(200, "") })
        },
    };
    let tag = |key| Ask::tag(P0, TagKey(key), TagValue::A);
    let revoke = Ask::revoke(P0, EffectiveTime::Earlier);
    let put = Ask::put(Edition::Current, P0, Platform::Notation);
    let steps = calls(&[put, tag(0), Ask::tag(P0, TagKey::MANY, TagValue::A), revoke, tag(1)]);
    assert_eq!(broken(&liar, steps).await, ["ListTagsForResource/output/tags/max-items"]);
}
