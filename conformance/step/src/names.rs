//! The texts and times that symbols stand for when the store is driven: the same ones on every walk.

use std::sync::LazyLock;

use jiff::{SignedDuration, Timestamp};
use signer_model::{
    Account, Destination, EffectiveTime, PROFILES, Platform, PlatformArg, Principal, Profile, STATEMENTS,
    SignatureTime, Source, Statement, TAGS, TagKey, TagValue,
};
use signer_reference::identity::{self, Caller};
use signer_reference::ids::Ids;
use signer_reference::store::{S3Location, profile_arn};

/// The present, on every walk.
pub(super) const NOW: Timestamp = Timestamp::constant(1_767_225_600, 0);

/// The region in every ARN.
pub(super) const REGION: &str = "us-east-1";

/// The certificate of profiles that need one.
pub(super) const CERTIFICATE: &str =
    "arn:aws:acm:us-east-1:111122223333:certificate/00000000-0000-4000-8000-00000000cafe";

/// A revision that no service has given.
pub(super) const NO_REVISION: &str = "ffffffff-0000-4000-8000-00000000dead";

/// A well-formed version that no profile has.
pub(super) const NO_VERSION: &str = "Zyxwvu9999";

/// The texts that are put together, made once.
struct Texts {
    owner: Caller,
    other: Caller,
    profiles: [String; PROFILES],
    arns: [String; PROFILES],
    statements: [String; STATEMENTS],
    tag_keys: [Vec<String>; TAGS],
}

static TEXTS: LazyLock<Texts> = LazyLock::new(|| {
    let caller = |account: &str, name: &str| Caller {
        account: account.to_owned(),
        arn: format!("arn:aws:iam::{account}:user/{name}"),
        region: REGION.to_owned(),
        denied: false,
    };
    let profiles: [String; PROFILES] = std::array::from_fn(|index| format!("p{index}"));
    Texts {
        owner: caller(identity::OWNER_ACCOUNT, "owner"),
        other: caller(identity::OTHER_ACCOUNT, "other"),
        arns: std::array::from_fn(|index| profile_arn(REGION, identity::OWNER_ACCOUNT, &profiles[index])),
        profiles,
        statements: std::array::from_fn(|index| format!("s{index}")),
        tag_keys: std::array::from_fn(|index| tag_keys_of(TagKey(u8::try_from(index).unwrap_or_default()))),
    }
});

/// Who calls.
pub(super) fn caller(account: Account) -> &'static Caller {
    match account {
        Account::Owner => &TEXTS.owner,
        Account::Other => &TEXTS.other,
    }
}

/// The account with that id.
pub(super) fn account(id: &str) -> Option<Account> {
    [Account::Owner, Account::Other].into_iter().find(|account| caller(*account).account == id)
}

/// The name of a profile.
pub(super) fn profile(profile: Profile) -> &'static str {
    &TEXTS.profiles[usize::from(profile.0)]
}

/// The profile of that name.
pub(super) fn profile_named(name: &str) -> Option<Profile> {
    (0..).zip(&TEXTS.profiles).find(|(_, known)| *known == name).map(|(index, _)| Profile(index))
}

/// The ARN of a profile.
pub(super) fn arn(profile: Profile) -> &'static str {
    &TEXTS.arns[usize::from(profile.0)]
}

/// The id of a statement.
pub(super) fn statement(statement: Statement) -> &'static str {
    &TEXTS.statements[usize::from(statement.0)]
}

/// The place of the statement with that id.
pub(super) fn statement_index(id: &str) -> Option<usize> {
    TEXTS.statements.iter().position(|known| known == id)
}

fn tag_keys_of(key: TagKey) -> Vec<String> {
    match key.keys() {
        1 => vec![format!("k{}", key.0)],
        many => (0..many).map(|nth| format!("many{nth}")).collect(),
    }
}

/// The keys that a symbol stands for.
pub(super) fn tag_keys(key: TagKey) -> &'static [String] {
    &TEXTS.tag_keys[usize::from(key.0)]
}

/// A tag's value; none where the key is not there.
pub(super) const fn tag_value(value: TagValue) -> Option<&'static str> {
    match value {
        TagValue::None => None,
        TagValue::A => Some("A"),
        TagValue::B => Some("B"),
    }
}

/// The id of a platform.
pub(super) const fn platform(platform: PlatformArg) -> &'static str {
    match platform {
        PlatformArg::Known(platform) => platform.id(),
        PlatformArg::Unknown => "NoSuchPlatform-SHA256-ECDSA",
    }
}

/// A parameter for the signing, as the platform wants it.
pub(super) const fn parameter(platform: PlatformArg) -> (&'static str, &'static str) {
    match platform {
        PlatformArg::Known(Platform::FreeRtosDefault | Platform::FreeRtosTi) => ("certname", "/cert.pem"),
        PlatformArg::Known(Platform::Lambda | Platform::Notation | Platform::IotDeviceManagement)
        | PlatformArg::Unknown => ("parameter", "value"),
    }
}

/// The text of a principal.
pub(super) const fn principal(principal: Principal) -> &'static str {
    match principal {
        Principal::OtherAccount => identity::OTHER_ACCOUNT,
        Principal::Role => "arn:aws:iam::777788889999:role/signer",
        Principal::Malformed => "nobody",
    }
}

/// The object of a source.
pub(super) fn source(source: Source) -> S3Location {
    let key = match source {
        Source::Present => "app.zip",
        Source::Missing => "missing.zip",
        Source::Unverified => "unverified.zip",
    };
    S3Location { bucket: "source".to_owned(), key: key.to_owned(), version: "null".to_owned() }
}

/// Bucket and prefix of a destination.
pub(super) fn destination(destination: Destination) -> (String, String) {
    let prefix = match destination {
        Destination::A => "a/",
        Destination::B => "b/",
    };
    ("destination".to_owned(), prefix.to_owned())
}

/// When a revocation takes effect.
pub(super) fn effective(time: EffectiveTime) -> Timestamp {
    NOW + match time {
        EffectiveTime::Earlier => SignedDuration::from_hours(-2),
        EffectiveTime::Later => SignedDuration::from_hours(-1),
        EffectiveTime::Future => SignedDuration::from_hours(24),
    }
}

/// When a signature was made.
pub(super) fn signed(time: SignatureTime) -> Timestamp {
    match time {
        SignatureTime::BeforeEarlier => NOW + SignedDuration::from_mins(-150),
        SignatureTime::AtEarlier => effective(EffectiveTime::Earlier),
        SignatureTime::Between => NOW + SignedDuration::from_mins(-90),
        SignatureTime::AtLater => effective(EffectiveTime::Later),
        SignatureTime::AfterLater => NOW + SignedDuration::from_mins(-30),
    }
}

/// The time that filters on the expiry of signatures compare with.
pub(super) fn expiry_watershed() -> Timestamp {
    NOW + SignedDuration::from_hours(30 * 24)
}

/// Identifiers that count: the same ones for the same calls.
pub(super) struct Counted<'a>(pub(super) &'a mut u64);

impl Ids for Counted<'_> {
    fn uuid(&mut self) -> String {
        *self.0 += 1;
        format!("00000000-0000-4000-8000-{:012x}", *self.0)
    }

    fn profile_version(&mut self) -> String {
        *self.0 += 1;
        format!("V{:09}", *self.0)
    }
}
