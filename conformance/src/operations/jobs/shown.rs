//! A job as answers show it.

use serde_json::Value;
use signer_model::{Account, Destination, Job, JobStatus, JobView, Platform};
use signer_schemas::Edition;

use crate::data::context::Context;
use crate::operations::adapter::Reading;
use crate::operations::bindings::Bindings;
use crate::operations::notes::{Notes, member_words, shorten};
use crate::operations::values::prefix;

/// The job as `DescribeSigningJob` shows it.
pub(super) fn shown(reading: &mut Reading<'_>, symbol: Job) -> Option<JobView> {
    const VIEW: &str = "DescribeSigningJob/view";
    let answer = reading.answer();
    let Reading { context, bindings, notes, .. } = reading;
    let id = notes.text(answer, "jobId", VIEW)?;
    notes.agrees(answer, "jobId", &bindings.job_id(symbol), VIEW);
    notes.text(answer, "profileName", VIEW)?;
    if context.edition == Edition::Current {
        notes.agrees(answer, "jobOwner", &context.owner_account, "DescribeSigningJob/owner");
    }
    let view = view(context, bindings, answer, notes, VIEW)?;
    let terminal = view.status != JobStatus::InProgress;
    let created = answer.get("createdAt").and_then(Value::as_f64);
    notes.expect(
        created.is_some(),
        VIEW,
        "a job tells when it was created",
        "a `createdAt`",
        &shorten(&answer.to_string()),
    );
    let completed = answer.get("completedAt").and_then(Value::as_f64);
    notes.expect(
        !terminal || completed.zip(created).is_some_and(|(completed, created)| completed >= created.floor()),
        "DescribeSigningJob/completed-at",
        "a job that has ended tells when, and that is not before its creation",
        "completedAt ≥ createdAt",
        &["createdAt", "completedAt"].map(|member| member_words(member, &answer[member])).join(", "),
    );
    signed_object(bindings, &id, view.status, answer, notes);
    if context.edition == Edition::Current {
        expiry(view.status, created, answer, notes);
    }
    if view.revoked && context.edition == Edition::Current {
        let reason = answer.pointer("/revocationRecord/reason").unwrap_or(&Value::Null);
        notes.expect(
            reason == "conformance",
            "DescribeSigningJob/revocation-record",
            "the revocation record tells the reason given",
            "revocationRecord.reason: \"conformance\"",
            &member_words("revocationRecord.reason", reason),
        );
    }
    Some(view)
}

/// The object of a job by `StartSigningJob`, which has a source.
fn signed_object(bindings: &Bindings, id: &str, status: JobStatus, answer: &Value, notes: &mut Notes) {
    let Some(source) = answer.pointer("/source/s3/key").and_then(Value::as_str) else { return };
    let key = answer.pointer("/signedObject/s3/key").and_then(Value::as_str);
    match status {
        JobStatus::Succeeded => {
            let lambda = answer.get("platformId").and_then(Value::as_str) == Some(Platform::Lambda.id());
            let zip = lambda && source.to_ascii_lowercase().ends_with(".zip");
            let suffix = if zip { ".zip" } else { "" };
            let admitted: Vec<String> = [Destination::A, Destination::B]
                .into_iter()
                .map(|destination| format!("{}{id}{suffix}", prefix(bindings, destination)))
                .collect();
            notes.expect(
                key.is_some_and(|key| admitted.iter().any(|admitted| admitted == key)),
                "StartSigningJob/job-key",
                "the signed object's key is the prefix and the job's id",
                admitted.join(" | "),
                key.unwrap_or("no signedObject"),
            );
        }
        JobStatus::Failed | JobStatus::InProgress => {}
    }
    if status == JobStatus::Failed {
        notes.expect(
            key.is_none(),
            "DescribeSigningJob/failed-has-no-object",
            "a failed job has no signed object",
            "no signedObject",
            key.unwrap_or_default(),
        );
    }
}

/// A job with a signature that can expire tells when: its creation plus the profile's validity. Other jobs
/// that have ended tell nothing.
fn expiry(status: JobStatus, created: Option<f64>, answer: &Value, notes: &mut Notes) {
    let told = &answer["signatureExpiresAt"];
    let Some(platform) = answer.get("platformId").and_then(Value::as_str).and_then(Platform::from_id) else {
        return;
    };
    let none = match status {
        _ if !platform.is_managed() => "DescribeSigningJob/expiry-iot",
        JobStatus::Failed => "DescribeSigningJob/failed-has-no-expiry",
        JobStatus::InProgress => return,
        JobStatus::Succeeded => return validity_over(created, told, notes),
    };
    notes.expect(
        told.as_f64().is_none(),
        none,
        "a job without a signature that expires tells no expiry",
        "no signatureExpiresAt",
        &member_words("signatureExpiresAt", told),
    );
}

/// The expiry is the end of a validity that profiles of the model have.
fn validity_over(created: Option<f64>, told: &Value, notes: &mut Notes) {
    let Some(created) = created else { return };
    let after = |span: jiff::Span| {
        #[expect(clippy::cast_possible_truncation, reason = "a run's times lie within this century")]
        let created = jiff::Timestamp::from_millisecond((created * 1000.0) as i64).ok()?;
        let end = created.to_zoned(jiff::tz::TimeZone::UTC).checked_add(span).ok()?;
        #[expect(clippy::cast_precision_loss, reason = "milliseconds of this century fit")]
        Some(end.timestamp().as_millisecond() as f64 / 1000.0)
    };
    let admitted = [after(jiff::Span::new().months(135)), after(jiff::Span::new().days(1))];
    notes.expect(
        admitted
            .iter()
            .flatten()
            .any(|admitted| told.as_f64().is_some_and(|told| (admitted - told).abs() < 2.0)),
        "DescribeSigningJob/expiry",
        "the signature expires when the profile's validity, counted from the job's creation, is over",
        admitted
            .iter()
            .flatten()
            .map(|time| format!("signatureExpiresAt: {time}"))
            .collect::<Vec<_>>()
            .join(" | "),
        &member_words("signatureExpiresAt", told),
    );
}

/// A job as an answer shows it, alone or as an entry of a list.
pub(super) fn view(
    context: &Context,
    bindings: &Bindings,
    answer: &Value,
    notes: &mut Notes,
    requirement: &str,
) -> Option<JobView> {
    let text = answer.get("status").and_then(Value::as_str);
    let Some(status) = JobStatus::ALL.into_iter().find(|status| Some(status.id()) == text) else {
        notes.told(answer, "status", requirement);
        return None;
    };
    let account = |id: &str| {
        [Account::Owner, Account::Other].into_iter().find(|account| context.account(*account) == id)
    };
    let record = answer.get("revocationRecord").is_some_and(|record| !record.is_null());
    let flag = answer.get("isRevoked").and_then(Value::as_bool).unwrap_or_default();
    Some(JobView {
        status,
        profile: answer
            .get("profileName")
            .and_then(Value::as_str)
            .and_then(|name| bindings.profile_named(name)),
        invoker: answer.get("jobInvoker").and_then(Value::as_str).and_then(account),
        revoked: record || flag,
    })
}
