//! The work on signing jobs, with lies between its stages.

use signer_objects::Asker;

use crate::faults::errand::{Errand, Stage};
use crate::faults::lie::{Lie, Signed};
use crate::faults::lies::Lies;
use crate::service::Service;
use crate::signing::plan::Plan;
use crate::signing::signer::Signer;
use crate::signing::unsigned::Unsigned;
use crate::store::job::Job;
use crate::store::jobs::{DueJob, JobOutcome};

/// The job that is handed out in place of one.
pub(crate) fn handed_out(lies: &Lies, mut due: DueJob) -> DueJob {
    for lie in lies.told() {
        if let Lie::Due(change) = lie {
            change(&mut due);
        }
    }
    due
}

/// Does the work of a job.
pub(crate) fn perform(lies: &Lies, service: &Service, due: &DueJob) -> JobOutcome {
    let (Some(source), Some((bucket, _))) = (&due.job.source, &due.job.destination) else {
        return JobOutcome::Failed("the job has no source or no destination".to_owned());
    };
    let nothing = || Err(String::new());
    let (version, bucket) = (Some(source.version.clone()), bucket.clone());
    let mut errand =
        Errand { service, due, version, bucket, object: nothing(), content: nothing(), is_written: true };
    tell(lies, Stage::Planned, &mut errand);
    errand.object = errand.read(&due.job.invoker, &due.region);
    tell(lies, Stage::Read, &mut errand);
    let sign = |object: &bytes::Bytes| {
        object_of(lies, &service.signer, &due.job, object).map_err(|unsigned| unsigned.0)
    };
    errand.content = errand.object.clone().and_then(|object| sign(&object)).map(Into::into);
    tell(lies, Stage::Signed, &mut errand);
    let Errand { bucket, content, is_written, .. } = errand;
    let done = content
        .and_then(|content| if is_written { service.land(due, &bucket, &due.key, content) } else { Ok(()) });
    match done {
        Ok(()) => JobOutcome::Succeeded,
        Err(reason) => JobOutcome::Failed(reason),
    }
}

impl Errand<'_> {
    /// Whether the source is there, however large it is.
    pub(super) fn has_source(&self) -> bool {
        let (job, region) = (&self.due.job, &*self.due.region);
        let asker = Asker { account: &job.invoker, region };
        job.source.as_ref().is_some_and(|source| {
            self.service.depot.has_object(asker, &source.bucket, &source.key, self.version.as_deref())
        })
    }

    /// Reads the source as that account does in that Region.
    pub(super) fn read(&self, account: &str, region: &str) -> Result<bytes::Bytes, String> {
        let job = &self.due.job;
        let source = job.source.as_ref().ok_or("the job has no source")?;
        let (asker, max_mb) = (Asker { account, region }, job.platform.max_size_in_mb);
        self.service.depot.source(asker, &source.bucket, &source.key, self.version.as_deref(), max_mb)
    }
}

fn tell(lies: &Lies, at: Stage, errand: &mut Errand<'_>) {
    for lie in lies.told() {
        match lie {
            Lie::Work(stage, tell) if *stage == at => tell(errand),
            _ => {}
        }
    }
}

fn object_of(lies: &Lies, signer: &Signer, job: &Job, source: &[u8]) -> Result<Vec<u8>, Unsigned> {
    sign(lies, &Signed { signer, job, source }, signer.plan_object(job, source)?)
}

/// Signs a plan that lies have changed.
pub(super) fn sign(lies: &Lies, signed: &Signed<'_>, mut plan: Plan<'_>) -> Result<Vec<u8>, Unsigned> {
    for lie in lies.told() {
        if let Lie::Signing(change) = lie {
            change(signed, &mut plan)?;
        }
    }
    plan.sign()
}
