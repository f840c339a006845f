//! Times in bodies and in queries, and those that no calendar has.

use serde_json::json;
use signer_model::Platform;
use signer_schemas::Operation::{
    CancelSigningProfile, DescribeSigningJob, GetRevocationStatus, ListSigningJobs, PutSigningProfile,
    RevokeSigningProfile, SignPayload, StartSigningJob,
};

use crate::data::exchange::Request;
use crate::judge::runner::case::Case;
use crate::judge::runner::scene::{Conversation, Scene};
use crate::judge::runner::talk::{Played, Told, with};
use crate::line::wire::encode::percent_encode;
use crate::scenes::shared::altered::altered;
use crate::scenes::shared::bytes::seconds;
use crate::scenes::shared::inputs::{
    NO_JOB, job_arn, job_input, payload, payload_input, profile_input, revocation_input, status_input,
    validity,
};
use crate::scenes::shared::steps::{ask_profile, notation};
use crate::scenes::shared::views::shows_record;

pub(crate) const SCENES: &[Scene] = &[TIMESTAMPS, FAR_TIMES];

const TIMESTAMPS: Scene = Scene {
    name: "wire/timestamps",
    operation: RevokeSigningProfile,
    what: "times with a fraction in a body, and in a query as dates and as numbers",
    requirements: &[
        "common/body-timestamp-fraction",
        "common/query-timestamps-iso",
        "common/query-timestamps-epoch",
    ],
    play: &Conversation(|case| Box::pin(timestamps(case))),
};

async fn timestamps(case: &mut Case<'_>) -> Played {
    let (name, creation) = notation(case, "times").await?;
    let at = case.context().now_s - 7200;
    let fraction = seconds(at) + 0.25;
    let input = revocation_input(&name, &creation.text("/profileVersion"), &json!(fraction));
    let told = case.ask(RevokeSigningProfile, input).await?;
    case.accepted("common/body-timestamp-fraction", &told);
    let view = ask_profile(case, &name).await?;
    if shows_record(case, "GetSigningProfile/revocation-record", &view).is_ok() {
        let told = view.at("/revocationRecord/revocationEffectiveFrom").as_f64().unwrap_or_default();
        let near = (told - fraction).abs() < 1.0;
        case.hold(
            "common/body-timestamp-fraction",
            near,
            &fraction.to_string(),
            &format!("revocationEffectiveFrom: {told}"),
        );
    }

    let text = jiff::Timestamp::from_second(at).map(|time| time.to_string()).unwrap_or_default();
    let mut answers: Vec<Told> = Vec::new();
    let after = |time: &str| {
        let query = format!("?signatureExpiresAfter={}&maxResults=5", percent_encode(time));
        move |request: &mut Request| request.target.push_str(&query)
    };
    for value in [text.clone(), text.replace('Z', ".250Z"), text.replace('Z', ".250000Z")] {
        let told = altered(case, ListSigningJobs, json!({}), after(&value)).await?;
        case.accepted("common/query-timestamps-iso", &told);
        answers.push(told);
    }
    let told = altered(case, ListSigningJobs, json!({}), after(&at.to_string())).await?;
    let answer = if told.is_success() {
        "accepted as that time".to_owned()
    } else {
        format!("refused with {}", told.response.status)
    };
    case.open("common/query-timestamps-epoch", &answer);
    Ok(())
}

const FAR_TIMES: Scene = Scene {
    name: "wire/far-times",
    operation: RevokeSigningProfile,
    what: "times at the ends of the calendar and beyond it, and validity periods that lead there, with a \
        job each",
    requirements: &["common/no-server-error"],
    play: &Conversation(|case| Box::pin(far_times(case))),
};

async fn far_times(case: &mut Case<'_>) -> Played {
    for platform in [Platform::Notation, Platform::Lambda] {
        for (index, (value, kind)) in FAR_PERIODS.into_iter().enumerate() {
            let name =
                case.fresh(&format!("{}{index}", if platform == Platform::Lambda { "l" } else { "v" }));
            let input = with(profile_input(case, &name, platform)?, &validity(value, kind));
            if case.ask(PutSigningProfile, input).await?.is_success() {
                sign_far(case, platform, &name).await?;
            }
        }
    }
    let (name, creation) = notation(case, "far").await?;
    for time in FAR.into_iter().chain([1e18, 1e300]) {
        let input = revocation_input(&name, &creation.text("/profileVersion"), &json!(time));
        case.ask(RevokeSigningProfile, input).await?;
    }
    let arn = creation.text("/profileVersionArn");
    let job = job_arn(&arn, NO_JOB);
    for time in FAR {
        for bound in ["signatureExpiresAfter", "signatureExpiresBefore"] {
            case.ask(ListSigningJobs, json!({ bound: time, "maxResults": 5 })).await?;
        }
        case.ask(GetRevocationStatus, status_input(&arn, &job, &json!(time))).await?;
    }
    Ok(())
}

/// Periods of which no date can hold the end, for some by the thousands of years that they have in common.
const FAR_PERIODS: [(i32, &str); 5] =
    [(i32::MAX, "DAYS"), (i32::MAX, "MONTHS"), (i32::MAX, "YEARS"), (7000, "YEARS"), (9000, "YEARS")];

/// A signature whose end is so far away, the look at its job, and the end of its profile.
async fn sign_far(case: &mut Case<'_>, platform: Platform, name: &str) -> Played {
    let signed = match platform {
        Platform::Notation => case.ask(SignPayload, payload_input(name, &payload(300))).await?,
        _ if case.context().fixture.is_none() => return Ok(()),
        _ => {
            let input = job_input(case, name, "far")?;
            case.ask(StartSigningJob, input).await?
        }
    };
    if signed.is_success() {
        case.ask(DescribeSigningJob, json!({ "jobId": signed.text("/jobId") })).await?;
    }
    case.ask(CancelSigningProfile, json!({ "profileName": name })).await?;
    Ok(())
}

/// Within the calendar of most libraries and near its ends, in epoch seconds: the years 9892 and 1.
const FAR: [f64; 2] = [250_000_000_000.0, -62_135_590_000.0];
