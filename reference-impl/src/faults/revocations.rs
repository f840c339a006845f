//! Faults of revocations: of profiles and of signatures.

use std::sync::Arc;

use jiff::SignedDuration;

use crate::error::{ErrorName, Outcome};
use crate::faults::call::{Call, Turn::Around, Turn::Before};
use crate::faults::lie::Lie;
use crate::faults::row::{CURRENT, Category, Fault, fault};
use crate::store::command::{Command, Reply};
use crate::store::job::{Job, JobRevocation, whole_seconds};
use crate::store::profile::{Profile, ProfileRevocation};
use crate::store::revocations::RevokeSigningProfile;

pub(super) const FAULTS: &[Fault] = &[
    fault(
        (110, "present-time-refused"),
        Category::Strict,
        CURRENT,
        "RevokeSigningProfile/present-time",
        "the present second counts as the future",
        &[Lie::Store(Before(|call, command| {
            let now = call.context.now;
            if let Command::RevokeSigningProfile(request) = command
                && request.effective_time > now - SignedDuration::from_secs(2)
            {
                request.effective_time = now + SignedDuration::from_hours(1);
            }
        }))],
    ),
    fault(
        (78, "future-revocation-accepted"),
        Category::Revocation,
        CURRENT,
        "RevokeSigningProfile/future",
        "an effective time in the future is accepted",
        &[Lie::Store(Around(accept_future))],
    ),
    fault(
        (276, "version-any-case"),
        Category::Strict,
        CURRENT,
        "RevokeSigningProfile/wrong-version",
        "the case of a profile's version does not matter",
        &[Lie::Store(Before(|call, command| {
            if let Command::RevokeSigningProfile(request) = command
                && let Some(profile) = call.own(&request.name)
                && profile.version.eq_ignore_ascii_case(&request.version)
            {
                request.version.clone_from(&profile.version);
            }
        }))],
    ),
    fault(
        (269, "effective-time-rounded-up"),
        Category::Revocation,
        CURRENT,
        "GetSigningProfile/effective-from",
        "an effective time is rounded up to the next second",
        &[Lie::Store(Around(|call, command| {
            when_revoked(call, command, |call, request| {
                record(call, &request.name, |record| {
                    record.effective_from =
                        whole_seconds(record.effective_from + SignedDuration::from_millis(999));
                });
            })
        }))],
    ),
    fault(
        (270, "revoked-at-effective"),
        Category::Revocation,
        CURRENT,
        "RevokeSigningProfile/revoked-at",
        "revokedAt of a profile is the effective time",
        &[Lie::Store(Around(|call, command| {
            when_revoked(call, command, |call, request| {
                record(call, &request.name, |record| {
                    record.revoked_at = whole_seconds(request.effective_time);
                });
            })
        }))],
    ),
    fault(
        (127, "revoked-profile-spreads"),
        Category::Isolation,
        CURRENT,
        "DescribeSigningJob/no-revocation-record",
        "revoking a profile revokes the signatures of its jobs",
        &[Lie::Store(Around(|call, command| {
            when_revoked(call, command, |call, request| {
                if let Some(record) = call.own(&request.name).and_then(|profile| profile.revocation.clone()) {
                    let ProfileRevocation { revoked_at, revoked_by, .. } = record;
                    let record = JobRevocation { reason: "profile".to_owned(), revoked_at, revoked_by };
                    revoke_all_of(call, (&call.caller().account.clone(), &request.name), &record);
                }
            })
        }))],
    ),
    fault(
        (137, "third-revocation-ignored"),
        Category::Revocation,
        CURRENT,
        "RevokeSigningProfile/earlier",
        "the effective time of a revocation moves earlier only once",
        &[Lie::Store(Around(move_once))],
    ),
    fault(
        (77, "effective-time-never-moves"),
        Category::Revocation,
        CURRENT,
        "GetSigningProfile/effective-from",
        "a second revocation does not move the effective time earlier",
        &[Lie::Store(Around(|call, command| match revoked_before(call, &command) {
            Some((profile, before)) => {
                let reply = call.next(command)?;
                record(call, &profile.name, |record| record.effective_from = before.effective_from);
                Ok(reply)
            }
            None => call.next(command),
        }))],
    ),
    fault(
        (76, "effective-time-moves-later"),
        Category::Revocation,
        CURRENT,
        "GetSigningProfile/effective-from",
        "a second revocation moves the effective time later",
        &[Lie::Store(Around(move_later))],
    ),
    fault(
        (79, "signature-revocation-lost"),
        Category::Revocation,
        CURRENT,
        "RevokeSignature/revokes",
        "revoking a signature is answered, but changes nothing",
        &[Lie::Store(Around(|call, command| {
            let before = call.store.clone();
            let is_lost = matches!(command, Command::RevokeSignature { .. });
            let reply = call.next(command)?;
            if is_lost {
                *call.store = before;
            }
            Ok(reply)
        }))],
    ),
    fault(
        (81, "revoke-unknown-job"),
        Category::Revocation,
        CURRENT,
        "RevokeSignature/absent",
        "revoking a job that is not there is answered with success",
        &[Lie::Store(Around(|call, command| {
            let is_revoked = matches!(command, Command::RevokeSignature { .. });
            match call.next(command) {
                Err(refusal) if is_revoked && refusal.error == ErrorName::ResourceNotFound => Ok(Reply::Done),
                decided => decided,
            }
        }))],
    ),
    fault(
        (126, "revoked-signature-spreads"),
        Category::Isolation,
        CURRENT,
        "RevokeSignature/other-jobs",
        "revoking a signature revokes those of the profile's other jobs",
        &[Lie::Store(Around(|call, command| {
            when_signature_revoked(call, command, |call, job| {
                if let Some(record) = &job.revocation {
                    revoke_all_of(call, (&job.owner, &job.profile_name), record);
                }
            })
        }))],
    ),
    fault(
        (272, "revoked-by-owner"),
        Category::View,
        CURRENT,
        "RevokeSignature/revoker",
        "a signature counts as revoked by its owner, whoever has revoked it",
        &[Lie::Store(Around(|call, command| {
            when_signature_revoked(call, command, |call, job| {
                let account = call.caller().account.clone();
                let Some(number) = call.store.jobs.number_of(&job.id) else { return };
                call.store.change_job(number, |kept| {
                    if let Some(record) = &mut kept.revocation {
                        record.revoked_by = record.revoked_by.replace(&account, &job.owner);
                    }
                });
            })
        }))],
    ),
];

