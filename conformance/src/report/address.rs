//! The page on which a source can be read, where one is published.

use signer_schemas::Operation;

/// The published API reference of Signer.
const API: &str = "https://docs.aws.amazon.com/signer/latest/api/";

/// The published Developer Guide of Signer.
const GUIDE: &str = "https://docs.aws.amazon.com/signer/latest/developerguide/";

/// Where the first citation of a source that has a page can be read, given the operation that departs from
/// it. The edition of 2019 is published no longer, and what was observed has no page.
pub(super) fn address(source: &str, operation: Operation) -> Option<String> {
    source.split("; ").find_map(|citation| of_citation(citation, operation))
}

fn of_citation(citation: &str, operation: Operation) -> Option<String> {
    let (work, place) = citation.split_once(", ")?;
    match work {
        "API reference (current)" | "API reference (both editions)" => {
            Some(format!("{API}{}", page(place, operation)))
        }
        "AWS Signer Developer Guide" => Some(format!("{GUIDE}Welcome.html")),
        _ => None,
    }
}

/// The page of a place in the API reference. What is said of all operations stands on the page of each.
fn page(place: &str, operation: Operation) -> String {
    let section = place.split([',', ':']).next().unwrap_or_default();
    let named = section.split(' ').next().unwrap_or_default();
    match section {
        "Actions" => "API_Operations.html".to_owned(),
        "Data Types" => "API_Types.html".to_owned(),
        common if common.starts_with("Common Err") => "CommonErrors.html".to_owned(),
        _ => {
            format!("API_{}.html", Operation::from_name(named).unwrap_or(operation))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Operation, address};

    #[test]
    fn a_citation_leads_to_its_page_and_what_is_published_nowhere_to_none() {
        let of = |source: &str| address(source, Operation::TagResource);
        let api = |page: &str| Some(format!("https://docs.aws.amazon.com/signer/latest/api/{page}"));
        for (source, page) in [
            ("API reference (current), SignPayload, Errors; IAM user guide, X", "API_SignPayload.html"),
            (
                "API reference (current), PutSigningProfile and StartSigningJob, Errors",
                "API_PutSigningProfile.html",
            ),
            ("API reference (both editions), every operation, Errors", "API_TagResource.html"),
            ("API reference (both editions), Common Errors: InternalFailure", "CommonErrors.html"),
            ("API reference (current), Common Error Types", "CommonErrors.html"),
            ("API reference (both editions), Data Types, S3Source", "API_Types.html"),
        ] {
            assert_eq!(of(source), api(page), "{source}");
        }
        assert_eq!(of("API reference (2019-05-22), StartSigningJob, Errors"), None);
        assert_eq!(of("walkthrough of an owner, a repository, read in 2026"), None);
        assert_eq!(
            of("IAM user guide, X; API reference (current), SignPayload"),
            api("API_SignPayload.html")
        );
        assert!(of("AWS Signer Developer Guide, Quotas for Signer").is_some());
    }
}
