//! Signing jobs: started or signed at once, ended by the adapter, listed and revoked.

use super::paging::{self, Page, PageRequest, Paging};
use super::platforms::{is_lambda, is_notation};
use super::profiles::{Overrides, Profile, ProfileStatus, Validity, ValidityUnit};
use super::{Action, Context, Platform, Store, partition};
use crate::error::{Outcome, Refusal};
use crate::faults::FaultId;
use crate::freedoms::FreedomId;
use crate::identity::Caller;
use jiff::{SignedDuration, Span, Timestamp, tz::TimeZone};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The jobs in the order of their making.
#[derive(Debug, Clone, Default)]
pub(super) struct Jobs {
    by_number: BTreeMap<u64, Job>,
    numbers: HashMap<String, u64>,
    /// The job that a client's token made, by account and token.
    tokens: HashMap<(String, String), u64>,
    /// Jobs in progress, by the time of their end.
    pending: BTreeSet<(Timestamp, u64)>,
    next: u64,
}

/// A signing job.
#[derive(Debug, Clone)]
pub struct Job {
    /// Its id.
    pub id: String,
    /// The account that owns the profile, and so the job.
    pub owner: String,
    /// The account that called.
    pub invoker: String,
    /// The principal that called.
    pub requested_by: String,
    /// The profile.
    pub profile_name: String,
    /// The profile's version.
    pub profile_version: String,
    /// The ARN of that version.
    pub profile_version_arn: String,
    /// The platform.
    pub platform: &'static Platform,
    /// The ARN of the customer's certificate.
    pub certificate_arn: Option<String>,
    /// What differed from the platform's defaults.
    pub overrides: Option<Overrides>,
    /// Parameters for the signing.
    pub signing_parameters: BTreeMap<String, String>,
    /// What is signed; none for a payload.
    pub source: Option<S3Location>,
    /// Bucket and prefix of the result; none for a payload.
    pub destination: Option<(String, String)>,
    /// When it was made, in whole seconds.
    pub created_at: Timestamp,
    /// When it ended, in whole seconds.
    pub completed_at: Option<Timestamp>,
    /// When its signature expires.
    pub signature_expires_at: Timestamp,
    /// Where it is.
    pub status: JobStatus,
    /// Why it ended so.
    pub status_reason: Option<String>,
    /// Bucket and key of the result.
    pub signed_object: Option<(String, String)>,
    /// Who revoked its signature.
    pub revocation: Option<JobRevocation>,
    /// How often its end was shown; kept for a deliberate mistake.
    times_shown: u32,
    /// The payload; kept for a deliberate mistake only.
    payload: Option<Vec<u8>>,
}

/// Where a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobStatus {
    /// Not yet ended.
    InProgress,
    /// Ended without a signature.
    Failed,
    /// Ended with one.
    Succeeded,
}

impl JobStatus {
    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::InProgress => "InProgress",
            Self::Failed => "Failed",
            Self::Succeeded => "Succeeded",
        }
    }
}

/// A version of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct S3Location {
    /// The bucket.
    pub bucket: String,
    /// The key.
    pub key: String,
    /// The version; the literal `null` is one.
    pub version: String,
}

/// How a signature was revoked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobRevocation {
    /// Why.
    pub reason: String,
    /// When.
    pub revoked_at: Timestamp,
    /// By whom.
    pub revoked_by: String,
}

/// The request of `StartSigningJob`.
#[derive(Debug, Clone)]
pub struct StartSigningJob {
    /// The profile; one edition lets it be left out.
    pub profile_name: Option<String>,
    /// The account of the profile, if it is not the caller's.
    pub profile_owner: Option<String>,
    /// What to sign.
    pub source: S3Location,
    /// Bucket and prefix of the result.
    pub destination: (String, String),
    /// The client's mark on this request.
    pub client_request_token: String,
    /// Whether the adapter finds the source at this moment.
    pub source_is_there: bool,
    /// Whether the adapter finds the destination's bucket at this moment.
    pub destination_is_there: bool,
}

/// The request of `SignPayload`.
#[derive(Debug, Clone)]
pub struct SignPayload {
    /// The profile.
    pub profile_name: String,
    /// The account of the profile, if it is not the caller's.
    pub profile_owner: Option<String>,
    /// The bytes to sign.
    pub payload: Vec<u8>,
    /// Their media type.
    pub payload_format: String,
}

