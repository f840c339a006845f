//! What a target can do beyond answering, and what a run was given to ask it with.

use serde::{Deserialize, Serialize};

/// What a target can do beyond answering.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is an independent yes or no of the report's format")]
pub struct Capabilities {
    /// `StartSigningJob` exists.
    pub jobs: bool,
    /// There is an S3 that takes the source objects.
    pub s3: bool,
    /// `SignPayload` exists.
    pub signature: bool,
    /// The two identities belong to two accounts.
    pub cross_account: bool,
    /// Unsigned requests are refused.
    pub auth: bool,
    /// Requests that are signed for another Region are served in that one.
    #[serde(default)]
    pub second_region: bool,
    /// An identity that no policy permits anything is given.
    #[serde(default)]
    pub denied: bool,
    /// Temporary credentials are given.
    #[serde(default)]
    pub temporary: bool,
}

impl Capabilities {
    /// What reports call them, and whether they are there.
    pub(crate) const fn named(self) -> [(&'static str, bool); 8] {
        [
            ("jobs", self.jobs),
            ("S3", self.s3),
            ("SignPayload", self.signature),
            ("two accounts", self.cross_account),
            ("authentication", self.auth),
            ("two Regions", self.second_region),
            ("an identity without permissions", self.denied),
            ("temporary credentials", self.temporary),
        ]
    }
}
