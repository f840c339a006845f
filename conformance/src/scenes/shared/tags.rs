//! The tags of a resource: how scenes put them on, take them off, and read them.

use serde_json::{Value, json};
use signer_schemas::Operation;

use crate::judge::runner::case::Case;
use crate::judge::runner::talk::{Stop, Told};
use crate::scenes::shared::steps::profile;
use crate::scenes::shared::symbols::plain;

/// A profile to be tagged, by its ARN.
pub(crate) async fn tagged_profile(case: &mut Case<'_>, text: &str) -> Result<String, Stop> {
    Ok(profile(case, text, plain(case)).await?.1.text("/arn"))
}

/// The tags that the resource shows.
pub(crate) async fn tags_of(case: &mut Case<'_>, arn: &str) -> Result<Value, Stop> {
    let told = case
        .must("ListTagsForResource/lists", Operation::ListTagsForResource, json!({ "resourceArn": arn }))
        .await?;
    Ok(told.at("/tags").clone())
}

/// Puts tags on the resource.
pub(crate) async fn tag(case: &mut Case<'_>, arn: &str, tags: &Value) -> Result<Told, Stop> {
    case.must("TagResource/tags", Operation::TagResource, json!({ "resourceArn": arn, "tags": tags })).await
}

/// Takes tags off the resource.
pub(crate) async fn untag(case: &mut Case<'_>, arn: &str, keys: &[&str]) -> Result<Told, Stop> {
    case.must(
        "UntagResource/untags",
        Operation::UntagResource,
        json!({ "resourceArn": arn, "tagKeys": keys }),
    )
    .await
}
