//! From a published constraint to the values that just break it, or just keep it.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE};
use serde_json::{Value, json};
use signer_schemas::{Location, Member, Shape};

use crate::data::program::Change;
use crate::plan::near_misses::values::{bytes, entries, in_thirds, items, payload, text};

/// One change to one member, and the constraint that it is about.
pub(super) struct Attempt {
    /// The member, in the ledger's spelling.
    pub(super) path: String,
    /// The constraint, in the ledger's spelling.
    pub(super) kind: &'static str,
    /// What tells this change from others about the same constraint; often empty.
    pub(super) variant: String,
    /// The change.
    pub(super) change: Change,
    /// Whether the constraint is kept.
    pub(super) valid: bool,
}

/// A required member is left out, and, in a body, given as null.
pub(super) fn missing(path: &str, location: Location) -> Vec<Attempt> {
    let mut attempts = Attempts::new(path, false);
    if location != Location::Path {
        attempts.add("required", Change::Remove);
    }
    if location == Location::Body {
        attempts.add_variant("required", "-null", Change::Set(Value::Null));
    }
    attempts.list
}

/// Breaks each constraint of the shape, and of the shapes inside it, one at a time.
pub(super) fn broken(shape: &Shape, path: &str, location: Location) -> Vec<Attempt> {
    let mut attempts = Attempts::new(path, false);
    match shape {
        Shape::String { min, max, pattern, values } => {
            if location == Location::Body {
                break_text(&mut attempts);
            }
            if !values.is_empty() {
                attempts.add("enum", Change::Set(json!("NoSuchValue")));
            }
            break_length(*min, *max, location, &mut attempts);
            if let Some(pattern) = pattern {
                break_pattern(pattern, *min, *max, &mut attempts);
            }
        }
        Shape::Integer { min, max } => {
            attempts.add("type", Change::Set(json!("many")));
            attempts.add_variant("type", "-fraction", Change::Set(json!(1.5)));
            attempts.add_variant("type", "-tail", Change::Set(json!("5x")));
            if location == Location::Body {
                attempts.add_variant("type", "-boolean", Change::Set(json!(true)));
                attempts.add_falsy(Value::is_number);
            }
            attempts.add_if("minimum", min.map(|min| Change::Set(json!(min - 1))));
            attempts.add_if("maximum", max.map(|max| Change::Set(json!(max + 1))));
        }
        Shape::Boolean => {
            attempts.add("type", Change::Set(json!("maybe")));
            attempts.add_variant("type", "-yes", Change::Set(json!("yes")));
            attempts.add_variant("type", "-one", Change::Set(json!("1")));
        }
        Shape::Timestamp => {
            attempts.add("type", Change::Set(json!("yesterday")));
            // Both are the times of other protocols. A query has them, too.
            if location == Location::Body {
                attempts.add_variant("type", "-iso", Change::Set(json!("2025-01-02T03:04:05Z")));
                attempts.add_variant("type", "-digits", Change::Set(json!("1735787045")));
                attempts.add_variant("type", "-boolean", Change::Set(json!(true)));
                attempts.add_falsy(Value::is_number);
            }
        }
        Shape::Blob { min, max } => {
            break_encoding(&mut attempts);
            attempts.add_if("min-length", min.map(|min| Change::Set(bytes(min.saturating_sub(1)))));
            attempts.add_if("max-length", max.map(|max| Change::Set(bytes(max + 1))));
        }
        Shape::List { item, min, max } => {
            if location == Location::Body {
                attempts.add("type", Change::Set(json!("text")));
                attempts.add_falsy(Value::is_array);
            }
            attempts.add_if("min-items", min.map(|min| Change::Set(items(min.saturating_sub(1)))));
            attempts.add_if("max-items", max.map(|max| Change::Set(items(max + 1))));
            attempts.list.extend(broken(item, &format!("{path}[]"), location));
        }
        Shape::Map { key, value, min, max } => {
            attempts.add("type", Change::Set(json!("text")));
            attempts.add_falsy(Value::is_object);
            attempts.add_if("min-items", min.map(|min| Change::Set(entries(min.saturating_sub(1)))));
            attempts.add_if("max-items", max.map(|max| Change::Set(entries(max + 1))));
            // A key is always a string.
            let keys = broken(key, &format!("{path}{{key}}"), location);
            attempts.list.extend(keys.into_iter().filter(|attempt| attempt.kind != "type"));
            attempts.list.extend(broken(value, &format!("{path}{{value}}"), location));
        }
        Shape::Structure { members } => {
            attempts.add("type", Change::Set(json!("text")));
            attempts.add_falsy(Value::is_object);
            for member in members {
                attempts.list.extend(break_member(path, member));
            }
        }
    }
    attempts.list
}

