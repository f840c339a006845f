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
    /// The page of errors that are common to all operations: the error.
    CommonErrors(String),
    /// The errors of an operation: the error.
    Errors(String),
    /// A member of an operation's request or answer: section of the operation's page, and the member at the
    /// top.
    Member {
        /// The section.
        section: &'static str,
        /// The member.
        member: String,
    },
    /// A constraint further inside. The operation's page names the data type, whose own page has it.
    Inside {
        /// The section of the operation's page that leads to the data type.
        section: &'static str,
        /// The member there.
        member: String,
        /// The data type that has the constraint.
        data_type: String,
    },
    /// How a path or a query spells a value: the pages give no type for these parameters, the
    /// machine-readable model does.
    Spelling,
}

impl Published {
    /// Where the constraint of that kind stands, of the member at `path`.
    pub(super) fn constraint(
        document: &OperationDoc,
        is_input: bool,
        location: Location,
        path: &str,
        kind: &str,
    ) -> Self {
        let member = path.split(['.', '[', '{']).next().unwrap_or_default().to_owned();
        let section = match (is_input, location, kind) {
            (true, Location::Path | Location::Query, "type") => return Self::Spelling,
            (true, Location::Path | Location::Query, _) => "URI Request Parameters",
            (true, Location::Body, "type") => "Request Syntax",
            (true, Location::Body, _) => "Request Body",
            (false, _, "type") => "Response Syntax",
            (false, _, _) => "Response Elements",
        };
        if path.contains('.') && kind != "type" {
            Self::Inside { section, member, data_type: data_type(document, is_input, path) }
        } else {
            Self::Member { section, member }
        }
    }

    /// What it rests on, and where to find it.
    pub(super) fn source(&self, operation: Option<Operation>, editions: &[Edition]) -> (Basis, String) {
        let edition = match editions {
            [one] => one.id(),
            _ => "both editions",
        };
        let page = operation.map_or("", Operation::name);
        let reference = format!("API reference ({edition})");
        let source = match self {
            Self::CommonErrors(error) if editions == [Edition::Current] => {
                format!("{reference}, Common Error Types: {error}")
            }
            Self::CommonErrors(error) => format!("{reference}, Common Errors: {error}"),
            Self::Errors(error) => format!("{reference}, {page}, Errors: {error}"),
            Self::Member { section, member } => format!("{reference}, {page}, {section}: {member}"),
            Self::Inside { section, member, data_type } => {
                format!("{reference}, Data Types, {data_type}; {reference}, {page}, {section}: {member}")
            }
            Self::Spelling => return (Basis::Modelled, format!("{MODEL}, {page}Request")),
        };
        (Basis::Documented, source)
    }
}

/// The name that the documents give to the structure around the last member of a path such as
/// `jobs[].source.s3`.
fn data_type(document: &OperationDoc, is_input: bool, path: &str) -> String {
    let shapes = load::shapes(document.edition);
    let side = if is_input { "input" } else { "output" };
    let mut at =
        load::document(document.edition, document.operation).map_or(&Value::Null, |document| &document[side]);
    let (mut known, mut around) = (document.operation.name(), document.operation.name());
    for step in path.replace('[', ".[").replace('{', ".{").split('.') {
        at = match step {
            "[]" => &at["items"],
            "{key}" => &at["propertyNames"],
            "{value}" => &at["additionalProperties"],
            member => {
                around = known;
                &at["properties"][member]
            }
        };
        while let Some(reference) = at["$ref"].as_str() {
            known = load::shape_name(reference);
            at = shapes.get(known).unwrap_or(&Value::Null);
        }
    }
    around.to_owned()
}
