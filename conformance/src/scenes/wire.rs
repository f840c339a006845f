//! The wire: headers, bodies, encodings, signatures, and requests that belong to no operation.

use base64::Engine as _;
use serde_json::json;
use signer_model::{Account, Platform, SignatureTime};
use signer_schemas::{Edition, Operation};

use crate::data::exchange::{Request, Signature, Wrong};
use crate::judge::runner::case::Case;
use crate::judge::runner::scene::Scene;
use crate::judge::runner::talk::{Played, Stop, Told, with};
use crate::line::wire::encode::percent_encode;
use crate::scenes::calls::{keys, made, plain, plain_input};

const PUT: Operation = Operation::PutSigningProfile;

const PROFILES: Operation = Operation::ListSigningProfiles;

const JOBS: Operation = Operation::ListSigningJobs;

const PLATFORMS: Operation = Operation::ListSigningPlatforms;

const TAGS: Operation = Operation::ListTagsForResource;

const STATUS: Operation = Operation::GetRevocationStatus;

pub(super) const SCENES: &[Scene] = &[
    Scene {
        name: "wire/json-types",
        operation: PUT,
        what: "members of other JSON types than their own, and nulls inside lists and maps",
        requirements: &["common/wrong-json-type-refused", "common/null-in-list-refused", "common/undeclared-validation"],
        play: |case| Box::pin(json_types(case)),
    },
    Scene {
        name: "wire/headers",
        operation: PUT,
        what: "a charset, another media type, no media type, and a client that accepts no JSON",
        requirements: &["common/charset-ignored", "common/empty-body-no-content-type", "common/media-type", "common/accept"],
        play: |case| Box::pin(headers(case)),
    },
    Scene {
        name: "wire/arn-in-path",
        operation: TAGS,
        what: "an ARN in the path, percent-encoded and not",
        requirements: &["common/arn-percent-encoding", "common/arn-unescaped", "common/signed-wire-path"],
        play: |case| Box::pin(arn_in_path(case)),
    },
    Scene {
        name: "wire/timestamps",
        operation: Operation::RevokeSigningProfile,
        what: "times with a fraction in a body, and in a query as dates and as numbers",
        requirements: &["common/body-timestamp-fraction", "common/query-timestamps-iso", "common/query-timestamps-epoch"],
        play: |case| Box::pin(timestamps(case)),
    },
    Scene {
        name: "wire/booleans",
        operation: PROFILES,
        what: "true and false in a query",
        requirements: &["common/query-booleans"],
        play: |case| Box::pin(booleans(case)),
    },
    Scene {
        name: "wire/unknown-route",
        operation: PLATFORMS,
        what: "paths and methods that no operation has",
        requirements: &["common/unknown-route"],
        play: |case| Box::pin(unknown_route(case)),
    },
    Scene {
        name: "wire/large-body",
        operation: PUT,
        what: "a body of eight megabytes",
        requirements: &["common/oversize-body"],
        play: |case| Box::pin(large_body(case)),
    },
    Scene {
        name: "wire/error-code",
        operation: Operation::GetSigningProfile,
        what: "the member code of errors",
        requirements: &["common/error-code-member"],
        play: |case| Box::pin(error_code(case)),
    },
    Scene {
        name: "wire/host-prefix",
        operation: Operation::GetRevocationStatus,
        what: "the question for revocations, with the host names that clients make",
        requirements: &["common/host-prefix-ignored"],
        play: |case| Box::pin(host_prefix(case)),
    },
    Scene {
        name: "wire/clock-window",
        operation: PLATFORMS,
        what: "requests that were signed a while ago",
        requirements: &["common/expired-request-window"],
        play: |case| Box::pin(clock_window(case)),
    },
    Scene {
        name: "wire/signatures",
        operation: PLATFORMS,
        what: "signatures in the query, of another algorithm, beside another date, and incomplete ones",
        requirements: &["common/query-signing", "common/signing-algorithm", "common/amz-date-first"],
        play: |case| Box::pin(signatures(case)),
    },
    Scene {
        name: "wire/signature-scope",
        operation: PLATFORMS,
        what: "signatures for another service, for no Region, and for something that is none",
        requirements: &["common/scope-service", "common/scope-region"],
        play: |case| Box::pin(signature_scope(case)),
    },
    Scene {
        name: "wire/signature-cover",
        operation: PUT,
        what: "bodies and headers that the signature does not cover",
        requirements: &["common/payload-hash", "common/payload-word", "common/amz-headers-signed"],
        play: |case| Box::pin(signature_cover(case)),
    },
    Scene {
        name: "wire/two-signatures",
        operation: PLATFORMS,
        what: "two signatures, of which one is wrong: in header and query, in two headers, and in one",
        requirements: &["common/one-signature", "common/two-authorization-headers", "common/signature-part-twice"],
        play: |case| Box::pin(two_signatures(case)),
    },
    Scene {
        name: "wire/authentication-errors",
        operation: PLATFORMS,
        what: "the errors of authentication have the statuses that the common list gives them",
        requirements: &[
            "common/bad-signature-refused",
            "common/error/IncompleteSignature",
            "common/error/RequestExpired",
            "common/error/UnrecognizedClientException",
            "common/error/InvalidClientTokenId",
            "common/error/MissingAuthenticationToken",
        ],
        play: |case| Box::pin(authentication_errors(case)),
    },
];

