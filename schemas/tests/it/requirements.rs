//! The ledger of rules against itself and against the operation documents.

use std::collections::BTreeSet;

use signer_schemas::{
    Basis, Edition, Exception, Operation, Requirement, RequirementId, exceptions, operation, operations,
    requirement, requirements,
};

#[test]
fn an_exception_is_about_a_derived_requirement() {
    for exception in exceptions() {
        for pattern in &exception.ids {
            let alone =
                Exception { ids: vec![pattern.clone()], basis: None, source: None, untestable_because: None };
            let about = derived().filter(|row| alone.is_about(&row.id)).count();
            assert!(
                about > 0,
                "schemas/requirements/exceptions.toml: {pattern} is about no requirement: remove it"
            );
        }
        let says =
            [exception.basis.is_some(), exception.source.is_some(), exception.untestable_because.is_some()];
        assert!(says.contains(&true), "{:?}: the exception says nothing", exception.ids);
    }
}

#[test]
fn a_derived_requirement_says_what_the_documents_say() {
    let statements = [
        (
            "common/error/IncompleteSignature",
            "The common error IncompleteSignature has HTTP status 403 (edition 2019-05-22: 400).",
        ),
        (
            "StartSigningJob/error/ThrottlingException",
            "StartSigningJob declares ThrottlingException with HTTP status 429.",
        ),
        (
            "PutSigningProfile/input/signingMaterial.certificateArn/required",
            "PutSigningProfile refuses a signingMaterial without certificateArn.",
        ),
        (
            "ListSigningJobs/input/isRevoked/type",
            "ListSigningJobs refuses an isRevoked other than true or false.",
        ),
        (
            "ListSigningProfiles/input/statuses[]/enum",
            "ListSigningProfiles refuses an item of statuses other than Active, Canceled or Revoked.",
        ),
        (
            "PutSigningProfile/input/tags{key}/min-length",
            "PutSigningProfile refuses a key of tags shorter than 1 character.",
        ),
        ("UntagResource/input/tagKeys/max-items", "UntagResource refuses tagKeys with more than 200 items."),
        ("SignPayload/input/payload/max-length", "SignPayload refuses a payload longer than 4096 bytes."),
        ("SignPayload/output/signature/base64", "In an answer of SignPayload, signature is standard base64."),
        (
            "DescribeSigningJob/output/profileName/max-length",
            "In an answer of DescribeSigningJob, profileName has at most 64 characters (edition 2019-05-22: \
             20).",
        ),
        (
            "GetSigningProfile/output/status/enum",
            "In an answer of GetSigningProfile, status is Active, Canceled or Revoked (edition 2019-05-22: \
             Active or Canceled).",
        ),
        (
            "ListSigningJobs/output/jobs[].signingMaterial.certificateArn/required",
            "In an answer of ListSigningJobs, jobs[].signingMaterial has a certificateArn.",
        ),
    ];
    for (id, statement) in statements {
        assert_eq!(requirement(id).map(|row| row.statement.as_str()), Some(statement), "{id}");
    }
}

#[test]
fn a_derived_requirement_names_where_it_is_published() {
    let model = "botocore 1.44.5, data/signer/2017-08-25/service-2.json";
    let sources = [
        (
            "CancelSigningProfile/error/ResourceNotFoundException",
            Basis::Documented,
            "API reference (both editions), CancelSigningProfile, Errors: ResourceNotFoundException"
                .to_owned(),
        ),
        (
            "GetSigningProfile/input/profileOwner/pattern",
            Basis::Documented,
            "API reference (current), GetSigningProfile, URI Request Parameters: profileOwner".to_owned(),
        ),
        (
            "ListSigningProfiles/output/profiles[].profileName/type",
            Basis::Documented,
            "API reference (both editions), ListSigningProfiles, Response Syntax: profiles".to_owned(),
        ),
        (
            "GetSigningPlatform/output/signingConfiguration.encryptionAlgorithmOptions.defaultValue/required",
            Basis::Documented,
            "API reference (both editions), Data Types, EncryptionAlgorithmOptions; API reference (both \
             editions), GetSigningPlatform, Response Elements: signingConfiguration"
                .to_owned(),
        ),
        (
            "ListSigningJobs/output/jobs[].jobOwner/pattern",
            Basis::Documented,
            "API reference (current), Data Types, SigningJob; API reference (current), ListSigningJobs, \
             Response Elements: jobs"
                .to_owned(),
        ),
        ("ListSigningJobs/input/isRevoked/type", Basis::Modelled, format!("{model}, ListSigningJobsRequest")),
        ("TagResource/input/tags/min-items", Basis::Modelled, format!("{model}, TagMap")),
    ];
    for (id, basis, source) in sources {
        let row = requirement(id).unwrap_or_else(|| panic!("{id} is not there"));
        assert_eq!((row.basis, &row.source), (basis, &source), "{id}");
    }
}

#[test]
fn an_id_is_unique_and_well_formed() {
    let mut seen = BTreeSet::new();
    for row in requirements() {
        assert!(seen.insert(&row.id), "{} stands twice", row.id);
        let (head, rest) = row.id.split_once('/').unwrap_or_else(|| panic!("{}: no slash", row.id));
        assert_eq!(head, row.operation.map_or("common", Operation::name), "{}: the operation", row.id);
        if !is_derived(row) {
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            assert!(
                !rest.is_empty() && rest.chars().all(plain),
                "{}: lower-case words joined by hyphens",
                row.id
            );
        }
        assert_eq!(requirement(&row.id), Some(row), "{}: look-up", row.id);
    }
}

