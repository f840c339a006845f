//! `check`: what it prints, and how it ends.

use serde_json::Value;

use crate::program::{refused, run};

fn json(arguments: &[&str]) -> Value {
    let ended = run(arguments);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    serde_json::from_str(&ended.stdout).expect("JSON and nothing else")
}

fn strings(list: &Value) -> Vec<&str> {
    list.as_array().expect("a list").iter().map(|text| text.as_str().expect("a text")).collect()
}

#[test]
fn the_json_of_a_check_has_what_scripts_read() {
    let all = json(&["check", "--scope", "profiles-2019", "tags", "--json"]);
    let scopes = all["scopes"].as_array().expect("scopes");
    assert_eq!(
        scopes.iter().map(|scope| scope["scope"].as_str()).collect::<Vec<_>>(),
        [Some("profiles-2019"), Some("tags")]
    );
    for scope in scopes {
        let number = |name: &str| scope[name].as_u64().unwrap_or_else(|| panic!("{name} in {scope}"));
        assert!(number("unique") > 1 && number("generated") > number("unique") && number("depth") > 1);
        assert!(scope["seconds"].is_f64());
        let calls = scope["calls"].as_array().expect("calls");
        assert!(calls.iter().all(|call| call["operation"].is_string() && call["call"].is_string()));
        let steps = calls.iter().map(|call| call["steps"].as_u64().expect("a number")).sum::<u64>();
        assert_eq!(
            steps + number("ends"),
            number("generated"),
            "a step is an answer to a call, or a job that ends"
        );
        let properties = scope["properties"].as_array().expect("properties");
        for property in properties {
            assert_eq!(property["holds"], Value::Bool(true), "{property}");
            let kind = property["kind"].as_str().expect("a kind");
            assert!(["always", "step", "sometimes", "eventually"].contains(&kind), "{kind}");
            assert!(property["requirement"].is_string() && property["name"].is_string());
            assert_eq!(property["witness"].is_array(), kind == "sometimes", "{property}");
        }
        assert!(properties.len() > 20);
        assert!(scope["witnesses"].as_array().is_some_and(|witnesses| witnesses.len() > 10));
    }
}

#[test]
fn threads_and_symmetry_change_nothing_that_is_found() {
    let found = |more: &[&str]| {
        let mut all = json(&[&["check", "--scope", "pagination", "--json"], more].concat());
        let scope = all["scopes"][0].as_object_mut().expect("a scope");
        scope.remove("seconds");
        Value::Object(scope.clone())
    };
    let alone = found(&["--threads", "1"]);
    assert_eq!(alone, found(&["--threads", "3"]));
    let reduced = found(&["--symmetry"]);
    assert_eq!(alone["unique"].as_u64().expect("a number"), 4407);
    assert!(
        reduced["unique"].as_u64().expect("a number") < 4407 / 10,
        "three names each are interchangeable"
    );
    assert_eq!(alone["depth"], reduced["depth"]);
}

#[test]
fn a_wrong_definition_breaks_the_check() {
    let wrong = run(&["check", "--scope", "upsert"]);
    assert_eq!(wrong.code, Some(1));
    let counterexample = "1. PutSigningProfile p0 on Lambda → created
          2. CancelSigningProfile p0 → done
          3. PutSigningProfile p0 on Lambda → created";
    assert!(
        wrong.stdout.contains("FAILS step       a profile never becomes Active again"),
        "{}",
        wrong.stdout
    );
    assert!(wrong.stdout.contains(counterexample), "{}", wrong.stdout);
    let stuck = run(&["check", "--scope", "canceled-stops"]);
    assert_eq!(stuck.code, Some(1));
    assert!(stuck.stdout.contains("FAILS eventually a job that was started ends"), "{}", stuck.stdout);
    assert!(stuck.stdout.contains("and then for ever: "), "{}", stuck.stdout);
}