/// Whether base64 somewhere in the bytes holds that text.
pub(super) fn base64_holds(bytes: &[u8], text: &[u8]) -> bool {
    let words = bytes.split(|byte| !byte.is_ascii_alphanumeric() && !b"+/=".contains(byte));
    let mut decoded =
        words.filter(|word| word.len() > 16).filter_map(|word| base64::engine::general_purpose::STANDARD.decode(word).ok());
    decoded.any(|decoded| decoded.windows(text.len()).any(|window| window == text))
}

/// The time after a span of the calendar, in epoch seconds, and the day of the month from which it is reckoned.
pub(super) fn later(from_s: f64, span: jiff::Span) -> Option<(f64, i8)> {
    #[expect(clippy::cast_possible_truncation, reason = "a run's times lie within this century")]
    let from = jiff::Timestamp::from_millisecond((from_s * 1000.0) as i64).ok()?.to_zoned(jiff::tz::TimeZone::UTC);
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of this century fit")]
    let end = from.checked_add(span).ok()?.timestamp().as_millisecond() as f64 / 1000.0;
    Some((end, from.day()))
}

async fn json_types(case: &mut Case<'_>) -> Played {
    let name = case.fresh("types");
    let base = plain_input(case, &name)?;
    let mut wrong = vec![
        json!({ "platformId": 5 }),
        json!({ "platformId": ["x"] }),
        json!({ "overrides": "none" }),
        json!({ "overrides": { "signingConfiguration": [] } }),
        json!({ "signingParameters": { "key": 1 } }),
        json!({ "signingMaterial": "none" }),
    ];
    let mut null = vec![json!({ "signingParameters": { "key": null } })];
    if case.edition() == Edition::Current {
        wrong.extend([
            json!({ "tags": ["a"] }),
            json!({ "tags": { "a": 1 } }),
            json!({ "signatureValidityPeriod": { "value": "1", "type": "DAYS" } }),
            json!({ "signatureValidityPeriod": { "value": 1.5, "type": "DAYS" } }),
        ]);
        null.push(json!({ "tags": { "a": null } }));
    }
    for (requirement, changes) in [("common/wrong-json-type-refused", wrong), ("common/null-in-list-refused", null)] {
        for change in changes {
            let told = case.ask(PUT, with(base.clone(), &change)).await?;
            case.hold(requirement, told.response.status == 400, "a refusal with status 400", &told.words());
        }
    }
    let view = case.ask(Operation::GetSigningProfile, json!({ "profileName": name })).await?;
    case.hold("common/wrong-json-type-refused", !view.is_success(), "no profile was made", &view.words());
    // Get declares no ValidationException, in the edition of today.
    let told = case.ask(Operation::GetSigningProfile, json!({ "profileName": "!" })).await?;
    case.open_by_class("common/undeclared-validation", &told);
    Ok(())
}

