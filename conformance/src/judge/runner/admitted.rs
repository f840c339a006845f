//! The words in which the ledger admits answers, and which of them a response fits.

use crate::judge::checks;
use crate::judge::runner::talk::Told;
use signer_schemas::Edition;

/// The admitted words that the status and the error type of a response fit. The ledger puts the narrower ones
/// first.
pub(super) fn fitting<'a>(admits: &'a [String], edition: Edition, told: &Told) -> Option<&'a str> {
    admits.iter().map(String::as_str).find(|words| fits(words, edition, told))
}

/// `404 NotFoundException`, `400 of a common type`, `200, the value is kept`; words without a status fit no
/// response by themselves.
fn fits(words: &str, edition: Edition, told: &Told) -> bool {
    let (code, kind) = words.split_once(' ').unwrap_or((words, ""));
    if code.trim_end_matches(',') != told.response.status.to_string() {
        return false;
    }
    if told.is_success() {
        return true;
    }
    let name = told.response.error_type();
    let listed = |is_listed: fn(Edition, &signer_schemas::OperationDoc, &str, u16) -> bool| {
        told.document
            .zip(name.as_deref())
            .is_some_and(|(of, name)| is_listed(edition, of, name, told.response.status))
    };
    match kind {
        "of any type" | "of another type" => true,
        "of a common type" => listed(checks::is_listed),
        "of a declared type" => listed(checks::is_declared),
        _ => kind.split(' ').next() == name.as_deref(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::body::Body;
    use crate::data::exchange::Response;
    use signer_schemas::{Operation, operation};

    fn told(status: u16, error: &str) -> Told {
        let headers = vec![("x-amzn-errortype".to_owned(), error.to_owned())];
        let document = operation(Edition::Current, Operation::TagResource);
        Told::new(document, Response { status, headers, body: Body::default() })
    }

    fn fits(words: &str, told: &Told) -> bool {
        super::fits(words, Edition::Current, told)
    }

    #[test]
    fn a_refusal_fits_words_of_its_status_and_its_type_alone() {
        let bad = told(400, "BadRequestException");
        assert!(
            fits("400 BadRequestException", &bad)
                && fits("400 of any type", &bad)
                && fits("400 of a declared type", &bad)
        );
        assert!(
            !fits("404 BadRequestException", &bad)
                && !fits("400 ValidationException", &bad)
                && !fits("refused", &bad)
        );
        let conflict = told(409, "ConflictException");
        assert!(!fits("409 of a declared type", &conflict) && !fits("409 of a common type", &conflict));
        assert!(fits("400 of a common type", &told(400, "SerializationException")));
        assert!(!fits("400 of a common type", &told(400, "NoSuchException")));
    }

    #[test]
    fn a_success_fits_words_that_say_more_of_it() {
        assert!(fits("200, the value is kept", &told(200, "")) && fits("200", &told(200, "")));
    }
}
