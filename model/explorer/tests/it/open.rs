//! Opening files: programs, counterexamples, cases of the plan.

use serde_json::{Value, json};

use crate::site::{Answer, Site, count};

async fn open(site: &Site, text: &str) -> Answer {
    let token = site.token().await;
    let body = form_urlencoded::Serializer::new(String::new())
        .append_pair("token", &token)
        .append_pair("text", text)
        .finish();
    site.ask("POST", "/open", &body).await
}

/// A counterexample as a certification writes it, of a service that starts jobs with canceled profiles.
fn counterexample() -> Value {
    let call = |request: Value| json!({ "Call": { "by": "Owner", "request": request } });
    let start = json!({ "StartSigningJob": { "job": 0, "profile": 0, "owner": "Omitted", "source": "Present", "destination": "A" } });
    let put = json!({ "PutSigningProfile": {
        "profile": 0, "platform": { "Known": "Lambda" }, "validity": "Default", "material": false, "parameters": false,
        "tags": ["None", "None", "None"],
    } });
    let cancel = json!({ "CancelSigningProfile": { "profile": 0 } });
    let answer = |step: usize, request: &Value, reply: &str| json!({ "step": step, "call": { "by": "Owner", "request": request }, "reply": reply, "by_list": false });
    json!({
        "finding": "F001",
        "requirement": "StartSigningJob/not-active",
        "basis": "documented",
        "operation": "StartSigningJob",
        "by": "model",
        "summary": "StartSigningJob j0 was answered j0",
        "permitted": ["ValidationException"],
        "observed": "200 {\"jobId\":\"<b>x</b>\"}",
        "step": 2,
        "case": "tour/jobs/some",
        "program": { "name": "tour/jobs/some", "edition": "current", "steps": [call(put.clone()), call(cancel.clone()), call(start)] },
        "answers": [answer(0, &put, "Created"), answer(1, &cancel, "Done")],
    })
}

#[tokio::test]
async fn a_counterexample_opens_at_the_step_that_departs() {
    let site = Site::new();
    let opened = open(&site, &counterexample().to_string()).await;
    assert_eq!(opened.status, 303, "{}", opened.text);
    let to = opened.header("location").expect("a link");
    assert!(to.starts_with("/jobs/trace?") && to.contains("open="), "{to}");
    let trace = site.json(to).await;
    assert_eq!(trace["at"], 3);
    let rows = trace["rows"].as_array().expect("rows");
    assert_eq!(rows.len(), 3);
    assert_eq!(rows[2]["departure"]["requirement"], "StartSigningJob/not-active");
    assert!(rows[2]["departure"]["rule"]["source"].is_string());
    assert!(rows[2]["otherwise"].is_string(), "one can go on otherwise from before it");
    let page = site.page(to).await;
    assert!(page.contains("F001") && page.contains("departs"), "{page}");
    assert!(!page.contains("<b>x</b>"), "what a service answered is text: {page}");
    let elsewhere = Site::new().page(to).await;
    assert!(elsewhere.contains("is not open in this explorer any more"), "{elsewhere}");
}

#[tokio::test]
async fn a_bare_program_a_regression_and_a_case_open() {
    let site = Site::new();
    let program = counterexample()["program"].clone();
    for text in [program.to_string(), json!({ "requirement": null, "program": program }).to_string()] {
        assert_eq!(open(&site, &text).await.status, 303, "{text}");
    }
    let case = signer_conformance::tours(signer_schemas::Edition::Current)[0].cases[0].name.clone();
    let to = site.leads(&format!("/open?case=tour/{case}&step=0")).await;
    assert!(count(&site.json(&to).await["rows"]) > 0, "{to}");
}

#[tokio::test]
async fn what_the_model_has_no_word_for_is_a_row_of_its_own() {
    let site = Site::new();
    let mut program = counterexample()["program"].clone();
    program["steps"].as_array_mut().expect("steps").push(json!({ "Scene": "nonsense" }));
    let to = open(&site, &program.to_string()).await.header("location").expect("a link").to_owned();
    let trace = site.json(&to).await;
    let last = trace["rows"].as_array().expect("rows").last().expect("a row").clone();
    assert!(
        last["step"].is_null() && last["beyond"][0].as_str().is_some_and(|words| words.contains("nonsense")),
        "{last}"
    );
}

