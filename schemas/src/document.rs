//! The operation documents as types: where a request goes, what it carries, what comes back.

use crate::vocabulary::{Edition, Operation};

/// One operation of one edition.
#[derive(Clone, Debug, PartialEq)]
pub struct OperationDoc {
    /// Which operation.
    pub operation: Operation,
    /// Which edition describes it so.
    pub edition: Edition,
    /// The HTTP method.
    pub method: String,
    /// The path with its labels, e.g. `/signing-profiles/{profileName}`.
    pub uri: String,
    /// The HTTP status of success.
    pub status: u16,
    /// The members of the request, in the logical shape before HTTP: path labels, query and body together.
    pub input: Vec<Member>,
    /// The members of the answer's body; `None` where the reference documents an empty body.
    pub output: Option<Vec<Member>>,
    /// Where the reference says "empty body" but the machine-readable model gives an empty structure: `{}` is
    /// as good.
    pub empty_object_admitted: bool,
    /// The errors that the operation declares. The common ones come on top: [`crate::common_errors`].
    pub errors: Vec<ErrorDoc>,
}

/// A member of a request, of an answer or of a structure inside them.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// The member's name, also its label in the path and its key in the query.
    pub name: String,
    /// Where HTTP carries it; members of answers and of nested structures are in the body.
    pub location: Location,
    /// Whether the reference marks it as required. Never so in an answer.
    pub required: bool,
    /// What it looks like.
    pub shape: Shape,
    /// Whether clients fill it in by themselves so that a repeated request can be recognised.
    pub idempotency_token: bool,
}

/// Where HTTP carries a member of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Location {
    /// A label of the path, percent-encoded.
    Path,
    /// A key of the query; lists repeat the key, timestamps are ISO 8601 there.
    Query,
    /// A member of the JSON body.
    Body,
}

/// The type of a member and the constraints that are published for it. Bounds are inclusive.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// A string; lengths count characters.
    String {
        /// Shortest length.
        min: Option<u64>,
        /// Longest length.
        max: Option<u64>,
        /// Regular expression for the whole string: anchored at both ends even where the published one is
        /// not.
        pattern: Option<String>,
        /// The values of an enum; empty when any string will do. Answers have been seen to go beyond them.
        values: Vec<String>,
    },
    /// An integer.
    Integer {
        /// Least value.
        min: Option<i64>,
        /// Greatest value.
        max: Option<i64>,
    },
    /// A boolean.
    Boolean,
    /// A point in time: a JSON number of epoch seconds in a body, ISO 8601 in a query.
    Timestamp,
    /// Bytes, as standard base64; lengths count bytes.
    Blob {
        /// Fewest bytes.
        min: Option<u64>,
        /// Most bytes.
        max: Option<u64>,
    },
    /// A list.
    List {
        /// The shape of each item.
        item: Box<Shape>,
        /// Fewest items.
        min: Option<u64>,
        /// Most items.
        max: Option<u64>,
    },
    /// A map from strings.
    Map {
        /// The shape of each key, a string.
        key: Box<Shape>,
        /// The shape of each value.
        value: Box<Shape>,
        /// Fewest entries.
        min: Option<u64>,
        /// Most entries.
        max: Option<u64>,
    },
    /// A structure.
    Structure {
        /// Its members.
        members: Vec<Member>,
    },
}

/// An error that an operation, or the API as a whole, declares.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ErrorDoc {
    /// The error's type name.
    pub name: String,
    /// The HTTP status that goes with it.
    pub status: u16,
}

impl OperationDoc {
    /// The request's member of this name.
    pub fn member(&self, name: &str) -> Option<&Member> {
        self.input.iter().find(|member| member.name == name)
    }

    /// The answer's member of this name.
    pub fn output_member(&self, name: &str) -> Option<&Member> {
        self.output.iter().flatten().find(|member| member.name == name)
    }

    /// The request's members that travel at this place.
    pub fn members_at(&self, location: Location) -> impl Iterator<Item = &Member> {
        self.input.iter().filter(move |member| member.location == location)
    }

    /// Every shape inside the request, outermost first. See [`Visit`].
    pub fn walk_input<'a>(&'a self, visit: &mut dyn FnMut(Visit<'a>)) {
        walk_members(&self.input, "", visit);
    }

    /// Every shape inside the answer, outermost first. See [`Visit`].
    pub fn walk_output<'a>(&'a self, visit: &mut dyn FnMut(Visit<'a>)) {
        walk_members(self.output.as_deref().unwrap_or_default(), "", visit);
    }
}

/// One stop of a walk over shapes.
#[derive(Debug)]
pub struct Visit<'a> {
    /// The way here: `.` before a member, `[]` for items, `{key}` and `{value}` for maps, e.g.
    /// `jobs[].source.s3`.
    pub path: String,
    /// The member, unless this is a list's item or a map's key or value.
    pub member: Option<&'a Member>,
    /// The shape found here.
    pub shape: &'a Shape,
}

impl Shape {
    /// This shape and every shape inside it, outermost first; `path` is the way to this one.
    pub fn walk<'a>(&'a self, path: &str, visit: &mut dyn FnMut(Visit<'a>)) {
        visit(Visit { path: path.to_owned(), member: None, shape: self });
        self.walk_inside(path, visit);
    }

    fn walk_inside<'a>(&'a self, path: &str, visit: &mut dyn FnMut(Visit<'a>)) {
        match self {
            Self::String { .. }
            | Self::Integer { .. }
            | Self::Boolean
            | Self::Timestamp
            | Self::Blob { .. } => {}
            Self::List { item, .. } => item.walk(&format!("{path}[]"), visit),
            Self::Map { key, value, .. } => {
                key.walk(&format!("{path}{{key}}"), visit);
                value.walk(&format!("{path}{{value}}"), visit);
            }
            Self::Structure { members } => walk_members(members, path, visit),
        }
    }
}

fn walk_members<'a>(members: &'a [Member], path: &str, visit: &mut dyn FnMut(Visit<'a>)) {
    for member in members {
        let path = if path.is_empty() { member.name.clone() } else { format!("{path}.{}", member.name) };
        visit(Visit { path: path.clone(), member: Some(member), shape: &member.shape });
        member.shape.walk_inside(&path, visit);
    }
}
