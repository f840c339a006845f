//! The requirements: what the documents, the machine-readable model and dated observation say, and what they
//! leave open.
//!
//! What an operation document states by itself, each declared error and each constraint of a member, is
//! derived from it. The rest stands in `requirements/`, a file for each operation and one for all of them.

mod constraints;
mod derived;
pub(crate) mod exceptions;
pub(crate) mod id;
mod published;

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::requirements::id::RequirementId;
use crate::vocabulary::{Edition, Operation};

/// One rule of the API, in our own words, with its source.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Requirement {
    /// The stable name, `PutSigningProfile/name-taken`, or `common/…` for a rule of all operations.
    pub id: RequirementId,
    /// The editions in which the rule holds.
    pub editions: Vec<Edition>,
    /// The operation; none for a rule of all operations.
    pub operation: Option<Operation>,
    /// How well the rule is founded.
    pub basis: Basis,
    /// The rule, one sentence.
    pub statement: String,
    /// Document and section, or repository, path and date.
    pub source: String,
    /// Whether a client can find out.
    pub testable: bool,
    /// Why no client can find out; present exactly when `testable` is false.
    pub untestable_because: Option<String>,
    /// The answers that are admitted; not empty exactly for an open point.
    pub admits: Vec<String>,
    /// Whether the rule is about what a call brings about, or about what a filter leaves out: an
    /// acknowledgement does not show it, nor does a list that had nothing to leave out.
    pub effect: bool,
    /// The refusals that the rule asks for, narrower ones first; empty where it names none, or where nothing
    /// is refused.
    pub refusals: Vec<String>,
    /// What is not known; present exactly for an open point.
    pub question: Option<String>,
}

impl Requirement {
    /// Whether the rule holds in that edition.
    pub fn is_in(&self, edition: Edition) -> bool {
        self.editions.contains(&edition)
    }
}

/// How well a rule is founded, strongest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Basis {
    /// A sentence of the vendor's documentation says so.
    Documented,
    /// Follows from documented sentences or from the protocol, but no document says it.
    Inferred,
    /// Only in the vendor's machine-readable model, or in the protocol that the model names.
    Modelled,
    /// Seen in the real service's answers, with a date.
    Observed,
    /// No source says; the row lists the answers that are admitted.
    Open,
}

impl Basis {
    /// Every basis, strongest first.
    pub const ALL: [Self; 5] = [Self::Documented, Self::Inferred, Self::Modelled, Self::Observed, Self::Open];

    /// The name in the ledger, in reports and on the command line.
    pub fn id(self) -> &'static str {
        match self {
            Self::Documented => "documented",
            Self::Inferred => "inferred",
            Self::Modelled => "modelled",
            Self::Observed => "observed",
            Self::Open => "open",
        }
    }

    /// The basis of that name.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|basis| basis.id() == id)
    }
}

/// Every rule, in the ledger's order: rules of all operations first, then operation by operation.
pub fn requirements() -> &'static [Requirement] {
    &LEDGER.rows
}

/// The rule of that id.
pub fn requirement(id: &str) -> Option<&'static Requirement> {
    LEDGER.by_id.get(id).and_then(|&row| LEDGER.rows.get(row))
}

/// The id as it is written here in the code. That of a rule shares the ledger's text.
impl From<&str> for RequirementId {
    fn from(id: &str) -> Self {
        requirement(id).map_or_else(|| Self::new(id), |rule| rule.id.clone())
    }
}

impl RequirementId {
    /// The id of the operation's rule of that name: `tags` of `TagResource` is `TagResource/tags`.
    pub fn named(operation: Operation, name: &str) -> Self {
        format!("{operation}/{name}").as_str().into()
    }
}

struct Ledger {
    rows: Vec<Requirement>,
    by_id: HashMap<RequirementId, usize>,
}

