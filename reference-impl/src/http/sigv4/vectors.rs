//! The published suite of Signature Version 4, as the crate `aws-sigv4` brings it: each request is accepted
//! as it was signed, in the header and in the query, and refused with another signature.
//! `reference-impl/foreign/sigv4` lists those that are not.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use axum::http::Request;
use axum::http::request::Parts;
use serde_json::Value;

use crate::config::{Clock, Config};
use crate::error::{ErrorName, Outcome};
use crate::http::sigv4::rules::Rules;
use crate::http::sigv4::{CHECKS, Claimed, Payload, fits, hash};
use crate::identity::Identity;

/// The folder of the suite's cases.
fn suite() -> PathBuf {
    let metadata = cargo_metadata::MetadataCommand::new()
        .other_options(["--offline".to_owned()])
        .exec()
        .expect("the workspace");
    let package = metadata
        .packages
        .iter()
        .find(|package| package.name.as_str() == "aws-sigv4")
        .expect("a dependency of the tests");
    package.manifest_path.parent().expect("its folder").join("aws-signing-test-suite/v4").into_std_path_buf()
}

/// A request as it is written down in the suite, or what is wrong with it as a request.
fn read(path: &Path) -> Result<(Parts, String), String> {
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
            // A folded value: the sender writes it in one line.
            (_, Some((_, value))) if line.starts_with([' ', '\t']) => {
                *value = format!("{value} {}", line.trim());
            }
            (Some((name, value)), _) => headers.push((name.to_owned(), value.trim().to_owned())),
            (None, _) => panic!("{}: {line:?}", path.display()),
        }
    }
    for (name, value) in headers {
        request = request.header(name, value);
    }
    let (parts, ()) = request.body(()).map_err(|error| error.to_string())?.into_parts();
    Ok((parts, body.to_owned()))
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

/// A request of the suite, and who has signed it, when, by which rules.
struct Vector {
    name: String,
    file: PathBuf,
    config: Config,
    rules: Rules,
}

fn vectors() -> Vec<Vector> {
    let mut vectors = Vec::new();
    for entry in std::fs::read_dir(suite()).expect("the suite") {
        let folder = entry.expect("a case").path();
        let case = folder.file_name().expect("a name").to_string_lossy().into_owned();
        let Ok(context) = std::fs::read_to_string(folder.join("context.json")) else { continue };
        let context: Value = serde_json::from_str(&context).expect("JSON");
        let text =
            |pointer: &str| context.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
        let identity = Identity {
            session_token: None,
            denied: false,
            access_key_id: text("/credentials/access_key_id"),
            secret_access_key: text("/credentials/secret_access_key"),
            account: "111122223333".to_owned(),
            arn: "arn:aws:iam::111122223333:user/example".to_owned(),
        };
        let now = text("/timestamp").parse().expect("a time");
        let config =
            Config { identities: vec![identity], clock: Clock::new(move || now), ..Config::default() };
        let rules = Rules {
            service: "service",
            path_as_sent: false,
            is_normalised: context["normalize"] == true,
            is_s3: false,
        };
        vectors.extend(["header", "query"].map(|form| Vector {
            name: format!("{case}, in the {form}"),
            file: folder.join(format!("{form}-signed-request.txt")),
            config: config.clone(),
            rules,
        }));
    }
    vectors.sort_by(|one, other| one.name.cmp(&other.name));
    vectors
}

impl Vector {
    /// Why the request is not accepted as it was signed.
    fn refused(&self) -> Option<String> {
        let (parts, body) = match read(&self.file) {
            Ok(request) => request,
            Err(malformed) => return Some(malformed),
        };
        let mut other = self.config.clone();
        other.identities[0].secret_access_key.push('x');
        let refused = checked(&other, self.rules, &parts, &body).map_err(|refusal| refusal.error);
        assert_eq!(refused, Err(ErrorName::InvalidSignature), "{}, with another secret", self.name);
        checked(&self.config, self.rules, &parts, &body).err().map(|refusal| refusal.message)
    }
}

/// What must be refused, and the text of the refusal.
fn listed() -> BTreeMap<String, String> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("foreign/sigv4/must-fail.toml");
    let text = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let list: toml::Table = text.parse().unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let rows = list["must-fail"].as_array().expect("rows").iter();
    let text = |row: &toml::Value, key: &str| row[key].as_str().expect("a text").to_owned();
    rows.map(|row| {
        assert!(["source", "reason"].iter().all(|key| !text(row, key).is_empty()), "{row} does not say why");
        (text(row, "case"), text(row, "said"))
    })
    .collect()
}

#[test]
fn every_request_of_the_published_suite_is_accepted_as_it_was_signed_and_no_other() {
    let vectors = vectors();
    assert_eq!(vectors.len(), 76, "the suite has other vectors than before");
    let mut listed = listed();
    let mut wrong = Vec::new();
    for vector in &vectors {
        let (refused, expected) = (vector.refused(), listed.remove(&vector.name));
        println!("sigv4: {}: {}", vector.name, refused.as_deref().unwrap_or("accepted"));
        match (refused, expected) {
            (None, None) => {}
            (Some(told), Some(said)) if told.contains(&said) => {}
            (told, expected) => {
                wrong.push(format!("{}: {told:?}, and the list says {expected:?}", vector.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(listed.is_empty(), "the list names what is not there: {listed:?}");
}
