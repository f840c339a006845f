//! Revocation of profiles and of signatures, and the question what is revoked.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::error::{ErrorName, Outcome, Refusal};
use crate::freedoms::FreedomId;
use crate::store::arn::{partition, regional};
use crate::store::job::{JobRevocation, JobStatus, whole_seconds};
use crate::store::jobs::no_job;
use crate::store::platforms::{is_lambda, is_notation};
use crate::store::profile::{Profile, ProfileRevocation, ProfileStatus};
use crate::store::state::{Action, Context, Store};

/// The request of `RevokeSigningProfile`.
#[derive(Debug, Clone)]
pub struct RevokeSigningProfile {
    /// The profile.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Signatures after this are not trusted.
    pub effective_time: Timestamp,
}

/// The question of `GetRevocationStatus`.
#[derive(Debug, Clone)]
pub struct RevocationQuestion {
    /// When the signature was made.
    pub signature_timestamp: Timestamp,
    /// The platform that it was made for.
    pub platform_id: String,
    /// The profile's version that made it.
    pub profile_version_arn: String,
    /// The job that made it.
    pub job_arn: String,
    /// The certificates behind it.
    pub certificate_hashes: Vec<String>,
}

impl Store {
    /// Revokes a profile from a time on; once revoked, that time can only move back.
    pub fn revoke_signing_profile(
        &mut self,
        context: &mut Context<'_>,
        request: &RevokeSigningProfile,
    ) -> Outcome<()> {
        let settings = Arc::clone(&self.settings);
        let freedoms = &settings.freedoms;
        let revoker = self.revoker(context.caller, FreedomId::GetProfileRevokedBy);
        let skew = if freedoms.is(FreedomId::RevokeProfileClockSkew, "none") { 0 } else { 5 };
        let latest = context.now + SignedDuration::from_mins(skew);
        let is_future = request.effective_time > latest;
        let future = || Err(Refusal::validation("effectiveTime must not lie in the future"));
        if is_future && freedoms.is(FreedomId::RevokeProfileFuture, "before-the-name") {
            return future();
        }
        let profile = self.own_profile(context.caller, &request.name)?;
        if profile.version != request.version {
            let message = format!("profile {} has no version {}", request.name, request.version);
            return Err(freedoms.refusal(FreedomId::RevokeProfileWrongVersion, message));
        }
        if is_future {
            return future();
        }
        if !profile.platform.revocation_supported {
            let message = format!("platform {} has no revocation", profile.platform.id);
            freedoms.refuse(FreedomId::RevokeProfileUnsupportedPlatform, message)?;
            if freedoms.is(FreedomId::RevokeProfileUnsupportedPlatform, "without-effect") {
                return Ok(());
            }
        }
        if profile.status == ProfileStatus::Canceled {
            freedoms
                .refuse(FreedomId::RevokeProfileCanceled, format!("profile {} is canceled", request.name))?;
        }
        match &profile.revocation {
            None => {
                self.change_own_profile(context.caller, &request.name, |profile| {
                    if freedoms.is(FreedomId::PermissionsRevisionAfterEnd, "another-one") {
                        profile.policy.renew(context.ids);
                    }
                    profile.status = ProfileStatus::Revoked;
                    profile.revocation = Some(ProfileRevocation {
                        effective_from: request.effective_time,
                        revoked_at: whole_seconds(context.now),
                        revoked_by: revoker,
                    });
                })?;
                self.profile_leaves(&context.caller.account, &request.name);
            }
            Some(record) if request.effective_time < record.effective_from => {
                self.change_own_profile(context.caller, &request.name, |profile| {
                    let Some(record) = &mut profile.revocation else { return };
                    record.effective_from = request.effective_time;
                    if freedoms.is(FreedomId::RevokeProfileRecord, "renewed") {
                        record.revoked_at = whole_seconds(context.now);
                        record.revoked_by = revoker;
                    }
                })?;
            }
            Some(record) if request.effective_time == record.effective_from => {
                freedoms.refuse(
                    FreedomId::RevokeProfileEqual,
                    "the profile is revoked from that time on already",
                )?;
            }
            Some(_) => {
                freedoms.refuse(
                    FreedomId::RevokeProfileLater,
                    "the time of a revocation can only move earlier",
                )?;
            }
        }
        Ok(())
    }

    /// Revokes the signature of a job. The first record stays.
    pub fn revoke_signature(
        &mut self,
        context: &Context<'_>,
        id: &str,
        owner: Option<&str>,
        reason: String,
    ) -> Outcome<()> {
        let settings = Arc::clone(&self.settings);
        let freedoms = &settings.freedoms;
        let account = &context.caller.account;
        let owner = owner.unwrap_or(account);
        let found = self.jobs.get(id);
        if found.is_some_and(|job| job.owner == *account) && owner != account {
            return Err(freedoms.refusal_or(FreedomId::RevokeSignatureWrongOwner, no_job(id)));
        }
        let Some(job) = found.filter(|job| job.owner == owner) else {
            let hidden = owner != account
                && freedoms.is(FreedomId::RevokeSignatureCrossAccountDenied, "before-the-job");
            let refusal = no_job(id);
            return Err(if hidden { Refusal { error: ErrorName::AccessDenied, ..refusal } } else { refusal });
        };
        if owner != account {
            self.profile_for(context.caller, Some(owner), &job.profile_name, Action::RevokeSignature)?;
        }
        if !job.platform.revocation_supported {
            let message = format!("platform {} has no revocation", job.platform.id);
            return freedoms.refuse(FreedomId::RevokeSignatureUnsupportedPlatform, message);
        }
        let profile = self.profile(&job.owner, &job.profile_name);
        if profile.is_some_and(|profile| profile.status != ProfileStatus::Active) {
            freedoms.refuse(FreedomId::RevokeSignatureNotActiveProfile, "the profile is not active")?;
        }
        match job.status {
            JobStatus::InProgress => {
                freedoms.refuse(FreedomId::RevokeSignatureInProgress, "the job is in progress")?;
            }
            JobStatus::Failed => freedoms.refuse(FreedomId::RevokeSignatureFailed, "the job has failed")?,
            JobStatus::Succeeded => {}
        }
        if job.revocation.is_some() {
            freedoms.refuse(FreedomId::RevokeSignatureAgain, "the signature is revoked already")?;
            if freedoms.is(FreedomId::RevokeSignatureAgain, "first-record-kept") {
                return Ok(());
            }
        }
        let revoked_by = self.revoker(context.caller, FreedomId::RevokeSignatureRevokedBy);
        let record = JobRevocation { reason, revoked_at: whole_seconds(context.now), revoked_by };
        if let Some(number) = self.jobs.number_of(id) {
            self.change_job(number, |job| job.revocation = Some(record));
        }
        Ok(())
    }

