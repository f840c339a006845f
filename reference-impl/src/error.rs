//! The errors that the witness answers with, by name and status.

use signer_schemas::Edition;

/// Why a call was refused: an error of the API (or of the layer before it) and a text for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Which error.
    pub error: ErrorName,
    /// A sentence for people; never compared.
    pub message: String,
    /// The `code` member of the body, where a finer reason than the name of the error is known.
    pub code: Option<&'static str>,
}

impl Refusal {
    /// A refusal without a code.
    pub fn new(error: ErrorName, message: impl Into<String>) -> Self {
        Self { error, message: message.into(), code: None }
    }

    /// A `ValidationException`, the API's catch-all for bad input and bad state.
    pub fn validation(message: impl Into<String>) -> Self {
        Self::new(ErrorName::Validation, message)
    }

    /// A `ResourceNotFoundException`.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(ErrorName::ResourceNotFound, message)
    }

    /// The same refusal with a `code` in its body.
    #[must_use]
    pub fn with_code(mut self, code: &'static str) -> Self {
        self.code = Some(code);
        self
    }
}

/// The result of a decision.
pub type Outcome<T> = Result<T, Refusal>;

/// Every error that the witness can answer with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorName {
    /// The caller may not do this.
    AccessDenied,
    /// No policy permits the caller this call, as the authorization layer says.
    NotPermitted,
    /// The same, by the other name that the common errors have for it.
    NotAuthorized,
    /// Bad ARN or tags, or a canceled profile, in the tag operations.
    BadRequest,
    /// A revision that is no longer current.
    Conflict,
    /// Ours.
    InternalServiceError,
    /// The not-found of the tag operations.
    NotFound,
    /// The not-found of all other operations.
    ResourceNotFound,
    /// A policy that has grown too large.
    ServiceLimitExceeded,
    /// Bad input or bad state.
    Validation,
    /// The common error for bad input.
    ValidationError,
    /// A body or value that does not parse.
    Serialization,
    /// A media type that is not JSON.
    UnsupportedMediaType,
    /// A client that takes no JSON.
    NotAcceptable,
    /// A body beyond the limit.
    RequestEntityTooLarge,
    /// A body that did not arrive in time.
    RequestTimeout,
    /// Too many calls, as most operations declare it.
    TooManyRequests,
    /// Too many calls, as the others declare it.
    Throttling,
    /// Too many calls, where an operation declares no error for it.
    CommonThrottling,
    /// Overloaded.
    ServiceUnavailable,
    /// No operation at this method and path.
    UnknownOperation,
    /// No credentials in the request.
    MissingAuthenticationToken,
    /// Credentials that do not parse.
    IncompleteSignature,
    /// An unknown access key.
    UnrecognizedClient,
    /// A signature that is wrong.
    InvalidSignature,
    /// A signature that is too old or too new.
    RequestExpired,
}