/// A text of another type.
fn break_text(attempts: &mut Attempts) {
    attempts.add("type", Change::Set(json!(7)));
    for (variant, value) in
        [("-boolean", json!(true)), ("-list", json!(["text"])), ("-object", json!({ "a": "text" }))]
    {
        attempts.add_variant("type", variant, Change::Set(value));
    }
    attempts.add_falsy(Value::is_string);
}

/// Bytes that are no text, or not in Base64 as it is asked for.
fn break_encoding(attempts: &mut Attempts) {
    attempts.add("type", Change::Set(json!(7)));
    attempts.add_falsy(Value::is_string);
    attempts.add("base64", Change::Set(json!("not base64!")));
    attempts.add_variant("base64", "-foreign", Change::Prefix("!".to_owned()));
    let unpadded = STANDARD_NO_PAD.encode(payload(&in_thirds(1)));
    attempts.add_variant("base64", "-unpadded", Change::Set(json!(unpadded)));
    let url_safe = URL_SAFE.encode(payload(&in_thirds(0).replace('a', "?")));
    attempts.add_variant("base64", "-url-safe", Change::Set(json!(url_safe)));
}

fn break_member(path: &str, member: &Member) -> Vec<Attempt> {
    let path = format!("{path}.{}", member.name);
    let mut attempts = if member.required { missing(&path, Location::Body) } else { Vec::new() };
    attempts.extend(broken(&member.shape, &path, Location::Body));
    attempts
}

/// Longer than any limit, yet short enough for a URL.
const FAR: u64 = 3000;

fn break_length(min: Option<u64>, max: Option<u64>, location: Location, attempts: &mut Attempts) {
    // A text of one length only is written whole, since the unchanged call may not give the member.
    let change =
        |length: u64| if min == max { Change::Set(json!(text('1', length))) } else { Change::Length(length) };
    attempts.add_if("min-length", min.filter(|min| *min > 0).map(|min| change(min - 1)));
    attempts.add_if("max-length", max.map(|max| change(max + 1)));
    // Many a `$` lets a line's end pass behind the last character.
    if min == max && max.is_some() {
        let length = max.unwrap_or_default();
        attempts.add_variant("max-length", "-newline", Change::Set(json!(text('1', length) + "\n")));
    }
    if max.is_some_and(|max| max < FAR) {
        attempts.add_variant("max-length", "-far", change(FAR));
    }
    // An empty label is another route.
    if min.is_some_and(|min| min > 1) && location != Location::Path {
        attempts.add_variant("min-length", "-empty", Change::Set(json!("")));
    }
}

/// Breaks the pattern while the length stays within its bounds. A published pattern may lack its anchors: the
/// first character is the one that breaks it all the same.
fn break_pattern(pattern: &str, min: Option<u64>, max: Option<u64>, attempts: &mut Attempts) {
    if pattern.contains("(?!aws:)") {
        attempts.add("pattern", Change::Set(json!("aws:reserved")));
        attempts.add_variant("pattern", "-space", Change::Set(json!("a b")));
        attempts.add_variant("pattern", "-unicode", Change::Set(json!("\u{e9}tat")));
    } else if let (Some(length), true) = (max, min == max) {
        attempts.add("pattern", Change::Set(json!(text('-', length))));
        // Digits of another script are digits to many, too.
        attempts.add_variant("pattern", "-unicode", Change::Set(json!(text('\u{ff11}', length))));
        if !pattern.contains("a-z") {
            attempts.add_variant("pattern", "-letters", Change::Set(json!(text('a', length))));
        }
    } else {
        attempts.add("pattern", Change::Prefix("-".to_owned()));
        attempts.add_variant("pattern", "-unicode", Change::Prefix("\u{e9}".to_owned()));
        attempts.add_variant("pattern", "-newline", Change::Suffix("\n".to_owned()));
    }
}

