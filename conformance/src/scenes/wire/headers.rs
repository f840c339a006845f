//! Headers of requests and of answers, the host, and the code of errors.

use serde_json::json;
use signer_model::SignatureTime;
use signer_schemas::Operation::{
    CancelSigningProfile, GetRevocationStatus, GetSigningPlatform, GetSigningProfile, ListProfilePermissions,
    ListSigningPlatforms, PutSigningProfile,
};

use crate::data::exchange::Request;
use crate::data::signature::Signature;
use crate::judge::runner::case::Case;
use crate::judge::runner::scene::{Conversation, Scene};
use crate::judge::runner::talk::Played;
use crate::scenes::shared::altered::altered;
use crate::scenes::shared::inputs::{NO_JOB, NO_PLATFORM, job_arn, plain_input, status_input};
use crate::scenes::shared::steps::{notation, plain_profile};

pub(crate) const SCENES: &[Scene] = &[HEADERS, HOST_PREFIX, REQUEST_IDS, ERROR_CODE, FRONT_ERRORS];

const HEADERS: Scene = Scene {
    name: "wire/headers",
    operation: PutSigningProfile,
    what: "a charset, another media type, no media type, and a client that accepts no JSON",
    requirements: &[
        "common/charset-ignored",
        "common/empty-body-no-content-type",
        "common/media-type",
        "common/media-type-absent",
        "common/media-type-without-body",
        "common/accept",
    ],
    play: &Conversation(|case| Box::pin(headers(case))),
};

/// Gives a request a header in the place of the one that it had.
fn header(name: &'static str, value: &'static str) -> impl FnOnce(&mut Request) {
    move |request| {
        request.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        request.headers.push((name.to_owned(), value.to_owned()));
    }
}

async fn headers(case: &mut Case<'_>) -> Played {
    let [charset, media, accept, bare] = ["charset", "media", "accept", "bare"].map(|text| case.fresh(text));
    let (put, list) = (PutSigningProfile, ListSigningPlatforms);
    let input = plain_input(case, &charset)?;
    let with_charset = header("content-type", "application/json; charset=utf-8");
    let told = altered(case, put, input, with_charset).await?;
    case.accepted("common/charset-ignored", &told);

    let input = plain_input(case, &media)?;
    let told = altered(case, put, input, header("content-type", "text/plain")).await?;
    case.open_by_success("common/media-type", &told, "read as JSON all the same");
    let input = plain_input(case, &bare)?;
    let told = altered(case, put, input, |request| request.headers.clear()).await?;
    case.open_by_success("common/media-type-absent", &told, "read as JSON all the same");
    let told = altered(case, list, json!({}), header("content-type", "application/json")).await?;
    case.open_by_success("common/media-type-without-body", &told, "the header is ignored");
    let input = plain_input(case, &accept)?;
    let told = altered(case, put, input, header("accept", "text/html")).await?;
    case.open_by_success("common/accept", &told, "the header is ignored");
    let told = altered(case, CancelSigningProfile, json!({ "profileName": charset }), |request| {
        request.headers.clear();
        request.body.clear();
    })
    .await?;
    case.accepted("common/empty-body-no-content-type", &told);
    Ok(())
}

const HOST_PREFIX: Scene = Scene {
    name: "wire/host-prefix",
    operation: GetRevocationStatus,
    what: "the question for revocations, with the host names that clients make",
    requirements: &["common/host-prefix-ignored"],
    play: &Conversation(|case| Box::pin(host_prefix(case))),
};

async fn host_prefix(case: &mut Case<'_>) -> Played {
    let (_, creation) = notation(case, "host").await?;
    let arn = creation.text("/profileVersionArn");
    let at = json!(case.context().signature_time(SignatureTime::AfterLater));
    let input = status_input(&arn, &job_arn(&arn, NO_JOB), &at);
    let plain = case.ask(GetRevocationStatus, input.clone()).await?;
    for prefix in ["data-", "verification."] {
        let host = ("host".to_owned(), format!("{prefix}{}", case.host()));
        let push = |request: &mut Request| request.headers.push(host);
        let told = altered(case, GetRevocationStatus, input.clone(), push).await?;
        case.hold("common/host-prefix-ignored", told.class() == plain.class(), &plain.class(), &told.words());
    }
    Ok(())
}

