//! What is learnt of a target before the first case: whether it is a Signer at all, which operations it has,
//! whose accounts the identities are, which platforms it offers, and whether there is an S3.

mod advice;
pub(crate) mod doctor;
pub(crate) mod recognise;
mod region;

use serde_json::json;
use signer_model::{Account, P0, Platform, PlatformSet, Request as Ask};
use signer_schemas::Operation;

use crate::data::capabilities::Capabilities;
use crate::data::context::{Context, Fixture};
use crate::data::exchange::{Request, Response, Service, Silence};
use crate::data::run::{Buckets, Cut, RunOptions, TargetInfo};
use crate::data::signature::Signature;
use crate::line::endpoint::Endpoint;
use crate::line::wire::encode::{encode, percent_encode};
use crate::operations::{self, Bindings};
use crate::run::preflight::recognise::{Impression, is_unauthorized, is_unimplemented, told};

/// The run cannot begin.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// No response.
    #[error("{endpoint} does not answer: {silence}")]
    Unreachable {
        /// Who was asked.
        endpoint: String,
        /// What came instead of an answer.
        silence: Silence,
    },
    /// A server answers, but it is no Signer.
    #[error(
        "{endpoint} does not speak the Signer API: {observed}; `doctor` with the same options says what to do"
    )]
    NotASigner {
        /// Who was asked.
        endpoint: String,
        /// What came.
        observed: String,
    },
    /// The server throttles, again and again.
    #[error("{endpoint} is asked too often: {observed}; wait a while, or ask less often with --rate 1/s")]
    Throttled {
        /// Who was asked.
        endpoint: String,
        /// What came.
        observed: String,
    },
    /// The target refuses the identities.
    #[error(
        "{endpoint} refuses the credentials: {observed}; give others with --access-key and --secret-key, or \
         none with --no-sign-request"
    )]
    Unauthorized {
        /// Who was asked.
        endpoint: String,
        /// What came.
        observed: String,
    },
    /// The target refuses the second identity, which the user gives.
    #[error(
        "{endpoint} refuses the credentials of the second account: {observed}; give others with \
         --other-access-key and --other-secret-key, or none"
    )]
    OtherUnauthorized {
        /// Who was asked.
        endpoint: String,
        /// What came.
        observed: String,
    },
    /// The target refuses the second Region, which the user names.
    #[error(
        "{endpoint} does not serve the Region {region}: {observed}; name another with --second-region, or \
         none"
    )]
    SecondRegion {
        /// Who was asked.
        endpoint: String,
        /// The Region.
        region: String,
        /// What came.
        observed: String,
    },
    /// The user's limits leave no room for a run.
    #[error("the run ended before its first case: {}; nothing can be said of the target", .0.words())]
    Cut(Cut),
    /// The user names buckets that cannot be used.
    #[error(
        "{endpoint}: no object can be put into the buckets of --source-bucket and --destination-bucket; \
         `doctor` with the same options says why"
    )]
    Buckets {
        /// Who was asked.
        endpoint: String,
    },
}

/// What tells apart the names in requests of either account, by how often they were sent.
const OWNED: [&str; 3] = ["pre", "prf", "prg"];
const OTHERS: [&str; 3] = ["pro", "prp", "prq"];

const APP_ZIP: &[u8] = include_bytes!("../../../fixtures/app.zip");

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

