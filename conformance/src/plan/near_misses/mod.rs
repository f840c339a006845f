//! Near misses: calls that would be answered, but for one constraint of the documents that they just break;
//! and calls that just keep one.
//!
//! Every constraint comes from the operation's document, and its requirement from the ledger: a constraint
//! that the ledger calls untestable is left alone. Around the probe stand the fewest calls which make the
//! unchanged call succeed, and behind it, where that can be read, what a refused call must not have changed.

mod attempts;
mod values;

use std::collections::BTreeSet;

use signer_model::{J0, K0, P0, Request, RevisionArg, S0, TagValue, makes};
use signer_schemas::{
    Edition, Member, Operation, OperationDoc, RequirementId, operation, operations, requirement,
};

use crate::data::program::{Probe, Program, Step};
use crate::operations::adapter;
use crate::plan::near_misses::attempts::Attempt;

/// The near misses of every operation of the edition, by operation, in the order of its document's members.
///
/// The names of the programs are stable: `near-misses/{operation}/{member}/{constraint}`, with `-kept` at the
/// end where the constraint is kept.
pub fn programs(edition: Edition) -> Vec<Program> {
    operations(edition).iter().flat_map(of_operation).collect()
}

fn of_operation(document: &OperationDoc) -> Vec<Program> {
    let mut programs = Vec::new();
    for member in &document.input {
        for attempt in missing(member)
            .chain(attempts::broken(&member.shape, &member.name, member.location))
            .chain(kept(document, member))
        {
            programs.extend(program(document, attempt));
        }
    }
    programs
}

/// A required member is left out, or given as null in a body. Required members of structures come with their
/// structure.
fn missing(member: &Member) -> impl Iterator<Item = Attempt> + use<> {
    let attempts =
        if member.required { attempts::missing(&member.name, member.location) } else { Vec::new() };
    attempts.into_iter()
}

/// The values that just keep a constraint, at those members where the answer is then the unchanged call's.
fn kept(document: &OperationDoc, member: &Member) -> Vec<Attempt> {
    let mut found = Vec::new();
    let mut look = |path: &str, shape| {
        let kinds =
            KEPT.iter().filter(|(operation, kept, _)| *operation == document.operation && *kept == path);
        let kinds: BTreeSet<&str> = kinds.flat_map(|(_, _, kinds)| kinds.iter().copied()).collect();
        found.extend(attempts::kept(shape, path).into_iter().filter(|attempt| kinds.contains(attempt.kind)));
    };
    member.shape.walk(&member.name, &mut |visit| look(&visit.path, visit.shape));
    found
}

fn program(document: &OperationDoc, attempt: Attempt) -> Option<Program> {
    let operation = document.operation;
    let id = RequirementId::named(operation, &format!("input/{}/{}", attempt.path, attempt.kind));
    let is_testable = requirement(&id).is_some_and(|row| row.testable && row.is_in(document.edition));
    let is_open = attempt.variant == "-empty" && MAY_BE_EMPTY.contains(&(operation, attempt.path.as_str()));
    if !is_testable || is_open {
        return None;
    }
    let base = (adapter(operation).base)(document.edition, &attempt.path);
    let mut steps: Vec<Step> = base.setup.into_iter().map(|request| Step::Call(request.by_owner())).collect();
    if attempt.valid && operation == Operation::UntagResource {
        steps.push(given(&attempt));
    }
    steps.push(Step::Probe(Probe {
        call: base.call.by_owner(),
        requirement: id,
        member: attempt.path.clone(),
        change: attempt.change,
        valid: attempt.valid,
    }));
    // After a kept one the changed value, not the model's, is what a read would show. A job that no answer
    // has named cannot be told from others.
    if !attempt.valid && makes(&base.call.by_owner()).is_none() {
        steps.extend(
            (adapter(operation).revealed_by)(base.call).map(|request| Step::Call(request.by_owner())),
        );
    }
    // A name that one operation takes is good for all others.
    if attempt.valid && attempt.path == "profileName" {
        steps.extend(
            uses_of_the_profile(document.edition).into_iter().map(|request| Step::Call(request.by_owner())),
        );
    }
    let kept = if attempt.valid { "-kept" } else { "" };
    let name = format!("near-misses/{operation}/{}/{}{}{kept}", attempt.path, attempt.kind, attempt.variant);
    Some(Program { name, edition: document.edition, steps })
}

/// Gives the profile the key that is then taken away: one that is not there may be refused. Both operations
/// have the same constraints of a key.
fn given(attempt: &Attempt) -> Step {
    Step::Probe(Probe {
        call: Request::tag(P0, K0, TagValue::A).by_owner(),
        requirement: RequirementId::named(
            Operation::TagResource,
            &format!("input/tags{{key}}/{}", attempt.kind),
        ),
        member: "tags{key}".to_owned(),
        change: attempt.change.clone(),
        valid: true,
    })
}

/// Calls that name a plain profile, made in this order; an edition leaves out those that it does not have.
fn uses_of_the_profile(edition: Edition) -> Vec<Request> {
    let uses = [
        Request::get(P0),
        Request::add(P0, S0, RevisionArg::Absent),
        Request::permissions(P0),
        Request::remove(P0, S0),
        Request::start(J0, P0),
        Request::cancel(P0),
    ];
    uses.into_iter().filter(|request| operation(edition, request.operation()).is_some()).collect()
}

/// Members of which an open point says that the empty text may count as none, whatever its least length.
const MAY_BE_EMPTY: &[(Operation, &str)] =
    &[(Operation::GetSigningProfile, "profileOwner"), (Operation::StartSigningJob, "profileOwner")];

/// Where a value that just keeps its constraint is answered as the unchanged one. Elsewhere it is not: a
/// profile of another name is absent, a version of other letters is unknown, a cut ARN names nothing, and 1
/// byte is no payload. A page size of 1 is left to the platforms: lists of profiles and jobs may be long.
const KEPT: &[(Operation, &str, &[&str])] = {
    use Operation as Op;
    &[
        (Op::ListSigningJobs, "jobInvoker", &["pattern"]),
        (Op::ListSigningJobs, "maxResults", &["maximum"]),
        (Op::ListSigningJobs, "status", &["enum"]),
        (Op::ListSigningPlatforms, "maxResults", &["minimum", "maximum"]),
        (Op::ListSigningProfiles, "maxResults", &["maximum"]),
        (Op::ListSigningProfiles, "statuses[]", &["enum"]),
        (Op::PutSigningProfile, "profileName", &["max-length", "pattern"]),
        (Op::PutSigningProfile, "tags{key}", &["min-length", "max-length", "pattern"]),
        (Op::PutSigningProfile, "tags{value}", &["max-length"]),
        (Op::RevokeSignature, "reason", &["min-length", "max-length"]),
        (Op::RevokeSigningProfile, "reason", &["min-length", "max-length"]),
        (Op::SignPayload, "payload", &["max-length"]),
        (Op::TagResource, "tags{key}", &["min-length", "max-length", "pattern"]),
        (Op::TagResource, "tags{value}", &["max-length"]),
        (Op::UntagResource, "tagKeys[]", &["min-length", "max-length", "pattern"]),
    ]
};