/// Which jobs to list.
#[derive(Debug, Clone, Default)]
pub struct JobFilter {
    /// Only this status, by its name.
    pub status: Option<String>,
    /// Only this platform.
    pub platform_id: Option<String>,
    /// Only this principal.
    pub requested_by: Option<String>,
    /// Only revoked ones, or only others.
    pub is_revoked: Option<bool>,
    /// Only those that expire after this.
    pub expires_after: Option<Timestamp>,
    /// Only those that expire before this.
    pub expires_before: Option<Timestamp>,
    /// Only those of this calling account.
    pub invoker: Option<String>,
}

/// A job whose time has come: the adapter does its work and reports with [`Store::complete_job`].
#[derive(Debug, Clone)]
pub struct DueJob {
    number: u64,
    ended_at: Timestamp,
    /// The job.
    pub job: Job,
    /// The key under which the result belongs.
    pub key: String,
}

/// What came of a job's work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JobOutcome {
    /// The signed object lies where it belongs.
    Succeeded,
    /// It does not, for this reason.
    Failed(String),
}

/// The one payload format there is.
pub const PAYLOAD_FORMAT: &str = "application/vnd.cncf.notary.payload.v1+json";

impl Store {
    /// Starts a job, or answers with the one that the client's token has started before.
    pub fn start_signing_job(&mut self, context: &mut Context<'_>, request: &StartSigningJob) -> Outcome<Job> {
        let freedoms = &self.settings.freedoms;
        let token = (context.caller.account.clone(), request.client_request_token.clone());
        if token.1.is_empty() {
            freedoms.refuse(FreedomId::StartTokenEmpty, "clientRequestToken is empty")?;
        }
        if let Some(first) = self.jobs.tokens.get(&token).and_then(|number| self.jobs.by_number.get(number)) {
            let same = first.was_made_by(request);
            if !same {
                let message = "the clientRequestToken was used with other parameters";
                freedoms.refuse(FreedomId::StartTokenMismatch, message)?;
            }
            let another = self.fault(FaultId::TokenIgnored) || (!same && self.fault(FaultId::TokenBoundToParameters));
            if !another {
                if freedoms.is(FreedomId::StartTokenAfterCancel, "refused") {
                    self.profile_to_start(context.caller, request)?;
                }
                return Ok(first.clone());
            }
        }
        let profile = self.profile_to_start(context.caller, request)?;
        let mut job = self.new_job(context, &profile);
        job.source = Some(request.source.clone());
        job.destination = Some(request.destination.clone());
        let due = context.now + SignedDuration::try_from(self.settings.job_delay).unwrap_or(SignedDuration::MAX);
        let number = self.jobs.insert(job.clone());
        self.jobs.pending.insert((due, number));
        self.jobs.tokens.insert(token, number);
        Ok(job)
    }

    fn profile_to_start(&self, caller: &Caller, request: &StartSigningJob) -> Outcome<Profile> {
        let freedoms = &self.settings.freedoms;
        let Some(name) = request.profile_name.as_deref() else {
            return Err(freedoms.refusal(FreedomId::StartNoProfileName, "profileName is needed"));
        };
        let found = self.profile_for(caller, request.profile_owner.as_deref(), name, Action::StartSigningJob);
        let profile = match found {
            Err(_) if self.fault(FaultId::UnknownProfileStarts) => return self.invented_profile(caller, name),
            found => found?,
        };
        self.check_signs(profile, FreedomId::StartNotActive)?;
        if is_notation(profile.platform) {
            let message = format!("platform {} is not supported", profile.platform.id);
            return Err(freedoms.refusal(FreedomId::StartUnsupportedPlatform, message));
        }
        if !request.source_is_there {
            freedoms.refuse(FreedomId::StartMissingSource, "the source object cannot be read")?;
        }
        if !request.destination_is_there {
            freedoms.refuse(FreedomId::StartMissingDestination, "the destination bucket cannot be written")?;
        }
        Ok(profile.clone())
    }

    /// What a deliberate mistake signs with when there is no profile.
    fn invented_profile(&self, caller: &Caller, name: &str) -> Outcome<Profile> {
        let mut other = Self::new((*self.settings).clone());
        let platform = signer_schemas::platforms().iter().find(|platform| platform.in_2019);
        let mut ids = crate::ids::RandomIds::new(Some(0));
        let mut context = Context { now: Timestamp::UNIX_EPOCH, caller, ids: &mut ids };
        let request = super::PutSigningProfile {
            name: name.to_owned(),
            platform_id: platform.map_or_else(String::new, |platform| platform.id.clone()),
            certificate_arn: Some(String::new()),
            ..super::PutSigningProfile::default()
        };
        other.put_signing_profile(&mut context, request)
    }