const REQUEST_IDS: Scene = Scene {
    name: "wire/request-ids",
    operation: ListSigningPlatforms,
    what: "one call made twice and one that is refused, each under an id of its own",
    requirements: &["common/request-id-unique"],
    play: &Conversation(|case| Box::pin(request_ids(case))),
};

async fn request_ids(case: &mut Case<'_>) -> Played {
    let mut ids = Vec::new();
    for (operation, input) in [
        (ListSigningPlatforms, json!({})),
        (ListSigningPlatforms, json!({})),
        (GetSigningPlatform, json!({ "platformId": NO_PLATFORM })),
    ] {
        let told = case.ask(operation, input).await?;
        // That one is missing is the affair of the check that looks at every answer.
        let id = told.response.header("x-amzn-requestid").unwrap_or_default().to_owned();
        let again = !id.is_empty() && ids.contains(&id);
        case.hold("common/request-id-unique", !again, "an id that no other request has", &id);
        ids.push(id);
    }
    Ok(())
}

const ERROR_CODE: Scene = Scene {
    name: "wire/error-code",
    operation: GetSigningProfile,
    what: "the member code of three errors that the service was seen to give one",
    requirements: &[
        "common/error-code-member",
        "CancelSigningProfile/absent-code",
        "ListProfilePermissions/absent-code",
    ],
    play: &Conversation(|case| Box::pin(error_code(case))),
};

async fn error_code(case: &mut Case<'_>) -> Played {
    let name = plain_profile(case, "code").await?;
    let input = plain_input(case, &name)?;
    let none = json!({ "profileName": case.fresh("none") });
    let calls =
        [(PutSigningProfile, input), (CancelSigningProfile, none.clone()), (ListProfilePermissions, none)];
    for (operation, input) in calls {
        let told = case.ask(operation, input).await?;
        let has_code = told.is_success() || told.at("/code").as_str().is_some_and(|code| !code.is_empty());
        case.hold("common/error-code-member", has_code, "a text as code", &told.words());
        if operation != PutSigningProfile {
            case.same_member(
                &format!("{operation}/absent-code"),
                "/code",
                &json!("ProfileNotFound"),
                &told.body,
            );
        }
    }
    Ok(())
}

const FRONT_ERRORS: Scene = Scene {
    name: "wire/front-errors",
    operation: PutSigningProfile,
    what: "where errors that no operation declares have their text",
    requirements: &["common/front-error-text"],
    play: &Conversation(|case| Box::pin(front_errors(case))),
};

async fn front_errors(case: &mut Case<'_>) -> Played {
    let name = case.fresh("front");
    let input = plain_input(case, &name)?;
    let broken: fn(&mut Request) = |request| request.body = b"{".to_vec();
    let unsigned: fn(&mut Request) = |request| request.signature = Signature::Missing;
    let declared = signer_schemas::operation(case.edition(), PutSigningProfile)
        .map(|document| document.errors.as_slice());
    let mut is_told = false;
    for change in [broken, unsigned] {
        let told = altered(case, PutSigningProfile, input.clone(), change).await?;
        let error = told.response.error_type().filter(|_| !told.is_success()).unwrap_or_default();
        let is_declared = declared.unwrap_or_default().iter().any(|one| one.name == error);
        let member = ["message", "Message"].into_iter().find(|member| told.body[*member].is_string());
        if let (Some(member), false) = (member, error.is_empty() || is_declared) {
            case.open("common/front-error-text", member);
            is_told = true;
        }
    }
    if is_told {
        Ok(())
    } else {
        Err(case.skip("the target gives no error with a text that the operation does not declare"))
    }
}
