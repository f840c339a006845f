//! What the checks say of a long answer, which is looked at once: a page of a list is seen by many cases, and
//! a case is judged again for each of its findings.

use std::sync::Arc;

use signer_schemas::{Edition, Operation, OperationDoc};

use crate::data::detector::Detector;
use crate::data::exchange::{Request, Response};
use crate::judge::checks::{CHECKS, Seen, Subject, run};

/// What the checks say of an answer.
pub(crate) type Checked = Arc<Vec<(Detector, Seen)>>;

/// So many bytes make it dearer to look at an answer again than to keep what was said of it.
const LONG: usize = 4096;

/// What was said of a body, and all else that it was said of.
struct Said {
    edition: Edition,
    operation: Operation,
    request: Request,
    status: u16,
    headers: Vec<(String, String)>,
    checked: Checked,
}

/// What every check says of an answer.
pub(crate) fn run_once(
    edition: Edition,
    document: &OperationDoc,
    request: &Request,
    response: &Response,
) -> Checked {
    let known = response.body.note().and_then(|note| note.downcast::<Said>().ok());
    let is_of_this = |said: &Arc<Said>| {
        (said.edition, said.operation, said.status) == (edition, document.operation, response.status)
            && said.headers == response.headers
            && said.request == *request
    };
    if let Some(said) = known.filter(is_of_this) {
        return Arc::clone(&said.checked);
    }
    let json = response.json();
    let checked = Arc::new(run(&Subject { edition, document, request, response, json: json.as_deref() }));
    if response.body.len() >= LONG {
        response.body.set_note(Arc::new(Said {
            edition,
            operation: document.operation,
            request: request.clone(),
            status: response.status,
            headers: response.headers.clone(),
            checked: Arc::clone(&checked),
        }));
    }
    checked
}

/// What one check says of an answer.
pub(crate) fn run_one(
    by: Detector,
    edition: Edition,
    document: &OperationDoc,
    request: &Request,
    response: &Response,
) -> Seen {
    let mut seen = Seen::default();
    if response.body.len() >= LONG {
        let checked = run_once(edition, document, request, response);
        seen = checked.iter().find(|(check, _)| *check == by).map(|(_, seen)| seen.clone()).unwrap_or(seen);
    } else if let Some(check) = CHECKS.iter().find(|check| check.name == by) {
        let json = response.json();
        (check.run)(&Subject { edition, document, request, response, json: json.as_deref() }, &mut seen);
    }
    seen
}

#[cfg(test)]
mod tests {
    use signer_schemas::operation;

    use super::{Arc, Edition, Operation, Request, Response, run_once};

    fn page(bytes: usize) -> Response {
        let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        let body = format!("{{\"jobs\":[],\"x\":\"{}\"}}", "x".repeat(bytes));
        Response { status: 200, headers, body: body.into() }
    }

    #[test]
    fn a_long_answer_is_looked_at_once_and_again_when_anything_beside_its_body_differs() {
        let document = operation(Edition::Current, Operation::ListSigningJobs).expect("there is a document");
        let request = Request { target: "/signing-jobs".to_owned(), ..Request::default() };
        let checked = |response: &Response| run_once(Edition::Current, document, &request, response);
        let (long, short) = (page(5000), page(5));
        let first = checked(&long);
        assert!(Arc::ptr_eq(&first, &checked(&long.clone())));
        assert!(!Arc::ptr_eq(&checked(&short), &checked(&short)));
        let other = Response { headers: Vec::new(), ..long };
        assert_ne!(first, checked(&other), "without a content type it departs");
    }
}
