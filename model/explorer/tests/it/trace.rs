//! Trace: steps and what each thing goes through, and what is written of it.

use serde_json::Value;

use crate::site::{Site, count, walked};

async fn query(site: &Site) -> String {
    let steps = [
        ("PutSigningProfile p0", "created"),
        ("StartSigningJob j0 with p0 over an object", "j0"),
        ("j0 ends", "Succeeded"),
    ];
    walked(site, "jobs", &steps).await.split_once('?').expect("a query").1.to_owned()
}

#[tokio::test]
async fn each_thing_has_a_column_that_tells_what_a_step_did_to_it() {
    let site = Site::new();
    let trace = site.json(&format!("/jobs/trace?{}", query(&site).await)).await;
    assert_eq!(trace["lanes"], serde_json::json!(["p0", "j0"]));
    let lanes: Vec<&Value> =
        trace["rows"].as_array().expect("rows").iter().map(|row| &row["lanes"]).collect();
    assert_eq!(
        lanes,
        [
            &serde_json::json!(["Active", null]),
            &serde_json::json!([null, "InProgress"]),
            &serde_json::json!([null, "Succeeded"])
        ]
    );
    assert!(trace["rows"][0]["requirement"]["statement"].is_string());
    assert!(count(&trace["rows"][0]["permitted"]) > 0);
}

#[tokio::test]
async fn a_trace_is_written_as_a_program_that_opens_as_the_same_trace() {
    let site = Site::new();
    let query = query(&site).await;
    let program = site.page(&format!("/jobs/export.json?{query}")).await;
    let json: Value = serde_json::from_str(&program).expect("JSON");
    assert_eq!(count(&json["steps"]), 3, "{program}");
    let token = site.token().await;
    let body = form_urlencoded::Serializer::new(String::new())
        .append_pair("token", &token)
        .append_pair("text", &program)
        .finish();
    let opened = site.ask("POST", "/open", &body).await;
    assert_eq!(opened.status, 303, "{}", opened.text);
    let to = opened.header("location").expect("a link").to_owned();
    let again = site.page(&to.replace("/trace?", "/export.json?")).await;
    assert_eq!(again, program, "import and export give the same program");
}

#[tokio::test]
async fn a_trace_is_written_as_a_diagram_and_for_other_checkers() {
    let site = Site::new();
    let query = query(&site).await;
    let diagram = site.page(&format!("/jobs/export.mmd?{query}")).await;
    assert!(
        diagram.starts_with("sequenceDiagram\n") && diagram.contains("O->>S: PutSigningProfile p0"),
        "{diagram}"
    );
    let itf: Value =
        serde_json::from_str(&site.page(&format!("/jobs/export.itf.json?{query}")).await).expect("JSON");
    assert_eq!(itf["vars"], serde_json::json!(["profiles", "jobs", "call", "reply"]));
    let states = itf["states"].as_array().expect("states");
    assert_eq!(states.len(), 4, "the beginning, and a state after each step");
    assert_eq!(states[3]["#meta"]["index"], 3);
    assert_eq!(states[3]["jobs"]["#map"][0][1]["status"], "Succeeded");
    for state in states {
        for name in itf["vars"].as_array().expect("vars") {
            assert!(
                !state[name.as_str().expect("a name")].is_null(),
                "every state has every variable: {state}"
            );
        }
    }
}

#[tokio::test]
async fn a_form_that_nobody_knows_and_a_script_without_anybody_to_ask_say_so() {
    let site = Site::new();
    let query = query(&site).await;
    let unknown = site.ask("GET", &format!("/jobs/export.exe?{query}"), "").await;
    assert!(unknown.status == 404 && unknown.text.contains("aws.sh"), "{}", unknown.text);
    let script = site.ask("GET", &format!("/jobs/export.sh?{query}"), "").await;
    assert!(script.status == 400 && script.text.contains("without anybody to ask"), "{}", script.text);
}
