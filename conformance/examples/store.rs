//! A store in process under property tests, without a socket: programs of the model's calls are drawn, run
//! and reduced. This one keeps the name and the platform of a profile and drops what else it is given, and
//! forgets that one was canceled: the first mistake that is met is shown in two calls or three.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use proptest::test_runner::{Config, TestError, TestRunner};
use serde_json::{Value, json};
use signer_conformance::testing::{check, options, programs};
use signer_conformance::{Endpoint, Request, Response, Sending};
use signer_model::Account;
use signer_schemas::{Basis, Edition};

/// Profiles by name: platform and version.
#[derive(Clone, Default)]
struct Store(Arc<Mutex<BTreeMap<String, (Value, String)>>>);

impl Store {
    fn answer(&self, request: &Request) -> (u16, Value) {
        let mut profiles = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        let path = request.target.split('?').next().unwrap_or_default();
        let parts: Vec<&str> = path.split('/').skip(1).collect();
        let arn = |name: &str| format!("arn:aws:signer:us-east-1:111122223333:/signing-profiles/{name}");
        let ["signing-profiles", name] = parts.as_slice() else {
            return (404, json!({ "code": "UnknownOperationException" }));
        };
        match request.method.as_str() {
            "PUT" => {
                let version = format!("{:0>10}", profiles.len() + 1);
                profiles.insert((*name).to_owned(), (body["platformId"].clone(), version.clone()));
                let arn = arn(name);
                (
                    200,
                    json!({ "arn": arn, "profileVersion": version, "profileVersionArn": format!("{arn}/{version}") }),
                )
            }
            "GET" => match profiles.get(*name) {
                Some((platform, version)) => {
                    let arn = arn(name);
                    let versioned = format!("{arn}/{version}");
                    let validity = json!({ "type": "MONTHS", "value": 135 });
                    let shown = json!({
                        "profileName": name, "arn": arn, "profileVersion": version, "profileVersionArn": versioned,
                        "platformId": platform, "signatureValidityPeriod": validity, "status": "Active",
                    });
                    (200, shown)
                }
                None => (404, json!({ "code": "ResourceNotFoundException", "message": "no such profile" })),
            },
            // That it is canceled is forgotten at once.
            "DELETE" if profiles.contains_key(*name) => (200, Value::Null),
            "DELETE" => (404, json!({ "code": "ResourceNotFoundException", "message": "no such profile" })),
            _ => (404, json!({ "code": "UnknownOperationException" })),
        }
    }
}

impl Endpoint for Store {
    fn describe(&self) -> String {
        "a store in process".to_owned()
    }

    fn send<'a>(&'a self, _by: Account, request: &'a Request) -> Sending<'a> {
        let (status, body) = self.answer(request);
        let id = format!("{:p}-{}", self, request.target.len());
        let mut headers = vec![
            ("content-type".to_owned(), "application/json".to_owned()),
            ("x-amzn-requestid".to_owned(), id),
        ];
        if let Some(code) = body["code"].as_str() {
            headers.push(("x-amzn-errortype".to_owned(), code.to_owned()));
        }
        let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        Box::pin(std::future::ready(Ok(Response { status, headers, body: body.into() })))
    }

    fn send_s3<'a>(&'a self, _request: &'a Request) -> Sending<'a> {
        Box::pin(std::future::ready(Ok(Response { status: 404, headers: Vec::new(), body: "".into() })))
    }
}

fn main() -> Result<(), String> {
    let profiles =
        signer_model::certification(Edition::Current).into_iter().find(|scope| scope.name == "profiles");
    let strategy = programs(&profiles.ok_or("the model has no scope of profiles")?);
    let mut options = options(Edition::Current);
    options.basis = Basis::Documented;
    let mut runner = TestRunner::new_with_rng(
        Config { failure_persistence: None, ..Config::default() },
        proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha),
    );
    let outcome = runner.run(&strategy, |program| {
        let store: Arc<dyn Endpoint> = Arc::new(Store::default());
        check(&store, &program, &options).map_err(proptest::test_runner::TestCaseError::fail)
    });
    match outcome {
        Err(TestError::Fail(why, program)) => {
            println!("{why}");
            for (index, step) in program.steps.iter().enumerate() {
                println!("  {}. {}", index + 1, signer_conformance::report::step_words(step));
            }
            if program.steps.len() <= 3 {
                Ok(())
            } else {
                Err(format!("{} steps are left", program.steps.len()))
            }
        }
        Err(TestError::Abort(why)) => Err(why.to_string()),
        Ok(()) => Err("the store's mistake was not found".to_owned()),
    }
}
