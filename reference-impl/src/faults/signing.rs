//! Faults of what is signed: envelopes, archives and documents.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use p384::ecdsa::SigningKey;
use serde_json::json;
use sha2::{Digest as _, Sha384};

use crate::faults::errand::{Errand, Stage};
use crate::faults::lie::{Lie, Signed};
use crate::faults::row::{CURRENT, Category, Fault, fault};
use crate::signing::archive::ArchivePlan;
use crate::signing::document::{DocumentPlan, algorithms};
use crate::signing::envelope::EnvelopePlan;
use crate::signing::plan::Plan;
use crate::signing::unsigned::Unsigned;
use crate::store::platforms::is_lambda;

pub(super) const FAULTS: &[Fault] = &[
    fault(
        (172, "envelope-of-another"),
        Category::Signing,
        CURRENT,
        "SignPayload/envelope",
        "the envelope carries another payload",
        &[Lie::Signing(|_, plan| envelope(plan, |plan| plan.payload = b"{}".to_vec()))],
    ),
    fault(
        (274, "envelope-names-invoker"),
        Category::Signing,
        CURRENT,
        "SignPayload/envelope-attributes",
        "the envelope names job and profile as if they were the invoker's",
        &[Lie::Signing(|signed, plan| envelope(plan, |plan| name_invoker(signed, plan)))],
    ),
    fault(
        (174, "envelope-without-root"),
        Category::Signing,
        CURRENT,
        "SignPayload/envelope-chain",
        "the certificates of an envelope end before the root",
        &[Lie::Signing(|_, plan| envelope(plan, |plan| drop(plan.chain.pop())))],
    ),
    fault(
        (175, "envelope-root-first"),
        Category::Signing,
        CURRENT,
        "SignPayload/envelope-chain",
        "the certificates of an envelope begin with the root",
        &[Lie::Signing(|_, plan| envelope(plan, |plan| plan.chain.reverse()))],
    ),
    fault(
        (176, "envelope-other-key"),
        Category::Signing,
        CURRENT,
        "SignPayload/envelope-verifies",
        "an envelope is signed by another key than that of its certificate",
        &[Lie::Signing(|_, plan| {
            let key = another_key()?;
            envelope(plan, |plan| plan.key = key)
        })],
    ),
    fault(
        (177, "envelope-expired-leaf"),
        Category::Signing,
        CURRENT,
        "SignPayload/envelope-verifies",
        "the certificate of an envelope had ended when it was signed",
        &[Lie::Signing(|signed, plan| {
            let ended =
                signed.signer.authority.chain(signed.job.region(), signed.job.created_at - TEN_DAYS)?;
            envelope(plan, |plan| (plan.chain, plan.key) = (ended.encoded.to_vec(), ended.key.clone()))
        })],
    ),
    fault(
        (178, "envelope-expiry-missing"),
        Category::Signing,
        CURRENT,
        "SignPayload/envelope-attributes",
        "an envelope does not say when it expires",
        &[Lie::Signing(|_, plan| {
            envelope(plan, |plan| drop(plan.protected.remove("io.cncf.notary.expiry")))
        })],
    ),
    fault(
        (179, "archive-unsigned"),
        Category::Signing,
        CURRENT,
        "StartSigningJob/lambda-signature-entry",
        "a signed archive has no entry with a signature",
        &[Lie::Work(Stage::Signed, |errand| {
            if is_lambda(errand.due.job.platform) && errand.content.is_ok() {
                errand.content = errand.object.clone();
            }
        })],
    ),
    fault(
        (180, "archive-other-key"),
        Category::Signing,
        CURRENT,
        "StartSigningJob/lambda-signature-entry",
        "an archive is signed by another key than that of its certificate",
        &[Lie::Signing(|_, plan| {
            let key = another_key()?;
            archive(plan, |plan| {
                plan.message.key = key;
                Ok(())
            })
        })],
    ),
    fault(
        (181, "archive-other-job"),
        Category::Signing,
        CURRENT,
        "StartSigningJob/lambda-signature-entry",
        "the signature of an archive names another job",
        &[Lie::Signing(|_, plan| {
            archive(plan, |plan| {
                let named = plan.message.job_arn.trim_end_matches(char::is_alphanumeric).len();
                plan.message.job_arn.truncate(named);
                Ok(())
            })
        })],
    ),
    fault(
        (182, "archive-digest-packed"),
        Category::Signing,
        CURRENT,
        "StartSigningJob/lambda-signature-digest",
        "the signature of an archive is over its bytes as they are packed",
        &[Lie::Signing(|signed, plan| {
            archive(plan, |plan| {
                plan.digest = Sha384::digest(signed.source).into();
                Ok(())
            })
        })],
    ),
    fault(
        (183, "archive-reordered"),
        Category::Signing,
        CURRENT,
        "StartSigningJob/lambda-signature-entry",
        "a signed archive lists its entries in another order than it came with",
        &[Lie::Signing(|_, plan| {
            archive(plan, |plan| {
                plan.layout.entries.reverse();
                plan.digest_again()
            })
        })],
    ),
    fault(
        (184, "archive-signed-twice"),
        Category::Signing,
        CURRENT,
        "StartSigningJob/lambda-bad-zip",
        "an archive that is signed already is signed again",
        &[Lie::Work(Stage::Signed, |errand| write_as_it_came(errand, "The source archive already has"))],
    ),
    fault(
        (185, "archive-malformed-accepted"),
        Category::Signing,
        CURRENT,
        "StartSigningJob/lambda-bad-zip",
        "an object that is no archive is written as it is, and the job succeeds",
        &[Lie::Work(Stage::Signed, |errand| write_as_it_came(errand, "The source archive is malformed"))],
    ),
    fault(
        (186, "document-over-base64"),
        Category::Signing,
        CURRENT,
        "StartSigningJob/iot-document",
        "the signature of a document is over the base64 of the object",
        &[Lie::Signing(|signed, plan| {
            document(plan, |plan| {
                plan.signed = STANDARD.encode(signed.source).into_bytes().into();
            })
        })],
    ),
    fault(
        (187, "document-size-of-base64"),
        Category::Signing,
        CURRENT,
        "StartSigningJob/iot-document",
        "rawPayloadSize counts the characters of the base64",
        &[Lie::Signing(|signed, plan| {
            document(plan, |plan| plan.size = STANDARD.encode(signed.source).len())
        })],
    ),
    fault(
        (285, "image-format-swapped"),
        Category::Signing,
        CURRENT,
        "StartSigningJob/iot-document-as-chosen",
        "documents embed the payload where they should leave it out, and leave it out where they should \
         embed it",
        &[Lie::Signing(|_, plan| document(plan, |plan| plan.is_detached = !plan.is_detached))],
    ),
    fault(
        (286, "overrides-not-signed"),
        Category::Signing,
        CURRENT,
        "StartSigningJob/iot-document-as-chosen",
        "documents are signed with the platform's default algorithms, whatever the profile chose",
        &[Lie::Signing(|signed, plan| {
            document(plan, |plan| plan.algorithms = algorithms(signed.job.platform, None))
        })],
    ),
];