    fn check_signs(&self, profile: &Profile, freedom: FreedomId) -> Outcome<()> {
        let signs = match profile.status {
            ProfileStatus::Active => true,
            ProfileStatus::Canceled => self.fault(FaultId::CanceledSigns),
            ProfileStatus::Revoked => self.fault(FaultId::RevokedSigns),
        };
        if signs {
            return Ok(());
        }
        let message = format!("profile {} is not active: it is {}", profile.name, profile.status.name());
        Err(self.settings.freedoms.refusal(freedom, message))
    }

    /// Signs a payload: the job is made and has succeeded. The adapter makes the envelope of it.
    pub fn sign_payload(&mut self, context: &mut Context<'_>, request: SignPayload) -> Outcome<Job> {
        if request.payload_format != PAYLOAD_FORMAT && !self.fault(FaultId::PayloadFormatUnchecked) {
            return Err(Refusal::validation(format!("payloadFormat must be {PAYLOAD_FORMAT}")));
        }
        if serde_json::from_slice::<serde_json::Value>(&request.payload).is_err() {
            self.settings.freedoms.refuse(FreedomId::SignPayloadContent, "the payload is not JSON")?;
        }
        let owner = request.profile_owner.as_deref();
        let profile = self.profile_for(context.caller, owner, &request.profile_name, Action::SignPayload)?;
        self.check_signs(profile, FreedomId::SignNotActive)?;
        if !is_notation(profile.platform) {
            let message = format!("platform {} is not supported", profile.platform.id);
            return Err(self.settings.freedoms.refusal(FreedomId::SignUnsupportedPlatform, message));
        }
        let reuses = self.fault(FaultId::SignPayloadReusesJob);
        let first = self.jobs.by_number.values().find(|job| reuses && job.payload.as_ref() == Some(&request.payload));
        if let Some(first) = first {
            return Ok(first.clone());
        }
        let profile = profile.clone();
        let mut job = self.new_job(context, &profile);
        job.status = JobStatus::Succeeded;
        job.status_reason = Some(SUCCEEDED.to_owned());
        job.completed_at = Some(job.created_at);
        job.payload = reuses.then_some(request.payload);
        self.jobs.insert(job.clone());
        Ok(job)
    }

    fn new_job(&self, context: &mut Context<'_>, profile: &Profile) -> Job {
        let created_at = whole_seconds(context.now);
        let by_30_days = self.fault(FaultId::ExpiryBy30Days);
        let is_invokers = self.fault(FaultId::JobOwnerIsInvoker);
        let owner = if is_invokers { &context.caller.account } else { &profile.owner };
        Job {
            id: context.ids.uuid(),
            owner: owner.clone(),
            invoker: context.caller.account.clone(),
            requested_by: context.caller.arn.clone(),
            profile_name: profile.name.clone(),
            profile_version: profile.version.clone(),
            profile_version_arn: profile.version_arn(),
            platform: profile.platform,
            certificate_arn: profile.certificate_arn.clone(),
            overrides: profile.overrides.clone(),
            signing_parameters: profile.signing_parameters.clone(),
            source: None,
            destination: None,
            created_at,
            completed_at: None,
            signature_expires_at: expiry(created_at, profile.validity, by_30_days),
            status: JobStatus::InProgress,
            status_reason: None,
            signed_object: None,
            revocation: None,
            times_shown: 0,
            payload: None,
        }
    }

    /// The jobs whose time has come, in the order of their ends.
    pub fn due_jobs(&mut self, now: Timestamp) -> Vec<DueJob> {
        let mut due = Vec::new();
        while let Some(&(ended_at, number)) = self.jobs.pending.first()
            && ended_at <= now
        {
            self.jobs.pending.pop_first();
            if let Some(job) = self.jobs.by_number.get(&number) {
                let key = self.result_key(job);
                due.push(DueJob { number, ended_at, job: job.clone(), key });
            }
        }
        due
    }

    /// Prefix and job id; an archive for Lambda keeps its suffix.
    fn result_key(&self, job: &Job) -> String {
        let prefix = job.destination.as_ref().map_or("", |(_, prefix)| prefix);
        let slash = if self.fault(FaultId::JobKeyWithSlash) && !prefix.is_empty() { "/" } else { "" };
        let is_archive = job.source.as_ref().is_some_and(|source| source.key.to_ascii_lowercase().ends_with(".zip"));
        let suffix = if is_lambda(job.platform) && is_archive { ".zip" } else { "" };
        format!("{prefix}{slash}{}{suffix}", job.id)
    }

