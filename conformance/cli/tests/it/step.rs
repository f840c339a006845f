//! The command `step`: what it prints, what it writes for `replay`, what it refuses.

use crate::program::{folder, refused, run};

#[test]
fn a_disagreement_can_be_replayed_over_http() {
    let folder = folder("step");
    std::fs::create_dir_all(&folder).expect("the folder can be made");
    let file = folder.join("program.json").display().to_string();
    let step = run(&["step", "--scope", "profiles", "--fault", "put-replaces", "--json", "--out", &file]);
    assert_eq!(step.code, Some(1), "{}", step.stderr);
    let told: serde_json::Value = serde_json::from_str(&step.stdout).expect("JSON");
    assert_eq!(told["scopes"][0]["disagreement"]["observed"], "created");
    let with = run(&["replay", &file, "--fault", "put-replaces"]);
    assert_eq!(with.code, Some(1), "{}", with.stdout);
    let without = run(&["replay", &file]);
    assert_eq!(without.code, Some(0), "{}", without.stdout);
}

#[test]
fn wrong_usage_of_step_names_the_option() {
    refused(&["step", "--scope", "nonsense"], 2, &["--scope", "profiles"]);
    refused(&["step", "--fault", "nonsense"], 2, &["--fault", "nonsense"]);
    refused(&["step", "--states", "0"], 2, &["--states"]);
}

#[test]
fn a_walk_that_is_cut_short_says_so() {
    let step = run(&["step", "--scope", "tags", "--states", "3"]);
    let text = step.stdout;
    assert!(step.code == Some(0) && text.contains("3 states (not all)"), "{text}");
}
