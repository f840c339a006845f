//! Who calls, as STS tells it, and the services that are not here: each answers in the form of its own
//! clients.

use crate::server::{Reply, Server};
use crate::signed::{OWNER, Signing, signed, signed_form};
use axum::body::Body;
use axum::http::Request;
use signer_reference::identity::{OTHER_ACCESS_KEY, OTHER_SECRET_KEY};

const FORM: &str = "Action=GetCallerIdentity&Version=2011-06-15";

fn sts() -> Signing<'static> {
    Signing { service: "sts", ..OWNER }
}

#[track_caller]
fn is_owner(reply: &Reply) {
    assert_eq!((reply.status, reply.header("content-type")), (200, "text/xml"), "{reply:?}");
    for part in
        ["<Arn>arn:aws:iam::111122223333:user/owner</Arn>", "<Account>111122223333</Account>", "<UserId>AIDA"]
    {
        assert!(reply.text.contains(part), "{reply:?}");
    }
    let id = reply.header("x-amzn-requestid");
    assert!(!id.is_empty() && reply.text.contains(&format!("<RequestId>{id}</RequestId>")), "{reply:?}");
}

#[track_caller]
fn refused(reply: &Reply, status: u16, code: &str) {
    assert!(reply.status == status && reply.text.contains(&format!("<Code>{code}</Code>")), "{reply:?}");
    assert_eq!(reply.header("content-type"), "text/xml");
}

#[tokio::test]
async fn the_caller_learns_who_it_is_in_each_form() {
    let server = Server::strict();
    is_owner(&server.send(signed_form(&sts(), FORM)).await);
    is_owner(&server.send(signed(&sts(), "GET", &format!("/?{FORM}"), "")).await);
    is_owner(
        &server.send(signed(&Signing { in_query: true, ..sts() }, "GET", &format!("/?{FORM}"), "")).await,
    );
    let other = Signing { key: OTHER_ACCESS_KEY, secret: OTHER_SECRET_KEY, ..sts() };
    let reply = server.send(signed_form(&other, FORM)).await;
    assert!(reply.text.contains("<Arn>arn:aws:iam::444455556666:user/other</Arn>"), "{reply:?}");
    let unsigned = Request::builder()
        .method("POST")
        .uri("/")
        .header("content-type", "application/x-www-form-urlencoded; charset=utf-8");
    is_owner(&Server::new().send(unsigned.body(Body::from(FORM)).expect("a request")).await);
}

#[tokio::test]
async fn sts_refuses_as_sts_does() {
    let server = Server::strict();
    let unsigned = Request::builder()
        .method("POST")
        .uri("/")
        .header("content-type", "application/x-www-form-urlencoded");
    refused(
        &server.send(unsigned.body(Body::from(FORM)).expect("a request")).await,
        403,
        "MissingAuthenticationToken",
    );
    let with = |change: Signing<'static>| server.send(signed_form(&change, FORM));
    refused(&with(Signing { key: "AKIDNOBODY", ..sts() }).await, 403, "InvalidClientTokenId");
    refused(&with(Signing { secret: "wrong", ..sts() }).await, 403, "SignatureDoesNotMatch");
    refused(&with(Signing { offset_s: -2000, ..sts() }).await, 403, "SignatureDoesNotMatch");
    let other = server.send(signed_form(&sts(), "Action=AssumeRole&Version=2011-06-15")).await;
    refused(&other, 400, "InvalidAction");
    assert!(other.text.contains("AssumeRole") && other.text.contains("GetCallerIdentity"), "{other:?}");
}

#[tokio::test]
async fn other_services_are_refused_in_their_own_form_by_a_message_that_names_what_is_here() {
    let server = Server::strict();
    let is_named = |reply: &Reply, service: &str| {
        assert_eq!(reply.status, 400, "{reply:?}");
        for word in [service, "AWS Signer", "S3", "GetCallerIdentity"] {
            assert!(reply.text.contains(word), "{word}: {reply:?}");
        }
    };
    let of = |service| Signing { service, ..OWNER };
    let iam = server.send(signed_form(&of("iam"), "Action=ListUsers&Version=2010-05-08")).await;
    is_named(&iam, "iam");
    assert!(
        iam.text.contains("<ErrorResponse><Error><Type>Sender</Type><Code>InvalidAction</Code>"),
        "{iam:?}"
    );
    let ec2 = server.send(signed_form(&of("ec2"), "Action=DescribeInstances&Version=2016-11-15")).await;
    is_named(&ec2, "ec2");
    assert!(ec2.text.contains("<Response><Errors><Error><Code>InvalidAction</Code>"), "{ec2:?}");
    let lambda = server.send(signed(&of("lambda"), "GET", "/2015-03-31/functions/", "")).await;
    is_named(&lambda, "lambda");
    lambda.refused(400, "UnknownOperationException");
    for (media_type, service) in
        [("application/x-amz-json-1.0", "dynamodb"), ("application/x-amz-json-1.1", "kms")]
    {
        let mut request = signed(&of(service), "POST", "/", "{}");
        request.headers_mut().insert("content-type", media_type.parse().expect("a value"));
        request.headers_mut().insert("x-amz-target", "Service_20120810.List".parse().expect("a value"));
        let reply = server.send(request).await;
        is_named(&reply, service);
        assert_eq!(
            (reply.json()["__type"].as_str(), reply.header("content-type")),
            (Some("UnknownOperationException"), media_type)
        );
    }
    let mut request =
        signed(&of("monitoring"), "POST", "/service/GraniteServiceVersion20100801/operation/ListMetrics", "");
    request.headers_mut().insert("smithy-protocol", "rpc-v2-cbor".parse().expect("a value"));
    let reply = server.send(request).await;
    is_named(&reply, "monitoring");
    assert_eq!(
        (reply.header("smithy-protocol"), reply.bytes[0], reply.bytes[1]),
        ("rpc-v2-cbor", 0xa2, 0x66),
        "{reply:?}"
    );
}
