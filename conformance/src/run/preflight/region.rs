//! Whether the target serves another Region beside the one that requests are signed for.

use signer_model::Account;
use signer_schemas::Operation;

use crate::data::context::Context;
use crate::data::exchange::Request;
use crate::line::endpoint::Endpoint;
use crate::run::preflight::accounts::region_and_account;
use crate::run::preflight::asking::{insist, request_as, unreachable};
use crate::run::preflight::error::RunError;
use crate::run::preflight::recognise::{is_unauthorized, told};

/// What tells apart the names that requests for the other Region use, by how often they were sent.
const TAGS: [&str; 3] = ["prr", "prs", "prt"];

/// Another Region of the target, if it serves one. One that is `given` is taken at the user's word: it must
/// not be refused, and what the target makes of it is for the scenes to judge. Without one a target counts as
/// serving another if the ARN of a profile that was asked for there names it: one that serves a single Region
/// refuses the request, or takes no notice.
pub(super) async fn second(
    endpoint: &dyn Endpoint,
    context: &Context,
    given: Option<&str>,
) -> Result<Option<String>, RunError> {
    let region = given.unwrap_or_else(|| another(&context.region));
    let there = |operation| {
        move |tag: &str| Request { region: Some(region.to_owned()), ..request_as(context, operation, tag) }
    };
    let list = insist(endpoint, Account::Owner, TAGS, there(Operation::ListSigningPlatforms)).await;
    let list = list.map_err(|silence| unreachable(endpoint, silence))?;
    if given.is_some() && is_unauthorized(&list) {
        return Err(RunError::SecondRegion {
            endpoint: endpoint.describe(),
            region: region.to_owned(),
            observed: told(&list),
        });
    }
    if given.is_some() {
        return Ok(Some(region.to_owned()));
    }
    if !list.is_success() {
        return Ok(None);
    }
    let made = insist(endpoint, Account::Owner, TAGS, there(Operation::PutSigningProfile)).await;
    let made = made.map_err(|silence| unreachable(endpoint, silence))?;
    let arn = made
        .json()
        .filter(|_| made.is_success())
        .and_then(|answer| Some(answer.get("arn")?.as_str()?.to_owned()));
    let is_there = arn.as_deref().and_then(region_and_account).is_some_and(|(told, _)| told == region);
    Ok(is_there.then(|| region.to_owned()))
}

/// Another Region of the same partition.
fn another(region: &str) -> &'static str {
    let [first, second] = if region.starts_with("cn-") {
        ["cn-north-1", "cn-northwest-1"]
    } else if region.starts_with("us-gov-") {
        ["us-gov-west-1", "us-gov-east-1"]
    } else {
        ["eu-central-1", "us-east-1"]
    };
    if region == first { second } else { first }
}
