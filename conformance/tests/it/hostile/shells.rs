//! The scripts as their users run them, with clients in place of curl, openssl and the AWS CLI that write
//! down what they are given and answer as a target that means harm.
#![cfg(unix)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use proptest::prelude::{ProptestConfig, proptest};
use serde_json::{Value, json};
use signer_conformance::report::{aws_cli_script, curl_script};
use signer_conformance::{Exchange, Report, TargetInfo};
use signer_schemas::Operation;

use super::exporters::exchanges;
use super::{gives_no_order, hostile};
use crate::runs::{case, documented, exchange, options, run};

const SECRET: &str = "TOP-SECRET-LINE";
const ENDPOINT: &str = "http://127.0.0.1:1/base";
const ACCOUNT: &str = "111122223333";

/// The clients, which find in `RECORD` what they answer, and write there what they are given.
const CLIENTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/hostile/clients");

/// What a script did.
struct Ran {
    record: PathBuf,
    shown: String,
}

impl Ran {
    /// What each call of the client was given.
    fn calls(&self, client: &str) -> Vec<Vec<String>> {
        let arguments = |number| std::fs::read(self.record.join(format!("{client}.{number}"))).ok();
        let split = |bytes: Vec<u8>| {
            let text = String::from_utf8(bytes).expect("arguments are text");
            text.strip_suffix('\0').unwrap_or(&text).split('\0').map(str::to_owned).collect()
        };
        (1..).map_while(arguments).map(split).collect()
    }

    fn file(&self, number: usize, name: &str) -> Option<String> {
        std::fs::read(self.record.join(format!("curl.{number}.{name}")))
            .ok()
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
    }
}

/// Runs a script, and sees to it that it has touched nothing.
fn ran(shell: &str, name: &str, script: &str, answer: &str) -> Option<Ran> {
    let root = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("hostile-{name}-{shell}"));
    let _ = std::fs::remove_dir_all(&root);
    let [record, here, home, scratch] = ["record", "here", "home", "scratch"].map(|name| root.join(name));
    for folder in [&record, &here, &home, &scratch] {
        std::fs::create_dir_all(folder).expect("it can be made");
    }
    std::fs::write(record.join("answer"), answer).expect("it can be written");
    std::fs::write(root.join("script"), script).expect("it can be written");
    std::fs::write(here.join("SECRET"), SECRET).expect("it can be written");
    let path =
        std::env::join_paths([Path::new(CLIENTS), Path::new("/usr/bin"), Path::new("/bin")]).expect("a path");
    let mut command = Command::new(shell);
    command.arg(root.join("script")).current_dir(&here).env_clear().stdin(Stdio::null());
    command.env("PATH", path).env("HOME", &home).env("TMPDIR", &scratch).env("RECORD", &record);
    command
        .env("SIGNER_ENDPOINT", ENDPOINT)
        .env("RUN", "abcdef")
        .env("AWS_ACCESS_KEY_ID", "AKID")
        .env("AWS_SECRET_ACCESS_KEY", "secret");
    let Ok(output) = command.output() else { return None };
    let names = |folder: &Path| -> BTreeSet<String> {
        let entries = std::fs::read_dir(folder).expect("it is there").flatten();
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
    };
    assert_eq!(names(&here), BTreeSet::from(["SECRET".to_owned()]), "{shell} {name} wrote a file\n{script}");
    assert!(names(&home).is_empty() && names(&scratch).is_empty(), "{shell} {name} left a file\n{script}");
    assert_eq!(std::fs::read_to_string(here.join("SECRET")).ok().as_deref(), Some(SECRET));
    for name in names(&record) {
        let text = std::fs::read(record.join(&name)).expect("it can be read");
        assert!(
            !String::from_utf8_lossy(&text).contains(SECRET),
            "{name}: a client was given what stands in a file\n{script}"
        );
    }
    assert!(!record.join("leak").exists(), "the AWS CLI would read a file\n{script}");
    let shown = [output.stdout, output.stderr]
        .map(|bytes| String::from_utf8(bytes).expect("only ASCII is shown"))
        .concat();
    gives_no_order(&format!("{shell} {name}"), &shown);
    Some(Ran { record, shown })
}

/// The scripts for curl and for the AWS CLI of a finding that rests on these exchanges.
fn scripts(exchanges: Vec<Exchange>, target: impl FnOnce(&mut TargetInfo)) -> [String; 2] {
    let mut run = run(vec![case(
        "tour/a",
        vec![documented("CancelSigningProfile/absent", Operation::CancelSigningProfile, "model")],
    )]);
    run.roots[0].exchanges = exchanges;
    target(&mut run.target);
    let row = Report::new(&run, &options(), None).findings[0].clone();
    [curl_script(&row, &run.roots[0], &run.target), aws_cli_script(&row, &run.roots[0], &run.target)]
}

