//! A target is one folder, and each folder of `targets/` is a whole one.

use std::path::{Path, PathBuf};

use signer_conformance::Ledger;

/// The files that pin what a target is installed from, of which a folder has one.
const PINS: [&str; 3] = ["Cargo.lock", "package-lock.json", "requirements.txt"];

/// What is beside them to install it, and what else `certify` is told.
const BESIDE: [&str; 4] = ["Cargo.toml", "main.rs", "options", "package.json"];

/// The known deviations.
const LEDGER: &str = "ledger.toml";

/// Targets that must not pass.
const CONTROLS: [&str; 1] = ["prism"];

fn targets() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("targets")
}

/// The names of what a folder holds, sorted.
fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut names: Vec<String> = entries
        .map(|entry| entry.expect("a readable entry").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The folders of the targets, by their names.
fn folders() -> Vec<(String, PathBuf)> {
    let names = names(&targets()).into_iter().filter(|name| targets().join(name).is_dir());
    let folders: Vec<_> = names.map(|name| (name.clone(), targets().join(name))).collect();
    assert!(folders.len() >= 2, "the targets have gone: {folders:?}");
    folders
}

/// The version that a target is pinned to: that of the package whose name begins with its name.
fn version(name: &str, folder: &Path) -> String {
    let pins = names(folder).into_iter().find(|file| PINS.contains(&file.as_str())).unwrap_or_default();
    let text = read(&folder.join(&pins));
    let version = match pins.as_str() {
        "requirements.txt" => {
            let pin = text.lines().find(|line| line.split(['=', '[']).next() == Some(name));
            pin.and_then(|pin| pin.split_once("==")).map(|(_, version)| version.to_owned())
        }
        "package-lock.json" => {
            let lock: serde_json::Value =
                serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
            let packages = lock["packages"].as_object().expect("packages");
            let package = packages.iter().find(|(path, _)| path.ends_with(&format!("/{name}-cli")));
            package.and_then(|(_, package)| package["version"].as_str()).map(str::to_owned)
        }
        _ => {
            let package = text
                .split("[[package]]")
                .find(|package| package.contains(&format!("name = \"{name}-signer\"")));
            package.and_then(|package| package.split('"').nth(3)).map(str::to_owned)
        }
    };
    version.unwrap_or_else(|| panic!("{name}: {pins} does not pin the package of that name"))
}

#[test]
fn a_target_is_one_complete_folder() {
    for (name, folder) in folders() {
        let files = names(&folder);
        let is_pin = |file: &&String| PINS.contains(&file.as_str());
        assert_eq!(
            files.iter().filter(is_pin).count(),
            1,
            "targets/{name} is installed from one of {PINS:?}"
        );
        let others = files.iter().filter(|file| !is_pin(file) && !BESIDE.contains(&file.as_str()));
        let others: Vec<&str> = others.map(String::as_str).filter(|file| *file != LEDGER).collect();
        assert_eq!(
            others,
            ["README.md", "start"],
            "targets/{name}: a target is these files, see targets/README.md"
        );
        let pinned = read(&folder.join(files.iter().find(is_pin).expect("one")));
        assert!(!pinned.contains("\"resolved\""), "targets/{name}: a lock file names no registry");
        let unpinned = |line: &&str| !line.contains("==");
        let lines = pinned.lines().filter(|_| files.iter().any(|file| file == "requirements.txt"));
        assert_eq!(lines.clone().find(unpinned), None, "targets/{name}: a pin is NAME==VERSION");
        let start = read(&folder.join("start"));
        assert!(start.starts_with("#!"), "targets/{name}/start is a script and begins with its interpreter");
        let program = folder.join("main.rs");
        let reads = if program.exists() { read(&program) } else { start };
        assert!(reads.contains("PORT"), "targets/{name} serves on the port in the variable PORT");
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
        if CONTROLS.contains(&name.as_str()) {
            assert!(
                !folder.join(LEDGER).exists(),
                "targets/{name} is a control: it must not pass, so it has no ledger"
            );
            assert!(read(&folder.join("README.md")).starts_with(&format!("# {name} {version}, the control")));
            assert!(index.contains(&format!("| [{name}]({name}/README.md) | {version} | a control")));
            continue;
        }
        let ledger = Ledger::load(&folder.join(LEDGER)).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(ledger.name, name, "a ledger names its target as the folder does");
        let (known, absent) = (ledger.deviations.len(), ledger.unimplemented.len());
        let there = signer_schemas::operations(ledger.edition).len() - absent;
        let readme = read(&folder.join("README.md"));
        for text in [format!("# {name} {version}"), format!("{there} of the"), format!("{known} deviations")]
        {
            assert!(
                readme.contains(&text),
                "targets/{name}/README.md does not say {text:?}, which is so now"
            );
        }
        assert!(
            ledger.text.contains(&version),
            "targets/{name}/ledger.toml does not say that it was tried on {version}"
        );
        let board = format!("{name} {version}: operations {there} of 19 there · ");
        assert!(
            read(&targets().join("board.txt")).lines().any(|line| line.starts_with(&board)),
            "targets/board.txt has no line for {name} {version}: see `.ci/third-party board`"
        );
        let row = format!("| [{name}]({name}/README.md) | {version} | {there} of 19 | {known} |");
        assert!(index.contains(&row), "targets/README.md does not show the row {row}");
    }
}