    /// Ends a job as its work has come out.
    pub fn complete_job(&mut self, due: &DueJob, outcome: JobOutcome) {
        let failed_has_object = self.fault(FaultId::FailedJobHasObject);
        let Some(job) = self.jobs.by_number.get_mut(&due.number) else { return };
        let object = job.destination.as_ref().map(|(bucket, _)| (bucket.clone(), due.key.clone()));
        job.completed_at = Some(whole_seconds(due.ended_at));
        match outcome {
            JobOutcome::Succeeded => {
                job.status = JobStatus::Succeeded;
                job.status_reason = Some(SUCCEEDED.to_owned());
                job.signed_object = object;
            }
            JobOutcome::Failed(reason) => {
                job.status = JobStatus::Failed;
                job.status_reason = Some(reason);
                job.signed_object = object.filter(|_| failed_has_object);
            }
        }
    }

    /// Shows a job to its owner or to the account that started it.
    pub fn describe_signing_job(&mut self, context: &Context<'_>, id: &str) -> Outcome<Job> {
        let flips = self.fault(FaultId::JobFlipsBack);
        let freedoms = self.settings.freedoms.clone();
        if id.parse::<uuid::Uuid>().is_err() {
            return Err(freedoms.refusal_or(FreedomId::DescribeMalformedId, no_job(id)));
        }
        let job = self.jobs.get_mut(id).ok_or_else(|| no_job(id))?;
        let account = &context.caller.account;
        let invoker_sees_it = freedoms.is(FreedomId::DescribeOtherAccount, "invoker-sees-it");
        if job.owner != *account && !(invoker_sees_it && job.invoker == *account) {
            return Err(freedoms.refusal_or(FreedomId::DescribeOtherAccount, no_job(id)));
        }
        let mut shown = job.clone();
        if flips && job.status != JobStatus::InProgress {
            job.times_shown += 1;
            if job.times_shown % 2 == 0 {
                shown.status = JobStatus::InProgress;
            }
        }
        Ok(shown)
    }

    /// Lists the caller's jobs in the order of their making.
    pub fn list_signing_jobs(&self, context: &Context<'_>, filter: &JobFilter, page: &PageRequest) -> Outcome<Page<&Job>> {
        let account = &context.caller.account;
        let invoked_too = self.settings.freedoms.is(FreedomId::ListJobsOtherAccount, "owner-and-invoker");
        let items = self
            .jobs
            .by_number
            .iter()
            .filter(|(_, job)| job.owner == *account || (invoked_too && job.invoker == *account))
            .filter(|(_, job)| self.selects(filter, job))
            .map(|(number, job)| (format!("{number:020}"), job));
        let paging = Paging {
            scope: self.scope("ListSigningJobs", account, filter),
            short: self.pages_are_short(),
            default_size: self.settings.freedoms.number(FreedomId::ListJobsDefaultPageSize),
            loses_item: self.fault(FaultId::PageLosesItem),
            ..Paging::default()
        };
        paging::page(items, page, &paging)
    }

    fn selects(&self, filter: &JobFilter, job: &Job) -> bool {
        let swapped = self.fault(FaultId::ExpiryFilterSwapped);
        let revoked = match filter.is_revoked {
            Some(true) => job.revocation.is_some() || self.fault(FaultId::RevokedFilterIgnored),
            Some(false) => {
                job.revocation.is_none() || self.settings.freedoms.is(FreedomId::ListJobsNotRevokedFilter, "no-filter")
            }
            None => true,
        };
        let status = filter.status.as_ref().is_none_or(|wanted| wanted == job.status.name());
        let expires = job.signature_expires_at;
        let edge_is_listed = self.settings.freedoms.is(FreedomId::ListJobsExpiryEdge, "listed");
        let at_edge = |limit: Timestamp| edge_is_listed && expires == limit;
        revoked
            && (status || self.fault(FaultId::JobStatusFilterIgnored))
            && filter.platform_id.as_ref().is_none_or(|wanted| *wanted == job.platform.id)
            && filter.requested_by.as_ref().is_none_or(|wanted| *wanted == job.requested_by)
            && filter.invoker.as_ref().is_none_or(|wanted| *wanted == job.invoker)
            && filter.expires_after.is_none_or(|limit| (expires > limit || at_edge(limit)) != swapped)
            && filter.expires_before.is_none_or(|limit| expires < limit || at_edge(limit))
    }

