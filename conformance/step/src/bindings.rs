//! Which value each symbol stands for on a walk, as read from the store's replies.
//!
//! Drivers share their bindings until one of them hears something new, so what changes them takes the shared
//! pointer.

use std::sync::Arc;

use signer_model::{
    Account, Grant, JOBS, Job, PROFILES, Profile, Reply, RevisionArg, RevisionReply, VersionArg,
};
use signer_reference::store::{self, DueJob};

use crate::names;
use crate::stop::Stop;

/// What symbols stand for: the values from responses, and the work in progress.
#[derive(Clone, Debug, Default)]
pub(super) struct Bindings {
    pub(super) versions: [Option<String>; PROFILES],
    /// The revisions given, oldest first.
    pub(super) revisions: [Vec<String>; PROFILES],
    pub(super) jobs: [Option<String>; JOBS],
    /// Jobs that the store has handed out, and that have not ended.
    pub(super) due: [Option<Arc<DueJob>>; JOBS],
}

impl Bindings {
    /// A statement for a call.
    pub(super) fn statement(&self, profile: Profile, id: &str, grant: Grant) -> store::Statement {
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
            VersionArg::Current => self.versions[usize::from(profile.0)].as_deref().unwrap_or("Abcdef0000"),
            VersionArg::Unknown => names::NO_VERSION,
        }
    }

    /// The revisions given, oldest first.
    pub(super) fn revisions(&self, profile: Profile) -> &[String] {
        &self.revisions[usize::from(profile.0)]
    }

    /// A revision for a call.
    pub(super) fn revision(&self, profile: Profile, revision: RevisionArg) -> Option<String> {
        let mut told = self.revisions(profile).iter().rev();
        let age = match revision {
            RevisionArg::Absent => return None,
            RevisionArg::Current => 0,
            RevisionArg::Stale => 1,
        };
        Some(told.nth(age).cloned().unwrap_or_else(|| names::NO_REVISION.to_owned()))
    }

    /// The id of a job for a call; of one that was never started an id that no job has.
    pub(super) fn job_id(&self, job: Job) -> String {
        let told = self.jobs[usize::from(job.0)].clone();
        told.unwrap_or_else(|| format!("ffffffff-0000-4000-8000-{:012x}", u64::from(job.0)))
    }

    /// The job with that id.
    pub(super) fn job_with_id(&self, id: &str) -> Option<Job> {
        (0..).zip(&self.jobs).find(|(_, known)| known.as_deref() == Some(id)).map(|(index, _)| Job(index))
    }

    /// The answer tells a revision: the newest that is known, an older one, or a new one.
    pub(super) fn told_revision(
        self: &mut Arc<Self>,
        profile: Profile,
        told: Option<String>,
    ) -> Result<RevisionReply, Stop> {
        let told = told.ok_or_else(|| Stop::strange("tells no revision"))?;
        let known = self.revisions(profile);
        if known.last() == Some(&told) {
            return Ok(RevisionReply::Same);
        }
        if known.contains(&told) {
            return Ok(RevisionReply::Old);
        }
        Arc::make_mut(self).revisions[usize::from(profile.0)].push(told);
        Ok(RevisionReply::New)
    }

    /// The answer tells the version of a profile that was made.
    pub(super) fn created(
        self: &mut Arc<Self>,
        by: Account,
        profile: Profile,
        version: &str,
    ) -> Result<Reply, Stop> {
        if by == Account::Owner {
            if self.versions.iter().flatten().any(|known| known == version) {
                return Err(Stop::strange("gives a new profile a version that is known"));
            }
            Arc::make_mut(self).versions[usize::from(profile.0)] = Some(version.to_owned());
        }
        Ok(Reply::Created)
    }

    /// The answer names a job: one that is known, or the first under that symbol, which the store may have
    /// handed out.
    pub(super) fn started(
        self: &mut Arc<Self>,
        job: Job,
        id: &str,
        due: Option<DueJob>,
    ) -> Result<Reply, Stop> {
        if let Some(known) = self.job_with_id(id) {
            return Ok(Reply::Started(known));
        }
        if self.jobs[usize::from(job.0)].is_some() {
            return Err(Stop::Strange(format!("answers with a second job for the token of {job}")));
        }
        let bindings = Arc::make_mut(self);
        bindings.due[usize::from(job.0)] = due.map(Arc::new);
        bindings.jobs[usize::from(job.0)] = Some(id.to_owned());
        Ok(Reply::Started(job))
    }

    /// The job ends: the work on it is in hand no more.
    pub(super) fn ended(self: &mut Arc<Self>, job: Job) -> Option<Arc<DueJob>> {
        Arc::make_mut(self).due[usize::from(job.0)].take()
    }
}
