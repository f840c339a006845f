//! The reference implementation's store, driven in symbols: a call of the model becomes a call of the store, and its answer a
//! reply of the model. No JSON, no HTTP; what the wire does is left to the suites.

use std::collections::BTreeMap;
use std::sync::Arc;

use signer_model::{
    Account, Call, ErrorName, Expiry, Grant, JOBS, Job, JobStatus, OwnerArg, PROFILES, PageSize, PlatformFilter, PlatformSet,
    Profile, Reply, Request, RevisionArg, RevisionReply, TagValue, Validity, VersionArg,
};
use signer_reference::error::{ErrorName as Error, Outcome, Refusal};
use signer_reference::store::{
    self, AddProfilePermission, Context, DueJob, JobOutcome, PAYLOAD_FORMAT, Page, PageRequest, PutSigningProfile,
    RevocationQuestion, RevokeSigningProfile, Settings, SignPayload, StartSigningJob, Store, ValidityUnit, job_arn,
};
use signer_schemas::Edition;

use super::names::{self, Counted, NOW, REGION};
use super::views;

/// A store, and what its answers have told so far.
#[derive(Clone, Debug)]
pub(super) struct Driver {
    pub(super) store: Store,
    pub(super) bindings: Arc<Bindings>,
    pub(super) platforms: PlatformSet,
    next_id: u64,
}

/// What symbols stand for: the values that answers have told, and the work in hand.
#[derive(Clone, Debug, Default)]
pub(super) struct Bindings {
    versions: [Option<String>; PROFILES],
    /// The revisions told, oldest first.
    revisions: [Vec<String>; PROFILES],
    pub(super) jobs: [Option<String>; JOBS],
    /// Jobs that the store has handed out, and that have not ended.
    due: [Option<Arc<DueJob>>; JOBS],
}

/// Why a call has no reply that succeeds.
#[derive(Debug)]
pub(super) enum Stop {
    /// The store refuses.
    Refused(ErrorName),
    /// The store says something that the model has no words for.
    Strange(String),
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(error_name(refusal.error))
    }
}

/// More pages than this and a list has no end.
const MAX_PAGES: usize = 32;

impl Driver {
    /// A store with nothing in it.
    pub(super) fn new(settings: &Arc<Settings>) -> Result<Self, String> {
        let mut driver =
            Self { store: Store::new((**settings).clone()), bindings: Arc::default(), platforms: PlatformSet::EMPTY, next_id: 0 };
        driver.store.set_settings(settings);
        let listed = driver.list_platforms(Account::Owner, PlatformFilter::All, PageSize::Default);
        driver.platforms = match listed {
            Ok(platforms) => platforms,
            Err(Stop::Refused(error)) => return Err(format!("the list of platforms is refused with {}", error.id())),
            Err(Stop::Strange(what)) => return Err(what),
        };
        Ok(driver)
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
        let due = Arc::make_mut(&mut self.bindings).due[usize::from(job.0)].take();
        let due = due.ok_or_else(|| format!("the store has not handed {job} out to be worked on"))?;
        self.store.complete_job(&due, outcome);
        Ok(())
    }