    /// Revokes the signature of a job. The first record stays.
    pub fn revoke_signature(&mut self, context: &Context<'_>, id: &str, owner: Option<&str>, reason: String) -> Outcome<()> {
        let settings = std::sync::Arc::clone(&self.settings);
        let freedoms = &settings.freedoms;
        let owner = owner.unwrap_or(&context.caller.account);
        let found = self.jobs.get(id);
        let is_own = found.is_some_and(|job| job.owner == context.caller.account);
        if is_own && owner != context.caller.account {
            return Err(freedoms.refusal_or(FreedomId::RevokeSignatureWrongOwner, no_job(id)));
        }
        let Some(job) = found.filter(|job| job.owner == owner) else {
            return if settings.faults.has(FaultId::RevokeUnknownJob) { Ok(()) } else { Err(no_job(id)) };
        };
        if owner != context.caller.account {
            self.profile_for(context.caller, Some(owner), &job.profile_name, Action::RevokeSignature)?;
        }
        if !job.platform.revocation_supported {
            let message = format!("platform {} has no revocation", job.platform.id);
            freedoms.refuse(FreedomId::RevokeSignatureUnsupportedPlatform, message)?;
        }
        let profile = self.profiles.get(&(job.owner.clone(), job.profile_name.clone()));
        if profile.is_some_and(|profile| profile.status != ProfileStatus::Active) {
            freedoms.refuse(FreedomId::RevokeSignatureNotActiveProfile, "the profile is not active")?;
        }
        match job.status {
            JobStatus::InProgress => freedoms.refuse(FreedomId::RevokeSignatureInProgress, "the job is in progress")?,
            JobStatus::Failed => freedoms.refuse(FreedomId::RevokeSignatureFailed, "the job has failed")?,
            JobStatus::Succeeded => {}
        }
        if job.revocation.is_some() {
            freedoms.refuse(FreedomId::RevokeSignatureAgain, "the signature is revoked already")?;
            if freedoms.is(FreedomId::RevokeSignatureAgain, "first-record-kept") {
                return Ok(());
            }
        }
        if settings.faults.has(FaultId::SignatureRevocationLost) {
            return Ok(());
        }
        let record = JobRevocation {
            reason,
            revoked_at: whole_seconds(context.now),
            revoked_by: self.revoker(context.caller, FreedomId::RevokeSignatureRevokedBy),
        };
        if let Some(job) = self.jobs.get_mut(id) {
            job.revocation = Some(record);
        }
        Ok(())
    }

    /// The job behind an ARN of any account.
    pub(super) fn job_of_arn(&self, arn: &str) -> Option<&Job> {
        let region = &self.settings.region;
        let rest = arn.strip_prefix(&format!("arn:{}:signer:{region}:", partition(region)))?;
        let (account, id) = rest.split_once(":/signing-jobs/")?;
        self.jobs.get(id).filter(|job| job.owner == account)
    }
}

const SUCCEEDED: &str = "Signing Succeeded";

impl Jobs {
    fn insert(&mut self, job: Job) -> u64 {
        let number = self.next;
        self.next += 1;
        self.numbers.insert(job.id.clone(), number);
        self.by_number.insert(number, job);
        number
    }

    fn get(&self, id: &str) -> Option<&Job> {
        self.by_number.get(self.numbers.get(id)?)
    }

    fn get_mut(&mut self, id: &str) -> Option<&mut Job> {
        self.by_number.get_mut(self.numbers.get(id)?)
    }
}

impl Job {
    fn was_made_by(&self, request: &StartSigningJob) -> bool {
        self.source.as_ref() == Some(&request.source)
            && self.destination.as_ref() == Some(&request.destination)
            && Some(&self.profile_name) == request.profile_name.as_ref()
            && request.profile_owner.as_ref().is_none_or(|owner| *owner == self.owner)
    }
}

fn no_job(id: &str) -> Refusal {
    Refusal::not_found(format!("signing job {id} does not exist"))
}

/// Answers show whole seconds, so that is what the store keeps.
pub(super) fn whole_seconds(time: Timestamp) -> Timestamp {
    Timestamp::from_second(time.as_second()).unwrap_or(time)
}

/// Calendar arithmetic in UTC: the same day of the month and the same time of day.
fn expiry(created_at: Timestamp, validity: Validity, by_30_days: bool) -> Timestamp {
    let span = match validity.unit {
        ValidityUnit::Days => Span::new().try_days(validity.value),
        ValidityUnit::Months if by_30_days => Span::new().try_days(validity.value.saturating_mul(30)),
        ValidityUnit::Months => Span::new().try_months(validity.value),
        ValidityUnit::Years => Span::new().try_years(validity.value),
    };
    let start = created_at.to_zoned(TimeZone::UTC);
    span.and_then(|span| start.checked_add(span)).map_or(Timestamp::MAX, |end| end.timestamp())
}
