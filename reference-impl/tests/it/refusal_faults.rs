//! What shows the faults of refusals: their order, their types, their codes.

use serde_json::{Value, json};

use crate::faults::Script;
use crate::server::{LAMBDA, NOTATION, START, start_body};

const URI: &str = "/signing-profiles/granted/permissions";

fn statement(id: &str, action: &str) -> Value {
    json!({"statementId": id, "action": format!("signer:{action}"), "principal": "444455556666"})
}

fn with(mut statement: Value, member: &str, value: Value) -> Value {
    statement[member] = value;
    statement
}

impl Script<'_> {
    /// Calls that are refused for one reason, and for several.
    pub(crate) async fn refusals(&mut self) {
        self.statements().await;
        self.get("/nothing-of-the-api").await;
        self.get(&format!(
            "/revocations?signatureTimestamp={START}&platformId={NOTATION}&profileVersionArn=a&jobArn=b"
        ))
        .await;
        self.device_job().await;
    }

    async fn statements(&mut self) {
        self.put("/signing-profiles/granted", json!({"platformId": LAMBDA})).await;
        self.post(URI, statement("any", "*")).await;
        self.post(
            URI,
            with(statement("broken", "GetSigningProfile"), "profileVersion", json!("x".repeat(65))),
        )
        .await;
        let mut revision = Value::Null;
        let mut stale = Value::Null;
        for number in 1..=6 {
            let input =
                with(statement(&format!("s{number}"), "GetSigningProfile"), "revisionId", revision.clone());
            stale = std::mem::replace(&mut revision, self.post(URI, input).await["revisionId"].clone());
        }
        let unknown = with(statement("late", "GetSigningProfile"), "profileVersion", json!("Zyxwvu9999"));
        self.post(URI, with(unknown, "revisionId", stale.clone())).await;
        self.post(URI, with(statement("s1", "GetSigningProfile"), "revisionId", stale.clone())).await;
        let stale = stale.as_str().unwrap_or_default().to_owned();
        self.delete(&format!("{URI}/none?revisionId={stale}")).await;
        self.delete(&format!("{URI}/s1?revisionId=a%20b")).await;
        self.delete("/signing-profiles/granted").await;
        let after = self.get(URI).await;
        let is_another = after["revisionId"] != revision;
        self.seen.push(format!("another revision after the end: {is_another}"));
    }

    async fn device_job(&mut self) {
        let platform = json!({"platformId": "AWSIoTDeviceManagement-SHA256-ECDSA"});
        self.profile("device", platform).await;
        let job = self.post("/signing-jobs", start_body("device", "code.zip", "device")).await;
        self.server.pass_ms(50);
        self.get(&format!("/signing-jobs/{}", job["jobId"].as_str().unwrap_or_default())).await;
    }
}
