//! Each fault changes at least one answer of a fixed script. Whether the judge names the right
//! requirement for it is tested where judge and witness meet.

use std::collections::BTreeSet;

use crate::server::{
    FREERTOS, NOTATION, PAYLOAD_FORMAT, Reply, START, Server, payload_body, start_body, tags_uri,
};
use serde_json::{Value, json};
use signer_reference::faults::{Category, Fault};
use signer_reference::freedoms::Freedoms;
use signer_reference::{Config, FAULTS};
use signer_schemas::Edition;

/// The answers to the script, without what differs between any two runs.
pub(crate) async fn transcript(server: &Server, edition: Edition) -> Vec<String> {
    let mut script = Script { server, seen: Vec::new(), ids: BTreeSet::new() };
    script.common().await;
    if edition == Edition::Current {
        script.current().await;
        script.refusals().await;
        script.regions().await;
    }
    script.deep(edition).await;
    script.values(edition).await;
    script.listed(edition).await;
    script.protocol(edition).await;
    script.effects(edition).await;
    script.seen
}

/// The answers to the script, and to what shows only after many calls.
async fn long_transcript(server: &Server, edition: Edition) -> Vec<String> {
    let mut script = Script { server, seen: transcript(server, edition).await, ids: BTreeSet::new() };
    script.long(edition).await;
    script.large().await;
    script.seen
}

pub(crate) struct Script<'a> {
    pub(crate) server: &'a Server,
    pub(crate) seen: Vec<String>,
    /// The request ids so far.
    pub(crate) ids: BTreeSet<String>,
}