fn after<'a>(arguments: &'a [String], option: &str) -> Option<&'a str> {
    let at = arguments.iter().position(|argument| argument == option)?;
    arguments.get(at + 1).map(String::as_str)
}

/// What a word of a shell can hold.
fn word(text: &str) -> String {
    text.replace('\0', "\\u{0}")
}

/// What is read from an answer is made of what ids are made of.
fn is_id(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._~+/=-".contains(&byte))
}

fn curl_gets_what_the_run_sent(shell: &str, script: &str, sent: &[Exchange], answer: &str) {
    let Some(ran) = ran(shell, "curl", script, answer) else { return };
    let calls = ran.calls("curl");
    assert_eq!(calls.len(), sent.len(), "{script}");
    for (index, (call, Exchange { request, .. })) in calls.iter().zip(sent).enumerate() {
        assert_eq!(after(call, "--request"), Some(request.method.as_str()));
        let url = after(call, "--url").expect("there is an address");
        let target = word(&request.target).replace("c7abcd", "abcdef");
        if target == "/signing-jobs/0123456789abcdef" {
            let id = url.strip_prefix(&format!("{ENDPOINT}/signing-jobs/")).expect("the same place");
            assert!(is_id(id), "{id:?}");
        } else {
            assert_eq!(url, format!("{ENDPOINT}{target}"), "{script}");
        }
        let headers = ran.file(index + 1, "headers").expect("there are headers");
        for (name, value) in &request.headers {
            let line = word(&format!("{name}: {value}").replace('\n', " "));
            assert!(
                headers.starts_with(&format!("{line}\n")) || headers.contains(&format!("\n{line}\n")),
                "{line:?} in {headers:?}"
            );
        }
        let body = String::from_utf8_lossy(&request.body).into_owned();
        assert_eq!(ran.file(index + 1, "body").unwrap_or_default(), body, "{script}");
        assert!(call.iter().all(|argument| argument != "-o" && argument != "-K"), "{call:?}");
    }
    assert!(ran.shown.contains("\n> PUT /signing-profiles/abcdef_p0\n"), "{}", ran.shown);
}

