//! What was written, so that it can be kept on disk: one row per profile and per job.

use super::{Job, Platform, Profile, Store};
use std::sync::Arc;

/// What is kept of one profile or of one job, as it is after a change. As JSON it is the row in the data folder: a member
/// may be added with a default; whatever else changes needs another version of the schema.
#[derive(Debug, Clone, PartialEq)]
pub enum Row {
    /// A profile with its permissions and tags.
    Profile(Arc<Profile>),
    /// A job, under the number of its making.
    Job(u64, Arc<Job>),
    /// No profile of this owner and name any more.
    NoProfile(String, String),
    /// No job under this number any more.
    NoJob(u64),
}

/// Which rows were written since they were last taken; nothing is noted until somebody wants to know.
#[derive(Debug, Clone, Default)]
pub(super) struct Changes {
    is_wanted: bool,
    profiles: Vec<(String, String)>,
    jobs: Vec<u64>,
}

impl Changes {
    pub(super) fn profile(&mut self, owner: &str, name: &str) {
        if self.is_wanted {
            self.profiles.push((owner.to_owned(), name.to_owned()));
        }
    }

    pub(super) fn job(&mut self, number: u64) {
        if self.is_wanted {
            self.jobs.push(number);
        }
    }
}

impl Store {
    /// Notes from now on what is written, so that it can be taken.
    pub(super) fn note_changes(&mut self) {
        self.changes.is_wanted = true;
    }

    /// Takes up what was kept.
    pub(crate) fn take_up(&mut self, row: Row) {
        match row {
            Row::Profile(profile) => {
                let (owner, name) = (profile.owner.clone(), profile.name.clone());
                Arc::make_mut(&mut self.profiles).entry(owner.clone()).or_default().insert(name.clone(), profile);
                self.profile_leaves(&owner, &name);
            }
            Row::Job(number, job) => {
                self.jobs_mut().insert(number, job);
                self.job_leaves(number);
            }
            Row::NoProfile(..) | Row::NoJob(_) => {}
        }
    }

    /// All that would have to be kept.
    pub(crate) fn rows(&self) -> impl Iterator<Item = Row> {
        let profiles = self.profiles.values().flat_map(imbl::OrdMap::values).cloned().map(Row::Profile);
        profiles.chain(self.jobs.by_number.iter().map(|(number, job)| Row::Job(*number, Arc::clone(job))))
    }

    /// The rows that have changed since they were last taken, as they are now.
    pub(super) fn take_changes(&mut self) -> Vec<Row> {
        let profiles = std::mem::take(&mut self.changes.profiles);
        let jobs = std::mem::take(&mut self.changes.jobs);
        let profiles = profiles.into_iter().map(|(owner, name)| {
            let profile = self.profiles.get(&owner).and_then(|profiles| profiles.get(&name));
            profile.cloned().map_or(Row::NoProfile(owner, name), Row::Profile)
        });
        let jobs = jobs.into_iter().map(|number| {
            let job = self.jobs.by_number.get(&number).cloned();
            job.map_or(Row::NoJob(number), |job| Row::Job(number, job))
        });
        profiles.chain(jobs).collect()
    }
}

/// A platform is kept by its id.
pub(super) mod platform {
    use super::Platform;
    use serde::de::Error as _;
    use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "so serde wants it")]
    pub(in super::super) fn serialize<S: Serializer>(platform: &&'static Platform, serializer: S) -> Result<S::Ok, S::Error> {
        platform.id.serialize(serializer)
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<&'static Platform, D::Error> {
        let id = String::deserialize(deserializer)?;
        let platform = signer_schemas::platforms().iter().find(|platform| platform.id == id);
        platform.ok_or_else(|| D::Error::custom(format!("no platform is called {id:?}")))
    }
}
