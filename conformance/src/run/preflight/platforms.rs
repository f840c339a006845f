//! Which platforms the target offers, listed or not.

use signer_model::{Account, P0, Platform, PlatformSet, Request as Ask};
use signer_schemas::Operation;

use crate::data::context::Context;
use crate::data::exchange::{Response, Silence};
use crate::line::endpoint::Endpoint;
use crate::line::wire::encode::{encode, percent_encode};
use crate::operations::{self, Bindings};
use crate::run::preflight::asking::request;

/// No catalogue of platforms is as long as this, in pages or in bytes.
const MOST_PLATFORM_PAGES: usize = 30;
const MOST_PLATFORM_BYTES: usize = 1 << 20;

/// The pages after the first.
pub(super) async fn more_platforms(
    endpoint: &dyn Endpoint,
    context: &mut Context,
    first: &Response,
) -> Result<(), Silence> {
    let mut pages = vec![first.json().unwrap_or_default()];
    let mut bytes = first.size();
    while let Some(token) =
        pages.last().and_then(|page| page.get("nextToken")?.as_str()).filter(|token| !token.is_empty())
    {
        let token = format!("?nextToken={}", percent_encode(token));
        let mut next = request(context, Operation::ListSigningPlatforms);
        next.target.push_str(&token);
        let response = endpoint.send(Account::Owner, &next).await?;
        bytes += response.size();
        if !response.is_success() || pages.len() >= MOST_PLATFORM_PAGES || bytes > MOST_PLATFORM_BYTES {
            break;
        }
        pages.push(response.json().unwrap_or_default());
    }
    let listed = operations::listed(&pages);
    if !listed.is_empty() {
        context.platforms = listed;
    }
    Ok(())
}

/// The platforms that the target does not list, and yet makes a profile on.
pub(super) async fn unlisted(endpoint: &dyn Endpoint, context: &Context) -> PlatformSet {
    let mut unlisted = PlatformSet::EMPTY;
    let Some(document) = signer_schemas::operation(context.edition, Operation::PutSigningProfile) else {
        return unlisted;
    };
    for (index, platform) in
        Platform::ALL.into_iter().filter(|platform| !context.platforms.contains(*platform)).enumerate()
    {
        let call = Ask::put(context.edition, P0, platform).by_owner();
        let input = operations::input(context, &Bindings::new(context, &format!("pru{index}")), &call);
        if endpoint
            .send(Account::Owner, &encode(document, &input))
            .await
            .is_ok_and(|response| response.is_success())
        {
            unlisted.insert(platform);
        }
    }
    unlisted
}
