//! What all cases of a run share: who calls, when it is, what the names begin with.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use signer_model::{Account, EffectiveTime, Platform, PlatformSet, SignatureTime, TagKey, TagValue};
use signer_schemas::Edition;

/// The values that stay the same throughout a run. Written to the log, so that a verdict can be derived
/// again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Context {
    /// The edition.
    pub edition: Edition,
    /// What every name of the run begins with.
    pub prefix: String,
    /// The region in made-up ARNs.
    pub region: String,
    /// Another Region that the target serves, if it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second_region: Option<String>,
    /// The account of [`Account::Owner`].
    pub owner_account: String,
    /// The account of [`Account::Other`].
    pub other_account: String,
    /// Whether these are two accounts.
    pub cross_account: bool,
    /// The start of the run, in epoch seconds.
    #[serde(deserialize_with = "told_s")]
    pub now_s: i64,
    /// The objects to sign, if there is an S3.
    pub fixture: Option<Fixture>,
    /// The platforms that the target offers.
    pub platforms: PlatformSet,
    /// Platforms that it does not list, but makes profiles on.
    #[serde(default, skip_serializing_if = "is_empty")]
    pub unlisted: PlatformSet,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")]
fn is_empty(platforms: &PlatformSet) -> bool {
    platforms.is_empty()
}

/// The objects that the run has put into an S3.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fixture {
    /// The bucket of the source object.
    pub source_bucket: String,
    /// The source object's key.
    pub key: String,
    /// The source object's version.
    pub version: String,
    /// The bucket for signed objects.
    pub destination_bucket: String,
}

/// An hour, in seconds.
const HOUR: i64 = 3600;

/// Reads a time that others are reckoned from: from 1970 to 2999, so that none leaves the calendar.
fn told_s<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    const LATEST: i64 = 32_503_680_000;
    let seconds = i64::deserialize(deserializer)?;
    let error =
        || D::Error::custom(format!("{seconds} s since 1970 is no time of a run: one is from 1970 to 2999"));
    (0..LATEST).contains(&seconds).then_some(seconds).ok_or_else(error)
}

impl Context {
    /// The account's id.
    pub fn account(&self, account: Account) -> &str {
        match account {
            Account::Owner => &self.owner_account,
            Account::Other => &self.other_account,
        }
    }

    /// When a revocation takes effect, in epoch seconds.
    pub const fn effective_time(&self, time: EffectiveTime) -> i64 {
        match time {
            EffectiveTime::Earlier => self.now_s - 2 * HOUR,
            EffectiveTime::Later => self.now_s - HOUR,
            EffectiveTime::Future => self.now_s + 24 * HOUR,
        }
    }

    /// When a signature was made, in epoch seconds.
    pub const fn signature_time(&self, time: SignatureTime) -> i64 {
        match time {
            SignatureTime::BeforeEarlier => self.now_s - 3 * HOUR,
            SignatureTime::AtEarlier => self.now_s - 2 * HOUR,
            SignatureTime::Between => self.now_s - HOUR - HOUR / 2,
            SignatureTime::AtLater => self.now_s - HOUR,
            SignatureTime::AfterLater => self.now_s - HOUR / 2,
        }
    }

    /// A month from the run, in epoch seconds: the watershed of [`signer_model::Expiry`].
    pub const fn expiry_watershed(&self) -> i64 {
        self.now_s + 30 * 24 * HOUR
    }

    /// The texts of the tag keys that a symbol stands for.
    pub fn tag_keys(key: TagKey) -> impl Iterator<Item = String> {
        let many = key.keys();
        (0..many).map(move |nth| if many == 1 { format!("key{}", key.0) } else { format!("many{nth}") })
    }

    /// A tag value's text.
    pub const fn tag_value(value: TagValue) -> Option<&'static str> {
        match value {
            TagValue::None => None,
            TagValue::A => Some("alpha"),
            TagValue::B => Some("beta"),
        }
    }

    /// The account in [`signer_model::Principal::OtherAccount`]: that of the second identity or, as a
    /// permission may only be for an account that there is, the owner's own.
    pub fn permitted_account(&self) -> &str {
        if self.cross_account { &self.other_account } else { &self.owner_account }
    }

    /// The role in [`signer_model::Principal::Role`]. There may be none of that name.
    pub fn role_arn(&self) -> String {
        format!("arn:aws:iam::{}:role/signer-conformance", self.other_account)
    }

    /// The certificate of profiles that bring their own.
    pub fn certificate_arn(&self) -> String {
        format!(
            "arn:aws:acm:{}:{}:certificate/9ec626ca-0bbb-4be5-83a2-ee563f8386ca",
            self.region, self.owner_account
        )
    }

    /// The platform of profiles that are of no particular one: it signs objects, and the target lists it if
    /// it lists such.
    pub fn plain_platform(&self) -> Platform {
        const SIGNING: &[Platform] = &[
            Platform::Lambda,
            Platform::IotDeviceManagement,
            Platform::FreeRtosDefault,
            Platform::FreeRtosTi,
        ];
        let signing = match self.edition {
            Edition::Current => SIGNING,
            Edition::May2019 => &SIGNING[1..],
        };
        signing.iter().copied().find(|platform| self.platforms.contains(*platform)).unwrap_or(signing[0])
    }

    /// The platform's facts.
    pub fn platform(platform: Platform) -> Option<&'static signer_schemas::Platform> {
        signer_schemas::platform(platform.id())
    }
}
