//! The guides for authors of emulators: what they show is run, in their order, and does what they say.
#![cfg(unix)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use yaml_rust2::{Yaml, YamlLoader};

use crate::program::{Served, VARIABLES, folder};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn guide() -> String {
    std::fs::read_to_string(root().join("conformance/guides/README.md")).expect("the guides are there")
}

/// The blocks of the guide in their order: the language, and what it holds.
fn blocks() -> Vec<(String, String)> {
    let text = guide();
    let fenced = text.split("```").skip(1).step_by(2);
    fenced
        .filter_map(|block| block.split_once('\n'))
        .map(|(kind, text)| (kind.to_owned(), text.to_owned()))
        .collect()
}

/// The documents of the guide that are YAML.
fn documents() -> Vec<Yaml> {
    let texts = blocks().into_iter().filter(|(kind, _)| kind == "yaml");
    texts
        .flat_map(|(_, text)| {
            YamlLoader::load_from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
        })
        .collect()
}

/// A place where the guide's commands run: a server with a mistake, the same without it, and a folder.
struct Place {
    faulty: Served,
    mended: Served,
    folder: PathBuf,
}

impl Place {
    fn new(name: &str) -> Self {
        let folder = folder(name);
        std::fs::create_dir_all(&folder).expect("it can be made");
        Self { faulty: Served::start(&["--fault", "cancel-absent-500"]), mended: Served::start(&[]), folder }
    }

    fn run(&self, command: &str) -> Output {
        let command = command
            .replace("127.0.0.1:5000", &self.faulty.address)
            .replace("127.0.0.1:5001", &self.mended.address);
        let program = Path::new(env!("CARGO_BIN_EXE_signer-conformance")).parent().expect("a folder");
        let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap_or_default());
        let mut shell = Command::new("sh");
        for name in VARIABLES {
            shell.env_remove(name);
        }
        shell
            .args(["-c", &command])
            .env("PATH", path)
            .current_dir(&self.folder)
            .output()
            .expect("there is a shell")
    }

    fn ends_with(&self, command: &str, code: i32) {
        let ended = self.run(command);
        let told =
            format!("{}{}", String::from_utf8_lossy(&ended.stdout), String::from_utf8_lossy(&ended.stderr));
        assert_eq!(ended.status.code(), Some(code), "{command}: {told}");
    }
}

#[test]
fn a_command_of_the_guides_ends_as_the_guide_says() {
    let place = Place::new("guided");
    let mut tried = 0;
    for (kind, text) in blocks() {
        if kind == "toml" {
            std::fs::write(place.folder.join("ledger.toml"), text).expect("it can be written");
            continue;
        }
        for line in text.lines().filter_map(|line| line.strip_prefix("$ ")) {
            let (command, told) = line.split_once("# exit code ").unwrap_or((line, "0"));
            place.ends_with(
                command.trim(),
                told.trim().parse().unwrap_or_else(|error| panic!("{line}: {error}")),
            );
            tried += 1;
        }
    }
    assert!(tried >= 8, "only {tried} commands were run");
}

#[test]
fn a_finding_of_the_guides_is_shown_over_the_wire_by_its_script() {
    let place = Place::new("guided-script");
    place.ends_with(
        "signer-conformance certify --endpoint http://127.0.0.1:5000 --suite smoke --out report",
        1,
    );
    let ended = place.run("SIGNER_ENDPOINT=http://127.0.0.1:5000 sh report/counterexamples/F001.sh");
    let told = String::from_utf8_lossy(&ended.stdout).into_owned();
    assert!(told.contains("> DELETE /signing-profiles/") && told.contains(" 500 "), "{told}");
}

#[test]
fn the_jobs_of_the_guides_give_the_action_inputs_that_it_has_and_certify_with_the_ledger() {
    let action = std::fs::read_to_string(root().join(".github/actions/certify/action.yml"))
        .expect("the Action is there");
    let action = YamlLoader::load_from_str(&action).expect("the Action is YAML").remove(0);
    let inputs = action["inputs"].as_hash().expect("inputs");
    let (mut uses, mut scripts) = (0, Vec::new());
    for document in documents() {
        for step in document["jobs"]["certify"]["steps"].as_vec().into_iter().flatten() {
            let Some(with) = step["with"].as_hash() else { continue };
            let path =
                step["uses"].as_str().and_then(|path| path.strip_prefix("./")).expect("a path of this tree");
            assert!(root().join(path).join("action.yml").is_file(), "{path}");
            for (input, _) in with {
                assert!(inputs.contains_key(input), "the Action has no input {input:?}");
            }
            let required = |input: &Yaml| inputs[input]["required"].as_bool() == Some(true);
            assert!(inputs.keys().filter(|input| required(input)).all(|input| with.contains_key(input)));
            uses += 1;
        }
        let lines = document["signer"]["script"].as_vec().into_iter().flatten().filter_map(Yaml::as_str);
        scripts.extend(lines.filter(|line| line.starts_with("signer-conformance ")).map(str::to_owned));
    }
    assert_eq!((uses, scripts.len()), (1, 1));
    let place = Place::new("guided-jobs");
    let ledger = blocks().into_iter().find(|(kind, _)| kind == "toml").expect("the guide shows a ledger").1;
    std::fs::write(place.folder.join("ledger.toml"), ledger).expect("it can be written");
    place.ends_with(&scripts[0], 0);
    assert!(place.folder.join("report/junit.xml").is_file(), "GitLab finds no results");
}
