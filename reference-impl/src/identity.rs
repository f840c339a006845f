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
    /// The session token, where the credentials are temporary: each request has to bring it.
    #[serde(default)]
    pub session_token: Option<String>,
    /// Whether no policy permits the principal anything: it is known, and each of its calls is refused.
    #[serde(default)]
    pub denied: bool,
}

impl Identity {
    /// What a client needs to know of it.
    pub(crate) fn in_words(&self) -> String {
        let Self { account, access_key_id, secret_access_key, session_token, denied, .. } = self;
        let token = session_token.iter().map(|token| format!(", session token {token}"));
        let denied = denied.then(|| ", without permissions".to_owned());
        let more: String = token.chain(denied).collect();
        format!("account {account}: access key {access_key_id}, secret {secret_access_key}{more}")
    }
}

/// The identities in a file.
pub(crate) fn read(path: &Path) -> anyhow::Result<Vec<Identity>> {
    let text = given::text(path, given::IDENTITIES_BYTES).context("it cannot be read")?;
    let identities: Vec<Identity> = serde_json::from_str(&text).context(
        "it is not a JSON list of {\"accessKeyId\",\"secretAccessKey\",\"account\",\"arn\"}, each with \
                  \"sessionToken\" and \"denied\" if need be",
    )?;
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

/// The access key of a user of the first account that no policy permits anything.
pub const DENIED_ACCESS_KEY: &str = "AKIDDENIED00000000";

/// The secret of [`DENIED_ACCESS_KEY`].
pub const DENIED_SECRET_KEY: &str = "denied-secret-for-tests-only";

/// The access key of temporary credentials of the first account.
pub const TEMPORARY_ACCESS_KEY: &str = "ASIATEMPORARY00000";

/// The secret of [`TEMPORARY_ACCESS_KEY`].
pub const TEMPORARY_SECRET_KEY: &str = "temporary-secret-for-tests-only";

/// The session token of [`TEMPORARY_ACCESS_KEY`].
pub const TEMPORARY_SESSION_TOKEN: &str = "session-token-for-tests-only";

/// The built-in identities: one for each of two test accounts, the first of which is `account`, and beside
/// the first one a user without permissions and temporary credentials.
pub fn built_in(account: &str) -> Vec<Identity> {
    let identity = |key: &str, secret: &str, account: &str, arn: String| Identity {
        access_key_id: key.to_owned(),
        secret_access_key: secret.to_owned(),
        account: account.to_owned(),
        arn,
        session_token: None,
        denied: false,
    };
    let user = |account: &str, name: &str| format!("arn:aws:iam::{account}:user/{name}");
    let session = format!("arn:aws:sts::{account}:assumed-role/temporary/session");
    let temporary = identity(TEMPORARY_ACCESS_KEY, TEMPORARY_SECRET_KEY, account, session);
    let denied = identity(DENIED_ACCESS_KEY, DENIED_SECRET_KEY, account, user(account, "denied"));
    vec![
        identity(OWNER_ACCESS_KEY, OWNER_SECRET_KEY, account, user(account, "owner")),
        identity(OTHER_ACCESS_KEY, OTHER_SECRET_KEY, OTHER_ACCOUNT, user(OTHER_ACCOUNT, "other")),
        Identity { denied: true, ..denied },
        Identity { session_token: Some(TEMPORARY_SESSION_TOKEN.to_owned()), ..temporary },
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
    /// Whether no policy permits the principal anything.
    pub denied: bool,
}

impl Caller {
    /// The principal behind an access key, who calls in a Region.
    pub fn new(identity: &Identity, region: &str) -> Self {
        let Identity { account, arn, denied, .. } = identity;
        Self { account: account.clone(), arn: arn.clone(), region: region.to_owned(), denied: *denied }
    }
}

impl<'a> From<&'a Caller> for Asker<'a> {
    fn from(caller: &'a Caller) -> Self {
        Self { account: &caller.account, region: &caller.region }
    }
}
