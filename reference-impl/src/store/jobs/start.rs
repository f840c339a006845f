//! New jobs: started with an object, or made and ended with a payload.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use signer_schemas::Edition;

use crate::error::{Outcome, Refusal};
use crate::freedoms::FreedomId;
use crate::identity::Caller;
use crate::store::job::{Job, JobStatus, StartSigningJob, whole_seconds};
use crate::store::jobs::{PAYLOAD_FORMAT, SUCCEEDED, SignPayload, milliseconds};
use crate::store::platforms::is_notation;
use crate::store::profile::{Profile, ProfileStatus};
use crate::store::state::{Action, Context, Store};

impl Store {
    /// Starts a job, or answers with the one that the client's token has started before.
    pub fn start_signing_job(
        &mut self,
        context: &mut Context<'_>,
        request: StartSigningJob,
    ) -> Outcome<Arc<Job>> {
        let freedoms = &self.settings.freedoms;
        let token = (context.caller.account.clone(), request.client_request_token.clone());
        if token.1.is_empty() {
            freedoms.refuse(FreedomId::StartTokenEmpty, "clientRequestToken is empty")?;
        }
        if let Some(first) = self.jobs.tokens.get(&token).and_then(|number| self.jobs.by_number.get(number)) {
            return Ok(Arc::clone(first));
        }
        let profile = self.profile_to_start(context.caller, &request)?;
        let mut job = new_job(context, profile);
        job.source = Some(request.source);
        job.destination = Some(request.destination);
        let delay = SignedDuration::try_from(self.settings.job_delay).unwrap_or(SignedDuration::MAX);
        job.due_at = Some(context.now.saturating_add(delay).unwrap_or(Timestamp::MAX));
        job.client_request_token = Some(token.1);
        Ok(self.keep(job))
    }

    fn keep(&mut self, job: Job) -> Arc<Job> {
        let job = Arc::new(job);
        let number = self.jobs.next();
        self.changes.job(number);
        self.jobs_mut().insert(number, Arc::clone(&job));
        self.job_leaves(number);
        job
    }

    /// The profile, if the caller may use it.
    fn profile_to_use(
        &self,
        caller: &Caller,
        request: &StartSigningJob,
        name: &str,
    ) -> Outcome<&Arc<Profile>> {
        self.profile_for(caller, request.profile_owner.as_deref(), name, Action::StartSigningJob)
    }

    fn profile_to_start(&self, caller: &Caller, request: &StartSigningJob) -> Outcome<&Profile> {
        let freedoms = &self.settings.freedoms;
        let Some(name) = request.profile_name.as_deref() else {
            return Err(freedoms.refusal(FreedomId::StartNoProfileName, "profileName is needed"));
        };
        let profile = self.profile_to_use(caller, request, name)?;
        self.check_signs(profile, FreedomId::StartNotActive)?;
        if is_notation(profile.platform) {
            let message = format!("platform {} is not supported", profile.platform.id);
            return Err(freedoms.refusal(FreedomId::StartUnsupportedPlatform, message));
        }
        if self.settings.edition == Edition::May2019
            && request.source.version == "null"
            && request.source_is_there
        {
            freedoms.refuse(
                FreedomId::StartNullVersionIn2019,
                "the source bucket must have versioning enabled",
            )?;
        }
        if !request.source_is_there {
            freedoms.refuse(FreedomId::StartMissingSource, "the source object cannot be read")?;
        }
        if !request.destination_is_there {
            freedoms
                .refuse(FreedomId::StartMissingDestination, "the destination bucket cannot be written")?;
        }
        Ok(profile)
    }

    fn check_signs(&self, profile: &Profile, freedom: FreedomId) -> Outcome<()> {
        if profile.status == ProfileStatus::Active {
            return Ok(());
        }
        let message = format!("profile {} is not active: it is {}", profile.name, profile.status.name());
        Err(self.settings.freedoms.refusal(freedom, message))
    }

    /// Signs a payload: the job is made and has succeeded. The adapter makes the envelope of it.
    pub fn sign_payload(&mut self, context: &mut Context<'_>, request: &SignPayload) -> Outcome<Arc<Job>> {
        if request.payload_format != PAYLOAD_FORMAT {
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
        let mut job = new_job(context, profile);
        job.status = JobStatus::Succeeded;
        job.status_reason = Some(SUCCEEDED.to_owned());
        job.completed_at = Some(whole_seconds(job.created_at));
        Ok(self.keep(job))
    }
}

/// A job of the profile that is in progress, and has nothing to do yet.
fn new_job(context: &mut Context<'_>, profile: &Profile) -> Job {
    let created_at = milliseconds(context.now);
    Job {
        id: context.ids.uuid(),
        owner: profile.owner.clone(),
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
        signature_expires_at: profile.validity.end(created_at),
        status: JobStatus::InProgress,
        status_reason: None,
        signed_object: None,
        revocation: None,
        due_at: None,
        client_request_token: None,
    }
}
