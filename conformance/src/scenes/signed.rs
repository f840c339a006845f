//! What is signed, looked into: the certificates of an envelope, the signature in an archive, the document for a device.

use std::fmt::Display;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use signer_model::Platform;
use signer_schemas::Operation;

use crate::judge::runner::case::Case;
use crate::judge::runner::scene::Scene;
use crate::judge::runner::talk::{Played, Stop, Told, with};
use crate::judge::signatures::envelope::Envelope;
use crate::judge::signatures::{archive, cms, device};
use crate::scenes::calls::{allowed, job_input, made, outcome, profile_input, tells};
use crate::scenes::signing::{notation, opened, payload, signed};

const START: Operation = Operation::StartSigningJob;

const CHAIN: &str = "SignPayload/envelope-chain";

const VERIFIES: &str = "SignPayload/envelope-verifies";

const ENTRY: &str = "StartSigningJob/lambda-signature-entry";

const DIGEST: &str = "StartSigningJob/lambda-signature-digest";

const KEPT: &str = "StartSigningJob/lambda-archive-kept";

const BAD_ZIP: &str = "StartSigningJob/lambda-bad-zip";

const DOCUMENT: &str = "StartSigningJob/iot-document";

const CHOSEN: &str = "StartSigningJob/iot-document-as-chosen";

/// The platforms that sign for devices.
const DEVICES: [Platform; 3] = [Platform::FreeRtosDefault, Platform::IotDeviceManagement, Platform::FreeRtosTi];

pub(super) const SCENES: &[Scene] = &[
    Scene {
        name: "signing/envelope-chain",
        operation: Operation::SignPayload,
        what: "the envelope's certificates, and its signature by the first of them",
        requirements: &[CHAIN, VERIFIES],
        play: |case| Box::pin(envelope_chain(case)),
    },
    Scene {
        name: "signing/archive",
        operation: START,
        what: "the signature in a signed archive",
        requirements: &[ENTRY, DIGEST, KEPT],
        play: |case| Box::pin(signed_archive(case)),
    },
    Scene {
        name: "signing/bad-archives",
        operation: START,
        what: "archives that are empty, damaged or signed already",
        requirements: &[BAD_ZIP],
        play: |case| Box::pin(bad_archives(case)),
    },
    Scene {
        name: "signing/device-documents",
        operation: START,
        what: "the documents that are written for devices, and their signatures",
        requirements: &[DOCUMENT],
        play: |case| Box::pin(device_documents(case)),
    },
    Scene {
        name: "signing/device-choices",
        operation: START,
        what: "documents for devices under each algorithm and format that a profile can choose",
        requirements: &[CHOSEN],
        play: |case| Box::pin(device_choices(case)),
    },
];

/// Nothing is wrong, or what is.
fn right<E: Display>(case: &mut Case<'_>, requirement: &str, permitted: &str, result: Result<(), E>) {
    let observed = result.err().map(|wrong| wrong.to_string());
    case.hold(requirement, observed.is_none(), permitted, &observed.unwrap_or_default());
}

async fn envelope_chain(case: &mut Case<'_>) -> Played {
    let (name, _) = notation(case, "chain").await?;
    let told = signed(case, &name, &payload(300)).await?;
    case.accepted("SignPayload/signs", &told);
    let envelope = Envelope::read(&opened(&told));
    let wrong = |wrong: &String| wrong.clone();
    let chain = envelope.as_ref().map_err(wrong).and_then(Envelope::has_chain);
    right(case, CHAIN, "the certificates from the leaf to a root that signs itself", chain);
    let verified = envelope.as_ref().map_err(wrong).and_then(Envelope::verifies);
    right(case, VERIFIES, "a signature by the first certificate, which is valid at the signing time", verified);
    Ok(())
}

/// Stores an object, signs it, and tells how the job ended.
async fn run(case: &mut Case<'_>, profile: &str, key: &str, content: &[u8]) -> Result<Told, Stop> {
    let fixture = case.fixture()?;
    let version = case.store(&fixture.source_bucket, key, content).await?;
    let mut input = job_input(case, profile, key)?;
    input["source"]["s3"]["key"] = json!(key);
    input["source"]["s3"]["version"] = json!(version);
    let id = case.must("StartSigningJob/starts", START, input).await?.text("/jobId");
    outcome(case, &id).await
}

/// The object that a job has written.
async fn result(case: &mut Case<'_>, job: &Told) -> Result<Vec<u8>, Stop> {
    let bucket = case.fixture()?.destination_bucket;
    let key = job.text("/signedObject/s3/key");
    Ok(case.load(&bucket, &key).await?.unwrap_or_default())
}

const ARCHIVE: &[u8] = include_bytes!("../../fixtures/first.zip");

/// One with a folder, a link, modes, times and comments: what is lost where an archive is packed anew.
const SEVERAL: &[u8] = include_bytes!("../../fixtures/several.zip");

