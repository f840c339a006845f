//! HTTPS: whose certificates are taken, and what is said of those that are not.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::program::{Ended, folder, server};

/// A certificate chain in PEM, its key, and the same as a server shows it.
struct Shown {
    pem: String,
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
}

fn params(names: &[&str]) -> CertificateParams {
    let mut params = CertificateParams::new(names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>())
        .expect("names");
    params.distinguished_name.push(DnType::CommonName, "localhost");
    params
}

fn key_of(key: &KeyPair) -> PrivateKeyDer<'static> {
    PrivatePkcs8KeyDer::from(key.serialize_der()).into()
}

/// One that is its own issuer, as `openssl req -x509` makes it.
fn own_issuer(names: &[&str], change: impl FnOnce(&mut CertificateParams)) -> Shown {
    let mut params = params(names);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    change(&mut params);
    let key = KeyPair::generate().expect("a key");
    let certificate = params.self_signed(&key).expect("a certificate");
    Shown { pem: certificate.pem(), chain: vec![certificate.der().clone()], key: key_of(&key) }
}

/// One of an issuer; the PEM is the issuer's.
fn issued(names: &[&str]) -> Shown {
    let mut root = params(&[]);
    root.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    root.distinguished_name.push(DnType::OrganizationName, "Issuer");
    let root = CertifiedIssuer::self_signed(root, KeyPair::generate().expect("a key")).expect("an issuer");
    let key = KeyPair::generate().expect("a key");
    let leaf = params(names).signed_by(&key, &root).expect("a certificate");
    Shown { pem: root.pem(), chain: vec![leaf.der().clone()], key: key_of(&key) }
}

/// A server that shows the certificate, and answers every connection alike; gives its URL by that host.
fn serve(shown: &Shown, host: &str) -> String {
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(shown.chain.clone(), shown.key.clone_key())
        .expect("a usable certificate");
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").expect("a loopback port is free");
    let port = listener.local_addr().expect("it is bound").port();
    std::thread::spawn(move || {
        for connection in listener.incoming().flatten() {
            let Ok(server) = ServerConnection::new(Arc::clone(&config)) else { continue };
            let mut stream = StreamOwned::new(server, connection);
            if stream.read(&mut [0; 8192]).is_ok() {
                let _ = stream.write_all(ANSWER);
                stream.conn.send_close_notify();
                let _ = stream.flush();
            }
        }
    });
    format!("https://{host}:{port}")
}

const ANSWER: &[u8] =
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\nConnection: close\r\n\r\n<html>";

/// What `doctor` says of a connection that was made.
const CONNECTED: &str = "a web page";

fn file(name: &str, text: &str) -> PathBuf {
    let folder = folder(&format!("tls-{name}"));
    std::fs::create_dir_all(&folder).expect("a folder");
    let path = folder.join("ca.pem");
    std::fs::write(&path, text).expect("a file");
    path
}

fn doctor(url: &str, arguments: &[&str], variables: &[(&str, &Path)]) -> Ended {
    let mut command = Command::new(env!("CARGO_BIN_EXE_signer-conformance"));
    command.args(["doctor", "--endpoint", url]).args(arguments);
    for name in ["AWS_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR", "SIGNER_ENDPOINT"] {
        command.env_remove(name);
    }
    command.envs(variables.iter().copied());
    let output = command.output().expect("the program is built");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ended { code: output.status.code(), stdout: text(&output.stdout), stderr: text(&output.stderr) }
}

#[track_caller]
fn says(ended: &Ended, words: &[&str]) {
    for word in words {
        assert!(ended.stdout.contains(word), "no {word:?} in {}{}", ended.stdout, ended.stderr);
    }
}

#[test]
fn a_certificate_that_is_named_is_taken_though_it_is_its_own_issuer() {
    let shown = own_issuer(&["localhost", "127.0.0.1"], |_| {});
    let path = file("named", &shown.pem);
    for host in ["localhost", "127.0.0.1"] {
        let url = serve(&shown, host);
        says(&doctor(&url, &["--ca-file", &path.display().to_string()], &[]), &[CONNECTED]);
        says(&doctor(&url, &[], &[("AWS_CA_BUNDLE", &path)]), &[CONNECTED]);
        says(&doctor(&url, &["--insecure"], &[]), &[CONNECTED]);
        says(
            &doctor(&url, &[], &[]),
            &["TLS fails", "the issuer of its certificate is unknown", "--ca-file", "--insecure"],
        );
    }
    // The system's file names it, and an issuer that the system has to have besides.
    let url = serve(&shown, "localhost");
    says(&doctor(&url, &[], &[("SSL_CERT_FILE", &path)]), &[CONNECTED]);
    // The option is stronger than the variable, and a variable of the AWS SDKs stronger than the system's.
    let other = file("other", &own_issuer(&["localhost"], |_| {}).pem);
    let named = path.display().to_string();
    says(
        &doctor(&url, &["--ca-file", &named], &[("AWS_CA_BUNDLE", &other), ("SSL_CERT_FILE", &other)]),
        &[CONNECTED],
    );
    says(
        &doctor(&url, &[], &[("AWS_CA_BUNDLE", &other), ("SSL_CERT_FILE", &path)]),
        &["issuer of its certificate is unknown"],
    );
}

