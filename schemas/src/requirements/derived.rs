//! The requirements that an operation document states by itself: each declared error and each constraint of
//! each member. What a document cannot say of them stands in `requirements/exceptions.toml`.

use std::collections::BTreeMap;

use indexmap::IndexMap;

use super::Requirement;
use super::constraints::{constraints, type_name};
use super::exceptions::exception;
use super::id::RequirementId;
use super::published::Published;
use crate::document::{ErrorDoc, Location, OperationDoc, Shape, Visit};
use crate::errors::common_errors;
use crate::lookup::operation;
use crate::vocabulary::{Edition, Operation};

/// Id → edition → what the edition states there. The order is that of the documents.
type Facts = IndexMap<String, BTreeMap<Edition, Fact>>;

/// What one edition states in one place.
struct Fact {
    /// What a client observes, but for the bound.
    sentence: Sentence,
    /// The bound, pattern, values or status; empty for a constraint without one.
    bound: String,
    /// Where the edition publishes it.
    published: Published,
    /// Whether a request without the member is another route, so that no client can put the constraint to the
    /// test.
    is_in_path: bool,
}

/// A statement in two halves: the bound stands between them.
struct Sentence(String, &'static str);

/// The errors that are common to all operations.
pub(super) fn common() -> Vec<Requirement> {
    let mut facts = Facts::new();
    for edition in Edition::ALL {
        for error in common_errors(edition) {
            let sentence = Sentence(format!("The common error {} has HTTP status ", error.name), "");
            let fact =
                Fact::new(sentence, error.status.to_string(), Published::CommonErrors(error.name.clone()));
            facts.entry(format!("common/error/{}", error.name)).or_default().insert(edition, fact);
        }
    }
    facts.into_iter().map(|(id, by_edition)| requirement(&id, None, &by_edition)).collect()
}

/// The requirements of an operation: its errors, then its input, then its output.
pub(super) fn of(name: Operation) -> Vec<Requirement> {
    let documents = Edition::ALL.into_iter().filter_map(|edition| operation(edition, name));
    let mut parts = [Facts::new(), Facts::new(), Facts::new()];
    for document in documents {
        let [errors, input, output] = &mut parts;
        for error in &document.errors {
            errors
                .entry(format!("{name}/error/{}", error.name))
                .or_default()
                .insert(document.edition, declared(document, error));
        }
        document.walk_input(&mut |visit| Place::of(document, &visit, Side::Input).state(input));
        document.walk_output(&mut |visit| Place::of(document, &visit, Side::Output).state(output));
    }
    let facts = parts.into_iter().flatten();
    facts.map(|(id, by_edition)| requirement(&id, Some(name), &by_edition)).collect()
}

fn declared(document: &OperationDoc, error: &ErrorDoc) -> Fact {
    let sentence = Sentence(format!("{} declares {} with HTTP status ", document.operation, error.name), "");
    Fact::new(sentence, error.status.to_string(), Published::Errors(error.name.clone()))
}

fn requirement(id: &str, operation: Option<Operation>, by_edition: &BTreeMap<Edition, Fact>) -> Requirement {
    let editions: Vec<Edition> =
        Edition::ALL.into_iter().filter(|edition| by_edition.contains_key(edition)).collect();
    let mut facts = by_edition.iter();
    let Some((_, fact)) = facts.next() else { unreachable!("a fact is stated by an edition") };
    let Sentence(before, after) = &fact.sentence;
    let other = facts.find(|(_, other)| other.bound != fact.bound);
    let other = other
        .map(|(edition, other)| format!(" (edition {}: {})", edition.id(), other.bound))
        .unwrap_or_default();
    let (basis, source) = fact.published.source(operation, &editions);
    let in_path = fact.is_in_path.then(|| "a path without its label is another route".to_owned());
    let exception = exception(id);
    let untestable_because = exception.and_then(|row| row.untestable_because.clone()).or(in_path);
    Requirement {
        statement: format!("{before}{}{after}{other}.", fact.bound),
        basis: exception.and_then(|row| row.basis).unwrap_or(basis),
        source: exception.and_then(|row| row.source.clone()).unwrap_or(source),
        testable: untestable_because.is_none(),
        untestable_because,
        id: RequirementId::new(id),
        editions,
        operation,
        admits: Vec::new(),
        effect: false,
        refusals: Vec::new(),
        question: None,
    }
}

impl Fact {
    fn new(sentence: Sentence, bound: String, published: Published) -> Self {
        Self { sentence, bound, published, is_in_path: false }
    }
}

/// Which message a member is in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Input,
    Output,
}

/// A place in a request or an answer, and how sentences speak of it.
struct Place<'a> {
    document: &'a OperationDoc,
    path: &'a str,
    shape: &'a Shape,
    side: Side,
    location: Location,
    is_required: bool,
}

