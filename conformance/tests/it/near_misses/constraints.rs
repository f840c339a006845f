//! The one constraint that a probe breaks, in the words of the input's JSON Schema.

use base64::Engine as _;
use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind;
use serde_json::{Map, Value, json};
use signer_conformance::operations::{Bindings, input};
use signer_conformance::{Change, Context, Probe};
use signer_model::{Call, PlatformSet};
use signer_schemas::{Edition, input_schema, operation};

use super::all;

#[test]
fn a_probe_breaks_the_one_constraint_that_it_names() {
    for (program, probe) in all() {
        let document = operation(program.edition, probe.call.request.operation()).expect("in the edition");
        let schema = jsonschema::draft202012::new(&input_schema(program.edition, document.operation))
            .expect("compiles");
        let mut input = base_input(program.edition, probe.call);
        let faults = |input: &Map<String, Value>| faults(&schema, &Value::Object(input.clone()));
        assert_eq!(faults(&input), [], "{}: the unchanged call is wrong already", program.name);
        let unchanged = input.clone();
        apply(&mut input, &probe.member, &probe.change);
        assert_ne!(input, unchanged, "{} changes nothing", program.name);
        if probe.valid {
            assert_eq!(faults(&input), [], "{}", program.name);
        } else {
            check_broken(&program.name, &probe, &input, &faults(&input));
        }
    }
}

/// A breach in the schema's words: the constraint, and the segments of the way to the value.
type Fault = (String, Vec<String>);

fn faults(schema: &jsonschema::Validator, input: &Value) -> Vec<Fault> {
    schema.iter_errors(input).map(|error| fault(&error)).collect()
}

fn fault(error: &ValidationError<'_>) -> Fault {
    let mut way: Vec<String> = error.instance_path().as_str().split('/').skip(1).map(str::to_owned).collect();
    let kind = match error.kind() {
        ValidationErrorKind::PropertyNames { error } => {
            way.push("{key}".to_owned());
            keyword(error.kind())
        }
        ValidationErrorKind::Required { property } => {
            way.push(property.as_str().unwrap_or_default().to_owned());
            "required"
        }
        kind => keyword(kind),
    };
    (kind.to_owned(), way)
}

fn keyword(kind: &ValidationErrorKind) -> &'static str {
    match kind {
        ValidationErrorKind::Type { .. } => "type",
        ValidationErrorKind::Enum { .. } => "enum",
        ValidationErrorKind::Pattern { .. } => "pattern",
        ValidationErrorKind::MinLength { .. } => "min-length",
        ValidationErrorKind::MaxLength { .. } => "max-length",
        ValidationErrorKind::Minimum { .. } => "minimum",
        ValidationErrorKind::Maximum { .. } => "maximum",
        ValidationErrorKind::MaxItems { .. } | ValidationErrorKind::MaxProperties { .. } => "max-items",
        ValidationErrorKind::MinItems { .. } | ValidationErrorKind::MinProperties { .. } => "min-items",
        other => panic!("no constraint of the ledger: {other:?}"),
    }
}

#[track_caller]
fn check_broken(name: &str, probe: &Probe, input: &Map<String, Value>, faults: &[Fault]) {
    let kind = probe.requirement.rsplit('/').next().expect("an id has parts");
    if probe.requirement.starts_with("SignPayload/input/payload/") && kind != "type" && kind != "required" {
        // What base64 stands for is beyond JSON Schema.
        assert_eq!(faults, [], "{name}");
        check_payload(name, kind, &input["payload"]);
        return;
    }
    let kind = if probe.change == Change::Set(Value::Null) { "type" } else { kind };
    let is_meant = |(fault, way): &&Fault| fault == kind && is_way_to(&probe.member, way);
    let (meant, others): (Vec<&Fault>, Vec<&Fault>) = faults.iter().partition(is_meant);
    assert_eq!(meant.len(), 1, "{name}: {faults:?}");
    // A pattern that fixes the length as well is broken by every text of another length; and what is no text
    // is in no enum.
    let is_implied = |(fault, way): &Fault| {
        is_way_to(&probe.member, way)
            && ((fault == "pattern" && pattern_fixes_length(&probe.member, kind))
                || (fault == "enum" && kind == "type"))
    };
    assert!(others.iter().all(|fault| is_implied(fault)), "{name}: {faults:?}");
}

