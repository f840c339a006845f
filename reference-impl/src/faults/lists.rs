//! Faults of what a list holds.

use std::sync::Arc;

use crate::error::Outcome;
use crate::faults::call::{Call, Turn::Around};
use crate::faults::filters::selected;
use crate::faults::lie::Lie;
use crate::faults::row::{BOTH, CURRENT, Category, Fault, fault};
use crate::store::command::{Command, Reply};
use crate::store::profile::ProfileStatus;
use crate::store::state::Store;

pub(super) const FAULTS: &[Fault] = &[
    fault(
        (128, "cancel-hides-jobs"),
        Category::Isolation,
        CURRENT,
        "ListSigningJobs/lists",
        "the jobs of a canceled profile are not listed",
        &[Lie::Store(Around(|call, command| {
            selected(call, command, |_| {
                Some(Box::new(|call, job| {
                    let profile = call.store.profile(&job.owner, &job.profile_name);
                    profile.is_none_or(|profile| profile.status != ProfileStatus::Canceled)
                }))
            })
        }))],
    ),
    fault(
        (140, "jobs-cut-at-50"),
        Category::Long,
        BOTH,
        "ListSigningJobs/lists",
        "only the first 50 jobs are listed",
        &[Lie::Store(Around(|call, command| {
            selected(call, command, |_| {
                Some(Box::new(|call, job| {
                    let number = call.store.jobs.number_of(&job.id);
                    let own = call.store.jobs.by_number.iter().filter(|(_, other)| other.owner == job.owner);
                    own.take(50).any(|(other, _)| number == Some(*other))
                }))
            })
        }))],
    ),
    fault(
        (141, "profiles-cut-at-200"),
        Category::Long,
        BOTH,
        "ListSigningProfiles/lists",
        "only the first 200 profiles are listed",
        &[Lie::Store(Around(cut_at_200))],
    ),
    fault(
        (149, "job-list-lags"),
        Category::View,
        BOTH,
        "ListSigningJobs/lists",
        "the list of jobs is one write behind",
        &[Lie::Store(Around(|call, command| {
            if matches!(command, Command::ListSigningJobs { .. }) {
                list_behind(call, command)
            } else {
                remember(call, command)
            }
        }))],
    ),
    fault(
        (150, "profile-list-lags"),
        Category::View,
        BOTH,
        "ListSigningProfiles/lists",
        "the list of profiles is one write behind",
        &[Lie::Store(Around(|call, command| {
            if matches!(command, Command::ListSigningProfiles { .. }) {
                list_behind(call, command)
            } else {
                remember(call, command)
            }
        }))],
    ),
];

fn cut_at_200(call: &mut Call<'_, '_>, command: Command) -> Outcome<Reply> {
    if !matches!(command, Command::ListSigningProfiles { .. }) {
        return call.next(command);
    }
    let before = Arc::clone(&call.store.profiles);
    let account = call.caller().account.clone();
    if let Some(profiles) = Arc::make_mut(&mut call.store.profiles).get_mut(&account) {
        let beyond: Vec<String> = profiles.by_name().keys().skip(200).cloned().collect();
        for name in beyond {
            profiles.remove(&name);
        }
    }
    let decided = call.next(command);
    call.store.profiles = before;
    decided
}

/// Remembers what was there before a write.
fn remember(call: &mut Call<'_, '_>, command: Command) -> Outcome<Reply> {
    let (own, elsewhere) = (call.store.clone(), call.elsewhere.clone());
    let decided = call.next(command);
    if !own.shares_data(call.store) {
        call.memory.behind = Some(elsewhere.into_iter().chain([own]).collect());
    }
    decided
}

/// Lists what was there before the last write.
fn list_behind(call: &mut Call<'_, '_>, command: Command) -> Outcome<Reply> {
    let Some(behind) = &call.memory.behind else { return call.next(command) };
    let region = call.store.region();
    let empty = || Store::new(&region.into(), &Arc::new(call.store.settings().clone()));
    let store = behind.iter().find(|store| store.region() == region).cloned().unwrap_or_else(empty);
    let present = std::mem::replace(call.store, store);
    let decided = call.next(command);
    *call.store = present;
    decided
}
