//! Values of a run that a later run has others for, and the variables of a script that hold those.

use crate::{Exchange, Response};

/// Members of answers whose values later requests repeat.
const GIVEN: [&str; 4] = ["jobId", "profileVersion", "revisionId", "nextToken"];

/// Shorter values could stand in a request by chance.
const SHORTEST_GIVEN: usize = 8;

/// The values, and the variables that hold those of a later run.
#[derive(Clone, Debug, Default)]
pub(super) struct Bound {
    values: Vec<(String, String)>,
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
    /// The member of the answer.
    pub(super) member: &'static str,
    /// The variable to keep it in.
    pub(super) variable: String,
}

impl Bound {
    /// Binds a value that is known beforehand.
    pub(super) fn bind(&mut self, value: &str, variable: &str) {
        if !value.is_empty() {
            self.values.push((value.to_owned(), variable.to_owned()));
        }
    }

    /// Binds what this answer gave and a later request repeats; `name` makes a variable's name of a member and a number.
    pub(super) fn learn(&mut self, exchange: &Exchange, all: &[Exchange], name: fn(&str, usize) -> String) -> Vec<Given> {
        let Some(body) = exchange.outcome.as_ref().ok().and_then(Response::json) else { return Vec::new() };
        let mut learnt = Vec::new();
        for member in GIVEN {
            let Some(value) = body.get(member).and_then(serde_json::Value::as_str) else { continue };
            let known = self.values.iter().any(|(known, _)| known == value);
            let repeated = all.iter().any(|later| later.request.target.contains(value) || contains(&later.request.body, value));
            if known || !repeated || value.len() < SHORTEST_GIVEN {
                continue;
            }
            let variable = name(member, self.values.len());
            self.values.push((value.to_owned(), variable.clone()));
            learnt.push(Given { member, variable });
        }
        learnt
    }

    /// The text, cut where a variable stands for a part of it.
    pub(super) fn pieces(&self, text: &str) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let mut literal = String::new();
        let mut rest = text;
        while let Some(character) = rest.chars().next() {
            if let Some((value, variable)) = self.values.iter().find(|(value, _)| rest.starts_with(value.as_str())) {
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

    /// The text as one word of the shell.
    pub(super) fn word(&self, text: &str) -> String {
        let quoted = self.pieces(text).into_iter().map(|piece| match piece {
            Piece::Literal(text) => format!("'{}'", text.replace('\'', r"'\''")),
            Piece::Variable(variable) => format!("\"${{{variable}}}\""),
        });
        let word: String = quoted.collect();
        if word.is_empty() { "''".to_owned() } else { word }
    }
}

fn contains(body: &[u8], value: &str) -> bool {
    body.windows(value.len().max(1)).any(|window| window == value.as_bytes())
}
