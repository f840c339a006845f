//! This machine is asked directly, whatever proxy the environment names; where one is asked, it is named.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::program::{Ended, Served, folder};

/// A proxy that refuses, and how often it was asked.
fn refusing() -> (String, Arc<AtomicU32>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a loopback port is free");
    let address = listener.local_addr().expect("it is bound").to_string();
    let asked = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&asked);
    std::thread::spawn(move || {
        for mut connection in listener.incoming().flatten() {
            count.fetch_add(1, Ordering::SeqCst);
            let _ = connection.read(&mut [0; 8192]);
            let _ = connection.write_all(
                b"HTTP/1.1 403 Forbidden\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\
                 Connection: close\r\n\r\n<html>",
            );
        }
    });
    (address, asked)
}

const VARIABLES: [&str; 7] =
    ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY"];

fn run(arguments: &[&str], variables: &[(&str, &str)]) -> Ended {
    let mut command = Command::new(env!("CARGO_BIN_EXE_signer-conformance"));
    for name in VARIABLES.into_iter().chain(["no_proxy", "SIGNER_ENDPOINT", "REQUEST_METHOD"]) {
        command.env_remove(name);
    }
    let output =
        command.args(arguments).envs(variables.iter().copied()).output().expect("the program is built");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ended { code: output.status.code(), stdout: text(&output.stdout), stderr: text(&output.stderr) }
}

#[test]
fn this_machine_is_asked_directly() {
    let (proxy, asked) = refusing();
    let proxy = format!("http://{proxy}");
    let everywhere: Vec<(&str, &str)> = VARIABLES[..6].iter().map(|name| (*name, proxy.as_str())).collect();
    let out = folder("proxies").display().to_string();
    let certify = ["certify", "--quiet", "--case", "smoke/GetSigningPlatform", "--out", &out];
    let ended = run(&certify, &everywhere);
    assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
    let served = Served::authenticating();
    let port = served.address.rsplit(':').next().expect("a port");
    for host in ["127.0.0.1", "localhost", "LOCALHOST.", "user:password@127.1", "[::ffff:127.0.0.1]"] {
        let url = format!("http://{host}:{port}");
        let ended = run(&[&certify[..], &["--endpoint", &url, "--s3-endpoint", &url]].concat(), &everywhere);
        assert_eq!(ended.code, Some(0), "{url}: {}{}", ended.stdout, ended.stderr);
        let ended = run(&["doctor", "--endpoint", &url], &everywhere);
        assert_eq!(ended.code, Some(0), "{url}: {}{}", ended.stdout, ended.stderr);
    }
    assert_eq!(asked.load(Ordering::SeqCst), 0, "the proxy was asked");
}

#[test]
fn a_proxy_that_is_asked_is_named_without_its_password() {
    let (proxy, asked) = refusing();
    let out = folder("proxies-named").display().to_string();
    for (name, scheme) in [("HTTP_PROXY", "http"), ("all_proxy", "http"), ("HTTPS_PROXY", "https")] {
        let value = format!("http://me:canarypassword@{proxy}");
        let url = format!("{scheme}://signer.invalid");
        let words = [format!("the proxy http://{proxy} of {name}")];
        let before = asked.load(Ordering::SeqCst);
        let ended = run(&["doctor", "--endpoint", &url], &[(name, &value)]);
        assert_eq!(ended.code, Some(3), "{}", ended.stdout);
        assert!(ended.stdout.contains(&words[0]) && ended.stdout.contains("NO_PROXY"), "{}", ended.stdout);
        let certified = run(&["certify", "--quiet", "--out", &out, "--endpoint", &url], &[(name, &value)]);
        assert!(certified.code == Some(3) && certified.stderr.contains(&words[0]), "{}", certified.stderr);
        assert!(asked.load(Ordering::SeqCst) > before, "{name} is not used");
        assert!(!format!("{}{}", ended.stdout, certified.stderr).contains("canarypassword"));
    }
}

#[test]
fn hosts_that_no_proxy_names_are_asked_directly() {
    let (proxy, asked) = refusing();
    let value = format!("http://{proxy}");
    let ended = run(
        &["doctor", "--endpoint", "http://signer.invalid"],
        &[("HTTP_PROXY", &value), ("NO_PROXY", ".invalid")],
    );
    assert!(
        ended.stdout.contains("does not resolve") && !ended.stdout.contains("the proxy"),
        "{}",
        ended.stdout
    );
    assert_eq!(asked.load(Ordering::SeqCst), 0, "the proxy was asked");
}
