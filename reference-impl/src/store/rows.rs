//! The rows of a store, to be kept on disk and taken up again.

use std::sync::Arc;

use crate::store::changes::Row;
use crate::store::state::Store;

impl Store {
    /// Notes from now on what is written, so that it can be taken.
    pub(crate) fn note_changes(&mut self) {
        self.changes.is_wanted = true;
    }

    /// Takes up what was kept.
    pub(crate) fn take_up(&mut self, row: Row) {
        match row {
            Row::Profile(profile) => {
                let (owner, name) = (profile.owner.clone(), profile.name.clone());
                Arc::make_mut(&mut self.profiles).entry(owner.clone()).or_default().insert(profile);
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
        let profiles =
            self.profiles.values().flat_map(|own| own.by_name().values()).cloned().map(Row::Profile);
        profiles.chain(self.jobs.by_number.iter().map(|(number, job)| Row::Job(*number, Arc::clone(job))))
    }

    /// The rows that have changed since they were last taken, as they are now.
    pub(crate) fn take_changes(&mut self) -> Vec<Row> {
        let profiles = std::mem::take(&mut self.changes.profiles);
        let jobs = std::mem::take(&mut self.changes.jobs);
        let profiles = profiles.into_iter().map(|(owner, name)| {
            let profile = self.profile(&owner, &name);
            profile.cloned().map_or(Row::NoProfile(owner, name), Row::Profile)
        });
        let jobs = jobs.into_iter().map(|number| {
            let job = self.jobs.by_number.get(&number).cloned();
            job.map_or(Row::NoJob(number), |job| Row::Job(number, job))
        });
        profiles.chain(jobs).collect()
    }
}
