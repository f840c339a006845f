//! Faults between Regions.

use crate::error::{Outcome, Refusal};
use crate::faults::call::{Call, Turn::Around, Turn::Before};
use crate::faults::lie::Lie;
use crate::faults::row::{CURRENT, Category, Fault, fault};
use crate::identity::Caller;
use crate::store::changes::Row;
use crate::store::command::{Command, Reply};
use crate::store::state::{Context, Store};

pub(super) const FAULTS: &[Fault] = &[
    fault(
        (288, "region-ignored"),
        Category::Isolation,
        CURRENT,
        "common/regional",
        "whatever Region a request is signed for, it is served in the server's own",
        &[Lie::Caller(|config, caller| caller.region.clone_from(&config.region))],
    ),
    fault(
        (289, "names-span-regions"),
        Category::Isolation,
        CURRENT,
        "common/regional",
        "the name of a profile is taken in all Regions",
        &[Lie::Store(Around(|call, command| match &command {
            Command::PutSigningProfile(request)
                if call
                    .elsewhere
                    .iter()
                    .any(|store| store.own_profile(call.caller(), &request.name).is_ok()) =>
            {
                Err(Refusal::validation(format!("Profile with name {} already exists", request.name)))
            }
            _ => call.next(command),
        }))],
    ),
    fault(
        (290, "other-region-listed"),
        Category::Isolation,
        CURRENT,
        "common/regional",
        "lists show what is in other Regions, too",
        &[Lie::Store(Around(|call, command| match command {
            Command::ListSigningJobs { .. } | Command::ListSigningProfiles { .. } => {
                in_all_regions(call, command)
            }
            _ => call.next(command),
        }))],
    ),
    fault(
        (291, "other-region-shown"),
        Category::Isolation,
        CURRENT,
        "common/regional",
        "profiles and jobs of other Regions are shown",
        &[Lie::Store(Around(|call, command| match command {
            Command::ListSigningJobs { .. }
            | Command::ListSigningProfiles { .. }
            | Command::GetRevocationStatus(_) => call.next(command),
            _ if command.is_read() => in_all_regions(call, command),
            _ => call.next(command),
        }))],
    ),
    fault(
        (292, "cancel-spans-regions"),
        Category::Isolation,
        CURRENT,
        "common/regional",
        "canceling a profile cancels those of its name in other Regions",
        &[Lie::Store(Around(cancel_everywhere))],
    ),
    fault(
        (294, "revocation-of-one-region"),
        Category::Revocation,
        CURRENT,
        "RevokeSigningProfile/all-regions",
        "what was revoked in another Region counts as not revoked",
        &[Lie::Store(Before(|call, _| call.context.elsewhere = None))],
    ),
];

/// Answers as if everything were in this Region; what is in it comes first.
fn in_all_regions(call: &mut Call<'_, '_>, command: Command) -> Outcome<Reply> {
    let own = call.store.clone();
    let rows: Vec<Row> = call.elsewhere.iter().flat_map(Store::rows).collect();
    for row in rows {
        match row {
            Row::Profile(profile) if own.profile(&profile.owner, &profile.name).is_some() => {}
            Row::Job(_, job) => {
                let number = call.store.jobs.next();
                call.store.take_up(Row::Job(number, job));
            }
            row => call.store.take_up(row),
        }
    }
    let decided = call.next(command);
    *call.store = own;
    decided
}

fn cancel_everywhere(call: &mut Call<'_, '_>, command: Command) -> Outcome<Reply> {
    if let Command::CancelSigningProfile { name } = &command {
        let (now, caller) = (call.context.now, call.caller().clone());
        for store in call.elsewhere.iter_mut() {
            let caller = Caller { region: store.region().to_owned(), ..caller.clone() };
            let mut context = Context { now, caller: &caller, ids: &mut *call.context.ids, elsewhere: None };
            let _ = store.cancel_signing_profile(&mut context, name);
        }
    }
    call.next(command)
}
