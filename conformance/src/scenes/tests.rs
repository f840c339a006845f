//! What every scene keeps: its suite's name, requirements that a client can test, and no id that the ledger
//! does not know.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use signer_schemas::{Operation, requirement, requirements};

use crate::scenes::{SUITES, scene, scenes, scenes_of};

#[test]
fn every_scene_bears_the_name_of_its_suite() {
    for (suite, _) in SUITES {
        for scene in scenes_of(suite) {
            assert!(scene.name.starts_with(&format!("{suite}/")), "{} is no name of {suite}", scene.name);
        }
    }
}

#[test]
fn every_scene_declares_requirements_that_a_client_can_test_each_once() {
    for scene in scenes() {
        let distinct: BTreeSet<_> = scene.requirements.iter().collect();
        assert_eq!(distinct.len(), scene.requirements.len(), "{} names a requirement twice", scene.name);
        assert!(!scene.requirements.is_empty(), "{} asks nothing", scene.name);
        for id in scene.requirements {
            let row = requirement(id);
            assert!(
                row.is_some_and(|row| row.testable),
                "{} names {id}, which no client can test",
                scene.name
            );
        }
    }
}

#[test]
fn no_two_scenes_have_one_name() {
    let names: Vec<_> = scenes().map(|scene| scene.name).collect();
    assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
}

/// A conversation may hold answers against more than it declares; a misspelt id would show only when it is
/// played.
#[test]
fn every_requirement_that_a_conversation_names_is_in_the_ledger() {
    let mut named = 0;
    for path in sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/scenes")) {
        let text = fs::read_to_string(&path).expect("a source of ours");
        for literal in literals(&text).into_iter().filter(|literal| is_like_an_id(literal)) {
            named += 1;
            let is_known =
                requirements().iter().any(|row| fits(&row.id, &literal)) || scene(&literal).is_some();
            assert!(
                is_known,
                "{} names {literal:?}, which is neither a requirement nor a scene",
                path.display()
            );
        }
    }
    assert!(named > scenes().count(), "only {named} ids were found in the sources of the scenes");
}

#[test]
fn a_misspelt_id_is_seen() {
    assert!(is_like_an_id("PutSigningProfile/craeted") && is_like_an_id("PutSigningProfil/created"));
    assert!(!requirements().iter().any(|row| fits(&row.id, "PutSigningProfile/craeted")));
    assert!(
        !is_like_an_id("text/plain")
            && !is_like_an_id("/tags/x")
            && !is_like_an_id("a phrase with/without blanks")
    );
    assert!(fits("AddProfilePermission/absent", "{operation}/absent"));
    assert!(!fits("AddProfilePermission/absent", "{operation}/abzent"));
    assert_eq!(literals(r#"call("one", '"', b"two") // "no""#), ["one", "two"]);
}

/// All sources below a folder but this one.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries =
        fs::read_dir(folder).expect("a folder of ours").map(|entry| entry.expect("an entry").path());
    entries
        .flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] })
        .filter(|path| !path.ends_with("scenes/tests.rs"))
        .collect()
}

/// The string literals of a source, without those in comments.
fn literals(source: &str) -> Vec<String> {
    let mut found = Vec::new();
    for line in source.lines() {
        let mut rest = line;
        while let Some(at) = rest.find(['"', '/', '\'']) {
            let (begin, after) = (&rest[at..], &rest[at + 1..]);
            rest = if begin.starts_with("//") {
                ""
            } else if let Some(character) =
                ["'\"'", "'/'"].iter().find(|character| begin.starts_with(**character))
            {
                &begin[character.len()..]
            } else if begin.starts_with('"') {
                let escaped =
                    |end: &usize| after[..*end].chars().rev().take_while(|one| *one == '\\').count() % 2 == 1;
                let end = after
                    .match_indices('"')
                    .map(|(end, _)| end)
                    .find(|end| !escaped(end))
                    .unwrap_or(after.len());
                found.push(after[..end].to_owned());
                after.get(end + 1..).unwrap_or_default()
            } else {
                after
            };
        }
    }
    found
}

/// A head and a kebab-case tail, as only requirements and scenes have them here; a head in braces stands for
/// an operation.
fn is_like_an_id(literal: &str) -> bool {
    let Some((head, tail)) = literal.split_once('/') else { return false };
    let is_media_type = ["application", "text"].contains(&head);
    let is_place = head.starts_with('{') && head != "{operation}" && head != "{}";
    let is_word = |one: char| one.is_ascii_alphanumeric() || "-/.{}_".contains(one);
    let is_head = Operation::from_name(head).is_some()
        || head.chars().all(|one| one.is_ascii_alphabetic() || "{}".contains(one));
    !is_media_type
        && !is_place
        && is_head
        && !head.is_empty()
        && !tail.is_empty()
        && literal.chars().all(is_word)
}

/// Whether the id is the literal, with a text in place of its braces.
fn fits(id: &str, literal: &str) -> bool {
    let braces = literal.split_once('{').zip(literal.rsplit_once('}'));
    let is_made = |((head, _), (_, tail)): ((&str, &str), (&str, &str))| {
        id.len() > head.len() + tail.len() && id.starts_with(head) && id.ends_with(tail)
    };
    id == literal || braces.is_some_and(is_made)
}
