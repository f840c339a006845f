//! What the requests of a minimal program take for granted: accounts, a region, and buckets with an object to
//! sign.

use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::data::run::{Root, TargetInfo};
use crate::report::bound::{Bound, names};

/// The file that each run puts into its bucket.
pub(super) const APP_ZIP: &[u8] = include_bytes!("../../fixtures/app.zip");

/// What a later run has other values for. Each is there only if a request names it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Circumstances {
    /// What every name begins with.
    pub(super) prefix: String,
    /// The first identity's account.
    pub(super) owner_account: Option<String>,
    /// The second identity's account.
    pub(super) other_account: Option<String>,
    /// The region in ARNs.
    pub(super) region: Option<String>,
    /// What jobs read from and write to.
    pub(super) objects: Option<Objects>,
}

/// What jobs read from and write to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Objects {
    /// The bucket of the object to sign.
    pub(super) source: Bucket,
    /// The object's key.
    pub(super) key: String,
    /// The object's version; empty if it has none that could be told from other texts.
    pub(super) version: String,
    /// The bucket of signed objects.
    pub(super) destination: Bucket,
}

/// A bucket.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Bucket {
    /// Its name in the run.
    pub(super) name: String,
    /// It was there before the run, which was given its name.
    pub(super) is_given: bool,
}

impl Circumstances {
    /// What the requests of a root take for granted.
    pub(super) fn new(root: &Root, target: &TargetInfo) -> Self {
        let named = |value: &String| {
            !value.is_empty() && root.exchanges.iter().any(|exchange| names(&exchange.request, value))
        };
        let account = |account: &String| Some(account.clone()).filter(named);
        Self {
            prefix: root.prefix.clone(),
            owner_account: account(&target.owner_account),
            // Without a second account its place is taken by a made-up one.
            other_account: account(&target.other_account).filter(|_| target.capabilities.cross_account),
            region: region(root, &target.owner_account).filter(named),
            objects: objects(root).filter(|objects| {
                target.capabilities.s3 && (named(&objects.source.name) || named(&objects.destination.name))
            }),
        }
    }

    /// Binds each value to its variable, which a language spells in its way.
    pub(super) fn bind(&self, bound: &mut Bound, spelt: fn(&str) -> String) {
        bound.bind(&self.prefix, &spelt("RUN"));
        bound.bind(self.region.as_deref().unwrap_or_default(), &spelt("AWS_REGION"));
        bound.bind_account(self.owner_account.as_deref().unwrap_or_default(), &spelt("SIGNER_ACCOUNT"));
        bound.bind_account(self.other_account.as_deref().unwrap_or_default(), &spelt("SIGNER_OTHER_ACCOUNT"));
        if let Some(objects) = &self.objects {
            bound.bind(&objects.source.name, &spelt("SOURCE_BUCKET"));
            bound.bind(&objects.version, &spelt("SOURCE_VERSION"));
            bound.bind(&objects.destination.name, &spelt("DESTINATION_BUCKET"));
        }
    }
}

/// The region beside the account in an ARN: of an answer, as a request may name another region on purpose;
/// else of a request.
fn region(root: &Root, account: &str) -> Option<String> {
    let answers = root
        .exchanges
        .iter()
        .filter_map(|exchange| exchange.outcome.as_ref().ok())
        .map(|answer| text(&answer.body));
    let requests = root.exchanges.iter().map(|exchange| {
        let target = percent_decode_str(&exchange.request.target).decode_utf8_lossy().into_owned();
        format!("{target} {}", text(&exchange.request.body))
    });
    answers.chain(requests).find_map(|text| region_in(&text, account))
}

fn region_in(text: &str, account: &str) -> Option<String> {
    let beside = format!(":{account}:");
    let mut heads = text.match_indices(&beside).map(|(at, _)| &text[..at]);
    let fits = |region: &&str| {
        !region.is_empty() && region.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    heads.find_map(|head| head.rsplit(':').next().filter(fits).map(str::to_owned))
}

/// The buckets and the object, as the bodies name them: those of the run's own prefix, or else those that it
/// was given.
fn objects(root: &Root) -> Option<Objects> {
    if root.prefix.is_empty() {
        return None;
    }
    let prefix = root.prefix.to_lowercase();
    let bodies: Vec<Value> = root
        .exchanges
        .iter()
        .filter_map(|exchange| serde_json::from_slice(&exchange.request.body).ok())
        .collect();
    let sources: Vec<&Value> = bodies.iter().filter_map(|body| body.pointer("/source/s3")).collect();
    let (own_key, given_key) = ("app.zip", format!("{prefix}/app.zip"));
    let of_the_run =
        |object: &&&Value| [own_key, &given_key, "missing.zip"].iter().any(|key| object["key"] == *key);
    let source = bucket(
        &format!("{prefix}-source"),
        sources.iter().filter(of_the_run).map(|object| &object["bucketName"]),
    );
    let destinations = bodies.iter().filter_map(|body| body.pointer("/destination/s3/bucketName"));
    let destination = bucket(&format!("{prefix}-destination"), destinations);
    let key = if source.is_given { given_key } else { own_key.to_owned() };
    let is_it =
        |object: &&&Value| object["bucketName"] == source.name.as_str() && object["key"] == key.as_str();
    let version = sources
        .iter()
        .filter(is_it)
        .find_map(|object| object["version"].as_str().filter(|version| is_version(version)));
    Some(Objects { version: version.unwrap_or_default().to_owned(), source, key, destination })
}

/// A bucket by the run's own name if that is given, else by one that S3 has.
fn bucket<'a>(own: &str, told: impl Iterator<Item = &'a Value>) -> Bucket {
    let names: Vec<&str> = told.filter_map(Value::as_str).collect();
    let given = if names.contains(&own) { None } else { names.into_iter().find(|name| is_bucket(name)) };
    Bucket { is_given: given.is_some(), name: given.unwrap_or(own).to_owned() }
}

/// Whether an S3 could have a bucket of that name.
fn is_bucket(name: &str) -> bool {
    (3..=63).contains(&name.len())
        && name.starts_with(|first: char| first.is_ascii_alphanumeric())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte))
}

/// Whether an S3 may have made it: neither `null` nor something that is wrong on purpose.
fn is_version(text: &str) -> bool {
    text.len() >= 16 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
