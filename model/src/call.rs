//! What a client can ask: the 19 operations with symbolic arguments.
//!
//! An argument names an entity by something that survives the deletion of other calls from a sequence:
//! a profile by its name, a job by its `clientRequestToken` (or, for `SignPayload`, by the call that makes
//! it), a revision by its age. The judge turns symbols into real values; the model never sees one.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

/// A profile's life cycle. `Absent` is the model's own word for a name that was never used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ProfileStatus {
    /// No such profile.
    #[default]
    Absent,
    /// `Active`
    Active,
    /// `Canceled`
    Canceled,
    /// `Revoked`
    Revoked,
}

impl ProfileStatus {
    /// The status as the API spells it.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Absent => "Absent",
            Self::Active => "Active",
            Self::Canceled => "Canceled",
            Self::Revoked => "Revoked",
        }
    }
}

/// How many profile names a state holds.
pub const PROFILES: usize = 3;
/// How many jobs a state holds.
pub const JOBS: usize = 4;
/// How many statement ids a permission policy may use.
pub const STATEMENTS: usize = 3;
/// How many symbols for tag keys a profile may use: two keys, and a bundle of [`BUNDLE`] keys.
pub const TAGS: usize = 3;
/// How many keys the last [`TagKey`] stands for. They are given and taken together; one key more makes 200,
/// two make one too many.
pub const BUNDLE: usize = 199;

/// Reads the number of a symbol. A state has a place for so many, and readers rely on it.
fn below<'de, D: Deserializer<'de>, const COUNT: usize>(deserializer: D) -> Result<u8, D::Error> {
    let number = u8::deserialize(deserializer)?;
    let last = COUNT - 1;
    let error = || D::Error::custom(format!("there is no symbol {number}; these go from 0 to {last}"));
    (usize::from(number) <= last).then_some(number).ok_or_else(error)
}

/// An AWS account that makes calls. All profiles and jobs belong to [`Account::Owner`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Account {
    /// The account that owns every profile.
    Owner,
    /// Another account, which can do only what a permission grants.
    Other,
}

/// A profile name, `0..PROFILES`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Profile(#[serde(deserialize_with = "below::<_, PROFILES>")] pub u8);

/// A job, `0..JOBS`. For `StartSigningJob` it is also the `clientRequestToken`: one token, one job (see
/// [`crate::renames`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Job(#[serde(deserialize_with = "below::<_, JOBS>")] pub u8);

/// A permission statement's id, `0..STATEMENTS`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Statement(#[serde(deserialize_with = "below::<_, STATEMENTS>")] pub u8);

/// A tag key, or, the last of `0..TAGS`, a bundle of keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TagKey(#[serde(deserialize_with = "below::<_, TAGS>")] pub u8);

impl TagKey {
    /// The symbol that stands for many keys: the last of the [`TAGS`].
    pub const MANY: Self = Self(2);

    /// How many keys the symbol stands for.
    pub const fn keys(self) -> usize {
        if self.0 == Self::MANY.0 { BUNDLE } else { 1 }
    }
}

/// A tag's value: none, or one of two distinct ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum TagValue {
    /// The key is not there.
    #[default]
    None,
    /// One value.
    A,
    /// Another value.
    B,
}

/// `profileOwner` or `jobOwner` as a call gives it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum OwnerArg {
    /// Not given: the caller's own account is meant.
    #[default]
    Omitted,
    /// The account of [`Account::Owner`].
    Owner,
}

/// A profile version as a call gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum VersionArg {
    /// The version that the profile has.
    Current,
    /// A well-formed version that the profile does not have.
    Unknown,
}

/// A `revisionId` as a call gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum RevisionArg {
    /// Not given. `RemoveProfilePermission` requires one, so there it is never absent.
    Absent,
    /// The newest one that the service has given.
    Current,
    /// One that a later change has superseded; where there is none, one that the service never gave.
    Stale,
}

/// When a profile's revocation takes effect, in order of time. The first two lie in the past.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum EffectiveTime {
    /// Two hours before the run.
    Earlier,
    /// One hour before the run.
    Later,
    /// A day after the run.
    Future,
}

/// The `signatureTimestamp` of `GetRevocationStatus`, seen from the two past [`EffectiveTime`]s.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum SignatureTime {
    /// Before [`EffectiveTime::Earlier`].
    BeforeEarlier,
    /// Exactly [`EffectiveTime::Earlier`].
    AtEarlier,
    /// Between [`EffectiveTime::Earlier`] and [`EffectiveTime::Later`].
    Between,
    /// Exactly [`EffectiveTime::Later`].
    AtLater,
    /// After [`EffectiveTime::Later`], yet in the past.
    AfterLater,
}

/// A profile's `signatureValidityPeriod`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Validity {
    /// Not given: 135 months.
    #[default]
    Default,
    /// One day.
    Day,
}

/// The actions that `AddProfilePermission` can grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Action {
    /// `signer:StartSigningJob`
    StartSigningJob,
    /// `signer:SignPayload`
    SignPayload,
    /// `signer:GetSigningProfile`
    GetSigningProfile,
    /// `signer:RevokeSignature`
    RevokeSignature,
}

impl Action {
    /// All of them.
    pub const ALL: [Self; 4] =
        [Self::StartSigningJob, Self::SignPayload, Self::GetSigningProfile, Self::RevokeSignature];

    /// The action as the API spells it.
    pub const fn id(self) -> &'static str {
        match self {
            Self::StartSigningJob => "signer:StartSigningJob",
            Self::SignPayload => "signer:SignPayload",
            Self::GetSigningProfile => "signer:GetSigningProfile",
            Self::RevokeSignature => "signer:RevokeSignature",
        }
    }
}

/// Who a permission is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Principal {
    /// The id of [`Account::Other`].
    OtherAccount,
    /// An IAM role of a third account.
    Role,
    /// Neither an account id nor an IAM role's ARN.
    Malformed,
}

/// What a permission statement says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Grant {
    /// Who may act.
    pub principal: Principal,
    /// What they may do.
    pub action: Action,
    /// The `profileVersion` that the grant is bound to, if any.
    pub version: Option<VersionArg>,
}

/// The object that a job signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Source {
    /// An object that exists and that the profile's platform can sign.
    Present,
    /// An object that does not exist.
    Missing,
    /// Unknown: the target offers no S3 to put one into.
    Unverified,
}

/// Where a job puts what it signed: two distinct places, so that a token can be used again with other
/// parameters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Destination {
    /// One key prefix.
    #[default]
    A,
    /// Another key prefix.
    B,
}

/// A job's status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum JobStatus {
    /// `InProgress`
    InProgress,
    /// `Failed`
    Failed,
    /// `Succeeded`
    Succeeded,
}

impl JobStatus {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::InProgress, Self::Failed, Self::Succeeded];

    /// The status as the API spells it.
    pub const fn id(self) -> &'static str {
        match self {
            Self::InProgress => "InProgress",
            Self::Failed => "Failed",
            Self::Succeeded => "Succeeded",
        }
    }
}
