//! The program itself: its first line, its options, its end.

use clap::Parser as _;
use signer_reference::cli::Args;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Command, Stdio};

#[derive(Debug, clap::Parser)]
struct Program {
    #[command(flatten)]
    args: Args,
}

fn parsed(options: &[&str]) -> Result<signer_reference::Config, String> {
    let program = Program::try_parse_from(std::iter::once(&"program").chain(options))
        .map_err(|error| error.to_string())?;
    program.args.config().map_err(|error| format!("{error:#}"))
}

#[test]
fn wrong_options_are_named() {
    let check = |options: &[&str], part: &str| {
        let error = parsed(options).expect_err("the option is wrong");
        assert!(error.contains(part), "{options:?}: {error}");
    };
    check(&["--nonsense"], "--nonsense");
    check(&["--fault", "nonsense"], "--fault: no fault is called \"nonsense\"");
    check(&["--freedom", "TagResource/limit"], "--freedom \"TagResource/limit\" is not ID=CHOICE");
    check(&["--freedom", "TagResource/limit=7"], "it has 200, 50");
    check(&["--account", "12"], "--account");
    check(&["--edition", "2020"], "--edition");
    check(&["--job-delay", "soon"], "--job-delay");
    check(&["--identities", "/nonexistent"], "--identities /nonexistent");
}

#[test]
fn options_make_the_configuration() {
    let config = parsed(&[
        "--account",
        "999988887777",
        "--job-delay",
        "2s",
        "--no-auth",
        "--fault",
        "cancel-absent-500",
        "page-too-large",
    ]);
    let config = config.expect("the options are right");
    assert_eq!(config.identities[0].arn, "arn:aws:iam::999988887777:user/owner");
    assert_eq!((config.job_delay.as_secs(), config.authenticate), (2, false));
    let faults: Vec<_> = config.faults.iter().map(|fault| fault.id).collect();
    assert_eq!(faults, ["cancel-absent-500", "page-too-large"]);
}

#[cfg(unix)]
#[test]
fn the_root_lies_in_its_file_when_the_program_listens() {
    let file = std::env::temp_dir().join(format!("signer-reference-root-{}.pem", std::process::id()));
    let mut command = Command::new(env!("CARGO_BIN_EXE_signer-reference"));
    command.args(["--listen", "127.0.0.1:0", "--export-root"]).arg(&file).stdout(Stdio::piped());
    let mut program = command.spawn().expect("it starts");
    let mut line = String::new();
    BufReader::new(program.stdout.take().expect("its output")).read_line(&mut line).expect("a line");
    program.kill().expect("it ends");
    program.wait().expect("it ended");
    let pem = std::fs::read_to_string(&file).expect("the file is there");
    std::fs::remove_file(&file).expect("it can be removed");
    assert!(pem.starts_with("-----BEGIN CERTIFICATE-----\n"), "{pem}");
}

#[cfg(unix)]
#[test]
fn the_program_tells_where_it_listens_and_ends_when_told() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_signer-reference"));
    command.args(["--listen", "127.0.0.1:0", "--no-auth"]).stdout(Stdio::piped());
    let mut program = command.spawn().expect("it starts");
    let mut out = BufReader::new(program.stdout.take().expect("its output"));
    let mut line = String::new();
    out.read_line(&mut line).expect("a line");
    let address = line.trim_end().strip_prefix("listening on http://").expect("the first line");
    let mut stream = TcpStream::connect(address).expect("it listens");
    stream
        .write_all(b"GET /signing-platforms HTTP/1.1\r\nhost: data-localhost\r\nconnection: close\r\n\r\n")
        .expect("it reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("it answers");
    assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.contains("AWSLambda-SHA384-ECDSA"), "{answer}");
    let told = Command::new("kill").args(["-TERM", &program.id().to_string()]).status().expect("kill runs");
    assert!(told.success());
    let ended = program.wait().expect("it ends");
    assert!(ended.success(), "{ended}");
}
