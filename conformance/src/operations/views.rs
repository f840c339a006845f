//! Profiles and jobs as answers show them, alone or as entries of a list.

use serde_json::Value;
use signer_model::{
    Account, Call, EffectiveTime, Job, JobStatus, JobView, OwnerArg, Platform, Profile, ProfileStatus, ProfileView, Reply,
    Request, Validity,
};
use signer_schemas::Edition;

use crate::data::context::Context;
use crate::data::finding::Complaint;
use crate::operations::bindings::Bindings;
use crate::operations::input::prefix;
use crate::operations::notes::{Notes, shorten};
use crate::operations::pages::{items, tags};

/// `GetSigningProfile`'s answer.
pub(super) fn profile(
    context: &Context,
    bindings: &mut Bindings,
    symbol: Profile,
    answer: &Value,
    notes: &mut Notes,
) -> Option<ProfileView> {
    const VIEW: &str = "GetSigningProfile/view";
    notes.text(answer, "profileName", VIEW)?;
    notes.agrees(answer, "profileName", bindings.name(symbol), VIEW);
    if context.edition == Edition::Current {
        for member in ["arn", "profileVersion", "profileVersionArn"] {
            notes.text(answer, member, VIEW)?;
        }
        match bindings.told_arn(symbol).map(str::to_owned) {
            Some(arn) => notes.agrees(answer, "arn", &arn, VIEW),
            None => bindings.bind_arn(symbol, answer.get("arn").and_then(Value::as_str).unwrap_or_default()),
        }
        match bindings.current_version(symbol).map(str::to_owned) {
            Some(version) => notes.agrees(answer, "profileVersion", &version, VIEW),
            None => {
                bindings.bind_version(symbol, answer.get("profileVersion").and_then(Value::as_str).unwrap_or_default());
            }
        }
    }
    for member in ["signingMaterial", "signingParameters"] {
        if let Some(given) = bindings.template(symbol).get(member) {
            let told = answer.get(member).unwrap_or(&Value::Null);
            notes.expect(
                told == given,
                "PutSigningProfile/template-kept",
                &format!("`{member}` is shown as it was given"),
                given.to_string(),
                &told.to_string(),
            );
        }
    }
    profile_view(context, answer, notes, VIEW)
}

fn profile_view(context: &Context, answer: &Value, notes: &mut Notes, requirement: &str) -> Option<ProfileView> {
    let status = match answer.get("status").and_then(Value::as_str) {
        Some("Active") => ProfileStatus::Active,
        Some("Canceled") => ProfileStatus::Canceled,
        Some("Revoked") => ProfileStatus::Revoked,
        other => {
            notes.expect(
                false,
                requirement,
                "`status` is one of its published values",
                "Active | Canceled | Revoked",
                &format!("{other:?}"),
            );
            return None;
        }
    };
    let period = answer.get("signatureValidityPeriod").filter(|period| !period.is_null());
    let validity = period.and_then(|period| {
        match (period.get("value").and_then(Value::as_i64), period.get("type").and_then(Value::as_str)) {
            (Some(135), Some("MONTHS")) => Some(Validity::Default),
            (Some(1), Some("DAYS")) => Some(Validity::Day),
            _ => None,
        }
    });
    let record = answer.get("revocationRecord").filter(|record| !record.is_null());
    let effective = record.and_then(|record| record.get("revocationEffectiveFrom")?.as_f64()).and_then(|told| {
        [EffectiveTime::Earlier, EffectiveTime::Later, EffectiveTime::Future]
            .into_iter()
            .find(|time| (told - seconds(context.effective_time(*time))).abs() < 1.0)
    });
    Some(ProfileView {
        status,
        platform: answer.get("platformId").and_then(Value::as_str).and_then(Platform::from_id),
        validity,
        tags: tags(answer.get("tags"), notes, requirement),
        effective,
    })
}

