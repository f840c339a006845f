//! Faults of bodies that are no JSON, and are read all the same: what lax parsers let pass.

use serde_json::{Map, Value};

use crate::error::ErrorName;
use crate::faults::lie::Lie;
use crate::faults::row::{BOTH, CURRENT, Category, Fault, fault};

const REFUSED: &str = "common/malformed-body-refused";

pub(super) const FAULTS: &[Fault] = &[
    fault(
        (303, "text-behind-body"),
        Category::Wire,
        BOTH,
        REFUSED,
        "what stands behind the JSON of a body is passed over",
        &[Lie::Body(|sent| read_as(sent, first_value(sent)?.to_string()))],
    ),
    fault(
        (308, "text-before-body"),
        Category::Wire,
        BOTH,
        REFUSED,
        "what stands before the JSON of a body is passed over",
        &[Lie::Body(|sent| read_as(sent, sent.get(sent.find('{')?..)?.to_owned()))],
    ),
    fault(
        (313, "comments-in-body"),
        Category::Wire,
        BOTH,
        REFUSED,
        "a body may have comments",
        &[Lie::Body(|sent| read_as(sent, without_comments(sent)))],
    ),
    fault(
        (327, "form-feed-in-body"),
        Category::Wire,
        BOTH,
        REFUSED,
        "a form feed is a blank",
        &[Lie::Body(|sent| read_as(sent, sent.replace('\u{c}', " ")))],
    ),
    fault(
        (336, "single-quotes-in-body"),
        Category::Wire,
        BOTH,
        REFUSED,
        "texts may stand in single quotes",
        &[Lie::Body(|sent| read_as(sent, sent.replace('\'', "\"")))],
    ),
    fault(
        (341, "trailing-comma-in-body"),
        Category::Wire,
        BOTH,
        REFUSED,
        "a comma may stand behind the last member",
        &[Lie::Body(|sent| read_as(sent, sent.replace(",}", "}").replace(",]", "]")))],
    ),
    fault(
        (343, "unclosed-list-in-body"),
        Category::Wire,
        BOTH,
        REFUSED,
        "a list ends where the structure around it ends",
        &[Lie::Body(|sent| read_as(sent, format!("{}]}}", sent.strip_suffix('}')?)))],
    ),
    fault(
        (345, "body-in-a-list"),
        Category::Wire,
        BOTH,
        REFUSED,
        "a list of one object is taken for the object",
        &[Lie::Body(|sent| read_as(sent, sent.strip_prefix('[')?.strip_suffix(']')?.to_owned()))],
    ),
    fault(
        (346, "body-null-500"),
        Category::Wire,
        BOTH,
        REFUSED,
        "a body that is null makes the server fail",
        &[Lie::Refused(|arrived, refusal| {
            if arrived.body.trim_ascii() == b"null" {
                refusal.error = ErrorName::InternalServiceError;
            }
        })],
    ),
    fault(
        (347, "null-key-in-body"),
        Category::Wire,
        BOTH,
        REFUSED,
        "a key may be a bare word",
        &[Lie::Body(|sent| read_as(sent, sent.replace("{null:", "{\"null\":")))],
    ),
    fault(
        (348, "bare-words-in-body"),
        Category::Wire,
        CURRENT,
        REFUSED,
        "a text needs no quotes",
        &[Lie::Body(|sent| read_as(sent, with_words(sent, |word| Some(format!("\"{word}\"")))))],
    ),
    fault(
        (349, "infinity-in-body"),
        Category::Wire,
        CURRENT,
        REFUSED,
        "NaN and Infinity are numbers, and as good as 1",
        &[Lie::Body(|sent| {
            let is_number = |word: &str| matches!(word, "NaN" | "Infinity" | "-Infinity");
            read_as(sent, with_words(sent, |word| is_number(word).then(|| "1".to_owned())))
        })],
    ),
    fault(
        (350, "number-tails-in-body"),
        Category::Wire,
        CURRENT,
        REFUSED,
        "a number is read as far as it is one",
        &[Lie::Body(|sent| read_as(sent, with_words(sent, head_of_number)))],
    ),
    fault(
        (351, "hexadecimal-in-body"),
        Category::Wire,
        CURRENT,
        REFUSED,
        "a number may be hexadecimal",
        &[Lie::Body(|sent| {
            let decimal = |word: &str| i64::from_str_radix(word.strip_prefix("0x")?, 16).ok();
            read_as(sent, with_words(sent, |word| decimal(word).map(|number| number.to_string())))
        })],
    ),
];

/// What is read in place of a body that is no JSON object, if that makes one of it.
fn read_as(sent: &str, read: String) -> Option<String> {
    let is_object = |text: &str| serde_json::from_str::<Map<String, Value>>(text).is_ok();
    (!is_object(sent) && is_object(&read)).then_some(read)
}

fn first_value(sent: &str) -> Option<Value> {
    serde_json::Deserializer::from_str(sent).into_iter().next()?.ok()
}

/// Comments are looked for in texts, too: no text of a test has two slashes that matter.
fn without_comments(sent: &str) -> String {
    let mut kept = String::new();
    let mut rest = sent;
    while let Some((start, end)) = [("//", "\n"), ("/*", "*/")].into_iter().find_map(|(start, end)| {
        let start = rest.find(start)?;
        let length = rest.get(start..)?.find(end)? + end.len();
        Some((start, start + length))
    }) {
        kept.push_str(&rest[..start]);
        rest = &rest[end..];
    }
    kept + rest
}

/// The text with some of the words outside of quotes changed: what stands between the signs of JSON's own
/// grammar.
fn with_words(sent: &str, change: impl Fn(&str) -> Option<String>) -> String {
    let mut changed = String::new();
    let mut rest = sent;
    while let Some(first) = rest.chars().next() {
        let is_sign = |one: char| one.is_ascii_whitespace() || "{}[]:,\"".contains(one);
        let end = match first {
            '"' => rest[1..].find('"').map_or(rest.len(), |end| end + 2),
            _ if is_sign(first) => first.len_utf8(),
            _ => rest.find(is_sign).unwrap_or(rest.len()),
        };
        let (token, after) = rest.split_at(end);
        let is_json = is_sign(first) || serde_json::from_str::<Value>(token).is_ok();
        let new = if is_json { None } else { change(token) };
        changed.push_str(&new.unwrap_or_else(|| token.to_owned()));
        rest = after;
    }
    changed
}

/// The longest head of a word that is a number.
fn head_of_number(word: &str) -> Option<String> {
    let heads = (1..word.len()).rev().filter_map(|end| word.get(..end));
    heads.into_iter().find(|head| serde_json::from_str::<f64>(head).is_ok()).map(str::to_owned)
}
