//! The part of the script in which the faults between two accounts show, and those of records and of
//! statements.

use crate::faults::Script;
use crate::server::{FREERTOS, LAMBDA, NOTATION, START, payload_body, start_body, tags_uri};
use serde_json::{Value, json};

const OWNER: &str = "111122223333";
const OTHER: &str = "444455556666";
const SIGN: &str = "/signing-jobs/with-payload";

impl Script<'_> {
    pub(crate) async fn foreign(&mut self) {
        self.grants().await;
        self.records().await;
        self.likenesses().await;
        self.choices().await;
    }

    async fn by_other(&mut self, method: &str, uri: &str, body: Option<Value>) -> Value {
        let reply = self.server.other(method, uri, body).await;
        self.note(&reply)
    }

    async fn managed(&mut self, name: &str, platform: &str) -> String {
        let created = self.profile(name, json!({"platformId": platform, "signingMaterial": null})).await;
        created["profileVersion"].as_str().unwrap_or_default().to_owned()
    }

    /// Adds a statement under a revision, and gives the next one.
    async fn grant(&mut self, name: &str, statement: &Value, revision: &mut Value) {
        let mut body = statement.clone();
        body["revisionId"] = revision.clone();
        let added = self.post(&format!("/signing-profiles/{name}/permissions"), body).await;
        if added["revisionId"].is_string() {
            *revision = added["revisionId"].clone();
        }
    }

    async fn grants(&mut self) {
        let version = self.managed("shared", NOTATION).await;
        let role = format!("arn:aws:iam::{OTHER}:role/someone");
        let mut revision = Value::Null;
        let look = format!("/signing-profiles/shared?profileOwner={OWNER}");
        let mut get = json!({"statementId": "role", "action": "signer:GetSigningProfile", "principal": role});
        self.grant("shared", &get, &mut revision).await;
        self.by_other("GET", &look, None).await;
        (get["statementId"], get["principal"], get["profileVersion"]) =
            (json!("bound"), json!(OTHER), json!(version));
        self.grant("shared", &get, &mut revision).await;
        self.by_other("GET", &look, None).await;
        for action in ["SignPayload", "RevokeSignature", "*"] {
            let statement =
                json!({"statementId": action, "action": format!("signer:{action}"), "principal": OTHER});
            self.grant("shared", &statement, &mut revision).await;
        }
        let user = format!("arn:aws:iam::{OTHER}:user/someone");
        let statement = json!({"statementId": "user", "action": "signer:SignPayload", "principal": user});
        self.grant("shared", &statement, &mut revision).await;
        let statement = json!({"statementId": "empty", "action": "signer:SignPayload", "principal": OTHER});
        self.grant("shared", &statement, &mut json!("")).await;
        self.get("/signing-profiles/shared/permissions?nextToken=junk").await;
        self.get(&format!("/signing-profiles/shared?profileOwner={OTHER}")).await;
        for uri in ["shared/permissions/bou?revisionId=", "shared/permissions/bound?revisionId="] {
            let under = if uri.contains("bound") { "" } else { revision.as_str().unwrap_or_default() };
            self.delete(&format!("/signing-profiles/{uri}{under}")).await;
            self.get("/signing-profiles/shared/permissions").await;
        }
        let mut payload = payload_body("shared");
        payload["profileOwner"] = json!(OWNER);
        let job =
            self.by_other("POST", SIGN, Some(payload)).await["jobId"].as_str().unwrap_or_default().to_owned();
        self.get(&format!("/signing-jobs/{job}")).await;
        for owner in [json!(null), json!(OWNER)] {
            let body = json!({"reason": "r", "jobOwner": owner});
            self.by_other("PUT", &format!("/signing-jobs/{job}/revoke"), Some(body)).await;
            self.get(&format!("/signing-jobs/{job}")).await;
        }
    }

    async fn records(&mut self) {
        let version = self.managed("ended", NOTATION).await;
        let job =
            self.post(SIGN, payload_body("ended")).await["jobId"].as_str().unwrap_or_default().to_owned();
        self.put(&format!("/signing-jobs/{job}/revoke"), json!({"reason": "r"})).await;
        #[expect(clippy::cast_precision_loss, reason = "a second of this century")]
        let effective = START as f64 - 7199.75;
        for version in [version.to_lowercase(), version.to_uppercase(), version.clone()] {
            let body = json!({"profileVersion": version, "reason": "r", "effectiveTime": effective});
            self.put("/signing-profiles/ended/revoke", body).await;
            self.get("/signing-profiles/ended").await;
        }
        let arn = |account: &str| format!("arn%3Aaws%3Asigner%3Aus-east-1%3A{account}%3A%2F");
        for (account, version, time) in [
            (OWNER, version.as_str(), START - 7198),
            (OWNER, "Zyxwvu9999", START - 60),
            (OTHER, version.as_str(), START - 60),
        ] {
            let profile = format!("{}signing-profiles%2Fended%2F{version}", arn(OWNER));
            let job = format!("{}signing-jobs%2F{job}", arn(account));
            let uri = format!(
                "/revocations?signatureTimestamp={time}&platformId={NOTATION}&certificateHashes=a&profileVersionArn={profile}&jobArn={job}"
            );
            self.get(&uri).await;
        }
    }

    /// Names of which one begins another.
    async fn likenesses(&mut self) {
        for name in ["like", "like1"] {
            self.managed(name, LAMBDA).await;
        }
        self.by_other("PUT", "/signing-profiles/like", Some(json!({"platformId": LAMBDA}))).await;
        self.get(&format!("/signing-profiles/like?profileOwner={OTHER}")).await;
        self.post(&tags_uri("like"), json!({"tags": {"a": "b"}})).await;
        self.get(&tags_uri("like1")).await;
    }

    /// A document with an algorithm that is not the default, and a job that fails.
    async fn choices(&mut self) {
        let overrides =
            json!({"signingConfiguration": {"encryptionAlgorithm": "RSA", "hashAlgorithm": "SHA256"}});
        self.profile("chosen", json!({"platformId": FREERTOS, "overrides": overrides})).await;
        let job =
            self.post("/signing-jobs", start_body("chosen", "code.zip", "chosen")).await["jobId"].clone();
        self.server.pass_ms(50);
        let job = self.get(&format!("/signing-jobs/{}", job.as_str().unwrap_or_default())).await;
        let object = job["signedObject"]["s3"]["key"].as_str().unwrap_or_default();
        let signed = self.server.s3("GET", &format!("/results/{object}"), "").await;
        self.note(&signed);
    }
}
