//! What an answer tells of whoever gives it.

use crate::Response;

/// The answer says that there is no such operation, in one of the ways in which servers say so.
pub fn is_unimplemented(response: &Response) -> bool {
    let error = response.error_type();
    let text = String::from_utf8_lossy(&response.body).to_lowercase();
    let says_so = ["no route for", "not implemented", "not yet implemented", "unknown operation", "not supported by"]
        .iter()
        .any(|phrase| text.contains(phrase));
    let tells_a_message = response.json().is_some_and(|body| body.get("message").is_some());
    match response.status {
        501 => true,
        404 | 405 => (error.is_none() && !tells_a_message) || error.as_deref() == Some("UnknownOperationException") || says_so,
        200..=299 => response.json().is_none() && !response.body.is_empty(),
        400 | 403 => {
            says_so || matches!(error.as_deref(), Some("UnknownOperationException" | "UnknownOperation" | "InvalidAction"))
        }
        500..=599 => says_so && response.status != 503,
        _ => false,
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

/// The beginning of the body, in one line.
pub(super) fn excerpt(response: &Response) -> String {
    let text = String::from_utf8_lossy(&response.body);
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(160).collect()
}
