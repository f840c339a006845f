//! What is asked of every exchange, whatever the state of the service: one file for each check.
//!
//! A check knows the operation's document and the two messages, nothing else. It names the requirements that
//! it put to the test and complains about those that were not kept.

mod content_type;
pub(crate) mod declared_error;
mod empty_body;
mod error_shape;
mod error_status;
mod error_type;
pub(crate) mod once;
mod output_schema;
mod output_walk;
mod request_id;
mod server_error;
mod status;
mod timestamps;
mod well_formed_json;

pub(crate) use declared_error::{is_declared, is_listed};

use serde_json::Value;
use signer_schemas::{Edition, OperationDoc, RequirementId};

use crate::data::detector::Detector;
use crate::data::exchange::{Request, Response, cut};
use crate::data::finding::Complaint;

/// Every check, in the order in which reports list them.
pub static CHECKS: &[Check] = &[
    status::CHECK,
    server_error::CHECK,
    content_type::CHECK,
    request_id::CHECK,
    well_formed_json::CHECK,
    error_shape::CHECK,
    error_type::CHECK,
    declared_error::CHECK,
    error_status::CHECK,
    output_schema::CHECK,
    timestamps::CHECK,
    empty_body::CHECK,
];

/// Runs every check; each is listed, also where it had nothing to look at.
pub fn run(subject: &Subject<'_>) -> Vec<(Detector, Seen)> {
    CHECKS
        .iter()
        .map(|check| {
            let mut seen = Seen::default();
            (check.run)(subject, &mut seen);
            (check.name, seen)
        })
        .collect()
}

/// A question that every answer has to stand.
#[derive(Clone, Copy, Debug)]
pub struct Check {
    /// The name in findings and reports.
    pub name: Detector,
    /// What it asks, one sentence.
    pub what: &'static str,
    /// Looks at one exchange.
    pub run: fn(&Subject<'_>, &mut Seen),
}

/// One answered request, and the document of the operation that was asked.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The edition to judge by.
    pub edition: Edition,
    /// The operation's document in that edition.
    pub document: &'a OperationDoc,
    /// What was sent.
    pub request: &'a Request,
    /// What came back.
    pub response: &'a Response,
    /// Its body as JSON, if it is JSON.
    pub json: Option<&'a Value>,
}

impl Subject<'_> {
    /// The body without white space around it.
    fn body(&self) -> &[u8] {
        self.response.body.trim_ascii()
    }

    /// The body for people, cut where it gets long.
    fn excerpt(&self) -> String {
        const LONGEST: usize = 200;
        let text = String::from_utf8_lossy(self.body());
        match text.char_indices().nth(LONGEST) {
            _ if text.is_empty() => "an empty body".to_owned(),
            Some((end, _)) => format!("{}…", &text[..end]),
            None => text.into_owned(),
        }
    }

    /// The id of a rule of this operation.
    fn requirement(&self, rest: &str) -> RequirementId {
        RequirementId::named(self.document.operation, rest)
    }

    /// The same, if the ledger has that rule for this edition, and answers can be held to it.
    fn listed(&self, rest: &str) -> Option<RequirementId> {
        listed(self.document, rest)
    }
}

/// The id of a rule of the operation, if the ledger has it for the edition, and answers can be held to it.
fn listed(document: &OperationDoc, rest: &str) -> Option<RequirementId> {
    let row = signer_schemas::requirement(&format!("{}/{rest}", document.operation))?;
    (row.testable && row.is_in(document.edition)).then(|| row.id.clone())
}

/// How many complaints about one requirement one answer gets.
const MOST_COMPLAINTS: usize = 8;

/// The longest text of a complaint.
const LONGEST_TEXT: usize = 1000;

/// What one check saw in one exchange.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// The requirements that were put to the test.
    pub exercised: Vec<RequirementId>,
    /// Those of them that were not kept.
    pub complaints: Vec<Complaint>,
}

impl Seen {
    fn exercise(&mut self, requirement: impl Into<RequirementId>) {
        let requirement = requirement.into();
        if !self.exercised.contains(&requirement) {
            self.exercised.push(requirement);
        }
    }

    /// Counts a rule of the operation, if the ledger has it.
    fn exercise_if_listed(&mut self, subject: &Subject<'_>, rest: &str) {
        if let Some(requirement) = subject.listed(rest) {
            self.exercise(requirement);
        }
    }

    /// Whether further complaints about the requirement would not be kept.
    fn has_enough_of(&self, requirement: &str) -> bool {
        let of_it = self.complaints.iter().filter(|complaint| complaint.requirement == requirement);
        of_it.count() >= MOST_COMPLAINTS
    }

    fn complain(
        &mut self,
        requirement: impl Into<RequirementId>,
        summary: impl Into<String>,
        permitted: &[&str],
        observed: impl Into<String>,
    ) {
        let requirement = requirement.into();
        if self.has_enough_of(&requirement) {
            return;
        }
        self.complaints.push(Complaint {
            requirement,
            summary: cut(&summary.into(), LONGEST_TEXT),
            permitted: permitted.iter().map(|&text| text.to_owned()).collect(),
            observed: cut(&observed.into(), LONGEST_TEXT),
        });
    }
}