async fn signed_archive(case: &mut Case<'_>) -> Played {
    let name = case.fresh("archive");
    let profile = made(case, &name, Platform::Lambda).await?;
    let job = run(case, &name, &format!("{name}.zip"), SEVERAL).await?;
    let object = result(case, &job).await?;
    let entries = archive::entries(&object).unwrap_or_default();
    let kept = entries.iter().filter(|(name, _)| !archive::is_added(name)).cloned().collect::<Vec<_>>();
    let same = archive::entries(SEVERAL).is_ok_and(|sources| sources == kept);
    case.hold(ENTRY, same, "an archive with the entries of the source", &format!("{} bytes with other entries", object.len()));
    if same {
        case.open(KEPT, if archive::is_what_came(SEVERAL, &object) { "the one that came" } else { "packed anew" });
    }
    let signature = entries.iter().find(|(name, _)| name == archive::SIGNATURE.as_bytes());
    let signature = signature.ok_or_else(|| format!("no entry {}", archive::SIGNATURE));
    let verified = signature.and_then(|(_, pem)| cms::verified(pem));
    let verified = match verified {
        Ok(verified) => verified,
        Err(wrong) => {
            right(case, ENTRY, "a CMS signature that is valid at its time", Err(wrong));
            return Err(Stop);
        }
    };
    let arn = profile.text("/profileVersionArn");
    let head = arn.split(":/").next().unwrap_or_default().to_owned();
    let job_arn = format!("{head}:/signing-jobs/{}", job.text("/jobId"));
    case.same(ENTRY, &json!(job_arn), &json!(verified.text(cms::JOB)));
    case.same(ENTRY, &json!(arn), &json!(verified.text(cms::PROFILE_VERSION)));
    let expires = job.at("/signatureExpiresAt").as_f64().unwrap_or_default();
    let told = verified.time(cms::EXPIRY);
    #[expect(clippy::cast_precision_loss, reason = "seconds of this century fit")]
    let near = told.is_some_and(|told| (told.as_second() as f64 - expires).abs() <= 5.0);
    case.hold(ENTRY, near, &format!("the expiry {expires}"), &format!("{told:?}"));
    let covers = verified.covers(&archive::digest(&entries));
    case.hold(DIGEST, covers, "the digest of the archive's entries", "another digest");
    Ok(())
}

/// An archive without entries: nothing but the end of its directory.
const NO_ENTRIES: &[u8] = b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";

async fn bad_archives(case: &mut Case<'_>) -> Played {
    let name = case.fresh("bad");
    made(case, &name, Platform::Lambda).await?;
    let good = run(case, &name, &format!("{name}-good.zip"), ARCHIVE).await?;
    case.same("StartSigningJob/valid-source-succeeds", &json!("Succeeded"), good.at("/status"));
    let signed = result(case, &good).await?;
    let entries = archive::entries(&signed).unwrap_or_default();
    let is_signed = entries.iter().any(|(name, _)| name == archive::SIGNATURE.as_bytes());
    let half = ARCHIVE.len() / 2;
    for (kind, content) in
        [("empty", NO_ENTRIES), ("text", b"this is no archive"), ("half", &ARCHIVE[..half]), ("signed", signed.as_slice())]
    {
        // Where nothing is signed, nothing can be signed twice; the other scene says so.
        if kind == "signed" && !is_signed {
            continue;
        }
        let job = run(case, &name, &format!("{name}-{kind}.zip"), content).await?;
        let observed = format!("{} ({kind})", job.text("/status"));
        case.hold(BAD_ZIP, job.text("/status") == "Failed", "Failed", &observed);
    }
    Ok(())
}

async fn device_documents(case: &mut Case<'_>) -> Played {
    let listed = case.context().platforms;
    for (index, platform) in DEVICES.into_iter().filter(|platform| listed.contains(*platform)).enumerate() {
        let name = case.fresh(&format!("d{index}"));
        made(case, &name, platform).await?;
        let sources = [ARCHIVE, b"another object, to tell the key"];
        let mut signatures = Vec::new();
        for (number, source) in sources.into_iter().enumerate() {
            let job = run(case, &name, &format!("{name}-{number}.bin"), source).await?;
            if job.text("/status") != "Succeeded" {
                case.skip("the target signs with no certificate that a run can make up");
                return Ok(());
            }
            let object = result(case, &job).await?;
            let document: Value = serde_json::from_slice(&object).unwrap_or_default();
            right(
                case,
                DOCUMENT,
                "rawPayloadSize, signature, signatureAlgorithm, payload or its place",
                shape(&document, source, &job),
            );
            let signature = document["signature"].as_str().and_then(|text| STANDARD.decode(text).ok());
            // The curve of a customer's certificate may be another one; this one is known from a document of the real service.
            let is_known = document["signatureAlgorithm"] == "SHA256withECDSA";
            signatures.extend(signature.filter(|signature| is_known && signature.len() <= 72));
        }
        if let [first, second] = signatures.as_slice() {
            let result = device::one_key((sources[0], first), (sources[1], second));
            right(case, DOCUMENT, "signatures over the objects by one key", result);
        }
    }
    Ok(())
}

