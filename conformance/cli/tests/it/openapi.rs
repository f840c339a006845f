//! The `OpenAPI` documents hold every operation, and what they refer to.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};
use signer_schemas::{Edition, Location, operations};

use crate::program::run;

fn document(edition: Edition) -> Value {
    let ended = run(&["openapi", "--edition", edition.id()]);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    serde_json::from_str(&ended.stdout).expect("JSON")
}

fn object<'a>(value: &'a Value, what: &str) -> &'a Map<String, Value> {
    value.as_object().unwrap_or_else(|| panic!("{what} is no object: {value}"))
}

#[test]
fn every_operation_member_and_error_is_described() {
    for edition in Edition::ALL {
        let document = document(edition);
        let mut described = BTreeSet::new();
        for operation in operations(edition) {
            let here = &document["paths"][&operation.uri][operation.method.to_lowercase()];
            described.insert(here["operationId"].as_str().unwrap_or_default().to_owned());
            assert_eq!(here["operationId"], operation.operation.name(), "{edition}: {}", operation.uri);
            let parameters = here["parameters"].as_array().expect("a list");
            for member in &operation.input {
                let place = match member.location {
                    Location::Path => "path",
                    Location::Query => "query",
                    Location::Body => {
                        let body = &here["requestBody"]["content"]["application/json"]["schema"];
                        assert!(
                            body["properties"].get(&member.name).is_some(),
                            "{edition}: {} is not in {body}",
                            member.name
                        );
                        let required =
                            body["required"].as_array().is_some_and(|all| all.contains(&json!(member.name)));
                        assert_eq!(
                            required, member.required,
                            "{edition}: {} of {}",
                            member.name, operation.operation
                        );
                        continue;
                    }
                };
                let found = parameters.iter().find(|parameter| parameter["name"] == member.name.as_str());
                assert!(
                    found.is_some_and(|parameter| parameter["in"] == place),
                    "{edition}: no {} in {place}",
                    member.name
                );
            }
            for error in &operation.errors {
                let response = &here["responses"][error.status.to_string()];
                assert!(
                    response["description"].as_str().is_some_and(|text| text.contains(&error.name)),
                    "{}",
                    error.name
                );
            }
            assert_eq!(
                here["responses"][operation.status.to_string()].get("content").is_some(),
                operation.output.is_some(),
                "{edition}: {}",
                operation.operation
            );
        }
        let methods: usize =
            object(&document["paths"], "paths").values().map(|path| object(path, "a path").len()).sum();
        assert_eq!(methods, described.len(), "{edition}: nothing else is described");
    }
}

#[test]
fn every_reference_leads_to_a_schema() {
    for edition in Edition::ALL {
        let document = document(edition);
        let mut schemas = Vec::new();
        visit(&document, &mut |object| {
            if let Some(target) = object.get("$ref").and_then(Value::as_str) {
                let pointer =
                    target.strip_prefix('#').unwrap_or_else(|| panic!("{target} leads out of the document"));
                assert!(document.pointer(pointer).is_some(), "{edition}: {target} leads nowhere");
            }
            schemas.extend(object.get("schema").cloned());
        });
        schemas.extend(object(&document["components"]["schemas"], "the schemas").values().cloned());
        assert!(schemas.len() > 50, "{edition}: {}", schemas.len());
        for mut schema in schemas {
            // The components travel along, so that references resolve.
            schema["components"] = document["components"].clone();
            schema["$schema"] = document["jsonSchemaDialect"].clone();
            if let Err(error) = jsonschema::validator_for(&schema) {
                panic!("{edition}: {error} in {schema}");
            }
        }
    }
}

#[test]
fn a_document_has_what_the_specification_requires() {
    for edition in Edition::ALL {
        let document = document(edition);
        assert!(document["openapi"].as_str().is_some_and(|version| version.starts_with("3.1.")));
        assert!(document["info"]["title"].is_string() && document["info"]["version"].is_string());
        for (path, methods) in object(&document["paths"], "paths") {
            assert!(path.starts_with('/'), "{path}");
            let labels: BTreeSet<&str> =
                path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).collect();
            for operation in object(methods, path).values() {
                let parameters = operation["parameters"].as_array().expect("a list");
                let in_path = parameters.iter().filter(|parameter| parameter["in"] == "path");
                assert!(
                    in_path.clone().all(|parameter| parameter["required"] == true),
                    "{path}: labels are required"
                );
                assert_eq!(
                    in_path.filter_map(|parameter| parameter["name"].as_str()).collect::<BTreeSet<_>>(),
                    labels,
                    "{path}"
                );
                for (status, response) in object(&operation["responses"], path) {
                    assert!(status.len() == 3 && response["description"].is_string(), "{path}: {status}");
                }
            }
        }
    }
}

/// Every object of a document.
fn visit<'a>(value: &'a Value, see: &mut dyn FnMut(&'a Map<String, Value>)) {
    match value {
        Value::Object(object) => {
            see(object);
            object.values().for_each(|value| visit(value, see));
        }
        Value::Array(items) => items.iter().for_each(|value| visit(value, see)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
