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
    asked(config, parts).map(|(document, _)| document)
}

/// The operation that a request asks for, with what its path says.
pub(crate) fn find(config: &Config, parts: &Parts) -> Outcome<Route> {
    let Some((document, labels)) = asked(config, parts) else {
        let message = format!("there is no operation at {} {}", parts.method, parts.uri.path());
        return Err(config.freedoms.refusal(FreedomId::UnknownRoute, message));
    };
    let decoded = labels.into_iter().map(|(name, text)| {
        let text = decode_segment(text);
        let text = text.ok_or_else(|| Refusal::validation(format!("{name} is not UTF-8")))?;
        Ok((name.to_owned(), text))
    });
    Ok(Route { document, labels: decoded.collect::<Outcome<_>>()? })
}

/// The labels of a path's template, and what stands in their places.
type Labels<'a> = Vec<(&'static str, &'a str)>;

fn asked<'a>(config: &Config, parts: &'a Parts) -> Option<(&'static OperationDoc, Labels<'a>)> {
    let understood = config.freedoms.is(FreedomId::ArnUnescaped, "understood");
    let mut candidates =
        operations(config.edition).iter().filter(|document| document.method == parts.method.as_str());
    candidates.find_map(|document| Some((document, matched(&document.uri, parts.uri.path(), understood)?)))
}

/// The labels of a path that fits the template. The last label of `/tags/{resourceArn}` takes the
/// rest of the path, so that an ARN which was not encoded is understood too.
fn matched<'a>(template: &'static str, path: &'a str, unescaped: bool) -> Option<Labels<'a>> {
    let takes_rest = unescaped && template.starts_with("/tags/");
    let segments = if takes_rest { template.split('/').count() } else { usize::MAX };
    let (mut expected, mut found) = (template.split('/'), path.splitn(segments, '/'));
    let mut labels = Vec::new();
    loop {
        let (expected, found) = match (expected.next(), found.next()) {
            (Some(expected), Some(found)) => (expected, found),
            (None, None) => return Some(labels),
            _ => return None,
        };
        match expected.strip_prefix('{').and_then(|label| label.strip_suffix('}')) {
            Some(label) => labels.push((label, found)),
            None if expected == found => {}
            None => return None,
        }
    }
}
