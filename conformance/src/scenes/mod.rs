//! Scenes: conversations written by hand, for what takes more than symbols to say: values that several
//! answers tell, long runs, open points that one strange request settles, the objects in the S3.
//!
//! [`SUITES`] is their table of contents. Each file begins with the names of its scenes, and each scene with its declaration:
//! the operation, a sentence, and the requirements that it puts to the test; the conversation follows. One
//! that is played to its end and has not tested them all is a mistake of ours, not a pass. In an edition a
//! scene is there if its operation is, with those of its requirements that the edition has.

mod filters;
mod idempotency;
mod jobs;
mod pagination;
mod permissions;
mod platforms;
mod profiles;
mod regions;
mod revocation;
mod shared;
mod signing;
mod tags;
#[cfg(test)]
mod tests;
mod wire;

use std::collections::BTreeSet;

use signer_schemas::{Edition, Operation};

use crate::data::program::{Program, Step};
use crate::data::turn::Turn;
use crate::judge::runner::scene::{Library, Scene};

/// The suites of scenes in the order in which they run, and the subjects of each.
const SUITES: &[(&str, &[&[Scene]])] = &[
    (
        "wire",
        &[
            wire::bodies::SCENES,
            wire::headers::SCENES,
            wire::urls::SCENES,
            wire::times::SCENES,
            wire::signatures::SCENES,
            wire::identities::SCENES,
        ],
    ),
    ("platforms", &[platforms::views::SCENES, platforms::filters::SCENES]),
    (
        "profiles",
        &[
            profiles::views::SCENES,
            profiles::kept::SCENES,
            profiles::limits::SCENES,
            profiles::names::SCENES,
            profiles::ends::SCENES,
        ],
    ),
    (
        "permissions",
        &[
            permissions::statements::SCENES,
            permissions::revisions::SCENES,
            permissions::policy::SCENES,
            permissions::accounts::SCENES,
            permissions::granted::SCENES,
        ],
    ),
    ("tags", &[tags::constraints::SCENES, tags::changes::SCENES]),
    (
        "jobs",
        &[
            jobs::life::SCENES,
            jobs::starting::SCENES,
            jobs::objects::SCENES,
            jobs::of_a_profile::SCENES,
            jobs::ids::SCENES,
            jobs::written::SCENES,
        ],
    ),
    ("idempotency", &[idempotency::repeats::SCENES, idempotency::differences::SCENES]),
    (
        "revocation",
        &[revocation::signatures::SCENES, revocation::profiles::SCENES, revocation::status::SCENES],
    ),
    (
        "signing",
        &[
            signing::payloads::SCENES,
            signing::envelopes::SCENES,
            signing::archives::SCENES,
            signing::devices::SCENES,
        ],
    ),
    ("regions", &[regions::apart::SCENES, regions::across::SCENES]),
    ("filters", &[filters::profiles::SCENES, filters::jobs::SCENES, filters::expiry::SCENES]),
    (
        "pagination",
        &[
            pagination::sizes::SCENES,
            pagination::long_lists::SCENES,
            pagination::changes::SCENES,
            pagination::tokens::SCENES,
        ],
    ),
];

/// The scenes of a suite.
fn scenes_of(suite: &str) -> impl Iterator<Item = &'static Scene> {
    SUITES
        .iter()
        .filter(move |(name, _)| *name == suite)
        .flat_map(|(_, subjects)| subjects.iter().copied().flatten())
}

/// All scenes.
pub(crate) fn scenes() -> impl Iterator<Item = &'static Scene> {
    SUITES.iter().flat_map(|(_, subjects)| subjects.iter().copied().flatten())
}

/// The scene of that name.
pub(crate) fn scene(name: &str) -> Option<&'static Scene> {
    scenes().find(|scene| scene.name == name)
}

/// All scenes by name, for the runner.
pub const LIBRARY: Library = Library(scene);

/// The operations that a step calls; for a scene, first the one that it is about, then those of its
/// requirements.
pub fn step_operations(step: &Step) -> Vec<Operation> {
    match step {
        Step::Call(call) => vec![call.request.operation()],
        Step::Settle(_) => vec![Operation::DescribeSigningJob],
        Step::Probe(probe) => vec![probe.call.request.operation()],
        Step::Together(calls) => calls.iter().map(|call| call.request.operation()).collect(),
        Step::Scene(name) => {
            let scene = scene(name);
            let requirements = scene.into_iter().flat_map(|scene| scene.requirements);
            let named = requirements.filter_map(|id| id.split('/').next().and_then(Operation::from_name));
            let mut operations: Vec<Operation> =
                scene.into_iter().map(|scene| scene.operation).chain(named).collect();
            let mut seen = BTreeSet::new();
            operations.retain(|operation| seen.insert(*operation));
            operations
        }
    }
}

/// Scenes that make an account large.
const LONG: &[&str] = &["pagination/many-jobs", "pagination/many-profiles"];

/// One that makes it so large that everything else comes before.
const LONGEST: &str = "jobs/many-of-one-profile";

/// Scenes that leave what some services cannot show again: no other case reads a list after them.
const STRANGE: &[&str] = &["wire/strange-text", "wire/far-times"];

/// Scenes that take long, as they let time pass or ask the same again and again.
const SLOW: &[&str] = &["revocation/record", "revocation/times", "profiles/many-calls"];

/// When a scene is played.
pub(crate) fn turn(name: &str) -> Turn {
    let reads_lists = ["filters/", "pagination/"].iter().any(|suite| name.starts_with(suite));
    match () {
        () if STRANGE.contains(&name) => Turn::Strange,
        () if name == LONGEST => Turn::Longest,
        () if LONG.contains(&name) => Turn::LongLists,
        () if reads_lists => Turn::ListScenes,
        () if SLOW.contains(&name) => Turn::Slow,
        () => Turn::Others,
    }
}

/// A program for each scene of the suite that the edition has.
pub(crate) fn programs(edition: Edition, suite: &str) -> Vec<Program> {
    scenes_of(suite)
        .filter(|scene| signer_schemas::operation(edition, scene.operation).is_some())
        .filter(|scene| scene.requirements_in(edition).next().is_some())
        .map(|scene| Program {
            name: scene.name.to_owned(),
            edition,
            steps: vec![Step::Scene(scene.name.to_owned())],
        })
        .collect()
}