impl<'a> Place<'a> {
    fn of(document: &'a OperationDoc, visit: &'a Visit, side: Side) -> Self {
        let root = visit.path.split(['.', '[', '{']).next().unwrap_or_default();
        let location = match side {
            Side::Input => document.member(root).map_or(Location::Body, |member| member.location),
            Side::Output => Location::Body,
        };
        let is_required = visit.member.is_some_and(|member| member.required);
        Self { document, path: &visit.path, shape: visit.shape, side, location, is_required }
    }

    /// Notes every constraint that the document states here.
    fn state(&self, facts: &mut Facts) {
        let side = if self.side == Side::Input { "input" } else { "output" };
        let mut add = |kind: &str, sentence: Sentence, bound: String| {
            let Self { document, path, location, .. } = *self;
            let is_input = self.side == Side::Input;
            let published = Published::constraint(document, is_input, location, path, kind);
            let is_in_path = kind == "required" && location == Location::Path;
            let id = format!("{}/{side}/{path}/{kind}", document.operation);
            let fact = Fact { is_in_path, ..Fact::new(sentence, bound, published) };
            facts.entry(id).or_default().insert(document.edition, fact);
        };
        if self.is_required {
            add("required", self.required(), String::new());
        }
        if self.has_breakable_type() {
            add("type", self.typed(), type_name(self.shape, self.location).to_owned());
        }
        constraints(self.shape, |kind, bound| add(kind, self.constrained(kind, &bound), bound));
    }

    /// Whether a message can carry a value of another type here: a key is always text, and a path or query
    /// carries any string.
    fn has_breakable_type(&self) -> bool {
        let parsed = matches!(self.shape, Shape::Integer { .. } | Shape::Boolean | Shape::Timestamp);
        !self.path.ends_with("{key}") && (self.location == Location::Body || parsed)
    }

    /// The subject of a sentence: `a profileName`, `an item of statuses`, `each key of tags`.
    fn subject(&self) -> String {
        let inner = [("[]", "item"), ("{key}", "key"), ("{value}", "value")];
        let inner = inner.into_iter().find_map(|(end, noun)| Some((noun, self.path.strip_suffix(end)?)));
        match (self.side, inner) {
            (Side::Input, Some((noun, of))) => format!("{} of {of}", with_article(noun)),
            (Side::Input, None) => self.named(self.path),
            (Side::Output, Some((noun, of))) => format!("each {noun} of {of}"),
            (Side::Output, None) => self.path.to_owned(),
        }
    }

    /// The name of what stands here with its article, unless the name is a plural: `a status`, but `tags`.
    fn named(&self, name: &str) -> String {
        let holds_several =
            matches!(self.shape, Shape::List { .. } | Shape::Map { .. } | Shape::Structure { .. });
        if holds_several && name.ends_with('s') && !name.contains('.') {
            name.to_owned()
        } else {
            with_article(name)
        }
    }

    fn required(&self) -> Sentence {
        let operation = self.document.operation;
        Sentence(
            match (self.side, self.path.rsplit_once('.')) {
                (Side::Input, None) => format!("{operation} refuses a request without {}", self.path),
                (Side::Input, Some((structure, member))) => {
                    format!("{operation} refuses {} without {member}", with_article(structure))
                }
                (Side::Output, None) => format!("An answer of {operation} has {}", self.named(self.path)),
                (Side::Output, Some((structure, member))) => {
                    format!("In an answer of {operation}, {structure} has {}", self.named(member))
                }
            },
            "",
        )
    }

    fn typed(&self) -> Sentence {
        self.sentence("other than ", "is ", "")
    }

    /// The sentence of a constraint; `bound` decides between singular and plural.
    fn constrained(&self, kind: &str, bound: &str) -> Sentence {
        let is_one = bound == "1";
        let unit = |one: &'static str, many: &'static str| if is_one { one } else { many };
        let lengths = match self.shape {
            Shape::Blob { .. } => unit(" byte", " bytes"),
            Shape::List { .. } => unit(" item", " items"),
            Shape::Map { .. } => unit(" entry", " entries"),
            _ => unit(" character", " characters"),
        };
        match kind {
            "min-length" => self.sentence("shorter than ", "has at least ", lengths),
            "max-length" => self.sentence("longer than ", "has at most ", lengths),
            "min-items" => self.sentence("with fewer than ", "has at least ", lengths),
            "max-items" => self.sentence("with more than ", "has at most ", lengths),
            "minimum" => self.sentence("below ", "is at least ", ""),
            "maximum" => self.sentence("above ", "is at most ", ""),
            "pattern" => self.sentence("that does not match ", "matches ", " as a whole"),
            "base64" => self.sentence("that is not ", "is ", ""),
            _ => self.sentence("other than ", "is ", ""),
        }
    }

    fn sentence(&self, refused: &str, holds: &str, after: &'static str) -> Sentence {
        let (operation, subject) = (self.document.operation, self.subject());
        Sentence(
            match self.side {
                Side::Input => format!("{operation} refuses {subject} {refused}"),
                Side::Output => format!("In an answer of {operation}, {subject} {holds}"),
            },
            after,
        )
    }
}

fn with_article(name: &str) -> String {
    let article = if name.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {name}")
}
