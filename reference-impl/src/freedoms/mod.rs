//! What the documents leave open, and what the witness does there.
//!
//! Each row is an open point of the requirements ledger, by its id. The first choice is the
//! default: what the real service most probably does. A choice that is the name of an error means
//! that the call is refused with it.

use FreedomId as F;
use rand::{Rng as _, SeedableRng as _};

use crate::error::{ErrorName, Outcome, Refusal};

/// One open point and the answers which the witness can give.
#[derive(Debug)]
pub struct Freedom {
    /// Which one, for the code.
    pub freedom: FreedomId,
    /// The id of the open point in the requirements ledger.
    pub id: &'static str,
    /// The answers; the first one is the default.
    pub choices: &'static [&'static str],
}

impl Freedom {
    /// What the reference does by default.
    pub fn default_choice(&self) -> &'static str {
        self.choices[0]
    }
}

/// The open points by name, in the order of [`FREEDOMS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is described by its row in FREEDOMS")]
pub enum FreedomId {
    PutUnknownPlatform,
    PutUnlistedPlatform,
    PutEmptyTags,
    PutCheckOrder,
    PutNameTakenIn2019,
    CancelAgainIn2019,
    PutBadCertificate,
    PutOverrideUnsupported,
    PutValidityPlatforms,
    PutMaterialRefused,
    PutValidityOutOfRange,
    GetProfileRevokedBy,
    GetProfileStatusReason,
    GetProfileEmptyOwner,
    GetProfileCrossAccountDenied,
    ListProfilesRevokedWithIncludeCanceled,
    ListProfilesIncludeCanceledWithStatuses,
    ListProfilesStatusesAlone,
    ListProfilesDefaultPageSize,
    ListProfilesBadToken,
    ListProfilesUnknownPlatform,
    StartTokenEmpty,
    StartEmptyOwner,
    StartNotActive,
    StartUnsupportedPlatform,
    StartMissingSource,
    StartMissingDestination,
    StartNoProfileName,
    StartNullVersionIn2019,
    ArchiveKept,
    StartCrossAccountDenied,
    DescribeMalformedId,
    DescribeOtherAccount,
    DescribeExpiryInProgress,
    ListJobsNotRevokedFilter,
    ListJobsOtherAccount,
    ListJobsDefaultPageSize,
    ListPlatformsDefaultPageSize,
    ListPlatformsUnknownValue,
    ListJobsExpiryEdge,
    ListJobsWithoutExpiry,
    SignNotActive,
    SignUnsupportedPlatform,
    SignCrossAccountDenied,
    SignPayloadContent,
    RevokeSignatureInProgress,
    RevokeSignatureFailed,
    RevokeSignatureAgain,
    RevokeSignatureRevokedBy,
    RevokeSignatureWrongOwner,
    RevokeSignatureNotActiveProfile,
    RevokeSignatureUnsupportedPlatform,
    RevokeSignatureCrossAccountDenied,
    RevokeProfileWrongVersion,
    RevokeProfileCanceled,
    RevokeProfileLater,
    RevokeProfileEqual,
    RevokeProfileUnsupportedPlatform,
    RevokeProfileRecord,
    RevokeProfileClockSkew,
    RevokeProfileFuture,
    RevocationAtEffectiveTime,
    RevocationEcho,
    RevocationUnknownEntities,
    RevocationUnknownPlatform,
    RevocationPlatformMismatch,
    RevocationMalformedArn,
    RevocationFuture,
    RevocationOtherAccount,
    AddUnsupportedPlatform,
    AddRevoked,
    AddPrincipalPath,
    AddUnresolvedPrincipal,
    PermissionsNone,
    PermissionsPageLength,
    PermissionsRevisionAfterEnd,
    RemoveRevoked,
    TagRevoked,
    TagJobArn,
    TagVersionArn,
    TagForeignArn,
    TagLimit,
    TagEmptyMap,
    TagBadTags,
    UntagRevoked,
    UntagAbsentKey,
    UntagBadKeys,
    ListTagsRevoked,
    UndeclaredValidation,
    QueryTimesEpoch,
    ArnUnescaped,
    ExpiryWindowMinutes,
    NullOrAbsent,
    ShortPages,
    TokenAndFilters,
    UnknownRoute,
    MalformedValue,
    MediaType,
    MediaTypeAbsent,
    MediaTypeWithoutBody,
    Accept,
    FrontErrorText,
    TwoAuthorizations,
    SignaturePartTwice,
    NoPermission,
}

