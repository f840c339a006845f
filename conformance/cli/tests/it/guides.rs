//! The guides: every command that they show is one that can be run, and every link leads somewhere.

use std::path::{Path, PathBuf};

/// Every README.md of the tree; build output and hidden folders are left out.
fn guides() -> Vec<String> {
    let (mut guides, mut folders) = (Vec::new(), vec![PathBuf::new()]);
    while let Some(folder) = folders.pop() {
        let path = root().join(&folder);
        let entries = std::fs::read_dir(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        for entry in entries.map(|entry| entry.expect("a readable entry")) {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name == "README.md" {
                guides.push(folder.join(name).to_string_lossy().into_owned());
            } else if entry.path().is_dir()
                && name != "target"
                && name != "node_modules"
                && !name.starts_with('.')
            {
                folders.push(folder.join(name));
            }
        }
    }
    guides.sort();
    for room in ["", "schemas/", "model/", "conformance/", "reference-impl/", "snapshots/"] {
        assert!(guides.contains(&format!("{room}README.md")), "{room} has no guide: {guides:?}");
    }
    guides
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The commands of a guide: what follows the prompt in its console blocks, and in backticks, without the
/// comment.
fn commands() -> Vec<(String, String)> {
    let mut commands = Vec::new();
    for guide in guides() {
        let text = read(&guide);
        let prompted = text.lines().filter_map(|line| line.trim_start().strip_prefix("$ "));
        let quoted = text.split('`').skip(1).step_by(2).filter(|code| !code.contains('\n'));
        let quoted = quoted.filter(|code| ["cargo ", ".ci/"].iter().any(|start| code.starts_with(start)));
        commands.extend(prompted.chain(quoted).map(|command| {
            let command = command.split(" #").next().unwrap_or_default().trim();
            (guide.clone(), command.to_owned())
        }));
    }
    assert!(commands.len() > 30, "the guides show their commands in another form: {commands:#?}");
    commands
}

/// The words of a command, variables that are set before it left out.
fn words(command: &str) -> Vec<&str> {
    let is_variable = |word: &&str| {
        word.split_once('=').is_some_and(|(name, _)| name.chars().all(|c| c.is_ascii_uppercase() || c == '_'))
    };
    command.split_whitespace().skip_while(is_variable).collect()
}

#[test]
fn a_guide_shows_no_command_that_the_program_refuses() {
    let mut tried = 0;
    for (guide, command) in commands() {
        let words = words(&command);
        let arguments = match words.as_slice() {
            ["signer-conformance", rest @ ..] => rest,
            // That of another package is another program.
            ["cargo", "run", rest @ ..] if !rest.contains(&"-p") => {
                let begin = rest.iter().position(|word| *word == "--").map_or(rest.len(), |at| at + 1);
                &rest[begin..]
            }
            _ => continue,
        };
        let arguments = ["signer-conformance"].into_iter().chain(arguments.iter().copied());
        if let Err(error) = signer_conformance_cli::command().try_get_matches_from(arguments) {
            panic!("{guide} shows `{command}`, which is refused: {error}");
        }
        tried += 1;
    }
    assert!(tried > 15, "only {tried} commands were tried");
}

#[test]
fn a_guide_names_packages_and_tests_that_are_there() {
    let manifest = read("Cargo.toml");
    let members = manifest
        .split_once("members = [")
        .and_then(|(_, rest)| rest.split_once(']'))
        .expect("a list of members")
        .0;
    let packages: Vec<String> = members
        .split('"')
        .skip(1)
        .step_by(2)
        .map(|room| {
            let manifest = read(&format!("{room}/Cargo.toml"));
            let name =
                manifest.lines().find_map(|line| line.strip_prefix("name = ")).expect("a package has a name");
            name.trim_matches('"').to_owned()
        })
        .collect();
    for (guide, command) in commands() {
        let words = words(&command);
        if let Some(at) = words.iter().position(|word| *word == "-p") {
            let package =
                words.get(at + 1).unwrap_or_else(|| panic!("{guide}: `{command}` names no package"));
            assert!(
                packages.iter().any(|known| known == package),
                "{guide}: `{command}`: there is no package {package}"
            );
        }
        if let [".ci/third-party", names @ ..] = words.as_slice() {
            for name in names.iter().filter(|name| !name.starts_with("NAME")) {
                assert!(
                    root().join(".ci/third-party.d").join(name).is_file(),
                    "{guide}: `{command}`: there is no {name}"
                );
            }
        }
        if let [script] = words.as_slice()
            && script.contains('/')
        {
            assert!(root().join(script).is_file(), "{guide}: `{command}`: there is no such script");
        }
    }
}

#[test]
fn a_client_has_a_guide_that_says_how_to_run_it() {
    let clients = "reference-impl/clients";
    let entries = std::fs::read_dir(root().join(clients)).expect("the clients");
    let index = read(&format!("{clients}/README.md"));
    let mut tried = 0;
    for entry in entries
        .map(|entry| entry.expect("a readable entry"))
        .filter(|entry| entry.path().join("run").is_file())
    {
        let client = entry.file_name().to_string_lossy().into_owned();
        let guide = read(&format!("{clients}/{client}/README.md"));
        let run = format!("$ {clients}/{client}/run\n");
        assert!(guide.contains(&run), "{clients}/{client}/README.md does not show {run:?}");
        assert!(
            index.contains(&format!("]({client}/README.md)")),
            "{clients}/README.md does not list {client}"
        );
        tried += 1;
    }
    assert!(tried >= 8, "only {tried} clients have a script to run them");
}

#[test]
fn a_link_in_a_guide_leads_somewhere() {
    for guide in guides() {
        let text = read(&guide);
        let folder = Path::new(&guide).parent().unwrap_or(Path::new(""));
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if link.contains("://") {
                continue;
            }
            let (path, section) = link.split_once('#').unwrap_or((link, ""));
            let target = if path.is_empty() { PathBuf::from(&guide) } else { folder.join(path) };
            assert!(root().join(&target).exists(), "{guide} links to {link}, which is not there");
            if !section.is_empty() {
                let text = read(&target.to_string_lossy());
                let mut anchors = text.lines().filter(|line| line.starts_with('#')).map(anchor);
                assert!(anchors.any(|anchor| anchor == section), "{guide} links to {link}: no such section");
            }
        }
    }
}

/// The name by which a heading can be linked to.
fn anchor(heading: &str) -> String {
    let heading = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

#[test]
fn the_readme_counts_what_is_there() {
    let readme = read("README.md");
    let requirements = thousands(signer_schemas::requirements().len());
    let faults = signer_reference::FAULTS.len();
    for text in [format!("{requirements} statements"), format!("{faults} seeded faults")] {
        assert!(readme.contains(&text), "README.md does not say {text:?}, which is so now");
    }
}

/// A number below a million, as a reader groups its digits.
fn thousands(number: usize) -> String {
    if number < 1000 { number.to_string() } else { format!("{},{:03}", number / 1000, number % 1000) }
}

#[test]
fn the_readme_orients_on_one_screen() {
    let lines = read("README.md").lines().count();
    assert!(
        lines <= 120,
        "README.md has {lines} lines. It orients; what goes deeper belongs into the guide of a room."
    );
}
