//! The files of the wide runs: they parse, their shell lines run, and the parts are the whole.
#![cfg(unix)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use yaml_rust2::{Yaml, YamlLoader};

use crate::program::{folder, run};

const SHARDS: usize = 3;
const CASES: [&str; 3] = ["--case", "smoke/", "prose/"];

fn wide() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../wide")
}

fn yaml(name: &str) -> Vec<Yaml> {
    let text = std::fs::read_to_string(wide().join(name)).expect("it is there");
    YamlLoader::load_from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn shell(line: &str, arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    let mut command = Command::new("sh");
    command.args(["-c", line, "sh"]).args(arguments).env("PROGRAM", env!("CARGO_BIN_EXE_signer-conformance"));
    command.env_remove("SIGNER_ENDPOINT").envs(variables.iter().copied()).output().expect("there is a shell")
}

fn verdicts(report: &Path) -> BTreeMap<String, String> {
    let text =
        std::fs::read_to_string(report).unwrap_or_else(|error| panic!("{}: {error}", report.display()));
    let report: Value = serde_json::from_str(&text).expect("JSON");
    let text = |case: &Value, member: &str| case[member].as_str().unwrap_or_default().to_owned();
    report["cases"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|case| (text(case, "id"), text(case, "verdict")))
        .collect()
}

/// The line of the Indexed Job, with the image's folder in the repository's place.
fn indexed_line() -> String {
    let jobs = yaml("kubernetes.yaml");
    let job = jobs.iter().find(|document| document["spec"]["completionMode"].as_str() == Some("Indexed"));
    let spec = &job.expect("there is an Indexed Job")["spec"];
    assert_eq!(spec["completions"], spec["parallelism"], "every part runs");
    let shard = &spec["template"]["spec"]["containers"][0];
    let env = shard["env"].as_vec().expect("variables");
    let shards = env
        .iter()
        .find(|variable| variable["name"].as_str() == Some("SHARDS"))
        .map(|variable| &variable["value"]);
    assert_eq!(
        shards.and_then(Yaml::as_str).and_then(|text| text.parse().ok()),
        spec["completions"].as_i64(),
        "SHARDS"
    );
    let line = shard["command"][2].as_str().expect("a line");
    assert!(line.contains("/wide/"), "{line}");
    line.replace("/wide/", &format!("{}/", wide().display()))
}

#[test]
fn the_parts_of_an_indexed_job_are_not_the_whole() {
    let out = folder("wide-parts");
    let shown = out.display().to_string();
    let line = format!("{} \"$@\"", indexed_line());
    let mut parts = BTreeMap::new();
    for index in 0..SHARDS {
        let (index_text, shards) = (index.to_string(), SHARDS.to_string());
        let variables = [("JOB_COMPLETION_INDEX", index_text.as_str()), ("SHARDS", &shards), ("OUT", &shown)];
        let ended = shell(&line, &CASES, &variables);
        assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
        let here = verdicts(&out.join(format!("shard-{}/report.json", index + 1)));
        assert!(!here.is_empty());
        for (case, verdict) in here {
            assert_eq!(parts.insert(case.clone(), verdict), None, "{case} is in two parts");
        }
    }
    let whole = out.join("alone").display().to_string();
    let ended = run(&[&["certify", "--quiet", "--out", &whole], CASES.as_slice()].concat());
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert_eq!(parts, verdicts(&out.join("alone/report.json")));
}

#[test]
fn a_part_passes_with_findings_and_fails_for_wrong_usage() {
    let out = folder("wide-codes").display().to_string();
    let line = format!("exec {}/shard.sh \"$@\"", wide().display());
    let variables = [("SHARD", "1"), ("SHARDS", "1"), ("OUT", out.as_str())];
    let part = |arguments: &[&str]| shell(&line, arguments, &variables).status.code();
    let fault = ["--case", "smoke/", "--no-shrink", "--fault", "cancel-absent-500"];
    assert_eq!(part(&fault), Some(0), "the merged report tells the verdict");
    assert_eq!(part(&["--nonsense"]), Some(2));
    assert_eq!(part(&["--endpoint", "http://127.0.0.1:1"]), Some(3), "no report is left");
}

#[test]
fn parts_of_an_earlier_run_and_ledgers_of_parts_are_kept_apart() {
    let out = folder("wide-again");
    let ledger = folder("wide-ledger.toml");
    std::fs::create_dir_all(out.join("shard-3")).expect("it can be made");
    std::fs::write(out.join("shard-3/report.json"), "of an earlier run").expect("it can be written");
    let deviation = "name = \"faulty\"\nedition = \"current\"\n[[deviation]]\n\
        requirement = \"CancelSigningProfile/absent\"\noperation = \"CancelSigningProfile\"\n\
        reason = \"seeded\"\ndate = \"2026-01-01\"\n";
    std::fs::write(&ledger, deviation).expect("it can be written");
    let (shown, path) = (out.display().to_string(), ledger.display().to_string());
    let options = ["--case", "smoke/", "--no-shrink", "--fault", "cancel-absent-500", "--ledger", &path];
    let ended = shell(
        &format!("{}/local.sh \"$@\"", wide().display()),
        &options,
        &[("SHARDS", "2"), ("OUT", &shown)],
    );
    let told =
        format!("{}{}", String::from_utf8_lossy(&ended.stdout), String::from_utf8_lossy(&ended.stderr));
    assert!(told.contains("the ledger of faulty: 1 matching line"), "{told}");
    let whole = verdicts(&out.join("whole/report.json"));
    assert!(!whole.is_empty() && whole.values().all(|verdict| verdict != "fail"), "{whole:?}");
    let merge = format!("{}/merge.sh \"$@\"", wide().display());
    let ended = shell(&merge, &["--ledger", "no/such/file.toml"], &[("SHARDS", "2"), ("OUT", &shown)]);
    assert_eq!(ended.status.code(), Some(2));
    assert!(
        String::from_utf8_lossy(&ended.stderr).contains("no/such/file.toml"),
        "options are not passed on"
    );
}

#[test]
fn the_matrix_names_versions_shards_and_scripts_that_are_there() {
    let workflow = yaml("github-actions.yml").remove(0);
    let toolchain = workflow["jobs"]["build"]["steps"][1]["run"].as_str();
    assert_eq!(
        toolchain,
        Some(concat!("rustup default ", env!("CARGO_PKG_RUST_VERSION"))),
        "the version that the program needs"
    );
    let shards: Vec<i64> = workflow["jobs"]["shard"]["strategy"]["matrix"]["shard"]
        .as_vec()
        .expect("a list")
        .iter()
        .filter_map(Yaml::as_i64)
        .collect();
    let told = workflow["env"]["SHARDS"].as_i64().expect("a number");
    assert_eq!(shards, (1..=told).collect::<Vec<_>>());
    let mut scripts = Vec::new();
    for job in workflow["jobs"].as_hash().expect("jobs").values() {
        for line in job["steps"].as_vec().expect("steps").iter().filter_map(|step| step["run"].as_str()) {
            let parsed = Command::new("sh").args(["-n", "-c", line]).status().expect("there is a shell");
            assert!(parsed.success(), "{line}");
            scripts.extend(
                line.split_whitespace().filter(|word| word.starts_with("conformance/")).map(str::to_owned),
            );
        }
    }
    assert_eq!(scripts, ["conformance/wide/shard.sh", "conformance/wide/merge.sh"]);
    for script in scripts {
        assert!(wide().join("../..").join(&script).is_file(), "{script}");
    }
}
