//! The two editions and the nineteen operations, as closed enums: every other crate matches over them without
//! a wildcard.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A published edition of the API. The two contradict each other, so nearly every look-up takes one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Edition {
    /// Today's reference: 19 operations.
    #[serde(rename = "current")]
    Current,
    /// The reference of 22 May 2019: 9 operations, with limits and shapes of their own.
    #[serde(rename = "2019-05-22")]
    May2019,
}

impl Edition {
    /// Every edition, newest first.
    pub const ALL: [Self; 2] = [Self::Current, Self::May2019];

    /// The edition's id on the command line, in reports and as a folder of documents.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::May2019 => "2019-05-22",
        }
    }

    /// The edition with this id.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|edition| edition.id() == id)
    }
}

impl fmt::Display for Edition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.id())
    }
}

impl FromStr for Edition {
    type Err = UnknownName;

    fn from_str(id: &str) -> Result<Self, UnknownName> {
        Self::from_id(id).ok_or_else(|| UnknownName { kind: "edition", name: id.to_owned() })
    }
}

/// An operation of the API, spelled as the API spells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each name is the API's own; its document says what it does")]
pub enum Operation {
    AddProfilePermission,
    CancelSigningProfile,
    DescribeSigningJob,
    GetRevocationStatus,
    GetSigningPlatform,
    GetSigningProfile,
    ListProfilePermissions,
    ListSigningJobs,
    ListSigningPlatforms,
    ListSigningProfiles,
    ListTagsForResource,
    PutSigningProfile,
    RemoveProfilePermission,
    RevokeSignature,
    RevokeSigningProfile,
    SignPayload,
    StartSigningJob,
    TagResource,
    UntagResource,
}

impl Operation {
    /// Every operation, in alphabetical order.
    pub const ALL: [Self; 19] = [
        Self::AddProfilePermission,
        Self::CancelSigningProfile,
        Self::DescribeSigningJob,
        Self::GetRevocationStatus,
        Self::GetSigningPlatform,
        Self::GetSigningProfile,
        Self::ListProfilePermissions,
        Self::ListSigningJobs,
        Self::ListSigningPlatforms,
        Self::ListSigningProfiles,
        Self::ListTagsForResource,
        Self::PutSigningProfile,
        Self::RemoveProfilePermission,
        Self::RevokeSignature,
        Self::RevokeSigningProfile,
        Self::SignPayload,
        Self::StartSigningJob,
        Self::TagResource,
        Self::UntagResource,
    ];

    /// The operation's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AddProfilePermission => "AddProfilePermission",
            Self::CancelSigningProfile => "CancelSigningProfile",
            Self::DescribeSigningJob => "DescribeSigningJob",
            Self::GetRevocationStatus => "GetRevocationStatus",
            Self::GetSigningPlatform => "GetSigningPlatform",
            Self::GetSigningProfile => "GetSigningProfile",
            Self::ListProfilePermissions => "ListProfilePermissions",
            Self::ListSigningJobs => "ListSigningJobs",
            Self::ListSigningPlatforms => "ListSigningPlatforms",
            Self::ListSigningProfiles => "ListSigningProfiles",
            Self::ListTagsForResource => "ListTagsForResource",
            Self::PutSigningProfile => "PutSigningProfile",
            Self::RemoveProfilePermission => "RemoveProfilePermission",
            Self::RevokeSignature => "RevokeSignature",
            Self::RevokeSigningProfile => "RevokeSigningProfile",
            Self::SignPayload => "SignPayload",
            Self::StartSigningJob => "StartSigningJob",
            Self::TagResource => "TagResource",
            Self::UntagResource => "UntagResource",
        }
    }

    /// The operation of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|operation| operation.name() == name)
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Operation {
    type Err = UnknownName;

    fn from_str(name: &str) -> Result<Self, UnknownName> {
        Self::from_name(name).ok_or_else(|| UnknownName { kind: "operation", name: name.to_owned() })
    }
}

/// A name that is no operation, or an id that is no edition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownName {
    /// What was looked for: `edition` or `operation`.
    pub kind: &'static str,
    /// What was given.
    pub name: String,
}

impl fmt::Display for UnknownName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unknown {} `{}`", self.kind, self.name)
    }
}

impl std::error::Error for UnknownName {}
