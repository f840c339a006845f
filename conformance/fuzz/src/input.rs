//! Inputs of operations. An input is text: the name of an operation and its input as JSON, a line each.

use crate::asked::{Asked, block_on};
use serde_json::Value;
use signer_conformance::traffic::Recorded;
use signer_conformance::{Endpoint as _, Request, Response, judge, wire};
use signer_model::Account;
use signer_schemas::{Edition, Operation, operation};
use std::cell::RefCell;

/// So many lines are asked.
const MOST_CALLS: usize = 8;

thread_local! {
    static SERVERS: RefCell<[Option<Asked>; 2]> = const { RefCell::new([None, None]) };
}

/// Whatever the input, the reference implementation's answer passes every check that needs nothing but the
/// document, in either edition; what is broken is refused, and what is not is encoded and understood.
pub fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    for edition in Edition::ALL {
        SERVERS.with_borrow_mut(|servers| {
            let asked = Asked::among(servers, edition);
            for request in text.lines().take(MOST_CALLS).filter_map(|line| request(edition, line)) {
                let sent = block_on(asked.endpoint.send(Account::Owner, &request));
                // What HTTP cannot carry is not sent.
                if let Ok(response) = sent {
                    assert_none_departs(edition, request, response);
                }
            }
        });
    }
}

fn request(edition: Edition, line: &str) -> Option<Request> {
    let (name, input) = line.split_once(' ')?;
    let document = operation(edition, Operation::from_name(name)?)?;
    let Ok(Value::Object(input)) = serde_json::from_str(input) else { return None };
    Some(wire::encode(document, &input))
}

fn assert_none_departs(edition: Edition, request: Request, response: Response) {
    let recorded = [Recorded { place: "here".to_owned(), request, response: Ok(response) }];
    let judged = judge(edition, &recorded);
    assert_eq!(judged.departures, [], "{edition}: {recorded:?}");
}
