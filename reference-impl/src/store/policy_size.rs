//! How large a policy is: its statements as a compact JSON array.

use serde_json::json;

use crate::error::{ErrorName, Outcome, Refusal};
use crate::store::policy::Statement;

/// How a principal counts in the size of a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Principals {
    /// As it was given: so it is with the limit.
    AsGiven,
    /// An account as the ARN of its root: so it is with the size that is told.
    Expanded,
}

/// The length of the statements as a compact JSON array; a policy without statements has none.
pub(crate) fn policy_bytes(arn: &str, statements: &[Statement], principals: Principals) -> usize {
    if statements.is_empty() {
        return 0;
    }
    let statements: Vec<_> = statements
        .iter()
        .map(|statement| {
            let principal = match principals {
                Principals::Expanded if is_account(&statement.principal) => {
                    root_arn(arn, &statement.principal)
                }
                Principals::Expanded | Principals::AsGiven => statement.principal.clone(),
            };
            let mut counted = json!({
                "Sid": statement.id,
                "Effect": "Allow",
                "Principal": {"AWS": principal},
                "Action": statement.action,
                "Resource": arn,
            });
            if let Some(version) = &statement.profile_version {
                counted["Condition"] = json!({"StringEquals": {"signer:ProfileVersion": version}});
            }
            counted
        })
        .collect();
    json!(statements).to_string().len()
}

/// Refuses statements that are too large for a policy.
pub(crate) fn check_size(arn: &str, statements: &[Statement], principals: Principals) -> Outcome<()> {
    if policy_bytes(arn, statements, principals) <= MAX_POLICY_BYTES {
        return Ok(());
    }
    let message = format!("Policy cannot exceed maximum size of {MAX_POLICY_BYTES} bytes");
    Err(Refusal::new(ErrorName::ServiceLimitExceeded, message).with_code("ServiceLimitExceeded"))
}

const MAX_POLICY_BYTES: usize = 2000;

/// The ARN of an account's root, in the partition of another ARN.
fn root_arn(beside: &str, account: &str) -> String {
    format!("arn:{}:iam::{account}:root", beside.split(':').nth(1).unwrap_or_default())
}

/// Whether a principal is an account.
pub(super) fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}