async fn headers(case: &mut Case<'_>) -> Played {
    let header = |request: &mut Request, name: &str, value: &str| {
        request.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        request.headers.push((name.to_owned(), value.to_owned()));
    };
    let (charset, media, accept) = (case.fresh("charset"), case.fresh("media"), case.fresh("accept"));
    let input = plain_input(case, &charset)?;
    let mut request = case.request(PUT, input)?;
    header(&mut request, "content-type", "application/json; charset=utf-8");
    let told = case.send_raw(Account::Owner, PUT, &request).await?;
    case.accepted("common/charset-ignored", &told);

    let input = plain_input(case, &media)?;
    let mut request = case.request(PUT, input)?;
    header(&mut request, "content-type", "text/plain");
    let told = case.send_raw(Account::Owner, PUT, &request).await?;
    if told.is_success() {
        case.open("common/media-type", "read as JSON all the same");
    } else {
        case.open_by_class("common/media-type", &told);
    }
    let input = plain_input(case, &accept)?;
    let mut request = case.request(PUT, input)?;
    header(&mut request, "accept", "text/html");
    let told = case.send_raw(Account::Owner, PUT, &request).await?;
    if told.is_success() {
        case.open("common/accept", "the header is ignored");
    } else {
        case.open_by_class("common/accept", &told);
    }
    let mut request = case.request(Operation::CancelSigningProfile, json!({ "profileName": charset }))?;
    request.headers.clear();
    request.body.clear();
    let told = case.send_raw(Account::Owner, Operation::CancelSigningProfile, &request).await?;
    case.accepted("common/empty-body-no-content-type", &told);
    Ok(())
}

async fn arn_in_path(case: &mut Case<'_>) -> Played {
    let name = case.fresh("path");
    let arn = made(case, &name, plain(case)).await?.text("/arn");
    for target in
        [percent_encode(&arn), percent_encode(&arn).to_lowercase().replace(&percent_encode(&name).to_lowercase(), &name)]
    {
        let mut request = case.request(TAGS, json!({ "resourceArn": arn }))?;
        request.target = format!("/tags/{target}");
        let told = case.send_raw(Account::Owner, TAGS, &request).await?;
        case.accepted("common/arn-percent-encoding", &told);
        case.accepted("common/signed-wire-path", &told);
    }
    let mut request = case.request(TAGS, json!({ "resourceArn": arn }))?;
    request.target = format!("/tags/{arn}");
    let told = case.send_raw(Account::Owner, TAGS, &request).await?;
    if told.is_success() {
        case.open("common/arn-unescaped", "understood");
    } else {
        case.open("common/arn-unescaped", &format!("{} of any type", told.response.status));
    }
    Ok(())
}

async fn timestamps(case: &mut Case<'_>) -> Played {
    const REVOKE: Operation = Operation::RevokeSigningProfile;
    let name = case.fresh("times");
    let version = made(case, &name, Platform::Notation).await?.text("/profileVersion");
    let at = case.context().now_s - 7200;
    #[expect(clippy::cast_precision_loss, reason = "seconds of this century fit")]
    let fraction = at as f64 + 0.25;
    let input = json!({ "profileName": name, "profileVersion": version, "reason": "r", "effectiveTime": fraction });
    let told = case.ask(REVOKE, input).await?;
    case.accepted("common/body-timestamp-fraction", &told);
    let view = case.ask(Operation::GetSigningProfile, json!({ "profileName": name })).await?;
    let told = view.at("/revocationRecord/revocationEffectiveFrom").as_f64().unwrap_or_default();
    let near = (told - fraction).abs() < 1.0;
    case.hold("common/body-timestamp-fraction", near, &fraction.to_string(), &told.to_string());

    let text = jiff::Timestamp::from_second(at).map(|time| time.to_string()).unwrap_or_default();
    let mut answers: Vec<Told> = Vec::new();
    for value in [text.clone(), text.replace('Z', ".250Z"), text.replace('Z', ".250000Z")] {
        let mut request = case.request(JOBS, json!({}))?;
        request.target = format!("{}?signatureExpiresAfter={}&maxResults=5", request.target, percent_encode(&value));
        let told = case.send_raw(Account::Owner, JOBS, &request).await?;
        case.accepted("common/query-timestamps-iso", &told);
        answers.push(told);
    }
    let mut request = case.request(JOBS, json!({}))?;
    request.target = format!("{}?signatureExpiresAfter={at}&maxResults=5", request.target);
    let told = case.send_raw(Account::Owner, JOBS, &request).await?;
    let answer =
        if told.is_success() { "accepted as that time".to_owned() } else { format!("refused with {}", told.response.status) };
    case.open("common/query-timestamps-epoch", &answer);
    Ok(())
}

