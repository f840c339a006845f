//! Source: every Response Syntax and Response Elements with the shapes that they name, as a JSON Schema.
//!
//! What answers are known to do beyond the published shapes is no complaint: members may be missing or null,
//! most enums are open (the ledger says which are not), further members are allowed, and a map or list may be
//! empty. Timestamps are the concern of `timestamps`.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jsonschema::error::ValidationErrorKind;
use jsonschema::{ValidationError, Validator};
use serde_json::Value;
use signer_schemas::{
    Edition, Member, Operation, OperationDoc, RequirementId, Shape, operations, output_schema,
};

use crate::data::detector::Detector;
use crate::judge::checks::output_walk::{every_shape, locate, walk};
use crate::judge::checks::{Check, Seen, Subject, listed};

pub(super) const CHECK: Check = Check {
    name: Detector::OutputSchema,
    what: "The body of a success has the shape that the document gives.",
    run,
};

static VALIDATORS: LazyLock<BTreeMap<(Edition, Operation), Validator>> = LazyLock::new(|| {
    let documents = Edition::ALL.into_iter().flat_map(operations);
    documents
        .filter_map(|document| Some((document, compile(document.edition, document.operation)?)))
        .map(|(document, validator)| ((document.edition, document.operation), validator))
        .collect()
});

/// A test holds that every schema compiles.
fn compile(edition: Edition, operation: Operation) -> Option<Validator> {
    jsonschema::draft202012::new(&output_schema(edition, operation)).ok()
}

/// What the ledger asks of the values at one path of an answer.
struct Asked {
    /// The rules that every value there puts to the test.
    exercised: Vec<RequirementId>,
    /// Whether the published values are all that may come.
    enum_is_closed: bool,
    /// The members that a structure there must have, each with its rule.
    required: Vec<(&'static str, RequirementId)>,
}

/// What the ledger asks, looked up once for all answers.
type Paths = HashMap<String, Asked>;

static ASKED: LazyLock<BTreeMap<(Edition, Operation), Paths>> = LazyLock::new(|| {
    let documents = Edition::ALL.into_iter().flat_map(operations);
    documents.map(|document| ((document.edition, document.operation), paths(document))).collect()
});

fn paths(document: &'static OperationDoc) -> Paths {
    let listed = |path: &str, kind: &str| listed(document, &format!("output/{path}/{kind}"));
    let mut paths = Paths::new();
    every_shape(document.output.as_deref().unwrap_or_default(), &mut |path, shape| {
        let members: &'static [Member] = if let Shape::Structure { members } = shape { members } else { &[] };
        let required = members.iter().filter_map(|member| {
            let requirement = listed(&format!("{path}.{}", member.name), "required")?;
            Some((member.name.as_str(), requirement))
        });
        let asked = Asked {
            exercised: kinds(shape).into_iter().filter_map(|kind| listed(&path, kind)).collect(),
            enum_is_closed: listed(&path, "enum").is_some(),
            required: required.collect(),
        };
        paths.insert(path, asked);
    });
    paths
}

fn run(subject: &Subject<'_>, seen: &mut Seen) {
    let (Some(members), Some(body)) = (&subject.document.output, subject.json) else { return };
    let place = (subject.edition, subject.document.operation);
    let (Some(validator), Some(paths)) = (VALIDATORS.get(&place), ASKED.get(&place)) else { return };
    if !subject.response.is_success() || !body.is_object() {
        return;
    }
    let (mut met, mut entered) = (HashSet::new(), HashSet::new());
    walk(members, body, &mut |path, shape, value| {
        let Some((path, asked)) = paths.get_key_value(path) else { return };
        if met.insert(path.as_str()) {
            asked.exercised.iter().for_each(|requirement| seen.exercise(requirement.clone()));
        }
        beyond_schema(subject, path, shape, value, asked, seen);
        if value.is_object() {
            if entered.insert(path.as_str()) {
                asked.required.iter().for_each(|(_, requirement)| seen.exercise(requirement.clone()));
            }
            required(path, asked, value, seen);
        }
    });
    for error in validator.iter_errors(body) {
        report(subject, members, body, &error, seen);
    }
}

/// The members that the ledger says a structure of an answer has.
fn required(path: &str, asked: &Asked, value: &Value, seen: &mut Seen) {
    for (member, requirement) in &asked.required {
        if value.get(member).is_none_or(Value::is_null) {
            let summary = format!("The answer's {path} has no {member}.");
            seen.complain(requirement.clone(), summary, &[&format!("a {path}.{member}")], value.to_string());
        }
    }
}

/// What the schema leaves out: bytes, and those enums whose published values are all that answers have ever
/// carried.
fn beyond_schema(
    subject: &Subject<'_>,
    path: &str,
    shape: &Shape,
    value: &Value,
    asked: &Asked,
    seen: &mut Seen,
) {
    let Some(text) = value.as_str() else { return };
    match shape {
        Shape::Blob { .. } if STANDARD.decode(text).is_err() => {
            complain(subject, path, "base64", "standard base64 with padding", text, seen);
        }
        Shape::String { values, .. } if asked.enum_is_closed && !values.iter().any(|value| value == text) => {
            complain(subject, path, "enum", &values.join(", "), text, seen);
        }
        _ => {}
    }
}

/// The constraints that a value of this shape puts to the test, as far as the ledger has them; empty is as
/// good as absent.
fn kinds(shape: &Shape) -> Vec<&'static str> {
    let mut kinds = vec!["type"];
    let mut add = |kind, there: bool| {
        if there {
            kinds.push(kind);
        }
    };
    match shape {
        Shape::String { min, max, pattern, values } => {
            add("enum", !values.is_empty());
            add("min-length", min.is_some());
            add("max-length", max.is_some());
            add("pattern", pattern.is_some());
        }
        Shape::List { max, .. } | Shape::Map { max, .. } => add("max-items", max.is_some()),
        Shape::Blob { .. } => add("base64", true),
        // No integer of an answer has bounds.
        Shape::Boolean | Shape::Integer { .. } | Shape::Structure { .. } => {}
        Shape::Timestamp => kinds.clear(),
    }
    kinds
}