const fn row(freedom: FreedomId, id: &'static str, choices: &'static [&'static str]) -> Freedom {
    Freedom { freedom, id, choices }
}

const VALIDATION: &str = "ValidationException";
const NOT_FOUND: &str = "ResourceNotFoundException";
const DENIED: &str = "AccessDeniedException";
const BAD_REQUEST: &str = "BadRequestException";

/// Every open point which the witness answers.
#[rustfmt::skip]
pub static FREEDOMS: &[Freedom] = &[
    row(F::PutUnknownPlatform, "PutSigningProfile/unknown-platform", &[NOT_FOUND, VALIDATION]),
    row(F::PutUnlistedPlatform, "PutSigningProfile/unlisted-platform", &["all-listed", "accepted", NOT_FOUND, VALIDATION]),
    row(F::PutEmptyTags, "PutSigningProfile/empty-tags", &["accepted", VALIDATION]),
    row(F::PutCheckOrder, "PutSigningProfile/check-order", &["platform-first", "name-first"]),
    row(F::PutNameTakenIn2019, "PutSigningProfile/name-taken-in-2019", &[VALIDATION, "made-anew"]),
    row(F::CancelAgainIn2019, "CancelSigningProfile/again-in-2019", &["accepted", NOT_FOUND, VALIDATION]),
    row(F::PutBadCertificate, "PutSigningProfile/bad-certificate", &["kept", VALIDATION, NOT_FOUND, DENIED]),
    row(F::PutOverrideUnsupported, "PutSigningProfile/override-unsupported", &["kept", VALIDATION]),
    row(F::PutValidityPlatforms, "PutSigningProfile/validity-platforms-error", &["kept", VALIDATION, "left-out"]),
    row(F::PutMaterialRefused, "PutSigningProfile/material-refused", &[VALIDATION, "accepted"]),
    row(F::PutValidityOutOfRange, "PutSigningProfile/validity-out-of-range", &[VALIDATION, "accepted"]),
    row(F::GetProfileRevokedBy, "GetSigningProfile/revoked-by", &["arn", "account"]),
    row(F::GetProfileStatusReason, "GetSigningProfile/status-reason", &["when-not-active", "never", "always"]),
    row(F::GetProfileEmptyOwner, "GetSigningProfile/empty-owner", &[VALIDATION, "left-out"]),
    row(F::GetProfileCrossAccountDenied, "GetSigningProfile/cross-account-denied", &[DENIED, NOT_FOUND]),
    row(F::ListProfilesRevokedWithIncludeCanceled, "ListSigningProfiles/revoked-with-include-canceled", &["listed", "not-listed"]),
    row(F::ListProfilesIncludeCanceledWithStatuses, "ListSigningProfiles/include-canceled-with-statuses", &["statuses-decide", "union", "union-with-revoked", VALIDATION]),
    row(F::ListProfilesStatusesAlone, "ListSigningProfiles/statuses-without-include-canceled", &["listed", "not-listed"]),
    row(F::ListProfilesDefaultPageSize, "ListSigningProfiles/default-page-size", &["25", "10", "100"]),
    row(F::ListProfilesBadToken, "ListSigningProfiles/bad-token", &[VALIDATION, "ignored"]),
    row(F::ListProfilesUnknownPlatform, "ListSigningProfiles/unknown-platform", &["empty-list", VALIDATION]),
    row(F::StartTokenEmpty, "StartSigningJob/token-empty", &["accepted", VALIDATION]),
    row(F::StartEmptyOwner, "StartSigningJob/empty-owner", &[VALIDATION, "left-out"]),
    row(F::StartNotActive, "StartSigningJob/not-active-error", &[VALIDATION, NOT_FOUND]),
    row(F::StartUnsupportedPlatform, "StartSigningJob/unsupported-platform-error", &[VALIDATION, NOT_FOUND]),
    row(F::StartMissingSource, "StartSigningJob/missing-source", &["failed", DENIED, VALIDATION, NOT_FOUND]),
    row(F::StartMissingDestination, "StartSigningJob/missing-destination", &["failed", DENIED, VALIDATION, NOT_FOUND]),
    row(F::StartNoProfileName, "StartSigningJob/no-profile-name", &[VALIDATION, NOT_FOUND]),
    row(F::StartNullVersionIn2019, "StartSigningJob/null-version-in-2019", &["signed", VALIDATION, NOT_FOUND]),
    row(F::ArchiveKept, "StartSigningJob/lambda-archive-kept", &["kept", "anew"]),
    row(F::StartCrossAccountDenied, "StartSigningJob/cross-account-denied", &[DENIED, NOT_FOUND]),
    row(F::DescribeMalformedId, "DescribeSigningJob/malformed-id", &[NOT_FOUND, VALIDATION]),
    row(F::DescribeOtherAccount, "DescribeSigningJob/other-account", &["invoker-sees-it", NOT_FOUND, DENIED]),
    row(F::DescribeExpiryInProgress, "DescribeSigningJob/expiry-in-progress", &["absent", "present"]),
    row(F::ListJobsNotRevokedFilter, "ListSigningJobs/not-revoked-filter", &["unrevoked-only", "no-filter"]),
    row(F::ListJobsOtherAccount, "ListSigningJobs/other-account", &["owner-only", "owner-and-invoker"]),
    row(F::ListJobsDefaultPageSize, "ListSigningJobs/default-page-size", &["25", "10", "100"]),
    row(F::ListPlatformsDefaultPageSize, "ListSigningPlatforms/default-page-size", &["25", "2"]),
    row(F::ListPlatformsUnknownValue, "ListSigningPlatforms/unknown-value", &["empty-list", VALIDATION]),
    row(F::ListJobsExpiryEdge, "ListSigningJobs/expiry-filter-edge", &["not-listed", "listed"]),
    row(F::ListJobsWithoutExpiry, "ListSigningJobs/expiry-filter-without-expiry", &["not-listed", "listed", "as-reckoned"]),
    row(F::SignNotActive, "SignPayload/not-active-error", &[VALIDATION, NOT_FOUND]),
    row(F::SignUnsupportedPlatform, "SignPayload/unsupported-platform-error", &[VALIDATION, NOT_FOUND]),
    row(F::SignCrossAccountDenied, "SignPayload/cross-account-denied", &[DENIED, NOT_FOUND]),
    row(F::SignPayloadContent, "SignPayload/payload-content", &["any-bytes", VALIDATION]),
    row(F::RevokeSignatureInProgress, "RevokeSignature/in-progress", &[VALIDATION, "accepted"]),
    row(F::RevokeSignatureFailed, "RevokeSignature/failed", &[VALIDATION, "accepted"]),
    row(F::RevokeSignatureAgain, "RevokeSignature/again", &["first-record-kept", "record-replaced", VALIDATION]),
    row(F::RevokeSignatureRevokedBy, "RevokeSignature/revoked-by", &["arn", "account"]),
    row(F::RevokeSignatureWrongOwner, "RevokeSignature/wrong-owner", &[NOT_FOUND, DENIED, VALIDATION]),
    row(F::RevokeSignatureNotActiveProfile, "RevokeSignature/not-active-profile", &["accepted", VALIDATION]),
    row(F::RevokeSignatureUnsupportedPlatform, "RevokeSignature/unsupported-platform", &[VALIDATION, "without-effect"]),
    row(F::RevokeSignatureCrossAccountDenied, "RevokeSignature/cross-account-denied", &[DENIED, NOT_FOUND, "before-the-job"]),
    row(F::RevokeProfileWrongVersion, "RevokeSigningProfile/wrong-version", &[NOT_FOUND, VALIDATION]),
    row(F::RevokeProfileCanceled, "RevokeSigningProfile/canceled", &["revoked", VALIDATION]),
    row(F::RevokeProfileLater, "RevokeSigningProfile/later", &[VALIDATION, "ignored"]),
    row(F::RevokeProfileEqual, "RevokeSigningProfile/equal", &["accepted", VALIDATION]),
    row(F::RevokeProfileUnsupportedPlatform, "RevokeSigningProfile/unsupported-platform", &[VALIDATION, "accepted", "without-effect"]),
    row(F::RevokeProfileRecord, "RevokeSigningProfile/record-refresh", &["kept", "renewed"]),
    row(F::RevokeProfileClockSkew, "RevokeSigningProfile/clock-skew", &["none", "five-minutes"]),
    row(F::RevokeProfileFuture, "RevokeSigningProfile/future-error", &["after-the-name", "before-the-name"]),
    row(F::RevocationAtEffectiveTime, "GetRevocationStatus/at-effective-time", &["not-revoked", "revoked"]),
    row(F::RevocationEcho, "GetRevocationStatus/echo", &["version-arn", "profile-arn"]),
    row(F::RevocationUnknownEntities, "GetRevocationStatus/unknown-entities", &["not-listed", VALIDATION]),
    row(F::RevocationUnknownPlatform, "GetRevocationStatus/unknown-platform", &[VALIDATION, "accepted"]),
    row(F::RevocationPlatformMismatch, "GetRevocationStatus/platform-mismatch", &[VALIDATION, "accepted", "any-but-lambda"]),
    row(F::RevocationMalformedArn, "GetRevocationStatus/malformed-arn", &[VALIDATION, "not-listed"]),
    row(F::RevocationFuture, "GetRevocationStatus/future-timestamp", &["accepted", VALIDATION]),
    row(F::RevocationOtherAccount, "GetRevocationStatus/other-account", &["as-for-the-owner", "not-listed", DENIED, VALIDATION]),
    row(F::AddUnsupportedPlatform, "AddProfilePermission/unsupported-platform", &[VALIDATION, "accepted"]),
    row(F::AddRevoked, "AddProfilePermission/revoked", &[VALIDATION, NOT_FOUND, "accepted"]),
    row(F::AddPrincipalPath, "AddProfilePermission/principal-path", &[VALIDATION, "accepted"]),
    row(F::AddUnresolvedPrincipal, "AddProfilePermission/unresolved-principal", &["accepted", NOT_FOUND]),
    row(F::PermissionsNone, "ListProfilePermissions/none-documented", &[NOT_FOUND, "empty"]),
    row(F::PermissionsPageLength, "ListProfilePermissions/page-length", &["5", "all", "1"]),
    row(F::PermissionsRevisionAfterEnd, "ListProfilePermissions/revision-after-end", &["the-same", "another-one"]),
    row(F::RemoveRevoked, "RemoveProfilePermission/revoked", &[VALIDATION, NOT_FOUND, "accepted"]),
    row(F::TagRevoked, "TagResource/revoked", &["accepted", BAD_REQUEST]),
    row(F::TagJobArn, "TagResource/job-arn", &[BAD_REQUEST, "NotFoundException"]),
    row(F::TagVersionArn, "TagResource/version-arn", &[BAD_REQUEST, "NotFoundException"]),
    row(F::TagForeignArn, "TagResource/foreign-arn", &["NotFoundException", BAD_REQUEST, DENIED]),
    row(F::TagLimit, "TagResource/limit", &["200", "50"]),
    row(F::TagEmptyMap, "TagResource/empty-map", &[BAD_REQUEST, "accepted"]),
    row(F::TagBadTags, "TagResource/bad-tags-error", &[BAD_REQUEST, VALIDATION]),
    row(F::UntagRevoked, "UntagResource/revoked", &["accepted", BAD_REQUEST]),
    row(F::UntagAbsentKey, "UntagResource/absent-key", &["accepted", BAD_REQUEST]),
    row(F::UntagBadKeys, "UntagResource/bad-keys-error", &[BAD_REQUEST, VALIDATION]),
    row(F::ListTagsRevoked, "ListTagsForResource/revoked", &["accepted", BAD_REQUEST]),
    row(F::UndeclaredValidation, "common/undeclared-validation", &[VALIDATION, "ValidationError"]),
    row(F::QueryTimesEpoch, "common/query-timestamps-epoch", &["accepted", VALIDATION]),
    row(F::ArnUnescaped, "common/arn-unescaped", &["understood", "UnknownOperationException"]),
    row(F::ExpiryWindowMinutes, "common/expired-request-window", &["15", "5"]),
    row(F::NullOrAbsent, "common/null-or-absent", &["left-out", "null"]),
    row(F::ShortPages, "common/short-pages", &["full", "short"]),
    row(F::TokenAndFilters, "common/token-and-filters", &[VALIDATION, "new-filters-hold"]),
    row(F::UnknownRoute, "common/unknown-route", &["UnknownOperationException", "MissingAuthenticationTokenException"]),
    row(F::MalformedValue, "common/malformed-value-error", &["SerializationException", VALIDATION]),
    row(F::MediaType, "common/media-type", &["ignored", "UnsupportedMediaTypeException"]),
    row(F::MediaTypeAbsent, "common/media-type-absent", &["ignored", "UnsupportedMediaTypeException"]),
    row(F::MediaTypeWithoutBody, "common/media-type-without-body", &["ignored", "UnsupportedMediaTypeException"]),
    row(F::Accept, "common/accept", &["ignored", "NotAcceptableException"]),
    row(F::FrontErrorText, "common/front-error-text", &["message", "Message"]),
    row(F::TwoAuthorizations, "common/two-authorization-headers", &["refused", "the first counts", "the last counts"]),
    row(F::SignaturePartTwice, "common/signature-part-twice", &["refused", "the first counts", "the last counts"]),
    row(F::NoPermission, "common/no-permission-error", &[DENIED, "NotAuthorized"]),
];

/// The answers chosen for one server.
#[derive(Debug, Clone, Default)]
pub struct Freedoms {
    /// Chosen answers by row; a row that is not here has its default.
    chosen: Vec<(FreedomId, &'static str)>,
}

impl Freedoms {
    /// Takes the answer `choice` for the open point `id`.
    pub fn choose(&mut self, id: &str, choice: &str) -> Result<(), String> {
        let row =
            FREEDOMS.iter().find(|row| row.id == id).ok_or_else(|| format!("no freedom is called {id:?}"))?;
        let choice = row.choices.iter().find(|known| **known == choice).ok_or_else(|| {
            let known = row.choices.join(", ");
            format!("freedom {id:?} has no choice {choice:?}; it has {known}")
        })?;
        self.chosen.retain(|(known, _)| *known != row.freedom);
        self.chosen.push((row.freedom, choice));
        Ok(())
    }

    /// A choice at random for every open point, the same for the same seed.
    pub fn seeded(seed: u64) -> Self {
        let mut random = rand::rngs::StdRng::seed_from_u64(seed);
        let chosen = FREEDOMS
            .iter()
            .map(|row| {
                let index = random.random_range(0..row.choices.len());
                (row.freedom, row.choices[index])
            })
            .collect();
        Self { chosen }
    }

    /// The answer in force.
    pub fn choice(&self, freedom: FreedomId) -> &'static str {
        self.chosen
            .iter()
            .find(|(known, _)| *known == freedom)
            .map_or_else(|| FREEDOMS[freedom as usize].default_choice(), |(_, choice)| choice)
    }

    /// Whether the answer in force is `choice`.
    pub(crate) fn is(&self, freedom: FreedomId, choice: &str) -> bool {
        debug_assert!(
            FREEDOMS[freedom as usize].choices.contains(&choice),
            "{choice} is no choice of {freedom:?}"
        );
        self.choice(freedom) == choice
    }

    /// Refuses when the answer in force is an error.
    pub(crate) fn refuse(&self, freedom: FreedomId, message: impl Into<String>) -> Outcome<()> {
        match ErrorName::from_choice(self.choice(freedom)) {
            Some(error) => Err(Refusal::new(error, message)),
            None => Ok(()),
        }
    }

    /// The number in force, for an open point where every choice is one.
    pub(crate) fn number(&self, freedom: FreedomId) -> usize {
        self.choice(freedom).parse().unwrap_or(usize::MAX)
    }

    /// The error in force, for an open point where every choice is one.
    pub(crate) fn refusal(&self, freedom: FreedomId, message: impl Into<String>) -> Refusal {
        self.refusal_or(freedom, Refusal::validation(message))
    }

    /// The error in force with the text of `refusal`, or `refusal` itself where no error is in force.
    pub(crate) fn refusal_or(&self, freedom: FreedomId, refusal: Refusal) -> Refusal {
        match ErrorName::from_choice(self.choice(freedom)) {
            Some(error) => Refusal { error, ..refusal },
            None => refusal,
        }
    }
}
