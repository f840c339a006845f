//! What other projects use: inputs and programs as strategies, and one program's verdict.

use jsonschema::Validator;
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::TestRunner;
use signer_conformance::testing::{ProgramTree, inputs, programs};
use signer_conformance::{Program, Step};
use signer_model::{P0, Request};
use signer_schemas::{Edition, Operation, input_schema, requirement};

const DRAWN: usize = 200;

/// Constraints that JSON Schema does not say: of base64 and of the bytes behind it.
const BEYOND_SCHEMA: [&str; 3] = ["base64", "min-length", "max-length"];

fn validator(edition: Edition, operation: Operation) -> Validator {
    jsonschema::draft202012::new(&input_schema(edition, operation)).expect("a schema")
}

#[test]
fn an_input_keeps_its_document_but_for_the_one_constraint_that_it_names() {
    let mut runner = TestRunner::deterministic();
    for edition in Edition::ALL {
        let mut broken = 0;
        for operation in Operation::ALL {
            let Some(strategy) = inputs(edition, operation) else { continue };
            let validator = validator(edition, operation);
            for _ in 0..DRAWN {
                let input = strategy.new_tree(&mut runner).expect("an input").current();
                let members = serde_json::Value::Object(input.members.clone());
                let Some(breaks) = &input.breaks else {
                    let errors: Vec<String> =
                        validator.iter_errors(&members).map(|error| error.to_string()).collect();
                    assert!(errors.is_empty(), "{operation} ({edition}): {members}: {errors:?}");
                    continue;
                };
                broken += 1;
                assert!(
                    requirement(breaks).is_some_and(|row| row.is_in(edition)),
                    "{breaks} is not in the ledger"
                );
                assert!(breaks.starts_with(&format!("{operation}/input/")), "{breaks} of {operation}");
                let of_bytes =
                    breaks.contains("/payload/") && BEYOND_SCHEMA.iter().any(|kind| breaks.ends_with(kind));
                assert!(of_bytes || !validator.is_valid(&members), "{breaks} is kept by {members}");
                assert!(input.request().is_some(), "it can be sent");
            }
        }
        assert!(broken > 500, "{edition}: only {broken} inputs break something");
    }
}

#[test]
fn an_operation_that_an_edition_lacks_has_no_inputs() {
    assert!(inputs(Edition::May2019, Operation::SignPayload).is_none());
}

#[test]
fn a_program_that_is_drawn_stays_within_its_scope_and_becomes_as_short_as_it_can() {
    let mut runner = TestRunner::deterministic();
    let scope = &signer_model::certification(Edition::Current)[0];
    let strategy = programs(scope);
    for _ in 0..50 {
        let mut tree = strategy.new_tree(&mut runner).expect("a program");
        let whole = tree.current();
        assert!(whole.steps.iter().all(|step| step.calls().iter().all(|call| scope.calls.contains(call))));
        // What is looked for are two operations, the second somewhere behind the first.
        let kinds = |program: &Program| {
            let calls = program.steps.iter().flat_map(|step| step.calls().to_vec());
            calls.map(|call| call.request.operation()).collect::<Vec<_>>()
        };
        let (first, last) = (kinds(&whole)[0], *kinds(&whole).last().expect("a call"));
        let shows = |program: &Program| {
            let kinds = kinds(program);
            let at = kinds.iter().position(|kind| *kind == first);
            at.is_some_and(|at| kinds[at + 1..].contains(&last))
        };
        if !shows(&whole) {
            continue;
        }
        let mut goes_on = tree.simplify();
        while goes_on {
            goes_on = if shows(&tree.current()) { tree.simplify() } else { tree.complicate() };
        }
        assert_eq!(kinds(&tree.current()), [first, last]);
    }
}

#[test]
fn a_program_of_one_step_that_is_needed_stays() {
    let steps = vec![Step::Call(Request::get(P0).by_owner())];
    let program = Program { name: "property/one".to_owned(), edition: Edition::Current, steps };
    let mut tree = ProgramTree::new(program.clone());
    assert!(tree.simplify() && tree.current().steps.is_empty());
    assert!(!tree.complicate(), "there is nothing more to leave out");
    assert_eq!(tree.current(), program);
}
