//! Wrong usage ends with code 2 and names the option; an endpoint that is none ends with code 3 and says what
//! came.

use std::net::TcpListener;

use crate::program::{folder, refused, run, server};

fn certify(arguments: &[&str]) -> Vec<String> {
    let out = folder(&format!("usage-{}", arguments.join("-").replace(['/', ':', ' '], "_")));
    let mut all: Vec<String> =
        ["certify", "--quiet", "--out"].iter().map(|text| (*text).to_owned()).collect();
    all.push(out.display().to_string());
    all.extend(arguments.iter().map(|text| (*text).to_owned()));
    all
}

#[track_caller]
fn refuses(arguments: &[&str], code: i32, expected: &[&str]) {
    let all = certify(arguments);
    refused(&all.iter().map(String::as_str).collect::<Vec<_>>(), code, expected);
}

#[test]
fn an_unknown_option_is_named() {
    refuses(&["--nonsense"], 2, &["--nonsense"]);
}

#[test]
fn an_unknown_command_is_named() {
    refused(&["certificate"], 2, &["certificate"]);
}

#[test]
fn no_command_shows_the_help() {
    refused(&[], 2, &["certify", "Usage"]);
}

#[test]
fn a_bad_url_is_named_with_its_option() {
    refuses(&["--endpoint", "nonsense"], 2, &["--endpoint", "`nonsense`"]);
    refuses(&["--endpoint", "ftp://127.0.0.1/"], 2, &["--endpoint", "ftp"]);
    refuses(
        &["--endpoint", "http://127.0.0.1:1", "--s3-endpoint", "nonsense"],
        2,
        &["--s3-endpoint", "`nonsense`"],
    );
}

#[test]
fn a_bad_value_is_named_with_its_option_and_what_would_do() {
    refuses(&["--budget", "soon"], 2, &["--budget", "10s"]);
    refuses(&["--request-timeout", "0s"], 2, &["--request-timeout"]);
    refuses(&["--rate", "0/s"], 2, &["--rate"]);
    refuses(&["--shard", "3/2"], 2, &["--shard", "1/4"]);
    refuses(&["--seed", "x"], 2, &["--seed"]);
    refuses(&["--edition", "2020"], 2, &["--edition", "current and 2019-05-22"]);
    refuses(&["--basis", "open"], 2, &["--basis", "documented, inferred, modelled, observed"]);
    refuses(&["--format", "html"], 2, &["--format", "text, json, junit, markdown"]);
}

#[test]
fn an_unknown_suite_is_answered_with_the_list() {
    refuses(&["--suite", "nonsense"], 2, &["--suite", "smoke, tour, near-misses, prose, ", "sequences"]);
}

#[test]
fn a_filter_that_matches_nothing_is_an_error() {
    refuses(&["--case", "nonsense"], 2, &["--case", "\"nonsense\""]);
    refuses(&["--skip", "nonsense"], 2, &["--skip", "\"nonsense\""]);
    refuses(&["--suite", "smoke", "--skip", "smoke/"], 2, &["--skip", "no case"]);
}

#[test]
fn a_ledger_that_cannot_be_used_is_named() {
    refuses(&["--ledger", "no/such/file.toml"], 2, &["--ledger", "no/such/file.toml"]);
    let folder = folder("usage-ledgers");
    std::fs::create_dir_all(&folder).expect("the folder can be made");
    let path = folder.join("wrong.toml");
    let write = |text: &str| std::fs::write(&path, text).expect("it can be written");
    let shown = path.display().to_string();
    write("name = \"x\"\nedition = \"currant\"\n");
    refuses(&["--ledger", &shown], 2, &["--ledger", &format!("{shown}:2: no edition is called \"currant\"")]);
    write("name = \"x\"\nedition = \"2019-05-22\"\n");
    refuses(&["--ledger", &shown], 2, &["--ledger", "for the edition 2019-05-22, but --edition is current"]);
}

#[test]
fn half_an_identity_is_refused() {
    let url = "http://127.0.0.1:1";
    refuses(&["--endpoint", url, "--access-key", "a"], 2, &["--secret-key: --access-key is given"]);
    refuses(
        &["--endpoint", url, "--other-secret-key", "a"],
        2,
        &["--other-access-key: --other-secret-key is given"],
    );
    refuses(
        &["--endpoint", url, "--denied-access-key", "a"],
        2,
        &["--denied-secret-key: --denied-access-key is given"],
    );
}

