//! Faults of jobs: who may start them, whose they are, and what they show.

use std::sync::Arc;

use jiff::SignedDuration;

use crate::error::Outcome;
use crate::faults::call::{Call, Turn::After, Turn::Around};
use crate::faults::lie::Lie;
use crate::faults::row::{BOTH, CURRENT, Category, Fault, fault};
use crate::ids::Ids;
use crate::store::command::{Command, Reply};
use crate::store::job::{Job, JobStatus};
use crate::store::profile::ProfileStatus;
use crate::store::state::{Context, Store};
use crate::store::validity::{Validity, ValidityUnit};

pub(super) const FAULTS: &[Fault] = &[
    fault(
        (40, "canceled-signs"),
        Category::State,
        BOTH,
        "StartSigningJob/not-active",
        "a canceled profile still signs",
        &[Lie::Store(Around(|call, command| sign_all_the_same(call, command, ProfileStatus::Canceled)))],
    ),
    fault(
        (41, "revoked-signs"),
        Category::State,
        CURRENT,
        "SignPayload/not-active",
        "a revoked profile still signs",
        &[Lie::Store(Around(|call, command| sign_all_the_same(call, command, ProfileStatus::Revoked)))],
    ),
    fault(
        (319, "iot-jobs-never-end"),
        Category::Jobs,
        CURRENT,
        "DescribeSigningJob/ends",
        "jobs for devices stay in progress for ever",
        &[Lie::Store(After(|_, reply| {
            shown(reply, |job| {
                if job.platform.id.starts_with("AWSIoT") {
                    job.status = JobStatus::InProgress;
                    (job.completed_at, job.status_reason, job.signed_object) = (None, None, None);
                }
            });
        }))],
    ),
    fault(
        (339, "job-id-in-capitals"),
        Category::Jobs,
        CURRENT,
        "StartSigningJob/job-id-format",
        "the id of a job is a UUID in capitals",
        &[Lie::Store(Around(identified_in_capitals))],
    ),
    fault(
        (89, "job-owner-is-invoker"),
        Category::Jobs,
        CURRENT,
        "StartSigningJob/job-owner",
        "a job belongs to the account that calls",
        &[Lie::Store(After(|call, reply| made(call, reply, |_, job| job.owner.clone_from(&job.invoker))))],
    ),
    fault(
        (273, "requested-by-owner"),
        Category::View,
        CURRENT,
        "DescribeSigningJob/requested-by",
        "requestedBy is an ARN of the owner's account, whoever has called",
        &[Lie::Store(After(|call, reply| {
            made(call, reply, |_, job| {
                job.requested_by = job.requested_by.replace(&job.invoker, &job.owner);
            });
        }))],
    ),
    fault(
        (88, "expiry-by-30-days"),
        Category::Jobs,
        CURRENT,
        "DescribeSigningJob/expiry",
        "a month of validity has thirty days",
        &[Lie::Store(After(|call, reply| {
            made(call, reply, |store, job| {
                let validity = store.profile(&job.owner, &job.profile_name).map(|profile| profile.validity);
                if let Some(Validity { value, unit: ValidityUnit::Months }) = validity {
                    let days = Validity { value: value.saturating_mul(30), unit: ValidityUnit::Days };
                    job.signature_expires_at = days.end(job.created_at);
                }
            });
        }))],
    ),
    fault(
        (173, "payload-job-in-progress"),
        Category::Signing,
        CURRENT,
        "SignPayload/succeeded-at-once",
        "the job of a signed payload is in progress",
        &[Lie::Store(After(|call, reply| {
            if matches!(reply, Reply::Signed(_)) {
                made(call, reply, |_, job| (job.status, job.completed_at) = (JobStatus::InProgress, None));
            }
        }))],
    ),
    fault(
        (91, "failed-job-has-object"),
        Category::Jobs,
        BOTH,
        "DescribeSigningJob/failed-has-no-object",
        "a failed job shows a signed object",
        &[Lie::Store(After(|_, reply| {
            shown(reply, |job| {
                if let (JobStatus::Failed, Some((bucket, _))) = (job.status, &job.destination) {
                    job.signed_object = Some((bucket.clone(), Store::result_key(job)));
                }
            });
        }))],
    ),
    fault(
        (87, "job-flips-back"),
        Category::Jobs,
        BOTH,
        "DescribeSigningJob/terminal-stays",
        "a job that has ended is shown as in progress again",
        &[Lie::Store(After(|call, reply| {
            described(call, reply, |job, times| {
                if times % 2 == 0 {
                    job.status = JobStatus::InProgress;
                }
            });
        }))],
    ),
    fault(
        (145, "job-flips-after-25"),
        Category::Long,
        BOTH,
        "DescribeSigningJob/terminal-stays",
        "a job that has ended is in progress when it is described for the 26th time",
        &[Lie::Store(After(|call, reply| {
            described(call, reply, |job, times| {
                if times == 26 {
                    job.status = JobStatus::InProgress;
                }
            });
        }))],
    ),
    fault(
        (151, "created-at-moves"),
        Category::View,
        BOTH,
        "DescribeSigningJob/created-at",
        "a job was made a second earlier each time that it is described",
        &[Lie::Store(After(|call, reply| {
            described(call, reply, |job, times| {
                job.created_at -= SignedDuration::from_secs(i64::from(times));
            });
        }))],
    ),
];