/// Changes the record of a profile's revocation.
fn record(call: &mut Call<'_, '_>, name: &str, change: impl FnOnce(&mut ProfileRevocation)) {
    call.edit(name, |profile| {
        let _ = profile.revocation.as_mut().map(change);
    });
}

/// The profile that a command revokes, if it exists.
fn profile(call: &Call<'_, '_>, command: &Command) -> Option<Arc<Profile>> {
    if let Command::RevokeSigningProfile(request) = command { call.own(&request.name) } else { None }
}

/// The profile that a command revokes once more, and the record so far.
fn revoked_before(call: &Call<'_, '_>, command: &Command) -> Option<(Arc<Profile>, ProfileRevocation)> {
    let profile = profile(call, command)?;
    let record = profile.revocation.clone()?;
    Some((profile, record))
}

/// What follows when a profile is revoked for the first time.
fn when_revoked(
    call: &mut Call<'_, '_>,
    command: Command,
    then: fn(&mut Call<'_, '_>, &RevokeSigningProfile),
) -> Outcome<Reply> {
    let Command::RevokeSigningProfile(request) = &command else { return call.next(command) };
    let (request, is_first) = (request.clone(), revoked_before(call, &command).is_none());
    let reply = call.next(command)?;
    if is_first {
        then(call, &request);
    }
    Ok(reply)
}

/// Decides at the time from which the revocation holds, and dates it back.
fn accept_future(call: &mut Call<'_, '_>, command: Command) -> Outcome<Reply> {
    let Command::RevokeSigningProfile(request) = &command else { return call.next(command) };
    let (name, now, is_first) =
        (request.name.clone(), call.context.now, revoked_before(call, &command).is_none());
    call.context.now = now.max(request.effective_time);
    let decided = call.next(command);
    call.context.now = now;
    if is_first && decided.is_ok() {
        record(call, &name, |record| record.revoked_at = whole_seconds(now));
    }
    decided
}

fn move_once(call: &mut Call<'_, '_>, command: Command) -> Outcome<Reply> {
    let Some((profile, before)) = revoked_before(call, &command) else { return call.next(command) };
    let arn = profile.version_arn();
    let is_earlier = matches!(&command, Command::RevokeSigningProfile(request) if request.effective_time < before.effective_from);
    if is_earlier && call.memory.moved.contains(&arn) {
        return Ok(Reply::Done);
    }
    let reply = call.next(command)?;
    if is_earlier {
        call.memory.moved.insert(arn);
    }
    Ok(reply)
}

fn move_later(call: &mut Call<'_, '_>, command: Command) -> Outcome<Reply> {
    let (Some((profile, before)), Command::RevokeSigningProfile(request)) =
        (revoked_before(call, &command), &command)
    else {
        return call.next(command);
    };
    let is_later = (before.effective_from..=call.context.now).contains(&request.effective_time);
    if !is_later || request.effective_time == before.effective_from || request.version != profile.version {
        return call.next(command);
    }
    record(call, &profile.name, |record| record.effective_from = request.effective_time);
    Ok(Reply::Done)
}

/// What follows when a signature is revoked for the first time; the job is as it is then.
fn when_signature_revoked(
    call: &mut Call<'_, '_>,
    command: Command,
    then: fn(&mut Call<'_, '_>, &Job),
) -> Outcome<Reply> {
    let Command::RevokeSignature { id, .. } = &command else { return call.next(command) };
    let id = id.clone();
    let is_first = call.store.jobs.get(&id).is_some_and(|job| job.revocation.is_none());
    let reply = call.next(command)?;
    if let Some(job) = call.store.jobs.get(&id).cloned().filter(|_| is_first) {
        then(call, &job);
    }
    Ok(reply)
}

/// Revokes the signatures of all jobs of a profile.
fn revoke_all_of(call: &mut Call<'_, '_>, (owner, profile): (&str, &str), record: &JobRevocation) {
    let jobs = call.store.jobs.by_number.iter();
    let of_profile =
        jobs.filter(|(_, job)| job.owner == owner && job.profile_name == profile).map(|(number, _)| *number);
    for number in of_profile.collect::<Vec<_>>() {
        call.store.change_job(number, |job| job.revocation = Some(record.clone()));
    }
}
