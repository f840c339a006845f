//! What the store shows of single entities, in the model's words.

use std::collections::BTreeMap;

use signer_model::{
    Destination, EffectiveTime, Grant, JobKind, JobState, JobStatus, JobStatuses, JobView, Platform,
    Principal, ProfileStatus, ProfileView, STATEMENTS, Source, TAGS, TagKey, TagValue, Validity, VersionArg,
};
use signer_reference::store::{self, Page, ValidityUnit};
use signer_schemas::Edition;

use crate::names;

pub(super) fn job_state(job: &store::Job) -> Result<JobState, String> {
    let source = match &job.source {
        None => Source::Present,
        Some(location) => [Source::Present, Source::Missing, Source::Unverified]
            .into_iter()
            .find(|source| names::source(*source) == *location)
            .ok_or_else(|| format!("a job's source is {}", location.key))?,
    };
    let destination = match &job.destination {
        None => Destination::A,
        Some(place) => [Destination::A, Destination::B]
            .into_iter()
            .find(|destination| names::destination(*destination) == *place)
            .ok_or_else(|| format!("a job's destination is {}", place.1))?,
    };
    Ok(JobState {
        statuses: JobStatuses::only(job_status(job.status)),
        kind: if job.source.is_none() { JobKind::Payload } else { JobKind::Started },
        profile: names::profile_named(&job.profile_name)
            .ok_or("a job names a profile that was never made")?,
        invoker: names::account(&job.invoker).ok_or("a job names an account that never called")?,
        source,
        destination,
        revoked: job.revocation.is_some(),
    })
}

/// A job as `DescribeSigningJob` shows it.
pub(super) fn job(job: &store::Job, edition: Edition) -> JobView {
    JobView {
        status: job_status(job.status),
        profile: names::profile_named(&job.profile_name),
        invoker: match edition {
            Edition::Current => names::account(&job.invoker),
            Edition::May2019 => None,
        },
        revoked: job.revocation.is_some(),
    }
}

/// A profile as `GetSigningProfile` shows it.
pub(super) fn profile(profile: &store::Profile, edition: Edition) -> Result<ProfileView, String> {
    Ok(ProfileView {
        status: profile_status(profile.status),
        platform: Some(platform(profile)?),
        validity: match edition {
            Edition::Current => Some(validity(profile.validity)?),
            Edition::May2019 => None,
        },
        tags: tags(&profile.tags)?,
        effective: effective(profile)?,
    })
}

pub(super) fn platform(profile: &store::Profile) -> Result<Platform, String> {
    Platform::from_id(&profile.platform.id)
        .ok_or_else(|| format!("{} is on {}", profile.name, profile.platform.id))
}

pub(super) fn validity(validity: store::Validity) -> Result<Validity, String> {
    match (validity.value, validity.unit) {
        (135, ValidityUnit::Months) => Ok(Validity::Default),
        (1, ValidityUnit::Days) => Ok(Validity::Day),
        (value, unit) => Err(format!("a profile is valid for {value} {}", unit.name())),
    }
}

pub(super) fn effective(profile: &store::Profile) -> Result<Option<EffectiveTime>, String> {
    let Some(record) = &profile.revocation else { return Ok(None) };
    [EffectiveTime::Earlier, EffectiveTime::Later, EffectiveTime::Future]
        .into_iter()
        .find(|time| names::effective(*time) == record.effective_from)
        .map(Some)
        .ok_or_else(|| format!("{} is revoked from {}", profile.name, record.effective_from))
}

/// Tags by their keys' symbols. Of the keys that one symbol stands for all are there, with one value, or
/// none.
pub(super) fn tags(shown: &BTreeMap<String, String>) -> Result<[TagValue; TAGS], String> {
    let known = |text: &String| {
        [TagValue::A, TagValue::B].into_iter().find(|known| names::tag_value(*known) == Some(text))
    };
    let mut tags = [TagValue::None; TAGS];
    let mut explained = 0;
    for (key, tag) in (0..).map(TagKey).zip(&mut tags) {
        let keys = names::tag_keys(key);
        let value = keys.first().and_then(|key| shown.get(key)).and_then(known);
        if let Some(value) =
            value.filter(|value| keys.iter().all(|key| shown.get(key).and_then(known) == Some(*value)))
        {
            *tag = value;
            explained += keys.len();
        }
    }
    if explained == shown.len() {
        Ok(tags)
    } else {
        Err(format!("there are tags that nobody gave: {shown:?}"))
    }
}

/// Statements by their ids' places; `version` is the one that the profile has.
pub(super) fn statements(
    shown: &Page<store::Statement>,
    version: &str,
) -> Result<[Option<Grant>; STATEMENTS], String> {
    let mut statements = [None; STATEMENTS];
    if shown.next_token.is_some() {
        return Err("so few statements fill more than a page".to_owned());
    }
    for statement in &shown.items {
        let principal = [Principal::OtherAccount, Principal::Role, Principal::Malformed];
        let principal = principal.into_iter().find(|known| names::principal(*known) == statement.principal);
        let action = signer_model::Action::ALL.into_iter().find(|known| known.id() == statement.action);
        let (Some(index), Some(principal), Some(action)) =
            (names::statement_index(&statement.id), principal, action)
        else {
            return Err(format!("there is a statement {} that nobody added", statement.id));
        };
        let told = statement.profile_version.as_deref();
        let version =
            told.map(|told| if told == version { VersionArg::Current } else { VersionArg::Unknown });
        if statements[index].replace(Grant { principal, action, version }).is_some() {
            return Err(format!("there are two statements {}", statement.id));
        }
    }
    Ok(statements)
}

pub(super) const fn profile_status(status: store::ProfileStatus) -> ProfileStatus {
    match status {
        store::ProfileStatus::Active => ProfileStatus::Active,
        store::ProfileStatus::Canceled => ProfileStatus::Canceled,
        store::ProfileStatus::Revoked => ProfileStatus::Revoked,
    }
}

const fn job_status(status: store::JobStatus) -> JobStatus {
    match status {
        store::JobStatus::InProgress => JobStatus::InProgress,
        store::JobStatus::Failed => JobStatus::Failed,
        store::JobStatus::Succeeded => JobStatus::Succeeded,
    }
}
