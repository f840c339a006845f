//! How others repeat a finding: with curl, with the AWS CLI, with the SDK.

mod reviewed;

use std::path::PathBuf;

use signer_conformance::report::{FindingRow, Scripts, curl_script};
use signer_conformance::{Exchange, Report, Root, Service, Signature, TargetInfo, Trials};
use signer_schemas::Operation;

use crate::runs::{case, documented, exchange, options, run};

const ARN: &str = "arn:aws:signer:eu-west-1:111122223333:/signing-profiles/c7abcd_p0";
const VERSION: &str = "78842cf7e9ca4983a1c4a24d94511ef5";

/// A finding whose minimal program sent this.
struct Scripted {
    row: FindingRow,
    root: Root,
    target: TargetInfo,
}

fn scripted(exchanges: Vec<Exchange>) -> Scripted {
    let finding = documented("CancelSigningProfile/absent", Operation::CancelSigningProfile, "model");
    let mut run = run(vec![case("tour/a", vec![finding])]);
    run.roots[0].exchanges = exchanges;
    let row = Report::new(&run, &options(), None).findings[0].clone();
    Scripted { row, root: run.roots[0].clone(), target: run.target.clone() }
}

impl Scripted {
    fn curl(&self) -> String {
        curl_script(&self.row, &self.root, &self.target)
    }

    fn all(&self) -> [String; 3] {
        let Scripts { curl, aws_cli, rust } = Scripts::new(&self.row, &self.root, &self.target);
        [curl, aws_cli, rust]
    }
}

fn holds(text: &str, expected: &[&str]) {
    for expected in expected {
        assert!(text.contains(expected), "no {expected:?} in\n{text}");
    }
}

