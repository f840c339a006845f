//! Share facts, never verdicts: who may depend on whom.

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, MetadataCommand};

use crate::tree::{files, root};

/// Package → what it and its dependencies use outside of tests.
fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let metadata =
        MetadataCommand::new().manifest_path(root().join("Cargo.toml")).exec().expect("cargo metadata runs");
    let resolve = metadata.resolve.as_ref().expect("a resolved workspace");
    let name = |id: &cargo_metadata::PackageId| metadata[id].name.to_string();
    let direct = |id: &cargo_metadata::PackageId| {
        let node = resolve.nodes.iter().find(|node| node.id == *id).expect("each package is resolved");
        let normal = |dep: &&cargo_metadata::NodeDep| {
            dep.dep_kinds.iter().any(|kind| kind.kind == DependencyKind::Normal)
        };
        node.deps.iter().filter(normal).map(|dep| dep.pkg.clone()).collect::<Vec<_>>()
    };
    metadata
        .workspace_packages()
        .into_iter()
        .map(|package| {
            let mut seen = BTreeSet::new();
            let mut todo = direct(&package.id);
            while let Some(id) = todo.pop() {
                if seen.insert(name(&id)) {
                    todo.extend(direct(&id));
                }
            }
            (package.name.to_string(), seen)
        })
        .collect()
}

fn refuses(package: &str, forbidden: &[&str], why: &str) {
    let dependencies = dependencies();
    let used = dependencies.get(package).unwrap_or_else(|| panic!("there is no package {package}"));
    for name in forbidden {
        assert!(!used.contains(*name), "{package} depends on {name}, directly or not. {why}");
    }
}

#[test]
fn the_witness_knows_neither_definition_nor_judge() {
    refuses(
        "signer-reference",
        &["signer-model", "signer-conformance", "jsonschema", "proptest", "stateright"],
        "The witness is read from the documents a second time and by other means: a bug that it shared with \
         the judge would be invisible. Move what both need into schemas/ if it is a fact; write it twice if \
         it decides.",
    );
}

#[test]
fn the_embedded_s3_knows_nothing_of_signing() {
    for package in ["signer-objects", "signer-folder"] {
        refuses(
            package,
            &["signer-reference", "signer-schemas", "signer-model", "signer-conformance", "axum"],
            "It is a store, and a folder on disk. What the API of AWS Signer or a signature has to do with \
             it belongs into reference-impl/, which hands it requests whose caller is known.",
        );
    }
}

#[test]
fn what_is_tried_of_the_witness_alone_knows_no_judge() {
    refuses(
        "signer-reference-fuzz",
        &["signer-model", "signer-conformance", "jsonschema", "proptest", "stateright"],
        "Its properties are of the witness by itself. Where the judge is to look at its answers, put the \
         target into conformance/fuzz.",
    );
}

#[test]
fn no_program_carries_a_fuzzer() {
    for package in ["signer-reference", "signer-conformance-cli", "signer-explorer"] {
        refuses(
            package,
            &["libfuzzer-sys"],
            "The engine is built for `.ci/third-party fuzz` alone: name it in a fuzz crate, as an optional \
             one.",
        );
    }
}

#[test]
fn the_definition_knows_neither_witness_nor_judge_nor_the_network() {
    refuses(
        "signer-model",
        &["signer-reference", "signer-conformance", "reqwest", "axum", "tokio", "http", "jsonschema"],
        "The model is a pure function from state and call to outcomes. What needs JSON or HTTP belongs into \
         conformance/.",
    );
}

#[test]
fn the_explorer_does_not_know_the_witness() {
    refuses(
        "signer-explorer",
        &["signer-reference"],
        "The explorer shows the model and uses the judge's library. Whom it may ask it is handed by the \
         program, as a `Targets`.",
    );
}

#[test]
fn the_judge_library_does_not_know_the_witness() {
    refuses(
        "signer-conformance",
        &["signer-reference", "axum"],
        "The judge treats the reference implementation as it treats any endpoint. Only conformance/cli and \
         conformance/step join the two.",
    );
}

#[test]
fn two_rooms_know_both_sides() {
    let dependencies = dependencies();
    let knows_both = |used: &BTreeSet<String>| {
        used.contains("signer-reference")
            && ["signer-model", "signer-conformance"].into_iter().any(|side| used.contains(side))
    };
    let both: Vec<&str> =
        dependencies.iter().filter(|(_, used)| knows_both(used)).map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        both,
        ["signer-conformance-cli", "signer-conformance-fuzz", "signer-step"],
        "Model and judge on one side, the reference on the other: the program joins them, and its fuzz \
         targets, and conformance/step walks both. Put what needs both there."
    );
}

#[test]
fn the_facts_know_nobody() {
    refuses(
        "signer-schemas",
        &["signer-reference", "signer-conformance", "signer-model", "jsonschema"],
        "schemas/ holds data and its look-up. What has an opinion belongs into model/, conformance/ or \
         reference-impl/.",
    );
}

#[test]
fn the_model_uses_no_json_no_clock_no_randomness() {
    for (path, text) in files("model/src", ".rs") {
        for forbidden in
            ["serde_json", "std::time", "SystemTime", "Instant::now", "rand::", "thread_rng", "http::"]
        {
            assert!(
                !text.contains(forbidden),
                "{path} names `{forbidden}`. The model is pure: pass what it needs as a symbol, or do it in \
                 conformance/."
            );
        }
    }
}

/// Where the reference meets its deliberate mistakes: where they are chosen, and where a request, a job or a
/// reset goes their way.
const SEAMS: [&str; 8] = [
    "reference-impl/src/cli.rs",
    "reference-impl/src/config.rs",
    "reference-impl/src/http/front.rs",
    "reference-impl/src/http/serve.rs",
    "reference-impl/src/lib.rs",
    "reference-impl/src/service/mod.rs",
    "reference-impl/src/service/reset.rs",
    "reference-impl/src/service/work.rs",
];

#[test]
fn the_reference_knows_of_its_mistakes_at_the_seams_only() {
    let mut met = BTreeSet::new();
    for (path, text) in files("reference-impl/src", ".rs") {
        if path.starts_with("reference-impl/src/faults/") {
            continue;
        }
        for named in ["crate::faults", "mod faults", ".lies", "mistake"] {
            if text.contains(named) {
                met.insert(path.clone());
                assert!(
                    SEAMS.contains(&path.as_str()),
                    "{path} names `{named}`. What a Signer does is written as if it were never wrong: make \
                     the mistake a row in reference-impl/src/faults/, with a lie at a seam that is there."
                );
            }
        }
    }
    let idle: Vec<_> = SEAMS.iter().filter(|seam| !met.contains(**seam)).collect();
    assert!(idle.is_empty(), "these are seams no more, so strike them off the list: {idle:?}");
}

#[test]
fn one_module_of_the_judge_opens_a_socket() {
    for (path, text) in files("conformance/src", ".rs") {
        for forbidden in ["reqwest::", "TcpStream", "TcpListener", "hyper::"] {
            assert!(
                !text.contains(forbidden) || path.starts_with("conformance/src/line/transport/"),
                "{path} names `{forbidden}`. Only conformance/src/line/transport talks to the network; \
                 everything else is values."
            );
        }
    }
}
