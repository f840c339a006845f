//! Faults of the question what is revoked.

use std::sync::Arc;

use jiff::SignedDuration;

use crate::error::{ErrorName, Outcome, Refusal};
use crate::faults::call::{Call, Turn::Around, Turn::Before};
use crate::faults::lie::Lie;
use crate::faults::row::{CURRENT, Category, Fault, fault};
use crate::store::arn::partition;
use crate::store::command::{Command, Reply};
use crate::store::job::Job;
use crate::store::profile::Profile;
use crate::store::revocations::RevocationQuestion;
use crate::store::state::Store;

pub(super) const FAULTS: &[Fault] = &[
    fault(
        (72, "profile-revocation-unreported"),
        Category::Revocation,
        CURRENT,
        "GetRevocationStatus/profile-revoked-after",
        "a revoked profile is not reported",
        &[Lie::Store(Around(|call, command| {
            told(call, command, |call, question, entities| {
                let whole = profile_of(call, question).map(|profile| profile.arn.clone()).unwrap_or_default();
                entities.retain(|entity| *entity != question.profile_version_arn && *entity != whole);
            })
        }))],
    ),
    fault(
        (73, "job-revocation-unreported"),
        Category::Revocation,
        CURRENT,
        "GetRevocationStatus/job-revoked",
        "a revoked signature is not reported",
        &[Lie::Store(Around(|call, command| {
            told(call, command, |_, question, entities| {
                entities.retain(|entity| *entity != question.job_arn);
            })
        }))],
    ),
    fault(
        (391, "old-signature-refused"),
        Category::Revocation,
        CURRENT,
        "GetRevocationStatus/before-profile",
        "a signature of ten years ago is refused, since no profile is so old",
        &[Lie::Store(Around(|call, command| {
            let oldest = call.context.now - SignedDuration::from_hours(24 * 365 * 10);
            let is_older = matches!(
                &command,
                Command::GetRevocationStatus(question) if question.signature_timestamp < oldest
            );
            call.unless(command, is_older.then(|| Refusal::validation("signatureTimestamp is too early")))
        }))],
    ),
    fault(
        (75, "revocation-lists-all"),
        Category::Revocation,
        CURRENT,
        "GetRevocationStatus/none-revoked",
        "everything asked about is reported as revoked",
        &[Lie::Store(Around(|call, command| {
            told(call, command, |_, question, entities| {
                *entities = vec![question.profile_version_arn.clone(), question.job_arn.clone()];
            })
        }))],
    ),
    fault(
        (74, "revocation-before-effective"),
        Category::Revocation,
        CURRENT,
        "GetRevocationStatus/profile-revoked-before",
        "a revoked profile is reported for signatures before the effective time",
        &[Lie::Store(Before(|call, command| {
            if let Command::GetRevocationStatus(question) = command {
                question.signature_timestamp = question.signature_timestamp.max(call.context.now);
            }
        }))],
    ),
    fault(
        (268, "status-by-minute"),
        Category::Revocation,
        CURRENT,
        "GetRevocationStatus/profile-revoked-after",
        "a revocation reaches signatures from the next minute on",
        &[Lie::Store(Around(|call, command| {
            told(call, command, |call, question, entities| {
                let Some(profile) = profile_of(call, question) else { return };
                let minute = |time: jiff::Timestamp| time.as_second().div_euclid(60);
                let from = profile.revocation.as_ref().map(|record| minute(record.effective_from));
                if from == Some(minute(question.signature_timestamp)) {
                    entities
                        .retain(|entity| *entity != question.profile_version_arn && *entity != profile.arn);
                }
            })
        }))],
    ),
    fault(
        (266, "status-any-version"),
        Category::Revocation,
        CURRENT,
        "GetRevocationStatus/none-revoked",
        "a revoked profile is listed under any version",
        &[Lie::Store(Around(|call, command| {
            asked_otherwise(call, command, |call, question| {
                if let Some(profile) = profile_of(call, question) {
                    question.profile_version_arn = profile.version_arn();
                }
            })
        }))],
    ),
    fault(
        (267, "status-any-account"),
        Category::Revocation,
        CURRENT,
        "GetRevocationStatus/none-revoked",
        "a revoked job is listed under the ARN of any account",
        &[Lie::Store(Around(|call, command| {
            asked_otherwise(call, command, |call, question| {
                if let Some(job) = job_of(call, question) {
                    question.job_arn = job.arn();
                }
            })
        }))],
    ),
    fault(
        (296, "other-partition-answered"),
        Category::Revocation,
        CURRENT,
        "GetRevocationStatus/other-partition",
        "ARNs of another partition are taken for ARNs of things that are not there",
        &[Lie::Store(Around(answer_other_partition))],
    ),
];

