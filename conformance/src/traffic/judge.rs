//! Judges exchanges one by one, of any sender: every check that needs nothing but the operation's document.
//!
//! What the answers have to do with each other is not judged: recorded traffic does not say what was there
//! before.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use signer_schemas::{Basis, Edition, Operation, RequirementId, operations, requirement};

use crate::data::departure::Departure;
use crate::data::detector::Detector;
use crate::data::finding::Complaint;
use crate::judge::checks;
use crate::judge::checks::Subject;
use crate::line::wire::operation::operation_at;
use crate::traffic::Recorded;

/// What was judged, and what came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Judged {
    /// Exchanges judged, by operation.
    pub operations: BTreeMap<Operation, u32>,
    /// Requirements put to the test, and how often.
    pub exercised: BTreeMap<RequirementId, u32>,
    /// What departs, once for each requirement, operation and check.
    pub departures: Vec<DepartureRow>,
    /// What was not judged, with the reason.
    pub unjudged: Vec<Unjudged>,
}

/// A requirement that some exchanges did not keep.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DepartureRow {
    /// What departs, as it was the first time.
    #[serde(flatten)]
    pub departure: Departure,
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
        let Some(document) = operation_at(edition, &recorded.request.method, path) else {
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
        let subject =
            Subject { edition, document, request: &recorded.request, response, json: json.as_deref() };
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
    fn depart(&mut self, operation: Operation, by: Detector, complaint: Complaint, place: &str) {
        let id = &complaint.requirement;
        let known = self.departures.iter_mut().find(|DepartureRow { departure: known, .. }| {
            (&known.requirement, known.operation, known.by) == (id, operation, by)
        });
        if let Some(known) = known {
            if known.places.last().is_none_or(|last| last != place) {
                known.places.push(place.to_owned());
            }
            return;
        }
        let basis = requirement(id).map_or(Basis::Documented, |rule| rule.basis);
        let departure = complaint.departure(basis, operation, by);
        self.departures.push(DepartureRow { departure, places: vec![place.to_owned()] });
    }

    /// How many exchanges were judged.
    pub fn exchanges(&self) -> u32 {
        self.operations.values().sum()
    }

    /// The departures that count at that basis.
    pub fn counting(&self, basis: Basis) -> impl Iterator<Item = &DepartureRow> {
        self.departures.iter().filter(move |row| row.departure.basis <= basis)
    }

    /// The operations of the edition that do not occur.
    pub fn absent(&self, edition: Edition) -> BTreeSet<Operation> {
        let all = operations(edition).iter().map(|document| document.operation);
        all.filter(|operation| !self.operations.contains_key(operation)).collect()
    }
}
