//! A target is one folder, and each folder of `targets/` is a whole one.

use std::path::{Path, PathBuf};

use signer_conformance::Ledger;

/// What a folder holds, in the order of their names.
const FILES: [&str; 4] = ["README.md", "ledger.toml", "requirements.txt", "start"];

fn targets() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("targets")
}

/// The names of what a folder holds, sorted.
fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("a readable entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The folders of the targets, by their names.
fn folders() -> Vec<(String, PathBuf)> {
    let names = names(&targets()).into_iter().filter(|name| name != "README.md");
    let folders: Vec<_> = names.map(|name| (name.clone(), targets().join(name))).collect();
    assert!(folders.len() >= 2, "the targets have gone: {folders:?}");
    folders
}

/// The version that a target is pinned to: that of the package of its name.
fn version(name: &str, folder: &Path) -> String {
    let pins = read(&folder.join("requirements.txt"));
    for pin in pins.lines() {
        let (package, version) =
            pin.split_once("==").unwrap_or_else(|| panic!("{name}: {pin:?} pins no version; write NAME==VERSION"));
        if package.split('[').next() == Some(name) {
            return version.to_owned();
        }
    }
    panic!("{name}: requirements.txt does not pin the package {name}")
}

#[test]
fn a_target_is_one_complete_folder() {
    for (name, folder) in folders() {
        assert_eq!(names(&folder), FILES, "targets/{name}: a target is these files, see targets/README.md");
        let start = read(&folder.join("start"));
        assert!(start.starts_with("#!"), "targets/{name}/start is a script and begins with its interpreter");
        assert!(start.contains("PORT"), "targets/{name}/start serves on the port in the variable PORT");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = folder.join("start").metadata().expect("a start script").permissions().mode();
            assert_ne!(mode & 0o100, 0, "targets/{name}/start may not be run; `chmod +x` it");
        }
    }
}

#[test]
fn a_target_says_what_was_found_in_the_version_that_is_pinned() {
    let index = read(&targets().join("README.md"));
    for (name, folder) in folders() {
        let version = version(&name, &folder);
        let ledger = Ledger::load(&folder.join("ledger.toml")).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(ledger.name, name, "a ledger names its target as the folder does");
        let (known, absent) = (ledger.deviations.len(), ledger.unimplemented.len());
        let there = signer_schemas::operations(ledger.edition).len() - absent;
        let readme = read(&folder.join("README.md"));
        for text in [format!("# {name} {version}"), format!("{there} of the"), format!("{known} deviations")] {
            assert!(readme.contains(&text), "targets/{name}/README.md does not say {text:?}, which is so now");
        }
        assert!(ledger.text.contains(&version), "targets/{name}/ledger.toml does not say that it was tried on {version}");
        let row = format!("| [{name}]({name}/README.md) | {version} | {there} of 19 | {known} |");
        assert!(index.contains(&row), "targets/README.md does not show the row {row}");
    }
}
