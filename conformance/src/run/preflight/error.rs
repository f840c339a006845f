//! Why a run cannot begin.

use crate::data::exchange::Silence;
use crate::data::run::Cut;

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
