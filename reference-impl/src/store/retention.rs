//! What is forgotten in the end: profiles that sign no more, and jobs, each when its time is over.

use std::sync::Arc;

use jiff::Timestamp;
use signer_schemas::Edition;

use crate::store::job::{Job, JobStatus};
use crate::store::profile::{Profile, ProfileStatus};
use crate::store::state::{Leaving, Store};
use crate::store::validity::months_after;

/// The months for which the older edition keeps everything.
const TWO_YEARS: i64 = 24;

/// The months for which everything of that platform is kept.
const DEVICE_MANAGEMENT: i64 = 20;

/// The months that follow a validity.
const HALF_A_YEAR: i64 = 6;

impl Store {
    /// When the next profile or job is to be forgotten.
    pub fn next_to_forget(&self) -> Option<Timestamp> {
        self.leaving.get_min().map(|(at, _)| *at)
    }

    /// Forgets what is no longer kept at that time. A job that has not ended stays.
    pub fn forget(&mut self, now: Timestamp) {
        let over: Vec<_> = self.leaving.iter().take_while(|(at, _)| *at <= now).cloned().collect();
        for entry in over {
            Arc::make_mut(&mut self.leaving).remove(&entry);
            match &entry.1 {
                Leaving::Profile(owner, name) => {
                    // It may have been canceled first and revoked later, which is noted by itself.
                    let kept_until =
                        self.profile(owner, name).and_then(|profile| self.profile_kept_until(profile));
                    if kept_until.is_none_or(|at| at > now) {
                        continue;
                    }
                    self.changes.profile(owner, name);
                    if let Some(profiles) = Arc::make_mut(&mut self.profiles).get_mut(owner) {
                        profiles.remove(name);
                    }
                }
                Leaving::Job(number) => {
                    self.changes.job(*number);
                    self.jobs_mut().remove(*number);
                }
            }
        }
    }

    /// Notes when a profile leaves; none does that still signs.
    pub(super) fn profile_leaves(&mut self, owner: &str, name: &str) {
        let Some(at) = self.profile(owner, name).and_then(|profile| self.profile_kept_until(profile)) else {
            return;
        };
        Arc::make_mut(&mut self.leaving).insert((at, Leaving::Profile(owner.to_owned(), name.to_owned())));
    }

    /// Notes when a job leaves, once it has ended.
    pub(super) fn job_leaves(&mut self, number: u64) {
        let Some(job) = self.jobs.by_number.get(&number).filter(|job| job.status != JobStatus::InProgress)
        else {
            return;
        };
        let at = self.job_kept_until(job);
        Arc::make_mut(&mut self.leaving).insert((at, Leaving::Job(number)));
    }

    fn profile_kept_until(&self, profile: &Profile) -> Option<Timestamp> {
        let ended_at = match profile.status {
            ProfileStatus::Active => return None,
            ProfileStatus::Canceled => profile.canceled_at?,
            ProfileStatus::Revoked => profile.revocation.as_ref()?.revoked_at,
        };
        Some(match self.settings.edition {
            Edition::May2019 => months_after(ended_at, TWO_YEARS),
            Edition::Current if is_device_management(profile.platform) => {
                months_after(ended_at, DEVICE_MANAGEMENT)
            }
            Edition::Current => months_after(profile.validity.end(ended_at), HALF_A_YEAR),
        })
    }

    fn job_kept_until(&self, job: &Job) -> Timestamp {
        match self.settings.edition {
            Edition::May2019 => months_after(job.completed_at.unwrap_or(job.created_at), TWO_YEARS),
            Edition::Current if is_device_management(job.platform) => {
                months_after(job.created_at, DEVICE_MANAGEMENT)
            }
            Edition::Current => months_after(job.signature_expires_at, HALF_A_YEAR),
        }
    }
}

fn is_device_management(platform: &signer_schemas::Platform) -> bool {
    platform.id.starts_with("AWSIoTDeviceManagement-")
}
