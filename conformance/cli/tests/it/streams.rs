//! An output that cannot be written is no reason to panic.
#![cfg(target_os = "linux")]

use std::fs::File;
use std::process::{Command, ExitStatus, Stdio};

use crate::program::folder;

/// How it ends with these outputs, and what it says on standard error if that can be read.
fn ended(arguments: &[&str], stdout: Stdio, stderr: Stdio) -> (ExitStatus, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_signer-conformance"));
    command.args(arguments).env_remove("SIGNER_ENDPOINT").stdout(stdout).stderr(stderr);
    let output =
        command.spawn().and_then(std::process::Child::wait_with_output).expect("the program is built");
    (output.status, String::from_utf8_lossy(&output.stderr).into_owned())
}

fn full() -> Stdio {
    Stdio::from(File::options().write(true).open("/dev/full").expect("Linux has it"))
}

/// A pipe whose reader has gone away.
fn broken() -> Stdio {
    let (reader, writer) = std::io::pipe().expect("there are pipes");
    drop(reader);
    Stdio::from(writer)
}

#[test]
fn a_full_or_broken_output_is_no_panic() {
    let out = folder("streams").display().to_string();
    let smoke = ["certify", "--case", "smoke/GetSigningPlatform", "--out", &out];
    // 101 is what a panic gives.
    for (stdout, stderr, code) in [(full(), full(), 3), (broken(), broken(), 0), (Stdio::null(), full(), 0)] {
        assert_eq!(ended(&smoke, stdout, stderr).0.code(), Some(code));
    }
    assert_eq!(ended(&["requirements"], broken(), full()).0.code(), Some(0));
    assert_eq!(
        ended(&["certify", "--case", "nonsense", "--out", &out], Stdio::null(), full()).0.code(),
        Some(2)
    );
    assert_eq!(ended(&["serve", "--listen", "127.0.0.1:0"], full(), full()).0.code(), Some(2));
    let (_, told) = ended(&["faults", "--json"], full(), Stdio::piped());
    assert!(told.contains("standard output cannot be written"), "{told}");
}