/// Refuses to go on with a second identity that the target does not take, if it takes the first: a part of
/// the plan would be left out.
async fn check_other_identity(endpoint: &dyn Endpoint, context: &Context) -> Result<(), RunError> {
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

/// What is known before anything was asked.
fn blank(options: &RunOptions, now_s: i64) -> Context {
    Context {
        edition: options.edition,
        prefix: options.prefix.clone(),
        region: "us-east-1".to_owned(),
        second_region: None,
        owner_account: "000000000000".to_owned(),
        other_account: "000000000001".to_owned(),
        cross_account: false,
        now_s,
        fixture: None,
        platforms: PlatformSet::ALL,
        unlisted: PlatformSet::EMPTY,
    }
}

impl RunOptions {
    fn edition_has(&self, operation: Operation) -> bool {
        signer_schemas::operation(self.edition, operation).is_some()
    }
}

/// How long a target that is asked too much is left alone, if it does not say so itself.
const PAUSE: std::time::Duration = std::time::Duration::from_millis(500);

/// Asks, and asks again under other names if no answer comes: what was asked may have been done all the same.
/// So too if the target is asked too much, or breaks down: what it is must be known before anything is held
/// against it.
async fn ask(
    endpoint: &dyn Endpoint,
    context: &Context,
    by: Account,
    operation: Operation,
    tags: [&str; 3],
) -> Result<Response, Silence> {
    insist(endpoint, by, tags, |tag| request_as(context, operation, tag)).await
}

async fn insist(
    endpoint: &dyn Endpoint,
    by: Account,
    tags: [&str; 3],
    request: impl Fn(&str) -> Request,
) -> Result<Response, Silence> {
    let [first, others @ ..] = tags;
    let mut outcome = endpoint.send(by, &request(first)).await;
    for tag in others {
        match &outcome {
            Ok(response)
                if is_unimplemented(response) || !response.is_throttled() && response.status < 500 =>
            {
                break;
            }
            Ok(_) => endpoint.pause(PAUSE).await,
            Err(_) => {}
        }
        outcome = endpoint.send(by, &request(tag)).await;
    }
    outcome
}

fn request(context: &Context, operation: Operation) -> Request {
    request_as(context, operation, OWNED[0])
}

fn request_as(context: &Context, operation: Operation, tag: &str) -> Request {
    let call = (operations::adapter(operation).sample)(context).by_owner();
    let input = operations::input(context, &Bindings::new(context, tag), &call);
    match signer_schemas::operation(context.edition, operation) {
        Some(document) => encode(document, &input),
        None => Request { method: "GET".to_owned(), target: "/".to_owned(), ..Request::default() },
    }
}

/// Who is asked, and through which proxy: that one may be who answers, or who does not.
fn place(endpoint: &dyn Endpoint) -> String {
    let through = endpoint.proxy(Service::Signer).map(|proxy| format!(" (through {proxy})"));
    format!("{}{}", endpoint.describe(), through.unwrap_or_default())
}

fn unreachable(endpoint: &dyn Endpoint, silence: Silence) -> RunError {
    RunError::Unreachable { endpoint: place(endpoint), silence }
}

/// Takes what an answer tells of platforms and accounts.
fn learn(context: &mut Context, operation: Operation, response: &Response) {
    let Some(answer) = response.json().filter(|_| response.is_success()) else { return };
    if operation == Operation::PutSigningProfile
        && let Some((region, account)) =
            answer.get("arn").and_then(|arn| arn.as_str()).and_then(region_and_account)
    {
        context.region = region;
        context.owner_account = account;
    }
}

/// No catalogue of platforms is as long as this, in pages or in bytes.
const MOST_PLATFORM_PAGES: usize = 30;
const MOST_PLATFORM_BYTES: usize = 1 << 20;

/// The pages after the first.
async fn more_platforms(
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
async fn unlisted(endpoint: &dyn Endpoint, context: &Context) -> PlatformSet {
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

/// Whether any of the ways not to be somebody is refused. That there is no such operation is no refusal.
async fn authenticates(endpoint: &dyn Endpoint, context: &Context) -> bool {
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
async fn accounts(endpoint: &dyn Endpoint, context: &mut Context) -> Result<(), RunError> {
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
fn region_and_account(arn: &str) -> Option<(String, String)> {
    let mut parts = arn.split(':').skip(3);
    let (region, account) = (parts.next()?, parts.next()?);
    let is_region = (1..=32).contains(&region.len())
        && region.starts_with(|first: char| first.is_ascii_lowercase())
        && region.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    (is_region && is_account).then(|| (region.to_owned(), account.to_owned()))
}

/// No S3 gives longer versions.
const LONGEST_VERSION: usize = 1024;

/// Puts an object to sign into the S3 beside the Signer: into the buckets that the user names, else into
/// buckets of the run, versioned if that can be had.
async fn fixture(endpoint: &dyn Endpoint, context: &Context, buckets: &Buckets) -> Option<Fixture> {
    const VERSIONING: &str = r#"<VersioningConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Status>Enabled</Status></VersioningConfiguration>"#;
    let prefix = context.prefix.to_lowercase();
    let source = buckets.source.clone().unwrap_or_else(|| format!("{prefix}-source"));
    let destination = buckets.destination.clone().unwrap_or_else(|| format!("{prefix}-destination"));
    for (bucket, given) in [(&source, &buckets.source), (&destination, &buckets.destination)] {
        if given.is_none() {
            endpoint.send_s3(&put(format!("/{bucket}"), b"")).await.ok().filter(Response::is_success)?;
            if context.cross_account {
                // An S3 without policies does not keep accounts apart.
                let _ = endpoint
                    .send_s3(&put(format!("/{bucket}?policy="), shared(context, bucket).as_bytes()))
                    .await;
            }
        }
    }
    if buckets.source.is_none() {
        // An S3 without versions serves the version `null`.
        let _ = endpoint.send_s3(&put(format!("/{source}?versioning="), VERSIONING.as_bytes())).await;
    }
    let key = if buckets.source.is_none() { "app.zip".to_owned() } else { format!("{prefix}/app.zip") };
    let stored = endpoint
        .send_s3(&put(format!("/{source}/{key}"), APP_ZIP))
        .await
        .ok()
        .filter(Response::is_success)?;
    Some(Fixture {
        source_bucket: source,
        key,
        version: stored
            .header("x-amz-version-id")
            .filter(|version| version.len() <= LONGEST_VERSION)
            .unwrap_or("null")
            .to_owned(),
        destination_bucket: destination,
    })
}

/// The policy that lets the other account's jobs read and write in a bucket, too.
fn shared(context: &Context, bucket: &str) -> String {
    json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Principal": { "AWS": format!("arn:aws:iam::{}:root", context.account(Account::Other)) },
            "Action": ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"],
            "Resource": format!("arn:aws:s3:::{bucket}/*"),
        }],
    })
    .to_string()
}

fn put(target: String, body: &[u8]) -> Request {
    Request { method: "PUT".to_owned(), target, body: body.to_vec(), ..Request::default() }
}

#[cfg(test)]
mod tests;
