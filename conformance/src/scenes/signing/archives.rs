//! Signed archives: the signature inside, what is kept of the source, and archives that cannot be signed.

use serde_json::json;
use signer_model::Platform;
use signer_schemas::Operation::StartSigningJob;

use crate::judge::runner::case::Case;
use crate::judge::runner::scene::{Conversation, Scene};
use crate::judge::runner::talk::{Played, Stop};
use crate::judge::signatures::{archive, cms};
use crate::scenes::shared::bytes::seconds;
use crate::scenes::shared::inputs::job_arn;
use crate::scenes::shared::objects::{ARCHIVE, RICH_ARCHIVE, object_signed, written};
use crate::scenes::shared::steps::profile;
use crate::scenes::signing::envelopes::is_right;

pub(crate) const SCENES: &[Scene] = &[SIGNED_ARCHIVE, BAD_ARCHIVES];

const ENTRY: &str = "StartSigningJob/lambda-signature-entry";

const DIGEST: &str = "StartSigningJob/lambda-signature-digest";

const KEPT: &str = "StartSigningJob/lambda-archive-kept";

const SIGNED_ARCHIVE: Scene = Scene {
    name: "signing/archive",
    operation: StartSigningJob,
    what: "the signature in a signed archive",
    requirements: &[ENTRY, DIGEST, KEPT],
    play: &Conversation(|case| Box::pin(signed_archive(case))),
};

async fn signed_archive(case: &mut Case<'_>) -> Played {
    let (name, creation) = profile(case, "archive", Platform::Lambda).await?;
    let job = object_signed(case, &name, &format!("{name}.zip"), RICH_ARCHIVE).await?;
    let object = written(case, &job).await?;
    let entries = archive::entries(&object).unwrap_or_default();
    let kept = entries.iter().filter(|(name, _)| !archive::is_added(name)).cloned().collect::<Vec<_>>();
    let same = archive::entries(RICH_ARCHIVE).is_ok_and(|sources| sources == kept);
    case.hold(
        ENTRY,
        same,
        "an archive with the entries of the source",
        &format!("{} bytes with other entries", object.len()),
    );
    if same {
        case.open(
            KEPT,
            if archive::is_what_came(RICH_ARCHIVE, &object) { "the one that came" } else { "packed anew" },
        );
    }
    let signature = entries.iter().find(|(name, _)| name == archive::SIGNATURE.as_bytes());
    let signature = signature.ok_or_else(|| format!("no entry {}", archive::SIGNATURE));
    let verified = match signature.and_then(|(_, pem)| cms::verified(pem)) {
        Ok(verified) => verified,
        Err(wrong) => {
            is_right(case, ENTRY, "a CMS signature that is valid at its time", Err(wrong));
            return Err(Stop);
        }
    };
    let arn = creation.text("/profileVersionArn");
    case.same(ENTRY, &json!(job_arn(&arn, &job.text("/jobId"))), &json!(verified.text(cms::JOB)));
    case.same(ENTRY, &json!(arn), &json!(verified.text(cms::PROFILE_VERSION)));
    let expires = job.at("/signatureExpiresAt").as_f64().unwrap_or_default();
    let told = verified.time(cms::EXPIRY);
    let near = told.is_some_and(|told| (seconds(told.as_second()) - expires).abs() <= 5.0);
    case.hold(ENTRY, near, &format!("the expiry {expires}"), &format!("{told:?}"));
    let covers = verified.covers(&archive::digest(&entries));
    case.hold(DIGEST, covers, "the digest of the archive's entries", "another digest");
    Ok(())
}

const BAD_ZIP: &str = "StartSigningJob/lambda-bad-zip";

const BAD_ARCHIVES: Scene = Scene {
    name: "signing/bad-archives",
    operation: StartSigningJob,
    what: "archives that are empty, damaged or signed already",
    requirements: &[BAD_ZIP],
    play: &Conversation(|case| Box::pin(bad_archives(case))),
};

/// An archive without entries: nothing but the end of its directory.
const NO_ENTRIES: &[u8] = b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";

async fn bad_archives(case: &mut Case<'_>) -> Played {
    let (name, _) = profile(case, "bad", Platform::Lambda).await?;
    let good = object_signed(case, &name, &format!("{name}-good.zip"), ARCHIVE).await?;
    case.same_member("StartSigningJob/valid-source-succeeds", "/status", &json!("Succeeded"), &good.body);
    let signed = written(case, &good).await?;
    let entries = archive::entries(&signed).unwrap_or_default();
    let is_signed = entries.iter().any(|(name, _)| name == archive::SIGNATURE.as_bytes());
    let half = ARCHIVE.len() / 2;
    for (kind, content) in [
        ("empty", NO_ENTRIES),
        ("text", b"this is no archive"),
        ("half", &ARCHIVE[..half]),
        ("signed", signed.as_slice()),
    ] {
        // Where nothing is signed, nothing can be signed twice; the other scene says so.
        if kind == "signed" && !is_signed {
            continue;
        }
        let job = object_signed(case, &name, &format!("{name}-{kind}.zip"), content).await?;
        let observed = format!("{} ({kind})", job.text("/status"));
        case.hold(BAD_ZIP, job.text("/status") == "Failed", "Failed", &observed);
    }
    Ok(())
}
