//! Bodies: members of other types, text that is none, and too much of it.

use serde_json::json;
use signer_schemas::Operation::{
    CancelSigningProfile, DescribeSigningJob, GetSigningProfile, PutSigningProfile,
};
use signer_schemas::{Edition, Location, Operation, operations};

use crate::data::exchange::Request;
use crate::judge::runner::case::Case;
use crate::judge::runner::scene::{Conversation, Scene};
use crate::judge::runner::talk::{Played, with};
use crate::scenes::shared::altered::altered;
use crate::scenes::shared::inputs::plain_input;
use crate::scenes::shared::steps::{is_unmade, profile};
use crate::scenes::shared::symbols::plain;

pub(crate) const SCENES: &[Scene] = &[JSON_TYPES, STRANGE_TEXT, LARGE_BODY, COMMON_ERRORS];

const JSON_TYPES: Scene = Scene {
    name: "wire/json-types",
    operation: PutSigningProfile,
    what: "members of other JSON types than their own, and nulls inside lists and maps",
    requirements: &["common/wrong-json-type-refused", "common/null-in-list-refused", "common/broken-name"],
    play: &Conversation(|case| Box::pin(json_types(case))),
};

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
    for (requirement, changes) in
        [("common/wrong-json-type-refused", wrong), ("common/null-in-list-refused", null)]
    {
        for change in changes {
            let told = case.ask(PutSigningProfile, with(base.clone(), &change)).await?;
            case.hold(requirement, told.response.status == 400, "a refusal with status 400", &told.words());
        }
    }
    is_unmade(case, "common/wrong-json-type-refused", &name).await?;
    // Get declares no ValidationException, in the edition of today.
    case.ask_open("common/broken-name", GetSigningProfile, json!({ "profileName": "!" })).await?;
    Ok(())
}

const STRANGE_TEXT: Scene = Scene {
    name: "wire/strange-text",
    operation: PutSigningProfile,
    what: "half a character, and bytes that are no UTF-8, in bodies and in paths; a profile that is made of \
        them is canceled",
    requirements: &["common/no-server-error"],
    play: &Conversation(|case| Box::pin(strange_text(case))),
};

/// Whatever the answer is, it tells of the request: the check of every exchange sees to it.
async fn strange_text(case: &mut Case<'_>) -> Played {
    let (name, creation) = profile(case, "text", plain(case)).await?;
    let arn = creation.text("/arn");
    let has_body = |operation: &Operation| {
        let document = signer_schemas::operation(case.edition(), *operation);
        document.is_some_and(|document| document.input.iter().any(|member| member.location == Location::Body))
    };
    let asked: Vec<Operation> =
        operations(case.edition()).iter().map(|document| document.operation).filter(has_body).collect();
    let mut made = vec![name.clone()];
    for operation in asked {
        for (index, text) in NO_TEXT.into_iter().enumerate() {
            let strange = format!("{name}x{index}");
            let labels = json!({ "profileName": strange, "resourceArn": arn, "jobId": "no-such-job" });
            let text = [b"\"", text, b"\""].concat();
            let mut body = b"{".to_vec();
            for member in ["platformId", "clientRequestToken", "payloadFormat", "principal", "reason"] {
                body.extend([format!("\"{member}\":").as_bytes(), &text, b","].concat());
            }
            body.extend([b"\"tags\":{\"key\":", text.as_slice(), b"}}"].concat());
            let told = altered(case, operation, labels, |request| request.body = body).await?;
            if operation == PutSigningProfile && told.is_success() {
                made.push(strange);
            }
        }
    }
    for operation in [GetSigningProfile, DescribeSigningJob] {
        let labels = json!({ "profileName": "label", "jobId": "label" });
        let strange = |request: &mut Request| request.target = request.target.replace("label", "%FF%FE");
        altered(case, operation, labels, strange).await?;
    }
    // Nothing can be deleted, but what is canceled shows in no list that does not ask for it.
    for name in made {
        case.ask(CancelSigningProfile, json!({ "profileName": name })).await?;
    }
    Ok(())
}

/// Half of a surrogate pair, as JSON may spell it, and bytes that no UTF-8 has.
const NO_TEXT: [&[u8]; 2] = [b"\\ud83d", b"\xff\xfe"];

const LARGE_BODY: Scene = Scene {
    name: "wire/large-body",
    operation: PutSigningProfile,
    what: "a body of eight megabytes",
    requirements: &["common/oversize-body", "common/error/RequestEntityTooLargeException"],
    play: &Conversation(|case| Box::pin(large_body(case))),
};

async fn large_body(case: &mut Case<'_>) -> Played {
    let name = case.fresh("large");
    let input = plain_input(case, &name)?;
    let input = with(input, &json!({ "noSuchMember": "x".repeat(8 * 1024 * 1024) }));
    let request = case.request(PutSigningProfile, input)?;
    match case.send_unread(PutSigningProfile, &request).await? {
        Some(told) => {
            case.open_by_class("common/oversize-body", &told);
            case.has_status("common/error/RequestEntityTooLargeException", &told);
        }
        None => case.open("common/oversize-body", "the connection is closed before the end of the body"),
    }
    Ok(())
}

const COMMON_ERRORS: Scene = Scene {
    name: "wire/common-errors",
    operation: PutSigningProfile,
    what: "a body that is no JSON, a member that is missing, and one that breaks its constraint: common \
        errors have their statuses",
    requirements: &[
        "common/error/MalformedHttpRequestException",
        "common/error/ValidationError",
        "common/error/MissingParameter",
        "common/error/InvalidParameterValue",
    ],
    play: &Conversation(|case| Box::pin(common_errors(case))),
};

async fn common_errors(case: &mut Case<'_>) -> Played {
    let name = case.fresh("common");
    let input = plain_input(case, &name)?;
    let half = |request: &mut Request| request.body.truncate(request.body.len() / 2);
    let malformed = altered(case, PutSigningProfile, input.clone(), half).await?;
    let missing = case.ask(PutSigningProfile, json!({ "profileName": name })).await?;
    let broken = case.ask(PutSigningProfile, with(input, &json!({ "profileName": "x" }))).await?;
    for told in [&malformed, &missing, &broken] {
        for error in
            ["MalformedHttpRequestException", "ValidationError", "MissingParameter", "InvalidParameterValue"]
        {
            case.has_status(&format!("common/error/{error}"), told);
        }
    }
    Ok(())
}