#[test]
fn an_issuer_that_is_named_among_others_vouches_for_its_certificates_and_no_others() {
    let (shown, other) = (issued(&["localhost"]), own_issuer(&["localhost"], |_| {}));
    let path = file("issuer", &format!("# several\n{}\n{}", issued(&["elsewhere"]).pem, shown.pem))
        .display()
        .to_string();
    says(&doctor(&serve(&shown, "localhost"), &["--ca-file", &path], &[]), &[CONNECTED]);
    says(
        &doctor(&serve(&other, "localhost"), &["--ca-file", &path], &[]),
        &["issuer of its certificate is unknown"],
    );
}

#[test]
fn names_and_times_of_a_named_certificate_are_looked_at() {
    let stars = own_issuer(&["*", "*.*"], |_| {});
    let url = serve(&stars, "localhost");
    let path = file("stars", &stars.pem).display().to_string();
    let ended = doctor(&url, &["--ca-file", &path], &[]);
    says(&ended, &["its certificate is for another name", "--insecure"]);
    assert!(!ended.stdout.contains("does not resolve"), "{}", ended.stdout);
    says(&doctor(&url, &["--insecure"], &[]), &[CONNECTED]);
    for (name, from, until, words) in [
        ("past", 2020, 2021, "its certificate has expired"),
        ("future", 2090, 2091, "its certificate is not valid yet"),
    ] {
        let shown = own_issuer(&["localhost"], |params| {
            params.not_before = rcgen::date_time_ymd(from, 1, 1);
            params.not_after = rcgen::date_time_ymd(until, 1, 1);
        });
        let path = file(name, &shown.pem).display().to_string();
        says(&doctor(&serve(&shown, "localhost"), &["--ca-file", &path], &[]), &[words, "--insecure"]);
        says(&doctor(&serve(&shown, "localhost"), &["--insecure"], &[]), &[CONNECTED]);
    }
}

#[test]
fn a_port_without_tls_is_told_as_such() {
    let plain = server(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        .replace("http://", "https://");
    says(&doctor(&plain, &["--insecure"], &[]), &["it does not speak TLS", "use http://"]);
}

#[test]
fn certificates_that_cannot_be_read_are_refused_by_name() {
    let good = own_issuer(&["localhost"], |_| {});
    let cases = [
        ("empty", String::new(), "holds no certificate"),
        ("text", "hello".to_owned(), "holds no certificate"),
        (
            "damaged",
            good.pem.replace("-----BEGIN CERTIFICATE-----\nM", "-----BEGIN CERTIFICATE-----\n!"),
            "damaged",
        ),
        (
            "cut",
            format!("{}\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", good.pem),
            "certificate 2",
        ),
    ];
    for (name, text, words) in cases {
        let path = file(name, &text);
        let ended = doctor("https://localhost:1", &["--ca-file", &path.display().to_string()], &[]);
        assert_eq!(ended.code, Some(2), "{name}: {}", ended.stderr);
        assert!(
            ended.stderr.contains("--ca-file") && ended.stderr.contains(words),
            "{name}: {}",
            ended.stderr
        );
        let ended = doctor("https://localhost:1", &[], &[("AWS_CA_BUNDLE", &path)]);
        assert_eq!(ended.code, Some(2), "{name}: {}", ended.stderr);
        assert!(
            ended.stderr.contains("AWS_CA_BUNDLE") && ended.stderr.contains(words),
            "{name}: {}",
            ended.stderr
        );
    }
    for (path, words) in [("/nonexistent/ca.pem", "cannot be read"), ("/", "it is a folder")] {
        let ended = doctor("https://localhost:1", &["--ca-file", path], &[]);
        assert!(ended.code == Some(2) && ended.stderr.contains(words), "{}", ended.stderr);
    }
    let both = doctor("https://localhost:1", &["--ca-file", "x", "--insecure"], &[]);
    assert!(both.code == Some(2) && both.stderr.contains("--insecure"), "{}", both.stderr);
}

#[test]
fn what_takes_any_certificate_says_so() {
    let shown = own_issuer(&["elsewhere"], |_| {});
    let ended = doctor(&serve(&shown, "127.0.0.1"), &["--insecure"], &[]);
    assert_eq!(ended.stderr.matches("--insecure").count(), 1, "{}", ended.stderr);
    for option in [&["--insecure"][..], &["--ca-file", "ca.pem"]] {
        let ended = crate::program::run(&[&["certify"][..], option].concat());
        assert!(ended.code == Some(2) && ended.stderr.contains("has no effect"), "{}", ended.stderr);
    }
}
