//! Signing jobs: started or signed at once, ended by the adapter, described and listed.

pub(crate) mod list;
mod start;
mod work;

use std::sync::Arc;

use jiff::Timestamp;

use crate::error::{Outcome, Refusal};
use crate::freedoms::FreedomId;
use crate::store::arn::Region;
use crate::store::job::Job;
use crate::store::state::{Context, Store};

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

/// A job whose time has come: the adapter does its work and reports with [`Store::complete_job`]. Until then
/// it stays due.
#[derive(Debug, Clone)]
pub struct DueJob {
    /// The Region in which it was made.
    pub region: Region,
    /// The number of its making there.
    number: u64,
    pub(super) ended_at: Timestamp,
    /// The job.
    pub job: Arc<Job>,
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

const SUCCEEDED: &str = "Signing Succeeded";

impl Store {
    /// Shows a job to its owner or to the account that started it.
    pub fn describe_signing_job(&self, context: &Context<'_>, id: &str) -> Outcome<&Arc<Job>> {
        let freedoms = &self.settings.freedoms;
        if id.parse::<uuid::Uuid>().is_err() {
            return Err(freedoms.refusal_or(FreedomId::DescribeMalformedId, no_job(id)));
        }
        let job = self.jobs.get(id).ok_or_else(|| no_job(id))?;
        let account = &context.caller.account;
        let invoker_sees_it = freedoms.is(FreedomId::DescribeOtherAccount, "invoker-sees-it");
        if job.owner != *account && !(invoker_sees_it && job.invoker == *account) {
            return Err(freedoms.refusal_or(FreedomId::DescribeOtherAccount, no_job(id)));
        }
        Ok(job)
    }

    /// The job of any account behind what follows the Region in an ARN.
    pub(super) fn job_of_arn(&self, rest: &str) -> Option<&Job> {
        let (account, id) = rest.split_once(":/signing-jobs/")?;
        self.jobs.get(id).map(Arc::as_ref).filter(|job| job.owner == account)
    }
}

pub(crate) fn no_job(id: &str) -> Refusal {
    Refusal::not_found(format!("signing job {id} does not exist"))
}

/// What the signature of an archive shows of a time.
fn milliseconds(time: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(time.as_millisecond()).unwrap_or(time)
}
