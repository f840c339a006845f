//! Every published constraint, checked by hand along the document's shapes.

use signer_schemas::{Member, Operation, OperationDoc, Shape};

use crate::config::Config;
use crate::error::{Outcome, Refusal};
use crate::freedoms::FreedomId;
use crate::http::field::{Field, Input};
use crate::http::pattern;

/// How an operation refuses broken input. Some declare no error for it.
pub(crate) fn refusal(config: &Config, document: &OperationDoc, broken: &str) -> Refusal {
    let declares = |name: &str| document.errors.iter().any(|error| error.name == name);
    let message = format!("1 validation error detected: {broken}");
    if declares("ValidationException") {
        Refusal::validation(message)
    } else if document.operation == Operation::TagResource {
        config.freedoms.refusal(FreedomId::TagBadTags, message)
    } else if document.operation == Operation::UntagResource {
        config.freedoms.refusal(FreedomId::UntagBadKeys, message)
    } else {
        config.freedoms.refusal(FreedomId::UndeclaredValidation, message)
    }
}

/// Refuses input that breaks a constraint.
pub(super) fn check(config: &Config, document: &OperationDoc, input: &Input) -> Outcome<()> {
    match first_broken(config, document, input) {
        Some(broken) => Err(refusal(config, document, &broken)),
        None => Ok(()),
    }
}

/// The first constraint that the input breaks, in words.
pub(crate) fn first_broken(config: &Config, document: &OperationDoc, input: &Input) -> Option<String> {
    let walk = Walk { config, operation: document.operation };
    walk.members(&document.input, input, "")
}

struct Walk<'a> {
    config: &'a Config,
    operation: Operation,
}

impl Walk<'_> {
    fn members(&self, members: &[Member], input: &Input, path: &str) -> Option<String> {
        members.iter().find_map(|member| {
            let path = if path.is_empty() { member.name.clone() } else { format!("{path}.{}", member.name) };
            match input.field(&member.name) {
                Some(field) => self.shape(&member.shape, field, &path),
                None if member.required => Some(format!("{path} is required")),
                None => None,
            }
        })
    }

    fn shape(&self, shape: &Shape, field: &Field, path: &str) -> Option<String> {
        match (shape, field) {
            (Shape::String { min, max, pattern, values }, Field::Text(text)) => {
                outside(text.chars().count() as u64, *min, *max, "characters")
                    .or_else(|| {
                        let broken = |pattern: &&String| !pattern::matches(pattern, text).unwrap_or(true);
                        pattern.as_ref().filter(broken).map(|pattern| format!("must match {pattern}"))
                    })
                    .or_else(|| {
                        let known = values.is_empty() || values.contains(text);
                        (!known).then(|| format!("must be one of {}", values.join(", ")))
                    })
                    .map(|reason| format!("{path} {reason}"))
            }
            (Shape::Integer { min, max }, Field::Integer(value)) => {
                let inside = min.is_none_or(|min| *value >= min) && max.is_none_or(|max| *value <= max);
                (!inside).then(|| format!("{path} is out of range"))
            }
            (Shape::Blob { min, max }, Field::Blob(bytes)) => {
                outside(bytes.len() as u64, *min, *max, "bytes").map(|reason| format!("{path} {reason}"))
            }
            (Shape::List { item, min, max }, Field::List(items)) => {
                let outside =
                    outside(items.len() as u64, *min, *max, "items").map(|reason| format!("{path} {reason}"));
                outside
                    .or_else(|| items.iter().find_map(|field| self.shape(item, field, &format!("{path}[]"))))
            }
            (Shape::Map { key, value, min, max }, Field::Map(entries)) => {
                let min = min.filter(|_| !self.may_be_empty(path));
                let outside = outside(entries.len() as u64, min, *max, "entries")
                    .map(|reason| format!("{path} {reason}"));
                outside.or_else(|| {
                    entries.iter().find_map(|(name, field)| {
                        let name = Field::Text(name.clone());
                        let broken = self.shape(key, &name, &format!("{path}{{key}}"));
                        broken.or_else(|| self.shape(value, field, &format!("{path}{{value}}")))
                    })
                })
            }
            (Shape::Structure { members }, Field::Structure(input)) => self.members(members, input, path),
            // Decoding has made sure of the types.
            (_, _) => None,
        }
    }

    /// Whether empty tags are let through here: an open point for each of the two operations.
    fn may_be_empty(&self, path: &str) -> bool {
        let accepts = |freedom| self.config.freedoms.is(freedom, "accepted");
        path == "tags"
            && match self.operation {
                Operation::TagResource => accepts(FreedomId::TagEmptyMap),
                Operation::PutSigningProfile => accepts(FreedomId::PutEmptyTags),
                _ => false,
            }
    }
}

fn outside(count: u64, min: Option<u64>, max: Option<u64>, unit: &str) -> Option<String> {
    if min.is_some_and(|min| count < min) {
        return min.map(|min| format!("must have at least {min} {unit}"));
    }
    if max.is_some_and(|max| count > max) {
        return max.map(|max| format!("must have at most {max} {unit}"));
    }
    None
}
