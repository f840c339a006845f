//! The errors of the two editions.

use signer_schemas::{Edition, Operation, common_errors, operations};

use super::EDITIONS;

#[test]
fn throttling_has_changed_its_name() {
    let declaring = |edition, error: &str| -> Vec<&str> {
        let documents =
            operations(edition).iter().filter(|document| document.errors.iter().any(|it| it.name == error));
        documents.map(|document| document.operation.name()).collect()
    };
    assert_eq!(declaring(Edition::Current, "ThrottlingException"), ["StartSigningJob"]);
    assert_eq!(declaring(Edition::Current, "TooManyRequestsException").len(), 19);
    assert_eq!(declaring(Edition::May2019, "TooManyRequestsException").len(), 0);
    assert_eq!(declaring(Edition::May2019, "ThrottlingException").len(), 7);
    let silent = [Operation::DescribeSigningJob, Operation::GetSigningPlatform];
    for name in silent {
        assert!(!declaring(Edition::May2019, "ThrottlingException").contains(&name.name()), "{name}");
    }
    assert_eq!(declaring(Edition::Current, "InternalServiceErrorException").len(), 19);
    let two_spellings = ["InternalServerErrorException", "InternalServiceErrorException"];
    assert_eq!(two_spellings.map(|error| declaring(Edition::May2019, error).len()), [5, 4]);
}

#[test]
fn common_errors_are_those_of_their_time() {
    let status = |edition, name: &str| {
        common_errors(edition).iter().find(|error| error.name == name).map(|error| error.status)
    };
    let table: [(&str, Option<u16>, Option<u16>); 9] = [
        ("AccessDeniedException", Some(400), Some(403)),
        ("IncompleteSignature", Some(400), Some(403)),
        ("MalformedQueryString", Some(404), None),
        ("MissingAuthenticationToken", Some(403), None),
        ("InvalidAction", Some(400), None),
        ("MalformedHttpRequestException", None, Some(400)),
        ("UnknownOperationException", None, Some(404)),
        ("UnrecognizedClientException", None, Some(403)),
        ("ThrottlingException", Some(400), Some(400)),
    ];
    for (name, in_2019, today) in table {
        assert_eq!(status(Edition::May2019, name), in_2019, "{name}");
        assert_eq!(status(Edition::Current, name), today, "{name}");
    }
    assert_eq!(EDITIONS.map(|edition| common_errors(edition).len()), [16, 17]);
}
