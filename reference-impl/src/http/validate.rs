//! Every published constraint, checked by hand along the document's shapes.

use super::field::{Field, Input};
use super::pattern;
use crate::config::Config;
use crate::error::Refusal;
use crate::faults::FaultId;
use crate::freedoms::FreedomId;
use signer_schemas::{Member, Operation, OperationDoc, Shape};

/// How an operation refuses broken input. Some declare no error for it.
pub(super) fn refusal(config: &Config, document: &OperationDoc, broken: &str) -> Refusal {
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

/// The first constraint that the input breaks, in words.
pub(super) fn first_broken(config: &Config, document: &OperationDoc, input: &Input) -> Option<String> {
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
                None if member.required && !self.is_excused(&path) => Some(format!("{path} is required")),
                None => None,
            }
        })
    }

    fn shape(&self, shape: &Shape, field: &Field, path: &str) -> Option<String> {
        match (shape, field) {
            (Shape::String { min, max, pattern, values }, Field::Text(text)) => {
                if self.is_lax_account(path, text) {
                    return None;
                }
                if self.dislikes(path, text) {
                    return Some(format!("{path} is not to the server's liking"));
                }
                let length = self.length(text) as u64;
                let dislikes =
                    text.contains('_') && self.is(Operation::PutSigningProfile, path, "profileName", FaultId::UnderscoreRefused);
                let matches = |pattern: &String| {
                    !dislikes && (pattern::matches(pattern, text).unwrap_or(true) || self.ignores_pattern(path))
                };
                let (min, max) = self.bounds(path, *min, *max);
                outside(length, min, max, "characters")
                    .or_else(|| {
                        pattern.as_ref().filter(|pattern| !matches(pattern)).map(|pattern| format!("must match {pattern}"))
                    })
                    .or_else(|| {
                        let known = values.is_empty() || values.contains(text) || self.ignores_enum(path);
                        (!known).then(|| format!("must be one of {}", values.join(", ")))
                    })
                    .map(|reason| format!("{path} {reason}"))
            }
            (Shape::Integer { min, max }, Field::Integer(value)) => {
                let unchecked = self.is(Operation::ListSigningPlatforms, path, "maxResults", FaultId::MaxResultsUnchecked);
                let strict = u8::from(self.is(Operation::ListSigningJobs, path, "maxResults", FaultId::PageOf25Refused));
                let max = max.filter(|_| !unchecked).map(|max| max - i64::from(strict));
                let inside = min.is_none_or(|min| *value >= min) && max.is_none_or(|max| *value <= max);
                (!inside).then(|| format!("{path} is out of range"))
            }
            (Shape::Blob { min, max }, Field::Blob(bytes)) => {
                let max = max.filter(|_| !self.is(Operation::SignPayload, path, "payload", FaultId::PayloadMaxUnchecked));
                let strict = u64::from(self.is(Operation::SignPayload, path, "payload", FaultId::LargestPayloadRefused));
                let by_characters = self.is(Operation::SignPayload, path, "payload", FaultId::PayloadCountedInBase64);
                let length = if by_characters { bytes.len().div_ceil(3) * 4 } else { bytes.len() };
                outside(length as u64 + strict, *min, max, "bytes").map(|reason| format!("{path} {reason}"))
            }
            (Shape::List { item, min, max }, Field::List(items)) => {
                let outside = outside(items.len() as u64, *min, *max, "items").map(|reason| format!("{path} {reason}"));
                outside.or_else(|| items.iter().find_map(|field| self.shape(item, field, &format!("{path}[]"))))
            }
            (Shape::Map { key, value, min, max }, Field::Map(entries)) => {
                let min = min.filter(|_| !self.may_be_empty(path));
                let outside = outside(entries.len() as u64, min, *max, "entries").map(|reason| format!("{path} {reason}"));
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

    // Deliberate mistakes.

    fn is(&self, operation: Operation, path: &str, place: &str, fault: FaultId) -> bool {
        self.operation == operation && path == place && self.config.faults.has(fault)
    }

    fn length(&self, text: &str) -> usize {
        if self.config.faults.has(FaultId::LengthsInBytes) {
            text.len()
        } else if self.config.faults.has(FaultId::LengthsInUtf16) {
            text.encode_utf16().count()
        } else {
            text.chars().count()
        }
    }

    fn is_lax_account(&self, path: &str, text: &str) -> bool {
        let lax = |fault, fits: bool| fits && self.config.faults.has(fault);
        ["profileOwner", "jobOwner", "jobInvoker"].contains(&path)
            && (lax(FaultId::AccountAnyDigits, text.chars().count() == 12 && text.chars().all(char::is_numeric))
                || lax(FaultId::AccountLetters, text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_alphanumeric()))
                || lax(FaultId::AccountLineEnd, text.strip_suffix('\n').is_some_and(|text| text.len() == 12)))
    }

    fn dislikes(&self, path: &str, text: &str) -> bool {
        let made = self.operation == Operation::PutSigningProfile;
        let strict = |fault, is_so: bool| is_so && self.config.faults.has(fault);
        match path {
            "profileName" => {
                strict(FaultId::NameNeedsLetterFirst, !text.starts_with(|one: char| one.is_ascii_alphabetic()))
                    || strict(FaultId::NameOfTwoRefused, text.len() == 2)
                    || strict(FaultId::LongestNameUnusable, text.len() == 64 && !made)
            }
            "tags{key}" => {
                strict(FaultId::ReservedInAnyCase, text.to_ascii_lowercase().starts_with("aws:"))
                    || strict(FaultId::ReservedAnywhere, text.contains("aws:"))
            }
            _ => false,
        }
    }

    fn bounds(&self, path: &str, min: Option<u64>, max: Option<u64>) -> (Option<u64>, Option<u64>) {
        let put = Operation::PutSigningProfile;
        let grows = u64::from(self.is(put, path, "profileName", FaultId::NameMaxOffByOne));
        let shrinks = u64::from(self.is(put, path, "profileName", FaultId::NameMaxRefused));
        let min = min.filter(|_| !self.is(Operation::RevokeSignature, path, "reason", FaultId::ReasonMinUnchecked));
        let strict = u64::from(
            self.is(Operation::RevokeSignature, path, "reason", FaultId::LongestReasonRefused)
                || self.is(Operation::TagResource, path, "tags{key}", FaultId::LongestTagKeyRefused),
        );
        (min, max.map(|max| max + grows - shrinks - strict))
    }

    fn is_excused(&self, path: &str) -> bool {
        let no_hashes = self.operation == Operation::GetRevocationStatus && path == "certificateHashes";
        (no_hashes && self.config.freedoms.is(FreedomId::RevocationEmptyHashes, "accepted"))
            || self.is(Operation::PutSigningProfile, path, "platformId", FaultId::PlatformRequiredUnchecked)
    }

    fn ignores_pattern(&self, path: &str) -> bool {
        self.is(Operation::PutSigningProfile, path, "profileName", FaultId::NamePatternUnchecked)
            || self.is(Operation::TagResource, path, "tags{key}", FaultId::TagKeyPatternUnchecked)
    }

    fn ignores_enum(&self, path: &str) -> bool {
        self.is(Operation::ListSigningJobs, path, "status", FaultId::JobStatusEnumUnchecked)
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