/// Longer than a leaf lives.
const TEN_DAYS: Duration = Duration::from_hours(240);

#[expect(clippy::unnecessary_wraps, reason = "so that it is what the seam takes")]
fn envelope(plan: &mut Plan<'_>, change: impl FnOnce(&mut EnvelopePlan)) -> Result<(), Unsigned> {
    if let Plan::Envelope(plan) = plan {
        change(plan);
    }
    Ok(())
}

fn archive(
    plan: &mut Plan<'_>,
    change: impl FnOnce(&mut ArchivePlan<'_>) -> Result<(), Unsigned>,
) -> Result<(), Unsigned> {
    if let Plan::Archive(plan) = plan { change(plan) } else { Ok(()) }
}

#[expect(clippy::unnecessary_wraps, reason = "so that it is what the seam takes")]
fn document(plan: &mut Plan<'_>, change: impl FnOnce(&mut DocumentPlan<'_>)) -> Result<(), Unsigned> {
    if let Plan::Document(plan) = plan {
        change(plan);
    }
    Ok(())
}

/// A key for which there is no certificate.
fn another_key() -> Result<SigningKey, Unsigned> {
    SigningKey::from_slice(&[7; 48]).map_err(|error| Unsigned(format!("Signing failed: {error}")))
}

fn name_invoker(signed: &Signed<'_>, plan: &mut EnvelopePlan) {
    for name in ["com.amazonaws.signer.signingProfileVersion", "com.amazonaws.signer.signingJob"] {
        if let Some(arn) = plan.protected.get_mut(name) {
            *arn = json!(arn.as_str().unwrap_or_default().replace(&signed.job.owner, &signed.job.invoker));
        }
    }
}

/// Writes an object as it came where it could not be signed for that reason.
fn write_as_it_came(errand: &mut Errand<'_>, reason: &str) {
    if errand.content.as_ref().is_err_and(|told| told.starts_with(reason)) {
        errand.content = errand.object.clone();
    }
}
