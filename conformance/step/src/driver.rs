//! The reference implementation's store, driven in symbols: a call of the model becomes a call of the store, and its answer a
//! reply of the model. No JSON, no HTTP; what the wire does is left to the suites.

use std::collections::BTreeMap;
use std::sync::Arc;

use signer_model::{
    Account, Call, ErrorName, Job, JobStatus, OwnerArg, PageSize, Platform, PlatformFilter, PlatformSet, Profile, Reply, Request,
    Source, TagKey, TagValue, Validity,
};
use signer_reference::store::{
    self, AddProfilePermission, Context, JobOutcome, PAYLOAD_FORMAT, PutSigningProfile, RevokeSigningProfile, Settings,
    SignPayload, StartSigningJob, Store, ValidityUnit,
};
use signer_schemas::Edition;

use crate::bindings::Bindings;
use crate::names::{self, Counted, NOW};
use crate::stop::Stop;
use crate::views;

/// A store, and what its answers have told so far.
#[derive(Clone, Debug)]
pub(super) struct Driver {
    pub(super) store: Store,
    pub(super) bindings: Arc<Bindings>,
    pub(super) platforms: PlatformSet,
    next_id: u64,
}

impl Driver {
    /// A store with nothing in it.
    pub(super) fn new(settings: &Arc<Settings>) -> Result<Self, String> {
        let mut driver = Self {
            store: Store::new(&names::REGION.into(), settings),
            bindings: Arc::default(),
            platforms: PlatformSet::EMPTY,
            next_id: 0,
        };
        driver.store.set_settings(settings);
        let listed = driver.list_platforms(Account::Owner, PlatformFilter::All, PageSize::Default);
        driver.platforms = match listed {
            Ok(platforms) => platforms,
            Err(Stop::Refused(error)) => return Err(format!("the list of platforms is refused with {}", error.id())),
            Err(Stop::Strange(what)) => return Err(what),
        };
        Ok(driver)
    }

    /// Makes a copy that was not touched ready to be asked once more, with other settings.
    pub(super) fn again(&mut self, original: &Self, settings: &Arc<Settings>) {
        self.next_id = original.next_id;
        self.store.set_settings(settings);
    }

    /// Whether nothing was written since one was copied from the other.
    pub(super) fn is_untouched(&self, original: &Self) -> bool {
        Arc::ptr_eq(&self.bindings, &original.bindings) && self.store.shares_data(&original.store)
    }

