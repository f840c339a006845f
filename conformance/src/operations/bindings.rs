//! Which value each symbol stands for in one run of one program.

use serde_json::{Map, Value};
use signer_model::{Call, JOBS, Job, PROFILES, Profile, Request, RevisionArg, VersionArg};

use crate::data::context::Context;
use crate::data::exchange::cut;

/// The values that answers have given to a case's symbols. Unbound symbols stand for well-formed values of
/// nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bindings {
    tag: String,
    names: [String; PROFILES],
    versions: [Vec<String>; PROFILES],
    arns: [Option<String>; PROFILES],
    revisions: [Vec<String>; PROFILES],
    jobs: [Option<String>; JOBS],
    untold_jobs: [bool; JOBS],
    prefix: String,
    templates: [Map<String, Value>; PROFILES],
}

/// No id, version or ARN is longer. What is cut is none of the target's any more, which has no right one to
/// be asked for.
const LONGEST_VALUE: usize = 1024;

impl Bindings {
    /// Fresh names for one run of one program; `tag` tells the runs of one context apart.
    pub fn new(context: &Context, tag: &str) -> Self {
        Self {
            tag: tag.to_owned(),
            prefix: context.prefix.clone(),
            names: std::array::from_fn(|index| format!("{}{tag}p{index}", context.prefix)),
            ..Self::default()
        }
    }

    /// The profile's name.
    pub fn name(&self, profile: Profile) -> &str {
        &self.names[usize::from(profile.0)]
    }

    /// A name of the case's own, apart from those of its symbols.
    pub(crate) fn fresh(&self, text: &str) -> String {
        format!("{}{}{text}", self.prefix, self.tag)
    }

    /// The profile is called otherwise from now on.
    pub(crate) fn rename(&mut self, profile: Profile, name: &str) {
        name.clone_into(&mut self.names[usize::from(profile.0)]);
        self.arns[usize::from(profile.0)] = None;
    }

    /// The profile with that name.
    pub fn profile_named(&self, name: &str) -> Option<Profile> {
        (0..).zip(&self.names).find(|(_, known)| *known == name).map(|(index, _)| Profile(index))
    }

    /// The profile's ARN as given, else as it would be.
    pub fn profile_arn(&self, context: &Context, profile: Profile) -> String {
        self.arns[usize::from(profile.0)].clone().unwrap_or_else(|| {
            format!(
                "arn:aws:signer:{}:{}:/signing-profiles/{}",
                context.region,
                context.owner_account,
                self.name(profile)
            )
        })
    }

    /// The profile's ARN, if a response has given it.
    pub(crate) fn told_arn(&self, profile: Profile) -> Option<&str> {
        self.arns[usize::from(profile.0)].as_deref()
    }

    pub(crate) fn bind_arn(&mut self, profile: Profile, arn: &str) {
        self.arns[usize::from(profile.0)] = Some(cut(arn, LONGEST_VALUE));
    }

    /// What the profile was made with.
    pub(crate) fn template(&self, profile: Profile) -> &Map<String, Value> {
        &self.templates[usize::from(profile.0)]
    }

    pub(crate) fn bind_template(&mut self, profile: Profile, input: &Map<String, Value>) {
        input.clone_into(&mut self.templates[usize::from(profile.0)]);
    }

    /// A profile version for a call.
    pub fn version(&self, profile: Profile, version: VersionArg) -> String {
        match version {
            VersionArg::Current => self.current_version(profile).unwrap_or("Abcdef0000").to_owned(),
            VersionArg::Unknown => "Zyxwvu9999".to_owned(),
        }
    }

    /// The newest version given.
    pub(crate) fn current_version(&self, profile: Profile) -> Option<&str> {
        self.versions[usize::from(profile.0)].last().map(String::as_str)
    }

    /// Binds a version; `false` if it was bound before.
    pub(crate) fn bind_version(&mut self, profile: Profile, version: &str) -> bool {
        let version = cut(version, LONGEST_VALUE);
        let known = self.versions.iter().flatten().any(|known| *known == version);
        self.versions[usize::from(profile.0)].push(version);
        !known
    }

    /// A revision id for a call; `None` = not given.
    pub fn revision(&self, profile: Profile, revision: RevisionArg) -> Option<String> {
        let told = &self.revisions[usize::from(profile.0)];
        match revision {
            RevisionArg::Absent => None,
            RevisionArg::Current => Some(told.last().cloned().unwrap_or_else(made_up_revision)),
            RevisionArg::Stale => Some(told.iter().rev().nth(1).cloned().unwrap_or_else(made_up_revision)),
        }
    }

    /// The revision ids given, oldest first.
    pub(crate) fn revisions(&self, profile: Profile) -> &[String] {
        &self.revisions[usize::from(profile.0)]
    }

    pub(crate) fn bind_revision(&mut self, profile: Profile, revision: &str) {
        self.revisions[usize::from(profile.0)].push(cut(revision, LONGEST_VALUE));
    }

    /// The job's id as given, else one of no job.
    pub fn job_id(&self, job: Job) -> String {
        self.told_job(job)
            .map_or_else(|| format!("00000000-0000-4000-8000-{:012x}", u64::from(job.0)), str::to_owned)
    }

    /// The job's id, if a response has given it.
    pub(crate) fn told_job(&self, job: Job) -> Option<&str> {
        self.jobs[usize::from(job.0)].as_deref()
    }

    /// The job with that id.
    pub fn job_with_id(&self, id: &str) -> Option<Job> {
        (0..).zip(&self.jobs).find(|(_, known)| known.as_deref() == Some(id)).map(|(index, _)| Job(index))
    }

    pub(crate) fn bind_job(&mut self, job: Job, id: &str) {
        self.jobs[usize::from(job.0)] = Some(cut(id, LONGEST_VALUE));
    }

    /// The call may have been carried out or not: the job that it makes may be there.
    pub(crate) fn may_make(&mut self, call: &Call) {
        if let Request::StartSigningJob { job, .. } = call.request {
            self.untold_jobs[usize::from(job.0)] = true;
        }
    }

    /// The call may have been carried out or not: what it would have changed of a profile is told by the next
    /// answer.
    pub(crate) fn may_change(&mut self, call: &Call) {
        if let Request::PutSigningProfile { profile, .. } = call.request {
            let index = usize::from(profile.0);
            self.versions[index].clear();
            self.arns[index] = None;
            self.templates[index].clear();
        }
    }

    /// The job may have been made by a call whose answer never came.
    pub(crate) fn may_be_made(&self, job: Job) -> bool {
        self.untold_jobs[usize::from(job.0)]
    }

    /// The job's ARN.
    pub fn job_arn(&self, context: &Context, job: Job) -> String {
        format!(
            "arn:aws:signer:{}:{}:/signing-jobs/{}",
            context.region,
            context.owner_account,
            self.job_id(job)
        )
    }

    /// The `clientRequestToken` of a job.
    pub fn token(&self, job: Job) -> String {
        format!("{}-{}-{}", self.prefix, self.tag, job.0)
    }
}

/// A revision id that no service has given.
fn made_up_revision() -> String {
    "3f2b8f0e-0000-4000-8000-00000000dead".to_owned()
}
