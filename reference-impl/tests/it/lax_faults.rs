//! The part of the script in which faults of single values show: types, spellings, lengths, and what is kept
//! of a text.

use crate::faults::Script;
use crate::server::{FREERTOS, LAMBDA, NOTATION, PAYLOAD_FORMAT, START, payload_body, start_body, tags_uri};
use serde_json::json;
use signer_schemas::Edition;

impl Script<'_> {
    pub(crate) async fn values(&mut self, edition: Edition) {
        self.names().await;
        self.templates().await;
        self.keys(edition).await;
        self.malformed().await;
        if edition == Edition::Current {
            self.types().await;
            self.tags_and_reasons().await;
        }
    }

    async fn names(&mut self) {
        for name in ["zz", "1st", "_under"] {
            self.get(&format!("/signing-profiles/{name}")).await;
        }
        let longest = "y".repeat(64);
        self.profile(&longest, json!({})).await;
        self.get(&format!("/signing-profiles/{longest}")).await;
        self.profile("padded", json!({"platformId": format!(" {FREERTOS} ")})).await;
    }

    async fn templates(&mut self) {
        let parameters = json!({"certname": "/c", "Other": " two "});
        self.profile("several", json!({"signingParameters": parameters})).await;
        self.get("/signing-profiles/several").await;
        self.profile("alone", json!({"overrides": {"signingConfiguration": {"hashAlgorithm": "SHA256"}}}))
            .await;
        self.get("/signing-profiles/alone").await;
        self.profile("inside", json!({"signingMaterial": {"certificateArn": "x", "unknown": 1}})).await;
        for query in ["maxResults=5x", "unknown=1", "includeCanceled=yes"] {
            self.get(&format!("/signing-platforms?{query}")).await;
            self.get(&format!("/signing-profiles?{query}")).await;
        }
    }

    async fn keys(&mut self, edition: Edition) {
        let profile = if edition == Edition::Current { "zipped" } else { "several" };
        self.put("/signing-profiles/zipped", json!({"platformId": LAMBDA})).await;
        for key in ["a+b", "bare"] {
            self.server.s3("PUT", &format!("/sources/{}", key.replace('+', "%2B")), "the object").await;
        }
        let long = "x".repeat(64);
        for (key, token) in [
            ("a+b", "k1"),
            ("bare", "k2"),
            ("bare", " k2 "),
            ("bare", &format!("{long}1")),
            ("bare", &format!("{long}2")),
        ] {
            for prefix in [Some("slashless"), None] {
                let mut body = start_body(profile, key, token);
                match prefix {
                    Some(prefix) => body["destination"]["s3"]["prefix"] = json!(prefix),
                    None => {
                        body["destination"]["s3"] =
                            json!({"bucketName": body["destination"]["s3"]["bucketName"]});
                    }
                }
                if prefix.is_none() {
                    body["clientRequestToken"] = json!(format!("{token}-none"));
                }
                let id = self.post("/signing-jobs", body).await["jobId"].clone();
                self.server.pass_ms(50);
                let id = id.as_str().unwrap_or_default();
                for id in [id.to_owned(), id.to_uppercase(), format!("%20{id}")] {
                    self.get(&format!("/signing-jobs/{id}")).await;
                }
            }
        }
    }

    async fn malformed(&mut self) {
        self.note(&self.server.raw("POST", "/signing-jobs", "{").await);
        self.note(&self.server.raw("POST", "/signing-jobs", r#"{"clientRequestToken": "\ud83d"}"#).await);
        self.note(
            &self.server.raw("POST", "/signing-jobs", b"{\"clientRequestToken\": \"\xff\"}".to_vec()).await,
        );
        self.get("/signing-profiles/%FF").await;
    }

    async fn types(&mut self) {
        let lambda = |change: serde_json::Value| {
            let mut body = json!({"platformId": LAMBDA});
            body.as_object_mut().expect("an object").extend(change.as_object().expect("an object").clone());
            body
        };
        let period = json!({"signatureValidityPeriod": {"value": true, "type": "DAYS"}});
        for (name, change) in [("falsy", json!({"overrides": []})), ("truth", period)] {
            self.put(&format!("/signing-profiles/{name}"), lambda(change)).await;
        }
        for invoker in ["%EF%BC%91".repeat(12), "a".repeat(12), format!("{}%0A", "1".repeat(12))] {
            self.get(&format!("/signing-jobs?jobInvoker={invoker}")).await;
        }
        let made = self.put("/signing-profiles/signing", json!({"platformId": NOTATION})).await;
        let good = payload_body("signing");
        let encoded = good["payload"].as_str().unwrap_or_default();
        for (payload, format) in [
            (format!("!{encoded}"), PAYLOAD_FORMAT.to_owned()),
            ("e30".to_owned(), PAYLOAD_FORMAT.to_owned()),
            ("eyJhIjoiPz8_In0=".to_owned(), PAYLOAD_FORMAT.to_owned()),
            (encoded.to_owned(), format!("{PAYLOAD_FORMAT}; charset=utf-8")),
        ] {
            let body = json!({"profileName": "signing", "payload": payload, "payloadFormat": format});
            self.post("/signing-jobs/with-payload", body).await;
        }
        let statement =
            json!({"statementId": "a_b", "action": "signer:SignPayload", "principal": "444455556666"});
        let revision =
            self.post("/signing-profiles/signing/permissions", statement).await["revisionId"].clone();
        let revision = revision.as_str().unwrap_or_default().to_owned();
        self.delete(&format!("/signing-profiles/signing/permissions/a%5Fb?revisionId={revision}")).await;
        let text = jiff::Timestamp::from_second(START - 10).expect("a time").to_string();
        let body = json!({"profileVersion": made["profileVersion"], "reason": "r", "effectiveTime": text});
        self.put("/signing-profiles/signing/revoke", body).await;
    }

    async fn tags_and_reasons(&mut self) {
        let values = json!({"blanks": " v ", "beyond": "\u{1f512}", "a,b": "1", "a": "2", "a+b": "3"});
        self.put("/signing-profiles/valued", json!({"platformId": NOTATION, "tags": values})).await;
        let uri = tags_uri("valued");
        self.get(&uri).await;
        for tags in [
            json!({"again": " v "}),
            json!({"again": "\u{1f512}"}),
            json!({"accents": "\u{e9}".repeat(256)}),
            json!({"emoji": "\u{1f600}".repeat(256)}),
            json!({"AWS:x": "1"}),
            json!({"my-aws:x": "1"}),
        ] {
            self.post(&uri, json!({"tags": tags})).await;
            self.get(&uri).await;
        }
        for key in ["a%2Cb", "a%2Bb"] {
            self.delete(&format!("{uri}?tagKeys={key}")).await;
            self.get(&uri).await;
        }
        let job = self.post("/signing-jobs/with-payload", payload_body("valued")).await["jobId"].clone();
        let job = job.as_str().unwrap_or_default().to_owned();
        self.put(&format!("/signing-jobs/{job}/revoke"), json!({"reason": format!(" {} ", "r".repeat(400))}))
            .await;
        self.get(&format!("/signing-jobs/{job}")).await;
    }
}
