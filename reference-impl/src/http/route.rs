//! From method and path to an operation. The path is split as it stands on the wire and decoded
//! after that, because an ARN and a statement id may hold slashes.

use std::collections::BTreeMap;

use axum::http::request::Parts;
use signer_schemas::{OperationDoc, operations};

use crate::config::Config;
use crate::error::{Outcome, Refusal};
use crate::freedoms::FreedomId;
use crate::http::query::decode_segment;

/// An operation and the labels in its path.
pub(crate) struct Route {
    pub(crate) document: &'static OperationDoc,
    pub(crate) labels: BTreeMap<String, String>,
}

/// The first segments of the API's paths.
const ROOTS: [&str; 5] = ["signing-profiles", "signing-jobs", "signing-platforms", "tags", "revocations"];

/// Whether the path lies below one of the API's roots.
pub(super) fn is_of_the_api(path: &str) -> bool {
    let root = path.trim_start_matches('/').split('/').next().unwrap_or_default();
    ROOTS.contains(&root)
}

/// The operation that a request asks for, if it asks for one.
pub(super) fn document(config: &Config, parts: &Parts) -> Option<&'static OperationDoc> {
    let understood = config.freedoms.is(FreedomId::ArnUnescaped, "understood");
    let mut candidates =
        operations(config.edition).iter().filter(|document| document.method == parts.method.as_str());
    candidates.find(|document| matched(&document.uri, parts.uri.path(), understood).is_some())
}

/// The operation that a request asks for, with what its path says.
pub(crate) fn find(config: &Config, parts: &Parts) -> Outcome<Route> {
    let path = parts.uri.path();
    for document in operations(config.edition) {
        if document.method != parts.method.as_str() {
            continue;
        }
        if let Some(labels) =
            matched(&document.uri, path, config.freedoms.is(FreedomId::ArnUnescaped, "understood"))
        {
            let mut decoded = BTreeMap::new();
            for (name, text) in labels {
                let text = decode_segment(&text);
                let text = text.ok_or_else(|| Refusal::validation(format!("{name} is not UTF-8")))?;
                decoded.insert(name, text);
            }
            return Ok(Route { document, labels: decoded });
        }
    }
    let message = format!("there is no operation at {} {path}", parts.method);
    Err(config.freedoms.refusal(FreedomId::UnknownRoute, message))
}

/// The labels of a path that fits the template. The last label of `/tags/{resourceArn}` takes the
/// rest of the path, so that an ARN which was not encoded is understood too.
fn matched(template: &str, path: &str, unescaped: bool) -> Option<Vec<(String, String)>> {
    let template: Vec<&str> = template.split('/').skip(1).collect();
    let takes_rest = unescaped && template.first() == Some(&"tags");
    let path = path.strip_prefix('/')?;
    let path: Vec<&str> =
        if takes_rest { path.splitn(template.len(), '/').collect() } else { path.split('/').collect() };
    if template.len() != path.len() {
        return None;
    }
    let mut labels = Vec::new();
    for (expected, found) in template.iter().zip(path) {
        match expected.strip_prefix('{').and_then(|label| label.strip_suffix('}')) {
            Some(label) => labels.push((label.to_owned(), found.to_owned())),
            None if *expected == found => {}
            None => return None,
        }
    }
    Some(labels)
}