    /// Whether neither the store nor what is known of it differs.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.bindings, &other.bindings) && self.store.has_same_data(&other.store)
    }

    /// Makes the call; the error says what no reply of the model can.
    pub(super) fn call(&mut self, call: &Call) -> Result<Reply, String> {
        match self.ask(call) {
            Ok(reply) => Ok(reply),
            Err(Stop::Refused(error)) => Ok(Reply::Refused(error)),
            Err(Stop::Strange(what)) => Err(what),
        }
    }

    /// Lets a job that is in progress end.
    pub(super) fn end(&mut self, job: Job, status: JobStatus) -> Result<(), String> {
        let outcome = match status {
            JobStatus::Succeeded => JobOutcome::Succeeded,
            JobStatus::Failed => JobOutcome::Failed("The source object could not be read".to_owned()),
            JobStatus::InProgress => return Ok(()),
        };
        let due = self.bindings.ended(job);
        let due = due.ok_or_else(|| format!("the store has not handed {job} out to be worked on"))?;
        self.store.complete_job(&due, outcome);
        Ok(())
    }

    fn ask(&mut self, call: &Call) -> Result<Reply, Stop> {
        let by = call.by;
        let edition = self.store.settings().edition;
        match call.request {
            Request::AddProfilePermission { profile, statement, grant, revision } => {
                let statement = self.bindings.statement(profile, names::statement(statement), grant);
                let revision = self.bindings.revision(profile, revision);
                let request = AddProfilePermission { profile_name: names::profile(profile).to_owned(), statement, revision };
                let told = self.write(by, |store, context| store.add_profile_permission(context, request))?;
                self.bindings.told_revision(profile, told).map(Reply::Revision)
            }
            Request::CancelSigningProfile { profile } => {
                self.write(by, |store, context| store.cancel_signing_profile(context, names::profile(profile)))?;
                Ok(Reply::Done)
            }
            Request::DescribeSigningJob { job } => {
                let id = self.bindings.job_id(job);
                let shown = self.write(by, |store, context| store.describe_signing_job(context, &id))?;
                Ok(Reply::Job(views::job(&shown, edition)))
            }
            Request::GetRevocationStatus { profile, job, platform, at } => self.revocations(profile, job, platform.id(), at),
            Request::GetSigningPlatform { platform } => {
                let shown = self.store.get_signing_platform(names::platform(platform))?;
                let known = Platform::from_id(&shown.id);
                known.map(Reply::Platform).ok_or_else(|| Stop::strange("shows a platform that the model does not know"))
            }
            Request::GetSigningProfile { profile, owner } => {
                let owner = owner_id(edition, owner);
                let shown = self.read(by, |store, context| {
                    store.get_signing_profile(context, names::profile(profile), owner).map(|shown| views::profile(shown, edition))
                })?;
                shown.map(Reply::Profile).map_err(Stop::Strange)
            }
            Request::ListProfilePermissions { profile } => self.list_permissions(by, profile),
            Request::ListSigningJobs { filter, page } => self.list_jobs(by, filter, page),
            Request::ListSigningPlatforms { filter, page } => self.list_platforms(by, filter, page).map(Reply::Platforms),
            Request::ListSigningProfiles { filter, page } => self.list_profiles(by, filter, page),
            Request::ListTagsForResource { profile } => self.list_tags(by, profile),
            Request::PutSigningProfile { profile, platform, validity, material, parameters, tags } => {
                let parameter = parameters.then(|| names::parameter(platform));
                let request = PutSigningProfile {
                    name: names::profile(profile).to_owned(),
                    platform_id: names::platform(platform).to_owned(),
                    certificate_arn: material.then(|| names::CERTIFICATE.to_owned()),
                    validity: (validity == Validity::Day).then_some((Some(1), Some(ValidityUnit::Days))),
                    signing_parameters: parameter.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect(),
                    tags: given_tags(&tags),
                    ..PutSigningProfile::default()
                };
                self.put(by, profile, in_edition(request, edition))
            }
            Request::RemoveProfilePermission { profile, statement, revision } => {
                // The store never sees a call that lacks a required member: the adapter before it refuses.
                let revision = self.bindings.revision(profile, revision).ok_or(Stop::Refused(ErrorName::Validation))?;
                let told = self.write(by, |store, context| {
                    let (name, statement) = (names::profile(profile), names::statement(statement));
                    store.remove_profile_permission(context, name, statement, &revision)
                })?;
                self.bindings.told_revision(profile, told).map(Reply::Revision)
            }
            Request::RevokeSignature { job, owner } => {
                let (id, owner) = (self.bindings.job_id(job), owner_id(edition, owner));
                self.write(by, |store, context| store.revoke_signature(context, &id, owner, "stepping".to_owned()))?;
                Ok(Reply::Done)
            }
            Request::RevokeSigningProfile { profile, version, effective } => {
                let request = RevokeSigningProfile {
                    name: names::profile(profile).to_owned(),
                    version: self.bindings.version(profile, version).to_owned(),
                    effective_time: names::effective(effective),
                };
                self.write(by, |store, context| store.revoke_signing_profile(context, &request))?;
                Ok(Reply::Done)
            }
            Request::SignPayload { job, profile, owner } => self.sign(by, job, profile, owner_id(edition, owner)),
            Request::StartSigningJob { job, profile, owner, source, destination } => {
                let request = StartSigningJob {
                    profile_name: Some(names::profile(profile).to_owned()),
                    profile_owner: owner_id(edition, owner).map(str::to_owned),
                    source: names::source(source),
                    destination: names::destination(destination),
                    client_request_token: job.to_string(),
                    source_is_there: source != Source::Missing,
                    destination_is_there: true,
                };
                let made = self.write(by, |store, context| store.start_signing_job(context, &request))?;
                self.started(job, &made)
            }
            Request::TagResource { profile, key, value } => {
                let tags = tags_of(key, value).collect();
                self.write(by, |store, context| store.tag_resource(context, names::arn(profile), tags))?;
                Ok(Reply::Done)
            }
            Request::UntagResource { profile, key } => {
                let keys = names::tag_keys(key);
                self.write(by, |store, context| store.untag_resource(context, names::arn(profile), keys))?;
                Ok(Reply::Done)
            }
        }
    }

    fn put(&mut self, by: Account, profile: Profile, request: PutSigningProfile) -> Result<Reply, Stop> {
        let made = self.write(by, |store, context| store.put_signing_profile(context, request))?;
        self.bindings.created(by, profile, &made.version)
    }

    fn sign(&mut self, by: Account, job: Job, profile: Profile, owner: Option<&str>) -> Result<Reply, Stop> {
        let request = SignPayload {
            profile_name: names::profile(profile).to_owned(),
            profile_owner: owner.map(str::to_owned),
            payload: b"{}".to_vec(),
            payload_format: PAYLOAD_FORMAT.to_owned(),
        };
        let made = self.write(by, |store, context| store.sign_payload(context, request))?;
        if self.bindings.job_with_id(&made.id).is_some() {
            return Err(Stop::strange("answers a new payload with a job that is known"));
        }
        self.started(job, &made)
    }

    fn started(&mut self, job: Job, made: &store::Job) -> Result<Reply, Stop> {
        let due = self.store.due_jobs(NOW).find(|due| due.job.id == made.id);
        self.bindings.started(job, &made.id, due)
    }

    fn write<T>(&mut self, by: Account, work: impl FnOnce(&mut Store, &mut Context<'_>) -> T) -> T {
        let mut ids = Counted(&mut self.next_id);
        let mut context = Context { now: NOW, caller: names::caller(by), ids: &mut ids };
        work(&mut self.store, &mut context)
    }

    /// A read, which cannot change the store.
    pub(super) fn read<'a, T>(&'a self, by: Account, work: impl FnOnce(&'a Store, &Context<'_>) -> T) -> T {
        let mut next_id = self.next_id;
        let mut ids = Counted(&mut next_id);
        let context = Context { now: NOW, caller: names::caller(by), ids: &mut ids };
        work(&self.store, &context)
    }
}

fn owner_id(edition: Edition, owner: OwnerArg) -> Option<&'static str> {
    match (edition, owner) {
        (Edition::Current, OwnerArg::Owner) => Some(&names::caller(Account::Owner).account),
        (Edition::Current, OwnerArg::Omitted) | (Edition::May2019, _) => None,
    }
}

/// The adapter before the store drops members that the edition does not have.
fn in_edition(request: PutSigningProfile, edition: Edition) -> PutSigningProfile {
    match edition {
        Edition::Current => request,
        Edition::May2019 => PutSigningProfile { material_is_required: true, validity: None, tags: BTreeMap::new(), ..request },
    }
}

fn given_tags(tags: &[TagValue]) -> BTreeMap<String, String> {
    (0..).map(TagKey).zip(tags).flat_map(|(key, value)| tags_of(key, *value)).collect()
}

fn tags_of(key: TagKey, value: TagValue) -> impl Iterator<Item = (String, String)> {
    let keys = names::tag_value(value).map(|value| (names::tag_keys(key), value));
    keys.into_iter().flat_map(|(keys, value)| keys.iter().map(|key| (key.clone(), value.to_owned())))
}