/// A job of the run's own buckets, or of those with these names.
fn job(source: &str, key: &str, destination: &str) -> Exchange {
    let body = format!(
        r#"{{"destination":{{"s3":{{"bucketName":"{destination}","prefix":"c7abcd_p0/a/"}}}},"profileName":"c7abcd_p0","source":{{"s3":{{"bucketName":"{source}","key":"{key}","version":"{VERSION}"}}}}}}"#
    );
    exchange("POST", "/signing-jobs", &body, r#"{"jobId":"0123456789abcdef"}"#)
}

#[test]
fn a_script_for_curl_binds_names_and_ids_anew_and_quotes_the_rest() {
    let version = "aB3dE6gH9j";
    let mut sent = vec![
        exchange(
            "PUT",
            "/signing-profiles/c7abcd_p0",
            "{\"a\":\"it's\"}",
            &format!("{{\"profileVersion\":\"{version}\"}}"),
        ),
        exchange(
            "PUT",
            "/signing-profiles/c7abcd_p0/revoke",
            &format!("{{\"profileVersion\":\"{version}\"}}"),
            "",
        ),
        exchange("PUT", "/bucket/key", "", ""),
        exchange("GET", "/signing-platforms", "", ""),
    ];
    sent[2].request.signature = Signature::Missing;
    sent[2].to = Service::S3;
    sent[3].request.signature = Signature::Aged(4);
    let script = scripted(sent).curl();
    holds(
        &script,
        &[
            "RUN=${RUN:-$(LC_ALL=C tr -dc 'a-z' </dev/urandom | head -c 6)}",
            "printf '%s' '{\"a\":\"it'\\''s\"}' >\"$body\"\n\
             call owner signer 'PUT' '/signing-profiles/'\"${RUN}\"'_p0'",
            "\nprofileVersion_1=$(given profileVersion)\n",
            "printf '%s' '{\"profileVersion\":\"'\"${profileVersion_1}\"'\"}' >\"$body\"\n",
            "\ncall nobody s3 'PUT' '/bucket/key'",
            "\nage=0:04\ncall owner signer 'GET' '/signing-platforms'",
            "\nprintf '%s\\n' '' 'Permitted: ResourceNotFoundException' 'Observed in the run: HTTP 500'\n",
        ],
    );
    let (_, calls) = script.split_once("\nRUN=").expect("the prefix is drawn");
    assert!(!calls.contains(version) && !calls.contains("c7abcd"), "{script}");
    assert!(
        !script.contains("account()") && !script.contains("SOURCE_BUCKET"),
        "what no request needs is left out\n{script}"
    );
}

#[test]
fn scripts_take_the_accounts_and_the_region_of_now() {
    let tags = format!("/tags/{}", ARN.replace(':', "%3A").replace('/', "%2F"));
    let scripted = scripted(vec![
        exchange("GET", &tags, "", ""),
        exchange("PUT", "/signing-profiles/c7abcd_p0", "{}", &format!(r#"{{"arn":"{ARN}"}}"#)),
        exchange("GET", &tags, "", ""),
    ]);
    let [curl, aws_cli, rust] = scripted.all();
    for script in [&curl, &aws_cli] {
        holds(
            script,
            &[
                "\n[ -n \"${SIGNER_ACCOUNT-}\" ] || SIGNER_ACCOUNT='111122223333'\n",
                "\nSIGNER_ACCOUNT=$(account \"$SIGNER_ACCOUNT\")\n",
                "\"${AWS_REGION}\"",
                "\"${SIGNER_ACCOUNT}\"",
            ],
        );
        assert!(!script.contains("eu-west-1") && !script.contains("SIGNER_OTHER_ACCOUNT"), "{script}");
    }
    holds(
        &rust,
        &[
            "let signer_account = std::env::var(\"SIGNER_ACCOUNT\").unwrap_or_else(|_| \
             \"111122223333\".to_owned());\n",
            "\"arn:aws:signer:{aws_region}:{signer_account}:/signing-profiles/{run}_p0\"",
        ],
    );
}

#[test]
fn scripts_make_the_buckets_and_the_object_of_their_jobs() {
    let [curl, aws_cli, rust] = scripted(vec![job("c7abcd-source", "app.zip", "c7abcd-destination")]).all();
    for script in [&curl, &aws_cli] {
        holds(
            script,
            &[
                "\n  SOURCE_BUCKET=$RUN-source\n",
                "\n  DESTINATION_BUCKET=$RUN-destination\n",
                "\nkey='app.zip'\nprintf 'PK\\003\\004",
                "\"${SOURCE_VERSION}\"",
            ],
        );
        assert!(!script.contains(VERSION), "{script}");
    }
    holds(&curl, &["\ncall owner s3 PUT \"/$SOURCE_BUCKET/$key\"\nSOURCE_VERSION=$(given "]);
    holds(
        &aws_cli,
        &["  s3 create-bucket --bucket \"$SOURCE_BUCKET\"\n", "\nSOURCE_VERSION=$(given VersionId)\n"],
    );
    holds(
        &rust,
        &[
            "let source_version = std::env::var(\"SOURCE_VERSION\")",
            ".version(format!(\"{source_version}\"))",
        ],
    );

    let given = scripted(vec![job("mine", "c7abcd/app.zip", "yours")]).curl();
    holds(
        &given,
        &["|| SOURCE_BUCKET='mine'\n", "|| DESTINATION_BUCKET='yours'\n", "\nkey=\"${RUN}\"'/app.zip'\n"],
    );
    assert!(!given.contains("?versioning="), "a bucket that was there is left as it is\n{given}");

    let mut without =
        scripted(vec![job("signer-conformance-source", "app.zip", "signer-conformance-destination")]);
    without.target.capabilities.s3 = false;
    assert!(!without.curl().contains("SOURCE_BUCKET"), "where there is no S3 none is asked");
}

#[test]
fn waiting_for_a_job_is_one_call_that_ends_when_the_job_does() {
    let job = |status: &str| {
        exchange("GET", "/signing-jobs/0123456789abcdef", "", &format!(r#"{{"status":"{status}"}}"#))
    };
    let script =
        scripted(vec![job("InProgress"), job("InProgress"), job("Succeeded"), job("Succeeded")]).curl();
    assert_eq!(script.matches("\nended call owner signer 'GET' ").count(), 1, "{script}");
    assert_eq!(script.matches("\ncall owner signer 'GET' ").count(), 1, "{script}");
}

#[test]
fn a_script_that_can_send_nothing_says_so() {
    let mut scripted = scripted(Vec::new());
    scripted.root.reproduced = Trials::new(0, 3);
    for script in scripted.all() {
        holds(
            &script,
            &[
                "it did not show again in 3 tries; `signer-conformance replay F001.json` runs the program.",
                "Permitted: ",
            ],
        );
    }
    scripted.root.reproduced = Trials::new(0, 0);
    holds(&scripted.curl(), &["as it was not tried again"]);

    scripted.root.exchanges = vec![exchange("PATCH", "/signing-profiles", "", "")];
    let [curl, aws_cli, rust] = scripted.all();
    holds(&curl, &["call owner signer 'PATCH' '/signing-profiles'"]);
    holds(&aws_cli, &["The AWS CLI can send none of these requests; F001.sh does, with curl."]);
    holds(&rust, &["The SDK can send none of these requests; F001.sh does, with curl."]);
}

/// Whether the shell takes it, where there is one of that name.
fn is_taken(shell: &str, script: &str, name: &str) {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, script).expect("it can be written");
    let Ok(checked) = std::process::Command::new(shell).arg("-n").arg(&path).output() else { return };
    assert!(checked.status.success(), "{shell}: {}\n{script}", String::from_utf8_lossy(&checked.stderr));
}

#[test]
fn shells_take_the_scripts() {
    let mut hostile = exchange("PUT", "/c7abcd-source/x'$(id)`\\", "it's $HOME\n\"`id`\"", "");
    hostile.to = Service::S3;
    let mut scripted = scripted(vec![hostile, job("c7abcd-source", "app.zip", "c7abcd-destination")]);
    scripted.row.summary = "two\nlines, \u{1b}[2J".to_owned();
    scripted.row.observed = "it's $(id)\nand `more`".to_owned();
    let [curl, aws_cli, _] = scripted.all();
    for shell in ["sh", "dash", "bash"] {
        is_taken(shell, &curl, &format!("{shell}.sh"));
        is_taken(shell, &aws_cli, &format!("{shell}.aws.sh"));
    }
    assert!(!curl.contains('\u{1b}'), "control characters are shown, not sent to a terminal");
}
