//! Faults that show only between two calls at once.

use crate::server::{LAMBDA, Reply, Server, start_body};
use serde_json::{Value, json};
use signer_reference::Config;

/// A call: method, URI and body.
type Call = (&'static str, &'static str, Value);

/// The answers to two calls at once.
async fn together(fault: Option<&str>, prepare: &[Call], [first, second]: [Call; 2]) -> Vec<Reply> {
    let server = Server::with(|config: Config| {
        fault.map_or(config.clone(), |id| config.with_fault(id).expect("a fault"))
    });
    server.source().await;
    for (method, uri, body) in prepare {
        server.raw(method, uri, body.to_string()).await.ok();
    }
    let (first, second) = tokio::join!(
        server.raw(first.0, first.1, first.2.to_string()),
        server.raw(second.0, second.1, second.2.to_string())
    );
    vec![first, second]
}

#[tokio::test]
async fn races_do_not_race() {
    let lambda = json!({"platformId": LAMBDA});
    let action = "signer:StartSigningJob";
    let statement = |id: &str| json!({"statementId": id, "action": action, "principal": "444455556666"});
    let put = || ("PUT", "/signing-profiles/race", lambda.clone());
    let start = || ("POST", "/signing-jobs", start_body("race", "code.zip", "t"));
    let succeed = |replies: &[Reply]| replies.iter().filter(|reply| reply.status == 200).count();

    let names = |fault| together(fault, &[], [put(), put()]);
    assert_eq!([succeed(&names(None).await), succeed(&names(Some("race-of-names")).await)], [1, 2]);

    let prepare = [put()];
    let tokens = |fault| together(fault, &prepare, [start(), start()]);
    let (right, wrong) = (tokens(None).await, tokens(Some("race-of-tokens")).await);
    assert_eq!(right[0].ok()["jobId"], right[1].ok()["jobId"]);
    assert_ne!(wrong[0].ok()["jobId"], wrong[1].ok()["jobId"]);

    let uri = "/signing-profiles/race/permissions";
    for (fault, expected) in [(None, 1), (Some("race-of-revisions"), 2)] {
        let server =
            Server::with(|config| fault.map_or(config.clone(), |id| config.with_fault(id).expect("a fault")));
        server.profile("race", LAMBDA).await;
        let first = server.post(uri, statement("a")).await.ok();
        let under = |id: &str| {
            let mut body = statement(id);
            body["revisionId"] = first["revisionId"].clone();
            body
        };
        let (one, two) = tokio::join!(server.post(uri, under("b")), server.post(uri, under("c")));
        assert_eq!(succeed(&[one, two]), expected, "{fault:?}");
    }

    // One after the other there is no race.
    let server = Server::with(|config| config.with_fault("race-of-tokens").expect("a fault"));
    server.source().await;
    server.profile("race", LAMBDA).await;
    assert_eq!(server.start("race", "code.zip", "t").await, server.start("race", "code.zip", "t").await);
}