/// Two reads of a profile that are made at once with its canceling, with what each was answered.
fn at_once(seen: &[&str]) -> Value {
    let mut file = counterexample();
    let by_owner = |request: &Value| json!({ "by": "Owner", "request": request });
    let (put, cancel) = (
        file["program"]["steps"][0]["Call"]["request"].clone(),
        file["program"]["steps"][1]["Call"]["request"].clone(),
    );
    let get = json!({ "GetSigningProfile": { "profile": 0, "owner": "Omitted" } });
    let calls: Vec<&Value> = seen.iter().map(|_| &get).chain([&cancel]).collect();
    let together = json!({ "Together": calls.iter().map(|call| by_owner(call)).collect::<Vec<_>>() });
    let view = |status: &str| {
        json!({ "Profile": {
        "status": status, "platform": "Lambda", "validity": "Default", "tags": ["None", "None", "None"], "effective": null,
    } })
    };
    let answer = |step: usize, request: &Value, reply: Value| json!({ "step": step, "call": by_owner(request), "reply": reply, "by_list": false });
    let reads = seen.iter().map(|status| answer(1, &get, view(status)));
    let answers: Vec<Value> = [answer(0, &put, json!("Created"))]
        .into_iter()
        .chain(reads)
        .chain([answer(1, &cancel, json!("Done"))])
        .collect();
    file["program"]["steps"] = json!([file["program"]["steps"][0], together]);
    file["answers"] = json!(answers);
    file["step"] = json!(1);
    file
}

#[tokio::test]
async fn calls_made_at_once_stand_in_the_order_that_explains_their_answers() {
    let site = Site::new();
    let to = open(&site, &at_once(&["Canceled", "Active"]).to_string()).await;
    let trace = site.json(to.header("location").unwrap_or_else(|| panic!("{}", to.text))).await;
    let rows = trace["rows"].as_array().expect("rows");
    assert!(
        rows[1]["beyond"][1].as_str().is_some_and(|note| note.contains("the order 2, 3, 1 explains")),
        "{}",
        rows[1]
    );
    assert_eq!(rows.len(), 5, "each of the three calls is a step");
    assert_eq!(rows[4]["step"]["words"], "GetSigningProfile p0");
    assert_eq!(trace["at"], 1, "the departure is at the calls together, after the first step");
}

#[tokio::test]
async fn calls_made_at_once_that_no_order_explains_say_so() {
    let site = Site::new();
    let to = open(&site, &at_once(&["Revoked"]).to_string()).await;
    let trace = site.json(to.header("location").unwrap_or_else(|| panic!("{}", to.text))).await;
    let rows = trace["rows"].as_array().expect("rows");
    assert_eq!(rows.len(), 2);
    assert!(
        rows[1]["beyond"][1].as_str().is_some_and(|note| note.contains("no order of these calls")),
        "{}",
        rows[1]
    );
}

#[tokio::test]
async fn a_broken_file_is_refused_with_what_is_wrong_with_it() {
    let site = Site::new();
    let mut wrong = counterexample();
    wrong["basis"] = json!("hearsay");
    let mut far = counterexample()["program"].clone();
    far["steps"][1]["Call"]["request"]["CancelSigningProfile"]["profile"] = json!(99);
    for (text, what) in [
        ("", "Nothing was pasted"),
        ("{", "not JSON"),
        ("[]", "not a program"),
        (&wrong.to_string(), "hearsay"),
        (&far.to_string(), "99"),
    ] {
        let answer = open(&site, text).await;
        assert_eq!(answer.status, 400, "{text}: {}", answer.text);
        assert!(answer.text.contains(what), "{text}: {}", answer.text);
    }
    let foreign = site.ask("GET", "/open?report=A&finding=../../x", "").await;
    assert!(foreign.status == 404 && foreign.text.contains("No report is called"), "{}", foreign.text);
}