/// The overrides to try on a platform: none, each pair of its algorithms, and each format.
async fn choices(case: &mut Case<'_>, platform: Platform) -> Result<Vec<Value>, Stop> {
    let [encryptions, hashes, _] = allowed(case, platform).await?;
    let mut choices = vec![json!({})];
    for hash in &hashes {
        let pair = |encryption| json!({ "signingConfiguration": { "encryptionAlgorithm": encryption, "hashAlgorithm": hash } });
        choices.extend(encryptions.iter().map(pair));
    }
    choices.extend(["JSONEmbedded", "JSONDetached"].map(|format| json!({ "signingImageFormat": format })));
    Ok(choices)
}

async fn device_choices(case: &mut Case<'_>) -> Played {
    let listed = case.context().platforms;
    let mut seen = false;
    for platform in DEVICES.into_iter().filter(|platform| listed.contains(*platform)) {
        let look = json!({ "platformId": platform.id() });
        let defaults = case.must("GetSigningPlatform/view", Operation::GetSigningPlatform, look).await?;
        for (number, overrides) in choices(case, platform).await?.into_iter().enumerate() {
            let name = case.fresh(&format!("{platform:?}{number}"));
            let input = with(profile_input(case, &name, platform)?, &json!({ "overrides": overrides }));
            // Nobody says whether a format that the platform does not list can be chosen, nor what key a certificate has.
            if !case.ask(Operation::PutSigningProfile, input).await?.is_success() {
                continue;
            }
            let job = run(case, &name, &format!("{name}.bin"), ARCHIVE).await?;
            if job.text("/status") == "Succeeded" {
                seen = true;
                let object = result(case, &job).await?;
                let document: Value = serde_json::from_slice(&object).unwrap_or_default();
                as_chosen(case, &document, &overrides, &defaults);
            }
        }
    }
    if !seen {
        case.skip("the target signs with no certificate that a run can make up");
    }
    Ok(())
}

/// The document is as the overrides say, or else the platform's defaults.
fn as_chosen(case: &mut Case<'_>, document: &Value, overrides: &Value, defaults: &Told) {
    let chosen = |choice: &str, default: &str| {
        let choice = overrides.pointer(choice).unwrap_or_else(|| defaults.at(default));
        choice.as_str().unwrap_or_default().to_owned()
    };
    let default = |options: &str| format!("/signingConfiguration/{options}/defaultValue");
    let encryption = chosen("/signingConfiguration/encryptionAlgorithm", &default("encryptionAlgorithmOptions"));
    let hash = chosen("/signingConfiguration/hashAlgorithm", &default("hashAlgorithmOptions"));
    let algorithm = document["signatureAlgorithm"].as_str().unwrap_or_default();
    let fits = algorithm.starts_with(&hash) && algorithm.ends_with(&encryption);
    case.hold(CHOSEN, fits, &format!("{hash} with {encryption}"), algorithm);
    let has = |member: &str| if tells(document, member) { "there" } else { "absent" };
    let shape = format!("payload {}, payloadLocation {}", has("payload"), has("payloadLocation"));
    let expected = match chosen("/signingImageFormat", "/signingImageFormat/defaultFormat").as_str() {
        "JSONEmbedded" => "payload there, payloadLocation absent",
        "JSONDetached" => "payload absent, payloadLocation there",
        // The older name says nothing of either.
        _ => return,
    };
    case.hold(CHOSEN, shape == expected, expected, &shape);
}

/// The members of a document agree with its source.
fn shape(document: &Value, source: &[u8], job: &Told) -> Result<(), String> {
    let size = &document["rawPayloadSize"];
    if *size != json!(source.len()) {
        return Err(format!("rawPayloadSize is {size}, the object has {} bytes", source.len()));
    }
    let algorithm = document["signatureAlgorithm"].as_str().unwrap_or_default();
    if !algorithm.starts_with("SHA") || !algorithm.contains("with") {
        return Err(format!("signatureAlgorithm is {}", document["signatureAlgorithm"]));
    }
    let signature = document["signature"].as_str().and_then(|text| STANDARD.decode(text).ok());
    if signature.is_none_or(|signature| signature.len() < 64) {
        return Err(format!("signature is {}", document["signature"]));
    }
    let payload = document["payload"].as_str().and_then(|text| STANDARD.decode(text).ok());
    let location = &document["payloadLocation"]["s3"];
    match (payload, location) {
        (Some(payload), _) if payload == source => Ok(()),
        (None, location) if location == job.at("/source/s3") => Ok(()),
        _ => Err("neither the payload nor its place".to_owned()),
    }
}
