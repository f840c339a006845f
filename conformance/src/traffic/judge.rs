//! Judges exchanges one by one, of any sender: every check that needs nothing but the operation's document.
//!
//! What the answers have to do with each other is not judged: recorded traffic does not say what was there before.

use std::collections::{BTreeMap, BTreeSet};

use percent_encoding::percent_decode_str;
use serde::Serialize;
use signer_schemas::{Basis, Edition, Operation, OperationDoc, operations, requirement};

use crate::data::finding::Complaint;
use crate::judge::checks;
use crate::judge::checks::Subject;
use crate::traffic::Recorded;

/// What was judged, and what came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Judged {
    /// Exchanges judged, by operation.
    pub operations: BTreeMap<Operation, u32>,
    /// Requirements put to the test, and how often.
    pub exercised: BTreeMap<String, u32>,
    /// What departs, once for each requirement, operation and check.
    pub departures: Vec<Departure>,
    /// What was not judged, with the reason.
    pub unjudged: Vec<Unjudged>,
}

/// A requirement that some exchanges did not keep.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Departure {
    /// The requirement's id in the ledger.
    pub requirement: String,
    /// What it rests on.
    pub basis: Basis,
    /// The operation.
    pub operation: Operation,
    /// The check that noticed.
    pub by: String,
    /// The departure in one sentence.
    pub summary: String,
    /// What was permitted.
    pub permitted: Vec<String>,
    /// What came, the first time.
    pub observed: String,
    /// Where in the file.
    pub places: Vec<String>,
}

/// An exchange that nothing was said about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unjudged {
    /// Where in the file.
    pub place: String,
    /// Method and path.
    pub request: String,
    /// Why.
    pub reason: String,
}

/// Puts every exchange of a known route before every check.
pub fn judge(edition: Edition, traffic: &[Recorded]) -> Judged {
    let mut judged = Judged::default();
    for recorded in traffic {
        let path = recorded.request.target.split('?').next().unwrap_or_default();
        let mut leave = |reason: String| {
            let request = format!("{} {path}", recorded.request.method);
            judged.unjudged.push(Unjudged { place: recorded.place.clone(), request, reason });
        };
        let Some(document) = route(edition, &recorded.request.method, path) else {
            // Where no request was recorded, what is said in its place is all there is.
            let none = recorded.response.as_ref().err().filter(|_| path.is_empty());
            leave(none.cloned().unwrap_or_else(|| format!("no route of the edition {edition}")));
            continue;
        };
        let response = match &recorded.response {
            Ok(response) if response.is_beside_the_api() => {
                leave(format!("a gateway answers {} in place of the service", response.status));
                continue;
            }
            Ok(response) => response,
            Err(reason) => {
                leave(reason.clone());
                continue;
            }
        };
        *judged.operations.entry(document.operation).or_default() += 1;
        let json = response.json();
        let subject = Subject { edition, document, request: &recorded.request, response, json: json.as_ref() };
        for (check, seen) in checks::run(&subject) {
            for id in seen.exercised {
                *judged.exercised.entry(id).or_default() += 1;
            }
            for complaint in seen.complaints {
                judged.depart(document.operation, check, complaint, &recorded.place);
            }
        }
    }
    judged
}

impl Judged {
    fn depart(&mut self, operation: Operation, by: &str, complaint: Complaint, place: &str) {
        let Complaint { requirement: id, summary, permitted, observed } = complaint;
        let known = self
            .departures
            .iter_mut()
            .find(|known| (known.requirement.as_str(), known.operation, known.by.as_str()) == (id.as_str(), operation, by));
        if let Some(known) = known {
            if known.places.last().is_none_or(|last| last != place) {
                known.places.push(place.to_owned());
            }
            return;
        }
        self.departures.push(Departure {
            basis: requirement(&id).map_or(Basis::Documented, |rule| rule.basis),
            requirement: id,
            operation,
            by: by.to_owned(),
            summary,
            permitted,
            observed,
            places: vec![place.to_owned()],
        });
    }

    /// How many exchanges were judged.
    pub fn exchanges(&self) -> u32 {
        self.operations.values().sum()
    }

    /// The departures that count at that basis.
    pub fn counting(&self, basis: Basis) -> impl Iterator<Item = &Departure> {
        self.departures.iter().filter(move |departure| departure.basis <= basis)
    }

    /// The operations of the edition that do not occur.
    pub fn absent(&self, edition: Edition) -> BTreeSet<Operation> {
        let all = operations(edition).iter().map(|document| document.operation);
        all.filter(|operation| !self.operations.contains_key(operation)).collect()
    }
}

/// The operation that answers to that method and path. A label is one segment, but an ARN may come with its slashes.
fn route(edition: Edition, method: &str, path: &str) -> Option<&'static OperationDoc> {
    let of_method = || operations(edition).iter().filter(|document| document.method == method);
    // A list with a slash behind it, and a call that leaves out a name, look the same.
    let named = format!("{path}name");
    if path.ends_with('/') && of_method().any(|document| fits(&document.uri, &named) && !fits(&document.uri, path)) {
        return None;
    }
    let candidates = of_method().filter(|document| fits(&document.uri, path));
    // A fixed word is closer than a label: /signing-profiles/{name}/permissions is no profile.
    candidates.min_by_key(|document| document.uri.matches('{').count())
}

fn fits(uri: &str, path: &str) -> bool {
    let path = path.strip_suffix('/').filter(|path| !path.is_empty()).unwrap_or(path);
    let (mut wanted, mut given) = (uri.split('/').peekable(), path.split('/'));
    while let Some(segment) = wanted.next() {
        let Some(text) = given.next() else { return false };
        let text = percent_decode_str(text).decode_utf8_lossy();
        if segment == "{resourceArn}" && wanted.peek().is_none() {
            return text.starts_with("arn:");
        }
        let label = segment.starts_with('{');
        if (label && text.is_empty()) || (!label && segment != text) {
            return false;
        }
    }
    given.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(method: &str, path: &str, expected: Option<Operation>) {
        assert_eq!(route(Edition::Current, method, path).map(|document| document.operation), expected, "{method} {path}");
    }

    #[test]
    fn a_path_leads_to_its_operation() {
        check("GET", "/signing-profiles", Some(Operation::ListSigningProfiles));
        check("GET", "/signing-profiles/", None);
        check("POST", "/signing-jobs/", Some(Operation::StartSigningJob));
        check("GET", "/signing-profiles/My_P/permissions/", Some(Operation::ListProfilePermissions));
        check("GET", "/tags/arn:aws:signer:us-east-1:111122223333:/signing-profiles/P/", Some(Operation::ListTagsForResource));
        check("GET", "/signing-profiles/My_P", Some(Operation::GetSigningProfile));
        check("GET", "/signing-profiles/My_P/permissions", Some(Operation::ListProfilePermissions));
        check("DELETE", "/signing-profiles/My_P/permissions/s1", Some(Operation::RemoveProfilePermission));
        check("POST", "/signing-jobs/with-payload", Some(Operation::SignPayload));
        check("POST", "/signing-jobs", Some(Operation::StartSigningJob));
        check("GET", "/tags/arn%3Aaws%3Asigner%3A%3A%3A%2Fsigning-profiles%2FP", Some(Operation::ListTagsForResource));
        check("GET", "/tags/arn:aws:signer:us-east-1:111122223333:/signing-profiles/P", Some(Operation::ListTagsForResource));
        check("GET", "/nothing", None);
        check("PATCH", "/signing-profiles/My_P", None);
        check("GET", "/signing-profiles/a/b/c", None);
    }
}
