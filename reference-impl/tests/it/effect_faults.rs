//! The part of the script in which faults show that take away an effect, or what a filter leaves out, and
//! those of what a job reads and writes.

use serde_json::{Value, json};
use signer_schemas::Edition;

use crate::faults::Script;
use crate::server::{LAMBDA, NOTATION, START, payload_body, start_body, tags_uri};

const OWNER: &str = "111122223333";
const OTHER: &str = "444455556666";

impl Script<'_> {
    pub(crate) async fn effects(&mut self, edition: Edition) {
        self.profile("ended", json!({})).await;
        self.delete("/signing-profiles/ended").await;
        self.get("/signing-profiles?includeCanceled=false&maxResults=5").await;
        for query in ["partner=AmazonFreeRTOS", "category=AWS&partner=AmazonFreeRTOS"] {
            self.get(&format!("/signing-platforms?{query}")).await;
        }
        for bucket in ["results", "sources"] {
            let listed = self.server.s3("GET", &format!("/{bucket}?versions="), "").await;
            let keys: Vec<&str> = listed.text.split("<Key>").skip(1).collect();
            self.seen.push(format!("{bucket}: {}", keys.len()));
        }
        if edition == Edition::Current {
            self.emptied().await;
            self.one_by_one().await;
            self.revoked_by_other().await;
            self.private_source().await;
        }
    }

    /// An object beyond what a platform signs.
    pub(crate) async fn large(&mut self) {
        self.profile("large", json!({})).await;
        self.server.s3("PUT", "/sources/large", vec![b'0'; (16 << 20) + 1]).await;
        self.job("large", "large", "e1").await;
    }

    async fn job(&mut self, profile: &str, key: &str, token: &str) {
        let id = self.post("/signing-jobs", start_body(profile, key, token)).await["jobId"].clone();
        self.server.pass_ms(50);
        self.get(&format!("/signing-jobs/{}", id.as_str().unwrap_or_default())).await;
    }

    /// A policy that loses its only statement, and gets another.
    async fn emptied(&mut self) {
        let uri = "/signing-profiles/emptied/permissions";
        self.put("/signing-profiles/emptied", json!({ "platformId": LAMBDA })).await;
        let statement =
            |id: &str| json!({"statementId": id, "action": "signer:GetSigningProfile", "principal": OTHER});
        let revision = self.post(uri, statement("a")).await["revisionId"].clone();
        let revision = revision.as_str().unwrap_or_default();
        self.delete(&format!("{uri}/a?revisionId={revision}")).await;
        self.post(uri, statement("b")).await;
        self.get(uri).await;
    }

    async fn one_by_one(&mut self) {
        self.put("/signing-profiles/onebyone", json!({ "platformId": LAMBDA })).await;
        for number in 0..12 {
            self.post(&tags_uri("onebyone"), json!({ "tags": { format!("key{number}"): "value" } })).await;
        }
        self.get(&tags_uri("onebyone")).await;
    }

    /// A signature that another account revokes, and the question for one of long ago.
    async fn revoked_by_other(&mut self) {
        self.put("/signing-profiles/lent", json!({ "platformId": NOTATION })).await;
        let statement = json!({"statementId": "a", "action": "signer:RevokeSignature", "principal": OTHER});
        self.post("/signing-profiles/lent/permissions", statement).await;
        let job = self.post("/signing-jobs/with-payload", payload_body("lent")).await["jobId"].clone();
        let uri = format!("/signing-jobs/{}", job.as_str().unwrap_or_default());
        let reason = json!({ "reason": "r", "jobOwner": OWNER });
        let revoked = self.server.other("PUT", &format!("{uri}/revoke"), Some(reason)).await;
        self.note(&revoked);
        self.get(&uri).await;
        let arn = "arn%3Aaws%3Asigner%3Aus-east-1%3A111122223333%3A%2Fsigning-profiles%2Flent%2Fabcdefghij";
        let long_ago = START - 20 * 365 * 24 * 3600;
        self.get(&format!(
            "/revocations?signatureTimestamp={long_ago}&platformId={NOTATION}&certificateHashes=a\
             &profileVersionArn={arn}&jobArn={arn}"
        ))
        .await;
    }

    /// A job of another account over an object that is the owner's alone.
    async fn private_source(&mut self) {
        self.put("/signing-profiles/forothers", json!({ "platformId": LAMBDA })).await;
        let statement = json!({"statementId": "a", "action": "signer:StartSigningJob", "principal": OTHER});
        self.post("/signing-profiles/forothers/permissions", statement).await;
        let policy = json!({ "Version": "2012-10-17", "Statement": [{
            "Effect": "Allow",
            "Principal": { "AWS": format!("arn:aws:iam::{OTHER}:root") },
            "Action": "s3:PutObject",
            "Resource": "arn:aws:s3:::results/*",
        }] });
        let shared = self.server.s3("PUT", "/results?policy=", policy.to_string()).await;
        assert_eq!(shared.status, 204, "{shared:?}");
        let mut body = start_body("forothers", "code.zip", "e2");
        body["profileOwner"] = json!(OWNER);
        let started: Value = {
            let reply = self.server.other("POST", "/signing-jobs", Some(body)).await;
            self.note(&reply)
        };
        self.server.pass_ms(50);
        self.get(&format!("/signing-jobs/{}", started["jobId"].as_str().unwrap_or_default())).await;
    }
}
