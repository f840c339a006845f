//! Request ids: each answer has its own.

use serde_json::json;
use signer_schemas::Operation;

use crate::judge::runner::case::Case;
use crate::judge::runner::scene::Scene;
use crate::judge::runner::talk::{Played, nothing};

pub(super) const SCENES: &[Scene] = &[Scene {
    name: "wire/request-ids",
    operation: Operation::ListSigningPlatforms,
    what: "one call made twice and one that is refused, each under an id of its own",
    requirements: &["common/request-id-unique"],
    play: |case| Box::pin(request_ids(case)),
}];

async fn request_ids(case: &mut Case<'_>) -> Played {
    let mut ids = Vec::new();
    for (operation, input) in [
        (Operation::ListSigningPlatforms, nothing()),
        (Operation::ListSigningPlatforms, nothing()),
        (Operation::GetSigningPlatform, json!({ "platformId": "NoSuchPlatform-SHA256-ECDSA" })),
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