impl ErrorName {
    /// The name on the wire. The editions spell some of the common errors differently.
    pub fn name(self, edition: Edition) -> &'static str {
        let old = edition == Edition::May2019;
        match self {
            Self::NotAuthorized if !old => "NotAuthorized",
            Self::AccessDenied | Self::NotPermitted | Self::NotAuthorized => "AccessDeniedException",
            Self::BadRequest => "BadRequestException",
            Self::Conflict => "ConflictException",
            Self::InternalServiceError => "InternalServiceErrorException",
            Self::NotFound => "NotFoundException",
            Self::ResourceNotFound => "ResourceNotFoundException",
            Self::ServiceLimitExceeded => "ServiceLimitExceededException",
            Self::Validation => "ValidationException",
            Self::ValidationError => "ValidationError",
            Self::Serialization => "SerializationException",
            Self::UnsupportedMediaType => "UnsupportedMediaTypeException",
            Self::NotAcceptable => "NotAcceptableException",
            Self::RequestEntityTooLarge => "RequestEntityTooLargeException",
            Self::RequestTimeout => "RequestTimeoutException",
            Self::TooManyRequests => "TooManyRequestsException",
            Self::Throttling | Self::CommonThrottling => "ThrottlingException",
            Self::ServiceUnavailable => "ServiceUnavailable",
            Self::UnknownOperation if old => "InvalidAction",
            Self::UnknownOperation => "UnknownOperationException",
            Self::MissingAuthenticationToken if old => "MissingAuthenticationToken",
            Self::MissingAuthenticationToken => "MissingAuthenticationTokenException",
            Self::IncompleteSignature if old => "IncompleteSignature",
            Self::IncompleteSignature => "IncompleteSignatureException",
            Self::UnrecognizedClient if old => "InvalidClientTokenId",
            Self::UnrecognizedClient => "UnrecognizedClientException",
            Self::RequestExpired if old => "RequestExpired",
            Self::InvalidSignature | Self::RequestExpired => "InvalidSignatureException",
        }
    }

    /// The HTTP status.
    pub fn status(self, edition: Edition) -> u16 {
        let old = edition == Edition::May2019;
        match self {
            Self::IncompleteSignature | Self::RequestExpired | Self::UnknownOperation if old => 400,
            Self::BadRequest
            | Self::CommonThrottling
            | Self::Validation
            | Self::ValidationError
            | Self::Serialization => 400,
            Self::NotAuthorized if !old => 401,
            Self::ServiceLimitExceeded => 402,
            Self::AccessDenied
            | Self::NotPermitted
            | Self::NotAuthorized
            | Self::MissingAuthenticationToken
            | Self::IncompleteSignature
            | Self::UnrecognizedClient
            | Self::InvalidSignature
            | Self::RequestExpired => 403,
            Self::NotFound | Self::ResourceNotFound | Self::UnknownOperation => 404,
            Self::NotAcceptable => 406,
            Self::RequestTimeout => 408,
            Self::Conflict => 409,
            Self::RequestEntityTooLarge => 413,
            Self::UnsupportedMediaType => 415,
            Self::TooManyRequests | Self::Throttling => 429,
            Self::InternalServiceError => 500,
            Self::ServiceUnavailable => 503,
        }
    }

    /// Whether it is given before the operation is reached, by what stands before the service and declares no
    /// shape for it.
    pub(crate) fn is_of_the_front(self) -> bool {
        match self {
            Self::Serialization
            | Self::UnsupportedMediaType
            | Self::NotAcceptable
            | Self::RequestEntityTooLarge
            | Self::RequestTimeout
            | Self::CommonThrottling
            | Self::ServiceUnavailable
            | Self::UnknownOperation
            | Self::MissingAuthenticationToken
            | Self::IncompleteSignature
            | Self::UnrecognizedClient
            | Self::InvalidSignature
            | Self::RequestExpired => true,
            Self::AccessDenied
            | Self::NotPermitted
            | Self::NotAuthorized
            | Self::BadRequest
            | Self::Conflict
            | Self::InternalServiceError
            | Self::NotFound
            | Self::ResourceNotFound
            | Self::ServiceLimitExceeded
            | Self::Validation
            | Self::ValidationError
            | Self::TooManyRequests
            | Self::Throttling => false,
        }
    }

    /// Whether the authorization layer gives it, which writes its text with a capital.
    pub(crate) const fn is_of_authorization(self) -> bool {
        matches!(self, Self::NotPermitted | Self::NotAuthorized)
    }

    /// Whether operations declare it, so that its body has a `code`: what comes from the layers before has
    /// none.
    pub(crate) const fn is_of_the_api(self) -> bool {
        matches!(
            self,
            Self::BadRequest
                | Self::Conflict
                | Self::NotFound
                | Self::ResourceNotFound
                | Self::ServiceLimitExceeded
                | Self::Validation
        )
    }

    /// The error that a freedom's choice names, if the choice is an error at all.
    pub(crate) fn from_choice(choice: &str) -> Option<Self> {
        Some(match choice {
            "AccessDeniedException" => Self::AccessDenied,
            "NotAuthorized" => Self::NotAuthorized,
            "BadRequestException" => Self::BadRequest,
            "ConflictException" => Self::Conflict,
            "NotFoundException" => Self::NotFound,
            "ResourceNotFoundException" => Self::ResourceNotFound,
            "ValidationException" => Self::Validation,
            "ValidationError" => Self::ValidationError,
            "NotAcceptableException" => Self::NotAcceptable,
            "SerializationException" => Self::Serialization,
            "UnsupportedMediaTypeException" => Self::UnsupportedMediaType,
            "UnknownOperationException" => Self::UnknownOperation,
            "MissingAuthenticationTokenException" => Self::MissingAuthenticationToken,
            _ => return None,
        })
    }
}
