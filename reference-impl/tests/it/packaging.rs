//! The container and the service: what they name is there, and the program runs with their very arguments.

use crate::running::{Running, program, run};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

const BINARY: &str = "/usr/local/bin/signer-reference";
const DATA: &str = "/var/lib/signer";

fn read(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).expect("the file is there")
}

/// The instructions of the container, continued lines joined.
fn instructions() -> Vec<(String, String)> {
    let text = read("Containerfile").replace("\\\n", " ");
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let instruction = |line: &str| {
        let (name, rest) = line.split_once(' ').unwrap_or((line, ""));
        (name.to_owned(), rest.split_whitespace().collect::<Vec<_>>().join(" "))
    };
    lines.map(instruction).collect()
}

/// The arguments of the last instruction of that name.
fn last(name: &str) -> String {
    let found = instructions().into_iter().rfind(|(found, _)| found == name);
    found.unwrap_or_else(|| panic!("the container has no {name}")).1
}

fn list(text: &str) -> Vec<String> {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// The settings of the service.
fn settings() -> BTreeMap<String, String> {
    let text = read("signer-reference.service");
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines
        .filter_map(|line| line.split_once('='))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

/// Runs the program with these arguments, on a free port and with a folder of the test.
fn serves(arguments: &[String], listen: &str, folder: &str) {
    assert_eq!(arguments[0], BINARY);
    let data = std::env::temp_dir().join(format!("signer-reference-{folder}-{}", std::process::id()));
    let replaced = arguments[1..].iter().map(|argument| match argument.as_str() {
        DATA => data.to_string_lossy().into_owned(),
        other if other == listen => "127.0.0.1:0".to_owned(),
        other => other.to_owned(),
    });
    let mut command = program(&[]);
    command.args(replaced);
    let server = Running::of(command);
    assert_eq!(server.ask("GET", "/_signer/health", "").status, 200);
    drop(server);
    assert!(data.join(".").is_dir(), "it keeps nothing in its folder");
    std::fs::remove_dir_all(&data).expect("it can be removed");
}

#[test]
fn the_container_runs_the_program_with_options_that_it_has() {
    let arguments = [list(&last("ENTRYPOINT")), list(&last("CMD"))].concat();
    serves(&arguments, "0.0.0.0:8770", "container");
    assert_eq!(last("EXPOSE"), "8770");
    assert_eq!(list(&last("VOLUME")), [DATA]);
    assert_eq!(last("STOPSIGNAL"), "SIGTERM");
    let user = last("USER");
    let ids: Vec<u32> = user.split(':').map(|id| id.parse().expect("a number")).collect();
    assert!(ids.iter().all(|id| *id > 0), "{user} may do anything");
    assert_eq!(last("FROM"), "scratch AS signer-reference", "nothing but the program is in it");
    let copied: Vec<String> =
        instructions().into_iter().filter(|(name, _)| name == "COPY").map(|(_, rest)| rest).collect();
    let owned = format!("--chown={user} data {}", DATA.trim_end_matches("signer"));
    assert_eq!(copied, [format!("signer-reference {BINARY}"), owned]);
    assert_eq!(env!("CARGO_PKG_NAME"), "signer-reference");
}

#[test]
fn the_container_asks_for_its_health_where_it_listens() {
    let check = last("HEALTHCHECK");
    let (_, command) = check.split_once("CMD ").expect("a command");
    let command = list(command);
    assert_eq!(command, [BINARY, "health", "127.0.0.1:8770"]);
    let server = Running::start(&[]);
    let asked = run(&[command[1].as_str(), &server.address.to_string()]);
    assert!(asked.status.success(), "{asked:?}");
}

#[test]
fn the_service_runs_the_program_with_options_that_it_has() {
    let settings = settings();
    let arguments: Vec<String> = settings["ExecStart"].split(' ').map(str::to_owned).collect();
    serves(&arguments, "127.0.0.1:8770", "service");
    assert_eq!(format!("/var/lib/{}", settings["StateDirectory"]), DATA);
    assert_eq!((settings["DynamicUser"].as_str(), settings["ProtectSystem"].as_str()), ("yes", "strict"));
    let seconds = |text: &str| text.trim_end_matches('s').parse::<u32>().expect("a time in seconds");
    let limit =
        arguments.iter().position(|argument| argument == "--shutdown-timeout").expect("it has a limit");
    assert!(
        seconds(&settings["TimeoutStopSec"]) > seconds(&arguments[limit + 1]),
        "it is killed before it has ended by itself"
    );
    // What cannot get better is exactly what the program ends with when its options are wrong.
    assert_eq!(
        run(&["--nonsense"]).status.code().map(|code| code.to_string()),
        Some(settings["RestartPreventExitStatus"].clone())
    );
}

#[test]
fn systemd_understands_the_service() {
    let folder = std::env::temp_dir().join(format!("signer-reference-unit-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let unit: PathBuf = folder.join("signer-reference.service");
    // The program need not be installed where the service expects it.
    std::fs::write(
        &unit,
        read("signer-reference.service").replace(BINARY, env!("CARGO_BIN_EXE_signer-reference")),
    )
    .expect("a file");
    let verified = Command::new("systemd-analyze").arg("verify").arg(&unit).output();
    std::fs::remove_dir_all(&folder).expect("it can be removed");
    match verified {
        Ok(verified) => {
            let said = String::from_utf8_lossy(&verified.stderr);
            assert!(verified.status.success() && !said.contains("signer-reference.service:"), "{said}");
        }
        Err(error) => eprintln!(
            "systemd-analyze is not here ({error}): the service is read by the test beside this one only"
        ),
    }
}