/// Keeps each constraint of this shape, not of those inside it, at the edge.
pub(super) fn kept(shape: &Shape, path: &str) -> Vec<Attempt> {
    let mut attempts = Attempts::new(path, true);
    match shape {
        Shape::String { min, max, pattern, values } => {
            if let Some(pattern) = pattern {
                attempts.add("pattern", every_class(pattern, *min, *max));
            }
            // Only what begins so, and so spelled, is reserved.
            if pattern.as_ref().is_some_and(|pattern| pattern.contains("(?!aws:)")) {
                for (variant, key) in
                    [("-upper-aws", "AWS:x"), ("-inner-aws", "my-aws:x"), ("-aws", "awsome")]
                {
                    attempts.add_variant("pattern", variant, Change::Set(json!(key)));
                }
            }
            attempts.add_if("min-length", min.map(Change::Length));
            attempts.add_if("max-length", max.map(Change::Length));
            // Lengths are in characters, whatever these take in UTF-8 and in UTF-16.
            if let (Some(max), None, true) = (max, pattern, values.is_empty()) {
                attempts.add_variant("max-length", "-accents", Change::Set(json!(text('\u{e9}', *max))));
                attempts.add_variant("max-length", "-emoji", Change::Set(json!(text('\u{1f600}', *max))));
            }
            for value in values {
                attempts.add_variant("enum", &format!("-{value}"), Change::Set(json!(value)));
            }
        }
        Shape::Integer { min, max } => {
            attempts.add_if("minimum", min.map(|min| Change::Set(json!(min))));
            attempts.add_if("maximum", max.map(|max| Change::Set(json!(max))));
        }
        Shape::Blob { max, .. } => attempts.add_if("max-length", max.map(|max| Change::Set(bytes(max)))),
        Shape::Boolean
        | Shape::Timestamp
        | Shape::List { .. }
        | Shape::Map { .. }
        | Shape::Structure { .. } => {}
    }
    attempts.list
}

/// A text with a character of each class that the pattern has.
fn every_class(pattern: &str, min: Option<u64>, max: Option<u64>) -> Change {
    match max.filter(|_| min == max) {
        _ if pattern.contains("(?!aws:)") => Change::Set(json!("AZaz09+-=._:/")),
        Some(length) => Change::Set(json!(
            "0123456789"
                .chars()
                .cycle()
                .take(usize::try_from(length).unwrap_or_default())
                .collect::<String>()
        )),
        None => Change::Suffix("_AZaz09".to_owned()),
    }
}

struct Attempts {
    path: String,
    valid: bool,
    list: Vec<Attempt>,
}

impl Attempts {
    fn new(path: &str, valid: bool) -> Self {
        Self { path: path.to_owned(), valid, list: Vec::new() }
    }

    fn add(&mut self, kind: &'static str, change: Change) {
        self.add_variant(kind, "", change);
    }

    fn add_if(&mut self, kind: &'static str, change: Option<Change>) {
        if let Some(change) = change {
            self.add(kind, change);
        }
    }

    /// What many languages take for nothing is a value all the same, and of another type unless `is_right`.
    fn add_falsy(&mut self, is_right: impl Fn(&Value) -> bool) {
        for (variant, value) in [
            ("-zero", json!(0)),
            ("-false", json!(false)),
            ("-empty-list", json!([])),
            ("-empty-text", json!("")),
        ] {
            if !is_right(&value) {
                self.add_variant("type", variant, Change::Set(value));
            }
        }
    }

    fn add_variant(&mut self, kind: &'static str, variant: &str, change: Change) {
        self.list.push(Attempt {
            path: self.path.clone(),
            kind,
            variant: variant.to_owned(),
            change,
            valid: self.valid,
        });
    }
}
