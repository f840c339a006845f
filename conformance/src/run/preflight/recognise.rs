//! What a response reveals about the server that gives it.

use signer_schemas::{Operation, OperationDoc};

use crate::data::body::{Body, Json};
use crate::data::exchange::Response;

/// The answer says that there is no such operation, in one of the ways in which servers say so.
pub fn is_unimplemented(response: &Response) -> bool {
    let error = response.error_type();
    let text = String::from_utf8_lossy(&response.body).to_lowercase();
    let says_so =
        ["no route for", "not implemented", "not yet implemented", "unknown operation", "not supported by"]
            .iter()
            .any(|phrase| text.contains(phrase));
    let tells_a_message = response.json().is_some_and(|body| body.get("message").is_some());
    match response.status {
        501 => true,
        404 | 405 => {
            (error.is_none() && !tells_a_message)
                || error.as_deref() == Some("UnknownOperationException")
                || says_so
        }
        // A page, or what an S3 answers: somebody else is asked. What is no JSON otherwise is a wrong answer,
        // not a missing operation.
        200..=299 => response.body.trim_ascii_start().starts_with(b"<"),
        400 | 403 => {
            says_so
                || matches!(
                    error.as_deref(),
                    Some("UnknownOperationException" | "UnknownOperation" | "InvalidAction")
                )
        }
        500..=599 => says_so && response.status != 503,
        _ => false,
    }
}

/// The answer is such as only a Signer, or somebody who means to be one, gives to that operation: it has a
/// member of its output, or an error as AWS's services spell it, but for those that say that there is no such
/// operation.
pub(super) fn is_of_a_signer(document: &OperationDoc, response: &Response) -> bool {
    if is_unimplemented(response) {
        return false;
    }
    if response.is_success() {
        let has =
            |answer: Json| document.output.iter().flatten().any(|member| answer.get(&member.name).is_some());
        return response.json().is_some_and(has);
    }
    let in_header = response.header("x-amzn-errortype").is_some();
    response.status >= 400
        && response.error_type().is_some_and(|name| in_header || name.ends_with("Exception"))
}

/// How many distinct successes it takes before a server counts as a Signer.
const FEW: usize = 3;

/// What the answers to several operations tell of whoever gives them: those that were asked of profiles and
/// jobs that nothing has.
#[derive(Debug, Default)]
pub(super) struct Impression {
    /// Some answer is a Signer's.
    speaks: bool,
    /// The bodies of successes that have one.
    bodies: Vec<Body>,
    /// Operations on what is not there, and how many of these had no success.
    absent: usize,
    denied: usize,
}

impl Impression {
    /// Takes one more answer.
    pub(super) fn take(&mut self, document: &OperationDoc, response: &Response) {
        self.speaks |= is_of_a_signer(document, response);
        if response.is_success() && !response.body.is_empty() && self.bodies.len() < 2 * FEW {
            self.bodies.push(response.body.clone());
        }
        let of_nothing =
            [Operation::GetSigningProfile, Operation::DescribeSigningJob, Operation::CancelSigningProfile];
        if of_nothing.contains(&document.operation) {
            self.absent += 1;
            self.denied += usize::from(!response.is_success());
        }
    }

    /// Whether any answer so far is a Signer's.
    pub(super) const fn speaks(&self) -> bool {
        self.speaks
    }

    /// The server is a Signer, or means to be one.
    pub(super) fn is_of_a_signer(&self) -> bool {
        self.speaks && self.sameness().is_none()
    }

    /// In which way the answers do not depend on what is asked, if they do not.
    pub(super) fn sameness(&self) -> Option<&'static str> {
        let alike = self.bodies.len() >= FEW && self.bodies.iter().all(|body| *body == self.bodies[0]);
        if alike {
            Some("it answers everything alike")
        } else if self.absent >= FEW && self.denied == 0 {
            Some("it answers as if everything were there, whatever its name")
        } else {
            None
        }
    }
}

/// The answer says that it does not know who asks.
pub(super) fn is_unauthorized(response: &Response) -> bool {
    matches!(response.status, 401 | 403)
        && matches!(
            response.error_type().as_deref(),
            Some(
                "MissingAuthenticationTokenException"
                    | "UnrecognizedClientException"
                    | "InvalidSignatureException"
                    | "IncompleteSignatureException"
                    | "ExpiredTokenException"
                    | "InvalidClientTokenId"
                    | "SignatureDoesNotMatch"
            )
        )
}

