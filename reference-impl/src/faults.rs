//! Deliberate mistakes: each must be noticed by whoever judges this server.
//!
//! A fault is one row here, one variant of [`FaultId`] and one `if` at the place where it is made.
//! All are off unless named.

use signer_schemas::Edition;

/// A deliberate mistake.
#[derive(Debug)]
pub struct Fault {
    /// Which one, for the code.
    pub fault: FaultId,
    /// The name on the command line.
    pub id: &'static str,
    /// What the server does wrong.
    pub title: &'static str,
    /// The kind of mistake.
    pub category: Category,
    /// The editions in which it shows.
    pub editions: &'static [Edition],
    /// The requirement that it breaks.
    pub requirement: &'static str,
}

/// The kinds of mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names are the description")]
pub enum Category {
    Schema,
    Error,
    Wire,
    Auth,
    Validation,
    State,
    Idempotency,
    Pagination,
    Filter,
    Permissions,
    Revocation,
    Tags,
    Jobs,
}

/// The deliberate mistakes by name, in the order of [`FAULTS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is described by its row in FAULTS")]
pub enum FaultId {
    ProfileVersionHyphenated,
    JobOwnerArn,
    StatusUpperCase,
    MaxSizeString,
    TagsAsList,
    TimestampsIso,
    VersionArnWithoutVersion,
    ErrorTypeMissing,
    NotFoundIs400,
    CancelAbsent500,
    DescribeAbsent200,
    TagNotFoundMisnamed,
    ErrorBodyEmpty,
    ErrorBodyCutOff,
    ContentTypeHtml,
    RequestIdMissing,
    PutStatus201,
    CancelWithBody,
    TagArnNotDecoded,
    QueryListFirstOnly,
    UnknownMembersRefused,
    NullRefused,
    MalformedBody500,
    UnsignedAccepted,
    UnknownKeyAccepted,
    BadSignatureAccepted,
    ExpiredAccepted,
    NameMaxOffByOne,
    NameMaxRefused,
    NamePatternUnchecked,
    PlatformRequiredUnchecked,
    JobStatusEnumUnchecked,
    MaxResultsUnchecked,
    PayloadMaxUnchecked,
    PayloadBase64Unchecked,
    PayloadFormatUnchecked,
    TagKeyPatternUnchecked,
    ReasonMinUnchecked,
    WrongTypeAccepted,
    PutReplaces,
    CanceledSigns,
    RevokedSigns,
    CanceledUnreadable,
    CancelHasNoEffect,
    ListShowsCanceled,
    IncludeCanceledIgnored,
    DefaultValidityMissing,
    PutDropsTags,
    PutDropsParameters,
    VersionReused,
    TokenIgnored,
    TokenBoundToParameters,
    SignPayloadReusesJob,
    PageRepeatsItem,
    PageLosesItem,
    PageTooLarge,
    TokenNeverEnds,
    BadTokenAccepted,
    CategoryFilterIgnored,
    ProfilePlatformFilterIgnored,
    StatusesFilterIgnored,
    JobStatusFilterIgnored,
    RevokedFilterIgnored,
    ExpiryFilterSwapped,
    RevisionUnchecked,
    StaleRevisionWins,
    AddKeepsRevision,
    CrossAccountUnchecked,
    PermissionIgnored,
    RemoveKeepsStatement,
    PolicySizeZero,
    DuplicateStatementReplaces,
    ProfileRevocationUnreported,
    JobRevocationUnreported,
    RevocationBeforeEffective,
    RevocationListsAll,
    EffectiveTimeMovesLater,
    EffectiveTimeNeverMoves,
    FutureRevocationAccepted,
    SignatureRevocationLost,
    JobStatusRevoked,
    RevokeUnknownJob,
    TagCanceledAccepted,
    TagReplacesAll,
    TagKeepsOldValue,
    UntagRemovesAll,
    TagAnyArn,
    JobFlipsBack,
    ExpiryBy30Days,
    JobOwnerIsInvoker,
    UnknownProfileStarts,
    FailedJobHasObject,
    JobKeyWithSlash,
    InvokerWrong,
    ListedJobLacksProfile,
}

const BOTH: &[Edition] = &[Edition::Current, Edition::May2019];
const CURRENT: &[Edition] = &[Edition::Current];

