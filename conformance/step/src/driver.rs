//! The reference implementation's store, driven in symbols: a call of the model becomes a call of the store,
//! and its answer a reply of the model. No JSON, no HTTP; what the wire does is left to the suites.

use std::collections::BTreeMap;
use std::sync::Arc;

use signer_model::{
    Account, Call, ErrorName, Job, JobStatus, OwnerArg, PageSize, Platform, PlatformFilter, PlatformSet,
    Reply, Request, Source, TagKey, TagValue, Validity,
};
use signer_reference::error::Outcome;
use signer_reference::faults::{Faults, Lies};
use signer_reference::store::{
    self, AddProfilePermission, Command, Context, JobOutcome, PAYLOAD_FORMAT, PageRequest, PutSigningProfile,
    Reply as Told, RevokeSigningProfile, Settings, SignPayload, StartSigningJob, Store, ValidityUnit,
};
use signer_schemas::Edition;

use crate::bindings::Bindings;
use crate::names::{self, Counted, NOW};
use crate::stop::Stop;
use crate::views;

/// A store, and what is known from its replies so far.
#[derive(Clone, Debug)]
pub(super) struct Driver {
    pub(super) store: Store,
    pub(super) bindings: Arc<Bindings>,
    pub(super) platforms: PlatformSet,
    next_id: u64,
    /// The deliberate mistakes, if there are any.
    lies: Option<Lies>,
}

impl Driver {
    /// A store with nothing in it.
    pub(super) fn new(settings: &Arc<Settings>, faults: Faults) -> Result<Self, String> {
        let mut driver = Self {
            store: Store::new(&names::REGION.into(), settings),
            bindings: Arc::default(),
            platforms: PlatformSet::EMPTY,
            next_id: 0,
            lies: Lies::new(faults, settings.edition),
        };
        let listed = driver.list_platforms(Account::Owner, PlatformFilter::All, PageSize::Default);
        driver.platforms = match listed {
            Ok(platforms) => platforms,
            Err(Stop::Refused(error)) => {
                return Err(format!("the list of platforms is refused with {}", error.id()));
            }
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
        Arc::ptr_eq(&self.bindings, &original.bindings)
            && self.store.shares_data(&original.store)
            && self.remembers_the_same(original)
    }

    /// Whether store and mistakes keep the same.
    pub(super) fn keeps_the_same(&self, other: &Self) -> bool {
        self.store.has_same_data(&other.store) && self.remembers_the_same(other)
    }

    fn remembers_the_same(&self, other: &Self) -> bool {
        match (&self.lies, &other.lies) {
            (Some(lies), Some(others)) => lies.remembers_the_same(others),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        }
    }

    /// Whether neither the store nor what is known of it differs.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.bindings, &other.bindings) && self.keeps_the_same(other)
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
        match call.request {
            Request::ListSigningJobs { filter, page } => self.list_jobs(by, filter, page),
            Request::ListSigningPlatforms { filter, page } => {
                self.list_platforms(by, filter, page).map(Reply::Platforms)
            }
            Request::ListSigningProfiles { filter, page } => self.list_profiles(by, filter, page),
            Request::GetRevocationStatus { profile, job, platform, at } => {
                self.revocations(by, (profile, job), platform.id(), at)
            }
            request => {
                let command = self.command(request)?;
                let told = self.decide(by, command)?;
                self.heard(by, request, told)
            }
        }
    }

    /// Has the store decide, with mistakes if there are any.
    pub(super) fn decide(&mut self, by: Account, command: Command) -> Outcome<Told> {
        let mut ids = Counted(&mut self.next_id);
        let mut context = Context { now: NOW, caller: names::caller(by), ids: &mut ids, elsewhere: None };
        match &self.lies {
            None => self.store.apply(&mut context, command),
            Some(lies) => lies.apply(&mut self.store, &mut context, command),
        }
    }

