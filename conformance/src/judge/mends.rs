//! What putting one finding's deviation right makes of the exchanges of its case.
//!
//! A cause is shown by it: what another finding follows from is known when that one is gone from the mended
//! exchanges. Only what cannot be told wrong is put right: a header, a status, the form of a value, and,
//! where a call should have been refused, each refusal that its operation declares. Whether one of those was
//! due is for the judge to say again.

use std::sync::Arc;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use signer_schemas::{Edition, Operation, OperationDoc, Shape};

use crate::data::body::Body;
use crate::data::case::StepExchange;
use crate::data::detector::Detector;
use crate::data::exchange::{Exchange, Response, Service};
use crate::data::finding::Finding;
use crate::judge::alter::{alter, converted, is_of, replace_everywhere};
use crate::judge::checks::declared_error;
use crate::judge::checks::once::run_one;
use crate::line::wire::operation::operation_at;

/// The exchanges with the deviation put right wherever it shows, one version for each answer that may have
/// been due; none if it is unknown what was.
pub(crate) fn mended(edition: Edition, finding: &Finding, exchanges: &[StepExchange]) -> Vec<Vec<Exchange>> {
    let all: Vec<Exchange> = exchanges.iter().map(|sent| sent.exchange.as_ref().clone()).collect();
    let mend = Mend { edition, finding };
    match finding.by {
        Detector::ContentType
        | Detector::RequestId
        | Detector::Status
        | Detector::EmptyBody
        | Detector::ErrorShape
        | Detector::ErrorStatus => {
            vec![mend.heads(all)]
        }
        Detector::Timestamps => {
            let places = mend.departing(&all);
            vec![mend.times(all, &places)]
        }
        Detector::OutputSchema => {
            // Lists may be long, so they are checked once.
            let places = mend.departing(&all);
            mend.texts(&all, &places).into_iter().chain([mend.types(all, &places)]).collect()
        }
        Detector::ServerError | Detector::ErrorType | Detector::DeclaredError | Detector::WellFormedJson => {
            mend.refusals(&all, &mend.departing(&all))
        }
        Detector::Model | Detector::NearMiss | Detector::Scene => mend.refusals(&all, &[finding.exchange]),
        _ => Vec::new(),
    }
}

struct Mend<'a> {
    edition: Edition,
    finding: &'a Finding,
}

