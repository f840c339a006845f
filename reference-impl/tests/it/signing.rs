//! What is signed, and that it is valid: an envelope, a signed archive, a JSON document.

use crate::server::{FREERTOS, LAMBDA, NOTATION, START, Server, archive, start_body};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use p384::ecdsa::signature::Verifier as _;
use p384::ecdsa::{DerSignature, Signature, VerifyingKey};
use p384::pkcs8::DecodePublicKey as _;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha384};
use std::io::{Cursor, Read as _};
use x509_cert::Certificate;
use x509_cert::der::{Decode as _, Encode as _};
use zip::ZipArchive;

const TI: &str = "AmazonFreeRTOS-TI-CC3220SF";
const IOT: &str = "AWSIoTDeviceManagement-SHA256-ECDSA";
const ENTRY: &str = "META_INF/aws_signer_signature_v1.0.SF";
const DAY_MS: i64 = 24 * 3600 * 1000;

fn key(certificate: &Certificate) -> VerifyingKey {
    let info = certificate.tbs_certificate.subject_public_key_info.to_der().expect("DER");
    VerifyingKey::from(p384::PublicKey::from_public_key_der(&info).expect("a P-384 key"))
}

async fn envelope(server: &Server) -> Value {
    let signed = server.sign("notation").await;
    let envelope = STANDARD.decode(signed["signature"].as_str().expect("a blob")).expect("base64");
    serde_json::from_slice(&envelope).expect("JSON")
}

fn chain(envelope: &Value) -> Vec<Certificate> {
    let encoded = envelope["header"]["x5c"].as_array().expect("a chain").iter();
    let encoded = encoded.map(|text| STANDARD.decode(text.as_str().expect("text")).expect("base64"));
    encoded.map(|der| Certificate::from_der(&der).expect("a certificate")).collect()
}

#[tokio::test]
async fn an_envelope_is_signed_by_its_leaf_and_each_certificate_by_the_next() {
    let server = Server::new();
    server.profile("notation", NOTATION).await;
    let envelope = envelope(&server).await;
    let chain = chain(&envelope);
    assert_eq!(chain.len(), 4);
    for (index, certificate) in chain.iter().enumerate() {
        let issuer = chain.get(index + 1).unwrap_or(certificate);
        let signature = DerSignature::try_from(certificate.signature.raw_bytes()).expect("a signature");
        key(issuer)
            .verify(&certificate.tbs_certificate.to_der().expect("DER"), &signature)
            .expect("the issuer signed");
        assert_eq!(certificate.tbs_certificate.issuer, issuer.tbs_certificate.subject);
    }
    let part = |name: &str| envelope[name].as_str().expect("a string").to_owned();
    let signature = URL_SAFE_NO_PAD.decode(part("signature")).expect("base64");
    let signed = format!("{}.{}", part("protected"), part("payload"));
    let signature = Signature::from_slice(&signature).expect("r and s");
    key(&chain[0]).verify(signed.as_bytes(), &signature).expect("the leaf signed");
}

#[tokio::test]
async fn a_leaf_outlives_each_of_its_signatures_and_the_root_stays() {
    let server = Server::new();
    server.profile("notation", NOTATION).await;
    let mut leaves = std::collections::BTreeSet::new();
    let mut roots = std::collections::BTreeSet::new();
    for day in 0..5 {
        let chain = chain(&envelope(&server).await);
        let now = std::time::Duration::from_secs(START as u64 + day * 86_400);
        for certificate in &chain {
            let validity = certificate.tbs_certificate.validity;
            assert!(
                validity.not_before.to_unix_duration() <= now && now < validity.not_after.to_unix_duration(),
                "day {day}"
            );
        }
        leaves.insert(chain[0].to_der().expect("DER"));
        roots.insert(chain[3].to_der().expect("DER"));
        server.pass_ms(DAY_MS);
    }
    assert_eq!((leaves.len(), roots.len()), (3, 1), "a leaf signs for two days");
}

