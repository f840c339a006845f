//! A finding on one line: what was called, what was answered, and what was expected.

use std::slice;

use crate::data::visible::on_one_line;
use crate::report::FindingRow;
use crate::report::themes::OF_FORM;
use crate::report::words::{cut_to, some_of};

/// The longest line.
const WIDEST: usize = 200;

/// Of what was answered so much is shown.
const ANSWER: usize = 70;

/// Of what was called, and of what was expected, so much is shown in any case.
const SENTENCE: usize = 105;

pub(super) fn short(row: &FindingRow) -> String {
    let what = on_one_line(row.telling_call().unwrap_or(&row.summary).trim_end_matches('.'));
    // What holds for every operation is broken at some.
    let (one, operations) = (slice::from_ref(&row.operation), row.operations.as_slice());
    let at = if row.requirement.starts_with("common/") && !what.starts_with(row.operation.name()) {
        format!(" at {}", some_of(if operations.is_empty() { one } else { operations }, 2))
    } else {
        String::new()
    };
    let cause = row.cause.as_ref().map(|cause| format!(" (follows from {cause})")).unwrap_or_default();
    let doubt = row.doubt().map(|words| format!(" ({words})")).unwrap_or_default();
    let head = format!("{}{at}{doubt}{cause}", row.requirement);
    // The sentence of a check of form says both.
    let tail = if OF_FORM.contains(&row.by) {
        String::new()
    } else {
        let answered = if what.contains(" was answered ") {
            String::new()
        } else {
            format!("; answered: {}", came(row))
        };
        format!("{answered}; expected: {}", due(row))
    };
    let left = WIDEST.saturating_sub(head.chars().count() + tail.chars().count());
    format!("{head}: {}{tail}", cut_to(&what, left.max(SENTENCE)))
}

/// What came, without a body.
fn came(row: &FindingRow) -> String {
    let observed = on_one_line(&row.observed);
    let body = [" {", " <", " ["].iter().filter_map(|begin| observed.find(begin)).min();
    let shown = body.and_then(|body| observed.get(..body)).unwrap_or(&observed);
    cut_to(shown.trim_end_matches(':'), ANSWER)
}

/// What was permitted. That a value breaks its constraint is said before.
fn due(row: &FindingRow) -> String {
    let mut expected: Vec<&str> = Vec::new();
    for words in row.expected() {
        let words = words.rsplit_once(", so ").map_or(words, |(_, then)| then).trim_end_matches('.');
        if !expected.contains(&words) {
            expected.push(words);
        }
    }
    cut_to(&on_one_line(&expected.join(" or ")), SENTENCE)
}
