//! In how many ways the reference answers a call: by default, with one other choice, with two.

use std::sync::Arc;

use signer_reference::FREEDOMS;
use signer_reference::freedoms::{Freedom, FreedomId, Freedoms};
use signer_reference::store::Settings;
use signer_schemas::{Edition, Operation};

/// A choice for one or two freedoms, the others as by default.
#[derive(Clone, Debug)]
pub(super) struct Choice {
    /// As `--freedom` takes them.
    pub(super) names: Vec<String>,
    pub(super) settings: Arc<Settings>,
}

/// The choices that can show in what an operation decides.
#[derive(Clone, Debug, Default)]
pub(super) struct Choices {
    /// One freedom each.
    pub(super) singles: Vec<Choice>,
    /// Two freedoms each.
    pub(super) pairs: Vec<Choice>,
}

impl Choices {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.singles.len() + self.pairs.len()
    }

    /// A choice by its place: first the single ones, then the pairs.
    pub(super) fn get(&self, place: usize) -> Option<&Choice> {
        self.singles.get(place).or_else(|| self.pairs.get(place.checked_sub(self.singles.len())?))
    }

    pub(super) fn of(operation: Operation, edition: Edition) -> Self {
        let rows: Vec<&Freedom> =
            FREEDOMS.iter().filter(|row| shows_in(row.freedom).contains(&operation)).collect();
        let singles = rows.iter().flat_map(|row| others(row).map(|one| choice(edition, &[one]))).collect();
        let mut pairs = Vec::new();
        for (index, first) in rows.iter().enumerate() {
            for second in &rows[index + 1..] {
                pairs.extend(
                    others(first).flat_map(|one| others(second).map(move |two| choice(edition, &[one, two]))),
                );
            }
        }
        Self { singles, pairs }
    }
}

/// The settings with these freedoms.
pub(super) fn settings(edition: Edition, freedoms: Freedoms) -> Arc<Settings> {
    Arc::new(Settings { edition, job_delay: std::time::Duration::ZERO, freedoms })
}

fn others(row: &Freedom) -> impl Iterator<Item = (&'static str, &'static str)> + use<> {
    let (id, choices) = (row.id, row.choices);
    choices.iter().skip(1).map(move |choice| (id, *choice))
}

fn choice(edition: Edition, chosen: &[(&str, &str)]) -> Choice {
    let mut freedoms = Freedoms::default();
    for (id, choice) in chosen {
        // The rows are the table's own, so each is known.
        let known = freedoms.choose(id, choice);
        debug_assert!(known.is_ok(), "{known:?}");
    }
    let names = chosen.iter().map(|(id, choice)| format!("{id}={choice}")).collect();
    Choice { names, settings: settings(edition, freedoms) }
}

