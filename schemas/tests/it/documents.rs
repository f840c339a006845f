//! The documents hold together: with their folders, with each other and with the schema of their format.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Value, json};
use signer_schemas::{
    Edition, Location, Operation, declared_errors, document_files, error_status, errors_file, input_schema,
    operation, operation_schema, operations, output_schema, shapes_file,
};

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).expect("a file of this crate is JSON")
}

#[test]
fn every_document_in_the_folders_is_compiled_in() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for edition in Edition::ALL {
        let folder = root.join(edition.id()).join("operations");
        let present: BTreeSet<String> = std::fs::read_dir(folder)
            .expect("an edition has a folder of operations")
            .map(|entry| entry.expect("the folder can be read").file_name().to_string_lossy().into_owned())
            .collect();
        let listed: BTreeSet<String> = document_files()
            .iter()
            .filter(|file| file.edition == edition)
            .map(|file| format!("{}.json", file.operation))
            .collect();
        assert_eq!(present, listed, "{edition}: add the document to schemas/src/documents.rs");
    }
}

#[test]
fn a_document_says_what_its_path_says() {
    for file in document_files() {
        let document = parsed(file.text);
        assert_eq!(document["operation"], file.operation.name(), "{}", file.path);
        assert_eq!(document["edition"], file.edition.id(), "{}", file.path);
        assert_eq!(file.path, format!("{}/operations/{}.json", file.edition, file.operation));
    }
}

#[test]
fn documents_keep_to_their_format() {
    let linter = jsonschema::validator_for(&parsed(operation_schema())).expect("the format is a JSON Schema");
    for file in document_files() {
        let problems: Vec<String> = linter
            .iter_errors(&parsed(file.text))
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(problems.is_empty(), "{}: {}", file.path, problems.join("\n"));
    }
}

#[test]
fn the_format_refuses_slips_of_the_pen() {
    let linter = jsonschema::validator_for(&parsed(operation_schema())).expect("the format is a JSON Schema");
    let sound = parsed(document_files()[0].text);
    assert!(linter.is_valid(&sound));
    let refused = |pointer: &str, value: Value| {
        let (parent, key) = pointer.rsplit_once('/').expect("a pointer has a slash");
        let mut broken = sound.clone();
        broken.pointer_mut(parent).expect("the parent is there")[key] = value;
        assert!(!linter.is_valid(&broken), "{pointer} went unnoticed");
    };
    refused("/method", json!("put"));
    refused("/uri", json!("/signing-profiles/profileName?x=1"));
    refused("/status", json!(404));
    refused("/errors", json!([]));
    refused("/errors", json!(["ValidationExeption"]));
    refused("/statuss", json!(200));
    refused("/x-empty-object-admitted", json!(true));
    refused("/input/additionalProperties", json!(false));
    refused("/input/properties/action", json!({ "type": "string" }));
    refused("/input/properties/action", json!({ "type": "strnig", "x-location": "body" }));
    refused("/input/properties/action", json!({ "type": "string", "x-location": "header" }));
    refused("/input/properties/action", json!({ "type": "string", "x-location": "body", "maxLenght": 3 }));
    refused("/input/properties/action", json!({ "$ref": "#/$defs/ProfileName", "x-location": "body" }));
    refused("/output/required", json!(["revisionId"]));
    refused("/output/properties/revisionId", json!({ "type": "string", "x-location": "body" }));
}

#[test]
fn every_shape_is_found_and_every_shape_is_used() {
    for edition in Edition::ALL {
        let shapes = parsed(shapes_file(edition));
        let defined: BTreeSet<String> =
            shapes["$defs"].as_object().expect("shapes.json has $defs").keys().cloned().collect();
        let mut reached = BTreeSet::new();
        for document in operations(edition) {
            for schema in
                [input_schema(edition, document.operation), output_schema(edition, document.operation)]
            {
                jsonschema::validator_for(&schema)
                    .unwrap_or_else(|error| panic!("{}: {error}", document.operation));
                reached.extend(
                    schema["$defs"].as_object().into_iter().flat_map(|shapes| shapes.keys().cloned()),
                );
            }
        }
        assert_eq!(reached, defined, "{edition}");
    }
}

#[test]
fn labels_of_the_path_are_members_and_the_other_way_round() {
    for document in Edition::ALL.into_iter().flat_map(operations) {
        let label = |part: &'static str| part.strip_prefix('{')?.strip_suffix('}');
        let mut labels: Vec<&str> = document.uri.split('/').filter_map(label).collect();
        labels.sort_unstable();
        let members: Vec<&str> =
            document.members_at(Location::Path).map(|member| member.name.as_str()).collect();
        assert_eq!(labels, members, "{} {}", document.edition, document.operation);
        assert!(document.members_at(Location::Path).all(|member| member.required), "{}", document.uri);
    }
}

#[test]
fn only_requests_with_a_body_have_body_members() {
    for document in Edition::ALL.into_iter().flat_map(operations) {
        let carries = document.members_at(Location::Body).count() > 0;
        assert_eq!(carries, matches!(document.method.as_str(), "PUT" | "POST"), "{}", document.operation);
    }
}

#[test]
fn every_declared_error_has_a_status_and_an_operation() {
    for edition in Edition::ALL {
        let mut declaring = BTreeSet::new();
        for document in operations(edition) {
            for error in &document.errors {
                assert_eq!(document.error_status(&error.name), Some(error.status));
                assert!((400..600).contains(&error.status), "{}: {error:?}", document.operation);
                declaring.insert(error.clone());
            }
        }
        let listed: BTreeSet<_> = declared_errors(edition).iter().cloned().collect();
        assert_eq!(declaring, listed, "{edition}: errors.json lists what operations declare");
    }
}

#[test]
fn a_declared_error_takes_precedence_over_a_common_one() {
    let errors = parsed(errors_file(Edition::Current));
    assert_eq!(errors["declared"]["ThrottlingException"]["status"], 429);
    assert_eq!(errors["common"]["ThrottlingException"]["status"], 400);
    assert_eq!(error_status(Edition::Current, "ThrottlingException"), Some(429));
    let start = operation(Edition::Current, Operation::StartSigningJob).expect("the edition has it");
    assert_eq!(start.error_status("ThrottlingException"), Some(429));
    let put = operation(Edition::Current, Operation::PutSigningProfile).expect("the edition has it");
    assert_eq!(put.error_status("ThrottlingException"), Some(400));
    assert_eq!(put.error_status("NoSuchThing"), None);
}

#[test]
fn names_and_ids_are_read_back() {
    for operation in Operation::ALL {
        assert_eq!(operation.name().parse(), Ok(operation));
        assert_eq!(serde_json::to_value(operation).expect("a name"), operation.name());
    }
    for edition in Edition::ALL {
        assert_eq!(edition.id().parse(), Ok(edition));
        assert_eq!(serde_json::to_value(edition).expect("an id"), edition.id());
    }
    let names: Vec<&str> = Operation::ALL.iter().map(|operation| operation.name()).collect();
    assert!(names.is_sorted(), "{names:?}");
    assert_eq!(
        "putSigningProfile".parse::<Operation>().unwrap_err().to_string(),
        "unknown operation `putSigningProfile`"
    );
}
