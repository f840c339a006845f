//! Scenes: conversations written by hand, for what takes more than symbols to say: values that several answers tell,
//! long runs, open points that one strange request settles, the objects in the S3.
//!
//! A scene names the requirements that it puts to the test. One that is played to its end and has not done so is a mistake
//! of ours, not a pass. In an edition it is there if its operation is, with those of its requirements that the edition has.

mod accounts;
mod calls;
mod described;
mod ended;
mod entries;
mod filters;
mod idempotency;
mod jobs;
mod many;
mod narrowed;
mod pagination;
mod permissions;
mod platforms;
mod policy;
mod profiles;
mod regions;
mod request_ids;
mod revocation;
mod revoked;
mod signed;
mod signing;
mod strange;
mod tags;
mod templates;
mod tokens;
mod wire;

use std::collections::BTreeSet;

use signer_schemas::{Edition, Operation};

use crate::data::program::{Program, Step};
use crate::judge::runner::scene::{Library, Scene};

/// The suites of scenes, in the order in which they run.
const SUITES: &[(&str, &[Scene])] = &[
    ("wire", wire::SCENES),
    ("wire", request_ids::SCENES),
    ("wire", strange::SCENES),
    ("platforms", platforms::SCENES),
    ("profiles", profiles::SCENES),
    ("profiles", ended::SCENES),
    ("profiles", entries::SCENES),
    ("profiles", templates::PROFILES),
    ("profiles", many::PROFILES),
    ("permissions", permissions::SCENES),
    ("permissions", policy::SCENES),
    ("permissions", accounts::SCENES),
    ("tags", tags::SCENES),
    ("jobs", jobs::SCENES),
    ("jobs", described::SCENES),
    ("jobs", templates::JOBS),
    ("jobs", many::JOBS),
    ("idempotency", idempotency::SCENES),
    ("revocation", revocation::SCENES),
    ("revocation", revoked::SCENES),
    ("signing", signing::SCENES),
    ("signing", signed::SCENES),
    ("regions", regions::SCENES),
    ("filters", filters::SCENES),
    ("filters", narrowed::SCENES),
    ("pagination", pagination::SCENES),
    ("pagination", tokens::SCENES),
];

/// All scenes.
pub(crate) fn scenes() -> impl Iterator<Item = &'static Scene> {
    SUITES.iter().flat_map(|(_, scenes)| *scenes)
}

/// The scene of that name.
pub(crate) fn scene(name: &str) -> Option<&'static Scene> {
    scenes().find(|scene| scene.name == name)
}

/// All scenes by name, for the runner.
pub const LIBRARY: Library = Library(scene);

/// The operations that a step calls; for a scene, first the one that it is about, then those of its requirements.
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
            let mut operations: Vec<Operation> = scene.into_iter().map(|scene| scene.operation).chain(named).collect();
            let mut seen = BTreeSet::new();
            operations.retain(|operation| seen.insert(*operation));
            operations
        }
    }
}

/// Scenes that make an account large: everything else comes before.
const LONG: &[&str] = &["pagination/many-jobs", "pagination/many-profiles", "jobs/many-of-one-profile"];

/// When a scene is played: 0 early, while lists are short, 3 at the end.
pub(crate) fn turn(name: &str) -> u8 {
    let reads_lists = ["filters/", "pagination/"].iter().any(|suite| name.starts_with(suite));
    match (LONG.contains(&name), reads_lists) {
        (true, _) => 3,
        (false, true) => 0,
        (false, false) => 2,
    }
}

/// A program for each scene of the suite that the edition has.
pub(crate) fn programs(edition: Edition, suite: &str) -> Vec<Program> {
    let scenes = SUITES.iter().filter(|(name, _)| *name == suite).flat_map(|(_, scenes)| *scenes);
    scenes
        .filter(|scene| signer_schemas::operation(edition, scene.operation).is_some())
        .filter(|scene| scene.requirements_in(edition).next().is_some())
        .map(|scene| Program { name: scene.name.to_owned(), edition, steps: vec![Step::Scene(scene.name.to_owned())] })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{SUITES, scenes};

    #[test]
    fn every_scene_bears_its_suite_and_names_testable_requirements_once() {
        for (suite, scenes) in SUITES {
            for scene in *scenes {
                assert!(scene.name.starts_with(&format!("{suite}/")), "{} is no name of {suite}", scene.name);
            }
        }
        for scene in scenes() {
            let distinct: BTreeSet<_> = scene.requirements.iter().collect();
            assert_eq!(distinct.len(), scene.requirements.len(), "{} names a requirement twice", scene.name);
            assert!(!scene.requirements.is_empty(), "{} asks nothing", scene.name);
            for id in scene.requirements {
                let row = signer_schemas::requirement(id);
                assert!(row.is_some_and(|row| row.testable), "{} names {id}, which no client can test", scene.name);
            }
        }
    }

    #[test]
    fn no_two_scenes_have_one_name() {
        let names: Vec<_> = scenes().map(|scene| scene.name).collect();
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
    }
}