const fn fault(
    fault: FaultId,
    id: &'static str,
    category: Category,
    editions: &'static [Edition],
    requirement: &'static str,
    title: &'static str,
) -> Fault {
    Fault { fault, id, title, category, editions, requirement }
}

use {Category as K, FaultId as F};

/// Every deliberate mistake.
#[rustfmt::skip]
pub static FAULTS: &[Fault] = &[
    fault(F::ProfileVersionHyphenated, "profile-version-hyphenated", K::Schema, CURRENT, "PutSigningProfile/output/profileVersion/pattern", "a profile version is the head of a UUID, with a hyphen in it"),
    fault(F::JobOwnerArn, "job-owner-arn", K::Schema, CURRENT, "StartSigningJob/output/jobOwner/pattern", "jobOwner is an ARN, not an account id"),
    fault(F::StatusUpperCase, "status-upper-case", K::Schema, BOTH, "GetSigningProfile/output/status/enum", "a profile shows its status in capitals"),
    fault(F::MaxSizeString, "max-size-string", K::Schema, BOTH, "GetSigningPlatform/output/maxSizeInMB/type", "maxSizeInMB is a string"),
    fault(F::TagsAsList, "tags-as-list", K::Schema, CURRENT, "ListTagsForResource/output/tags/type", "tags come as a list of keys and values"),
    fault(F::TimestampsIso, "timestamps-iso", K::Schema, BOTH, "common/epoch-timestamps", "timestamps in answers are ISO 8601 strings"),
    fault(F::VersionArnWithoutVersion, "version-arn-without-version", K::Schema, CURRENT, "PutSigningProfile/version-in-arn", "profileVersionArn is the ARN of the profile"),
    fault(F::ErrorTypeMissing, "error-type-missing", K::Error, BOTH, "common/error-type", "errors carry no type"),
    fault(F::NotFoundIs400, "not-found-is-400", K::Error, BOTH, "common/error-status", "not-found errors have status 400"),
    fault(F::CancelAbsent500, "cancel-absent-500", K::Error, BOTH, "CancelSigningProfile/absent", "canceling a profile that is not there is an internal failure"),
    fault(F::DescribeAbsent200, "describe-absent-200", K::Error, BOTH, "DescribeSigningJob/absent", "describing a job that is not there gives an empty job"),
    fault(F::TagNotFoundMisnamed, "tag-not-found-misnamed", K::Error, CURRENT, "common/error-declared", "tag operations answer with the not-found of the other operations"),
    fault(F::ErrorBodyEmpty, "error-body-empty", K::Error, BOTH, "common/error-shape", "errors have no body"),
    fault(F::ErrorBodyCutOff, "error-body-cut-off", K::Error, BOTH, "common/well-formed-json", "the JSON of errors lacks its end"),
    fault(F::ContentTypeHtml, "content-type-html", K::Wire, BOTH, "common/content-type", "JSON is sent as text/html"),
    fault(F::RequestIdMissing, "request-id-missing", K::Wire, BOTH, "common/request-id", "answers have no request id"),
    fault(F::PutStatus201, "put-status-201", K::Wire, BOTH, "common/status-200", "creating a profile answers 201"),
    fault(F::CancelWithBody, "cancel-with-body", K::Wire, BOTH, "CancelSigningProfile/empty-body", "canceling answers with the profile"),
    fault(F::TagArnNotDecoded, "tag-arn-not-decoded", K::Wire, CURRENT, "TagResource/tags", "a percent-encoded ARN in the path is not decoded"),
    fault(F::QueryListFirstOnly, "query-list-first-only", K::Wire, CURRENT, "ListTagsForResource/none", "of a repeated query member only the first is seen"),
    fault(F::UnknownMembersRefused, "unknown-members-refused", K::Wire, BOTH, "common/unknown-members-ignored", "a body with an unknown member is refused"),
    fault(F::NullRefused, "null-refused", K::Wire, BOTH, "common/null-is-absent", "a null member is refused"),
    fault(F::MalformedBody500, "malformed-body-500", K::Wire, BOTH, "common/malformed-body-refused", "a body that is no JSON is an internal failure"),
    fault(F::UnsignedAccepted, "unsigned-accepted", K::Auth, BOTH, "common/unsigned-refused", "a request without a signature is served"),
    fault(F::UnknownKeyAccepted, "unknown-key-accepted", K::Auth, BOTH, "common/unknown-key-refused", "a request with an unknown access key is served"),
    fault(F::BadSignatureAccepted, "bad-signature-accepted", K::Auth, BOTH, "common/bad-signature-refused", "the signature is not compared"),
    fault(F::ExpiredAccepted, "expired-accepted", K::Auth, BOTH, "common/expired-request-refused", "the time of the signature is not looked at"),
    fault(F::NameMaxOffByOne, "name-max-off-by-one", K::Validation, BOTH, "PutSigningProfile/input/profileName/max-length", "a profile name may be one character too long"),
    fault(F::NameMaxRefused, "name-max-refused", K::Validation, BOTH, "PutSigningProfile/input/profileName/max-length", "a profile name of the greatest length is refused"),
    fault(F::NamePatternUnchecked, "name-pattern-unchecked", K::Validation, BOTH, "PutSigningProfile/input/profileName/pattern", "a profile name may hold any character"),
    fault(F::PlatformRequiredUnchecked, "platform-required-unchecked", K::Validation, BOTH, "PutSigningProfile/input/platformId/required", "a profile without a platform gets one"),
    fault(F::JobStatusEnumUnchecked, "job-status-enum-unchecked", K::Validation, BOTH, "ListSigningJobs/input/status/enum", "any status is taken as a filter of jobs"),
    fault(F::MaxResultsUnchecked, "max-results-unchecked", K::Validation, BOTH, "ListSigningPlatforms/input/maxResults/maximum", "any page size is accepted for platforms"),
    fault(F::PayloadMaxUnchecked, "payload-max-unchecked", K::Validation, CURRENT, "SignPayload/input/payload/max-length", "a payload may be larger than allowed"),
    fault(F::PayloadBase64Unchecked, "payload-base64-unchecked", K::Validation, CURRENT, "SignPayload/input/payload/base64", "a payload that is no base64 is signed as it stands"),
    fault(F::PayloadFormatUnchecked, "payload-format-unchecked", K::Validation, CURRENT, "SignPayload/payload-format", "any payload format is signed"),
    fault(F::TagKeyPatternUnchecked, "tag-key-pattern-unchecked", K::Validation, CURRENT, "TagResource/input/tags{key}/pattern", "a tag key may hold any character"),
    fault(F::ReasonMinUnchecked, "reason-min-unchecked", K::Validation, CURRENT, "RevokeSignature/input/reason/min-length", "a signature is revoked for an empty reason"),
    fault(F::WrongTypeAccepted, "wrong-type-accepted", K::Validation, BOTH, "StartSigningJob/input/clientRequestToken/type", "a client token that is a number is taken for text"),
    fault(F::PutReplaces, "put-replaces", K::State, BOTH, "PutSigningProfile/name-taken", "creating a profile under a taken name replaces it"),
    fault(F::CanceledSigns, "canceled-signs", K::State, BOTH, "StartSigningJob/not-active", "a canceled profile still signs"),
    fault(F::RevokedSigns, "revoked-signs", K::State, CURRENT, "SignPayload/not-active", "a revoked profile still signs"),
    fault(F::CanceledUnreadable, "canceled-unreadable", K::State, BOTH, "GetSigningProfile/canceled-readable", "a canceled profile is gone"),
    fault(F::CancelHasNoEffect, "cancel-has-no-effect", K::State, BOTH, "ListSigningProfiles/active-only", "canceling is answered, but changes nothing"),
    fault(F::ListShowsCanceled, "list-shows-canceled", K::State, BOTH, "ListSigningProfiles/active-only", "the default list shows canceled profiles"),
    fault(F::IncludeCanceledIgnored, "include-canceled-ignored", K::State, BOTH, "ListSigningProfiles/include-canceled", "includeCanceled is ignored"),
    fault(F::DefaultValidityMissing, "default-validity-missing", K::State, CURRENT, "PutSigningProfile/default-validity-shown", "a profile without a validity period shows none"),
    fault(F::PutDropsTags, "put-drops-tags", K::State, CURRENT, "ListTagsForResource/lists", "tags given at creation are dropped"),
    fault(F::PutDropsParameters, "put-drops-parameters", K::State, BOTH, "PutSigningProfile/template-kept", "signing parameters given at creation are dropped"),
    fault(F::VersionReused, "version-reused", K::State, CURRENT, "PutSigningProfile/fresh-version", "every profile has the same version"),
    fault(F::TokenIgnored, "token-ignored", K::Idempotency, BOTH, "StartSigningJob/token-replay", "a repeated client token makes a second job"),
    fault(F::TokenBoundToParameters, "token-bound-to-parameters", K::Idempotency, BOTH, "StartSigningJob/token-replay-other-parameters", "a client token with other parameters makes another job"),
    fault(F::SignPayloadReusesJob, "sign-payload-reuses-job", K::Idempotency, CURRENT, "SignPayload/fresh-id", "signing the same payload again answers with the first job"),
    fault(F::PageRepeatsItem, "page-repeats-item", K::Pagination, BOTH, "ListSigningProfiles/complete", "the last profile of a page comes again on the next"),
    fault(F::PageLosesItem, "page-loses-item", K::Pagination, BOTH, "ListSigningJobs/complete", "the first job of each further page is lost"),
    fault(F::PageTooLarge, "page-too-large", K::Pagination, BOTH, "ListSigningPlatforms/page-size", "a page of platforms has one item more than asked for"),
    fault(F::TokenNeverEnds, "token-never-ends", K::Pagination, BOTH, "ListSigningProfiles/next-token-ends", "the last page of profiles has a token, too"),
    fault(F::BadTokenAccepted, "bad-token-accepted", K::Pagination, BOTH, "ListSigningPlatforms/bad-token", "any token gives the first page of platforms"),
    fault(F::CategoryFilterIgnored, "category-filter-ignored", K::Filter, BOTH, "ListSigningPlatforms/category-filter", "the category filter of platforms is ignored"),
    fault(F::ProfilePlatformFilterIgnored, "profile-platform-filter-ignored", K::Filter, CURRENT, "ListSigningProfiles/platform-filter", "the platform filter of profiles is ignored"),
    fault(F::StatusesFilterIgnored, "statuses-filter-ignored", K::Filter, CURRENT, "ListSigningProfiles/statuses-filter", "the statuses filter of profiles is ignored"),
    fault(F::JobStatusFilterIgnored, "job-status-filter-ignored", K::Filter, BOTH, "ListSigningJobs/status-filter", "the status filter of jobs is ignored"),
    fault(F::RevokedFilterIgnored, "revoked-filter-ignored", K::Filter, CURRENT, "ListSigningJobs/revoked-filter", "the isRevoked filter of jobs is ignored"),
    fault(F::ExpiryFilterSwapped, "expiry-filter-swapped", K::Filter, CURRENT, "ListSigningJobs/expires-after-filter", "signatureExpiresAfter selects those that expire before"),
    fault(F::RevisionUnchecked, "revision-unchecked", K::Permissions, CURRENT, "RemoveProfilePermission/stale-revision", "a permission is removed whatever the revision"),
    fault(F::StaleRevisionWins, "stale-revision-wins", K::Permissions, CURRENT, "AddProfilePermission/stale-revision", "a permission is added under a stale revision"),
    fault(F::AddKeepsRevision, "add-keeps-revision", K::Permissions, CURRENT, "AddProfilePermission/new-revision", "adding a permission leaves the revision as it was"),
    fault(F::CrossAccountUnchecked, "cross-account-unchecked", K::Permissions, CURRENT, "GetSigningProfile/cross-account-denied", "another account reads a profile without permission"),
    fault(F::PermissionIgnored, "permission-ignored", K::Permissions, CURRENT, "GetSigningProfile/cross-account-granted", "a permission has no effect"),
    fault(F::RemoveKeepsStatement, "remove-keeps-statement", K::Permissions, CURRENT, "ListProfilePermissions/lists", "a removed permission is still there"),
    fault(F::PolicySizeZero, "policy-size-zero", K::Permissions, CURRENT, "ListProfilePermissions/policy-size", "a policy has no size"),
    fault(F::DuplicateStatementReplaces, "duplicate-statement-replaces", K::Permissions, CURRENT, "AddProfilePermission/duplicate-statement", "a statement under a taken id replaces the first"),
    fault(F::ProfileRevocationUnreported, "profile-revocation-unreported", K::Revocation, CURRENT, "GetRevocationStatus/profile-revoked-after", "a revoked profile is not reported"),
    fault(F::JobRevocationUnreported, "job-revocation-unreported", K::Revocation, CURRENT, "GetRevocationStatus/job-revoked", "a revoked signature is not reported"),
    fault(F::RevocationBeforeEffective, "revocation-before-effective", K::Revocation, CURRENT, "GetRevocationStatus/profile-revoked-before", "a revoked profile is reported for signatures before the effective time"),
    fault(F::RevocationListsAll, "revocation-lists-all", K::Revocation, CURRENT, "GetRevocationStatus/none-revoked", "everything asked about is reported as revoked"),
    fault(F::EffectiveTimeMovesLater, "effective-time-moves-later", K::Revocation, CURRENT, "GetSigningProfile/effective-from", "a second revocation moves the effective time later"),
    fault(F::EffectiveTimeNeverMoves, "effective-time-never-moves", K::Revocation, CURRENT, "GetSigningProfile/effective-from", "a second revocation does not move the effective time earlier"),
    fault(F::FutureRevocationAccepted, "future-revocation-accepted", K::Revocation, CURRENT, "RevokeSigningProfile/future", "an effective time in the future is accepted"),
    fault(F::SignatureRevocationLost, "signature-revocation-lost", K::Revocation, CURRENT, "RevokeSignature/revokes", "revoking a signature is answered, but changes nothing"),
    fault(F::JobStatusRevoked, "job-status-revoked", K::Revocation, CURRENT, "DescribeSigningJob/output/status/enum", "a revoked job has the status Revoked"),
    fault(F::RevokeUnknownJob, "revoke-unknown-job", K::Revocation, CURRENT, "RevokeSignature/absent", "revoking a job that is not there is answered with success"),
    fault(F::TagCanceledAccepted, "tag-canceled-accepted", K::Tags, CURRENT, "TagResource/canceled", "a canceled profile takes tags"),
    fault(F::TagReplacesAll, "tag-replaces-all", K::Tags, CURRENT, "ListTagsForResource/lists", "new tags replace all others"),
    fault(F::TagKeepsOldValue, "tag-keeps-old-value", K::Tags, CURRENT, "ListTagsForResource/lists", "a tag keeps its first value"),
    fault(F::UntagRemovesAll, "untag-removes-all", K::Tags, CURRENT, "ListTagsForResource/lists", "removing one tag removes all"),
    fault(F::TagAnyArn, "tag-any-arn", K::Tags, CURRENT, "TagResource/bad-arn", "tagging something that is no ARN is answered with success"),
    fault(F::JobFlipsBack, "job-flips-back", K::Jobs, BOTH, "DescribeSigningJob/terminal-stays", "a job that has ended is shown as in progress again"),
    fault(F::ExpiryBy30Days, "expiry-by-30-days", K::Jobs, CURRENT, "DescribeSigningJob/expiry", "a month of validity has thirty days"),
    fault(F::JobOwnerIsInvoker, "job-owner-is-invoker", K::Jobs, CURRENT, "StartSigningJob/job-owner", "a job belongs to the account that calls"),
    fault(F::UnknownProfileStarts, "unknown-profile-starts", K::Jobs, BOTH, "StartSigningJob/unknown-profile", "a job starts for a profile that is not there"),
    fault(F::FailedJobHasObject, "failed-job-has-object", K::Jobs, BOTH, "DescribeSigningJob/failed-has-no-object", "a failed job shows a signed object"),
    fault(F::JobKeyWithSlash, "job-key-with-slash", K::Jobs, BOTH, "StartSigningJob/job-key", "a slash is put between prefix and job id"),
    fault(F::InvokerWrong, "invoker-wrong", K::Jobs, CURRENT, "DescribeSigningJob/invoker", "a job names an account that did not start it"),
    fault(F::ListedJobLacksProfile, "listed-job-lacks-profile", K::Jobs, CURRENT, "ListSigningJobs/entry-agrees", "a listed job names another profile than the described one"),
];

/// The mistakes that one server makes: a set.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Faults(u128);

impl Faults {
    /// Adds the fault with this id.
    pub fn insert(&mut self, id: &str) -> Result<(), String> {
        let row = FAULTS.iter().find(|row| row.id == id).ok_or_else(|| format!("no fault is called {id:?}"))?;
        self.0 |= 1 << row.fault as u32;
        Ok(())
    }

    /// Whether the server makes this mistake.
    pub const fn has(self, fault: FaultId) -> bool {
        self.0 & (1 << fault as u32) != 0
    }
}
