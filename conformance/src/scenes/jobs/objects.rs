//! The objects of a job: which version of the source is signed, and where the signed object goes.

use serde_json::{Value, json};
use signer_schemas::Edition;
use signer_schemas::Operation::StartSigningJob;

use crate::judge::runner::case::Case;
use crate::judge::runner::scene::{Conversation, Scene};
use crate::judge::runner::talk::{Played, with};
use crate::scenes::shared::bytes::{base64_holds, holds};
use crate::scenes::shared::inputs::job_input;
use crate::scenes::shared::objects::{ARCHIVE, OTHER_ARCHIVE, written};
use crate::scenes::shared::question::{Answers, Given, Question};
use crate::scenes::shared::steps::{outcome, plain_profile};

pub(crate) const SCENES: &[Scene] =
    &[SOURCE_VERSION, NULL_VERSION, KEYS, MISSING_DESTINATION.scene(), NO_LOCATION.scene()];

const SOURCE_VERSION: Scene = Scene {
    name: "jobs/source-version",
    operation: StartSigningJob,
    what: "of an object with two versions, each is signed as asked for",
    requirements: &["StartSigningJob/source-version"],
    play: &Conversation(|case| Box::pin(source_version(case))),
};

/// Two versions of a source, and the text that only this one holds.
const VERSIONS: [(&[u8], &[u8]); 2] =
    [(ARCHIVE, b"the first version of the program"), (OTHER_ARCHIVE, b"the second version of the program")];

async fn source_version(case: &mut Case<'_>) -> Played {
    let fixture = case.fixture()?;
    let name = plain_profile(case, "twice").await?;
    let key = format!("{name}.zip");
    let mut versions = Vec::new();
    for (content, _) in VERSIONS {
        versions.push(case.store(&fixture.source_bucket, &key, content).await?);
    }
    if versions[0] == versions[1] {
        return Err(case.skip("the S3 keeps no versions"));
    }
    for (version, (_, text)) in versions.iter().zip(VERSIONS) {
        let mut input = job_input(case, &name, version)?;
        input["source"]["s3"]["key"] = json!(key);
        input["source"]["s3"]["version"] = json!(version);
        let id = case.must("StartSigningJob/starts", StartSigningJob, input).await?.text("/jobId");
        let job = outcome(case, &id).await?;
        let signed = written(case, &job).await?;
        // A document for devices carries the object in base64, or tells where it lies.
        let carries = |text: &[u8]| holds(&signed, text) || base64_holds(&signed, text);
        let document: Value = serde_json::from_slice(&signed).unwrap_or_default();
        let located = document.pointer("/payloadLocation/s3/version").and_then(Value::as_str);
        let wrong = VERSIONS.iter().any(|(_, other)| *other != text && carries(other))
            || located.is_some_and(|located| located != version);
        if !wrong && !carries(text) && located.is_none() {
            return Err(case.skip("the signed object holds its source in a form that is not known"));
        }
        case.hold(
            "StartSigningJob/source-version",
            !wrong,
            &String::from_utf8_lossy(text),
            "the other version",
        );
    }
    Ok(())
}

const NULL_VERSION: Scene = Scene {
    name: "jobs/null-version",
    operation: StartSigningJob,
    what: "the version null of an object in a bucket without versions",
    requirements: &["StartSigningJob/null-version", "StartSigningJob/null-version-in-2019"],
    play: &Conversation(|case| Box::pin(null_version(case))),
};

async fn null_version(case: &mut Case<'_>) -> Played {
    const IN_2019: &str = "StartSigningJob/null-version-in-2019";
    let fixture = case.fixture()?;
    let name = plain_profile(case, "null").await?;
    let bucket = format!("{}-plain", case.fresh("b").to_lowercase());
    if !case.bucket(&bucket).await? {
        return Err(case.skip("the S3 takes no further bucket"));
    }
    case.store(&bucket, &fixture.key, ARCHIVE).await?;
    let mut input = job_input(case, &name, "a")?;
    input["source"]["s3"]["bucketName"] = json!(bucket);
    input["source"]["s3"]["version"] = json!("null");
    let told = case.ask(StartSigningJob, input).await?;
    case.accepted("StartSigningJob/null-version", &told);
    if !told.is_success() {
        case.open_by_class(IN_2019, &told);
        return Ok(());
    }
    let status = outcome(case, &told.text("/jobId")).await?.text("/status");
    case.same("StartSigningJob/null-version", &json!("Succeeded"), &json!(status));
    case.open(IN_2019, &format!("200, the job becomes {status}"));
    Ok(())
}

