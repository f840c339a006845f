//! Text that no value gives: put into a request as it stands.

use serde_json::{Map, Value};
use signer_schemas::OperationDoc;

use crate::data::exchange::Request;
use crate::line::wire::encode::{encode, percent_encode};

/// What stands where the text goes until the request is written. No name or value of a run holds it.
pub(crate) const MARK: &str = "raw-text-goes-here";

/// The request for `input`, which holds the mark, with the text in its place: without quotes in a body,
/// percent-encoded in a query.
pub(crate) fn encode_with(document: &OperationDoc, input: &Map<String, Value>, text: &str) -> Request {
    let mut request = encode(document, input);
    request.target = request.target.replace(MARK, &percent_encode(text));
    request.body = String::from_utf8_lossy(&request.body).replace(&format!("\"{MARK}\""), text).into_bytes();
    request
}

/// The request for `input` with a body of that text, in which `@` stands for the members.
pub(crate) fn encode_around(document: &OperationDoc, input: &Map<String, Value>, text: &str) -> Request {
    let mut request = encode(document, input);
    let body = String::from_utf8_lossy(&request.body);
    let members = body.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or_default();
    request.body = text.replace('@', members).into_bytes();
    request
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use signer_schemas::{Edition, Operation, operation};

    use super::*;

    fn written(
        name: Operation,
        input: &Value,
        write: fn(&OperationDoc, &Map<String, Value>, &str) -> Request,
        text: &str,
    ) -> Request {
        let document = operation(Edition::Current, name).expect("in the edition");
        write(document, input.as_object().expect("an object"), text)
    }

    #[test]
    fn a_text_stands_in_a_body_without_quotes_and_in_a_query_percent_encoded() {
        let input = json!({ "profileName": "p_1", "reason": "r", "effectiveTime": MARK });
        let request = written(Operation::RevokeSigningProfile, &input, encode_with, "0x42");
        assert_eq!(String::from_utf8_lossy(&request.body), r#"{"effectiveTime":0x42,"reason":"r"}"#);
        let request = written(
            Operation::ListSigningJobs,
            &json!({ "signatureExpiresAfter": MARK }),
            encode_with,
            "1996-12-19 16Z",
        );
        assert_eq!(request.target, "/signing-jobs?signatureExpiresAfter=1996-12-19%2016Z");
    }

    #[test]
    fn a_text_stands_around_the_members_of_a_body() {
        let input = json!({ "resourceArn": "a", "tags": { "k": "v" } });
        let request = written(Operation::TagResource, &input, encode_around, "{@,} // {@}");
        assert_eq!(String::from_utf8_lossy(&request.body), r#"{"tags":{"k":"v"},} // {"tags":{"k":"v"}}"#);
    }
}
