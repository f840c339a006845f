//! The parts of the script in which the deeper faults show: pages, namesakes, other accounts, objects, and
//! many calls; and races, which no script shows.

mod long;
mod races;

use crate::faults::Script;
use crate::server::{
    FREERTOS, LAMBDA, NOTATION, PAYLOAD_FORMAT, START, archive, payload_body, start_body, tags_uri,
};
use serde_json::{Value, json};
use signer_schemas::Edition;

impl Script<'_> {
    pub(crate) async fn deep(&mut self, edition: Edition) {
        self.profiles().await;
        self.objects().await;
        self.accounts(edition).await;
        if edition == Edition::Current {
            self.selections().await;
            self.limits().await;
            self.policies().await;
            self.ends().await;
            self.signatures().await;
            self.foreign().await;
        }
    }

    async fn other(&mut self, method: &str, uri: &str, body: Option<Value>) -> Value {
        let reply = self.server.other(method, uri, body).await;
        self.note(&reply)
    }

    /// Follows the tokens of a list, ten pages at most.
    async fn pages(&mut self, uri: &str) {
        self.pages_at_most(10, uri).await;
    }

    async fn pages_at_most(&mut self, most: usize, uri: &str) {
        let mut token = String::new();
        for _ in 0..most {
            let page = self.get(&format!("{uri}&nextToken={token}")).await;
            page["nextToken"].as_str().unwrap_or_default().clone_into(&mut token);
            if token.is_empty() {
                return;
            }
        }
    }

    async fn profiles(&mut self) {
        self.profile("under_score", json!({})).await;
        self.delete("/signing-profiles/second").await;
        self.get("/signing-profiles").await;
        self.pages("/signing-profiles?maxResults=2&includeCanceled=true").await;
        self.pages("/signing-platforms?maxResults=1").await;
        self.pages("/signing-platforms?maxResults=1&category=AWS").await;
    }

    /// Signs an archive, signs the result once more, signs what is no archive, and signs for a device.
    async fn signatures(&mut self) {
        self.put("/signing-profiles/packed", json!({"platformId": LAMBDA})).await;
        self.server
            .s3("PUT", "/sources/good.zip", archive(&[("index.js", "the code"), ("more.js", "more of it")]))
            .await;
        self.server.s3("PUT", "/sources/bad.zip", "no archive").await;
        for (profile, key) in
            [("packed", "good.zip"), ("packed", "twice.zip"), ("packed", "bad.zip"), ("first", "good.zip")]
        {
            let token = format!("{profile}-{key}");
            let id = self.post("/signing-jobs", start_body(profile, key, &token)).await["jobId"].clone();
            self.server.pass_ms(50);
            let job = self.get(&format!("/signing-jobs/{}", id.as_str().unwrap_or_default())).await;
            let object = job["signedObject"]["s3"]["key"].as_str().unwrap_or_default();
            let signed = self.server.s3("GET", &format!("/results/{object}"), "").await;
            self.note(&signed);
            if key == "good.zip" {
                self.server.s3("PUT", "/sources/twice.zip", signed.bytes).await;
            }
        }
    }

    async fn objects(&mut self) {
        let first = self.server.s3("PUT", "/sources/code.zip", "older").await;
        let version = first.header("x-amz-version-id").to_owned();
        self.server.s3("PUT", "/sources/code.zip", "newer").await;
        let mut body = start_body("first", "code.zip", "deep-1");
        body["source"]["s3"]["version"] = json!(version);
        self.post("/signing-jobs", body).await;
        let last = self.post("/signing-jobs", start_body("first", "code.zip", "deep-2")).await;
        self.get("/signing-jobs").await;
        self.server.pass_ms(50);
        self.get("/signing-jobs").await;
        self.get(&format!("/signing-jobs/{}", last["jobId"].as_str().unwrap_or_default())).await;
        for uri in ["/sources", "/results", "/sources/code.zip"] {
            let told = self.server.s3("GET", uri, "").await;
            // The embedded S3 tells when it wrote and what it wrote; sizes are enough to tell versions apart.
            self.note(&told);
        }
        self.pages("/signing-jobs?maxResults=2").await;
        self.pages("/signing-jobs?maxResults=1&status=Failed").await;
        self.pages("/signing-jobs?maxResults=1&status=Succeeded").await;
        for query in [
            "maxResults=25",
            "nextToken=junk",
            "requestedBy=arn%3Aaws%3Aiam%3A%3A444455556666%3Auser%2Fother",
        ] {
            self.get(&format!("/signing-jobs?{query}")).await;
        }
        self.post("/signing-jobs", start_body("first", "code.zip", "deep-1")).await;
    }

    async fn accounts(&mut self, edition: Edition) {
        let material = json!({"certificateArn": "arn:aws:acm:us-east-1:111122223333:certificate/x"});
        for name in ["third", "zulu"] {
            let body = json!({"platformId": FREERTOS, "signingMaterial": material});
            self.other("PUT", &format!("/signing-profiles/{name}"), Some(body)).await;
        }
        self.pages("/signing-profiles?maxResults=3").await;
        self.other("GET", "/signing-profiles/first", None).await;
        self.other("DELETE", "/signing-profiles/under_score", None).await;
        self.get("/signing-profiles/under_score").await;
        self.delete("/signing-profiles/third").await;
        self.other("GET", "/signing-profiles/third", None).await;
        if edition == Edition::Current {
            self.get("/signing-profiles/first?profileOwner=111122223333").await;
            self.get("/signing-jobs").await;
            for invoker in ["111122223333", "444455556666"] {
                self.get(&format!("/signing-jobs?jobInvoker={invoker}")).await;
            }
        }
    }

    /// Filters, and what lists show.
    async fn selections(&mut self) {
        let overrides = json!({"signingConfiguration": {"hashAlgorithm": "SHA256"}});
        let years = json!({"value": 2, "type": "YEARS"});
        self.profile("bent", json!({"platformId": FREERTOS, "overrides": overrides})).await;
        self.profile(
            "years",
            json!({"platformId": LAMBDA, "signingMaterial": null, "signatureValidityPeriod": years}),
        )
        .await;
        self.get("/signing-profiles/years").await;
        let job = self.post("/signing-jobs", start_body("bent", "code.zip", "bent")).await;
        self.server.pass_ms(50);
        self.get(&format!("/signing-jobs/{}", job["jobId"].as_str().unwrap_or_default())).await;
        for query in [
            "statuses=Canceled",
            &format!("platformId={FREERTOS}"),
            &format!("statuses=Canceled&platformId={LAMBDA}"),
            "statuses=Canceled&statuses=Revoked",
        ] {
            self.pages(&format!("/signing-profiles?maxResults=1&{query}")).await;
        }
        self.get("/signing-jobs?signatureExpiresBefore=2030-01-01T00%3A00%3A00Z").await;
    }

    async fn limits(&mut self) {
        let uri = tags_uri("bent");
        for tags in [json!({"empty": ""}), json!({"k".repeat(128): "v"})] {
            self.post(&uri, json!({"tags": tags})).await;
        }
        self.get(&tags_uri("years")).await;
        let many = |from: usize, to: usize| {
            (from..to).map(|n| (format!("t{n}"), json!("v"))).collect::<serde_json::Map<_, _>>()
        };
        self.post(&tags_uri("years"), json!({"tags": many(0, 199)})).await;
        self.post(&tags_uri("years"), json!({"tags": many(0, 2)})).await;
        self.get(&uri).await;
        self.delete(&format!("{uri}?tagKeys=empty&tagKeys=t0")).await;
        self.get(&tags_uri("years")).await;
        self.profile("oci", json!({"platformId": NOTATION, "signingMaterial": null})).await;
        for bytes in [3072, 4095, 4096] {
            let payload = "AAAA".repeat(bytes / 3) + ["", "AA==", "AAA="][bytes % 3];
            let body = json!({"profileName": "oci", "payload": payload, "payloadFormat": PAYLOAD_FORMAT});
            self.post("/signing-jobs/with-payload", body).await;
        }
    }

    /// Permissions: for whom, on what, under which revision.
    async fn policies(&mut self) {
        let version =
            self.profile("oci2", json!({"platformId": NOTATION, "signingMaterial": null})).await["profileVersion"].clone();
        let uri = "/signing-profiles/oci2/permissions";
        let mut revision = Value::Null;
        for (id, action, principal) in [
            ("s1", "signer:SignPayload", "arn:aws:iam::444455556666:role/nobody"),
            ("s2", "signer:RevokeSignature", "444455556666"),
            ("s3", "signer:GetSigningProfile", "111122223333"),
            ("s3", "signer:GetSigningProfile", "111122223333"),
            ("s4", "signer:GetSigningProfile", "444455556666"),
        ] {
            let mut body = json!({"statementId": id, "action": action, "principal": principal, "profileVersion": version});
            if !revision.is_null() {
                body["revisionId"] = revision.clone();
            }
            let added = self.post(uri, body).await;
            revision = if added["revisionId"].is_null() { revision } else { added["revisionId"].clone() };
            self.get(uri).await;
            let signed = json!({"profileOwner": "111122223333"});
            let mut payload = payload_body("oci2");
            payload
                .as_object_mut()
                .expect("an object")
                .extend(signed.as_object().expect("an object").clone());
            self.other("POST", "/signing-jobs/with-payload", Some(payload)).await;
            for name in ["oci", "oci2"] {
                self.other("GET", &format!("/signing-profiles/{name}?profileOwner=111122223333"), None).await;
            }
        }
        self.delete(&format!("{uri}/s4?revisionId={}", revision.as_str().unwrap_or_default())).await;
        self.get(uri).await;
        self.other("GET", "/signing-profiles/oci2?profileOwner=111122223333", None).await;
    }

    /// Cancellation and revocation, and what they leave alone.
    async fn ends(&mut self) {
        let created = self
            .profile("done", json!({"platformId": NOTATION, "signingMaterial": null, "tags": {"a": "b"}}))
            .await;
        let version = created["profileVersion"].clone();
        let mut jobs = Vec::new();
        for _ in 0..2 {
            let job = self.post("/signing-jobs/with-payload", payload_body("done")).await;
            jobs.push(job["jobId"].as_str().unwrap_or_default().to_owned());
        }
        self.put(&format!("/signing-jobs/{}/revoke", jobs[0]), json!({"reason": "r".repeat(500)})).await;
        for job in &jobs {
            self.get(&format!("/signing-jobs/{job}")).await;
        }
        for effective in [START, START - 50, START - 60] {
            let body = json!({"profileVersion": version, "reason": "r", "effectiveTime": effective});
            self.put("/signing-profiles/done/revoke", body).await;
            self.get("/signing-profiles/done").await;
        }
        self.delete("/signing-profiles/done").await;
        self.post(&tags_uri("done"), json!({"tags": {"c": "d"}})).await;
        self.get("/signing-profiles/done").await;
        let bent = tags_uri("bent");
        self.post(&bent, json!({"tags": {"last": "one"}})).await;
        for _ in 0..2 {
            self.delete("/signing-profiles/bent").await;
            self.get("/signing-profiles/bent").await;
        }
        self.get("/signing-jobs").await;
        self.profile("spreads", json!({"platformId": NOTATION, "signingMaterial": null})).await;
        let job = self.post("/signing-jobs/with-payload", payload_body("spreads")).await;
        let version = self.get("/signing-profiles/spreads").await["profileVersion"].clone();
        let body = json!({"profileVersion": version, "reason": "r", "effectiveTime": START - 50});
        self.put("/signing-profiles/spreads/revoke", body).await;
        self.get(&format!("/signing-jobs/{}", job["jobId"].as_str().unwrap_or_default())).await;
    }
}
