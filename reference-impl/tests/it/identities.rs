//! Identities beside those of the two accounts: one without permissions, and temporary credentials.

use serde_json::json;
use signer_reference::Config;
use signer_reference::identity::{
    DENIED_ACCESS_KEY, DENIED_SECRET_KEY, TEMPORARY_ACCESS_KEY, TEMPORARY_SECRET_KEY, TEMPORARY_SESSION_TOKEN,
};

use crate::server::{LAMBDA, Reply, Server};
use crate::signed::{OWNER, Signing, signed, signed_with};

const DENIED: Signing<'_> = Signing { key: DENIED_ACCESS_KEY, secret: DENIED_SECRET_KEY, ..OWNER };
const TEMPORARY: Signing<'_> = Signing { key: TEMPORARY_ACCESS_KEY, secret: TEMPORARY_SECRET_KEY, ..OWNER };

async fn put(server: &Server, who: &Signing<'_>, token: Option<&str>) -> Reply {
    let headers: Vec<(&str, &str)> = token.map(|token| ("x-amz-security-token", token)).into_iter().collect();
    let body = json!({ "platformId": LAMBDA }).to_string();
    server.send(signed_with(who, "PUT", "/signing-profiles/mine", &headers, &body)).await
}

#[tokio::test]
async fn an_identity_without_permissions_is_refused_and_makes_nothing() {
    let server = Server::strict();
    let refused = put(&server, &DENIED, None).await;
    assert_eq!((refused.status, refused.header("x-amzn-errortype")), (403, "AccessDeniedException"));
    let text = refused.json()["Message"].as_str().unwrap_or_default().to_owned();
    assert!(text.contains("user/denied") && text.contains("PutSigningProfile"), "{text}");
    let look = server.send(signed(&OWNER, "GET", "/signing-profiles/mine", "")).await;
    look.refused(404, "ResourceNotFoundException");
    // What is wrong with its signature is told first.
    let forged = put(&server, &Signing { secret: "wrong", ..DENIED }, None).await;
    forged.refused(403, "InvalidSignatureException");
}

#[tokio::test]
async fn temporary_credentials_are_good_with_their_own_session_token_alone() {
    let server = Server::strict();
    for token in [None, Some(""), Some("another-token"), Some("session-token-for-tests-onl")] {
        put(&server, &TEMPORARY, token).await.refused(403, "UnrecognizedClientException");
    }
    let made = put(&server, &TEMPORARY, Some(TEMPORARY_SESSION_TOKEN)).await.ok();
    assert!(made["arn"].as_str().is_some_and(|arn| arn.contains(":111122223333:")), "{made}");
}

#[tokio::test]
async fn a_session_token_in_a_signed_url_counts_as_one_in_a_header() {
    let server = Server::strict();
    let signing = Signing { in_query: true, ..TEMPORARY };
    let bare = server.send(signed(&signing, "GET", "/signing-platforms", "")).await;
    bare.refused(403, "UnrecognizedClientException");
    let uri = format!("/signing-platforms?X-Amz-Security-Token={TEMPORARY_SESSION_TOKEN}");
    server.send(signed(&signing, "GET", &uri, "")).await.ok();
}

#[tokio::test]
async fn faults_let_such_identities_pass() {
    for (fault, who) in [("denied-identity-served", DENIED), ("session-token-unchecked", TEMPORARY)] {
        let server = Server::with(|config| {
            Config { authenticate: true, ..config }.with_fault(fault).expect("the fault is known")
        });
        put(&server, &who, None).await.ok();
    }
}
