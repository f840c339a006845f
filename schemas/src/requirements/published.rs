//! Where the vendor publishes what an operation document says.

use serde_json::Value;

use super::Basis;
use crate::document::{Location, OperationDoc};
use crate::load;
use crate::vocabulary::{Edition, Operation};

/// AWS's machine-readable model, as botocore carries it.
const MODEL: &str = "botocore 1.44.5, data/signer/2017-08-25/service-2.json";

/// The place in the published documents where something stands.
pub(super) enum Published {
    /// The page of errors that are common to all operations.
    CommonErrors,
    /// The errors of an operation.
    Errors,
    /// A member of an operation's request or answer: section of the operation's page, and the member at the top.
    Member {
        /// The section.
        section: &'static str,
        /// The member.
        member: String,
    },
    /// A constraint of a shape further inside. The operation's page does not repeat it: the data types of the edition of 2019
    /// and the machine-readable model have it.
    Shape {
        /// The section of the operation's page that leads to the shape.
        section: &'static str,
        /// The member there.
        member: String,
        /// The structure in which the shape is used.
        structure: String,
        /// The shape that has the constraint.
        shape: String,
    },
}

impl Published {
    /// Where the constraint of that kind stands, of the member at `path`.
    pub(super) fn constraint(document: &OperationDoc, is_input: bool, location: Location, path: &str, kind: &str) -> Self {
        let member = path.split(['.', '[', '{']).next().unwrap_or_default().to_owned();
        let is_inside = path.contains('.');
        let section = match (is_input, location, is_inside && kind == "type") {
            (true, Location::Path | Location::Query, _) => "URI Request Parameters",
            (true, Location::Body, false) => "Request Body",
            (true, Location::Body, true) => "Request Syntax",
            (false, _, false) => "Response Elements",
            (false, _, true) => "Response Syntax",
        };
        if !is_inside || kind == "type" {
            return Self::Member { section, member };
        }
        let Names { structure, shape } = names(document, is_input, path);
        // That a member is required is said by the structure that has it.
        let shape = if kind == "required" { structure.clone() } else { shape.unwrap_or_else(|| structure.clone()) };
        Self::Shape { section, member, structure, shape }
    }

    /// What it rests on, and where to find it.
    pub(super) fn source(&self, operation: Option<Operation>, editions: &[Edition]) -> (Basis, String) {
        let edition = match editions {
            [one] => one.id(),
            _ => "both editions",
        };
        let page = operation.map_or("", Operation::name);
        let source = match self {
            Self::CommonErrors if editions == [Edition::Current] => "API reference (current), Common Error Types".to_owned(),
            Self::CommonErrors => format!("API reference ({edition}), Common Errors"),
            Self::Errors => format!("API reference ({edition}), {page}, Errors"),
            Self::Member { section, member } => format!("API reference ({edition}), {page}, {section}: {member}"),
            Self::Shape { section, member, structure, shape } if editions.contains(&Edition::May2019) => {
                let types = format!("API reference ({}), Data Types, {structure}", Edition::May2019.id());
                format!("{types}; {page}, {section}: {member}; {MODEL}, {shape}")
            }
            Self::Shape { shape, .. } => return (Basis::Modelled, format!("{MODEL}, {shape}")),
        };
        (Basis::Documented, source)
    }
}

/// The names that the documents give to what lies on a path.
struct Names {
    /// The innermost named structure, list or map around it.
    structure: String,
    /// The shape at its end, if it has a name.
    shape: Option<String>,
}

/// Follows a path such as `jobs[].source.s3` through the document.
fn names(document: &OperationDoc, is_input: bool, path: &str) -> Names {
    let shapes = load::shapes(document.edition);
    let side = if is_input { "input" } else { "output" };
    let mut at = load::document(document.edition, document.operation).map_or(&Value::Null, |document| &document[side]);
    let mut names = Names { structure: document.operation.name().to_owned(), shape: None };
    for step in path.replace('[', ".[").replace('{', ".{").split('.') {
        if let Some(name) = names.shape.take() {
            names.structure = name;
        }
        at = match step {
            "[]" => &at["items"],
            "{key}" => &at["propertyNames"],
            "{value}" => &at["additionalProperties"],
            member => &at["properties"][member],
        };
        while let Some(reference) = at["$ref"].as_str() {
            let name = load::shape_name(reference);
            names.shape = Some(name.to_owned());
            at = shapes.get(name).unwrap_or(&Value::Null);
        }
    }
    names
}