/// Status and body in one line, and where a redirect leads to.
pub(super) fn told(response: &Response) -> String {
    let place = response.header("location").map(|place| format!(" to {place}")).unwrap_or_default();
    format!("{}{place} {}", response.status, excerpt(response)).trim_end().to_owned()
}

/// The beginning of the body, in one line.
pub(super) fn excerpt(response: &Response) -> String {
    let text = String::from_utf8_lossy(&response.body);
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(160).collect()
}

#[cfg(test)]
mod tests {
    use signer_schemas::{Edition, Operation, operation};

    use super::{Impression, is_of_a_signer, is_unimplemented};
    use crate::data::exchange::Response;

    fn is_signer(status: u16, header: Option<&str>, body: &str) -> bool {
        let headers =
            header.map(|name| ("x-amzn-errortype".to_owned(), name.to_owned())).into_iter().collect();
        let response = Response { status, headers, body: body.into() };
        is_of_a_signer(
            operation(Edition::Current, Operation::ListSigningPlatforms).expect("it is there"),
            &response,
        )
    }

    fn impression(answer: fn(Operation) -> (u16, String)) -> Impression {
        let mut impression = Impression::default();
        for document in signer_schemas::operations(Edition::Current) {
            let (status, body) = answer(document.operation);
            impression.take(document, &Response { status, headers: Vec::new(), body: body.into() });
        }
        impression
    }

    #[test]
    fn who_answers_everything_alike_is_no_signer() {
        let alike = impression(|_| (200, r#"{"platforms":[],"profiles":[],"status":"Active"}"#.to_owned()));
        assert!(alike.speaks() && !alike.is_of_a_signer());
        let differing = impression(|operation| {
            (200, format!(r#"{{"status":"Active","platforms":[],"id":"{operation}"}}"#))
        });
        assert!(differing.speaks() && !differing.is_of_a_signer(), "what cannot be is there");
    }

    #[test]
    fn who_denies_what_is_not_there_is_a_signer_however_little_there_is_of_it() {
        let poor = impression(|operation| match operation {
            Operation::ListSigningPlatforms => (200, r#"{"platforms":[]}"#.to_owned()),
            Operation::ListSigningProfiles => (200, r#"{"profiles":[]}"#.to_owned()),
            Operation::CancelSigningProfile => (200, String::new()),
            _ => (404, r#"{"__type":"ResourceNotFoundException","message":"no"}"#.to_owned()),
        });
        assert!(poor.is_of_a_signer());
    }

    #[test]
    fn a_poor_emulator_is_no_signer() {
        assert!(is_signer(200, None, r#"{"platforms":[]}"#));
        assert!(is_signer(400, Some("ValidationException"), ""));
        assert!(is_signer(
            404,
            None,
            r#"{"__type":"com.amazonaws#ResourceNotFoundException","message":"no"}"#
        ));
        assert!(is_signer(500, None, r#"{"code":"InternalServiceErrorException"}"#));
    }

    #[test]
    fn an_answer_that_is_no_json_is_no_missing_operation_unless_it_is_a_page() {
        let is_missing = |status: u16, body: &str| {
            is_unimplemented(&Response { status, headers: Vec::new(), body: body.into() })
        };
        for body in ["{\"profiles\":[{\"platformId\":\"\\ud83d\"}]}", "{\"profiles\":[", "profiles: none", ""]
        {
            assert!(!is_missing(200, body), "{body}");
        }
        for body in ["<html>hi</html>", " <?xml version=\"1.0\"?><ListAllMyBucketsResult/>"] {
            assert!(is_missing(200, body), "{body}");
        }
        assert!(is_missing(404, "") && is_missing(501, "{}"));
    }

    #[test]
    fn somebody_else_is_a_signer() {
        for (status, body) in [
            (200, "{}"),
            (200, "[]"),
            (200, ""),
            (200, "<html>hi</html>"),
            (200, r#"{"status":"up"}"#),
            (302, ""),
            (400, r#"{"message":"no"}"#),
            (404, r#"{"code":"not_found","message":"no"}"#),
            (404, r#"{"__type":"UnknownOperationException"}"#),
            (500, "<html>oops</html>"),
            (503, r#"{"message":"later"}"#),
        ] {
            assert!(!is_signer(status, None, body), "{status} {body}");
        }
    }
}
