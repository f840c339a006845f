//! The kept inputs, tried again without an engine.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use signer_conformance_fuzz::TARGETS;

fn corpora() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")
}

fn names(folder: &Path) -> BTreeSet<String> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    entries.map(|entry| entry.expect("a readable entry").file_name().to_string_lossy().into_owned()).collect()
}

#[test]
fn every_target_has_a_corpus_and_every_corpus_a_target() {
    let targets: BTreeSet<String> = TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(targets, names(&corpora()));
}

#[test]
fn no_kept_input_breaks_its_property() {
    for (target, check) in TARGETS {
        let folder = corpora().join(target);
        let inputs = names(&folder);
        assert!(!inputs.is_empty(), "the corpus of {target} is empty");
        for input in inputs {
            let data = std::fs::read(folder.join(&input)).expect("a readable input");
            // The name of the input, should it break the property.
            println!("{target}/{input}");
            check(&data);
        }
    }
}
