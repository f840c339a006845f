//! The shortest way to what somebody looks for, as a trace.

use signer_model::{
    Axis, Grouping, Job, JobStatus, Move, PROFILES, Profile, ProfileStatus, State, nearest, offers, wanted,
};

use crate::ids;
use crate::query::Query;
use crate::steps::{beginning, id_of, take};
use crate::subjects::Subject;

/// What can be looked for in a subject: the name in links, and in words.
pub(crate) fn places(subject: &Subject) -> Vec<(String, String)> {
    let standings = signer_model::standings(&subject.scope, None, &State::new());
    let mut places: Vec<_> = standings
        .iter()
        .filter(|standing| standing.kind == signer_model::PropertyKind::Sometimes)
        .map(|standing| (format!("property:{}", standing.name), standing.name.to_owned()))
        .collect();
    let calls = || subject.scope.calls.iter();
    for profile in (0..).map(Profile).take(PROFILES) {
        if calls().any(|call| call.to_string().contains(&format!(" {profile}"))) {
            for status in [ProfileStatus::Active, ProfileStatus::Canceled, ProfileStatus::Revoked] {
                places.push((format!("state:{profile}={status}"), format!("{profile} is {status}")));
            }
        }
    }
    for job in (0..).map(Job).take(signer_model::JOBS) {
        if calls().any(|call| signer_model::makes(call) == Some(job)) {
            for status in JobStatus::ALL {
                places.push((format!("state:{job}={status}"), format!("{job} is {status}")));
            }
        }
    }
    places
}

/// The name of the place where a requirement is at work.
pub(crate) fn requirement(id: &str) -> String {
    format!("requirement:{id}")
}

/// The shortest way to a place.
pub(crate) fn goto(subject: &Subject, to: &str) -> Result<Query, String> {
    let (kind, name) = to.split_once(':').unwrap_or((to, ""));
    let none = || format!("no state of {} is like that{}", subject.name, as_far(subject));
    let seek = |wanted: &(dyn Fn(&State) -> bool + Sync)| nearest(&subject.scope, wanted, most(subject));
    let path = match kind {
        "property" => {
            let wanted = wanted(name).ok_or_else(|| format!("no property says {name:?}"))?;
            seek(&wanted)
        }
        "state" => {
            let (thing, status) =
                name.split_once('=').ok_or_else(|| format!("{name:?} is no state: write p0=Revoked"))?;
            let number =
                |letter: char| thing.strip_prefix(letter).and_then(|number| number.parse::<usize>().ok());
            if let Some(place) = number('p') {
                seek(&|state: &State| state.profiles.get(place).is_some_and(|it| it.status.id() == status))
            } else if let Some(place) = number('j') {
                seek(&|state: &State| {
                    state
                        .jobs
                        .get(place)
                        .is_some_and(|it| it.exists() && it.statuses.iter().any(|one| one.id() == status))
                })
            } else {
                return Err(format!("{thing:?} is neither a profile, p0, nor a job, j0"));
            }
        }
        "requirement" => return at_work(subject, name),
        _ => {
            return Err(format!(
                "{to:?} is nothing to look for; there are property:NAME, state:p0=Revoked and requirement:ID"
            ));
        }
    };
    path.map(|path| query(subject, &path.moves)).ok_or_else(none)
}

/// How many states of what is too large to be searched in full are looked at.
const SOME: usize = 20_000;

fn most(subject: &Subject) -> usize {
    if subject.can_be_searched() { usize::MAX } else { SOME }
}

/// What has to be said where not all states were looked at.
fn as_far(subject: &Subject) -> String {
    if subject.can_be_searched() { String::new() } else { format!(", among its nearest {SOME} states or so") }
}

/// The shortest way to an answer that the requirement admits, or speaks against.
fn at_work(subject: &Subject, id: &str) -> Result<Query, String> {
    let scope = &subject.scope;
    // Where only the error of a refusal is open, a rule names that.
    let is_it = |rule: &str| rule == id || rule.strip_suffix("-error") == Some(id);
    let works = |state: &State| {
        scope
            .calls
            .iter()
            .any(|call| offers(scope, state, call).iter().any(|offer| is_it(offer.outcome.rule.id)))
    };
    let path = nearest(scope, &works, most(subject));
    let path =
        path.ok_or_else(|| format!("{id} is at work nowhere in {}{}", subject.name, as_far(subject)))?;
    let mut query = query(subject, &path.moves);
    id.clone_into(&mut query.search);
    query.all = true;
    Ok(query)
}

/// The way to the nearest state of a group.
pub(crate) fn cell(
    subject: &Subject,
    grouping: &Grouping,
    axis: Axis,
    row: u8,
    column: u8,
) -> Result<Query, String> {
    let cell = grouping.cells.iter().find(|cell| (cell.group.row, cell.group.column) == (row, column));
    let cell = cell.ok_or_else(|| format!("{} has no such group", subject.name))?;
    let moves = grouping.search.path(cell.nearest).moves;
    Ok(Query { axis: Some(axis.id().to_owned()), ..query(subject, &moves) })
}

/// A way through the subject as a trace.
pub(crate) fn query(subject: &Subject, moves: &[Move]) -> Query {
    let mut worlds = beginning(subject);
    let mut steps = Vec::new();
    for by in moves {
        let id = match by {
            Move::Call(call, reply) => id_of(subject, &worlds, call, Some(reply)),
            Move::Ends(job, status) => ids::ends(*job, *status),
        };
        let Some(step) = take(subject, &worlds, &id) else { break };
        worlds = step.after;
        steps.push(step.id);
    }
    Query { steps, ..Query::default() }
}