/// What is asked, if that is what is revoked.
fn asked(command: &Command) -> Option<RevocationQuestion> {
    if let Command::GetRevocationStatus(question) = command { Some(question.clone()) } else { None }
}

/// Changes what is reported as revoked.
fn told(
    call: &mut Call<'_, '_>,
    command: Command,
    change: fn(&Call<'_, '_>, &RevocationQuestion, &mut Vec<String>),
) -> Outcome<Reply> {
    let Some(question) = asked(&command) else { return call.next(command) };
    let mut reply = call.next(command)?;
    if let Reply::Revoked(entities) = &mut reply {
        change(call, &question, entities);
    }
    Ok(reply)
}

/// Asks for something else, and tells the answer in the words of the question.
fn asked_otherwise(
    call: &mut Call<'_, '_>,
    command: Command,
    change: fn(&Call<'_, '_>, &mut RevocationQuestion),
) -> Outcome<Reply> {
    let Some(question) = asked(&command) else { return call.next(command) };
    let mut other = question.clone();
    change(call, &mut other);
    let mut reply = call.next(Command::GetRevocationStatus(other.clone()))?;
    if let Reply::Revoked(entities) = &mut reply {
        for entity in entities {
            if *entity == other.profile_version_arn {
                entity.clone_from(&question.profile_version_arn);
            } else if *entity == other.job_arn {
                entity.clone_from(&question.job_arn);
            }
        }
    }
    Ok(reply)
}

fn stores<'a>(call: &'a Call<'_, '_>) -> impl Iterator<Item = &'a Store> {
    std::iter::once(&*call.store).chain(call.elsewhere.iter())
}

/// The profile of whichever version the question names.
fn profile_of(call: &Call<'_, '_>, question: &RevocationQuestion) -> Option<Arc<Profile>> {
    let (arn, _) = question.profile_version_arn.rsplit_once('/')?;
    let mut profiles = stores(call)
        .flat_map(|store| store.profiles.values().flat_map(|profiles| profiles.by_name().values()));
    profiles.find(|profile| profile.arn == arn).cloned()
}

/// The job with the id that the question names, of any account.
fn job_of(call: &Call<'_, '_>, question: &RevocationQuestion) -> Option<Arc<Job>> {
    let (_, id) = question.job_arn.rsplit_once('/')?;
    stores(call).find_map(|store| store.jobs.get(id).cloned())
}

/// Takes ARNs of another partition for ARNs of things that are not there.
fn answer_other_partition(call: &mut Call<'_, '_>, command: Command) -> Outcome<Reply> {
    let Some(mut question) = asked(&command) else { return call.next(command) };
    let (region, home) = (call.store.region().to_owned(), format!("arn:{}:", partition(call.store.region())));
    match call.next(command) {
        Err(refusal) if refusal.error == ErrorName::Validation => {}
        decided => return decided,
    }
    for arn in [&mut question.profile_version_arn, &mut question.job_arn] {
        if arn.starts_with("arn:aws") && !arn.starts_with(&home) {
            *arn = format!("{home}signer:{region}:000000000000:/signing-jobs/none");
        }
    }
    call.next(Command::GetRevocationStatus(question))
}