static LEDGER: LazyLock<Ledger> = LazyLock::new(|| {
    let of_all = [None].into_iter().chain(Operation::ALL.into_iter().map(Some));
    let rows: Vec<_> =
        of_all.flat_map(|operation| written(operation).into_iter().chain(derived(operation))).collect();
    let by_id = rows.iter().enumerate().map(|(row, requirement)| (requirement.id.clone(), row)).collect();
    Ledger { rows, by_id }
});

/// What the documents of an operation state by themselves; without one, what they state of all operations.
fn derived(operation: Option<Operation>) -> Vec<Requirement> {
    operation.map_or_else(derived::common, derived::of)
}

/// What people wrote of an operation; without one, of all operations.
fn written(operation: Option<Operation>) -> Vec<Requirement> {
    let file: File = toml::from_str(text(operation)).unwrap_or_else(|error| {
        let name = operation.map_or("common", Operation::name);
        panic!("schemas/requirements/{name}.toml: {error}")
    });
    file.requirement.into_iter().map(|row| row.of(operation)).collect()
}

/// A file as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    requirement: Vec<Row>,
}

/// A requirement as it is written: the file says the operation.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    id: RequirementId,
    editions: Vec<Edition>,
    basis: Basis,
    statement: String,
    source: String,
    untestable_because: Option<String>,
    #[serde(default)]
    admits: Vec<String>,
    #[serde(default)]
    effect: bool,
    #[serde(default)]
    refusals: Vec<String>,
    question: Option<String>,
}

impl Row {
    fn of(self, operation: Option<Operation>) -> Requirement {
        let Self {
            id,
            editions,
            basis,
            statement,
            source,
            untestable_because,
            admits,
            effect,
            refusals,
            question,
        } = self;
        Requirement {
            testable: untestable_because.is_none(),
            id,
            editions,
            operation,
            basis,
            statement,
            source,
            untestable_because,
            admits,
            effect,
            refusals,
            question,
        }
    }
}

fn text(operation: Option<Operation>) -> &'static str {
    let Some(operation) = operation else { return include_str!("../../requirements/common.toml") };
    match operation {
        Operation::AddProfilePermission => include_str!("../../requirements/AddProfilePermission.toml"),
        Operation::CancelSigningProfile => include_str!("../../requirements/CancelSigningProfile.toml"),
        Operation::DescribeSigningJob => include_str!("../../requirements/DescribeSigningJob.toml"),
        Operation::GetRevocationStatus => include_str!("../../requirements/GetRevocationStatus.toml"),
        Operation::GetSigningPlatform => include_str!("../../requirements/GetSigningPlatform.toml"),
        Operation::GetSigningProfile => include_str!("../../requirements/GetSigningProfile.toml"),
        Operation::ListProfilePermissions => include_str!("../../requirements/ListProfilePermissions.toml"),
        Operation::ListSigningJobs => include_str!("../../requirements/ListSigningJobs.toml"),
        Operation::ListSigningPlatforms => include_str!("../../requirements/ListSigningPlatforms.toml"),
        Operation::ListSigningProfiles => include_str!("../../requirements/ListSigningProfiles.toml"),
        Operation::ListTagsForResource => include_str!("../../requirements/ListTagsForResource.toml"),
        Operation::PutSigningProfile => include_str!("../../requirements/PutSigningProfile.toml"),
        Operation::RemoveProfilePermission => include_str!("../../requirements/RemoveProfilePermission.toml"),
        Operation::RevokeSignature => include_str!("../../requirements/RevokeSignature.toml"),
        Operation::RevokeSigningProfile => include_str!("../../requirements/RevokeSigningProfile.toml"),
        Operation::SignPayload => include_str!("../../requirements/SignPayload.toml"),
        Operation::StartSigningJob => include_str!("../../requirements/StartSigningJob.toml"),
        Operation::TagResource => include_str!("../../requirements/TagResource.toml"),
        Operation::UntagResource => include_str!("../../requirements/UntagResource.toml"),
    }
}
