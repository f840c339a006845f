//! Signatures of requests: when they hold, what they cover, and how a wrong one is refused.

use serde_json::json;
use signer_schemas::Operation::{ListSigningPlatforms, PutSigningProfile};

use crate::data::signature::{Signature, Wrong};
use crate::judge::runner::case::Case;
use crate::judge::runner::scene::{Conversation, Scene};
use crate::judge::runner::talk::{Played, Stop, Told};
use crate::scenes::shared::altered::signed_so;
use crate::scenes::shared::inputs::plain_input;
use crate::scenes::shared::steps::is_unmade;

pub(crate) const SCENES: &[Scene] =
    &[CLOCK_WINDOW, SIGNATURES, SIGNATURE_SCOPE, SIGNATURE_COVER, TWO_SIGNATURES, AUTHENTICATION_ERRORS];

const CLOCK_WINDOW: Scene = Scene {
    name: "wire/clock-window",
    operation: ListSigningPlatforms,
    what: "requests that were signed a while ago",
    requirements: &["common/expired-request-window"],
    play: &Conversation(|case| Box::pin(clock_window(case))),
};

async fn clock_window(case: &mut Case<'_>) -> Played {
    case.authenticates()?;
    let recent = listed_so(case, Signature::Aged(4)).await?;
    case.accepted("common/expired-request-window", &recent);
    let old = listed_so(case, Signature::Aged(16)).await?;
    case.refused("common/expired-request-refused", &old);
    let between = listed_so(case, Signature::Aged(10)).await?;
    case.open("common/expired-request-window", if between.is_success() { "15 minutes" } else { "5 minutes" });
    Ok(())
}

async fn listed_so(case: &mut Case<'_>, signature: Signature) -> Result<Told, Stop> {
    signed_so(case, signature, ListSigningPlatforms, json!({})).await
}

const SIGNATURES: Scene = Scene {
    name: "wire/signatures",
    operation: ListSigningPlatforms,
    what: "signatures in the query, of another algorithm, by other dates, with half a credential, and one \
        that has expired",
    requirements: &[
        "common/query-signing",
        "common/signing-algorithm",
        "common/amz-date-first",
        "common/date-alone",
        "common/amz-date-format",
        "common/credential-format",
        "common/presigned-expiry",
    ],
    play: &Conversation(|case| Box::pin(signatures(case))),
};

async fn signatures(case: &mut Case<'_>) -> Played {
    case.authenticates()?;
    let told = listed_so(case, Signature::Query).await?;
    case.accepted("common/query-signing", &told);
    let told = listed_so(case, Signature::QueryAlgorithm).await?;
    case.refused("common/signing-algorithm", &told);
    let told = listed_so(case, Signature::TwoDates).await?;
    case.accepted("common/amz-date-first", &told);
    let told = listed_so(case, Signature::DateAlone).await?;
    case.accepted("common/date-alone", &told);
    for (signature, requirement) in [
        (Signature::ExtendedDate, "common/amz-date-format"),
        (Signature::OpenCredential, "common/credential-format"),
        (Signature::QueryExpired, "common/presigned-expiry"),
    ] {
        let told = listed_so(case, signature).await?;
        case.refused(requirement, &told);
    }
    Ok(())
}

const SIGNATURE_SCOPE: Scene = Scene {
    name: "wire/signature-scope",
    operation: ListSigningPlatforms,
    what: "signatures for another service, for no Region, and for something that is none",
    requirements: &["common/scope-service", "common/scope-region"],
    play: &Conversation(|case| Box::pin(signature_scope(case))),
};

async fn signature_scope(case: &mut Case<'_>) -> Played {
    case.authenticates()?;
    for (signature, requirement) in [
        (Signature::OtherService, "common/scope-service"),
        (Signature::NoRegion, "common/scope-region"),
        (Signature::StrangeRegion, "common/scope-region"),
    ] {
        let told = listed_so(case, signature).await?;
        case.refused(requirement, &told);
    }
    Ok(())
}

const SIGNATURE_COVER: Scene = Scene {
    name: "wire/signature-cover",
    operation: PutSigningProfile,
    what: "bodies and headers that the signature does not cover",
    requirements: &["common/payload-hash", "common/payload-word", "common/amz-headers-signed"],
    play: &Conversation(|case| Box::pin(signature_cover(case))),
};

async fn signature_cover(case: &mut Case<'_>) -> Played {
    case.authenticates()?;
    for (signature, requirement) in [
        (Signature::OtherHash, "common/payload-hash"),
        (Signature::OtherBody, "common/payload-hash"),
        (Signature::PayloadWord, "common/payload-word"),
        (Signature::UncoveredHeader, "common/amz-headers-signed"),
    ] {
        let name = case.fresh("cover");
        let input = plain_input(case, &name)?;
        let told = signed_so(case, signature, PutSigningProfile, input).await?;
        case.refused(requirement, &told);
        is_unmade(case, requirement, &name).await?;
    }
    Ok(())
}

const TWO_SIGNATURES: Scene = Scene {
    name: "wire/two-signatures",
    operation: ListSigningPlatforms,
    what: "two signatures, of which one is wrong: in header and query, in two headers, and in one",
    requirements: &[
        "common/one-signature",
        "common/two-authorization-headers",
        "common/signature-part-twice",
    ],
    play: &Conversation(|case| Box::pin(two_signatures(case))),
};

async fn two_signatures(case: &mut Case<'_>) -> Played {
    case.authenticates()?;
    let told = listed_so(case, Signature::HeaderAndQuery).await?;
    case.refused("common/one-signature", &told);
    for (point, second_is_wrong, first_is_wrong) in [
        (
            "common/two-authorization-headers",
            Signature::TwoAuthorizations(Wrong::Second),
            Signature::TwoAuthorizations(Wrong::First),
        ),
        (
            "common/signature-part-twice",
            Signature::TwoParts(Wrong::Second),
            Signature::TwoParts(Wrong::First),
        ),
    ] {
        let first_counts = listed_so(case, second_is_wrong).await?.is_success();
        let last_counts = listed_so(case, first_is_wrong).await?.is_success();
        let answer = match (first_counts, last_counts) {
            (false, false) => "refused",
            (true, false) => "the first counts",
            (false, true) => "the last counts",
            (true, true) => "either counts",
        };
        case.open(point, answer);
    }
    Ok(())
}

const AUTHENTICATION_ERRORS: Scene = Scene {
    name: "wire/authentication-errors",
    operation: ListSigningPlatforms,
    what: "the errors of authentication have the statuses that the common list gives them",
    requirements: &[
        "common/bad-signature-refused",
        "common/error/IncompleteSignature",
        "common/error/RequestExpired",
        "common/error/UnrecognizedClientException",
        "common/error/InvalidClientTokenId",
        "common/error/MissingAuthenticationToken",
    ],
    play: &Conversation(|case| Box::pin(authentication_errors(case))),
};

async fn authentication_errors(case: &mut Case<'_>) -> Played {
    case.authenticates()?;
    for (signature, errors) in [
        (Signature::Incomplete, ["IncompleteSignature"].as_slice()),
        (Signature::Expired, &["RequestExpired"]),
        (Signature::UnknownKey, &["UnrecognizedClientException", "InvalidClientTokenId"]),
        (Signature::Missing, &["MissingAuthenticationToken"]),
    ] {
        let told = listed_so(case, signature).await?;
        if signature == Signature::Incomplete {
            case.refused("common/bad-signature-refused", &told);
        }
        for error in errors {
            case.has_status(&format!("common/error/{error}"), &told);
        }
    }
    Ok(())
}
