//! The published suite of Signature Version 4, as the crate `aws-sigv4` brings it: each request is accepted as it was signed, in
//! the header and in the query, and refused with another signature.

use super::{CHECKS, Claimed, Payload, Rules, fits, hash};
use crate::config::{Clock, Config};
use crate::error::{ErrorName, Outcome};
use crate::identity::Identity;
use axum::http::Request;
use axum::http::request::Parts;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// The folder of the suite's cases.
fn suite() -> PathBuf {
    let metadata = cargo_metadata::MetadataCommand::new().other_options(["--offline".to_owned()]).exec().expect("the workspace");
    let package =
        metadata.packages.iter().find(|package| package.name.as_str() == "aws-sigv4").expect("a dependency of the tests");
    package.manifest_path.parent().expect("its folder").join("aws-signing-test-suite/v4").into_std_path_buf()
}

/// A request as it is written down in the suite.
fn read(path: &Path) -> (Parts, String) {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let text = text.replace("\r\n", "\n");
    let (head, body) = text.split_once("\n\n").unwrap_or((&text, ""));
    let mut lines = head.lines();
    let first = lines.next().expect("a request line");
    let (method, target) = first.trim_end_matches(" HTTP/1.1").split_once(' ').expect("a method");
    let mut request = Request::builder().method(method).uri(target);
    let mut headers: Vec<(String, String)> = Vec::new();
    for line in lines {
        match (line.split_once(':'), headers.last_mut()) {
            // A value that goes on: whoever sends it writes it in one line.
            (_, Some((_, value))) if line.starts_with([' ', '\t']) => *value = format!("{value} {}", line.trim()),
            (Some((name, value)), _) => headers.push((name.to_owned(), value.trim().to_owned())),
            (None, _) => panic!("{}: {line:?}", path.display()),
        }
    }
    for (name, value) in headers {
        request = request.header(name, value);
    }
    let (parts, ()) = request.body(()).expect("a request").into_parts();
    (parts, body.to_owned())
}

fn checked(config: &Config, rules: Rules, parts: &Parts, body: &str) -> Outcome<()> {
    let claimed = Claimed::of(config, parts, rules)?;
    CHECKS.into_iter().try_for_each(|check| claimed.check(check, parts))?;
    let payload = claimed.payload(parts)?;
    let told = match &payload {
        Payload::Hash(told) | Payload::Word(told) => told.clone(),
        Payload::Untold => hash(body.as_bytes()),
    };
    claimed.compare(&claimed.seed(parts, &told)?)?;
    assert!(fits(&payload, body.as_bytes()));
    Ok(())
}

#[test]
fn every_request_of_the_published_suite_is_accepted_as_it_was_signed_and_no_other() {
    let mut cases = 0;
    for entry in std::fs::read_dir(suite()).expect("the suite") {
        let folder = entry.expect("a case").path();
        let name = folder.file_name().expect("a name").to_string_lossy().into_owned();
        let Ok(context) = std::fs::read_to_string(folder.join("context.json")) else { continue };
        let context: Value = serde_json::from_str(&context).expect("JSON");
        let text = |pointer: &str| context.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
        let identity = Identity {
            access_key_id: text("/credentials/access_key_id"),
            secret_access_key: text("/credentials/secret_access_key"),
            account: "111122223333".to_owned(),
            arn: "arn:aws:iam::111122223333:user/example".to_owned(),
        };
        let now = text("/timestamp").parse().expect("a time");
        let config = Config { identities: vec![identity], clock: Clock::new(move || now), ..Config::default() };
        let rules = Rules { service: "service", path_as_sent: false, is_normalised: context["normalize"] == true, is_s3: false };
        // A blank cannot stand in the target of a request.
        if name.starts_with("get-space-") {
            continue;
        }
        for form in ["header", "query"] {
            // In the query, a token that was added after signing cannot be told from one that was changed.
            if form == "query" && context["omit_session_token"] == true {
                continue;
            }
            let (parts, body) = read(&folder.join(format!("{form}-signed-request.txt")));
            assert_eq!(checked(&config, rules, &parts, &body), Ok(()), "{name}, {form}: {parts:?}");
            let mut other = config.clone();
            other.identities[0].secret_access_key.push('x');
            let refused = checked(&other, rules, &parts, &body).map_err(|refusal| refusal.error);
            assert_eq!(refused, Err(ErrorName::InvalidSignature), "{name}, {form}");
            cases += 1;
        }
    }
    assert!(cases >= 70, "{cases} cases of the suite were found");
}