/// The owner and the name of the profile that a command signs with.
fn signs_with(call: &Call<'_, '_>, command: &Command) -> Option<(String, String)> {
    let (owner, name) = match command {
        Command::SignPayload(request) => (&request.profile_owner, Some(&request.profile_name)),
        Command::StartSigningJob(request) => (&request.profile_owner, request.profile_name.as_ref()),
        _ => return None,
    };
    Some((owner.as_ref().unwrap_or(&call.caller().account).clone(), name?.clone()))
}

/// Signs with a profile of that status as if it were active.
fn sign_all_the_same(call: &mut Call<'_, '_>, command: Command, status: ProfileStatus) -> Outcome<Reply> {
    let Some((owner, name)) = signs_with(call, &command) else { return call.next(command) };
    if call.store.profile(&owner, &name).is_none_or(|profile| profile.status != status) {
        return call.next(command);
    }
    call.while_profile((&owner, &name), |profile| profile.status = ProfileStatus::Active, command)
}

/// Changes a job that was made just now, for good.
fn made(call: &mut Call<'_, '_>, reply: &mut Reply, change: impl Fn(&Store, &mut Job)) {
    let (Reply::Started(job) | Reply::Signed(job)) = reply else { return };
    change(call.store, Arc::make_mut(job));
    if let Some(number) = call.store.jobs.number_of(&job.id) {
        call.store.change_job(number, |kept| kept.clone_from(job));
    }
}

/// Changes the jobs that a reply shows.
fn shown(reply: &mut Reply, change: fn(&mut Job)) {
    match reply {
        Reply::Job(job) => change(Arc::make_mut(job)),
        Reply::Jobs(page) => page.items.iter_mut().for_each(|job| change(Arc::make_mut(job))),
        _ => {}
    }
}

/// Changes a job that has ended and is described, by how often it was.
fn described(call: &mut Call<'_, '_>, reply: &mut Reply, change: fn(&mut Job, u32)) {
    let Reply::Job(job) = reply else { return };
    if job.status != JobStatus::InProgress {
        let times = call.memory.views.entry(job.id.clone()).or_default();
        *times += 1;
        change(Arc::make_mut(job), *times);
    }
}

/// Identifiers in capital letters.
struct Capitals<'a>(&'a mut dyn Ids);

impl Ids for Capitals<'_> {
    fn uuid(&mut self) -> String {
        self.0.uuid().to_uppercase()
    }

    fn profile_version(&mut self) -> String {
        self.0.profile_version()
    }
}

/// Lets a job be made under an id in capitals.
fn identified_in_capitals(call: &mut Call<'_, '_>, command: Command) -> Outcome<Reply> {
    if !matches!(command, Command::StartSigningJob(_) | Command::SignPayload(_)) {
        return call.next(command);
    }
    let Context { now, caller, elsewhere, .. } = *call.context;
    let mut ids = Capitals(&mut *call.context.ids);
    let mut context = Context { now, caller, ids: &mut ids, elsewhere };
    let Call { store, elsewhere, memory, rest, .. } = call;
    Call { store, context: &mut context, elsewhere, memory, rest }.next(command)
}