    /// The command of a call that asks for one thing.
    #[expect(clippy::too_many_lines, reason = "one arm for each operation")]
    fn command(&self, request: Request) -> Result<Command, Stop> {
        let edition = self.store.settings().edition;
        let owner_id = |owner| owner_id(edition, owner).map(str::to_owned);
        let name = |profile| names::profile(profile).to_owned();
        let arn = |profile| names::arn(profile).to_owned();
        Ok(match request {
            Request::AddProfilePermission { profile, statement, grant, revision } => {
                let statement = self.bindings.statement(profile, names::statement(statement), grant);
                let revision = self.bindings.revision(profile, revision);
                Command::AddProfilePermission(AddProfilePermission {
                    profile_name: name(profile),
                    statement,
                    revision,
                })
            }
            Request::CancelSigningProfile { profile } => {
                Command::CancelSigningProfile { name: name(profile) }
            }
            Request::DescribeSigningJob { job } => {
                Command::DescribeSigningJob { id: self.bindings.job_id(job) }
            }
            Request::GetSigningPlatform { platform } => {
                Command::GetSigningPlatform { id: names::platform(platform).to_owned() }
            }
            Request::GetSigningProfile { profile, owner } => {
                Command::GetSigningProfile { name: name(profile), owner: owner_id(owner) }
            }
            Request::ListProfilePermissions { profile } => {
                Command::ListProfilePermissions { name: name(profile), page: PageRequest::default() }
            }
            Request::ListTagsForResource { profile } => Command::ListTagsForResource { arn: arn(profile) },
            Request::PutSigningProfile { profile, platform, validity, material, parameters, tags } => {
                let parameter = parameters.then(|| names::parameter(platform));
                let request = PutSigningProfile {
                    name: name(profile),
                    platform_id: names::platform(platform).to_owned(),
                    certificate_arn: material.then(|| names::CERTIFICATE.to_owned()),
                    validity: (validity == Validity::Day).then_some((Some(1), Some(ValidityUnit::Days))),
                    signing_parameters: parameter
                        .into_iter()
                        .map(|(key, value)| (key.to_owned(), value.to_owned()))
                        .collect(),
                    tags: given_tags(&tags),
                    ..PutSigningProfile::default()
                };
                Command::PutSigningProfile(in_edition(request, edition))
            }
            Request::RemoveProfilePermission { profile, statement, revision } => {
                // The store never sees a call that lacks a required member: the adapter before it refuses.
                let revision =
                    self.bindings.revision(profile, revision).ok_or(Stop::Refused(ErrorName::Validation))?;
                let statement_id = names::statement(statement).to_owned();
                Command::RemoveProfilePermission { name: name(profile), statement_id, revision }
            }
            Request::RevokeSignature { job, owner } => Command::RevokeSignature {
                id: self.bindings.job_id(job),
                owner: owner_id(owner),
                reason: "stepping".to_owned(),
            },
            Request::RevokeSigningProfile { profile, version, effective } => {
                Command::RevokeSigningProfile(RevokeSigningProfile {
                    name: name(profile),
                    version: self.bindings.version(profile, version).to_owned(),
                    effective_time: names::effective(effective),
                })
            }
            Request::SignPayload { profile, owner, .. } => Command::SignPayload(SignPayload {
                profile_name: name(profile),
                profile_owner: owner_id(owner),
                payload: b"{}".to_vec(),
                payload_format: PAYLOAD_FORMAT.to_owned(),
            }),
            Request::StartSigningJob { job, profile, owner, source, destination } => {
                Command::StartSigningJob(StartSigningJob {
                    profile_name: Some(name(profile)),
                    profile_owner: owner_id(owner),
                    source: names::source(source),
                    destination: names::destination(destination),
                    client_request_token: job.to_string(),
                    source_is_there: source != Source::Missing,
                    destination_is_there: true,
                })
            }
            Request::TagResource { profile, key, value } => {
                Command::TagResource { arn: arn(profile), tags: tags_of(key, value).collect() }
            }
            Request::UntagResource { profile, key } => {
                Command::UntagResource { arn: arn(profile), keys: names::tag_keys(key).to_vec() }
            }
            Request::ListSigningJobs { .. }
            | Request::ListSigningPlatforms { .. }
            | Request::ListSigningProfiles { .. }
            | Request::GetRevocationStatus { .. } => {
                return Err(Stop::strange("is asked for one thing where it lists many"));
            }
        })
    }

    /// The store's replies so far, in the model's words.
    fn heard(&mut self, by: Account, request: Request, told: Told) -> Result<Reply, Stop> {
        let edition = self.store.settings().edition;
        match (told, request) {
            (Told::Done, _) => Ok(Reply::Done),
            (Told::Created(made), Request::PutSigningProfile { profile, .. }) => {
                self.bindings.created(by, profile, &made.version)
            }
            (Told::Profile(shown), _) => {
                views::profile(&shown, edition).map(Reply::Profile).map_err(Stop::Strange)
            }
            (Told::Platform(shown), _) => {
                let known = Platform::from_id(&shown.id);
                known
                    .map(Reply::Platform)
                    .ok_or_else(|| Stop::strange("shows a platform that the model does not know"))
            }
            (Told::Job(shown), _) => Ok(Reply::Job(views::job(&shown, edition))),
            (Told::Signed(made), Request::SignPayload { job, .. }) => {
                if self.bindings.job_with_id(&made.id).is_some() {
                    return Err(Stop::strange("answers a new payload with a job that is known"));
                }
                self.started(job, &made)
            }
            (Told::Started(made), Request::StartSigningJob { job, .. }) => self.started(job, &made),
            (
                Told::Revision(told),
                Request::AddProfilePermission { profile, .. }
                | Request::RemoveProfilePermission { profile, .. },
            ) => self.bindings.told_revision(profile, told).map(Reply::Revision),
            (Told::Permissions(list), Request::ListProfilePermissions { profile }) => {
                self.permissions(profile, list)
            }
            (Told::Tags(tags), _) => views::tags(&tags).map(Reply::Tags).map_err(Stop::Strange),
            _ => Err(Stop::strange("answers as another operation does")),
        }
    }

    fn started(&mut self, job: Job, made: &store::Job) -> Result<Reply, Stop> {
        let due = self.store.due_jobs(NOW).find(|due| due.job.id == made.id);
        self.bindings.started(job, &made.id, due)
    }

    /// A read, which cannot change the store.
    pub(super) fn read<'a, T>(&'a self, by: Account, work: impl FnOnce(&'a Store, &Context<'_>) -> T) -> T {
        let mut next_id = self.next_id;
        let mut ids = Counted(&mut next_id);
        let context = Context { now: NOW, caller: names::caller(by), ids: &mut ids, elsewhere: None };
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
        Edition::May2019 => {
            PutSigningProfile { material_is_required: true, validity: None, tags: BTreeMap::new(), ..request }
        }
    }
}

fn given_tags(tags: &[TagValue]) -> BTreeMap<String, String> {
    (0..).map(TagKey).zip(tags).flat_map(|(key, value)| tags_of(key, *value)).collect()
}

fn tags_of(key: TagKey, value: TagValue) -> impl Iterator<Item = (String, String)> {
    let keys = names::tag_value(value).map(|value| (names::tag_keys(key), value));
    keys.into_iter().flat_map(|(keys, value)| keys.iter().map(|key| (key.clone(), value.to_owned())))
}
