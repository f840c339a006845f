//! What a profile gives to its jobs is kept as it was given: its parameters, its overrides, and where their objects go.

use serde_json::{Value, json};
use signer_model::Platform;
use signer_schemas::{Edition, Operation};

use crate::judge::runner::case::Case;
use crate::judge::runner::scene::Scene;
use crate::judge::runner::talk::{Played, with};
use crate::scenes::calls::{allowed, job_input, made, outcome, plain, profile_input, without};

const PUT: Operation = Operation::PutSigningProfile;

const GET: Operation = Operation::GetSigningProfile;

const START: Operation = Operation::StartSigningJob;

const DESCRIBE: Operation = Operation::DescribeSigningJob;

pub(super) const PROFILES: &[Scene] = &[
    Scene {
        name: "profiles/parameters-kept",
        operation: PUT,
        what: "several signing parameters, with capitals in their names and blanks around their values",
        requirements: &["PutSigningProfile/template-kept"],
        play: |case| Box::pin(parameters_kept(case)),
    },
    Scene {
        name: "profiles/one-override",
        operation: PUT,
        what: "an override of one algorithm alone",
        requirements: &["PutSigningProfile/override-kept"],
        play: |case| Box::pin(one_override(case)),
    },
];

pub(super) const JOBS: &[Scene] = &[
    Scene {
        name: "jobs/keys",
        operation: START,
        what: "a prefix without a slash, no prefix, and sources whose keys have no suffix or a plus",
        requirements: &["StartSigningJob/job-key", "StartSigningJob/valid-source-succeeds"],
        play: |case| Box::pin(keys(case)),
    },
    Scene {
        name: "jobs/altered-ids",
        operation: DESCRIBE,
        what: "the id of a job in capitals, and with blanks around it",
        requirements: &["DescribeSigningJob/absent"],
        play: |case| Box::pin(altered_ids(case)),
    },
];

async fn parameters_kept(case: &mut Case<'_>) -> Played {
    let name = case.fresh("more");
    let parameters = json!({ "certname": "/cert.pem", "Other-Key": " two  blanks ", "zone": "" });
    let input = profile_input(case, &name, Platform::FreeRtosDefault)?;
    case.must("PutSigningProfile/template-kept", PUT, with(input, &json!({ "signingParameters": parameters }))).await?;
    let view = case.must("GetSigningProfile/view", GET, json!({ "profileName": name })).await?;
    case.same("PutSigningProfile/template-kept", &parameters, view.at("/signingParameters"));
    Ok(())
}

async fn one_override(case: &mut Case<'_>) -> Played {
    let platform = Platform::FreeRtosDefault;
    let [encryption, hash, _] = allowed(case, platform).await?;
    let named = |value: &&Value| matches!(value.as_str(), Some("SHA1" | "SHA256"));
    let alone = [("encryptionAlgorithm", encryption.first()), ("hashAlgorithm", hash.iter().find(named))];
    for (member, value) in alone.into_iter().filter_map(|(member, value)| Some((member, value?))) {
        let name = case.fresh(&member[..4]);
        let configuration = json!({ member: value });
        let overrides = json!({ "overrides": { "signingConfiguration": configuration } });
        let input = with(profile_input(case, &name, platform)?, &overrides);
        case.must("PutSigningProfile/override-kept", PUT, input).await?;
        let view = case.must("GetSigningProfile/view", GET, json!({ "profileName": name })).await?;
        let told = without(view.at("/overrides/signingConfiguration"), &[]);
        case.same("PutSigningProfile/override-kept", &configuration, &told);
    }
    Ok(())
}

async fn keys(case: &mut Case<'_>) -> Played {
    let fixture = case.fixture()?;
    let name = case.fresh("keys");
    made(case, &name, plain(case)).await?;
    // In a bucket that is somebody's all keys begin with the run's prefix.
    let is_ours = fixture.destination_bucket.starts_with(&case.context().prefix.to_lowercase());
    let kinds = [("a.zip", Some("slashless")), ("a.zip", None), ("a", Some("bare/")), ("a+b.zip", Some("plus/"))];
    for (index, (key, prefix)) in kinds.into_iter().enumerate().filter(|(_, (_, prefix))| is_ours || prefix.is_some()) {
        let key = format!("{name}-{key}");
        let version = case.store(&fixture.source_bucket, &key, include_bytes!("../../fixtures/first.zip")).await?;
        let prefix = prefix.map(|prefix| format!("{name}-{prefix}"));
        let mut input = job_input(case, &name, &format!("{name}-{index}"))?;
        input["source"]["s3"]["key"] = json!(key);
        input["source"]["s3"]["version"] = json!(version);
        input["destination"]["s3"] = json!({ "bucketName": fixture.destination_bucket });
        if let Some(prefix) = &prefix {
            input["destination"]["s3"]["prefix"] = json!(prefix);
        }
        let id = case.must("StartSigningJob/starts", START, input).await?.text("/jobId");
        let told = outcome(case, &id).await?;
        case.same("StartSigningJob/valid-source-succeeds", &json!("Succeeded"), told.at("/status"));
        let is_archive = case.edition() == Edition::Current && is_zip(&key);
        let expected = format!("{}{id}{}", prefix.unwrap_or_default(), if is_archive { ".zip" } else { "" });
        if told.text("/status") == "Succeeded" {
            case.same("StartSigningJob/job-key", &json!(expected), told.at("/signedObject/s3/key"));
        }
    }
    Ok(())
}

/// Whether the key ends as those of archives do.
fn is_zip(key: &str) -> bool {
    std::path::Path::new(key).extension().is_some_and(|extension| extension == "zip")
}

async fn altered_ids(case: &mut Case<'_>) -> Played {
    let name = case.fresh("ids");
    made(case, &name, plain(case)).await?;
    let input = job_input(case, &name, &format!("{name}-a"))?;
    let id = case.must("StartSigningJob/starts", START, input).await?.text("/jobId");
    for altered in [id.to_uppercase(), format!(" {id} ")] {
        if altered != id {
            let told = case.ask(DESCRIBE, json!({ "jobId": altered })).await?;
            case.refused("DescribeSigningJob/absent", &told);
        }
    }
    Ok(())
}
