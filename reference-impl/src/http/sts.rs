//! Who calls, as STS tells it: tools ask before they do anything else. STS has nothing more here.

use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{Response, StatusCode};
use sha2::{Digest as _, Sha256};

use crate::error::{ErrorName, Outcome, Refusal};
use crate::http::body::Room;
use crate::http::elsewhere::SERVED;
use crate::http::serve::MAX_BODY_BYTES;
use crate::http::sigv4::rules::STS;
use crate::http::{admission, meant, query, xml};
use crate::identity::Caller;
use crate::service::Service;
use signer_objects::xml::text;

/// Answers a request of STS, or one of the query protocol that does not tell its service.
pub(super) async fn answer(
    (service, room): (&Service, &Room),
    parts: Parts,
    body: &mut Body,
    request_id: &str,
) -> Response<Body> {
    match identity((service, room), parts, body).await {
        Ok(caller) => {
            let [arn, account] = [&caller.arn, &caller.account].map(|told| text(told));
            let user_id = text(&user_id(&caller));
            let xml = format!(
                "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\n  <GetCallerIdentityResult>\n    \
                 <Arn>{arn}</Arn>\n    <UserId>{user_id}</UserId>\n    <Account>{account}</Account>\n  \
                 </GetCallerIdentityResult>\n  <ResponseMetadata>\n    <RequestId>{request_id}</RequestId>\n  \
                 </ResponseMetadata>\n</GetCallerIdentityResponse>\n"
            );
            xml::answer(StatusCode::OK, xml, request_id)
        }
        Err(refusal) => {
            let (status, code) = refused(refusal.error);
            xml::error(status, code, &refusal.message, request_id)
        }
    }
}

/// Who asks, if that is the question.
async fn identity((service, room): (&Service, &Room), parts: Parts, body: &mut Body) -> Outcome<Caller> {
    let config = &service.config;
    let admitted = admission::admit(config, STS, parts, body, (room, MAX_BODY_BYTES)).await?;
    let arrived = admitted.of_the_right_body()?;
    let form = query::pairs(&String::from_utf8_lossy(&arrived.body));
    let action =
        query::first(&form, "Action").map(str::to_owned).or_else(|| meant::action(&arrived.parts.uri));
    match action.as_deref() {
        Some("GetCallerIdentity") => Ok(arrived.caller),
        Some(action) => {
            Err(Refusal::new(ErrorName::UnknownOperation, format!("{action} is not served here: {SERVED}")))
        }
        None => {
            Err(Refusal::new(ErrorName::UnknownOperation, format!("the request names no Action; {SERVED}")))
        }
    }
}

/// What STS calls it.
fn refused(error: ErrorName) -> (StatusCode, &'static str) {
    match error {
        ErrorName::UnknownOperation => (StatusCode::BAD_REQUEST, "InvalidAction"),
        ErrorName::MissingAuthenticationToken => (StatusCode::FORBIDDEN, "MissingAuthenticationToken"),
        ErrorName::IncompleteSignature => (StatusCode::BAD_REQUEST, "IncompleteSignature"),
        ErrorName::UnrecognizedClient => (StatusCode::FORBIDDEN, "InvalidClientTokenId"),
        ErrorName::InvalidSignature | ErrorName::RequestExpired => {
            (StatusCode::FORBIDDEN, "SignatureDoesNotMatch")
        }
        ErrorName::RequestEntityTooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "RequestEntityTooLarge"),
        ErrorName::RequestTimeout => (StatusCode::REQUEST_TIMEOUT, "RequestTimeout"),
        ErrorName::ServiceUnavailable => (StatusCode::SERVICE_UNAVAILABLE, "ServiceUnavailable"),
        _ => (StatusCode::BAD_REQUEST, "ValidationError"),
    }
}

/// The unique id of a principal: the account for its root user, the role's and the session's for a role, else
/// a user's. It is derived, and so the same at each start.
fn user_id(caller: &Caller) -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let resource = caller.arn.splitn(6, ':').nth(5).unwrap_or_default();
    let unique = |kind: &str, of: &str| {
        let digest = Sha256::digest(format!("{}:{of}", caller.account));
        let letters =
            digest.iter().take(17).map(|byte| char::from(LETTERS[usize::from(*byte) % LETTERS.len()]));
        format!("{kind}{}", letters.collect::<String>())
    };
    match resource.split('/').collect::<Vec<_>>().as_slice() {
        ["root"] => caller.account.clone(),
        ["assumed-role", role @ .., session] => format!("{}:{session}", unique("AROA", &role.join("/"))),
        _ => unique("AIDA", resource),
    }
}
