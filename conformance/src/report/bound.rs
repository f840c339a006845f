//! Values of a run that a later run has others for, and the variables of a script that hold those.

use crate::data::exchange::{Exchange, Request, Response, Service};

/// Members of answers whose values later requests repeat.
const GIVEN: [&str; 4] = ["jobId", "profileVersion", "revisionId", "nextToken"];

/// Shorter values could stand in a request by chance.
const SHORTEST_GIVEN: usize = 8;

/// The values, and the variables that hold those of a later run.
#[derive(Clone, Debug, Default)]
pub(super) struct Bound {
    values: Vec<(String, String)>,
    /// The accounts that no response has named yet.
    untold: Vec<(String, String)>,
}

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// The same in each run.
    Literal(String),
    /// What this variable holds.
    Variable(String),
}

/// What an answer gives to later requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Given {
    /// Where it stands.
    pub(super) place: Place,
    /// The variable to keep it in.
    pub(super) variable: String,
}

/// Where an answer has a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// In this member of the body.
    Member(&'static str),
    /// In the header that tells an object's version.
    Version,
    /// In the member `arn`, which names the account.
    Account,
}

impl Bound {
    /// Binds a value that is known beforehand.
    pub(super) fn bind(&mut self, value: &str, variable: &str) {
        if !value.is_empty() {
            self.values.push((value.to_owned(), variable.to_owned()));
        }
    }

    /// Binds an account that is known beforehand, until an answer tells which it is now.
    pub(super) fn bind_account(&mut self, value: &str, variable: &str) {
        if !value.is_empty() {
            self.bind(value, variable);
            self.untold.push((value.to_owned(), variable.to_owned()));
        }
    }

    /// Binds what this answer gave and a later request repeats; `name` makes a variable's name of a member
    /// and a number.
    pub(super) fn learn(
        &mut self,
        exchange: &Exchange,
        all: &[Exchange],
        name: fn(&str, usize) -> String,
    ) -> Vec<Given> {
        let Ok(answer) = &exchange.outcome else { return Vec::new() };
        let mut learnt = Vec::new();
        for (place, value) in told(exchange.to, answer) {
            if let Some(index) =
                self.untold.iter().position(|(known, _)| place == Place::Account && *known == value)
            {
                learnt.push(Given { place, variable: self.untold.remove(index).1 });
            }
            let known = self.values.iter().any(|(known, _)| *known == value);
            let repeated = all.iter().any(|later| names(&later.request, &value));
            if place == Place::Account || known || !repeated || value.len() < SHORTEST_GIVEN {
                continue;
            }
            let member = if let Place::Member(member) = place { member } else { "version" };
            let variable = name(member, self.values.len());
            self.values.push((value, variable.clone()));
            learnt.push(Given { place, variable });
        }
        learnt
    }

    /// The text, cut where a variable stands for a part of it.
    pub(super) fn pieces(&self, text: &str) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let mut literal = String::new();
        let mut rest = text;
        while let Some(character) = rest.chars().next() {
            // The longest: a bucket's name begins with the run's prefix.
            let here = self.values.iter().filter(|(value, _)| rest.starts_with(value.as_str()));
            if let Some((value, variable)) = here.max_by_key(|(value, _)| value.len()) {
                if !literal.is_empty() {
                    pieces.push(Piece::Literal(std::mem::take(&mut literal)));
                }
                pieces.push(Piece::Variable(variable.clone()));
                rest = &rest[value.len()..];
            } else {
                literal.push(character);
                rest = &rest[character.len_utf8()..];
            }
        }
        if !literal.is_empty() {
            pieces.push(Piece::Literal(literal));
        }
        pieces
    }
}

/// What an answer tells.
fn told(from: Service, answer: &Response) -> Vec<(Place, String)> {
    if from == Service::S3 {
        return answer
            .header("x-amz-version-id")
            .map(|version| (Place::Version, version.to_owned()))
            .into_iter()
            .collect();
    }
    let Some(body) = answer.json() else { return Vec::new() };
    let member = |member| body.get(member).and_then(serde_json::Value::as_str);
    let account = member("arn")
        .and_then(|arn| arn.split(':').nth(4))
        .map(|account| (Place::Account, account.to_owned()));
    let members = GIVEN.into_iter().filter_map(|name| Some((Place::Member(name), member(name)?.to_owned())));
    account.into_iter().chain(members).collect()
}

/// Whether the request names the value.
pub(super) fn names(request: &Request, value: &str) -> bool {
    let body = &request.body;
    request.target.contains(value)
        || body.windows(value.len().max(1)).any(|window| window == value.as_bytes())
}