#[tokio::test]
async fn the_certificate_hashes_of_a_chain_can_be_asked_about() {
    let server = Server::new();
    let version = server.profile("notation", NOTATION).await;
    let signed = server.sign("notation").await;
    let chain = chain(&envelope(&server).await);
    let hash = |certificate: &Certificate| {
        let digest = Sha384::digest(certificate.tbs_certificate.to_der().expect("DER"));
        let digits = digest.iter().map(|byte| format!("{byte:02x}"));
        digits.collect::<Vec<_>>().concat()
    };
    let hashes = chain.iter().enumerate().map(|(index, certificate)| {
        let issuer = chain.get(index + 1).unwrap_or(certificate);
        format!("certificateHashes={}{}", hash(certificate), hash(issuer))
    });
    let hashes = hashes.collect::<Vec<_>>().join("&");
    let arn = "arn%3Aaws%3Asigner%3Aus-east-1%3A111122223333%3A%2F";
    let job = signed["jobId"].as_str().expect("an id");
    let uri = format!(
        "/revocations?signatureTimestamp={START}&platformId={NOTATION}&{hashes}\
         &profileVersionArn={arn}signing-profiles%2Fnotation%2F{version}&jobArn={arn}signing-jobs%2F{job}"
    );
    assert_eq!(server.get(&uri).await.ok(), json!({"revokedEntities": []}));
}

/// Signs what lies under that key; the described job and the object that it wrote.
async fn sign(server: &Server, profile: &str, key: &str) -> (Value, Vec<u8>) {
    let started =
        server.post("/signing-jobs", start_body(profile, key, &format!("{profile}-{key}"))).await.ok();
    server.pass_ms(50);
    let job = server.get(&format!("/signing-jobs/{}", started["jobId"].as_str().expect("an id"))).await.ok();
    let object = match job["signedObject"]["s3"]["key"].as_str() {
        Some(key) => server.s3("GET", &format!("/results/{key}"), "").await.bytes.to_vec(),
        None => Vec::new(),
    };
    (job, object)
}

#[tokio::test]
async fn a_signed_archive_holds_what_it_held_and_a_signature() {
    let server = Server::new();
    server.source().await;
    server.profile("lambda", LAMBDA).await;
    let (job, object) = sign(&server, "lambda", "code.zip").await;
    assert_eq!(job["status"], "Succeeded");
    let mut signed = ZipArchive::new(Cursor::new(object)).expect("an archive");
    let names: Vec<_> = signed.file_names().map(|name| name.expect("a name").into_owned()).collect();
    assert_eq!(names, ["index.js", "META_INF/", ENTRY]);
    let mut read = |name: &str| {
        let mut text = String::new();
        signed.by_name(name).expect("it is there").read_to_string(&mut text).expect("text");
        text
    };
    assert_eq!(read("index.js"), "the code");
    assert!(read(ENTRY).starts_with("-----BEGIN PKCS7-----\n"));
}

/// The DER of the signature in a signed archive.
fn signature_of(object: Vec<u8>) -> Vec<u8> {
    let mut archive = ZipArchive::new(Cursor::new(object)).expect("an archive");
    let mut text = String::new();
    archive.by_name(ENTRY).expect("it is there").read_to_string(&mut text).expect("text");
    let encoded: String = text.lines().filter(|line| !line.starts_with("-----")).collect();
    STANDARD.decode(encoded).expect("Base64")
}