impl Script<'_> {
    pub(crate) fn note(&mut self, reply: &Reply) -> Value {
        let headers = ["content-type", "x-amzn-errortype"].map(|name| reply.header(name));
        let id = reply.header("x-amzn-requestid");
        let id = format!("{} {}", !id.is_empty(), self.ids.insert(id.to_owned()));
        self.seen.push(format!("{} {headers:?} {id} {}", reply.status, reply.text));
        serde_json::from_str(&reply.text).unwrap_or_default()
    }

    pub(crate) async fn get(&mut self, uri: &str) -> Value {
        let reply = self.server.get(uri).await;
        self.note(&reply)
    }

    pub(crate) async fn delete(&mut self, uri: &str) -> Value {
        let reply = self.server.delete(uri).await;
        self.note(&reply)
    }

    pub(crate) async fn put(&mut self, uri: &str, body: Value) -> Value {
        let reply = self.server.put(uri, body).await;
        self.note(&reply)
    }

    pub(crate) async fn post(&mut self, uri: &str, body: Value) -> Value {
        let reply = self.server.post(uri, body).await;
        self.note(&reply)
    }

    pub(crate) async fn profile(&mut self, name: &str, change: Value) -> Value {
        let material = json!({"certificateArn": "arn:aws:acm:us-east-1:111122223333:certificate/x"});
        let mut body = json!({"platformId": FREERTOS, "signingMaterial": material});
        body.as_object_mut().expect("an object").extend(change.as_object().expect("an object").clone());
        self.put(&format!("/signing-profiles/{name}"), body).await
    }

    /// What both editions have.
    async fn common(&mut self) {
        self.server.source().await;
        self.profile("first", json!({"signingParameters": {"certname": "/c"}, "unknown": 1})).await;
        self.profile("first", json!({"signingParameters": null})).await;
        for name in [
            "second",
            "third",
            "not-a-name",
            "x".repeat(20).as_str(),
            "x".repeat(21).as_str(),
            "x".repeat(64).as_str(),
            "x".repeat(65).as_str(),
        ] {
            self.profile(name, json!({})).await;
        }
        self.put("/signing-profiles/bare", json!({"signingMaterial": {"certificateArn": "x"}})).await;
        self.note(&self.server.raw("PUT", "/signing-profiles/broken", "{").await);
        self.get("/signing-profiles/first").await;
        self.get("/signing-profiles/absent").await;
        self.delete("/signing-profiles/absent").await;
        self.delete("/signing-profiles/second").await;
        self.get("/signing-profiles/second").await;
        self.get("/signing-profiles").await;
        self.get("/signing-profiles?includeCanceled=true").await;
        let page = self.get("/signing-profiles?maxResults=2&includeCanceled=true").await;
        let token = page["nextToken"].as_str().unwrap_or_default();
        self.get(&format!("/signing-profiles?maxResults=2&includeCanceled=true&nextToken={token}")).await;
        self.get(&format!("/signing-platforms/{FREERTOS}")).await;
        for query in ["category=None", "maxResults=1", "maxResults=26", "nextToken=junk"] {
            self.get(&format!("/signing-platforms?{query}")).await;
        }
        let mut ids = Vec::new();
        for (profile, key, token) in [
            ("first", "code.zip", "t1"),
            ("first", "absent", "t2"),
            ("first", "code.zip", "t3"),
            ("first", "code.zip", "t1"),
            ("third", "code.zip", "t1"),
            ("second", "code.zip", "t4"),
            ("absent", "code.zip", "t5"),
        ] {
            let started = self.post("/signing-jobs", start_body(profile, key, token)).await;
            ids.push(started["jobId"].as_str().unwrap_or("absent").to_owned());
        }
        let mut body = start_body("first", "code.zip", "t6");
        body["clientRequestToken"] = json!(5);
        self.post("/signing-jobs", body).await;
        self.server.pass_ms(50);
        for id in [&ids[0], &ids[0], &ids[1], &"absent".to_owned()] {
            self.get(&format!("/signing-jobs/{id}")).await;
        }
        let page = self.get("/signing-jobs?maxResults=1").await;
        let token = page["nextToken"].as_str().unwrap_or_default();
        self.get(&format!("/signing-jobs?maxResults=1&nextToken={token}")).await;
        for query in ["", "status=Failed", "status=Nothing"] {
            self.get(&format!("/signing-jobs?{query}")).await;
        }
    }

    /// What only the current edition has.
    async fn current(&mut self) {
        let created = self
            .profile(
                "signs",
                json!({"platformId": NOTATION, "signingMaterial": null, "tags": {"a": "1", "b": "2"}}),
            )
            .await;
        let version = created["profileVersion"].as_str().unwrap_or_default().to_owned();
        self.get("/signing-profiles/signs").await;
        self.get(&format!("/signing-profiles?platformId={NOTATION}")).await;
        self.get("/signing-profiles?statuses=Canceled").await;
        self.tags().await;
        let uri = "/signing-jobs/with-payload";
        let job =
            self.post(uri, payload_body("signs")).await["jobId"].as_str().unwrap_or_default().to_owned();
        self.post(uri, payload_body("signs")).await;
        for (payload, format) in [
            ("cGF5bG9hZA==", "text/plain"),
            ("no base64!", PAYLOAD_FORMAT),
            (&"AAAA".repeat(1366), PAYLOAD_FORMAT),
        ] {
            self.post(uri, json!({"profileName": "signs", "payload": payload, "payloadFormat": format}))
                .await;
        }
        self.permissions().await;
        self.revocations(&version, &job).await;
    }

    async fn tags(&mut self) {
        let uri = tags_uri("signs");
        for tags in [json!({"c": "3"}), json!({"a": "4"}), json!({"no good": "5"})] {
            self.post(&uri, json!({"tags": tags})).await;
            self.get(&uri).await;
        }
        self.delete(&format!("{uri}?tagKeys=a&tagKeys=b")).await;
        self.get(&uri).await;
        for uri in [tags_uri("absent"), tags_uri("second"), "/tags/nonsense".to_owned()] {
            self.post(&uri, json!({"tags": {"a": "b"}})).await;
        }
    }

    async fn permissions(&mut self) {
        let uri = "/signing-profiles/signs/permissions";
        let shared = "/signing-profiles/signs?profileOwner=111122223333";
        self.note(&self.server.other("GET", shared, None).await);
        let statement = |id: &str, action: &str, revision: &Value| json!({"statementId": id, "action": format!("signer:{action}"), "principal": "444455556666", "revisionId": revision});
        let first =
            self.post(uri, statement("s1", "GetSigningProfile", &Value::Null)).await["revisionId"].clone();
        self.note(&self.server.other("GET", shared, None).await);
        let second = self.post(uri, statement("s2", "SignPayload", &first)).await["revisionId"].clone();
        self.post(uri, statement("s2", "RevokeSignature", &second)).await;
        self.post(uri, statement("s3", "RevokeSignature", &first)).await;
        self.get(uri).await;
        let mut payload = payload_body("signs");
        payload["profileOwner"] = json!("111122223333");
        let signed = self.server.other("POST", "/signing-jobs/with-payload", Some(payload)).await;
        let signed = self.note(&signed);
        self.get(&format!("/signing-jobs/{}", signed["jobId"].as_str().unwrap_or_default())).await;
        let revision = |revision: &Value| revision.as_str().unwrap_or_default().to_owned();
        self.delete(&format!("{uri}/s1?revisionId={}", revision(&first))).await;
        self.delete(&format!("{uri}/s1?revisionId={}", revision(&second))).await;
        self.get(uri).await;
    }

    async fn revocations(&mut self, version: &str, job: &str) {
        let arn = "arn%3Aaws%3Asigner%3Aus-east-1%3A111122223333%3A%2F";
        let entities = format!(
            "profileVersionArn={arn}signing-profiles%2Fsigns%2F{version}&jobArn={arn}signing-jobs%2F{job}"
        );
        let ask = |time: i64| {
            format!(
                "/revocations?signatureTimestamp={time}&platformId={NOTATION}&certificateHashes=a&{entities}"
            )
        };
        self.get(&ask(START)).await;
        for (id, reason) in [("absent", "r"), (job, ""), (job, "r")] {
            self.put(&format!("/signing-jobs/{id}/revoke"), json!({"reason": reason})).await;
        }
        self.get(&format!("/signing-jobs/{job}")).await;
        self.get("/signing-jobs?isRevoked=true").await;
        self.get("/signing-jobs?signatureExpiresAfter=2100-01-01T00%3A00%3A00Z").await;
        for effective in [START + 100, START - 50, START - 20, START - 80] {
            self.put(
                "/signing-profiles/signs/revoke",
                json!({"profileVersion": version, "reason": "r", "effectiveTime": effective}),
            )
            .await;
            self.get("/signing-profiles/signs").await;
        }
        for time in [START - 90, START] {
            self.get(&ask(time)).await;
        }
        self.post("/signing-jobs/with-payload", payload_body("signs")).await;
    }
}