async fn booleans(case: &mut Case<'_>) -> Played {
    let name = case.fresh("bool");
    made(case, &name, plain(case)).await?;
    case.must("CancelSigningProfile/cancels", Operation::CancelSigningProfile, json!({ "profileName": name })).await?;
    for (value, listed) in [("true", true), ("false", false)] {
        let pages = case.pages(PROFILES, json!({ "includeCanceled": listed })).await?;
        let found = keys(&pages, "profiles", "profileName").contains(&name);
        let words = |listed: bool| if listed { "listed" } else { "not listed" };
        case.hold("common/query-booleans", found == listed, &format!("{} with {value}", words(listed)), words(found));
    }
    Ok(())
}

async fn unknown_route(case: &mut Case<'_>) -> Played {
    for (method, target) in [("GET", "/signing-nothings"), ("PATCH", "/signing-profiles"), ("DELETE", "/signing-platforms/x")] {
        let request = Request { method: method.to_owned(), target: target.to_owned(), ..Request::default() };
        let told = case.send_stray(&request).await?;
        case.hold("common/error-status", (400..600).contains(&told.response.status), "an error", &told.words());
        case.open_by_class("common/unknown-route", &told);
    }
    Ok(())
}

async fn large_body(case: &mut Case<'_>) -> Played {
    let name = case.fresh("large");
    let input = plain_input(case, &name)?;
    let input = with(input, &json!({ "noSuchMember": "x".repeat(8 * 1024 * 1024) }));
    let request = case.request(PUT, input)?;
    match case.send_unread(PUT, &request).await? {
        Some(told) => case.open_by_class("common/oversize-body", &told),
        None => case.open("common/oversize-body", "the connection is closed before the end of the body"),
    }
    Ok(())
}

async fn error_code(case: &mut Case<'_>) -> Played {
    let name = case.fresh("code");
    made(case, &name, plain(case)).await?;
    let input = plain_input(case, &name)?;
    let taken = case.ask(PUT, input).await?;
    let absent = case.ask(Operation::GetSigningProfile, json!({ "profileName": case.fresh("none") })).await?;
    for told in [taken, absent] {
        let code = told.text("/code");
        let answer = if code.is_empty() {
            "absent"
        } else if Some(&code) == told.response.error_type().as_ref() {
            "the name of the error's type"
        } else {
            "a finer reason, such as ProfileAlreadyExists"
        };
        if !told.is_success() {
            case.open("common/error-code-member", answer);
        }
    }
    Ok(())
}

async fn host_prefix(case: &mut Case<'_>) -> Played {
    let name = case.fresh("host");
    let arn = made(case, &name, Platform::Notation).await?.text("/profileVersionArn");
    let head = arn.split(":/").next().unwrap_or_default().to_owned();
    let input = json!({
        "signatureTimestamp": case.context().signature_time(SignatureTime::AfterLater),
        "platformId": Platform::Notation.id(),
        "profileVersionArn": arn,
        "jobArn": format!("{head}:/signing-jobs/00000000-0000-4000-8000-000000000000"),
        "certificateHashes": ["0".repeat(192)],
    });
    let plain = case.ask(STATUS, input.clone()).await?;
    for prefix in ["data-", "verification."] {
        let mut request = case.request(STATUS, input.clone())?;
        let host = case.host();
        request.headers.push(("host".to_owned(), format!("{prefix}{host}")));
        let told = case.send_raw(Account::Owner, STATUS, &request).await?;
        case.hold("common/host-prefix-ignored", told.class() == plain.class(), &plain.class(), &told.words());
    }
    Ok(())
}

