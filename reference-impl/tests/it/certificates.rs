//! Certificates of the customer, which stand in for those of ACM.

use crate::process::Folder;
use crate::server::{FREERTOS, Server};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use p256::ecdsa::signature::Verifier as _;
use rsa::pkcs8::DecodePublicKey as _;
use rsa::{Pkcs1v15Sign, RsaPublicKey};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use signer_reference::Config;
use std::fs;
use x509_cert::Certificate;
use x509_cert::der::{DecodePem as _, Encode as _};

const ECDSA: [&str; 2] =
    [include_str!("certificates/ecdsa/key.pem"), include_str!("certificates/ecdsa/chain.pem")];
const RSA: [&str; 2] = [include_str!("certificates/rsa/key.pem"), include_str!("certificates/rsa/chain.pem")];

fn put(folder: &Folder, id: &str, [key, chain]: [&str; 2]) {
    let place = folder.path().join("us-east-1/111122223333").join(id);
    fs::create_dir_all(&place).expect("the folder can be made");
    fs::write(place.join("key.pem"), key).expect("it can be written");
    fs::write(place.join("chain.pem"), chain).expect("it can be written");
}

async fn server(folder: &Folder) -> Server {
    let path = folder.path().to_owned();
    let server = Server::with(|config| Config { certificates: Some(path), ..config });
    server.source().await;
    server
}

/// Signs with the certificate, and answers the job and the document.
async fn sign(server: &Server, profile: &str, certificate: &str, algorithm: &str) -> (Value, Value) {
    let body = json!({
        "platformId": FREERTOS,
        "signingMaterial": {"certificateArn": format!("arn:aws:acm:us-east-1:111122223333:certificate/{certificate}")},
        "overrides": {"signingConfiguration": {"encryptionAlgorithm": algorithm, "hashAlgorithm": "SHA256"}},
    });
    server.put(&format!("/signing-profiles/{profile}"), body).await.ok();
    let id = server.start(profile, "code.zip", profile).await;
    server.pass_ms(100);
    let job = server.get(&format!("/signing-jobs/{id}")).await.ok();
    let object = server.s3("GET", &format!("/results/out-{id}"), "").await;
    (job, serde_json::from_slice(&object.bytes).unwrap_or_default())
}

fn signed(document: &Value) -> [Vec<u8>; 2] {
    ["payload", "signature"]
        .map(|member| STANDARD.decode(document[member].as_str().expect("it is there")).expect("Base64"))
}

fn public_key(chain: &str) -> Vec<u8> {
    let certificate = Certificate::from_pem(chain).expect("a certificate");
    certificate.tbs_certificate.subject_public_key_info.to_der().expect("DER")
}

fn is_signed_with_ecdsa(document: &Value) -> bool {
    let [content, signature] = signed(document);
    let key = p256::ecdsa::VerifyingKey::from_public_key_der(&public_key(ECDSA[1])).expect("a key");
    key.verify(&content, &p256::ecdsa::DerSignature::from_bytes(&signature).expect("a signature")).is_ok()
}

#[tokio::test]
async fn a_profile_signs_with_the_certificate_that_it_names() {
    let folder = Folder::new();
    put(&folder, "of-ecdsa", ECDSA);
    put(&folder, "of-rsa", RSA);
    let server = server(&folder).await;
    let (job, document) = sign(&server, "ecdsa", "of-ecdsa", "ECDSA").await;
    assert_eq!(job["status"], "Succeeded", "{job}");
    assert!(is_signed_with_ecdsa(&document));
    let (job, document) = sign(&server, "rsa", "of-rsa", "RSA").await;
    assert_eq!(job["status"], "Succeeded", "{job}");
    let [content, signature] = signed(&document);
    let key = RsaPublicKey::from_public_key_der(&public_key(RSA[1])).expect("a key");
    key.verify(Pkcs1v15Sign::new::<Sha256>(), &Sha256::digest(&content), &signature)
        .expect("it is signed by this key");
    let (job, document) = sign(&server, "other", "unknown", "ECDSA").await;
    assert_eq!(job["status"], "Succeeded", "{job}");
    assert!(!is_signed_with_ecdsa(&document), "a certificate that is not there has a key of its own");
}