#[test]
fn faults_are_for_the_embedded_reference_only() {
    refuses(&["--fault", "nonsense"], 2, &["--fault", "nonsense"]);
    refuses(&["--freedom", "nonsense"], 2, &["--freedom", "ID=CHOICE"]);
    refuses(&["--endpoint", "http://127.0.0.1:1", "--fault", "put-replaces"], 2, &["--fault", "--endpoint"]);
}

#[test]
fn a_report_folder_that_cannot_be_written_is_named() {
    let file = folder("usage-out-is-a-file");
    std::fs::write(&file, "").expect("it can be written");
    let ended = run(&["certify", "--quiet", "--out", &file.display().to_string()]);
    assert_eq!(ended.code, Some(2), "{}", ended.stderr);
    assert!(ended.stderr.contains("--out"), "{}", ended.stderr);
    std::fs::remove_file(&file).expect("it is there");
}

#[test]
fn aws_itself_needs_an_explicit_yes_and_shows_the_plan() {
    let url = "https://signer.us-east-1.amazonaws.com";
    refuses(&["--endpoint", url], 2, &["The plan: ", "cases", "nothing was sent", "--yes-i-will-be-billed"]);
    refuses(&["--endpoint", url, "--yes-i-will-be-billed"], 2, &["--access-key"]);
}

#[test]
fn a_bucket_that_is_not_there_is_named_with_its_option() {
    refuses(&["--source-bucket", "no-such-bucket"], 2, &["--source-bucket", "doctor"]);
    refuses(&["--destination-bucket", "x"], 2, &["--destination-bucket", "3 to 63"]);
}

#[test]
fn a_closed_port_is_inconclusive() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a loopback port is free");
    let url = format!("http://{}", listener.local_addr().expect("it is bound"));
    drop(listener);
    refuses(&["--endpoint", &url], 3, &[&url, "does not answer"]);
}

#[test]
fn a_web_page_is_no_signer() {
    let page = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 14\r\nConnection: close\r\n\
        \r\n<html>hi</html";
    let url = server(page);
    refuses(&["--endpoint", &url], 3, &[&url, "does not speak the Signer API"]);
}

#[test]
fn a_server_that_knows_no_route_is_no_signer() {
    let page = b"HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\nContent-Length: 9\r\n\
        Connection: close\r\n\r\nNot Found";
    let url = server(page);
    refuses(&["--endpoint", &url], 3, &[&url, "does not speak the Signer API"]);
}

#[test]
fn an_empty_reply_is_inconclusive() {
    let url = server(b"");
    refuses(&["--endpoint", &url], 3, &[&url, "does not answer"]);
}

#[test]
fn something_that_is_not_http_is_inconclusive() {
    let url = server(b"220 mail.example.org ESMTP\r\n");
    refuses(&["--endpoint", &url], 3, &[&url, "does not answer"]);
}

#[test]
fn a_replay_of_nothing_is_refused() {
    refused(&["replay"], 2, &["<FILE>"]);
    refused(&["replay", "no/such/file.json"], 2, &["no/such/file.json", "cannot be read"]);
}

#[test]
fn a_verification_of_nothing_is_refused() {
    refused(&["verify", "no/such/folder"], 2, &["no/such/folder"]);
}

#[test]
fn an_unknown_scope_is_answered_with_the_list() {
    refused(&["check", "--scope", "nonsense"], 2, &["--scope", "profiles", "upsert"]);
}

#[test]
fn an_explorer_that_cannot_be_served_is_named_with_its_option() {
    refused(&["explore", "--scope", "nonsense"], 2, &["--scope", "profiles", "profiles"]);
    let listener = TcpListener::bind("127.0.0.1:0").expect("a loopback port is free");
    let taken = listener.local_addr().expect("it is bound").to_string();
    refused(&["explore", "--listen", &taken], 2, &["--listen", &taken]);
    refused(&["serve", "--listen", &taken], 2, &["--listen", &taken]);
}
