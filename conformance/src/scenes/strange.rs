//! The wire at its edges: text that is none, times that no calendar has, names with signs in them, and what nobody knows.

use serde_json::{Value, json};
use signer_model::{Account, Platform};
use signer_schemas::{Location, Operation, operations};

use crate::judge::runner::case::Case;
use crate::judge::runner::scene::Scene;
use crate::judge::runner::talk::{Played, with};
use crate::scenes::calls::{made, plain, profile_input};

const PUT: Operation = Operation::PutSigningProfile;

const GET: Operation = Operation::GetSigningProfile;

const JOBS: Operation = Operation::ListSigningJobs;

const REVOKE: Operation = Operation::RevokeSigningProfile;

const REMOVE: Operation = Operation::RemoveProfilePermission;

const UNTAG: Operation = Operation::UntagResource;

pub(super) const SCENES: &[Scene] = &[
    Scene {
        name: "wire/strange-text",
        operation: PUT,
        what: "half a character, and bytes that are no UTF-8, in bodies and in paths",
        requirements: &["common/no-server-error"],
        play: |case| Box::pin(strange_text(case)),
    },
    Scene {
        name: "wire/far-times",
        operation: REVOKE,
        what: "times at the ends of the calendar and beyond it, and validity periods that lead there",
        requirements: &["common/no-server-error"],
        play: |case| Box::pin(far_times(case)),
    },
    Scene {
        name: "wire/unknown-query",
        operation: Operation::ListSigningPlatforms,
        what: "a parameter of the query that no operation knows",
        requirements: &["common/unknown-query-ignored"],
        play: |case| Box::pin(unknown_query(case)),
    },
    Scene {
        name: "wire/statement-in-path",
        operation: REMOVE,
        what: "a statement whose id has a slash and a blank",
        requirements: &["common/arn-percent-encoding"],
        play: |case| Box::pin(statement_in_path(case)),
    },
    Scene {
        name: "wire/keys-in-query",
        operation: UNTAG,
        what: "tag keys with a comma and with a plus",
        requirements: &["common/query-lists-repeat", "UntagResource/untags", "UntagResource/others-stay"],
        play: |case| Box::pin(keys_in_query(case)),
    },
    Scene {
        name: "wire/short-names",
        operation: GET,
        what: "names of two characters, and names that begin with a digit or an underscore",
        requirements: &["GetSigningProfile/input/profileName/min-length", "GetSigningProfile/input/profileName/pattern"],
        play: |case| Box::pin(short_names(case)),
    },
];

/// Half of a surrogate pair, as JSON may spell it, and bytes that no UTF-8 has.
const NO_TEXT: [&[u8]; 2] = [b"\\ud83d", b"\xff\xfe"];

/// Whatever the answer is, it tells of the request: the check of every exchange sees to it.
async fn strange_text(case: &mut Case<'_>) -> Played {
    let platform = plain(case);
    let name = case.fresh("text");
    let arn = made(case, &name, platform).await?.text("/arn");
    let has_body = |operation: &Operation| {
        let document = signer_schemas::operation(case.edition(), *operation);
        document.is_some_and(|document| document.input.iter().any(|member| member.location == Location::Body))
    };
    let asked: Vec<Operation> = operations(case.edition()).iter().map(|document| document.operation).filter(has_body).collect();
    for operation in asked {
        for text in NO_TEXT {
            let labels = json!({ "profileName": format!("{name}x"), "resourceArn": arn, "jobId": "no-such-job" });
            let mut request = case.request(operation, labels)?;
            let text = [b"\"", text, b"\""].concat();
            let mut body = b"{".to_vec();
            for member in ["platformId", "clientRequestToken", "payloadFormat", "principal", "reason"] {
                body.extend([format!("\"{member}\":").as_bytes(), &text, b","].concat());
            }
            body.extend([b"\"tags\":{\"key\":", text.as_slice(), b"}}"].concat());
            request.body = body;
            case.send_raw(Account::Owner, operation, &request).await?;
        }
    }
    for operation in [GET, Operation::DescribeSigningJob] {
        let mut request = case.request(operation, json!({ "profileName": "label", "jobId": "label" }))?;
        request.target = request.target.replace("label", "%FF%FE");
        case.send_raw(Account::Owner, operation, &request).await?;
    }
    Ok(())
}

/// Within the calendar of most libraries and near its ends, in epoch seconds: the years 9892 and 1.
const FAR: [f64; 2] = [250_000_000_000.0, -62_135_590_000.0];