#[test]
fn the_ambiguity_report_has_each_point_with_its_question() {
    let ended = run(&["check", "--open", "--scope", "profiles", "tags"]);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    for text in [
        "Nobody settles these: ",
        "The documents admit more than was seen of the real service: ",
        "PutSigningProfile/unknown-platform: ",
        "ResourceNotFoundException",
        "TagResource/revoked: ",
    ] {
        assert!(ended.stdout.contains(text), "{text}: {}", ended.stdout);
    }
    let all = json(&["check", "--open", "--json", "--scope", "profiles"]);
    let open = all["open"].as_array().expect("points");
    let unknown =
        open.iter().find(|point| point["settles"][0]["requirement"] == "PutSigningProfile/unknown-platform");
    let unknown = unknown.expect("an unknown platform is an open point");
    assert!(unknown["path"].as_array().expect("a path").is_empty(), "the first call meets it");
    assert_eq!(strings(&unknown["settles"][0]["admits"]).len(), 2, "{unknown}");
    assert_eq!(unknown["outcomes"].as_array().map(Vec::len), Some(2), "{unknown}");
}

#[test]
fn the_witnesses_name_the_requirements_at_work() {
    let ended = run(&["check", "--witnesses", "--scope", "jobs-2019"]);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(
        ended.stdout.contains("StartSigningJob/token-replay (documented) in jobs-2019\n"),
        "{}",
        ended.stdout
    );
}

#[test]
fn a_dump_has_every_state_and_every_step_of_a_scope() {
    let checked = json(&["check", "--scope", "profiles-2019", "--json"]);
    let graph = json(&["check", "--scope", "profiles-2019", "--dump", "json"]);
    let (nodes, edges) =
        (graph["nodes"].as_array().expect("nodes"), graph["edges"].as_array().expect("edges"));
    assert_eq!(Some(nodes.len() as u64), checked["scopes"][0]["unique"].as_u64());
    assert_eq!(Some(edges.len() as u64), checked["scopes"][0]["generated"].as_u64());
    for (place, node) in nodes.iter().enumerate() {
        assert_eq!(node["id"].as_u64(), Some(place as u64));
    }
    for edge in edges {
        let end = |name: &str| usize::try_from(edge[name].as_u64().expect("a place")).expect("a place");
        assert!(end("from") < nodes.len() && end("to") < nodes.len(), "{edge}");
        let admission = edge["admission"].as_str().expect("an admission");
        assert!(["required", "open"].contains(&admission), "{edge}");
        assert!(edge["requirement"].is_string() || edge["ends"].is_string(), "{edge}");
    }
    // A stranger who only follows the edges meets every state.
    let mut met = std::collections::BTreeSet::from([graph["initial"].as_u64().expect("a beginning")]);
    while let Some(edge) = edges.iter().find(|edge| {
        let place = |name: &str| edge[name].as_u64().expect("a place");
        met.contains(&place("from")) && !met.contains(&place("to"))
    }) {
        met.insert(edge["to"].as_u64().expect("a place"));
    }
    assert_eq!(met.len(), nodes.len());
}

#[test]
fn a_dump_for_graphviz_has_an_arrow_for_each_step_that_changes_something() {
    let states = json(&["check", "--scope", "iot", "--json"])["scopes"][0]["unique"].as_u64();
    let ended = run(&["check", "--scope", "iot", "--dump", "dot"]);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(
        ended.stdout.starts_with("digraph \"iot\" {\n") && ended.stdout.ends_with("}\n"),
        "{}",
        ended.stdout
    );
    let nodes = ended.stdout.lines().filter(|line| line.contains("[label=") && !line.contains("->")).count();
    assert_eq!(Some(nodes as u64), states);
    assert!(ended.stdout.contains("->"), "{}", ended.stdout);
    refused(&["check", "--dump", "json"], 2, &["--dump", "--scope"]);
    refused(&["check", "--scope", "iot", "tags", "--dump", "dot"], 2, &["--dump", "one scope"]);
}

#[test]
fn wrong_options_of_check_are_refused() {
    refused(&["check", "--scope", "nonsense"], 2, &["--scope", "nonsense", "profiles", "upsert"]);
    refused(&["check", "--threads", "0"], 2, &["--threads"]);
}
