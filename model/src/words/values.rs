//! The words of single values: what an argument or a part of a reply is called.

use std::fmt::{self, Display, Formatter};

use crate::call::{
    Account, Action, EffectiveTime, Job, JobStatus, OwnerArg, Principal, Profile, ProfileStatus, RevisionArg,
    SignatureTime, Source, Statement, TagKey, TagValue, Validity, VersionArg,
};
use crate::filters::PageSize;
use crate::platform::{Platform, PlatformArg};
use crate::reply::{ErrorName, RevisionReply};

/// Names that are a letter and a number.
macro_rules! numbered {
    ($($name:ident $letter:literal),*) => {$(
        impl Display for $name {
            fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
                write!(f, concat!($letter, "{}"), self.0)
            }
        }
    )*};
}
numbered!(Profile "p", Job "j", Statement "s");

impl Display for TagKey {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.keys() {
            1 => write!(f, "k{}", self.0),
            many => write!(f, "{many} keys"),
        }
    }
}

/// Words that stand for a value of an enum.
macro_rules! worded {
    ($($name:ident: |$value:ident| $word:expr),* $(,)?) => {$(
        impl Display for $name {
            fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
                let $value = *self;
                f.pad($word)
            }
        }
    )*};
}
worded!(
    ErrorName: |error| error.id(),
    ProfileStatus: |status| status.id(),
    JobStatus: |status| status.id(),
    Action: |action| action.id(),
    Account: |account| match account {
        Account::Owner => "the owner",
        Account::Other => "the other account",
    },
    Platform: |platform| match platform {
        Platform::Lambda => "Lambda",
        Platform::Notation => "Notation",
        Platform::IotDeviceManagement => "IoT Device Management",
        Platform::FreeRtosDefault => "FreeRTOS",
        Platform::FreeRtosTi => "FreeRTOS TI",
    },
    OwnerArg: |owner| match owner {
        OwnerArg::Omitted => "",
        OwnerArg::Owner => " of the owner",
    },
    VersionArg: |version| match version {
        VersionArg::Current => "in its version",
        VersionArg::Unknown => "in an unknown version",
    },
    RevisionArg: |revision| match revision {
        RevisionArg::Absent => "no revisionId",
        RevisionArg::Current => "current revisionId",
        RevisionArg::Stale => "stale revisionId",
    },
    RevisionReply: |revision| match revision {
        RevisionReply::New => "new revisionId",
        RevisionReply::Same => "same revisionId",
        RevisionReply::Old => "old revisionId",
    },
    EffectiveTime: |time| match time {
        EffectiveTime::Earlier => "two hours ago",
        EffectiveTime::Later => "an hour ago",
        EffectiveTime::Future => "tomorrow",
    },
    SignatureTime: |time| match time {
        SignatureTime::BeforeEarlier => "signed over two hours ago",
        SignatureTime::AtEarlier => "signed exactly two hours ago",
        SignatureTime::Between => "signed over an hour ago",
        SignatureTime::AtLater => "signed exactly an hour ago",
        SignatureTime::AfterLater => "signed within the hour",
    },
    Validity: |validity| match validity {
        Validity::Default => "135 months",
        Validity::Day => "1 day",
    },
    Principal: |principal| match principal {
        Principal::OtherAccount => "the other account",
        Principal::Role => "a role",
        Principal::Malformed => "a malformed principal",
    },
    Source: |source| match source {
        Source::Present => "an object",
        Source::Missing => "a missing object",
        Source::Unverified => "an unverified object",
    },
    TagValue: |value| match value {
        TagValue::None => "none",
        TagValue::A => "A",
        TagValue::B => "B",
    },
    PageSize: |page| match page {
        PageSize::Default => "",
        PageSize::One => " maxResults=1",
        PageSize::Two => " maxResults=2",
    },
);

impl Display for PlatformArg {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Known(platform) => platform.fmt(f),
            Self::Unknown => f.write_str("an unknown platform"),
        }
    }
}