#[tokio::test]
async fn the_times_of_an_archive_have_milliseconds_and_those_of_its_job_have_none() {
    for (ms, fraction) in [(0, ""), (338, ".338"), (340, ".34"), (999, ".999")] {
        let server = Server::new();
        server.source().await;
        server.profile("lambda", LAMBDA).await;
        server.pass_ms(ms);
        let (job, object) = sign(&server, "lambda", "code.zip").await;
        assert_eq!(
            (&job["createdAt"], &job["signatureExpiresAt"]),
            (&json!(START), &json!(2_122_254_245_i64)),
            "{ms} ms"
        );
        let signature = signature_of(object);
        // 135 months lie between the two, to the millisecond.
        for time in ["20260102030405", "20370402030405"] {
            let told = format!("{time}{fraction}Z");
            let tagged = [&[0x18, u8::try_from(told.len()).expect("it is short")], told.as_bytes()].concat();
            assert!(
                signature.windows(tagged.len()).any(|bytes| bytes == tagged),
                "no GeneralizedTime {told}"
            );
        }
    }
}

#[tokio::test]
async fn an_archive_that_cannot_be_signed_makes_the_job_fail_with_a_reason() {
    let server = Server::new();
    server.source().await;
    server.profile("lambda", LAMBDA).await;
    let (_, signed) = sign(&server, "lambda", "code.zip").await;
    let whole = archive(&[("index.js", &"the code, at some length".repeat(9))]);
    let mut damaged = whole.clone();
    damaged[45] ^= 1;
    for (key, content, reason) in [
        ("nothing", Vec::new(), "is empty"),
        ("no-entry", archive(&[]), "is empty"),
        ("text", b"this is no archive".to_vec(), "malformed"),
        ("half", whole[..whole.len() / 2].to_vec(), "malformed"),
        ("damaged", damaged, "malformed"),
        ("twice", signed, "already has a signature"),
    ] {
        assert_eq!(server.s3("PUT", &format!("/sources/{key}"), content).await.status, 200);
        let (job, _) = sign(&server, "lambda", key).await;
        assert_eq!(job["status"], "Failed", "{key}");
        assert!(job["statusReason"].as_str().is_some_and(|told| told.contains(reason)), "{key}: {job}");
    }
}

#[tokio::test]
async fn a_device_platform_writes_a_document_by_its_algorithms() {
    let server = Server::new();
    server.source().await;
    let put = async |name: &str, platform: &str, configuration: Value, format: Value| {
        let body = json!({
            "platformId": platform,
            "signingMaterial": {"certificateArn": "arn:aws:acm:us-east-1:111122223333:certificate/x"},
            "signingParameters": {"certname": "/c"},
            "overrides": {"signingConfiguration": configuration, "signingImageFormat": format},
        });
        server.put(&format!("/signing-profiles/{name}"), body).await.ok();
    };
    let none = Value::Null;
    let rsa = json!({"encryptionAlgorithm": "RSA", "hashAlgorithm": "SHA256"});
    let check = async |name: &str, algorithm: &str, embedded: bool| {
        let (job, object) = sign(&server, name, "code.zip").await;
        assert_eq!(job["status"], "Succeeded", "{job}");
        let document: Value = serde_json::from_slice(&object).expect("JSON");
        let source = archive(&[("index.js", "the code")]);
        assert_eq!(document["signatureAlgorithm"], algorithm);
        assert_eq!(document["rawPayloadSize"], source.len());
        if embedded {
            assert_eq!(document["payload"], STANDARD.encode(source));
            assert!(document.get("payloadLocation").is_none(), "{document}");
        } else {
            let place = json!({"s3": {"bucketName": "sources", "key": "code.zip", "version": "null"}});
            assert_eq!((&document["payloadLocation"], document.get("payload")), (&place, None));
        }
    };
    put("default", FREERTOS, none.clone(), none.clone()).await;
    put("iot", IOT, none.clone(), none.clone()).await;
    put("ti", TI, none.clone(), none.clone()).await;
    put("rsa", FREERTOS, rsa, json!("JSONEmbedded")).await;
    check("default", "SHA256withECDSA", true).await;
    check("iot", "SHA256withECDSA", false).await;
    check("ti", "SHA1withRSA", true).await;
    check("rsa", "SHA256withRSA", true).await;
}
