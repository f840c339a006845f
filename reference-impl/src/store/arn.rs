//! The ARNs of profiles and jobs, and the Regions in them.

use std::sync::Arc;

/// The name of a Region, such as `us-east-1`.
pub type Region = Arc<str>;

/// The partition of a region, as it stands in ARNs.
pub(crate) fn partition(region: &str) -> &'static str {
    if region.starts_with("cn-") {
        "aws-cn"
    } else if region.starts_with("us-gov-") {
        "aws-us-gov"
    } else {
        "aws"
    }
}

/// Region and rest of an ARN of this service, if the Region lies in the partition that the ARN names.
pub(crate) fn regional(arn: &str) -> Option<(&str, &str)> {
    let (named, rest) = arn.strip_prefix("arn:")?.split_once(":signer:")?;
    let (region, rest) = rest.split_once(':')?;
    (named == partition(region)).then_some((region, rest))
}

/// The ARN of a profile. A slash follows the colon after the account.
pub fn profile_arn(region: &str, account: &str, name: &str) -> String {
    format!("arn:{}:signer:{region}:{account}:/signing-profiles/{name}", partition(region))
}

/// The ARN of a job. [`crate::store::job::Job::arn`] is that of one at hand.
pub fn job_arn(region: &str, account: &str, id: &str) -> String {
    format!("arn:{}:signer:{region}:{account}:/signing-jobs/{id}", partition(region))
}
