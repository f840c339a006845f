//! What a scene holds answers against: requirements, which an answer keeps or breaks, and open points, which
//! it settles.

use serde_json::Value;
use signer_schemas::{Operation, Requirement};

use crate::data::detector::Detector;
use crate::data::finding::{Complaint, Verdict};
use crate::data::open_answer::OpenAnswer;
use crate::judge::runner::admitted::fitting;
use crate::judge::runner::case::Case;
use crate::judge::runner::talk::Told;
use crate::operations::notes::member_words;

impl Case<'_> {
    /// Puts the requirement to the test: what it speaks of is, or is not, in what was observed.
    pub(crate) fn hold(&mut self, requirement: &str, holds: bool, permitted: &str, observed: &str) {
        self.hold_if(requirement, true, holds, permitted, observed);
    }

    /// The same, where the answer may not show the effect, or the filter, of which the requirement speaks.
    pub(crate) fn hold_if(
        &mut self,
        requirement: &str,
        shows: bool,
        holds: bool,
        permitted: &str,
        observed: &str,
    ) {
        let Some(row) = signer_schemas::requirement(requirement) else {
            self.end(
                Verdict::Error,
                format!("the scene holds answers against {requirement}, which the ledger does not know"),
            );
            return;
        };
        if !row.is_in(self.program.edition) {
            return;
        }
        self.exercise(requirement);
        if shows || !holds {
            self.see(requirement);
        }
        if holds {
            return;
        }
        let named = requirement.split('/').next().and_then(Operation::from_name);
        let Some(operation) = named.or(self.subject) else { return };
        let summary = row.statement.clone();
        let complaint = Complaint {
            requirement: requirement.into(),
            summary,
            permitted: vec![permitted.to_owned()],
            observed: observed.to_owned(),
        };
        self.complain(operation, Detector::Scene, complaint);
    }

    /// Both are the same value.
    pub(crate) fn same(&mut self, requirement: &str, expected: &Value, told: &Value) {
        self.hold(requirement, expected == told, &short(expected), &short(told));
    }

    /// The answer's member at the pointer has that value.
    pub(crate) fn same_member(&mut self, requirement: &str, pointer: &str, expected: &Value, told: &Value) {
        let name = pointer.trim_start_matches('/').replace('/', ".");
        let value = told.pointer(pointer).unwrap_or(&Value::Null);
        let (permitted, observed) = (member_words(&name, expected), member_words(&name, value));
        self.hold(requirement, expected == value, &permitted, &observed);
    }

    /// The answer has no member of that name.
    pub(crate) fn has_no_member(&mut self, requirement: &str, name: &str, told: &Value) {
        let value = &told[name];
        self.hold(requirement, value.is_null(), &format!("no {name}"), &member_words(name, value));
    }

    /// The call is refused.
    pub(crate) fn refused(&mut self, requirement: &str, told: &Told) {
        self.hold(
            requirement,
            (400..500).contains(&told.response.status),
            "a refusal with status 4xx",
            &told.words(),
        );
    }

    /// The call is refused with that error.
    pub(crate) fn refused_as(&mut self, requirement: &str, error: &str, told: &Told) {
        let fits = !told.is_success() && told.response.error_type().as_deref() == Some(error);
        self.hold(requirement, fits, error, &told.words());
    }

    /// The error in the requirement's id has the status that is declared for it. An answer of another type is
    /// as good here.
    pub(crate) fn has_status(&mut self, requirement: &str, told: &Told) {
        let (of, error) = requirement.split_once("/error/").unwrap_or_default();
        let named =
            Operation::from_name(of).and_then(|name| signer_schemas::operation(self.program.edition, name));
        let common = signer_schemas::common_errors(self.program.edition).iter();
        let mut declared = named.into_iter().flat_map(|document| &document.errors).chain(common);
        let status = declared
            .find(|declared| declared.name == error)
            .map_or(told.response.status, |declared| declared.status);
        let is_another = told.is_success() || told.response.error_type().as_deref() != Some(error);
        self.hold(
            requirement,
            is_another || told.response.status == status,
            &format!("status {status}"),
            &told.words(),
        );
    }

    /// The call is answered, which shows no effect.
    pub(crate) fn accepted(&mut self, requirement: &str, told: &Told) {
        self.hold_if(requirement, false, told.is_success(), "success", &told.words());
    }

    /// How the target answers an open point, in the ledger's words. Particulars may follow behind a colon. An
    /// answer in other words is none of those that are admitted, so it departs.
    pub(crate) fn open(&mut self, requirement: &str, answer: &str) {
        let Some(row) =
            signer_schemas::requirement(requirement).filter(|row| row.is_in(self.program.edition))
        else {
            return;
        };
        self.exercise(requirement);
        match OpenAnswer::admitted(row, answer) {
            Some(answer) => self.sheet.answer_open(requirement, answer),
            None => self.not_admitted(row, None, answer),
        }
    }

    /// The same, where status and error type tell the answer. A crash answers nothing, and is found by the
    /// check for crashes.
    pub(crate) fn open_by_class(&mut self, requirement: &str, told: &Told) {
        let Some(row) =
            signer_schemas::requirement(requirement).filter(|row| row.is_in(self.program.edition))
        else {
            return;
        };
        self.exercise(requirement);
        if let Some(answer) = fitting(&row.admits, self.program.edition, told) {
            self.sheet.answer_open(requirement, OpenAnswer::new(answer));
        } else if told.response.status < 500 {
            self.not_admitted(row, told.document.map(|document| document.operation), &told.words());
        }
    }

    /// An open point was answered otherwise than the ledger admits.
    fn not_admitted(&mut self, row: &Requirement, asked: Option<Operation>, observed: &str) {
        let Some(operation) = row.operation.or(asked).or(self.subject) else { return };
        let complaint = Complaint {
            requirement: row.id.clone(),
            summary: format!(
                "no source admits this answer to what the documents leave open: {}",
                row.question.as_deref().unwrap_or(&row.statement)
            ),
            permitted: row.admits.clone(),
            observed: observed.to_owned(),
        };
        self.complain(operation, Detector::Scene, complaint);
    }

    /// The same, where a success has a name of its own.
    pub(crate) fn open_by_success(&mut self, requirement: &str, told: &Told, success: &str) {
        if told.is_success() {
            self.open(requirement, success);
        } else {
            self.open_by_class(requirement, told);
        }
    }

    /// How the target names an entity of the caller's.
    pub(crate) fn open_entity(&mut self, requirement: &str, told: &str) {
        let context = self.runner.context;
        let answer = if told.starts_with("arn:") {
            "the caller's ARN"
        } else if told == context.owner_account {
            "the caller's account id"
        } else if told.is_empty() {
            "left out"
        } else {
            "another id of the caller"
        };
        self.open(requirement, answer);
    }
}

fn short(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().count() > 300 { text.chars().take(300).chain(['…']).collect() } else { text }
}