#[track_caller]
fn check_payload(name: &str, kind: &str, payload: &Value) {
    let bytes = base64::engine::general_purpose::STANDARD.decode(payload.as_str().expect("a string"));
    match kind {
        "base64" => assert!(bytes.is_err(), "{name}"),
        "min-length" => assert_eq!(bytes, Ok(Vec::new()), "{name}"),
        "max-length" => assert_eq!(bytes.map(|bytes| bytes.len()), Ok(4097), "{name}"),
        other => panic!("{name}: {other}"),
    }
}

fn pattern_fixes_length(member: &str, kind: &str) -> bool {
    let exactly = ["profileOwner", "jobOwner", "jobInvoker", "profileVersion"].contains(&member);
    let at_least = ["profileName", "tags{key}", "tagKeys[]"].contains(&member);
    (exactly && kind.ends_with("-length")) || (at_least && kind == "min-length")
}

/// Whether a ledger's path and a JSON Pointer's segments name the same place.
fn is_way_to(path: &str, way: &[String]) -> bool {
    let spelled = path.replace("[]", ".*").replace("{value}", ".*").replace("{key}", ".{key}");
    let spelled: Vec<&str> = spelled.split('.').collect();
    spelled.len() == way.len()
        && spelled.iter().zip(way).all(|(spelled, segment)| *spelled == "*" || spelled == segment)
}

/// The input of the unchanged call, as the judge makes it.
fn base_input(edition: Edition, call: Call) -> Map<String, Value> {
    let context = Context {
        edition,
        prefix: "c0ffee".to_owned(),
        region: "us-east-1".to_owned(),
        second_region: None,
        owner_account: "111122223333".to_owned(),
        other_account: "444455556666".to_owned(),
        cross_account: true,
        now_s: 1_767_323_045,
        fixture: None,
        platforms: PlatformSet::ALL,
        unlisted: PlatformSet::EMPTY,
    };
    let mut input = input(&context, &Bindings::new(&context, "t1"), &call);
    let document = operation(edition, call.request.operation()).expect("in the edition");
    input.retain(|name, _| document.member(name).is_some());
    input
}

/// Applies a change, as the judge does, to a member that the input gives or to one that it does not.
fn apply(input: &mut Map<String, Value>, member: &str, change: &Change) {
    if let Some((outer, inner)) = member.split_once('.') {
        let object = input.entry(outer).or_insert_with(|| json!({})).as_object_mut().expect("an object");
        apply(object, inner, change);
    } else if let Some(list) = member.strip_suffix("[]") {
        let items = input.entry(list).or_insert_with(|| json!([null])).as_array_mut().expect("a list");
        items[0] = changed(&items[0], change);
    } else if let Some(map) = member.strip_suffix("{value}") {
        let entries = input[map].as_object_mut().expect("a map");
        let value = entries.values_mut().next().expect("an entry");
        *value = changed(value, change);
    } else if let Some(map) = member.strip_suffix("{key}") {
        let entries = input[map].as_object_mut().expect("a map");
        let key = entries.keys().next().expect("an entry").clone();
        let value = entries.remove(&key).expect("just seen");
        entries.insert(changed(&json!(key), change).as_str().expect("a key is text").to_owned(), value);
    } else if *change == Change::Remove {
        input.remove(member);
    } else {
        let value = changed(input.get(member).unwrap_or(&Value::Null), change);
        input.insert(member.to_owned(), value);
    }
}

fn changed(value: &Value, change: &Change) -> Value {
    let text = || value.as_str().expect("a text can be made longer or shorter only where the call gives one");
    match change {
        Change::Set(value) => value.clone(),
        Change::Prefix(prefix) => json!(format!("{prefix}{}", text())),
        Change::Suffix(suffix) => json!(format!("{}{suffix}", text())),
        Change::Length(length) => {
            let length = usize::try_from(*length).expect("short");
            json!(text().chars().chain(std::iter::repeat('a')).take(length).collect::<String>())
        }
        Change::Remove | Change::Raw(_) | Change::Body(_) | Change::Signature(_) => {
            panic!("not a change of what is in a list or map")
        }
    }
}
