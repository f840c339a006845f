//! How requests are signed, in the right way and in ways that are to be refused.

use serde::{Deserialize, Serialize};

/// How a request is signed. What is not [`Signature::Valid`] is there to be refused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Signature {
    /// As it should be.
    #[default]
    Valid,
    /// Not at all.
    Missing,
    /// With an unknown access key.
    UnknownKey,
    /// With another secret than the access key's.
    WrongSecret,
    /// An hour ago.
    Expired,
    /// So many minutes ago.
    Aged(u8),
    /// So many minutes ahead of time.
    Ahead(u8),
    /// With an Authorization header that lacks the signature itself.
    Incomplete,
    /// In the query instead of the Authorization header; as it should be.
    Query,
    /// In the query, by an algorithm that is none.
    QueryAlgorithm,
    /// In the query, as one that expired twenty minutes ago.
    QueryExpired,
    /// With a Date header in the basic format of ISO 8601, and without X-Amz-Date; as it should be.
    DateAlone,
    /// With an X-Amz-Date in the extended format of ISO 8601.
    ExtendedDate,
    /// With a credential that lacks its end.
    OpenCredential,
    /// As it should be, beside a Date header of a year ago.
    TwoDates,
    /// For another service.
    OtherService,
    /// For no Region.
    NoRegion,
    /// For something that is no name of a Region.
    StrangeRegion,
    /// For another body, whose hash a header tells.
    OtherHash,
    /// For another body, of which no header tells anything.
    OtherBody,
    /// With a word in place of the hash of the body.
    PayloadWord,
    /// As it should be, beside a header `x-amz-…` that it does not cover.
    UncoveredHeader,
    /// In the Authorization header and in the query.
    HeaderAndQuery,
    /// With a second Authorization header, after the first one or before it, whose signature is wrong.
    TwoAuthorizations(Wrong),
    /// With a second signature in the Authorization header, which is wrong.
    TwoParts(Wrong),
    /// As it should be, by an identity of the owner's account that no policy permits anything.
    Denied,
    /// As it should be, with temporary credentials of the owner's account.
    Temporary,
    /// With temporary credentials, and without their session token.
    NoToken,
    /// With temporary credentials, and another session token than theirs.
    OtherToken,
}

/// Which of two is the wrong one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Wrong {
    /// The first one.
    First,
    /// The second one.
    Second,
}

impl Signature {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")]
    pub(crate) fn is_valid(&self) -> bool {
        *self == Self::Valid
    }
}
