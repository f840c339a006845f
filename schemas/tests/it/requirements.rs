//! The ledger of rules against itself and against the operation documents.

use std::collections::{BTreeMap, BTreeSet};

use signer_schemas::{
    Basis, Edition, Location, Operation, OperationDoc, Requirement, Shape, Visit, common_errors, operation, operations,
    requirement, requirements,
};

/// What must stand in the statement of a mechanical row, by edition; its id is the key.
type Expected = BTreeMap<String, BTreeMap<Edition, Vec<String>>>;

#[test]
fn a_rule_of_the_documents_is_missing_from_the_ledger() {
    let missing: Vec<_> = expected().into_keys().filter(|id| requirement(id).is_none()).collect();
    assert!(missing.is_empty(), "add these rows to schemas/requirements.toml: {missing:#?}");
}

#[test]
fn a_mechanical_row_has_no_rule_in_the_documents() {
    let expected = expected();
    let orphans: Vec<_> = mechanical().map(|row| &row.id).filter(|id| !expected.contains_key(*id)).collect();
    assert!(orphans.is_empty(), "no document has what these rows say: {orphans:#?}");
}

#[test]
fn a_mechanical_row_names_other_editions_or_values_than_the_documents() {
    for (id, by_edition) in expected() {
        let Some(row) = requirement(&id) else { continue };
        let documented: BTreeSet<_> = by_edition.keys().copied().collect();
        assert_eq!(row.editions.iter().copied().collect::<BTreeSet<_>>(), documented, "{id}: editions");
        for (edition, words) in by_edition {
            for word in words {
                assert!(row.statement.contains(&word), "{id}: {} has {word}, not so: {}", edition.id(), row.statement);
            }
        }
    }
}

#[test]
fn an_id_is_used_twice_or_malformed() {
    let mut seen = BTreeSet::new();
    for row in requirements() {
        assert!(seen.insert(&row.id), "{} stands twice", row.id);
        let (head, rest) = row.id.split_once('/').unwrap_or_else(|| panic!("{}: no slash", row.id));
        assert_eq!(head, row.operation.map_or("common", Operation::name), "{}: the operation", row.id);
        if !is_mechanical(row) {
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            assert!(!rest.is_empty() && rest.chars().all(plain), "{}: lower-case words joined by hyphens", row.id);
        }
        assert_eq!(requirement(&row.id), Some(row), "{}: look-up", row.id);
    }
}

#[test]
fn a_rule_has_no_statement_or_no_source() {
    for Requirement { id, statement, source, .. } in requirements() {
        assert!(statement.ends_with('.') && statement.len() > 15, "{id}: a statement is a sentence: {statement}");
        assert!(!statement.trim_end_matches('.').contains(". "), "{id}: a statement is one sentence: {statement}");
        assert!(source.len() > 8 && source.trim() == source, "{id}: a source names document and section: {source}");
    }
}

#[test]
fn an_observation_has_no_date() {
    for row in requirements().iter().filter(|row| row.basis == Basis::Observed) {
        let digits = |word: &str| word.len() == 4 && word.chars().all(|c| c.is_ascii_digit());
        let dated = row.source.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word.starts_with("20") && digits(word));
        assert!(dated, "{}: say when it was seen: {}", row.id, row.source);
    }
}

#[test]
fn an_open_point_lacks_its_question_or_answers() {
    for row in requirements() {
        let open = row.basis == Basis::Open;
        assert_eq!(open, row.question.is_some(), "{}: a question belongs to open points alone", row.id);
        let enough = if open { row.admits.len() > 1 } else { row.admits.is_empty() };
        assert!(enough, "{}: an open point admits several answers, other rules list none", row.id);
        assert!(row.question.iter().all(|question| question.ends_with('?')), "{}: a question", row.id);
        let answers: BTreeSet<_> = row.admits.iter().collect();
        assert_eq!(answers.len(), row.admits.len(), "{}: an answer stands twice", row.id);
    }
}

#[test]
fn an_untestable_rule_does_not_say_why() {
    for row in requirements() {
        assert_eq!(row.testable, row.untestable_because.is_none(), "{}: testable, or the reason why not", row.id);
        assert!(row.untestable_because.iter().all(|reason| reason.len() > 10), "{}: a reason", row.id);
    }
}

#[test]
fn a_rule_names_an_edition_without_its_operation() {
    for row in requirements() {
        let editions: BTreeSet<_> = row.editions.iter().collect();
        assert!(!editions.is_empty() && editions.len() == row.editions.len(), "{}: editions", row.id);
        for &edition in &row.editions {
            let known = row.operation.is_none_or(|name| operation(edition, name).is_some());
            assert!(known, "{}: {} does not have this operation", row.id, edition.id());
        }
    }
}

#[test]
fn an_operation_has_too_few_rules_of_behaviour() {
    for edition in Edition::ALL {
        for document in operations(edition) {
            let about = |row: &&Requirement| row.operation == Some(document.operation) && row.editions.contains(&edition);
            let count = requirements().iter().filter(about).filter(|row| !is_mechanical(row)).count();
            assert!(count >= 5, "{} {}: {count} rules of behaviour", edition.id(), document.operation);
        }
    }
}

