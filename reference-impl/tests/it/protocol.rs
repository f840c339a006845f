//! What the wire's protocol forbids: each value of the table is refused, and the part of the script in which
//! a lax server shows.

use crate::faults::Script;
use crate::server::{FREERTOS, LAMBDA, NOTATION, PAYLOAD_FORMAT, Reply, Server};
use serde_json::json;
use signer_reference::Config;
use signer_schemas::{Edition, Hole, ProtocolCase, protocol_cases};
use std::fmt::Write as _;

/// A request with a value in its hole: method, path with query, body.
fn request(hole: Hole, value: &str) -> (&'static str, String, String) {
    let query = |uri: &str, name: &str| ("GET", format!("{uri}?{name}={}", encoded(value)), String::new());
    let put = |body: String| ("PUT", "/signing-profiles/strict".to_owned(), body);
    match hole {
        Hole::WholeBody => put(value.replace('@', &format!("\"platformId\":\"{LAMBDA}\""))),
        Hole::BodyMap => {
            let material = "{\"certificateArn\":\"arn:aws:acm:us-east-1:111122223333:certificate/x\"}";
            put(format!(
                "{{\"platformId\":\"{FREERTOS}\",\"signingMaterial\":{material},\"signingParameters\":{value}}}"
            ))
        }
        Hole::BodyInteger => {
            let validity = format!("{{\"type\":\"DAYS\",\"value\":{value}}}");
            put(format!("{{\"platformId\":\"{LAMBDA}\",\"signatureValidityPeriod\":{validity}}}"))
        }
        Hole::BodyBlob => {
            let body = format!(
                "{{\"profileName\":\"images\",\"payloadFormat\":\"{PAYLOAD_FORMAT}\",\"payload\":{value}}}"
            );
            ("POST", "/signing-jobs/with-payload".to_owned(), body)
        }
        Hole::BodyTimestamp => {
            let body =
                format!("{{\"profileVersion\":\"Abcdef0000\",\"reason\":\"r\",\"effectiveTime\":{value}}}");
            ("PUT", "/signing-profiles/images/revoke".to_owned(), body)
        }
        Hole::QueryBoolean => query("/signing-profiles", "includeCanceled"),
        Hole::QueryInteger => query("/signing-platforms", "maxResults"),
        Hole::QueryTimestamp => query("/signing-jobs", "signatureExpiresAfter"),
    }
}

fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut encoded, byte| {
        let _ = write!(encoded, "%{byte:02X}");
        encoded
    })
}

/// The rows that the edition has a place for.
fn cases(edition: Edition) -> impl Iterator<Item = &'static ProtocolCase> {
    let is_of_2019 =
        |hole| matches!(hole, Hole::WholeBody | Hole::BodyMap | Hole::QueryBoolean | Hole::QueryInteger);
    protocol_cases().iter().filter(move |case| edition == Edition::Current || is_of_2019(case.hole))
}

async fn sent(server: &Server, hole: Hole, value: &str) -> Reply {
    let (method, uri, body) = request(hole, value);
    server.raw(method, &uri, body).await
}

#[tokio::test]
async fn every_value_that_the_protocol_forbids_is_refused() {
    for edition in Edition::ALL {
        let server = Server::with(|config| Config { edition, ..config });
        let mut taken = String::new();
        for case in cases(edition) {
            for value in &case.values {
                let reply = sent(&server, case.hole, value).await;
                if (reply.status, reply.header("x-amzn-errortype")) != (400, "SerializationException") {
                    let _ = writeln!(
                        taken,
                        "{}/{} {value:?}: {} {}",
                        case.id, case.kind, reply.status, reply.text
                    );
                }
            }
        }
        assert!(taken.is_empty(), "{edition}:\n{taken}");
    }
}

#[tokio::test]
async fn the_values_beside_them_are_accepted() {
    let server = Server::new();
    server.profile("images", NOTATION).await;
    for (hole, value) in [
        (Hole::WholeBody, "{ \t\r\n@ }"),
        (Hole::BodyBlob, "\"YmxvYg==\""),
        (Hole::QueryBoolean, "true"),
        (Hole::QueryInteger, "25"),
        (Hole::QueryTimestamp, "1985-04-12T23:20:50.52Z"),
    ] {
        let reply = sent(&server, hole, value).await;
        assert_eq!(reply.status, 200, "{hole:?} {value:?}: {}", reply.text);
    }
    let named = Server::with_freedom("common/malformed-value-error", "ValidationException");
    for (hole, value) in
        [(Hole::WholeBody, "{@,}"), (Hole::QueryInteger, "0x12"), (Hole::BodyTimestamp, "true")]
    {
        sent(&named, hole, value).await.refused(400, "ValidationException");
    }
}

impl Script<'_> {
    pub(crate) async fn protocol(&mut self, edition: Edition) {
        self.put("/signing-profiles/images", json!({"platformId": NOTATION})).await;
        for case in cases(edition) {
            for value in &case.values {
                let reply = sent(self.server, case.hole, value).await;
                self.note(&reply);
            }
        }
        self.profile("q", json!({})).await;
        self.get("/signing-platforms/a%01b").await;
        if edition == Edition::Current {
            let body =
                json!({"platformId": NOTATION, "signatureValidityPeriod": {"type": "YEARS", "value": 9000}});
            self.put("/signing-profiles/lasting", body).await;
        }
    }
}
