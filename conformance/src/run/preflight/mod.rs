//! What is learnt of a target before the first case: whether it is a Signer at all, which operations it has,
//! whose accounts the identities are, which platforms it offers, and whether there is an S3.

mod accounts;
mod advice;
mod asking;
pub(crate) mod doctor;
pub(crate) mod error;
mod fixture;
mod platforms;
pub(crate) mod recognise;
mod region;

use signer_model::Account;
use signer_schemas::Operation;

use crate::data::capabilities::Capabilities;
use crate::data::context::Context;
use crate::data::run::{Buckets, RunOptions, TargetInfo};
use crate::data::signature::Signature;
use crate::line::endpoint::Endpoint;
use crate::run::preflight::accounts::{accounts, authenticates, check_other_identity, learn};
use crate::run::preflight::asking::{OWNED, ask, blank, place, unreachable};
use crate::run::preflight::error::RunError;
use crate::run::preflight::fixture::fixture;
use crate::run::preflight::platforms::{more_platforms, unlisted};
use crate::run::preflight::recognise::{Impression, is_unauthorized, is_unimplemented, told};

/// Asks each operation once.
pub async fn preflight(
    endpoint: &dyn Endpoint,
    options: &RunOptions,
    now_s: i64,
) -> Result<(Context, TargetInfo), RunError> {
    let mut context = blank(options, now_s);
    if options.other_is_given {
        check_other_identity(endpoint, &context).await?;
    }
    let (at, name, host) = (endpoint.describe(), endpoint.name(), endpoint.host());
    let mut target = TargetInfo { endpoint: at, name, host, ..TargetInfo::default() };
    let mut strange = None;
    let mut impression = Impression::default();
    for document in signer_schemas::operations(options.edition) {
        let asked = ask(endpoint, &context, Account::Owner, document.operation, OWNED).await;
        let response = asked.map_err(|silence| unreachable(endpoint, silence))?;
        // A gateway also answers 503 when its backend is unreachable.
        if response.is_throttled() && response.status != 503 && !impression.speaks() {
            return Err(RunError::Throttled { endpoint: place(endpoint), observed: told(&response) });
        }
        impression.take(document, &response);
        strange.get_or_insert_with(|| format!("{} {}: {}", document.method, document.uri, told(&response)));
        if is_unimplemented(&response) {
            target.unimplemented.push(document.operation);
            continue;
        }
        if is_unauthorized(&response) {
            return Err(RunError::Unauthorized { endpoint: place(endpoint), observed: told(&response) });
        }
        learn(&mut context, document.operation, &response);
        if document.operation == Operation::ListSigningPlatforms {
            let listed = more_platforms(endpoint, &mut context, &response).await;
            listed.map_err(|silence| unreachable(endpoint, silence))?;
        }
    }
    if !impression.is_of_a_signer() {
        let same = impression.sameness().filter(|_| impression.speaks()).map(|what| format!("{what}; "));
        let observed = same.unwrap_or_default() + &strange.unwrap_or_default();
        return Err(RunError::NotASigner { endpoint: place(endpoint), observed });
    }
    accounts(endpoint, &mut context).await?;
    if !target.unimplemented.contains(&Operation::PutSigningProfile) {
        context.unlisted = unlisted(endpoint, &context).await;
    }
    context.second_region = region::second(endpoint, &context, options.second_region.as_deref()).await?;
    let has = |operation| options.edition_has(operation) && !target.unimplemented.contains(&operation);
    if has(Operation::StartSigningJob) {
        context.fixture = fixture(endpoint, &context, &options.buckets).await;
        if context.fixture.is_none() && options.buckets != Buckets::default() {
            return Err(RunError::Buckets { endpoint: endpoint.describe() });
        }
    }
    let auth = authenticates(endpoint, &context).await;
    target.capabilities = Capabilities {
        jobs: has(Operation::StartSigningJob),
        s3: context.fixture.is_some(),
        signature: has(Operation::SignPayload),
        cross_account: context.cross_account,
        auth,
        second_region: context.second_region.is_some(),
        denied: auth && endpoint.can_sign(Account::Owner, Signature::Denied),
        temporary: auth && endpoint.can_sign(Account::Owner, Signature::Temporary),
    };
    target.owner_account.clone_from(&context.owner_account);
    target.other_account.clone_from(&context.other_account);
    Ok((context, target))
}

impl RunOptions {
    fn edition_has(&self, operation: Operation) -> bool {
        signer_schemas::operation(self.edition, operation).is_some()
    }
}
