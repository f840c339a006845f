//! What was compared while an answer was read, and what differs.

use serde_json::Value;
use signer_schemas::RequirementId;

use crate::data::finding::Complaint;

/// Collects what is compared and what differs.
#[derive(Default)]
pub(crate) struct Notes {
    pub(crate) complaints: Vec<Complaint>,
    pub(crate) exercised: Vec<RequirementId>,
}

impl Notes {
    /// Notes that the requirement was put to the test, and a complaint unless `holds`.
    pub(crate) fn expect(
        &mut self,
        holds: bool,
        requirement: &str,
        summary: &str,
        permitted: impl Into<String>,
        observed: &str,
    ) {
        self.exercised.push(requirement.into());
        if !holds {
            self.complaints.push(Complaint {
                requirement: requirement.into(),
                summary: summary.to_owned(),
                permitted: vec![permitted.into()],
                observed: observed.to_owned(),
            });
        }
    }

    /// The text of a member that must be there.
    pub(crate) fn text(&mut self, answer: &Value, member: &str, requirement: &str) -> Option<String> {
        match answer.get(member).and_then(Value::as_str) {
            Some(text) if !text.is_empty() => {
                self.exercised.push(requirement.into());
                Some(text.to_owned())
            }
            _ => {
                self.missing(member, requirement, answer);
                None
            }
        }
    }

    /// A member that must be there, whatever its value: one that is none of the published values, or of
    /// another type, is told of by the check of the answer's form.
    pub(crate) fn told(&mut self, answer: &Value, member: &str, requirement: &str) {
        if answer.get(member).is_none_or(Value::is_null) {
            self.missing(member, requirement, answer);
        }
    }

    /// A member that must be there is not.
    pub(crate) fn missing(&mut self, member: &str, requirement: &str, answer: &Value) {
        let summary = format!("the answer tells `{member}`");
        self.expect(false, requirement, &summary, format!("a `{member}`"), &shorten(&answer.to_string()));
    }

    /// A member that, if it is there, must have that value.
    pub(crate) fn agrees(&mut self, answer: &Value, member: &str, expected: &str, requirement: &str) {
        if let Some(told) = answer.get(member).filter(|told| !told.is_null()) {
            let text = told.as_str().map_or_else(|| told.to_string(), str::to_owned);
            self.expect(
                text == expected,
                requirement,
                &format!("`{member}` is what other answers told"),
                member_words(member, &Value::from(expected)),
                &member_words(member, told),
            );
        }
    }
}

/// A member of an answer, which has that value: `status: "Active"`. By itself, nobody knows what is null.
pub(crate) fn member_words(name: &str, value: &Value) -> String {
    let value = if value.is_null() { "null or left out".to_owned() } else { shorten(&value.to_string()) };
    format!("{name}: {value}")
}

/// The first 200 characters.
pub(crate) fn shorten(text: &str) -> String {
    if text.chars().count() > 200 { text.chars().take(200).chain(['…']).collect() } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Notes, member_words};

    #[test]
    fn a_member_of_a_wrong_form_is_not_missing() {
        let missing = |answer: Value| {
            let mut notes = Notes::default();
            notes.told(&answer, "status", "GetSigningProfile/view");
            notes.complaints.len()
        };
        assert_eq!([json!({ "status": "Strange" }), json!({ "status": 5 })].map(missing), [0, 0]);
        assert_eq!([json!({}), json!({ "status": null })].map(missing), [1, 1]);
    }

    #[test]
    fn a_value_is_shown_with_the_name_of_its_member() {
        assert_eq!(member_words("status", &json!("Active")), "status: \"Active\"");
        assert_eq!(member_words("tags", &Value::Null), "tags: null or left out");
    }
}
