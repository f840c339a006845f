//! `openapi`: an edition of the API for tools that read `OpenAPI` 3.1.

use std::collections::BTreeMap;
use std::process::ExitCode;

use serde_json::{Map, Value, json};
use signer_schemas::{
    Edition, ErrorDoc, Location, Member, OperationDoc, Shape, document_files, operations, shapes_file,
};

use crate::certify::edition;
use crate::failure::Failure;
use crate::show;

/// The options of `openapi`.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Args {
    /// The edition of the API: current or 2019-05-22.
    #[arg(long, default_value = "current", value_parser = edition)]
    edition: Edition,
}

pub(crate) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let ours =
        |error: serde_json::Error| Failure::Inconclusive(format!("the documents cannot be read: {error}"));
    let text =
        document(args.edition).and_then(|document| serde_json::to_string_pretty(&document)).map_err(ours)?;
    show::out(&format!("{text}\n"))?;
    Ok(ExitCode::SUCCESS)
}

/// The schema that describes an error's body.
const ERROR: &str = "Error";

fn document(edition: Edition) -> serde_json::Result<Value> {
    let mut paths: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    for operation in operations(edition) {
        paths
            .entry(&operation.uri)
            .or_default()
            .insert(operation.method.to_lowercase(), describe(operation)?);
    }
    let mut shapes: Value = serde_json::from_str(shapes_file(edition))?;
    let mut shapes = shapes["$defs"].take();
    point_at_components(&mut shapes);
    shapes[ERROR] = json!({
        "type": "object",
        "properties": { "code": { "type": "string" }, "message": { "type": "string" } },
    });
    Ok(json!({
        "openapi": "3.1.0",
        "info": {
            "title": "AWS Signer",
            "version": "2017-08-25",
            "description": format!("The edition {edition} of the API reference. Constraints are as \
             published; answers of the real service may go beyond its enumerations."),
        },
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "servers": [{
            "url": "https://signer.{region}.amazonaws.com",
            "variables": { "region": { "default": "us-east-1" } },
        }],
        "security": [{ "sigv4": [] }],
        "paths": paths,
        "components": {
            "schemas": shapes,
            "securitySchemes": { "sigv4": {
                "type": "apiKey", "in": "header", "name": "Authorization", "description": "Signature Version 4 for the service `signer`",
            } },
        },
    }))
}

fn describe(operation: &OperationDoc) -> serde_json::Result<Value> {
    let file = document_files()
        .iter()
        .find(|file| (file.edition, file.operation) == (operation.edition, operation.operation));
    let mut raw: Value = serde_json::from_str(file.map_or("{}", |file| file.text))?;
    let (mut input, mut output) = (raw["input"].take(), raw["output"].take());
    point_at_components(&mut input);
    point_at_components(&mut output);
    let members = &input["properties"];
    let parameters: Vec<Value> =
        operation.input.iter().filter_map(|member| parameter(member, &members[&member.name])).collect();
    let mut described = json!({ "operationId": operation.operation.name(), "parameters": parameters });
    let in_body: Vec<&Member> = operation.members_at(Location::Body).collect();
    if !in_body.is_empty() {
        let properties: Map<String, Value> =
            in_body.iter().map(|member| (member.name.clone(), members[&member.name].clone())).collect();
        let required: Vec<&str> =
            in_body.iter().filter(|member| member.required).map(|member| member.name.as_str()).collect();
        let mut schema = json!({ "type": "object", "properties": properties });
        if !required.is_empty() {
            schema["required"] = json!(required);
        }
        described["requestBody"] = json!({ "required": !required.is_empty(), "content": { "application/json": { "schema": schema } } });
    }
    let mut responses = errors(&operation.errors);
    let mut success =
        json!({ "description": if output.is_null() { "Done; the body is empty" } else { "Done" } });
    if !output.is_null() {
        success["content"] = json!({ "application/json": { "schema": output } });
    }
    responses.insert(operation.status.to_string(), success);
    described["responses"] = Value::Object(responses);
    Ok(described)
}

/// A member that travels in the path or the query. Times in a query are texts.
fn parameter(member: &Member, schema: &Value) -> Option<Value> {
    let place = match member.location {
        Location::Path => "path",
        Location::Query => "query",
        Location::Body => return None,
    };
    let schema = if member.shape == Shape::Timestamp {
        json!({ "type": "string", "format": "date-time" })
    } else {
        schema.clone()
    };
    let required = member.required || member.location == Location::Path;
    Some(json!({ "name": member.name, "in": place, "required": required, "schema": schema }))
}

/// The declared errors, by status.
fn errors(declared: &[ErrorDoc]) -> Map<String, Value> {
    let mut by_status: BTreeMap<u16, Vec<&str>> = BTreeMap::new();
    for error in declared {
        by_status.entry(error.status).or_default().push(&error.name);
    }
    let response = |names: Vec<&str>| {
        json!({
            "description": names.join(" or "),
            "headers": { "x-amzn-ErrorType": { "schema": { "type": "string", "enum": names } } },
            "content": { "application/json": { "schema": { "$ref": format!("#/components/schemas/{ERROR}") } } },
        })
    };
    by_status.into_iter().map(|(status, names)| (status.to_string(), response(names))).collect()
}

/// References lead to the document's own components; where a member travels is told by where it stands.
fn point_at_components(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            object.remove("x-location");
            if let Some(Value::String(target)) = object.get_mut("$ref") {
                let name = target.rsplit('/').next().unwrap_or_default();
                *target = format!("#/components/schemas/{name}");
            }
            object.values_mut().for_each(point_at_components);
        }
        Value::Array(items) => items.iter_mut().for_each(point_at_components),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
