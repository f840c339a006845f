//! Secrets in every spelling, and what is none.

use serde_json::json;

use super::*;

fn identity(secret_key: &str, session_token: &str) -> Identity {
    Identity {
        access_key: "test".to_owned(),
        secret_key: secret_key.to_owned(),
        session_token: Some(session_token.to_owned()),
    }
}

fn signed_by(identity: &Identity) -> Secrets {
    Known::default().secrets(Some(identity), "http://127.0.0.1", "us-east-1", &Request::default())
}

fn unsigned(url: &str) -> Secrets {
    Known::default().secrets(None, url, "us-east-1", &Request::default())
}

fn echoed(secrets: Secrets, text: &str) -> String {
    let headers = vec![("x-echo".to_owned(), text.to_owned())];
    let response = secrets.redact(Response { status: 400, headers, body: text.into() });
    let body = String::from_utf8(response.body.to_vec()).expect("it was text");
    assert_eq!(body, response.headers[0].1, "a header is no other than a body");
    body
}

#[test]
fn a_secret_is_replaced_in_every_spelling() {
    let token = "IQoJ/b3Jp+Z2lu\"XA==";
    for spelling in [
        "IQoJ/b3Jp+Z2lu\"XA==",
        r#"IQoJ/b3Jp+Z2lu\"XA=="#,
        r#"IQoJ\/b3Jp+Z2lu\"XA=="#,
        "IQoJ%2Fb3Jp%2BZ2lu%22XA%3D%3D",
        "IQoJ%2fb3Jp%2bZ2lu%22XA%3d%3d",
        "IQoJ/b3Jp%2BZ2lu%22XA%3D%3D",
    ] {
        assert_eq!(echoed(signed_by(&identity("test", token)), &format!("<{spelling}>")), "<redacted-2>");
    }
    for before in ["", "x", "xy", "xyz"] {
        let sent = STANDARD.encode(format!("{before}{token}, and more"));
        let left = echoed(signed_by(&identity("test", token)), &sent);
        let (head, tail) = left.split_once("redacted-2").unwrap_or_else(|| panic!("{left} holds the token"));
        assert!(
            sent.len() - head.len() - tail.len() >= token.len() * 8 / 6 - 1,
            "{left} holds a part of the token"
        );
    }
}

#[test]
fn user_and_password_of_the_url_are_replaced() {
    let of = || unsigned("http://somebody:pass%2Fword@127.0.0.1");
    assert_eq!(echoed(of(), &format!("Basic {}", STANDARD.encode("somebody:pass/word"))), "Basic (redacted)");
    assert_eq!(echoed(of(), "somebody:pass/word"), "redacted-3");
    assert_eq!(echoed(of(), "no somebody has pass%2Fword"), "no redacted-1 has redacted-2");
    let short = || unsigned("http://me:pw@127.0.0.1");
    assert_eq!(echoed(short(), &format!("me, Basic {}", STANDARD.encode("me:pw"))), "me, Basic (redacted)");
    assert_eq!(echoed(short(), "me"), "me");
}

#[test]
fn what_right_answers_hold_is_never_replaced() {
    for word in [
        "111122223333",
        "test",
        "testing",
        "token",
        "x",
        "Active",
        "signer",
        "InProgress",
        "arn:aws",
        "arn:aws:signer:",
        "AWSLambda-SHA384-ECDSA",
        "awslambda-sha384-ecdsa",
        "profileVersion",
        "arn:aws:signer:us-east-1:111122223333:/signing-profiles/",
        "ResourceNotFoundException",
        "application/json",
        "us-east-1",
        "1764375900.123",
    ] {
        let secrets = signed_by(&Identity { access_key: word.to_owned(), ..identity(word, word) });
        assert_eq!(echoed(secrets, &format!("<{word}>")), format!("<{word}>"));
    }
    for secret in ["minio-secret", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "12345678901234567890"] {
        assert_eq!(echoed(signed_by(&identity(secret, "")), secret), "redacted-1");
    }
}

#[test]
fn what_a_request_says_openly_is_no_secret_from_then_on() {
    let known = Known::default();
    let mallory = identity("mallorys-bucket", "");
    let secrets = |request: &Request| known.secrets(Some(&mallory), "http://127.0.0.1", "us-east-1", request);
    assert_eq!(echoed(secrets(&Request::default()), "mallorys-bucket"), "redacted-1");
    let names_it = Request { body: br#"{"bucketName":"mallorys-bucket"}"#.to_vec(), ..Request::default() };
    assert_eq!(echoed(secrets(&names_it), "mallorys-bucket"), "mallorys-bucket");
    assert_eq!(echoed(secrets(&Request::default()), "mallorys-bucket"), "mallorys-bucket");
}

#[test]
fn a_name_that_the_judge_takes_from_an_answer_reaches_the_target_as_it_was() {
    let known = Known::default();
    let identity = identity("local/user \"1\"", "");
    let quiet = Request::default();
    let secrets = known.secrets(Some(&identity), "http://127.0.0.1", "us-east-1", &quiet);
    let arn = echoed(secrets, r#"arn:aws:iam::111122223333:user/local/user \"1\""#);
    assert_eq!(arn, "arn:aws:iam::111122223333:user/redacted-1");
    let request = Request {
        target: format!("/signing-jobs?requestedBy={}", percent_encode(&arn)),
        headers: vec![("x-by".to_owned(), arn.clone())],
        body: json!({ "requestedBy": arn }).to_string().into_bytes(),
        ..Request::default()
    };
    let sent = known.named_back(&request);
    let right = "arn:aws:iam::111122223333:user/local/user \"1\"";
    assert_eq!(sent.target, format!("/signing-jobs?requestedBy={}", percent_encode(right)));
    assert_eq!(sent.headers[0].1, right);
    assert_eq!(
        serde_json::from_slice::<serde_json::Value>(&sent.body).expect("JSON"),
        json!({ "requestedBy": right })
    );
    assert!(matches!(known.named_back(&quiet), Cow::Borrowed(_)));
}

#[test]
fn answers_that_differ_in_a_signature_differ_still() {
    let of = |signature: &str| {
        let value = format!("AWS4-HMAC-SHA256 Credential=test/x, SignedHeaders=host, Signature={signature}");
        let mut secrets = Secrets::default();
        secrets.add_signature(&Signed {
            headers: vec![("authorization".to_owned(), value.clone())],
            query: Vec::new(),
        });
        (echoed(secrets, signature), value)
    };
    let (one, other) = (of(&"a1".repeat(32)).0, of(&"b2".repeat(32)).0);
    assert_ne!(one, other);
    assert!(one.starts_with("(redacted ") && one.len() < 24, "{one}");
}