impl Mend<'_> {
    /// The document of the operation that was asked.
    fn document(&self, exchange: &Exchange) -> Option<&'static OperationDoc> {
        if exchange.to != Service::Signer {
            return None;
        }
        let path = exchange.request.target.split('?').next().unwrap_or_default();
        operation_at(self.edition, &exchange.request.method, path)
    }

    /// Whether the check that made the finding speaks against this answer, for the same requirement.
    fn departs(&self, exchange: &Exchange) -> bool {
        let (Some(document), Ok(response)) = (self.document(exchange), &exchange.outcome) else {
            return false;
        };
        // Crashes of two operations are two mistakes.
        if self.finding.by == Detector::ServerError && document.operation != self.finding.operation {
            return false;
        }
        // A check of an answer speaks of rules of its own operation, or of all operations.
        let of = self.finding.requirement.split('/').next();
        if of.and_then(Operation::from_name).is_some_and(|operation| operation != document.operation) {
            return false;
        }
        let seen = run_one(self.finding.by, self.edition, document, &exchange.request, response);
        seen.complaints.iter().any(|complaint| complaint.requirement == self.finding.requirement)
    }

    /// The places of the answers that the check speaks against.
    fn departing(&self, exchanges: &[Exchange]) -> Vec<usize> {
        (0..exchanges.len()).filter(|place| self.departs(&exchanges[*place])).collect()
    }

    /// What is beside the content: status, headers, and bodies that hold nothing of use.
    fn heads(&self, mut exchanges: Vec<Exchange>) -> Vec<Exchange> {
        for place in self.departing(&exchanges) {
            let document = self.document(&exchanges[place]);
            let (Some(document), Ok(response)) = (document, &mut exchanges[place].outcome) else { continue };
            match self.finding.by {
                Detector::ContentType => put_header(response, "content-type", "application/json"),
                Detector::RequestId => put_header(response, "x-amzn-requestid", REQUEST_ID),
                Detector::Status => response.status = document.status,
                Detector::EmptyBody => response.body = Body::default(),
                Detector::ErrorShape => {
                    let mut body =
                        response.json().and_then(|body| body.as_object().cloned()).unwrap_or_default();
                    body.insert("message".to_owned(), Value::from("refused"));
                    response.body = Value::from(body).to_string().into();
                }
                _ => {
                    let name = response.error_type().unwrap_or_default();
                    let declared = declared_error::statuses(self.edition, document, &name);
                    response.status = declared.first().copied().unwrap_or(response.status);
                }
            }
        }
        exchanges
    }

    /// Timestamps as numbers of seconds.
    fn times(&self, exchanges: Vec<Exchange>, places: &[usize]) -> Vec<Exchange> {
        self.values(exchanges, places, &|_, shape, value| {
            if *shape == Shape::Timestamp {
                let text = value.as_str().and_then(|text| text.parse::<jiff::Timestamp>().ok());
                *value = match (text, value.as_f64()) {
                    (Some(time), _) => json!(time.as_second()),
                    (None, Some(number)) if number >= 1e12 => json!(number / 1000.0),
                    (None, Some(_)) => return,
                    (None, None) => Value::Null,
                };
            }
        })
    }

    /// Values of another JSON type as values of the declared one, or left out.
    fn types(&self, exchanges: Vec<Exchange>, places: &[usize]) -> Vec<Exchange> {
        let path = self.path();
        self.values(exchanges, places, &|place, shape, value| {
            if place == path && !is_of(shape, value) {
                *value = converted(shape, value);
            }
        })
    }

    /// Each text that breaks the rule as another one that keeps it, wherever the text goes: answers tell it,
    /// and requests name it later. One version for each spelling that may keep the rule.
    fn texts(&self, exchanges: &[Exchange], places: &[usize]) -> Vec<Vec<Exchange>> {
        let path = self.path();
        let mut broken: Vec<(String, (usize, usize))> = Vec::new();
        for &place in places {
            let (Some(document), Ok(response)) =
                (self.document(&exchanges[place]), &exchanges[place].outcome)
            else {
                continue;
            };
            let Some(mut body) = response.json() else { continue };
            alter(document, Arc::make_mut(&mut body), &mut |at, shape, value| {
                if let (true, Shape::String { min, max, .. }, Some(text)) =
                    (at == path, shape, value.as_str())
                    && text.len() >= SHORTEST
                    && !broken.iter().any(|(known, _)| known == text)
                {
                    broken.push((text.to_owned(), (bound(*min, 1), bound(*max, 12))));
                }
            });
        }
        if broken.is_empty() || broken.len() > MOST_TEXTS {
            return Vec::new();
        }
        let spelt = |spelling: fn(&str) -> String| {
            let mut mended = exchanges.to_vec();
            for (text, (min, max)) in &broken {
                let other = spelling(text);
                let other: String = other.chars().take((*max).clamp(1, other.len())).collect();
                if other.len() >= *min {
                    for exchange in &mut mended {
                        replace_everywhere(exchange, text, &other);
                    }
                }
            }
            (!mended.iter().any(|exchange| self.departs(exchange))).then_some(mended)
        };
        [digits as fn(&str) -> String, letters].into_iter().filter_map(spelt).collect()
    }

    /// Each refusal that the operation declares, in place of those answers.
    fn refusals(&self, exchanges: &[Exchange], places: &[usize]) -> Vec<Vec<Exchange>> {
        let Some((document, response)) = places.first().and_then(|place| {
            let exchange = exchanges.get(*place)?;
            Some((self.document(exchange)?, exchange.outcome.as_ref().ok()?))
        }) else {
            return Vec::new();
        };
        // A refusal in the place of another one mends only what it is called.
        let was_refused = (400..500).contains(&response.status);
        let is_named_wrong = self.finding.by.is_check();
        if was_refused && !is_named_wrong || response.is_success() && is_named_wrong {
            return Vec::new();
        }
        let declared = document
            .errors
            .iter()
            .filter(|error| error.status < 500)
            .map(|error| (error.name.as_str(), error.status));
        let mut refusals: Vec<(&str, u16)> = declared.collect();
        if !refusals.iter().any(|(name, _)| *name == VALIDATION) {
            refusals.push((VALIDATION, 400));
        }
        let refused = |(name, status): (&str, u16)| {
            let mut mended = exchanges.to_vec();
            for place in places {
                let Some(Ok(response)) = mended.get_mut(*place).map(|exchange| &mut exchange.outcome) else {
                    continue;
                };
                response.status = status;
                response.body = json!({ "message": "refused" }).to_string().into();
                put_header(response, "content-type", "application/json");
                put_header(response, "x-amzn-errortype", name);
                put_header(response, "x-amzn-requestid", REQUEST_ID);
            }
            mended
        };
        refusals.into_iter().map(refused).collect()
    }

    /// The path of the finding's requirement, as a walk through answers spells it.
    fn path(&self) -> String {
        let rule = self.finding.requirement.split_once("/output/").map_or("", |(_, rule)| rule);
        rule.rsplit_once('/').map_or(rule, |(path, _)| path).to_owned()
    }

    /// The successes that the check speaks against, with each of their values as `change` makes it.
    fn values(
        &self,
        mut exchanges: Vec<Exchange>,
        places: &[usize],
        change: &dyn Fn(&str, &Shape, &mut Value),
    ) -> Vec<Exchange> {
        for &place in places {
            let document = self.document(&exchanges[place]);
            let (Some(document), Ok(response)) = (document, &mut exchanges[place].outcome) else { continue };
            let Some(mut body) = response.json() else { continue };
            alter(document, Arc::make_mut(&mut body), &mut |path, shape, value| change(path, shape, value));
            response.body = body.to_string().into();
        }
        exchanges
    }
}

/// An id of a request.
const REQUEST_ID: &str = "00000000-0000-0000-0000-000000000000";

/// The error of broken input.
const VALIDATION: &str = "ValidationException";

/// A shorter text may be part of others by chance, and is replaced nowhere.
const SHORTEST: usize = 4;

/// More texts in one case than any deviation of form makes.
const MOST_TEXTS: usize = 64;

fn bound(limit: Option<u64>, otherwise: usize) -> usize {
    limit.map_or(otherwise, |limit| usize::try_from(limit).unwrap_or(usize::MAX))
}

fn put_header(response: &mut Response, name: &str, value: &str) {
    response.headers.retain(|(key, _)| !key.eq_ignore_ascii_case(name));
    response.headers.push((name.to_owned(), value.to_owned()));
}

/// Letters and digits that stand for the text, the same each time.
fn letters(text: &str) -> String {
    let half = |digit: u8| char::from(b"0123456789abcdef"[usize::from(digit)]);
    Sha256::digest(text.as_bytes()).iter().flat_map(|byte| [half(byte >> 4), half(byte & 15)]).collect()
}

/// The same in digits alone.
fn digits(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| char::from(b'0' + byte % 10)).collect()
}
