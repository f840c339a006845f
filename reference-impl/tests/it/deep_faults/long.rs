//! The part of the script in which faults show that need many calls.

use crate::faults::Script;
use crate::server::{LAMBDA, start_body, tags_uri};
use serde_json::{Value, json};
use signer_schemas::Edition;

impl Script<'_> {
    /// What shows only after many calls.
    pub(crate) async fn long(&mut self, edition: Edition) {
        let job = self.post("/signing-jobs", start_body("first", "code.zip", "long")).await;
        for number in 0..51 {
            self.post("/signing-jobs", start_body("first", "code.zip", &format!("long-{number}"))).await;
        }
        self.server.pass_ms(50);
        for _ in 0..26 {
            self.get(&format!("/signing-jobs/{}", job["jobId"].as_str().unwrap_or_default())).await;
        }
        self.pages_at_most(30, "/signing-jobs?maxResults=25").await;
        for number in 0..201 {
            self.profile(&format!("long{number:03}"), json!({})).await;
        }
        self.get("/signing-profiles/long200").await;
        self.pages_at_most(30, "/signing-profiles?maxResults=25").await;
        if edition == Edition::Current {
            self.profile("tagged", json!({})).await;
            let uri = tags_uri("tagged");
            for range in [0..100, 100..200, 200..201] {
                let tags: serde_json::Map<_, _> =
                    range.map(|number| (format!("t{number}"), json!("v"))).collect();
                self.post(&uri, json!({"tags": tags})).await;
            }
            self.get(&uri).await;
            self.profile("policy", json!({"platformId": LAMBDA, "signingMaterial": null})).await;
            let uri = "/signing-profiles/policy/permissions";
            let mut revision = Value::Null;
            // So many fit if accounts count by their ids, and not if they count by their roots.
            for number in 0..11 {
                let (id, action) = (number.to_string(), "signer:StartSigningJob");
                let mut body = json!({"statementId": id, "action": action, "principal": "444455556666"});
                if !revision.is_null() {
                    body["revisionId"] = revision;
                }
                revision = self.post(uri, body).await["revisionId"].clone();
            }
            self.get(uri).await;
        }
    }
}
