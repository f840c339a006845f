//! Requests of the owner's that are not as a client makes them.

use serde_json::Value;
use signer_model::Account;
use signer_schemas::Operation;

use crate::data::exchange::Request;
use crate::data::signature::Signature;
use crate::judge::runner::case::Case;
use crate::judge::runner::talk::{Stop, Told};

/// Makes the request for the input, changes it, and sends it.
pub(crate) async fn altered(
    case: &mut Case<'_>,
    operation: Operation,
    input: Value,
    change: impl FnOnce(&mut Request) + Send,
) -> Result<Told, Stop> {
    let mut request = case.request(operation, input)?;
    change(&mut request);
    case.send_raw(Account::Owner, operation, &request).await
}

/// The request under that signature.
pub(crate) async fn signed_so(
    case: &mut Case<'_>,
    signature: Signature,
    operation: Operation,
    input: Value,
) -> Result<Told, Stop> {
    altered(case, operation, input, |request| request.signature = signature).await
}
