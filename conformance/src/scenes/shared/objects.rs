//! Objects of the S3: what is put there to be signed, and what jobs write.

use serde_json::json;
use signer_schemas::Operation;

use crate::judge::runner::case::Case;
use crate::judge::runner::talk::{Stop, Told};
use crate::scenes::shared::inputs::job_input;
use crate::scenes::shared::steps::outcome;

/// An archive whose only entry is stored uncompressed.
pub(crate) const ARCHIVE: &[u8] = include_bytes!("../../../fixtures/first.zip");

/// Another one.
pub(crate) const OTHER_ARCHIVE: &[u8] = include_bytes!("../../../fixtures/second.zip");

/// One with a folder, a link, modes, times and comments: what is lost where an archive is packed anew.
pub(crate) const RICH_ARCHIVE: &[u8] = include_bytes!("../../../fixtures/several.zip");

/// Stores an object, signs it, and tells how the job ended.
pub(crate) async fn object_signed(
    case: &mut Case<'_>,
    profile: &str,
    key: &str,
    content: &[u8],
) -> Result<Told, Stop> {
    let fixture = case.fixture()?;
    let version = case.store(&fixture.source_bucket, key, content).await?;
    let mut input = job_input(case, profile, "")?;
    input["clientRequestToken"] = json!(key);
    input["source"]["s3"]["key"] = json!(key);
    input["source"]["s3"]["version"] = json!(version);
    let id = case.must("StartSigningJob/starts", Operation::StartSigningJob, input).await?.text("/jobId");
    outcome(case, &id).await
}

/// The object that a job has written; no bytes if there is none.
pub(crate) async fn written(case: &mut Case<'_>, job: &Told) -> Result<Vec<u8>, Stop> {
    let bucket = case.fixture()?.destination_bucket;
    let key = job.text("/signedObject/s3/key");
    Ok(case.load(&bucket, &key).await?.unwrap_or_default())
}