fn report(
    subject: &Subject<'_>,
    members: &[Member],
    body: &Value,
    error: &ValidationError<'_>,
    seen: &mut Seen,
) {
    // A member is "null, or its shape": only what its shape has to say is of interest.
    if let ValidationErrorKind::AnyOf { context } = error.kind() {
        context.iter().skip(1).flatten().for_each(|error| report(subject, members, body, error, seen));
        return;
    }
    let pointer = error.instance_path().as_str().to_owned();
    let segments: Vec<String> = pointer.split('/').skip(1).map(unescape).collect();
    let (mut path, shape) = locate(members, segments.iter().map(String::as_str));
    let error_kind = match error.kind() {
        ValidationErrorKind::PropertyNames { error } => {
            path.push_str("{key}");
            error.kind()
        }
        kind => kind,
    };
    let kind = match error_kind {
        ValidationErrorKind::MinItems { .. } | ValidationErrorKind::MinProperties { .. } => return,
        ValidationErrorKind::Type { .. } if shape == Some(&Shape::Timestamp) => return,
        kind => kind_of(kind),
    };
    // In a long list every entry may break the same rule.
    if seen.has_enough_of(&row(subject, &path, kind)) {
        return;
    }
    let permitted = permitted(kind, error_kind, shape);
    let came = body.pointer(&pointer).map_or_else(|| "nothing".to_owned(), ToString::to_string);
    complain(subject, &path, kind, &permitted, &came, seen);
}

fn complain(subject: &Subject<'_>, path: &str, kind: &str, permitted: &str, came: &str, seen: &mut Seen) {
    let requirement = row(subject, path, kind);
    seen.exercise(requirement.clone());
    seen.complain(
        requirement,
        format!("The answer's {path} breaks its {kind}."),
        &[permitted],
        format!("{path}: {came}"),
    );
}

fn kind_of(kind: &ValidationErrorKind) -> &'static str {
    match kind {
        ValidationErrorKind::MinLength { .. } => "min-length",
        ValidationErrorKind::MaxLength { .. } => "max-length",
        ValidationErrorKind::Pattern { .. } => "pattern",
        ValidationErrorKind::MaxItems { .. } | ValidationErrorKind::MaxProperties { .. } => "max-items",
        _ => "type",
    }
}

fn permitted(kind: &str, error: &ValidationErrorKind, shape: Option<&Shape>) -> String {
    match error {
        ValidationErrorKind::MinLength { limit } => format!("at least {limit} characters"),
        ValidationErrorKind::MaxLength { limit } => format!("at most {limit} characters"),
        ValidationErrorKind::Pattern { pattern } => format!("text that matches {pattern}"),
        ValidationErrorKind::MaxItems { limit } | ValidationErrorKind::MaxProperties { limit } => {
            format!("at most {limit} entries")
        }
        _ => shape.map_or_else(|| format!("the documented {kind}"), |shape| type_of(shape).to_owned()),
    }
}

fn type_of(shape: &Shape) -> &'static str {
    match shape {
        Shape::String { .. } => "a string",
        Shape::Integer { .. } => "an integer",
        Shape::Boolean => "a boolean",
        Shape::Timestamp => "a number",
        Shape::Blob { .. } => "base64 in a string",
        Shape::List { .. } => "a list",
        Shape::Map { .. } | Shape::Structure { .. } => "an object",
    }
}

/// The ledger's row of this constraint; where it has none, that of the type, if need be of what the value is
/// part of.
fn row(subject: &Subject<'_>, path: &str, kind: &str) -> RequirementId {
    let listed = |path: &str, kind: &str| subject.listed(&format!("output/{path}/{kind}"));
    if let Some(exact) = listed(path, kind) {
        return exact;
    }
    let mut part = path;
    loop {
        if let Some(of_the_type) = listed(part, "type") {
            return of_the_type;
        }
        match part.rfind(['.', '[', '{']) {
            Some(end) => part = &part[..end],
            None => return subject.requirement(&format!("output/{path}/type")),
        }
    }
}

fn unescape(segment: &str) -> String {
    segment.replace("~1", "/").replace("~0", "~")
}