#[test]
fn a_requirement_has_a_statement_and_a_source() {
    for Requirement { id, statement, source, .. } in requirements() {
        assert!(
            statement.ends_with('.') && statement.len() > 15,
            "{id}: a statement is a sentence: {statement}"
        );
        assert!(
            !statement.trim_end_matches('.').contains(". "),
            "{id}: a statement is one sentence: {statement}"
        );
        assert!(
            source.len() > 8 && source.trim() == source,
            "{id}: a source names document and section: {source}"
        );
    }
}

#[test]
fn an_observation_has_a_date() {
    for row in requirements().iter().filter(|row| row.basis == Basis::Observed) {
        let digits = |word: &str| word.len() == 4 && word.chars().all(|c| c.is_ascii_digit());
        let dated = row
            .source
            .split(|c: char| !c.is_ascii_alphanumeric())
            .any(|word| word.starts_with("20") && digits(word));
        assert!(dated, "{}: say when it was seen: {}", row.id, row.source);
    }
}

#[test]
fn an_open_point_has_a_question_and_several_answers() {
    for row in requirements() {
        let open = row.basis == Basis::Open;
        assert_eq!(open, row.question.is_some(), "{}: a question belongs to open points alone", row.id);
        let enough = if open { row.admits.len() > 1 } else { row.admits.is_empty() };
        assert!(enough, "{}: an open point admits several answers, other rules list none", row.id);
        assert!(row.question.iter().all(|question| question.ends_with('?')), "{}: a question", row.id);
        let answers: BTreeSet<_> = row.admits.iter().collect();
        assert_eq!(answers.len(), row.admits.len(), "{}: an answer stands twice", row.id);
    }
}

#[test]
fn an_untestable_requirement_says_why() {
    for row in requirements() {
        assert_eq!(
            row.testable,
            row.untestable_because.is_none(),
            "{}: testable, or the reason why not",
            row.id
        );
        assert!(row.untestable_because.iter().all(|reason| reason.len() > 10), "{}: a reason", row.id);
    }
}

#[test]
fn a_requirement_names_editions_that_have_its_operation() {
    for row in requirements() {
        let editions: BTreeSet<_> = row.editions.iter().collect();
        assert!(!editions.is_empty() && editions.len() == row.editions.len(), "{}: editions", row.id);
        for &edition in &row.editions {
            let known = row.operation.is_none_or(|name| operation(edition, name).is_some());
            assert!(known, "{}: {} does not have this operation", row.id, edition.id());
        }
    }
}

#[test]
fn an_operation_has_five_requirements_of_behaviour_or_more() {
    for edition in Edition::ALL {
        for document in operations(edition) {
            let about = |row: &&Requirement| {
                row.operation == Some(document.operation) && row.editions.contains(&edition)
            };
            let count = requirements().iter().filter(about).filter(|row| !is_derived(row)).count();
            assert!(count >= 5, "{} {}: {count} rules of behaviour", edition.id(), document.operation);
        }
    }
}

#[test]
fn a_reference_leads_to_a_requirement() {
    let words = |text: &str| -> Vec<String> {
        let trim = |word: &str| word.trim_matches(|c: char| !c.is_ascii_alphanumeric()).to_owned();
        let is_id = |word: &String| word.split('/').count() > 1 && requirement(word).is_none();
        let head = |word: &String| {
            word.split('/')
                .next()
                .is_some_and(|head| head == "common" || Operation::from_name(head).is_some())
        };
        text.split_whitespace().map(trim).filter(is_id).filter(head).collect()
    };
    for row in requirements() {
        let text = format!("{} {}", row.statement, row.untestable_because.as_deref().unwrap_or_default());
        assert_eq!(words(&text), Vec::<String>::new(), "{}: no such rule", row.id);
    }
}

#[test]
fn requirements_stand_in_order() {
    let place = |row: &Requirement| {
        let part = ["error", "input", "output"]
            .iter()
            .position(|part| is_part(row, part))
            .map_or(0, |part| part + 1);
        (row.operation, part)
    };
    for pair in requirements().windows(2) {
        let message = "rules of all operations first, then by operation: behaviour, errors, input, output";
        assert!(place(&pair[0]) <= place(&pair[1]), "{} stands before {}: {message}", pair[0].id, pair[1].id);
    }
}

fn is_part(row: &Requirement, part: &str) -> bool {
    let mut segments = row.id.split('/').skip(1);
    segments.next() == Some(part) && segments.next().is_some()
}

fn is_derived(row: &Requirement) -> bool {
    ["error", "input", "output"].iter().any(|part| is_part(row, part))
}

fn derived() -> impl Iterator<Item = &'static Requirement> {
    requirements().iter().filter(|row| is_derived(row))
}

#[test]
fn an_id_is_read_if_it_has_the_form_of_one() {
    let read = |text: &str| serde_json::from_value::<RequirementId>(text.into());
    for row in requirements() {
        assert_eq!(read(&row.id).ok().as_ref(), Some(&row.id));
    }
    for text in [
        "",
        "/",
        "TagResource",
        "TagResource/",
        "/tags",
        "TagResource//tags",
        "common/a b",
        "a-b/tags",
        "common/<script>",
        "TagResource/tags\n",
        "TagResource/\u{202e}tags",
    ] {
        let refused = read(text).expect_err(text).to_string();
        assert!(refused.starts_with(&format!("{text:?} is not the id of a requirement")), "{refused}");
        assert!(refused.contains("TagResource/tags"), "an example is given: {refused}");
        assert!(!refused.contains(['\n', '\u{202e}']), "what it shows is visible: {refused}");
    }
    let long = read(&"long".repeat(1000)).expect_err("it has no slash").to_string();
    assert!(long.chars().count() < 250, "{long}");
}
