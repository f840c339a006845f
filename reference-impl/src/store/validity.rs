//! How long signatures are valid, and what a profile changes of its platform.

use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use serde::{Deserialize, Serialize};
use signer_schemas::Platform;

/// How long signatures are valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Validity {
    /// How many.
    pub value: i64,
    /// Of what.
    pub unit: ValidityUnit,
}

/// The units of [`Validity`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names are the description")]
pub enum ValidityUnit {
    Days,
    Months,
    Years,
}

impl ValidityUnit {
    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Days => "DAYS",
            Self::Months => "MONTHS",
            Self::Years => "YEARS",
        }
    }
}

impl Validity {
    /// What holds when nothing is said, and also the greatest.
    pub const DEFAULT: Self = Self { value: 135, unit: ValidityUnit::Months };

    pub(super) fn is_in_range(self) -> bool {
        let greatest = match self.unit {
            // 135 months of the Gregorian calendar's mean length.
            ValidityUnit::Days => 4109,
            ValidityUnit::Months => 135,
            ValidityUnit::Years => 11,
        };
        (1..=greatest).contains(&self.value)
    }
}

/// What a profile changes in its platform's configuration.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Overrides {
    /// Other algorithms; there may be none in it.
    pub signing_configuration: Option<SigningConfigurationOverrides>,
    /// The image format.
    pub signing_image_format: Option<String>,
}

/// Other algorithms than the platform's default ones.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SigningConfigurationOverrides {
    /// The encryption algorithm.
    pub encryption_algorithm: Option<String>,
    /// The hash algorithm.
    pub hash_algorithm: Option<String>,
}

impl Overrides {
    pub(super) fn suit(&self, platform: &Platform) -> bool {
        let has =
            |values: &[String], wanted: Option<&String>| wanted.is_none_or(|wanted| values.contains(wanted));
        let configuration = self.signing_configuration.as_ref().is_none_or(|configuration| {
            has(&platform.encryption, configuration.encryption_algorithm.as_ref())
                && has(&platform.hash, configuration.hash_algorithm.as_ref())
        });
        configuration && has(&platform.formats, self.signing_image_format.as_ref())
    }
}

impl Validity {
    /// The end of a validity that begins then.
    pub(crate) fn end(self, start: Timestamp) -> Timestamp {
        match self.unit {
            ValidityUnit::Days => after(start, Span::new().try_days(self.value)),
            ValidityUnit::Months => months_after(start, self.value),
            ValidityUnit::Years => after(start, Span::new().try_years(self.value)),
        }
    }
}

pub(in crate::store) fn months_after(start: Timestamp, months: i64) -> Timestamp {
    after(start, Span::new().try_months(months))
}

/// Calendar arithmetic in UTC: the same day of the month and the same time of day.
fn after(start: Timestamp, span: Result<Span, jiff::Error>) -> Timestamp {
    let start = start.to_zoned(TimeZone::UTC);
    span.and_then(|span| start.checked_add(span)).map_or(Timestamp::MAX, |end| end.timestamp())
}
