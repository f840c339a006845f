//! A signing job, and the jobs of a store by their indexes.

use std::collections::BTreeMap;
use std::sync::Arc;

use imbl::{OrdMap, OrdSet};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use signer_schemas::Platform;

use crate::freedoms::FreedomId;
use crate::freedoms::chosen::Freedoms;
use crate::store::arn::{job_arn, profile_arn, regional};
use crate::store::groups::Groups;
use crate::store::platforms::keys_are_managed;
use crate::store::validity::Overrides;

/// A signing job. It is kept on disk in this form, too: see [`super::Row`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
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
    #[serde(with = "super::changes::platform")]
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
    /// When it was made, to the millisecond. Answers show whole seconds; the signature of an archive shows it
    /// as it is.
    pub created_at: Timestamp,
    /// When it ended, in whole seconds.
    pub completed_at: Option<Timestamp>,
    /// When its signature expires, to the millisecond, or would if there were one.
    pub signature_expires_at: Timestamp,
    /// Where it is.
    pub status: JobStatus,
    /// Why it ended so.
    pub status_reason: Option<String>,
    /// Bucket and key of the result.
    pub signed_object: Option<(String, String)>,
    /// Who revoked its signature.
    pub revocation: Option<JobRevocation>,
    /// When its work is to be done, while it is not.
    pub(super) due_at: Option<Timestamp>,
    /// The client's mark on the request that made it.
    pub(super) client_request_token: Option<String>,
}

/// The jobs in the order of their making.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Jobs {
    pub(crate) by_number: OrdMap<u64, Arc<Job>>,
    pub(super) numbers: OrdMap<String, u64>,
    /// The job that a client's token made, by calling account and token.
    pub(crate) tokens: OrdMap<(String, String), u64>,
    /// The jobs that an account owns or has started.
    pub(super) by_account: OrdMap<String, Groups<JobGroup, u64>>,
    /// Jobs in progress, by the time of their end.
    pub(super) pending: OrdSet<(Timestamp, u64)>,
}

/// What lists select jobs by, without a look at each.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct JobGroup {
    pub(super) owner: String,
    pub(super) invoker: String,
    pub(super) requested_by: String,
    pub(super) status: JobStatus,
    pub(super) platform: &'static str,
    pub(super) is_revoked: bool,
}

/// Where a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct S3Location {
    /// The bucket.
    pub bucket: String,
    /// The key.
    pub key: String,
    /// The version; the literal `null` is one.
    pub version: String,
}

/// How a signature was revoked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
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

impl Jobs {
    /// The number of the next job.
    pub(crate) fn next(&self) -> u64 {
        self.by_number.get_max().map_or(0, |(number, _)| number + 1)
    }

    /// Takes a job up, with all that finds it.
    pub(crate) fn insert(&mut self, number: u64, job: Arc<Job>) {
        self.numbers.insert(job.id.clone(), number);
        self.list(number, &job);
        if let Some(due_at) = job.due_at {
            self.pending.insert((due_at, number));
        }
        if let Some(token) = &job.client_request_token {
            self.tokens.insert((job.invoker.clone(), token.clone()), number);
        }
        self.by_number.insert(number, job);
    }

    /// Lets a job go, with all that finds it.
    pub(crate) fn remove(&mut self, number: u64) {
        let Some(job) = self.by_number.remove(&number) else { return };
        self.numbers.remove(&job.id);
        self.unlist(number, &job);
        if let Some(token) = &job.client_request_token {
            let token = (job.invoker.clone(), token.clone());
            if self.tokens.get(&token) == Some(&number) {
                self.tokens.remove(&token);
            }
        }
    }

    /// Changes a job, and lists it as what it is then.
    pub(super) fn change(&mut self, number: u64, change: impl FnOnce(&mut Job)) {
        let Some(before) = self.by_number.get(&number).cloned() else { return };
        let mut job = Arc::clone(&before);
        change(Arc::make_mut(&mut job));
        self.unlist(number, &before);
        self.list(number, &job);
        self.by_number.insert(number, job);
    }

    fn list(&mut self, number: u64, job: &Job) {
        for account in [&job.owner, &job.invoker] {
            self.by_account.entry(account.clone()).or_default().insert(job.group(), number);
        }
    }

    fn unlist(&mut self, number: u64, job: &Job) {
        for account in [&job.owner, &job.invoker] {
            if let Some(numbers) = self.by_account.get_mut(account) {
                numbers.remove(&job.group(), &number);
            }
        }
    }

    pub(crate) fn number_of(&self, id: &str) -> Option<u64> {
        self.numbers.get(id).copied()
    }

    pub(crate) fn get(&self, id: &str) -> Option<&Arc<Job>> {
        self.by_number.get(self.numbers.get(id)?)
    }
}

impl Job {
    /// The Region in which it is, that of its profile.
    pub fn region(&self) -> &str {
        regional(&self.profile_version_arn).map_or("", |(region, _)| region)
    }

    pub(super) fn group(&self) -> JobGroup {
        JobGroup {
            owner: self.owner.clone(),
            invoker: self.invoker.clone(),
            requested_by: self.requested_by.clone(),
            status: self.status,
            platform: &self.platform.id,
            is_revoked: self.revocation.is_some(),
        }
    }

    /// Its ARN.
    pub fn arn(&self) -> String {
        job_arn(self.region(), &self.owner, &self.id)
    }

    /// The ARN of its profile.
    pub(crate) fn profile_arn(&self) -> String {
        profile_arn(self.region(), &self.owner, &self.profile_name)
    }

    /// When its signature expires, in whole seconds. A job without a signature has no such time, nor has one
    /// whose platform signs with the customer's key.
    pub(crate) fn expiry(&self, freedoms: &Freedoms) -> Option<Timestamp> {
        let is_told = match self.status {
            JobStatus::Succeeded => true,
            JobStatus::InProgress => freedoms.is(FreedomId::DescribeExpiryInProgress, "present"),
            JobStatus::Failed => false,
        };
        (is_told && keys_are_managed(self.platform)).then(|| whole_seconds(self.signature_expires_at))
    }

    pub(crate) fn was_made_by(&self, request: &StartSigningJob) -> bool {
        self.source.as_ref() == Some(&request.source)
            && self.destination.as_ref() == Some(&request.destination)
            && Some(&self.profile_name) == request.profile_name.as_ref()
            && request.profile_owner.as_ref().is_none_or(|owner| *owner == self.owner)
    }
}

/// What answers show of a time.
pub(crate) fn whole_seconds(time: Timestamp) -> Timestamp {
    Timestamp::from_second(time.as_second()).unwrap_or(time)
}
