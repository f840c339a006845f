//! What each operation is for the judge: how a call is written, its answer read, which calls show it at its
//! plainest, and what reveals its effect. One file per resource, one `Adapter` per operation, one dispatch.
//!
//! Values are bound at typed positions of answers, never found by searching texts.

pub(crate) mod adapter;
mod bindings;
mod jobs;
pub(crate) mod notes;
mod permissions;
mod platforms;
mod profiles;
mod revocations;
mod tags;
pub(crate) mod values;

pub use bindings::Bindings;

use serde_json::{Map, Value};
use signer_model::{Call, Reply};
use signer_schemas::{Operation, RequirementId};

use crate::data::body::Json;
use crate::data::context::Context;
use crate::data::finding::Complaint;
use crate::operations::adapter::{Adapter, Entry, Reading};
use crate::operations::notes::Notes;

/// The adapter of an operation.
pub(crate) const fn adapter(operation: Operation) -> &'static Adapter {
    match operation {
        Operation::AddProfilePermission => &permissions::ADD,
        Operation::CancelSigningProfile => &profiles::CANCEL,
        Operation::DescribeSigningJob => &jobs::DESCRIBE,
        Operation::GetRevocationStatus => &revocations::STATUS,
        Operation::GetSigningPlatform => &platforms::GET,
        Operation::GetSigningProfile => &profiles::GET,
        Operation::ListProfilePermissions => &permissions::LIST,
        Operation::ListSigningJobs => &jobs::LIST,
        Operation::ListSigningPlatforms => &platforms::LIST,
        Operation::ListSigningProfiles => &profiles::LIST,
        Operation::ListTagsForResource => &tags::LIST,
        Operation::PutSigningProfile => &profiles::PUT,
        Operation::RemoveProfilePermission => &permissions::REMOVE,
        Operation::RevokeSignature => &revocations::SIGNATURE,
        Operation::RevokeSigningProfile => &revocations::PROFILE,
        Operation::SignPayload => &jobs::SIGN,
        Operation::StartSigningJob => &jobs::START,
        Operation::TagResource => &tags::TAG,
        Operation::UntagResource => &tags::UNTAG,
    }
}

/// The members of the operation's input, path and query ones included; times as epoch seconds, blobs as
/// base64. An edition has just the members that its documents name.
pub fn input(context: &Context, bindings: &Bindings, call: &Call) -> Map<String, Value> {
    let operation = call.request.operation();
    let Value::Object(mut members) = (adapter(operation).input)(context, bindings, call.request) else {
        return Map::new();
    };
    let document = signer_schemas::operation(context.edition, operation);
    let is_known = |name: &str| document.is_none_or(|document| document.member(name).is_some());
    members.retain(|name, value| !value.is_null() && is_known(name));
    members
}

/// What was read out of an answer.
#[derive(Clone, Debug, Default)]
pub(crate) struct Read {
    /// The answer in symbols; `None` if it does not say what it must.
    pub(crate) reply: Option<Reply>,
    /// What it says wrongly.
    pub(crate) complaints: Vec<Complaint>,
    /// The requirements compared.
    pub(crate) exercised: Vec<RequirementId>,
}

/// Reads the successful answer to `call`, whose input was `input`; a list's pages come in order. Binds what
/// is new.
///
/// What an answer says about itself (the name asked for comes back, the ARN holds the name, the jobs' owner
/// is the owner) is compared here, since the model knows no texts.
pub(crate) fn read(
    context: &Context,
    bindings: &mut Bindings,
    call: &Call,
    input: &Map<String, Value>,
    pages: &[Json],
) -> Read {
    let mut reading = Reading { context, bindings, by: call.by, input, pages, notes: Notes::default() };
    let reply = (adapter(call.request.operation()).read)(&mut reading, call.request);
    let Notes { complaints, exercised } = reading.notes;
    Read { reply, complaints, exercised }
}

/// The entries of a list as the views that describing each by itself would give.
pub(crate) fn entries(context: &Context, bindings: &Bindings, call: &Call, pages: &[Json]) -> Vec<Entry> {
    let list = adapter(call.request.operation()).list.as_ref();
    list.map(|list| (list.entries)(context, bindings, pages)).unwrap_or_default()
}

/// The platforms in the pages of `ListSigningPlatforms` that the model knows.
pub(crate) use platforms::listed;

#[cfg(test)]
mod tests {
    use signer_schemas::Edition;

    use super::*;

    /// A run in an edition that nothing is known of.
    fn context(edition: Edition) -> Context {
        serde_json::from_value(serde_json::json!({
            "edition": edition, "prefix": "t", "region": "us-east-1", "owner_account": "111122223333",
            "other_account": "444455556666", "cross_account": true, "now_s": 1_764_000_000, "fixture": null,
            "platforms": signer_model::PlatformSet::ALL,
        }))
        .expect("a context")
    }

    #[test]
    fn every_adapter_speaks_of_its_own_operation_and_gives_each_required_member() {
        for edition in Edition::ALL {
            let context = context(edition);
            for document in signer_schemas::operations(edition) {
                let adapter = adapter(document.operation);
                let sample = (adapter.sample)(&context);
                assert_eq!(sample.operation(), document.operation);
                assert_eq!((adapter.base)(edition, "").call.operation(), document.operation);
                assert!(
                    (adapter.smoke)(edition).iter().any(|request| request.operation() == document.operation)
                );
                let input = input(&context, &Bindings::new(&context, "c"), &sample.by_owner());
                for member in document.input.iter().filter(|member| member.required) {
                    assert!(
                        input.contains_key(&member.name),
                        "{}: {} is missing",
                        document.operation,
                        member.name
                    );
                }
            }
        }
    }
}