    /// Which of the things asked about are revoked, in the words of the question. A revocation is honored in
    /// every Region of the partition.
    pub fn get_revocation_status(
        &self,
        context: &Context<'_>,
        question: &RevocationQuestion,
    ) -> Outcome<Vec<String>> {
        let freedoms = &self.settings.freedoms;
        let invalid = || format!("Invalid platformId: {}", question.platform_id);
        match self.platform(&question.platform_id) {
            None => freedoms.refuse(FreedomId::RevocationUnknownPlatform, invalid())?,
            Some(platform) if is_notation(platform) => {}
            Some(platform)
                if !is_lambda(platform)
                    && freedoms.is(FreedomId::RevocationPlatformMismatch, "any-but-lambda") => {}
            Some(_) => return Err(Refusal::validation(invalid())),
        }
        for arn in [&question.profile_version_arn, &question.job_arn] {
            let is_home = |named| named == partition(&self.region);
            match partition_of(arn).map(is_home) {
                Some(true) => {}
                Some(false) => {
                    return Err(Refusal::validation(format!("{arn} is not an ARN of this partition")));
                }
                None => freedoms.refuse(
                    FreedomId::RevocationMalformedArn,
                    format!("{arn} is not an ARN of this service"),
                )?,
            }
        }
        if question.signature_timestamp > context.now {
            freedoms.refuse(FreedomId::RevocationFuture, "signatureTimestamp lies in the future")?;
        }
        let is_foreign =
            |arn: &str| regional(arn).is_some_and(|(_, rest)| !rest.starts_with(&context.caller.account));
        if is_foreign(&question.profile_version_arn) || is_foreign(&question.job_arn) {
            freedoms.refuse(FreedomId::RevocationOtherAccount, "profile or job are another account's")?;
            if freedoms.is(FreedomId::RevocationOtherAccount, "not-listed") {
                return Ok(Vec::new());
            }
        }
        let within = |arn| {
            let (region, rest) = regional(arn)?;
            let elsewhere = || context.elsewhere.and_then(|regions| regions.of(region));
            let store = if *region == *self.region { Some(self) } else { elsewhere() };
            Some((store?, rest))
        };
        let profile = within(&question.profile_version_arn);
        let profile = profile.and_then(|(store, _)| store.profile_of_version(&question.profile_version_arn));
        let job = within(&question.job_arn).and_then(|(store, rest)| store.job_of_arn(rest));
        if profile.is_some_and(|profile| profile.platform.id != question.platform_id) {
            freedoms.refuse(FreedomId::RevocationPlatformMismatch, invalid())?;
        }
        if profile.is_none() || job.is_none() {
            freedoms.refuse(FreedomId::RevocationUnknownEntities, "profile or job do not exist")?;
        }
        let mut revoked = Vec::new();
        if let Some(profile) = profile.filter(|profile| self.taints(profile, question.signature_timestamp)) {
            let whole = freedoms.is(FreedomId::RevocationEcho, "profile-arn");
            revoked.push(if whole { profile.arn.clone() } else { question.profile_version_arn.clone() });
        }
        if job.is_some_and(|job| job.revocation.is_some()) {
            revoked.push(question.job_arn.clone());
        }
        Ok(revoked)
    }

    /// Whether the profile's revocation reaches signatures of that time.
    fn taints(&self, profile: &Profile, signed_at: Timestamp) -> bool {
        let Some(record) = &profile.revocation else { return false };
        let at_the_time = self.settings.freedoms.is(FreedomId::RevocationAtEffectiveTime, "revoked");
        signed_at > record.effective_from || (at_the_time && signed_at == record.effective_from)
    }

    /// The profile, of any account, that has this version ARN.
    pub(crate) fn profile_of_version(&self, arn: &str) -> Option<&Arc<Profile>> {
        let (arn, version) = arn.rsplit_once('/')?;
        let (rest, name) = arn.rsplit_once('/')?;
        let account = rest.strip_suffix(":/signing-profiles")?.rsplit(':').next()?;
        let profile = self.profile(account, name)?;
        (profile.arn == arn && profile.version == version).then_some(profile)
    }
}

/// The partition that an ARN of this service names.
fn partition_of(arn: &str) -> Option<&str> {
    let (partition, _) = arn.strip_prefix("arn:")?.split_once(":signer:")?;
    partition.starts_with("aws").then_some(partition)
}