#[tokio::test]
async fn a_certificate_that_cannot_sign_makes_the_job_fail_with_a_reason() {
    let folder = Folder::new();
    put(&folder, "of-rsa", RSA);
    put(&folder, "mixed", [ECDSA[0], RSA[1]]);
    put(&folder, "text", ["this is no key", RSA[1]]);
    let server = server(&folder).await;
    let check = async |certificate: &str, reason: &str| {
        let (job, _) = sign(&server, &certificate.replace('-', "_"), certificate, "ECDSA").await;
        let told = job["statusReason"].as_str().unwrap_or_default();
        assert!(job["status"] == "Failed" && told.contains(reason), "{job}");
    };
    check("of-rsa", "can't identify EC private key.").await;
    check("mixed", "is not the key of the first certificate in").await;
    check("text", "neither a P-256 nor an RSA key").await;
    put(&folder, "text", ECDSA);
    let (job, _) = sign(&server, "mended", "text", "ECDSA").await;
    assert_eq!(job["status"], "Succeeded", "a file that was changed is read again: {job}");
}

/// Neither waits for the writer of a key, nor reads without an end.
#[cfg(unix)]
#[tokio::test]
async fn a_key_that_is_no_file_makes_the_job_fail_at_once() {
    let folder = Folder::new();
    let server = server(&folder).await;
    for (id, what) in [
        ("fifo", "it is a FIFO"),
        ("zero", "it is a device"),
        ("folder", "it is a folder"),
        ("large", "more than 1 MB"),
    ] {
        for name in ["key.pem", "chain.pem"] {
            let certificate = format!("{id}-{}", &name[..3]);
            put(&folder, &certificate, ECDSA);
            let path = folder.path().join("us-east-1/111122223333").join(&certificate).join(name);
            fs::remove_file(&path).expect("it is there");
            match id {
                "fifo" => assert!(
                    std::process::Command::new("mkfifo").arg(&path).status().expect("mkfifo runs").success()
                ),
                "zero" => std::os::unix::fs::symlink("/dev/zero", &path).expect("a link"),
                "folder" => fs::create_dir(&path).expect("a folder"),
                _ => fs::File::create(&path).and_then(|file| file.set_len(3 << 30)).expect("a sparse file"),
            }
            let (job, _) = sign(&server, &certificate.replace('-', "_"), &certificate, "ECDSA").await;
            let told = job["statusReason"].as_str().unwrap_or_default();
            assert!(job["status"] == "Failed" && told.contains(what) && told.contains(name), "{job}");
        }
    }
}

#[tokio::test]
async fn a_data_folder_has_an_rsa_key_of_its_own_which_stays() {
    let folder = Folder::new();
    let signature = async || {
        let server = Server::kept(folder.path()).expect("the folder can be used");
        server.source().await;
        let (job, document) =
            sign(&server, &format!("p{}", uuid::Uuid::new_v4().simple()), "unknown", "RSA").await;
        assert_eq!(job["status"], "Succeeded", "{job}");
        document["signature"].as_str().expect("it is there").to_owned()
    };
    let first = signature().await;
    assert_eq!(signature().await, first, "PKCS #1 signs the same twice with the same key");
    let file = folder.path().join("keys/rsa.pem");
    fs::rename(&file, folder.path().join("keys/away.pem")).expect("the key was kept");
    let refused = Server::kept(folder.path()).err().expect("no other key takes its place");
    assert!(refused.contains("rsa.pem"), "{refused}");
}

#[tokio::test]
async fn an_arn_cannot_lead_out_of_the_folder() {
    let folder = Folder::new();
    fs::create_dir_all(folder.path().join("us-east-1/111122223333")).expect("the folder can be made");
    put(&folder, "../../outside", ECDSA);
    let server = server(&folder).await;
    let (job, document) = sign(&server, "outside", "../../outside", "ECDSA").await;
    assert_eq!(job["status"], "Succeeded", "{job}");
    assert!(!is_signed_with_ecdsa(&document));
}
