//! Why a call of the store has no reply that succeeds.

use signer_model::ErrorName;
use signer_reference::error::{ErrorName as Error, Refusal};

/// Why a call has no reply that succeeds.
#[derive(Debug)]
pub(super) enum Stop {
    /// The store refuses.
    Refused(ErrorName),
    /// The store says something that the model has no words for.
    Strange(String),
}

impl Stop {
    pub(super) fn strange(what: &str) -> Self {
        Self::Strange(what.to_owned())
    }
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(error_name(refusal.error))
    }
}

/// The error in the model's words; what no operation declares is [`ErrorName::Other`].
const fn error_name(error: Error) -> ErrorName {
    match error {
        Error::AccessDenied | Error::NotPermitted => ErrorName::AccessDenied,
        Error::BadRequest => ErrorName::BadRequest,
        Error::Conflict => ErrorName::Conflict,
        Error::InternalServiceError => ErrorName::InternalServiceError,
        Error::NotFound => ErrorName::NotFound,
        Error::ResourceNotFound => ErrorName::ResourceNotFound,
        Error::ServiceLimitExceeded => ErrorName::ServiceLimitExceeded,
        Error::Validation => ErrorName::Validation,
        Error::ValidationError
        | Error::NotAuthorized
        | Error::Serialization
        | Error::UnsupportedMediaType
        | Error::NotAcceptable
        | Error::RequestEntityTooLarge
        | Error::RequestTimeout
        | Error::TooManyRequests
        | Error::Throttling
        | Error::CommonThrottling
        | Error::ServiceUnavailable
        | Error::UnknownOperation
        | Error::MissingAuthenticationToken
        | Error::IncompleteSignature
        | Error::UnrecognizedClient
        | Error::InvalidSignature
        | Error::RequestExpired => ErrorName::Other,
    }
}