#[test]
fn a_reference_leads_to_no_rule() {
    let words = |text: &str| -> Vec<String> {
        let trim = |word: &str| word.trim_matches(|c: char| !c.is_ascii_alphanumeric()).to_owned();
        let is_id = |word: &String| word.split('/').count() > 1 && requirement(word).is_none();
        let head =
            |word: &String| word.split('/').next().is_some_and(|head| head == "common" || Operation::from_name(head).is_some());
        text.split_whitespace().map(trim).filter(is_id).filter(head).collect()
    };
    for row in requirements() {
        let text = format!("{} {}", row.statement, row.untestable_because.as_deref().unwrap_or_default());
        assert_eq!(words(&text), Vec::<String>::new(), "{}: no such rule", row.id);
    }
}

#[test]
fn the_ledger_is_out_of_order() {
    let place = |row: &Requirement| {
        let part = ["error", "input", "output"].iter().position(|part| is_part(row, part)).map_or(0, |part| part + 1);
        (row.operation, part)
    };
    for pair in requirements().windows(2) {
        let message = "rules of all operations first, then by operation: behaviour, errors, input, output";
        assert!(place(&pair[0]) <= place(&pair[1]), "{} stands before {}: {message}", pair[0].id, pair[1].id);
    }
}

fn is_part(row: &Requirement, part: &str) -> bool {
    let mut segments = row.id.split('/').skip(1);
    segments.next() == Some(part) && segments.next().is_some()
}

fn is_mechanical(row: &Requirement) -> bool {
    ["error", "input", "output"].iter().any(|part| is_part(row, part))
}

fn mechanical() -> impl Iterator<Item = &'static Requirement> {
    requirements().iter().filter(|row| is_mechanical(row))
}

/// The row of every declared error and every constraint of the documents.
fn expected() -> Expected {
    let mut expected = Expected::new();
    for edition in Edition::ALL {
        let mut add = |id: String, words: Vec<String>| {
            expected.entry(id).or_default().insert(edition, words);
        };
        for error in common_errors(edition) {
            add(format!("common/error/{}", error.name), vec![error.status.to_string()]);
        }
        for document in operations(edition) {
            for error in &document.errors {
                add(format!("{}/error/{}", document.operation, error.name), vec![error.status.to_string()]);
            }
            document.walk_input(&mut |visit| {
                let typed = has_breakable_type(document, &visit);
                constraints(&visit, typed, |kind, words| add(id(document, "input", &visit, kind), words));
            });
            document.walk_output(&mut |visit| {
                let typed = !visit.path.ends_with("{key}");
                constraints(&visit, typed, |kind, words| add(id(document, "output", &visit, kind), words));
            });
        }
    }
    expected
}

fn id(document: &OperationDoc, side: &str, visit: &Visit, kind: &str) -> String {
    format!("{}/{side}/{}/{kind}", document.operation, visit.path)
}

/// Whether a request can carry a value of another type here: a path or query carries any string.
fn has_breakable_type(document: &OperationDoc, visit: &Visit) -> bool {
    let root = visit.path.split(['.', '[', '{']).next().unwrap_or_default();
    let in_body = document.member(root).is_some_and(|member| member.location == Location::Body);
    let parsed = matches!(visit.shape, Shape::Integer { .. } | Shape::Boolean | Shape::Timestamp);
    !visit.path.ends_with("{key}") && (in_body || parsed)
}

/// The kinds of constraint at one stop of a walk, each with the words that its statement must contain.
fn constraints(visit: &Visit, typed: bool, mut add: impl FnMut(&'static str, Vec<String>)) {
    if visit.member.is_some_and(|member| member.required) {
        add("required", vec![]);
    }
    if typed {
        add("type", vec![]);
    }
    let mut bounds = |kinds: [&'static str; 2], min: Option<String>, max: Option<String>| {
        for (kind, bound) in kinds.into_iter().zip([min, max]) {
            if let Some(bound) = bound {
                add(kind, vec![bound]);
            }
        }
    };
    let text = |bound: &Option<u64>| bound.map(|bound| bound.to_string());
    match visit.shape {
        Shape::String { min, max, pattern, values } => {
            bounds(["min-length", "max-length"], text(min), text(max));
            if let Some(pattern) = pattern {
                add("pattern", vec![pattern.clone()]);
            }
            if !values.is_empty() {
                add("enum", values.clone());
            }
        }
        Shape::Blob { min, max } => {
            bounds(["min-length", "max-length"], text(min), text(max));
            add("base64", vec![]);
        }
        Shape::Integer { min, max } => {
            bounds(["minimum", "maximum"], min.map(|bound| bound.to_string()), max.map(|bound| bound.to_string()));
        }
        Shape::List { min, max, .. } | Shape::Map { min, max, .. } => {
            bounds(["min-items", "max-items"], text(min), text(max));
        }
        Shape::Boolean | Shape::Timestamp | Shape::Structure { .. } => {}
    }
}