const KEYS: Scene = Scene {
    name: "jobs/keys",
    operation: StartSigningJob,
    what: "a prefix without a slash, no prefix, and sources whose keys have no suffix or a plus",
    requirements: &["StartSigningJob/job-key", "StartSigningJob/valid-source-succeeds"],
    play: &Conversation(|case| Box::pin(keys(case))),
};

async fn keys(case: &mut Case<'_>) -> Played {
    let fixture = case.fixture()?;
    let name = plain_profile(case, "keys").await?;
    // In a bucket that others use, every key begins with the run's prefix.
    let is_ours = fixture.destination_bucket.starts_with(&case.context().prefix.to_lowercase());
    let kinds =
        [("a.zip", Some("slashless")), ("a.zip", None), ("a", Some("bare/")), ("a+b.zip", Some("plus/"))];
    for (index, (key, prefix)) in
        kinds.into_iter().enumerate().filter(|(_, (_, prefix))| is_ours || prefix.is_some())
    {
        let key = format!("{name}-{key}");
        let version = case.store(&fixture.source_bucket, &key, ARCHIVE).await?;
        let prefix = prefix.map(|prefix| format!("{name}-{prefix}"));
        let mut input = job_input(case, &name, &index.to_string())?;
        input["source"]["s3"]["key"] = json!(key);
        input["source"]["s3"]["version"] = json!(version);
        input["destination"]["s3"] = json!({ "bucketName": fixture.destination_bucket });
        if let Some(prefix) = &prefix {
            input["destination"]["s3"]["prefix"] = json!(prefix);
        }
        let requirement =
            if prefix.is_some() { "StartSigningJob/starts" } else { "StartSigningJob/no-prefix" };
        let id = case.must(requirement, StartSigningJob, input).await?.text("/jobId");
        let told = outcome(case, &id).await?;
        case.same_member("StartSigningJob/valid-source-succeeds", "/status", &json!("Succeeded"), &told.body);
        let is_archive = case.edition() == Edition::Current && is_zip(&key);
        let expected = format!("{}{id}{}", prefix.unwrap_or_default(), if is_archive { ".zip" } else { "" });
        if told.text("/status") == "Succeeded" {
            case.same_member("StartSigningJob/job-key", "/signedObject/s3/key", &json!(expected), &told.body);
        }
    }
    Ok(())
}

/// Whether the key ends as those of archives do.
fn is_zip(key: &str) -> bool {
    std::path::Path::new(key).extension().is_some_and(|extension| extension == "zip")
}

const MISSING_DESTINATION: Question = Question {
    name: "jobs/missing-destination",
    point: ["StartSigningJob/missing-destination"],
    operation: StartSigningJob,
    what: "a destination bucket that does not exist",
    given: Given::Profile("nowhere"),
    inputs: |case, name| {
        let mut input = job_input(case, name, "a")?;
        input["destination"]["s3"]["bucketName"] = json!(format!("{}-none", name.to_lowercase()));
        Ok(vec![input])
    },
    answers: Answers::Job,
};

const NO_LOCATION: Question = Question {
    name: "jobs/no-location",
    point: ["StartSigningJob/no-source-location"],
    operation: StartSigningJob,
    what: "a source or a destination that says nothing",
    given: Given::Profile("void"),
    inputs: |case, name| {
        let empty =
            [json!({ "source": {} }), json!({ "destination": {} }), json!({ "destination": { "s3": {} } })];
        let inputs = empty.iter().enumerate();
        inputs.map(|(index, more)| Ok(with(job_input(case, name, &index.to_string())?, more))).collect()
    },
    answers: Answers::Job,
};
