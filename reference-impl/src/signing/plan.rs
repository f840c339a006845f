//! What will be signed, with what, and what will be written.

use crate::signing::archive::ArchivePlan;
use crate::signing::document::DocumentPlan;
use crate::signing::envelope::EnvelopePlan;
use crate::signing::signer::Signer;
use crate::signing::unsigned::Unsigned;
use crate::store::job::Job;
use crate::store::platforms::is_lambda;

impl Signer {
    /// The envelope over a payload that a job has signed.
    pub fn envelope(&self, job: &Job, payload: &[u8]) -> Result<Vec<u8>, Unsigned> {
        self.plan_envelope(job, payload)?.sign()
    }

    /// The object that a job writes.
    pub fn signed_object(&self, job: &Job, source: &[u8]) -> Result<Vec<u8>, Unsigned> {
        self.plan_object(job, source)?.sign()
    }

    /// What the envelope over a payload will be.
    pub(crate) fn plan_envelope<'a>(&'a self, job: &'a Job, payload: &'a [u8]) -> Result<Plan<'a>, Unsigned> {
        EnvelopePlan::of(self, job, payload).map(Plan::Envelope)
    }

    /// What the object that a job writes will be.
    pub(crate) fn plan_object<'a>(&'a self, job: &'a Job, source: &'a [u8]) -> Result<Plan<'a>, Unsigned> {
        if is_lambda(job.platform) {
            return ArchivePlan::of(self, job, source).map(Box::new).map(Plan::Archive);
        }
        Ok(Plan::Document(DocumentPlan::of(self, job, source)))
    }
}

/// What will be signed, with what, and what will be written: a value, until it is signed.
pub(crate) enum Plan<'a> {
    Envelope(EnvelopePlan),
    Archive(Box<ArchivePlan<'a>>),
    Document(DocumentPlan<'a>),
}

impl Plan<'_> {
    /// What comes of it.
    pub(crate) fn sign(self) -> Result<Vec<u8>, Unsigned> {
        match self {
            Self::Envelope(plan) => Ok(plan.seal()),
            Self::Archive(plan) => plan.sign(),
            Self::Document(plan) => plan.sign(),
        }
    }
}
