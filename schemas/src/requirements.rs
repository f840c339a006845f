//! The ledger of rules: what the documents, the machine model and dated observation say, and what nobody says.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::{Edition, Operation};

/// One rule of the API, in our own words, with its source.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requirement {
    /// The stable name, `PutSigningProfile/name-taken`, or `common/…` for a rule of all operations.
    pub id: String,
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
    #[serde(default)]
    pub admits: Vec<String>,
    /// What is not known; present exactly for an open point.
    pub question: Option<String>,
}

/// How well a rule is founded, strongest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Basis {
    /// Stated by the vendor's documentation.
    Documented,
    /// Only in the vendor's machine-readable model, or in the protocol that the model names.
    Modelled,
    /// Seen in the real service's answers, with a date.
    Observed,
    /// Nobody says; the row lists the answers that are admitted.
    Open,
}

impl Basis {
    /// Every basis, strongest first.
    pub const ALL: [Self; 4] = [Self::Documented, Self::Modelled, Self::Observed, Self::Open];

    /// The name in the ledger, in reports and on the command line.
    pub fn id(self) -> &'static str {
        match self {
            Self::Documented => "documented",
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

struct Ledger {
    rows: Vec<Requirement>,
    by_id: HashMap<String, usize>,
}

static LEDGER: LazyLock<Ledger> = LazyLock::new(|| {
    let rows = parse(include_str!("../requirements.toml")).unwrap_or_else(|error| panic!("schemas/requirements.toml: {error}"));
    let by_id = rows.iter().enumerate().map(|(row, requirement)| (requirement.id.clone(), row)).collect();
    Ledger { rows, by_id }
});

fn parse(text: &str) -> Result<Vec<Requirement>, toml::de::Error> {
    toml::from_str(text).map(|file: LedgerFile| file.requirement)
}

/// The file as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LedgerFile {
    requirement: Vec<Requirement>,
}