fn the_aws_cli_gets_what_the_run_sent(shell: &str, script: &str, text: &str, other: &str, answer: &str) {
    let Some(ran) = ran(shell, "aws", script, answer) else { return };
    let calls = ran.calls("aws");
    let input = |call: &[String]| {
        serde_json::from_str::<Value>(after(call, "--cli-input-json").expect("JSON is given"))
            .expect("it is JSON")
    };
    assert_eq!(calls[0][..2], ["signer", "put-signing-profile"]);
    assert_eq!(
        input(&calls[0]),
        json!({ "profileName": "abcdef_p0", "platformId": text, "tags": { other: text } }),
        "{script}"
    );
    assert_eq!(calls[1][..2], ["signer", "describe-signing-job"]);
    let id = input(&calls[1])["jobId"].as_str().expect("a job is named").to_owned();
    assert!(is_id(&id), "{id:?}");
    let last = calls.last().expect("there are calls");
    assert_eq!(last[..2], ["signer", "start-signing-job"]);
    assert_eq!(input(last), json!({ "profileName": text, "clientRequestToken": other }), "{script}");
    for call in &calls {
        assert_eq!(
            (after(call, "--endpoint-url"), after(call, "--region")),
            (Some(ENDPOINT), Some("us-east-1"))
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn scripts_send_what_the_run_sent_and_touch_nothing_else(text in hostile(), other in hostile(), id in hostile()) {
        let sent = exchanges(&text, &other);
        let [curl, aws_cli] = scripts(sent.clone(), |target| {
            text.clone_into(&mut target.owner_account);
            other.clone_into(&mut target.other_account);
        });
        let answer = format!("HTTP/1.1 200 {text}\r\nx-amz-version-id: {id}\r\n{other}: {id}\r\n\r\n\
            {{\"jobId\":\"{id}\",\"arn\":\"{id}\"}}\n{text}");
        for shell in ["sh", "dash", "bash"] {
            curl_gets_what_the_run_sent(shell, &curl, &sent, &answer);
            the_aws_cli_gets_what_the_run_sent(shell, &aws_cli, &text, &other, &answer);
        }
    }
}

#[test]
fn an_account_that_is_a_command_is_not_run() {
    let account = "$(>CANARY12)";
    let body = format!("{{\"principal\":\"{account}\",\"action\":\"signer:StartSigningJob\"}}");
    let arn = format!(r#"{{"arn":"arn:aws:signer:us-east-1:{account}:/signing-profiles/c7abcd_p0"}}"#);
    let sent = vec![
        exchange("PUT", "/signing-profiles/c7abcd_p0", &body, &arn),
        exchange("POST", "/signing-profiles/c7abcd_p0/permissions", &body, &arn),
    ];
    for is_owner in [true, false] {
        let [curl, aws_cli] = scripts(sent.clone(), |target| {
            let place = if is_owner { &mut target.owner_account } else { &mut target.other_account };
            account.clone_into(place);
        });
        for (name, script, client) in [("account-curl", curl, "curl"), ("account-aws", aws_cli, "aws")] {
            assert!(script.contains("_ACCOUNT='$(>CANARY12)'\n"), "the account is a variable\n{script}");
            let Some(ran) = ran("sh", name, &script, &arn) else { return };
            assert_eq!(ran.calls(client).len(), 2);
            let text = if client == "curl" {
                ran.file(2, "body").unwrap_or_default()
            } else {
                ran.calls("aws")[1].concat()
            };
            assert!(text.contains(account), "{text}");
        }
    }
}

#[test]
fn an_id_that_names_a_file_is_not_read() {
    let sent = vec![
        exchange("POST", "/signing-jobs", "{}", r#"{"jobId":"0123456789abcdef"}"#),
        exchange("PUT", "/signing-jobs/0123456789abcdef/revoke", r#"{"reason":"r"}"#, ""),
        exchange("PUT", "/signing-profiles/c7abcd_p0/revoke", r#"{"profileVersion":"0123456789abcdef"}"#, ""),
    ];
    let [curl, aws_cli] = scripts(sent, |_| {});
    let attacks = [
        "file://SECRET",
        "fileb://SECRET",
        "--endpoint-url=http://127.0.0.2",
        "@SECRET",
        "a\\u0022,\\u0022x",
        "a\",\"x\":\"b",
        "-d@SECRET",
    ];
    let marks = (' '..='~').filter(|mark| !mark.is_ascii_alphanumeric()).map(|mark| format!("a{mark}b"));
    for id in attacks.map(str::to_owned).into_iter().chain(marks) {
        let answer = format!("{{\"jobId\":\"{id}\"}}");
        let ran_aws = ran("sh", "id-aws", &aws_cli, &answer);
        for call in ran_aws.iter().flat_map(|ran| ran.calls("aws")) {
            let input: Value =
                serde_json::from_str(after(&call, "--cli-input-json").unwrap_or("{}")).expect("it is JSON");
            let given =
                input["jobId"].as_str().or_else(|| input["profileVersion"].as_str()).unwrap_or_default();
            assert!(
                is_id(given) && call.iter().filter(|argument| *argument == "--endpoint-url").count() == 1,
                "{call:?}"
            );
        }
        let ran_curl = ran("sh", "id-curl", &curl, &answer);
        for call in ran_curl.iter().flat_map(|ran| ran.calls("curl")) {
            assert!(
                after(&call, "--url").is_some_and(|url| url.starts_with(ENDPOINT) && !url.contains("SECRET")),
                "{call:?}"
            );
        }
    }
    for id in ["4a6c9f36-1f4e-4d6c-9c8e-0d4f5a2b7c1e", "aB3dE6gH9j", "eyJ2IjoxfQ==", "a/b+c_d~e.f"] {
        let answer = format!("{{\n  \"jobId\" : \"{id}\"\n}}\n");
        let Some(ran) = ran("sh", "id-kept", &curl, &answer) else { return };
        assert_eq!(
            after(&ran.calls("curl")[1], "--url"),
            Some(format!("{ENDPOINT}/signing-jobs/{id}/revoke").as_str())
        );
    }
}

#[test]
fn the_account_of_now_is_taken_if_it_is_one() {
    let arn = |account: &str| {
        format!(r#"{{"arn":"arn:aws:signer:us-east-1:{account}:/signing-profiles/c7abcd_p0"}}"#)
    };
    let body = format!("{{\"principal\":\"{ACCOUNT}\"}}");
    let sent = vec![
        exchange("PUT", "/signing-profiles/c7abcd_p0", "{}", &arn(ACCOUNT)),
        exchange("POST", "/signing-profiles/c7abcd_p0/permissions", &body, ""),
    ];
    let [curl, _] = scripts(sent, |_| {});
    for (told, used) in [
        ("444455556666", "444455556666"),
        ("$(>CANARY12)", ACCOUNT),
        ("44445555666a", ACCOUNT),
        ("", ACCOUNT),
    ] {
        let Some(ran) = ran("sh", "account-now", &curl, &arn(told)) else { return };
        assert_eq!(ran.file(2, "body"), Some(format!("{{\"principal\":\"{used}\"}}")), "{told:?}");
    }
}
