//! House rules of the text itself. Each message says what to do.

use crate::tree::{files, root};

#[test]
fn nothing_is_left_to_do_in_the_code() {
    for (path, text) in files(".", ".rs") {
        if path.ends_with("tidy.rs") {
            continue;
        }
        for forbidden in ["todo!(", "unimplemented!(", "dbg!(", "FIXME", "TODO"] {
            assert!(
                !text.contains(forbidden),
                "{path} holds `{forbidden}`. Finish it, or say in the README that it is not there."
            );
        }
    }
}

#[test]
fn lints_are_expected_with_a_reason_not_allowed() {
    for (path, text) in files(".", ".rs") {
        if path.ends_with("tidy.rs") {
            continue;
        }
        assert!(
            !text.contains("#[allow("),
            "{path} allows a lint. Use #[expect(…, reason = \"…\")], which fails once it is not needed."
        );
        for (index, _) in text.match_indices("#[expect(") {
            let attribute = text[index..].split(']').next().unwrap_or_default();
            assert!(attribute.contains("reason"), "{path} expects a lint without a reason: {attribute}]");
        }
    }
}

#[test]
fn no_machine_is_named() {
    let here = root().canonicalize().expect("the workspace's folder").to_string_lossy().into_owned();
    for extension in [".rs", ".toml", ".md", ".json", ".snap"] {
        for (path, text) in files(".", extension) {
            if path.ends_with("tidy.rs") {
                continue;
            }
            for forbidden in ["/home/", "/root/", "/Users/", &here] {
                assert!(
                    !text.contains(forbidden),
                    "{path} names a folder of one machine: `{forbidden}`. Make the path relative."
                );
            }
        }
    }
}

#[test]
fn the_readme_shows_every_room() {
    let readme = std::fs::read_to_string(root().join("README.md")).expect("a README");
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).expect("a manifest");
    let members = manifest
        .split_once("members = [")
        .and_then(|(_, rest)| rest.split_once(']'))
        .expect("a list of members")
        .0;
    let rooms: Vec<&str> =
        members.split('"').skip(1).step_by(2).filter(|room| !room.ends_with("/fuzz")).collect();
    assert!(rooms.len() > 6, "the manifest lists its members in another form: {rooms:?}");
    for room in rooms {
        assert!(
            readme.contains(&format!("`{room}/`")),
            "README.md does not show the room `{room}/`. Put it on the code map."
        );
    }
}

#[test]
fn scripts_name_sources_that_are_there() {
    for script in ["mutants", "unseeded"] {
        let path = root().join(".ci/third-party.d").join(script);
        let text =
            std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let quoted = text.split(['\'', '"']).filter(|word| word.contains("/src/") && !word.contains('$'));
        let mut named = 0;
        for word in quoted {
            named += 1;
            let folder =
                word.split('*').next().unwrap_or(word).rsplit_once('/').map_or("", |(folder, _)| folder);
            let there = if word.contains('*') { root().join(folder) } else { root().join(word) };
            assert!(
                there.exists(),
                ".ci/third-party.d/{script} names `{word}`, which is not there. Follow the move."
            );
        }
        assert!(named > 0, ".ci/third-party.d/{script} names no source");
    }
}
