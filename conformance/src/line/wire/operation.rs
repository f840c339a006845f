//! Which operation a method and a path belong to.

use percent_encoding::percent_decode_str;
use signer_schemas::{Edition, OperationDoc, operations};

/// The operation that answers to that method and path. A label is one segment, but an ARN may come with its
/// slashes.
pub(crate) fn operation_at(edition: Edition, method: &str, path: &str) -> Option<&'static OperationDoc> {
    let of_method = || operations(edition).iter().filter(|document| document.method == method);
    // A list with a slash behind it, and a call that leaves out a name, look the same.
    let named = format!("{path}name");
    if path.ends_with('/')
        && of_method().any(|document| fits(&document.uri, &named) && !fits(&document.uri, path))
    {
        return None;
    }
    let candidates = of_method().filter(|document| fits(&document.uri, path));
    // A fixed word is closer than a label: /signing-profiles/{name}/permissions is no profile.
    candidates.min_by_key(|document| document.uri.matches('{').count())
}

fn fits(uri: &str, path: &str) -> bool {
    let path = path.strip_suffix('/').filter(|path| !path.is_empty()).unwrap_or(path);
    let (mut wanted, mut given) = (uri.split('/').peekable(), path.split('/'));
    while let Some(segment) = wanted.next() {
        let Some(text) = given.next() else { return false };
        let text = percent_decode_str(text).decode_utf8_lossy();
        if segment == "{resourceArn}" && wanted.peek().is_none() {
            return text.starts_with("arn:");
        }
        let label = segment.starts_with('{');
        if (label && text.is_empty()) || (!label && segment != text) {
            return false;
        }
    }
    given.next().is_none()
}

#[cfg(test)]
mod tests {
    use signer_schemas::Operation;

    use super::*;

    #[track_caller]
    fn check(method: &str, path: &str, expected: Option<Operation>) {
        assert_eq!(
            operation_at(Edition::Current, method, path).map(|document| document.operation),
            expected,
            "{method} {path}"
        );
    }

    #[test]
    fn a_path_leads_to_its_operation() {
        check("GET", "/signing-profiles", Some(Operation::ListSigningProfiles));
        check("GET", "/signing-profiles/", None);
        check("POST", "/signing-jobs/", Some(Operation::StartSigningJob));
        check("GET", "/signing-profiles/My_P/permissions/", Some(Operation::ListProfilePermissions));
        check(
            "GET",
            "/tags/arn:aws:signer:us-east-1:111122223333:/signing-profiles/P/",
            Some(Operation::ListTagsForResource),
        );
        check("GET", "/signing-profiles/My_P", Some(Operation::GetSigningProfile));
        check("GET", "/signing-profiles/My_P/permissions", Some(Operation::ListProfilePermissions));
        check("DELETE", "/signing-profiles/My_P/permissions/s1", Some(Operation::RemoveProfilePermission));
        check("POST", "/signing-jobs/with-payload", Some(Operation::SignPayload));
        check("POST", "/signing-jobs", Some(Operation::StartSigningJob));
        check(
            "GET",
            "/tags/arn%3Aaws%3Asigner%3A%3A%3A%2Fsigning-profiles%2FP",
            Some(Operation::ListTagsForResource),
        );
        check(
            "GET",
            "/tags/arn:aws:signer:us-east-1:111122223333:/signing-profiles/P",
            Some(Operation::ListTagsForResource),
        );
        check("GET", "/nothing", None);
        check("PATCH", "/signing-profiles/My_P", None);
        check("GET", "/signing-profiles/a/b/c", None);
    }
}
