//! What a list is asked for: its filters, and the size of its pages.

use serde::{Deserialize, Serialize};

use crate::call::{Account, JobStatus, ProfileStatus};
use crate::platform::Platform;

/// Which side of one month from now a signature's expiry lies on: the default validity ends after it, one day
/// before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Expiry {
    /// `signatureExpiresBefore`
    Before,
    /// `signatureExpiresAfter`
    After,
}

/// The filters of `ListSigningJobs`; those that are `None` are not sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct JobFilter {
    /// `status`
    pub status: Option<JobStatus>,
    /// `platformId`
    pub platform: Option<Platform>,
    /// `isRevoked`
    pub is_revoked: Option<bool>,
    /// `jobInvoker`
    pub invoker: Option<Account>,
    /// `signatureExpiresBefore` or `signatureExpiresAfter`
    pub expires: Option<Expiry>,
}

/// The filters of `ListSigningProfiles`; those that are `None` are not sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct ProfileFilter {
    /// `includeCanceled`
    pub include_canceled: Option<bool>,
    /// `statuses` with one member
    pub status: Option<ProfileStatus>,
    /// `platformId`
    pub platform: Option<Platform>,
}

/// The filter of `ListSigningPlatforms`: the value that the named platform has in that column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum PlatformFilter {
    /// None.
    All,
    /// `category`
    Category(Platform),
    /// `partner`
    Partner(Platform),
    /// `target`
    Target(Platform),
    /// A `partner` that no platform has.
    UnknownPartner,
}

/// `maxResults` of a list. The call stands for the whole walk over the pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum PageSize {
    /// Not given.
    #[default]
    Default,
    /// One item a page.
    One,
    /// Two items a page.
    Two,
}
