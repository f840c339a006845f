//! Documents for devices: their shape, their signatures, and what a profile can choose about them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use signer_model::Platform;
use signer_schemas::Operation::{GetSigningPlatform, PutSigningProfile, StartSigningJob};

use crate::judge::runner::case::Case;
use crate::judge::runner::scene::{Conversation, Scene};
use crate::judge::runner::talk::{Played, Stop, Told, with};
use crate::judge::signatures::device;
use crate::scenes::shared::inputs::profile_input;
use crate::scenes::shared::objects::{ARCHIVE, object_signed, written};
use crate::scenes::shared::steps::profile;
use crate::scenes::shared::views::{allowed, tells};
use crate::scenes::signing::envelopes::is_right;

pub(crate) const SCENES: &[Scene] = &[DEVICE_DOCUMENTS, DEVICE_CHOICES];

const DOCUMENT: &str = "StartSigningJob/iot-document";

const DEVICE_DOCUMENTS: Scene = Scene {
    name: "signing/device-documents",
    operation: StartSigningJob,
    what: "the documents that are written for devices, and their signatures",
    requirements: &[DOCUMENT],
    play: &Conversation(|case| Box::pin(device_documents(case))),
};

/// The platforms that sign for devices.
const DEVICES: [Platform; 3] =
    [Platform::FreeRtosDefault, Platform::IotDeviceManagement, Platform::FreeRtosTi];

async fn device_documents(case: &mut Case<'_>) -> Played {
    let listed = case.context().platforms;
    for (index, platform) in DEVICES.into_iter().filter(|platform| listed.contains(*platform)).enumerate() {
        let (name, _) = profile(case, &format!("d{index}"), platform).await?;
        let sources = [ARCHIVE, b"another object, to tell the key"];
        let mut signatures = Vec::new();
        for (number, source) in sources.into_iter().enumerate() {
            let job = object_signed(case, &name, &format!("{name}-{number}.bin"), source).await?;
            if job.text("/status") != "Succeeded" {
                return Err(case.skip("the target signs with no certificate that a run can make up"));
            }
            let object = written(case, &job).await?;
            let document: Value = serde_json::from_slice(&object).unwrap_or_default();
            let permitted = "rawPayloadSize, signature, signatureAlgorithm, payload or its place";
            is_right(case, DOCUMENT, permitted, shape(&document, source, &job));
            let signature = document["signature"].as_str().and_then(|text| STANDARD.decode(text).ok());
            // The curve of a customer's certificate may be another one; this one is known from a document of
            // the real service.
            let is_known = document["signatureAlgorithm"] == "SHA256withECDSA";
            signatures.extend(signature.filter(|signature| is_known && signature.len() <= 72));
        }
        if let [first, second] = signatures.as_slice() {
            let result = device::one_key((sources[0], first), (sources[1], second));
            is_right(case, DOCUMENT, "signatures over the objects by one key", result);
        }
    }
    Ok(())
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

const CHOSEN: &str = "StartSigningJob/iot-document-as-chosen";

const DEVICE_CHOICES: Scene = Scene {
    name: "signing/device-choices",
    operation: StartSigningJob,
    what: "documents for devices under each algorithm and format that a profile can choose",
    requirements: &[CHOSEN],
    play: &Conversation(|case| Box::pin(device_choices(case))),
};

async fn device_choices(case: &mut Case<'_>) -> Played {
    let listed = case.context().platforms;
    let mut seen = false;
    for platform in DEVICES.into_iter().filter(|platform| listed.contains(*platform)) {
        let look = json!({ "platformId": platform.id() });
        let defaults = case.must("GetSigningPlatform/view", GetSigningPlatform, look).await?;
        for (number, overrides) in choices(case, platform).await?.into_iter().enumerate() {
            let name = case.fresh(&format!("{platform:?}{number}"));
            let input = with(profile_input(case, &name, platform)?, &json!({ "overrides": overrides }));
            // The documents do not say whether a format can be chosen that the platform does not list, nor
            // what key a certificate has.
            if !case.ask(PutSigningProfile, input).await?.is_success() {
                continue;
            }
            let job = object_signed(case, &name, &format!("{name}.bin"), ARCHIVE).await?;
            if job.text("/status") == "Succeeded" {
                seen = true;
                let object = written(case, &job).await?;
                let document: Value = serde_json::from_slice(&object).unwrap_or_default();
                as_chosen(case, &document, &overrides, &defaults);
            }
        }
    }
    if seen { Ok(()) } else { Err(case.skip("the target signs with no certificate that a run can make up")) }
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

/// The document is as the overrides say, or else the platform's defaults.
fn as_chosen(case: &mut Case<'_>, document: &Value, overrides: &Value, defaults: &Told) {
    let chosen = |choice: &str, default: &str| {
        let choice = overrides.pointer(choice).unwrap_or_else(|| defaults.at(default));
        choice.as_str().unwrap_or_default().to_owned()
    };
    let default = |options: &str| format!("/signingConfiguration/{options}/defaultValue");
    let encryption =
        chosen("/signingConfiguration/encryptionAlgorithm", &default("encryptionAlgorithmOptions"));
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