async fn signed_so(case: &mut Case<'_>, signature: Signature) -> Result<Told, Stop> {
    let mut request = case.request(PLATFORMS, json!({}))?;
    request.signature = signature;
    case.send_raw(Account::Owner, PLATFORMS, &request).await
}

async fn clock_window(case: &mut Case<'_>) -> Played {
    case.authenticates()?;
    let recent = signed_so(case, Signature::Aged(4)).await?;
    case.accepted("common/expired-request-window", &recent);
    let old = signed_so(case, Signature::Aged(16)).await?;
    case.refused("common/expired-request-refused", &old);
    let between = signed_so(case, Signature::Aged(10)).await?;
    case.open("common/expired-request-window", if between.is_success() { "15 minutes" } else { "5 minutes" });
    Ok(())
}

async fn signatures(case: &mut Case<'_>) -> Played {
    case.authenticates()?;
    let told = signed_so(case, Signature::Query).await?;
    case.accepted("common/query-signing", &told);
    let told = signed_so(case, Signature::QueryAlgorithm).await?;
    case.refused("common/signing-algorithm", &told);
    let told = signed_so(case, Signature::TwoDates).await?;
    case.accepted("common/amz-date-first", &told);
    Ok(())
}

async fn signature_scope(case: &mut Case<'_>) -> Played {
    case.authenticates()?;
    for (signature, requirement) in [
        (Signature::OtherService, "common/scope-service"),
        (Signature::NoRegion, "common/scope-region"),
        (Signature::StrangeRegion, "common/scope-region"),
    ] {
        let told = signed_so(case, signature).await?;
        case.refused(requirement, &told);
    }
    Ok(())
}

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
        let mut request = case.request(PUT, input)?;
        request.signature = signature;
        let told = case.send_raw(Account::Owner, PUT, &request).await?;
        case.refused(requirement, &told);
        let view = case.ask(Operation::GetSigningProfile, json!({ "profileName": name })).await?;
        case.hold(requirement, !view.is_success(), "no profile was made", &view.words());
    }
    Ok(())
}

async fn two_signatures(case: &mut Case<'_>) -> Played {
    case.authenticates()?;
    let told = signed_so(case, Signature::HeaderAndQuery).await?;
    case.refused("common/one-signature", &told);
    for (point, second_is_wrong, first_is_wrong) in [
        (
            "common/two-authorization-headers",
            Signature::TwoAuthorizations(Wrong::Second),
            Signature::TwoAuthorizations(Wrong::First),
        ),
        ("common/signature-part-twice", Signature::TwoParts(Wrong::Second), Signature::TwoParts(Wrong::First)),
    ] {
        let first_counts = signed_so(case, second_is_wrong).await?.is_success();
        let last_counts = signed_so(case, first_is_wrong).await?.is_success();
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

async fn authentication_errors(case: &mut Case<'_>) -> Played {
    case.authenticates()?;
    for (signature, errors) in [
        (Signature::Incomplete, ["IncompleteSignature"].as_slice()),
        (Signature::Expired, &["RequestExpired"]),
        (Signature::UnknownKey, &["UnrecognizedClientException", "InvalidClientTokenId"]),
        (Signature::Missing, &["MissingAuthenticationToken"]),
    ] {
        let told = signed_so(case, signature).await?;
        if signature == Signature::Incomplete {
            case.refused("common/bad-signature-refused", &told);
        }
        let named = told.response.error_type().unwrap_or_default();
        for error in errors {
            let requirement = format!("common/error/{error}");
            let declared = signer_schemas::common_errors(case.edition()).iter().find(|common| common.name == *error);
            // A service may answer with another error; with this one it has this status.
            let is_this = named.trim_end_matches("Exception") == error.trim_end_matches("Exception");
            let status = declared.map_or(told.response.status, |declared| declared.status);
            let holds = !is_this || told.response.status == status || named != *error;
            case.hold(&requirement, holds, &format!("status {status}"), &told.words());
        }
    }
    Ok(())
}
