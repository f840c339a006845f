//! Who calls: access keys and the accounts behind them.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context as _, bail};
use serde::Deserialize;
use signer_objects::Asker;

use crate::given;

/// An access key, its secret and the principal that it belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Identity {
    /// The public half of the credentials.
    pub access_key_id: String,
    /// The secret half.
    pub secret_access_key: String,
    /// The twelve digits of the account.
    pub account: String,
    /// The principal, as it is shown in `requestedBy` and `revokedBy`.
    pub arn: String,
}

/// The identities in a file.
pub(crate) fn read(path: &Path) -> anyhow::Result<Vec<Identity>> {
    let text = given::text(path, given::IDENTITIES_BYTES).context("it cannot be read")?;
    let identities: Vec<Identity> = serde_json::from_str(&text)
        .context("it is not a JSON list of {\"accessKeyId\",\"secretAccessKey\",\"account\",\"arn\"}")?;
    if identities.is_empty() {
        bail!("the list is empty");
    }
    let mut keys = BTreeSet::new();
    for Identity { access_key_id: key, account, .. } in &identities {
        if !is_account(account) {
            bail!("the account of access key {key:?} must be 12 digits, not {account:?}");
        }
        if key.is_empty() || key.contains(['/', ',', ' ']) {
            bail!(
                "{key:?} cannot be an access key: it must not be empty, nor hold a slash, a comma or a blank"
            );
        }
        if !keys.insert(key) {
            bail!("access key {key:?} is there twice");
        }
    }
    Ok(identities)
}

/// Whether a text is the number of an account.
pub(crate) fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The access key of the first built-in test account.
pub const OWNER_ACCESS_KEY: &str = "AKIDOWNER000000000";

/// The secret of [`OWNER_ACCESS_KEY`].
pub const OWNER_SECRET_KEY: &str = "owner-secret-for-tests-only";

/// The first built-in test account.
pub const OWNER_ACCOUNT: &str = "111122223333";

/// The access key of the second built-in test account.
pub const OTHER_ACCESS_KEY: &str = "AKIDOTHER000000000";

/// The secret of [`OTHER_ACCESS_KEY`].
pub const OTHER_SECRET_KEY: &str = "other-secret-for-tests-only";

/// The second built-in test account.
pub const OTHER_ACCOUNT: &str = "444455556666";

/// The two built-in test accounts; the first one lives in `account`.
pub fn built_in(account: &str) -> Vec<Identity> {
    let identity = |key: &str, secret: &str, account: &str, user: &str| Identity {
        access_key_id: key.to_owned(),
        secret_access_key: secret.to_owned(),
        account: account.to_owned(),
        arn: format!("arn:aws:iam::{account}:user/{user}"),
    };
    vec![
        identity(OWNER_ACCESS_KEY, OWNER_SECRET_KEY, account, "owner"),
        identity(OTHER_ACCESS_KEY, OTHER_SECRET_KEY, OTHER_ACCOUNT, "other"),
    ]
}

/// Who makes a call, and in which Region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The twelve digits of the account.
    pub account: String,
    /// The principal's ARN.
    pub arn: String,
    /// The Region that the request is for: the one in the scope of its signature, or the server's own.
    pub region: String,
}

impl Caller {
    /// The principal behind an access key, who calls in a Region.
    pub fn new(identity: &Identity, region: &str) -> Self {
        Self { account: identity.account.clone(), arn: identity.arn.clone(), region: region.to_owned() }
    }
}

impl<'a> From<&'a Caller> for Asker<'a> {
    fn from(caller: &'a Caller) -> Self {
        Self { account: &caller.account, region: &caller.region }
    }
}
