//! The signing platforms.

use serde::{Deserialize, Serialize};

/// The signing platforms that are known to exist.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Platform {
    /// `AWSLambda-SHA384-ECDSA`
    #[default]
    Lambda,
    /// `Notation-OCI-SHA384-ECDSA`
    Notation,
    /// `AWSIoTDeviceManagement-SHA256-ECDSA`
    IotDeviceManagement,
    /// `AmazonFreeRTOS-Default`
    FreeRtosDefault,
    /// `AmazonFreeRTOS-TI-CC3220SF`
    FreeRtosTi,
}

impl Platform {
    /// All of them, in the order of the enum.
    pub const ALL: [Self; 5] =
        [Self::Lambda, Self::Notation, Self::IotDeviceManagement, Self::FreeRtosDefault, Self::FreeRtosTi];

    /// The platform's id as the API spells it.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Lambda => "AWSLambda-SHA384-ECDSA",
            Self::Notation => "Notation-OCI-SHA384-ECDSA",
            Self::IotDeviceManagement => "AWSIoTDeviceManagement-SHA256-ECDSA",
            Self::FreeRtosDefault => "AmazonFreeRTOS-Default",
            Self::FreeRtosTi => "AmazonFreeRTOS-TI-CC3220SF",
        }
    }

    /// The platform with that id.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|platform| platform.id() == id)
    }

    /// Whether AWS holds the keys, so that a profile has no signing material of its own and signatures can be
    /// revoked.
    pub const fn is_managed(self) -> bool {
        matches!(self, Self::Lambda | Self::Notation)
    }
}

/// A platform id as a call gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum PlatformArg {
    /// A platform that exists.
    Known(Platform),
    /// A well-formed id of no platform.
    Unknown,
}
