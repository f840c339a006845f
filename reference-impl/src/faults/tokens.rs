//! Faults of client tokens, and of what makes the same job again.

use std::sync::Arc;

use crate::error::Outcome;
use crate::faults::call::{Call, Turn::Around};
use crate::faults::lie::Lie;
use crate::faults::row::{BOTH, CURRENT, Category, Fault, fault};
use crate::store::command::{Command, Reply};
use crate::store::job::{Job, StartSigningJob};

pub(super) const FAULTS: &[Fault] = &[
    fault(
        (50, "token-ignored"),
        Category::Idempotency,
        BOTH,
        "StartSigningJob/token-replay",
        "a repeated client token makes a second job",
        &[Lie::Store(Around(|call, command| without_token(call, command, |_, _, _| true)))],
    ),
    fault(
        (51, "token-bound-to-parameters"),
        Category::Idempotency,
        BOTH,
        "StartSigningJob/token-replay-other-parameters",
        "a client token with other parameters makes another job",
        &[Lie::Store(Around(|call, command| {
            without_token(call, command, |_, first, request| !first.was_made_by(request))
        }))],
    ),
    fault(
        (136, "older-token-forgotten"),
        Category::Idempotency,
        BOTH,
        "StartSigningJob/token-replay",
        "only the newest client token of an account is remembered",
        &[Lie::Store(Around(|call, command| {
            without_token(call, command, |call, first, _| {
                let tokens = call
                    .store
                    .jobs
                    .tokens
                    .iter()
                    .filter(|((account, _), _)| *account == call.caller().account);
                call.store.jobs.number_of(&first.id) != tokens.map(|(_, number)| *number).max()
            })
        }))],
    ),
    fault(
        (293, "token-spans-regions"),
        Category::Isolation,
        CURRENT,
        "common/regional",
        "a token that was used in another Region gives the job of that Region",
        &[Lie::Store(Around(|call, command| match &command {
            Command::StartSigningJob(request) => {
                let token = (call.caller().account.clone(), request.client_request_token.clone());
                let mut jobs = call.elsewhere.iter().map(|store| &store.jobs);
                let first = jobs.find_map(|jobs| jobs.by_number.get(jobs.tokens.get(&token)?)).cloned();
                first.map_or_else(|| call.next(command), |first| Ok(Reply::Started(first)))
            }
            _ => call.next(command),
        }))],
    ),
    fault(
        (52, "sign-payload-reuses-job"),
        Category::Idempotency,
        CURRENT,
        "SignPayload/fresh-id",
        "signing the same payload again answers with the first job",
        &[Lie::Store(Around(reuse_job))],
    ),
];

/// Starts a job as if its token were new, where that is so of the first job and of the request.
fn without_token(
    call: &mut Call<'_, '_>,
    command: Command,
    is_forgotten: fn(&Call<'_, '_>, &Job, &StartSigningJob) -> bool,
) -> Outcome<Reply> {
    let Command::StartSigningJob(request) = &command else { return call.next(command) };
    let token = (call.caller().account.clone(), request.client_request_token.clone());
    let number = call.store.jobs.tokens.get(&token).copied();
    let first = number.and_then(|number| call.store.jobs.by_number.get(&number)).cloned();
    if !first.is_some_and(|first| is_forgotten(call, &first, request)) {
        return call.next(command);
    }
    call.store.jobs_mut().tokens.remove(&token);
    call.next(command).inspect_err(|_| {
        call.store.jobs_mut().tokens.extend(number.map(|number| (token, number)));
    })
}

fn reuse_job(call: &mut Call<'_, '_>, command: Command) -> Outcome<Reply> {
    let Command::SignPayload(request) = &command else { return call.next(command) };
    let (payload, before) = (request.payload.clone(), call.store.clone());
    let reply = call.next(command)?;
    let first = call.memory.payloads.iter().find(|(known, _)| *known == payload);
    if let Some(first) = first.and_then(|(_, id)| before.jobs.get(id)).map(Arc::clone) {
        *call.store = before;
        return Ok(Reply::Signed(first));
    }
    if let Reply::Signed(job) = &reply {
        call.memory.payloads.push((payload, job.id.clone()));
    }
    Ok(reply)
}
