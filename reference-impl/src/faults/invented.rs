//! Faults that make something up where there is nothing.

use std::sync::Arc;

use jiff::Timestamp;

use crate::error::{ErrorName, Outcome};
use crate::faults::call::{Call, Turn::Around};
use crate::faults::lie::Lie;
use crate::faults::row::{BOTH, Category, Fault, fault};
use crate::identity::Caller;
use crate::ids::RandomIds;
use crate::store::command::{Command, Reply};
use crate::store::job::{S3Location, StartSigningJob};
use crate::store::profiles::PutSigningProfile;
use crate::store::state::{Action, Context, Store};

pub(super) const FAULTS: &[Fault] = &[
    fault(
        (90, "unknown-profile-starts"),
        Category::Jobs,
        BOTH,
        "StartSigningJob/unknown-profile",
        "a job starts for a profile that is not there",
        &[Lie::Store(Around(start_unknown))],
    ),
    fault(
        (10, "describe-absent-200"),
        Category::Error,
        BOTH,
        "DescribeSigningJob/absent",
        "describing a job that is not there gives an empty job",
        &[Lie::Store(Around(describe_absent))],
    ),
];

/// Starts a job with a profile that is made up where there is none.
fn start_unknown(call: &mut Call<'_, '_>, mut command: Command) -> Outcome<Reply> {
    let Command::StartSigningJob(request) = &mut command else { return call.next(command) };
    let Some(name) = request.profile_name.clone() else { return call.next(command) };
    let found = call.store.profile_for(
        call.caller(),
        request.profile_owner.as_deref(),
        &name,
        Action::StartSigningJob,
    );
    if found.is_ok() {
        return call.next(command);
    }
    request.profile_owner = None;
    let invented = invented(call, &name);
    let Some(profile) = invented.own_profile(call.caller(), &name).ok().cloned() else {
        return call.next(command);
    };
    let before = Arc::clone(&call.store.profiles);
    call.place(profile);
    let decided = call.next(command);
    call.store.profiles = before;
    decided
}

/// Shows a job that is made up where there is none.
fn describe_absent(call: &mut Call<'_, '_>, command: Command) -> Outcome<Reply> {
    let Command::DescribeSigningJob { id } = &command else { return call.next(command) };
    let id = id.clone();
    match call.next(command) {
        Err(refusal) if refusal.error == ErrorName::ResourceNotFound => {
            let nothing = || S3Location { bucket: String::new(), key: String::new(), version: String::new() };
            let request = StartSigningJob {
                profile_name: Some("unknown".to_owned()),
                profile_owner: None,
                source: nothing(),
                destination: (String::new(), String::new()),
                client_request_token: id.clone(),
                source_is_there: true,
                destination_is_there: true,
            };
            let mut store = invented(call, "unknown");
            let mut job = store
                .start_signing_job(&mut long_ago(call.caller(), &mut RandomIds::new(Some(0))), request)?;
            let made = Arc::make_mut(&mut job);
            (made.id, made.source, made.destination) = (id, None, None);
            Ok(Reply::Job(job))
        }
        decided => decided,
    }
}

/// A store in which the caller has a profile of that name, and nothing else.
fn invented(call: &Call<'_, '_>, name: &str) -> Store {
    let settings = Arc::new(call.store.settings().clone());
    let mut store = Store::new(&call.store.region().into(), &settings);
    let platform = signer_schemas::platforms().iter().find(|platform| platform.in_2019);
    let request = PutSigningProfile {
        name: name.to_owned(),
        platform_id: platform.map_or_else(String::new, |platform| platform.id.clone()),
        certificate_arn: Some(String::new()),
        ..PutSigningProfile::default()
    };
    let _ = store.put_signing_profile(&mut long_ago(call.caller(), &mut RandomIds::new(Some(0))), request);
    store
}

fn long_ago<'a>(caller: &'a Caller, ids: &'a mut RandomIds) -> Context<'a> {
    Context { now: Timestamp::UNIX_EPOCH, caller, ids, elsewhere: None }
}
