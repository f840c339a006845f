//! Faults of what a job reads and writes, and under which key.

use bytes::Bytes;
use signer_objects::NULL_VERSION;

use crate::error::Refusal;
use crate::faults::call::Turn::Around;
use crate::faults::errand::{Stage::Planned, Stage::Read, Stage::Signed};
use crate::faults::lie::Lie;
use crate::faults::row::{BOTH, CURRENT, Category, Fault, fault};
use crate::store::command::Command;
use crate::store::platforms::is_lambda;

pub(super) const FAULTS: &[Fault] = &[
    fault(
        (167, "source-version-ignored"),
        Category::Signing,
        BOTH,
        "StartSigningJob/source-version",
        "the newest version of the source is signed, whichever was named",
        &[Lie::Work(Planned, |errand| errand.version = None)],
    ),
    fault(
        (329, "prefix-needed"),
        Category::Jobs,
        BOTH,
        "StartSigningJob/no-prefix",
        "a destination without a prefix is refused",
        &[Lie::Store(Around(|call, command| {
            let has_none =
                matches!(&command, Command::StartSigningJob(request) if request.destination.1.is_empty());
            call.unless(command, has_none.then(|| Refusal::validation("destination.s3.prefix is needed")))
        }))],
    ),
    fault(
        (171, "null-version-refused"),
        Category::Signing,
        CURRENT,
        "StartSigningJob/null-version",
        "a job over the version null of an object fails",
        &[Lie::Work(Read, |errand| {
            if errand.version.as_deref() == Some(NULL_VERSION) {
                errand.object = Err("The source object has no version".to_owned());
            }
        })],
    ),
    fault(
        (295, "other-region-source-signed"),
        Category::Signing,
        CURRENT,
        "StartSigningJob/same-region",
        "an object in a bucket of another Region is signed",
        &[Lie::Work(Read, |errand| {
            let bucket =
                errand.due.job.source.as_ref().map(|source| source.bucket.as_str()).unwrap_or_default();
            if let (Err(_), Ok(there)) = (&errand.object, errand.service.objects.region_of(bucket)) {
                errand.object = errand.read(&errand.due.job.invoker, &there);
            }
        })],
    ),
    fault(
        (170, "missing-source-signed"),
        Category::Signing,
        BOTH,
        "StartSigningJob/in-progress-first",
        "a job over an object that does not exist succeeds",
        &[Lie::Work(Signed, |errand| {
            if errand.object.is_err() {
                errand.content = Ok(Bytes::new());
            }
        })],
    ),
    fault(
        (287, "failed-job-writes"),
        Category::Signing,
        BOTH,
        "DescribeSigningJob/failed-has-no-object",
        "a failed job writes an object",
        &[Lie::Work(Signed, |errand| {
            if errand.object.is_err() && errand.content.is_err() {
                let _ = errand.service.land(
                    errand.due,
                    &errand.bucket,
                    &errand.due.key,
                    Bytes::from_static(b"{}"),
                );
            }
        })],
    ),
    fault(
        (166, "source-changed"),
        Category::Signing,
        BOTH,
        "StartSigningJob/source-unchanged",
        "signing overwrites the source object",
        &[Lie::Work(Signed, |errand| {
            if let (Ok(content), Some(source)) = (&errand.content, &errand.due.job.source) {
                let _ = errand.service.land(errand.due, &source.bucket, &source.key, content.clone());
            }
        })],
    ),
    fault(
        (168, "signed-into-source-bucket"),
        Category::Signing,
        BOTH,
        "StartSigningJob/signed-object-exists",
        "the signed object is written into the source's bucket",
        &[Lie::Work(Planned, |errand| {
            if let Some(source) = &errand.due.job.source {
                errand.bucket.clone_from(&source.bucket);
            }
        })],
    ),
    fault(
        (169, "signed-object-missing"),
        Category::Signing,
        BOTH,
        "StartSigningJob/signed-object-exists",
        "a job succeeds without writing its object",
        &[Lie::Work(Planned, |errand| errand.is_written = false)],
    ),
    fault(
        (387, "too-large-signed"),
        Category::Long,
        BOTH,
        "StartSigningJob/job-too-large",
        "of an object beyond the platform's limit the beginning is signed",
        &[Lie::Work(Read, |errand| {
            if errand.object.is_err() && errand.has_source() {
                errand.object = Ok(Bytes::from_static(b"the beginning"));
            }
        })],
    ),
    fault(
        (388, "owners-rights-used"),
        Category::Isolation,
        CURRENT,
        "StartSigningJob/caller-rights",
        "a job reads its source with the rights of the profile's owner",
        &[Lie::Work(Read, |errand| {
            if errand.object.is_err() {
                errand.object = errand.read(&errand.due.job.owner, &errand.due.region);
            }
        })],
    ),
    fault(
        (389, "job-writes-a-log"),
        Category::Signing,
        BOTH,
        "StartSigningJob/nothing-else-written",
        "beside each signed object a log is written",
        &[Lie::Work(Signed, |errand| {
            if errand.content.is_ok() {
                let key = format!("{}.log", errand.due.key);
                let _ = errand.service.land(errand.due, &errand.bucket, &key, Bytes::from_static(b"signed"));
            }
        })],
    ),
    fault(
        (390, "source-marked"),
        Category::Signing,
        BOTH,
        "StartSigningJob/nothing-else-written",
        "a signed source gets a mark beside it",
        &[Lie::Work(Signed, |errand| {
            if let (Ok(_), Some(source)) = (&errand.content, &errand.due.job.source) {
                let key = format!("{}.signed", source.key);
                let _ = errand.service.land(errand.due, &source.bucket, &key, Bytes::from_static(b"signed"));
            }
        })],
    ),
    fault(
        (92, "job-key-with-slash"),
        Category::Jobs,
        BOTH,
        "StartSigningJob/job-key",
        "a slash is put between prefix and job id",
        &[Lie::Due(|due| {
            if let Some((_, prefix)) = due.job.destination.as_ref().filter(|(_, prefix)| !prefix.is_empty()) {
                due.key = due.key.replacen(prefix, &format!("{prefix}/"), 1);
            }
        })],
    ),
    fault(
        (250, "missing-prefix-named"),
        Category::Signing,
        BOTH,
        "StartSigningJob/job-key",
        "where there is no prefix the key begins with None",
        &[Lie::Due(|due| {
            if due.job.destination.as_ref().is_some_and(|(_, prefix)| prefix.is_empty()) {
                due.key = format!("None{}", due.job.id);
            }
        })],
    ),
    fault(
        (251, "always-zip"),
        Category::Signing,
        CURRENT,
        "StartSigningJob/job-key",
        "the keys of all objects signed for Lambda end in .zip",
        &[Lie::Due(|due| {
            if is_lambda(due.job.platform) && due.key.ends_with(&due.job.id) {
                due.key.push_str(".zip");
            }
        })],
    ),
];
