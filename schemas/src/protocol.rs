//! What the restJson1 protocol forbids in a request, by the ids of its published cases.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::document::{Location, Shape};
use crate::requirements::id::RequirementId;

/// Values that the protocol forbids in one place, all wrong in one way.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProtocolCase {
    /// The id of the published case.
    pub id: String,
    /// What is wrong, in a word or two; the id and this name the row.
    pub kind: String,
    /// Where the values stand.
    pub hole: Hole,
    /// What is sent there.
    pub values: Vec<String>,
    /// The rule that a service breaks which takes one of them.
    pub requirement: RequirementId,
}

/// A place in a request, and the type of what belongs there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Hole {
    /// The body as a whole; `@` stands for the members of one that would be accepted.
    WholeBody,
    /// A map in a body, as text of JSON.
    BodyMap,
    /// A blob in a body, as text of JSON.
    BodyBlob,
    /// An integer in a body, as text of JSON.
    BodyInteger,
    /// A timestamp in a body, as text of JSON.
    BodyTimestamp,
    /// A boolean in a query, not yet percent-encoded.
    QueryBoolean,
    /// An integer in a query, not yet percent-encoded.
    QueryInteger,
    /// A timestamp in a query, not yet percent-encoded.
    QueryTimestamp,
}

impl Hole {
    /// Whether a value of that shape, in a member that HTTP carries there, belongs into the hole.
    pub fn takes(self, location: Location, shape: &Shape) -> bool {
        match self {
            Self::WholeBody => false,
            Self::BodyMap => location == Location::Body && matches!(shape, Shape::Map { .. }),
            Self::BodyBlob => location == Location::Body && matches!(shape, Shape::Blob { .. }),
            Self::BodyInteger => location == Location::Body && matches!(shape, Shape::Integer { .. }),
            Self::BodyTimestamp => location == Location::Body && matches!(shape, Shape::Timestamp),
            Self::QueryBoolean => location == Location::Query && matches!(shape, Shape::Boolean),
            Self::QueryInteger => location == Location::Query && matches!(shape, Shape::Integer { .. }),
            Self::QueryTimestamp => location == Location::Query && matches!(shape, Shape::Timestamp),
        }
    }
}

/// Published cases that are no rows of their own here, and why.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AskedElsewhere {
    /// Their ids.
    pub ids: Vec<String>,
    /// The constraint of an operation's document whose near misses ask them.
    pub near_misses: Option<String>,
    /// The scene that asks them.
    pub scene: Option<String>,
    /// Why they are not asked at all.
    pub not_asked: Option<String>,
}

/// The table as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    case: Vec<ProtocolCase>,
    elsewhere: Vec<AskedElsewhere>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    toml::from_str(include_str!("../protocol.toml"))
        .unwrap_or_else(|error| panic!("schemas/protocol.toml: {error}"))
});

/// What the protocol forbids, in the order of the table.
pub fn protocol_cases() -> &'static [ProtocolCase] {
    &TABLE.case
}

/// The published cases that other suites ask, and those that are not asked.
pub fn protocol_cases_elsewhere() -> &'static [AskedElsewhere] {
    &TABLE.elsewhere
}
