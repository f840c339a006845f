//! The reference implementation's store, driven in symbols: a call of the model becomes a call of the store,
//! and its answer a reply of the model. No JSON, no HTTP; what the wire does is left to the suites.

use std::sync::Arc;

use signer_model::{
    Account, Call, Job, JobStatus, PageSize, Platform, PlatformFilter, PlatformSet, Reply, Request,
};
use signer_reference::error::Outcome;
use signer_reference::faults::{Faults, Lies};
use signer_reference::store::{self, Command, Context, JobOutcome, Reply as Told, Settings, Store};

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