/// `DescribeSigningJob`'s answer.
pub(super) fn job(context: &Context, bindings: &mut Bindings, symbol: Job, answer: &Value, notes: &mut Notes) -> Option<JobView> {
    const VIEW: &str = "DescribeSigningJob/view";
    let id = notes.text(answer, "jobId", VIEW)?;
    notes.agrees(answer, "jobId", &bindings.job_id(symbol), VIEW);
    notes.text(answer, "profileName", VIEW)?;
    if context.edition == Edition::Current {
        notes.agrees(answer, "jobOwner", &context.owner_account, "DescribeSigningJob/invoker");
    }
    let view = job_view(context, bindings, answer, notes, VIEW)?;
    let terminal = view.status != JobStatus::InProgress;
    let created = answer.get("createdAt").and_then(Value::as_f64);
    notes.expect(created.is_some(), VIEW, "a job tells when it was created", "a `createdAt`", &shorten(&answer.to_string()));
    let completed = answer.get("completedAt").and_then(Value::as_f64);
    notes.expect(
        !terminal || completed.zip(created).is_some_and(|(completed, created)| completed >= created.floor()),
        VIEW,
        "a job that has ended tells when, and that is not before its creation",
        "completedAt ≥ createdAt",
        &format!("createdAt {created:?}, completedAt {completed:?}"),
    );
    signed_object(bindings, &id, view.status, answer, notes);
    expiry(created, answer, notes);
    if view.revoked && context.edition == Edition::Current {
        let reason = answer.pointer("/revocationRecord/reason").and_then(Value::as_str).unwrap_or_default();
        notes.expect(
            reason == "conformance",
            "DescribeSigningJob/revocation-record",
            "the revocation record tells the reason given",
            "conformance",
            reason,
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
            let admitted: Vec<String> = [signer_model::Destination::A, signer_model::Destination::B]
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

/// Where a managed platform's job tells an expiry, it is its creation plus the profile's validity.
fn expiry(created: Option<f64>, answer: &Value, notes: &mut Notes) {
    let (Some(created), Some(expires)) = (created, answer.get("signatureExpiresAt").and_then(Value::as_f64)) else { return };
    let after = |span: jiff::Span| {
        #[expect(clippy::cast_possible_truncation, reason = "a run's times lie within this century")]
        let created = jiff::Timestamp::from_millisecond((created * 1000.0) as i64).ok()?;
        let end = created.to_zoned(jiff::tz::TimeZone::UTC).checked_add(span).ok()?;
        #[expect(clippy::cast_precision_loss, reason = "milliseconds of this century fit")]
        Some(end.timestamp().as_millisecond() as f64 / 1000.0)
    };
    let admitted = [after(jiff::Span::new().months(135)), after(jiff::Span::new().days(1))];
    notes.expect(
        admitted.iter().flatten().any(|admitted| (admitted - expires).abs() < 2.0),
        "DescribeSigningJob/expiry",
        "the signature expires when the profile's validity, counted from the job's creation, is over",
        format!("{admitted:?}"),
        &expires.to_string(),
    );
}

fn job_view(context: &Context, bindings: &Bindings, answer: &Value, notes: &mut Notes, requirement: &str) -> Option<JobView> {
    let text = answer.get("status").and_then(Value::as_str);
    let Some(status) = JobStatus::ALL.into_iter().find(|status| Some(status.id()) == text) else {
        notes.expect(
            false,
            requirement,
            "`status` is one of its published values",
            "InProgress | Failed | Succeeded",
            &format!("{text:?}"),
        );
        return None;
    };
    let account = |id: &str| [Account::Owner, Account::Other].into_iter().find(|account| context.account(*account) == id);
    let record = answer.get("revocationRecord").is_some_and(|record| !record.is_null());
    let flag = answer.get("isRevoked").and_then(Value::as_bool).unwrap_or_default();
    Some(JobView {
        status,
        profile: answer.get("profileName").and_then(Value::as_str).and_then(|name| bindings.profile_named(name)),
        invoker: answer.get("jobInvoker").and_then(Value::as_str).and_then(account),
        revoked: record || flag,
    })
}

/// The entries of a list as the views that describing each by itself would give: the call, the view, and what of the
/// view an entry cannot tell is taken from `same`.
pub(crate) fn entries(
    context: &Context,
    bindings: &Bindings,
    call: &Call,
    pages: &[Value],
) -> Vec<(Call, Reply, Vec<Complaint>)> {
    let mut views = Vec::new();
    let operation = call.request.operation();
    let requirement = format!("{operation}/entry-agrees");
    match call.request {
        Request::ListSigningProfiles { .. } => {
            for entry in items(pages, "profiles") {
                let name = entry.get("profileName").and_then(Value::as_str).unwrap_or_default();
                let Some(symbol) = bindings.profile_named(name) else { continue };
                let mut notes = Notes::default();
                if let Some(arn) = bindings.told_arn(symbol) {
                    notes.agrees(entry, "arn", arn, &requirement);
                }
                if let Some(version) = bindings.current_version(symbol) {
                    notes.agrees(entry, "profileVersion", version, &requirement);
                }
                let Some(view) = profile_view(context, entry, &mut notes, &requirement) else {
                    views.push((get(symbol), Reply::Done, notes.complaints));
                    continue;
                };
                views.push((get(symbol), Reply::Profile(view), notes.complaints));
            }
        }
        Request::ListSigningJobs { .. } => {
            for entry in items(pages, "jobs") {
                let id = entry.get("jobId").and_then(Value::as_str).unwrap_or_default();
                let Some(symbol) = bindings.job_with_id(id) else { continue };
                let mut notes = Notes::default();
                let reply = job_view(context, bindings, entry, &mut notes, &requirement).map_or(Reply::Done, Reply::Job);
                views.push((Request::DescribeSigningJob { job: symbol }.by_owner(), reply, notes.complaints));
            }
        }
        _ => {}
    }
    views
}

pub(crate) fn get(profile: Profile) -> Call {
    Request::GetSigningProfile { profile, owner: OwnerArg::Omitted }.by_owner()
}

#[expect(clippy::cast_precision_loss, reason = "seconds of this century fit")]
const fn seconds(time: i64) -> f64 {
    time as f64
}