/// The operations whose decisions in symbols a freedom changes; none for what shows on the wire only, for
/// texts and times, for inputs that no symbol stands for, and for choices that the real service's answers
/// speak against.
#[expect(clippy::too_many_lines, reason = "a line for each freedom, so that none is forgotten")]
const fn shows_in(freedom: FreedomId) -> &'static [Operation] {
    match freedom {
        FreedomId::PutUnknownPlatform
        | FreedomId::PutCheckOrder
        | FreedomId::PutValidityPlatforms
        | FreedomId::PutMaterialRefused
        | FreedomId::PutNameTakenIn2019 => &[Operation::PutSigningProfile],
        FreedomId::CancelAgainIn2019 => &[Operation::CancelSigningProfile],
        FreedomId::GetProfileCrossAccountDenied => &[Operation::GetSigningProfile],
        FreedomId::ListProfilesRevokedWithIncludeCanceled
        | FreedomId::ListProfilesIncludeCanceledWithStatuses
        | FreedomId::ListProfilesStatusesAlone => &[Operation::ListSigningProfiles],
        FreedomId::StartNotActive
        | FreedomId::StartUnsupportedPlatform
        | FreedomId::StartMissingSource
        | FreedomId::StartCrossAccountDenied => &[Operation::StartSigningJob],
        FreedomId::DescribeOtherAccount => &[Operation::DescribeSigningJob],
        FreedomId::ListJobsNotRevokedFilter
        | FreedomId::ListJobsOtherAccount
        | FreedomId::DescribeExpiryInProgress
        | FreedomId::ListJobsWithoutExpiry => &[Operation::ListSigningJobs],
        FreedomId::ListPlatformsUnknownValue => &[Operation::ListSigningPlatforms],
        FreedomId::SignNotActive | FreedomId::SignUnsupportedPlatform | FreedomId::SignCrossAccountDenied => {
            &[Operation::SignPayload]
        }
        FreedomId::RevokeSignatureInProgress
        | FreedomId::RevokeSignatureFailed
        | FreedomId::RevokeSignatureAgain
        | FreedomId::RevokeSignatureWrongOwner
        | FreedomId::RevokeSignatureNotActiveProfile
        | FreedomId::RevokeSignatureUnsupportedPlatform
        | FreedomId::RevokeSignatureCrossAccountDenied => &[Operation::RevokeSignature],
        FreedomId::RevokeProfileWrongVersion
        | FreedomId::RevokeProfileCanceled
        | FreedomId::RevokeProfileLater
        | FreedomId::RevokeProfileEqual
        | FreedomId::RevokeProfileFuture
        | FreedomId::RevokeProfileUnsupportedPlatform
        | FreedomId::PermissionsRevisionAfterEnd => &[Operation::RevokeSigningProfile],
        FreedomId::RevocationAtEffectiveTime
        | FreedomId::RevocationUnknownEntities
        | FreedomId::RevocationPlatformMismatch
        | FreedomId::RevocationOtherAccount => &[Operation::GetRevocationStatus],
        FreedomId::AddUnsupportedPlatform | FreedomId::AddRevoked | FreedomId::AddUnresolvedPrincipal => {
            &[Operation::AddProfilePermission]
        }
        FreedomId::RemoveRevoked => &[Operation::RemoveProfilePermission],
        FreedomId::TagRevoked | FreedomId::TagLimit | FreedomId::TagBadTags => &[Operation::TagResource],
        FreedomId::UntagRevoked | FreedomId::UntagAbsentKey => &[Operation::UntagResource],
        FreedomId::ListTagsRevoked => &[Operation::ListTagsForResource],
        FreedomId::TagForeignArn => {
            &[Operation::TagResource, Operation::UntagResource, Operation::ListTagsForResource]
        }
        FreedomId::PutUnlistedPlatform
        | FreedomId::PutEmptyTags
        | FreedomId::PutBadCertificate
        | FreedomId::PutOverrideUnsupported
        | FreedomId::PutValidityOutOfRange
        | FreedomId::GetProfileRevokedBy
        | FreedomId::GetProfileStatusReason
        | FreedomId::GetProfileEmptyOwner
        | FreedomId::ListProfilesDefaultPageSize
        | FreedomId::ListProfilesBadToken
        | FreedomId::ListProfilesUnknownPlatform
        | FreedomId::StartTokenEmpty
        | FreedomId::StartEmptyOwner
        | FreedomId::StartMissingDestination
        | FreedomId::StartNoProfileName
        | FreedomId::StartNullVersionIn2019
        | FreedomId::ArchiveKept
        | FreedomId::DescribeMalformedId
        | FreedomId::ListJobsDefaultPageSize
        | FreedomId::ListPlatformsDefaultPageSize
        | FreedomId::ListJobsExpiryEdge
        | FreedomId::SignPayloadContent
        | FreedomId::RevokeSignatureRevokedBy
        | FreedomId::RevokeProfileRecord
        | FreedomId::RevokeProfileClockSkew
        | FreedomId::RevocationEcho
        | FreedomId::RevocationUnknownPlatform
        | FreedomId::RevocationMalformedArn
        | FreedomId::RevocationFuture
        | FreedomId::AddPrincipalPath
        | FreedomId::PermissionsNone
        | FreedomId::TagJobArn
        | FreedomId::TagVersionArn
        | FreedomId::TagEmptyMap
        | FreedomId::UntagBadKeys
        | FreedomId::UndeclaredValidation
        | FreedomId::QueryTimesEpoch
        | FreedomId::ArnUnescaped
        | FreedomId::TwoAuthorizations
        | FreedomId::SignaturePartTwice
        | FreedomId::ExpiryWindowMinutes
        | FreedomId::NullOrAbsent
        | FreedomId::ShortPages
        | FreedomId::TokenAndFilters
        | FreedomId::UnknownRoute
        | FreedomId::MalformedValue
        | FreedomId::MediaType
        | FreedomId::MediaTypeAbsent
        | FreedomId::MediaTypeWithoutBody
        | FreedomId::Accept
        | FreedomId::FrontErrorText
        | FreedomId::NoPermission
        | FreedomId::PermissionsPageLength => &[],
    }
}
