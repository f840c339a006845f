//! The part of the script in which faults of lists, filters and jobs in progress show.

use serde_json::{Value, json};
use signer_schemas::Edition;

use crate::faults::Script;
use crate::server::{LAMBDA, archive, start_body};

impl Script<'_> {
    pub(crate) async fn listed(&mut self, edition: Edition) {
        let overrides = json!({"overrides": {"signingConfiguration": {"hashAlgorithm": "SHA256"}}});
        self.profile("listed", overrides).await;
        self.server.s3("PUT", "/sources/plain", archive(&[("index.js", "the code")])).await;
        let signer = if edition == Edition::Current { "unzipped" } else { "listed" };
        self.put("/signing-profiles/unzipped", json!({"platformId": LAMBDA})).await;
        for (profile, token) in [("listed", "l1"), ("listed", "l2"), (signer, "l3")] {
            let mut body = start_body(profile, "plain", token);
            body["destination"]["s3"] = json!({"bucketName": body["destination"]["s3"]["bucketName"]});
            let id = self.post("/signing-jobs", body).await["jobId"].as_str().unwrap_or_default().to_owned();
            self.get(&format!("/signing-jobs/{id}")).await;
            self.server.pass_ms(50);
            self.get(&format!("/signing-jobs/{id}")).await;
        }
        self.delete("/signing-profiles/listed").await;
        self.get("/signing-profiles/listed").await;
        let me = "arn%3Aaws%3Aiam%3A%3A111122223333%3A";
        for query in [
            "status=Succeeded&signatureExpiresAfter=2100-01-01T00%3A00%3A00Z".to_owned(),
            format!("requestedBy={me}user%2Fowner&status=Failed"),
            format!("requestedBy={me}root&status=Failed"),
            format!("requestedBy={me}"),
            "platformId=AmazonFreeRTOS".to_owned(),
        ] {
            self.get(&format!("/signing-jobs?{query}")).await;
        }
        self.get("/signing-profiles?includeCanceled=true&platformId=AWSIoTDeviceManagement-SHA256-ECDSA")
            .await;
        for query in ["category=aws", "target=nothing"] {
            self.get(&format!("/signing-platforms?{query}")).await;
        }
        for number in 0..9 {
            self.profile(&format!("more{number}"), json!({})).await;
        }
        for (list, size) in [("signing-profiles", 8), ("signing-jobs", 1)] {
            let page = self.get(&format!("/{list}?maxResults={size}")).await;
            let token = page["nextToken"].as_str().unwrap_or_default().to_owned();
            self.get(&format!("/{list}?maxResults={size}&nextToken={token}")).await;
            self.get(&format!("/{list}?maxResults={size}&nextToken={token}xx")).await;
        }
        self.pages_of_requesters().await;
    }

    /// Jobs of each requester that the list shows, one a page.
    async fn pages_of_requesters(&mut self) {
        let all = self.get("/signing-jobs").await;
        let ids: Vec<Value> =
            all["jobs"].as_array().into_iter().flatten().map(|job| job["jobId"].clone()).collect();
        let mut requesters = std::collections::BTreeSet::new();
        for id in ids {
            let job = self.get(&format!("/signing-jobs/{}", id.as_str().unwrap_or_default())).await;
            requesters.extend(job["requestedBy"].as_str().map(str::to_owned));
        }
        for requester in requesters {
            let query =
                format!("requestedBy={}&maxResults=1", requester.replace(':', "%3A").replace('/', "%2F"));
            let mut page = self.get(&format!("/signing-jobs?{query}")).await;
            for _ in 0..60 {
                let Some(token) = page["nextToken"].as_str().map(str::to_owned) else { break };
                page = self.get(&format!("/signing-jobs?{query}&nextToken={token}")).await;
            }
            self.get(&format!("/signing-jobs?{query}&status=Failed")).await;
        }
    }
}
