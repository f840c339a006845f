//! Whose the identities are, and whether the target asks who somebody is.

use signer_model::Account;
use signer_schemas::Operation;

use crate::data::context::Context;
use crate::data::exchange::{Request, Response};
use crate::data::signature::Signature;
use crate::line::endpoint::Endpoint;
use crate::run::preflight::asking::{OTHERS, ask, place, request, unreachable};
use crate::run::preflight::error::RunError;
use crate::run::preflight::recognise::{is_unauthorized, is_unimplemented, told};

/// Refuses to go on with a second identity that the target does not take, if it takes the first: a part of
/// the plan would be left out.
pub(super) async fn check_other_identity(endpoint: &dyn Endpoint, context: &Context) -> Result<(), RunError> {
    let question = request(context, Operation::ListSigningPlatforms);
    let [owner, other] = [Account::Owner, Account::Other].map(|by| endpoint.send(by, &question));
    // What else may be wrong shows when the run looks at the target.
    match (owner.await, other.await) {
        (Ok(owner), Ok(other)) if is_unauthorized(&other) && !is_unauthorized(&owner) => {
            Err(RunError::OtherUnauthorized { endpoint: place(endpoint), observed: told(&other) })
        }
        _ => Ok(()),
    }
}

/// Takes what an answer tells of platforms and accounts.
pub(super) fn learn(context: &mut Context, operation: Operation, response: &Response) {
    let Some(answer) = response.json().filter(|_| response.is_success()) else { return };
    if operation == Operation::PutSigningProfile
        && let Some((region, account)) =
            answer.get("arn").and_then(|arn| arn.as_str()).and_then(region_and_account)
    {
        context.region = region;
        context.owner_account = account;
    }
}

/// Whether any of the ways not to be somebody is refused. That there is no such operation is no refusal.
pub(super) async fn authenticates(endpoint: &dyn Endpoint, context: &Context) -> bool {
    let refuses =
        |response: Response| matches!(response.status, 400 | 401 | 403) && !is_unimplemented(&response);
    for signature in [Signature::Missing, Signature::UnknownKey, Signature::WrongSecret] {
        let request = Request { signature, ..request(context, Operation::ListSigningPlatforms) };
        if endpoint.send(Account::Owner, &request).await.is_ok_and(refuses) {
            return true;
        }
    }
    false
}

/// The other identity's account, told by the ARN of a profile that it makes.
pub(super) async fn accounts(endpoint: &dyn Endpoint, context: &mut Context) -> Result<(), RunError> {
    let asked = ask(endpoint, context, Account::Other, Operation::PutSigningProfile, OTHERS).await;
    let response = asked.map_err(|silence| unreachable(endpoint, silence))?;
    let told = response
        .json()
        .and_then(|answer| answer.get("arn").and_then(|arn| arn.as_str()).and_then(region_and_account));
    if let Some((_, account)) = told.filter(|_| response.is_success()) {
        context.cross_account = account != context.owner_account;
        context.other_account = account;
    }
    if !context.cross_account {
        // A permission for a third account can be given without having one.
        let third = if context.owner_account == "999988887777" { "888877776666" } else { "999988887777" };
        third.clone_into(&mut context.other_account);
    }
    Ok(())
}

/// The region and the account in an ARN, if they are what such things are.
pub(super) fn region_and_account(arn: &str) -> Option<(String, String)> {
    let mut parts = arn.split(':').skip(3);
    let (region, account) = (parts.next()?, parts.next()?);
    let is_region = (1..=32).contains(&region.len())
        && region.starts_with(|first: char| first.is_ascii_lowercase())
        && region.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    (is_region && is_account).then(|| (region.to_owned(), account.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::region_and_account;

    #[test]
    fn only_a_region_and_an_account_are_taken_from_an_arn() {
        let arn = |region: &str, account: &str| {
            region_and_account(&format!("arn:aws:signer:{region}:{account}:/signing-profiles/p"))
        };
        let both = |region: &str, account: &str| Some((region.to_owned(), account.to_owned()));
        assert_eq!(arn("us-gov-west-1", "111122223333"), both("us-gov-west-1", "111122223333"));
        assert_eq!(arn("local", "000000000000"), both("local", "000000000000"));
        for account in [
            "$(>CANARY12)",
            "$(sh<./a.sh)",
            "11112222333",
            "1111222233334",
            "11112222333\u{661}",
            "-11112222333",
            "",
        ] {
            assert_eq!(arn("us-east-1", account), None, "{account:?}");
        }
        for region in
            ["", "$(id)", "-east-1", "us east 1", "us-east-1\n", "US", "us-\u{202e}1", &"a".repeat(33)]
        {
            assert_eq!(arn(region, "111122223333"), None, "{region:?}");
        }
        assert_eq!(region_and_account("arn:aws"), None);
    }
}