async fn far_times(case: &mut Case<'_>) -> Played {
    for (index, (value, kind)) in
        [(i32::MAX, "DAYS"), (i32::MAX, "MONTHS"), (i32::MAX, "YEARS"), (7000, "YEARS")].into_iter().enumerate()
    {
        let name = case.fresh(&format!("v{index}"));
        let period = json!({ "signatureValidityPeriod": { "value": value, "type": kind } });
        let input = with(profile_input(case, &name, Platform::Notation)?, &period);
        case.ask(PUT, input).await?;
    }
    let name = case.fresh("far");
    let answer = made(case, &name, Platform::Notation).await?;
    let version = answer.text("/profileVersion");
    for time in FAR.into_iter().chain([1e18, 1e300]) {
        let input = json!({ "profileName": name, "profileVersion": version, "reason": "far", "effectiveTime": time });
        case.ask(REVOKE, input).await?;
    }
    let arn = answer.text("/profileVersionArn");
    let head = arn.split(":/").next().unwrap_or_default();
    let status = json!({
        "platformId": Platform::Notation.id(),
        "profileVersionArn": arn,
        "jobArn": format!("{head}:/signing-jobs/00000000-0000-4000-8000-000000000000"),
        "certificateHashes": ["0".repeat(192)],
    });
    for time in FAR {
        for bound in ["signatureExpiresAfter", "signatureExpiresBefore"] {
            case.ask(JOBS, json!({ bound: time, "maxResults": 5 })).await?;
        }
        case.ask(Operation::GetRevocationStatus, with(status.clone(), &json!({ "signatureTimestamp": time }))).await?;
    }
    Ok(())
}

async fn unknown_query(case: &mut Case<'_>) -> Played {
    let platform = plain(case);
    let name = case.fresh("query");
    made(case, &name, platform).await?;
    for operation in [Operation::ListSigningPlatforms, Operation::ListSigningProfiles, JOBS, GET] {
        let mut request = case.request(operation, json!({ "profileName": name }))?;
        request.target.push_str("?noSuchMember=value");
        let told = case.send_raw(Account::Owner, operation, &request).await?;
        case.accepted("common/unknown-query-ignored", &told);
    }
    Ok(())
}

async fn statement_in_path(case: &mut Case<'_>) -> Played {
    let name = case.fresh("slash");
    made(case, &name, Platform::Lambda).await?;
    let statement = "a/b c";
    let principal = case.context().other_account.clone();
    let grant =
        json!({ "profileName": name, "statementId": statement, "action": "signer:GetSigningProfile", "principal": principal });
    let told = case.ask(Operation::AddProfilePermission, grant).await?;
    if !told.is_success() {
        case.skip("the target takes no such statementId");
        return Ok(());
    }
    let input = json!({ "profileName": name, "statementId": statement, "revisionId": told.text("/revisionId") });
    let told = case.ask(REMOVE, input).await?;
    case.accepted("common/arn-percent-encoding", &told);
    Ok(())
}

async fn keys_in_query(case: &mut Case<'_>) -> Played {
    const LIST: Operation = Operation::ListTagsForResource;
    let platform = plain(case);
    let name = case.fresh("keys");
    let arn = made(case, &name, platform).await?.text("/arn");
    let mut left = json!({ "a": "1", "b": "2", "a,b": "3", "a+b": "4" });
    case.must("TagResource/tags", Operation::TagResource, json!({ "resourceArn": arn, "tags": left })).await?;
    for key in ["a,b", "a+b"] {
        case.must("UntagResource/untags", UNTAG, json!({ "resourceArn": arn, "tagKeys": [key] })).await?;
        if let Value::Object(left) = &mut left {
            left.remove(key);
        }
        let shown = case.must("ListTagsForResource/lists", LIST, json!({ "resourceArn": arn })).await?.at("/tags").clone();
        case.same("common/query-lists-repeat", &left, &shown);
        case.hold("UntagResource/untags", shown[key].is_null(), &format!("no tag {key}"), &shown.to_string());
        let others = shown["a"] == "1" && shown["b"] == "2";
        case.hold("UntagResource/others-stay", others, "the tags a and b", &shown.to_string());
    }
    Ok(())
}

/// Only reads: such names may be somebody's, since they do not begin with the run's prefix.
async fn short_names(case: &mut Case<'_>) -> Played {
    for (name, constraint) in [
        ("zq".to_owned(), "min-length"),
        ("_9".to_owned(), "min-length"),
        (format!("1{}", case.fresh("d")), "pattern"),
        (format!("_{}", case.fresh("u")), "pattern"),
    ] {
        let told = case.ask(GET, json!({ "profileName": name })).await?;
        let requirement = format!("GetSigningProfile/input/profileName/{constraint}");
        case.hold(&requirement, told.response.status != 400, "an answer of a name that may be", &told.words());
    }
    Ok(())
}
