//! What the store shows, in the model's words: single entities for replies, and the whole state, read through the store's own
//! read operations.

use std::collections::BTreeMap;

use signer_model::{
    Account, Destination, EffectiveTime, Grant, JobKind, JobState, JobStatus, JobStatuses, JobView, PROFILES, Platform, Policy,
    Principal, Profile, ProfileState, ProfileStatus, ProfileView, STATEMENTS, Source, State, TAGS, TagKey, TagValue, Validity,
    VersionArg,
};
use signer_reference::error::ErrorName;
use signer_reference::store::{self, Page, PageRequest, ValidityUnit};
use signer_schemas::Edition;

use super::driver::Driver;
use super::names;

impl Driver {
    /// The state that the store is in, as far as it can be read. `revision_uncertain` says here that a policy's revision is
    /// another one than the newest that an answer has told.
    pub(super) fn observe(&self) -> Result<State, String> {
        let mut state = State { platforms: self.platforms, ..State::default() };
        for (index, seen) in (0..).zip(&mut state.profiles) {
            *seen = self.observe_profile(Profile(index))?;
        }
        let everything = (store::JobFilter::default(), PageRequest::default());
        let listed = self.read(Account::Owner, |store, context| store.list_signing_jobs(context, &everything.0, &everything.1));
        for job in listed.map_err(|refusal| format!("the list of jobs is refused: {}", refusal.message))?.items {
            let symbol = self.job_with_id(&job.id).ok_or("there is a job that no answer has named")?;
            *state.job_mut(symbol) = job_state(job)?;
        }
        Ok(state)
    }

    fn observe_profile(&self, profile: Profile) -> Result<ProfileState, String> {
        debug_assert!(usize::from(profile.0) < PROFILES);
        let name = names::profile(profile);
        let shown = match self.read(Account::Owner, |store, context| store.get_signing_profile(context, name, None)) {
            Ok(shown) => shown,
            Err(refusal) if refusal.error == ErrorName::ResourceNotFound => return Ok(ProfileState::default()),
            Err(refusal) => return Err(format!("{profile} cannot be read: {}", refusal.message)),
        };
        let mut policy = Policy::default();
        if self.store.settings().edition == Edition::Current {
            let told = self.revisions(profile);
            policy.revision = u8::try_from(told.len()).unwrap_or(u8::MAX).min(Policy::LAST_REVISION);
            // A policy without statements is refused, so that its revision cannot be read.
            let first = PageRequest::default();
            if let Ok(list) = self.read(Account::Owner, |store, context| store.list_profile_permissions(context, name, &first)) {
                policy.statements = statements(&list.page, &shown.version)?;
                policy.revision_uncertain = list.revision != told.last().map(String::as_str);
            }
        }
        Ok(ProfileState {
            status: profile_status(shown.status),
            platform: platform(shown)?,
            validity: validity(shown.validity)?,
            effective: effective(shown)?,
            tags: tags(&shown.tags)?,
            policy,
        })
    }
}

fn job_state(job: &store::Job) -> Result<JobState, String> {
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
        profile: names::profile_named(&job.profile_name).ok_or("a job names a profile that was never made")?,
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

fn platform(profile: &store::Profile) -> Result<Platform, String> {
    Platform::from_id(&profile.platform.id).ok_or_else(|| format!("{} is on {}", profile.name, profile.platform.id))
}

fn validity(validity: store::Validity) -> Result<Validity, String> {
    match (validity.value, validity.unit) {
        (135, ValidityUnit::Months) => Ok(Validity::Default),
        (1, ValidityUnit::Days) => Ok(Validity::Day),
        (value, unit) => Err(format!("a profile is valid for {value} {}", unit.name())),
    }
}

fn effective(profile: &store::Profile) -> Result<Option<EffectiveTime>, String> {
    let Some(record) = &profile.revocation else { return Ok(None) };
    [EffectiveTime::Earlier, EffectiveTime::Later, EffectiveTime::Future]
        .into_iter()
        .find(|time| names::effective(*time) == record.effective_from)
        .map(Some)
        .ok_or_else(|| format!("{} is revoked from {}", profile.name, record.effective_from))
}

/// Tags by their keys' symbols. Of the keys that one symbol stands for all are there, with one value, or none.
pub(super) fn tags(shown: &BTreeMap<String, String>) -> Result<[TagValue; TAGS], String> {
    let known = |text: &String| [TagValue::A, TagValue::B].into_iter().find(|known| names::tag_value(*known) == Some(text));
    let mut tags = [TagValue::None; TAGS];
    let mut explained = 0;
    for (key, tag) in (0..).map(TagKey).zip(&mut tags) {
        let keys = names::tag_keys(key);
        let value = keys.first().and_then(|key| shown.get(key)).and_then(known);
        if let Some(value) = value.filter(|value| keys.iter().all(|key| shown.get(key).and_then(known) == Some(*value))) {
            *tag = value;
            explained += keys.len();
        }
    }
    if explained == shown.len() { Ok(tags) } else { Err(format!("there are tags that nobody gave: {shown:?}")) }
}

/// Statements by their ids' places; `version` is the one that the profile has.
pub(super) fn statements(shown: &Page<&store::Statement>, version: &str) -> Result<[Option<Grant>; STATEMENTS], String> {
    let mut statements = [None; STATEMENTS];
    if shown.next_token.is_some() {
        return Err("so few statements fill more than a page".to_owned());
    }
    for statement in &shown.items {
        let principal = [Principal::OtherAccount, Principal::Role, Principal::Malformed];
        let principal = principal.into_iter().find(|known| names::principal(*known) == statement.principal);
        let action = signer_model::Action::ALL.into_iter().find(|known| known.id() == statement.action);
        let (Some(index), Some(principal), Some(action)) = (names::statement_index(&statement.id), principal, action) else {
            return Err(format!("there is a statement {} that nobody added", statement.id));
        };
        let told = statement.profile_version.as_deref();
        let version = told.map(|told| if told == version { VersionArg::Current } else { VersionArg::Unknown });
        if statements[index].replace(Grant { principal, action, version }).is_some() {
            return Err(format!("there are two statements {}", statement.id));
        }
    }
    Ok(statements)
}

const fn profile_status(status: store::ProfileStatus) -> ProfileStatus {
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