    fn ask(&mut self, call: &Call) -> Result<Reply, Stop> {
        let by = call.by;
        let edition = self.store.settings().edition;
        match call.request {
            Request::AddProfilePermission { profile, statement, grant, revision } => {
                let request = AddProfilePermission {
                    profile_name: names::profile(profile).to_owned(),
                    statement: self.statement(profile, names::statement(statement), grant),
                    revision: self.revision(profile, revision),
                };
                let told = self.write(by, |store, context| store.add_profile_permission(context, request))?;
                self.told_revision(profile, told).map(Reply::Revision)
            }
            Request::CancelSigningProfile { profile } => {
                self.write(by, |store, context| store.cancel_signing_profile(context, names::profile(profile)))?;
                Ok(Reply::Done)
            }
            Request::DescribeSigningJob { job } => {
                let id = self.job_id(job);
                let shown = self.write(by, |store, context| store.describe_signing_job(context, &id))?;
                views::job(&shown, edition).map(Reply::Job).map_err(Stop::Strange)
            }
            Request::GetRevocationStatus { profile, job, platform, at } => self.revocations(profile, job, platform.id(), at),
            Request::GetSigningPlatform { platform } => {
                let shown = self.store.get_signing_platform(names::platform(platform))?;
                let known = signer_model::Platform::from_id(&shown.id);
                known.map(Reply::Platform).ok_or_else(|| strange("shows a platform that the model does not know"))
            }
            Request::GetSigningProfile { profile, owner } => {
                let owner = owner_id(edition, owner);
                let shown = self.read(by, |store, context| {
                    store.get_signing_profile(context, names::profile(profile), owner).map(|shown| views::profile(shown, edition))
                })?;
                shown.map(Reply::Profile).map_err(Stop::Strange)
            }
            Request::ListProfilePermissions { profile } => {
                let list = self.read(by, |store, context| store.list_profile_permissions(context, names::profile(profile)))?;
                let version = self.version(profile, VersionArg::Current);
                let statements = views::statements(&list.statements, version).map_err(Stop::Strange)?;
                let revision = self.told_revision(profile, list.revision)?;
                Ok(Reply::Permissions { statements, revision })
            }
            Request::ListSigningJobs { filter, page } => self.list_jobs(by, filter, page),
            Request::ListSigningPlatforms { filter, page } => self.list_platforms(by, filter, page).map(Reply::Platforms),
            Request::ListSigningProfiles { filter, page } => self.list_profiles(by, filter, page),
            Request::ListTagsForResource { profile } => {
                let tags = self.read(by, |store, context| store.list_tags_for_resource(context, names::arn(profile)))?;
                views::tags(&tags).map(Reply::Tags).map_err(Stop::Strange)
            }
            Request::PutSigningProfile { profile, platform, validity, material, parameters, tags } => {
                let current = edition == Edition::Current;
                let parameter = parameters.then(|| names::parameter(platform));
                let request = PutSigningProfile {
                    name: names::profile(profile).to_owned(),
                    platform_id: names::platform(platform).to_owned(),
                    material_is_required: !current,
                    certificate_arn: material.then(|| names::CERTIFICATE.to_owned()),
                    validity: (current && validity == Validity::Day).then_some((Some(1), Some(ValidityUnit::Days))),
                    signing_parameters: parameter.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect(),
                    tags: if current { given_tags(&tags) } else { BTreeMap::new() },
                    ..PutSigningProfile::default()
                };
                let made = self.write(by, |store, context| store.put_signing_profile(context, request))?;
                self.created(by, profile, made.version)
            }
            Request::RemoveProfilePermission { profile, statement, revision } => {
                // The store never sees a call that lacks a required member: the adapter before it refuses.
                let revision = self.revision(profile, revision).ok_or(Stop::Refused(ErrorName::Validation))?;
                let told = self.write(by, |store, context| {
                    let (name, statement) = (names::profile(profile), names::statement(statement));
                    store.remove_profile_permission(context, name, statement, &revision)
                })?;
                self.told_revision(profile, told).map(Reply::Revision)
            }
            Request::RevokeSignature { job, owner } => {
                let (id, owner) = (self.job_id(job), owner_id(edition, owner));
                self.write(by, |store, context| store.revoke_signature(context, &id, owner, "stepping".to_owned()))?;
                Ok(Reply::Done)
            }
            Request::RevokeSigningProfile { profile, version, effective } => {
                let request = RevokeSigningProfile {
                    name: names::profile(profile).to_owned(),
                    version: self.version(profile, version).to_owned(),
                    effective_time: names::effective(effective),
                };
                self.write(by, |store, context| store.revoke_signing_profile(context, &request))?;
                Ok(Reply::Done)
            }
            Request::SignPayload { job, profile, owner } => {
                let request = SignPayload {
                    profile_name: names::profile(profile).to_owned(),
                    profile_owner: owner_id(edition, owner).map(str::to_owned),
                    payload: b"{}".to_vec(),
                    payload_format: PAYLOAD_FORMAT.to_owned(),
                };
                let made = self.write(by, |store, context| store.sign_payload(context, request))?;
                if self.job_with_id(&made.id).is_some() {
                    return Err(strange("answers a new payload with a job that is known"));
                }
                self.started(job, made)
            }
            Request::StartSigningJob { job, profile, owner, source, destination } => {
                let request = StartSigningJob {
                    profile_name: Some(names::profile(profile).to_owned()),
                    profile_owner: owner_id(edition, owner).map(str::to_owned),
                    source: names::source(source),
                    destination: names::destination(destination),
                    client_request_token: job.to_string(),
                    source_is_there: source != signer_model::Source::Missing,
                    destination_is_there: true,
                };
                let made = self.write(by, |store, context| store.start_signing_job(context, &request))?;
                self.started(job, made)
            }
            Request::TagResource { profile, key, value } => {
                let tags = names::tag_value(value).map(|value| (names::tag_key(key).to_owned(), value.to_owned()));
                let tags = tags.into_iter().collect();
                self.write(by, |store, context| store.tag_resource(context, names::arn(profile), tags))?;
                Ok(Reply::Done)
            }
            Request::UntagResource { profile, key } => {
                let keys = [names::tag_key(key).to_owned()];
                self.write(by, |store, context| store.untag_resource(context, names::arn(profile), &keys))?;
                Ok(Reply::Done)
            }
        }
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

/// Lists.
impl Driver {
    fn list_platforms(&self, by: Account, filter: PlatformFilter, page: PageSize) -> Result<PlatformSet, Stop> {
        let facts = |platform: signer_model::Platform| signer_schemas::platform(platform.id());
        let mut wanted = store::PlatformFilter::default();
        match filter {
            PlatformFilter::All => {}
            PlatformFilter::Category(of) => wanted.category = facts(of).map(|facts| facts.category.clone()),
            PlatformFilter::Partner(of) => wanted.partner = facts(of).map(|facts| facts.partner.clone()),
            PlatformFilter::Target(of) => wanted.target = facts(of).map(|facts| facts.target.clone()),
            PlatformFilter::UnknownPartner => wanted.partner = Some("NoSuchPartner".to_owned()),
        }
        let listed =
            pages(page, |request| self.read(by, |store, context| store.list_signing_platforms(context, &wanted, request)))?;
        let known = listed.iter().map(|platform| signer_model::Platform::from_id(&platform.id));
        let known = known.collect::<Option<Vec<_>>>().ok_or_else(|| strange("lists a platform that the model does not know"))?;
        let set: PlatformSet = known.iter().copied().collect();
        once(set.len(), known.len()).map(|()| set)
    }

    fn list_profiles(&self, by: Account, filter: signer_model::ProfileFilter, page: PageSize) -> Result<Reply, Stop> {
        let current = self.store.settings().edition == Edition::Current;
        let wanted = store::ProfileFilter {
            include_canceled: filter.include_canceled.unwrap_or(false),
            platform_id: filter.platform.filter(|_| current).map(|platform| platform.id().to_owned()),
            statuses: filter.status.filter(|_| current).map(|status| status.id().to_owned()).into_iter().collect(),
        };
        let listed =
            pages(page, |request| self.read(by, |store, context| store.list_signing_profiles(context, &wanted, request)))?;
        let known = listed.iter().map(|profile| names::profile_named(&profile.name));
        let set: signer_model::ProfileSet =
            known.collect::<Option<_>>().ok_or_else(|| strange("lists a profile that was never made"))?;
        once(set.len(), listed.len()).map(|()| Reply::Profiles(set))
    }

    fn list_jobs(&self, by: Account, filter: signer_model::JobFilter, page: PageSize) -> Result<Reply, Stop> {
        let current = self.store.settings().edition == Edition::Current;
        let watershed = |side| (current && filter.expires == Some(side)).then(names::expiry_watershed);
        let wanted = store::JobFilter {
            status: filter.status.map(|status| status.id().to_owned()),
            platform_id: filter.platform.map(|platform| platform.id().to_owned()),
            requested_by: None,
            is_revoked: filter.is_revoked.filter(|_| current),
            expires_after: watershed(Expiry::After),
            expires_before: watershed(Expiry::Before),
            invoker: filter.invoker.filter(|_| current).map(|account| names::caller(account).account.clone()),
        };
        let listed = pages(page, |request| self.read(by, |store, context| store.list_signing_jobs(context, &wanted, request)))?;
        let known = listed.iter().map(|job| self.job_with_id(&job.id));
        let set: signer_model::JobSet =
            known.collect::<Option<_>>().ok_or_else(|| strange("lists a job that no answer has named"))?;
        once(set.len(), listed.len()).map(|()| Reply::Jobs(set))
    }

    fn revocations(&self, profile: Profile, job: Job, platform: &str, at: signer_model::SignatureTime) -> Result<Reply, Stop> {
        let version = self.version(profile, VersionArg::Current);
        let question = RevocationQuestion {
            signature_timestamp: names::signed(at),
            platform_id: platform.to_owned(),
            profile_version_arn: format!("{}/{version}", names::arn(profile)),
            job_arn: job_arn(REGION, &names::caller(Account::Owner).account, &self.job_id(job)),
            certificate_hashes: vec!["0".repeat(192)],
        };
        let revoked = self.store.get_revocation_status(NOW, &question)?;
        let has = |arn: &str| revoked.iter().any(|entity| entity == arn);
        let (profile, job) = (has(&question.profile_version_arn), has(&question.job_arn));
        let other = revoked.len() > usize::from(profile) + usize::from(job);
        Ok(Reply::Revocations { profile, job, other })
    }
}

/// All items of a list, page by page.
fn pages<T>(size: PageSize, mut fetch: impl FnMut(&PageRequest) -> Outcome<Page<T>>) -> Result<Vec<T>, Stop> {
    let max_results = match size {
        PageSize::Default => None,
        PageSize::One => Some(1),
        PageSize::Two => Some(2),
    };
    let mut request = PageRequest { max_results, next_token: None };
    let mut items = Vec::new();
    for _ in 0..MAX_PAGES {
        let page = fetch(&request)?;
        if max_results.is_some_and(|size| page.items.len() > size) {
            return Err(strange("gives a page that is larger than was asked for"));
        }
        items.extend(page.items);
        request.next_token = page.next_token;
        if request.next_token.is_none() {
            return Ok(items);
        }
    }
    Err(strange("gives pages without end"))
}

fn once(distinct: usize, listed: usize) -> Result<(), Stop> {
    if distinct == listed { Ok(()) } else { Err(strange("lists something twice")) }
}

/// What symbols stand for.
impl Driver {
    fn statement(&self, profile: Profile, id: &str, grant: Grant) -> store::Statement {
        store::Statement {
            id: id.to_owned(),
            action: grant.action.id().to_owned(),
            principal: names::principal(grant.principal).to_owned(),
            profile_version: grant.version.map(|version| self.version(profile, version).to_owned()),
        }
    }

    /// A version for a call.
    pub(super) fn version(&self, profile: Profile, version: VersionArg) -> &str {
        match version {
            VersionArg::Current => self.bindings.versions[usize::from(profile.0)].as_deref().unwrap_or("Abcdef0000"),
            VersionArg::Unknown => names::NO_VERSION,
        }
    }

    /// The revisions told, oldest first.
    pub(super) fn revisions(&self, profile: Profile) -> &[String] {
        &self.bindings.revisions[usize::from(profile.0)]
    }

    fn revision(&self, profile: Profile, revision: RevisionArg) -> Option<String> {
        let told = self.revisions(profile).iter().rev();
        let age = match revision {
            RevisionArg::Absent => return None,
            RevisionArg::Current => 0,
            RevisionArg::Stale => 1,
        };
        Some(told.skip(age).next().cloned().unwrap_or_else(|| names::NO_REVISION.to_owned()))
    }

    fn told_revision(&mut self, profile: Profile, told: Option<String>) -> Result<RevisionReply, Stop> {
        let told = told.ok_or_else(|| strange("tells no revision"))?;
        let known = self.revisions(profile);
        if known.last() == Some(&told) {
            return Ok(RevisionReply::Same);
        }
        if known.contains(&told) {
            return Ok(RevisionReply::Old);
        }
        Arc::make_mut(&mut self.bindings).revisions[usize::from(profile.0)].push(told);
        Ok(RevisionReply::New)
    }

    fn created(&mut self, by: Account, profile: Profile, version: String) -> Result<Reply, Stop> {
        if by == Account::Owner {
            if self.bindings.versions.iter().flatten().any(|known| *known == version) {
                return Err(strange("gives a new profile a version that is known"));
            }
            Arc::make_mut(&mut self.bindings).versions[usize::from(profile.0)] = Some(version);
        }
        Ok(Reply::Created)
    }

    fn job_id(&self, job: Job) -> String {
        let told = self.bindings.jobs[usize::from(job.0)].clone();
        told.unwrap_or_else(|| format!("ffffffff-0000-4000-8000-{:012x}", u64::from(job.0)))
    }

    /// The job with that id.
    pub(super) fn job_with_id(&self, id: &str) -> Option<Job> {
        (0..).zip(&self.bindings.jobs).find(|(_, known)| known.as_deref() == Some(id)).map(|(index, _)| Job(index))
    }

    /// The answer names a job: one that is known, or the first under that symbol.
    fn started(&mut self, job: Job, made: store::Job) -> Result<Reply, Stop> {
        if let Some(known) = self.job_with_id(&made.id) {
            return Ok(Reply::Started(known));
        }
        if self.bindings.jobs[usize::from(job.0)].is_some() {
            return Err(Stop::Strange(format!("answers with a second job for the token of {job}")));
        }
        let due = self.store.due_jobs(NOW).into_iter().find(|due| due.job.id == made.id);
        let bindings = Arc::make_mut(&mut self.bindings);
        bindings.due[usize::from(job.0)] = due.map(Arc::new);
        bindings.jobs[usize::from(job.0)] = Some(made.id);
        Ok(Reply::Started(job))
    }
}

fn strange(what: &str) -> Stop {
    Stop::Strange(what.to_owned())
}

fn owner_id(edition: Edition, owner: OwnerArg) -> Option<&'static str> {
    match (edition, owner) {
        (Edition::Current, OwnerArg::Owner) => Some(&names::caller(Account::Owner).account),
        (Edition::Current, OwnerArg::Omitted) | (Edition::May2019, _) => None,
    }
}

fn given_tags(tags: &[TagValue]) -> BTreeMap<String, String> {
    let tags = (0..).zip(tags).map(|(index, value)| (names::tag_key(signer_model::TagKey(index)), names::tag_value(*value)));
    tags.filter_map(|(key, value)| Some((key.to_owned(), value?.to_owned()))).collect()
}

/// The error in the model's words; what no operation declares is [`ErrorName::Other`].
const fn error_name(error: Error) -> ErrorName {
    match error {
        Error::AccessDenied => ErrorName::AccessDenied,
        Error::BadRequest => ErrorName::BadRequest,
        Error::Conflict => ErrorName::Conflict,
        Error::InternalServiceError => ErrorName::InternalServiceError,
        Error::NotFound => ErrorName::NotFound,
        Error::ResourceNotFound => ErrorName::ResourceNotFound,
        Error::ServiceLimitExceeded => ErrorName::ServiceLimitExceeded,
        Error::Validation => ErrorName::Validation,
        Error::ValidationError
        | Error::Serialization
        | Error::UnsupportedMediaType
        | Error::RequestEntityTooLarge
        | Error::UnknownOperation
        | Error::MissingAuthenticationToken
        | Error::IncompleteSignature
        | Error::UnrecognizedClient
        | Error::InvalidSignature
        | Error::RequestExpired => ErrorName::Other,
    }
}
