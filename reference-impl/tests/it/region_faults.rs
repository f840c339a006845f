//! The part of the script in which the faults between two Regions show.

use crate::faults::Script;
use crate::server::{LAMBDA, NOTATION, START, payload_body, start_body};
use serde_json::{Value, json};

impl Script<'_> {
    async fn there(&mut self, method: &str, uri: &str, body: Option<Value>) -> Value {
        let reply = self.server.there(method, uri, body).await;
        self.note(&reply)
    }

    pub(crate) async fn regions(&mut self) {
        for name in ["regional", "here"] {
            self.put(&format!("/signing-profiles/{name}"), json!({"platformId": LAMBDA})).await;
        }
        self.there("GET", "/signing-profiles/here", None).await;
        self.there("PUT", "/signing-profiles/regional", Some(json!({"platformId": LAMBDA}))).await;
        self.there("GET", "/signing-profiles", None).await;
        self.post("/signing-jobs", start_body("regional", "code.zip", "regional")).await;
        let started =
            self.there("POST", "/signing-jobs", Some(start_body("regional", "code.zip", "regional"))).await;
        self.server.pass_ms(100);
        self.there("GET", &format!("/signing-jobs/{}", started["jobId"].as_str().unwrap_or_default()), None)
            .await;
        self.there("GET", "/signing-jobs", None).await;
        self.there("DELETE", "/signing-profiles/regional", None).await;
        self.get("/signing-profiles/regional").await;
        let version = self.put("/signing-profiles/revoked", json!({"platformId": NOTATION})).await;
        let signed = self.post("/signing-jobs/with-payload", payload_body("revoked")).await;
        let body =
            json!({"profileVersion": version["profileVersion"], "reason": "r", "effectiveTime": START - 60});
        self.put("/signing-profiles/revoked/revoke", body).await;
        let arn = "arn:aws:signer:us-east-1:111122223333:/signing-jobs/";
        let job = format!("{arn}{}", signed["jobId"].as_str().unwrap_or_default());
        let profile = version["profileVersionArn"].as_str().unwrap_or_default();
        let question = format!(
            "/revocations?signatureTimestamp=2026-01-02T03%3A04%3A05Z&platformId={NOTATION}&jobArn={job}&certificateHashes=x\
             &profileVersionArn={profile}"
        );
        self.there("GET", &question, None).await;
        self.get(&question.replace("arn:aws:", "arn:aws-us-gov:")).await;
    }
}
