//! How the files of a crate import each other: by their own paths, and never in a circle.

use std::collections::{BTreeMap, BTreeSet};

use crate::tree::files;

/// The crates whose files keep these rules.
const CRATES: &[&str] = &[
    "schemas/src",
    "model/src",
    "model/explorer/src",
    "conformance/src",
    "conformance/step/src",
    "conformance/cli/src",
    "reference-impl/src",
    "reference-impl/objects/src",
    "reference-impl/folder/src",
];

/// The rooms of the judge's library in the order in which a run goes through them.
const FLOORS: &[&str] = &[
    "data",
    "line",
    "operations",
    "judge",
    "scenes",
    "plan",
    "run",
    "report",
    "verify",
    "traffic",
    "testing",
];

/// The files of a crate by module, each with the paths that it imports from its own crate.
struct Crate {
    modules: BTreeMap<Vec<String>, (String, Vec<Vec<String>>)>,
}

impl Crate {
    fn read(folder: &str) -> Self {
        let module = |path: &str| {
            let path =
                path.strip_prefix(folder).unwrap_or(path).trim_start_matches('/').trim_end_matches(".rs");
            let path = path.trim_end_matches("mod").trim_end_matches('/');
            let names = path.split('/').filter(|name| !["lib", "main", ""].contains(name));
            names.map(str::to_owned).collect::<Vec<_>>()
        };
        let modules = files(folder, ".rs").into_iter().map(|(path, text)| {
            let here = module(&path);
            let imports = imports(&text).into_iter().filter_map(|import| within(&here, &import)).collect();
            (here, (path, imports))
        });
        Self { modules: modules.collect() }
    }

    /// The module that an imported path leads to: the longest one that it begins with.
    fn target<'a>(&'a self, import: &[String]) -> Option<&'a Vec<String>> {
        (1..=import.len())
            .rev()
            .find_map(|length| self.modules.get_key_value(&import[..length]))
            .map(|(module, _)| module)
    }
}

/// What a file imports with `use`, its tests apart: one path for each name.
fn imports(text: &str) -> Vec<Vec<String>> {
    let code = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    let statements = code.split("\nuse ").skip(1).filter_map(|rest| rest.split(';').next());
    statements.flat_map(|tree| leaves(tree, &[])).collect()
}

/// The names at the ends of a tree of imports, each with the way to it.
fn leaves(tree: &str, way: &[String]) -> Vec<Vec<String>> {
    let tree = tree.trim();
    let Some((head, rest)) = tree.split_once('{') else {
        let path =
            tree.split(" as ").next().unwrap_or_default().split("::").map(|name| name.trim().to_owned());
        return vec![way.iter().cloned().chain(path.filter(|name| name != "self")).collect()];
    };
    let head = head.split("::").map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
    let way: Vec<String> = way.iter().cloned().chain(head).collect();
    let (mut depth, mut begin, mut found) = (0, 0, Vec::new());
    let inner = rest.rsplit_once('}').map_or(rest, |(inner, _)| inner);
    for (at, letter) in inner.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                found.extend(leaves(&inner[begin..at], &way));
                begin = at + 1;
            }
            _ => {}
        }
    }
    if !inner[begin..].trim().is_empty() {
        found.extend(leaves(&inner[begin..], &way));
    }
    found
}

/// The path from the root of the crate; none if it leads out of it.
fn within(here: &[String], import: &[String]) -> Option<Vec<String>> {
    let ups = import.iter().take_while(|name| *name == "super").count();
    match import.first()?.as_str() {
        "crate" => Some(import[1..].to_vec()),
        "super" => Some(here[..here.len().checked_sub(ups)?].iter().chain(&import[ups..]).cloned().collect()),
        "self" => Some(here.iter().chain(&import[1..]).cloned().collect()),
        _ => None,
    }
}

#[test]
fn no_two_files_import_each_other() {
    for folder in CRATES {
        let it = &Crate::read(folder);
        let edges: BTreeSet<(&Vec<String>, &Vec<String>)> = it
            .modules
            .iter()
            .flat_map(|(module, (_, imports))| {
                imports.iter().filter_map(move |import| Some((module, it.target(import)?)))
            })
            .filter(|(one, other)| one != other)
            .collect();
        assert!(!edges.is_empty(), "{folder} has imports");
        for (one, other) in &edges {
            assert!(
                !edges.contains(&(*other, *one)),
                "{folder}: {} and {} import each other. Move what both need into a file below them.",
                one.join("::"),
                other.join("::")
            );
        }
    }
}

#[test]
fn modules_import_each_other_by_their_own_paths() {
    for folder in CRATES {
        let it = &Crate::read(folder);
        for (module, (path, imports)) in &it.modules {
            // What is public is listed at the root, for others.
            for import in imports.iter().filter(|_| !module.is_empty()) {
                assert!(
                    it.target(import).is_some(),
                    "{path} imports `{}` through the root of its crate. Import it from the module that \
                     defines it.",
                    import.join("::")
                );
            }
        }
    }
}

#[test]
fn each_room_of_the_judge_uses_only_those_before_it() {
    let it = Crate::read("conformance/src");
    let floor =
        |module: &[String]| FLOORS.iter().position(|room| Some(*room) == module.first().map(String::as_str));
    for (module, (path, imports)) in &it.modules {
        let Some(here) = floor(module) else {
            assert!(module.is_empty(), "{path} lies in no room. Put it into one of {FLOORS:?}.");
            continue;
        };
        for there in imports.iter().filter_map(|import| floor(import)) {
            assert!(
                there <= here,
                "{path} uses the room `{}`, which comes after `{}` in a run. Move what it needs down, or \
                 itself up.",
                FLOORS[there],
                FLOORS[here]
            );
        }
    }
}

#[test]
fn imports_are_read_to_their_last_name() {
    let text = "//! A file.\n\nuse std::fmt::{self, Write as _};\n\
        use crate::data::{case::Answer, run::{Run, Cut}};\n";
    let read: Vec<String> = imports(text).iter().map(|path| path.join("::")).collect();
    let expected = [
        "std::fmt",
        "std::fmt::Write",
        "crate::data::case::Answer",
        "crate::data::run::Run",
        "crate::data::run::Cut",
    ];
    assert_eq!(read, expected);
}