async fn run(edition: Edition, fault: Option<&str>) -> Vec<String> {
    let server = Server::with(|config| {
        let config = Config { edition, ..config };
        match fault {
            Some(fault) => config.with_fault(fault).expect("the fault is known"),
            None => config,
        }
    });
    let is_long =
        fault.is_none_or(|id| FAULTS.iter().any(|fault| fault.id == id && fault.category == Category::Long));
    if is_long { long_transcript(&server, edition).await } else { transcript(&server, edition).await }
}

#[tokio::test]
async fn every_fault_changes_an_answer_in_each_of_its_editions() {
    let mut unnoticed = Vec::new();
    for edition in Edition::ALL {
        let right = run(edition, None).await;
        assert_eq!(right, run(edition, None).await, "the script must be repeatable");
        // Faults of signatures are tested with signatures, races with calls at once.
        let here = |fault: &&Fault| {
            ![Category::Auth, Category::Race].contains(&fault.category) && fault.editions.contains(&edition)
        };
        for fault in FAULTS.iter().filter(here) {
            let seen = run(edition, Some(fault.id)).await;
            if seen[..] == right[..seen.len().min(right.len())] {
                unnoticed.push(format!("{} ({edition})", fault.id));
            }
        }
    }
    assert!(unnoticed.is_empty(), "these faults change nothing: {unnoticed:#?}");
}

#[test]
fn unknown_faults_and_choices_are_told() {
    let check = |result: Result<Config, String>, part: &str| {
        let error = result.expect_err("it is unknown");
        assert!(error.contains(part), "{error}");
    };
    check(Config::default().with_fault("nothing"), "no fault");
    check(Config::default().with_freedom("nothing", "x"), "no freedom");
    check(Config::default().with_freedom("TagResource/limit", "7"), "50");
}

#[tokio::test]
async fn no_choice_of_freedoms_makes_the_server_fail() {
    let mut different = std::collections::BTreeSet::new();
    for seed in 0..8 {
        let server = Server::with(|config| Config { freedoms: Freedoms::seeded(seed), ..config });
        let seen = transcript(&server, Edition::Current).await;
        assert!(seen.iter().all(|line| !line.starts_with('5')), "seed {seed}: {seen:#?}");
        different.insert(seen);
    }
    assert!(different.len() > 1, "seeds must differ");
}
