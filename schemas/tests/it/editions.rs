//! The two editions differ where they are known to differ, and have the size they are known to have.

mod errors;

use std::collections::BTreeSet;

use signer_schemas::{Edition, Location, Member, Operation, OperationDoc, Shape, operation, operations};

const EDITIONS: [Edition; 2] = [Edition::Current, Edition::May2019];

fn document(edition: Edition, name: Operation) -> &'static OperationDoc {
    operation(edition, name).unwrap_or_else(|| panic!("{edition} has no {name}"))
}

fn names<'a>(members: impl IntoIterator<Item = &'a Member>) -> BTreeSet<&'a str> {
    members.into_iter().map(|member| member.name.as_str()).collect()
}

fn output(edition: Edition, name: Operation) -> BTreeSet<&'static str> {
    names(document(edition, name).output.iter().flatten())
}

/// The members of the structures in the list that an answer carries under this name.
fn entries(edition: Edition, name: Operation, list: &str) -> BTreeSet<&'static str> {
    match document(edition, name).output_member(list).map(|member| &member.shape) {
        Some(Shape::List { item, .. }) => match &**item {
            Shape::Structure { members } => names(members),
            other => panic!("{list} holds {other:?}"),
        },
        other => panic!("{list} is {other:?}"),
    }
}

/// The values of the enum at this path of the answer.
fn values(edition: Edition, name: Operation, wanted: &str) -> Vec<String> {
    let mut found = None;
    document(edition, name).walk_output(&mut |visit| {
        if let (Shape::String { values, .. }, true) = (visit.shape, visit.path == wanted) {
            found = Some(values.clone());
        }
    });
    found.unwrap_or_else(|| panic!("{name} has no string at {wanted}"))
}

fn added(in_current: &BTreeSet<&'static str>, in_2019: &BTreeSet<&'static str>) -> Vec<&'static str> {
    assert!(in_current.is_superset(in_2019), "{in_2019:?} were not all kept");
    in_current.difference(in_2019).copied().collect()
}

#[test]
fn the_older_edition_has_nine_of_the_nineteen_operations() {
    assert_eq!(operations(Edition::Current).len(), 19);
    let older: Vec<&str> =
        operations(Edition::May2019).iter().map(|document| document.operation.name()).collect();
    let nine = [
        "CancelSigningProfile",
        "DescribeSigningJob",
        "GetSigningPlatform",
        "GetSigningProfile",
        "ListSigningJobs",
        "ListSigningPlatforms",
        "ListSigningProfiles",
        "PutSigningProfile",
        "StartSigningJob",
    ];
    assert_eq!(older, nine);
    assert!(
        Operation::TagResource.in_edition(Edition::Current)
            && !Operation::TagResource.in_edition(Edition::May2019)
    );
}

#[test]
fn both_editions_bind_the_nine_alike() {
    for older in operations(Edition::May2019) {
        let newer = document(Edition::Current, older.operation);
        assert_eq!((&older.method, &older.uri, older.status), (&newer.method, &newer.uri, newer.status));
        for member in &older.input {
            assert_eq!(
                newer.member(&member.name).map(|member| member.location),
                Some(member.location),
                "{}",
                member.name
            );
        }
    }
}

#[test]
fn a_profile_name_may_be_longer_today() {
    for (edition, longest) in [(Edition::Current, 64), (Edition::May2019, 20)] {
        for document in operations(edition) {
            let Some(member) = document.member("profileName") else { continue };
            let pattern = Some("^[a-zA-Z0-9_]{2,}$".to_owned());
            let expected = Shape::String { min: Some(2), max: Some(longest), pattern, values: Vec::new() };
            assert_eq!(member.shape, expected, "{edition} {}", document.operation);
        }
    }
}

#[test]
fn enums_have_grown() {
    let profile = |edition| values(edition, Operation::GetSigningProfile, "status");
    assert_eq!(profile(Edition::May2019), ["Active", "Canceled"]);
    assert_eq!(profile(Edition::Current), ["Active", "Canceled", "Revoked"]);
    let format = |edition| values(edition, Operation::GetSigningPlatform, "signingImageFormat.defaultFormat");
    assert_eq!(format(Edition::May2019), ["JSON"]);
    assert_eq!(format(Edition::Current), ["JSON", "JSONEmbedded", "JSONDetached"]);
    for edition in EDITIONS {
        assert_eq!(
            values(edition, Operation::DescribeSigningJob, "status"),
            ["InProgress", "Failed", "Succeeded"]
        );
        assert_eq!(values(edition, Operation::ListSigningPlatforms, "platforms[].category"), ["AWSIoT"]);
    }
}

#[test]
fn required_members_have_changed_sides() {
    let required =
        |edition, name, member: &str| document(edition, name).member(member).map(|member| member.required);
    let put = |edition| required(edition, Operation::PutSigningProfile, "signingMaterial");
    assert_eq!((put(Edition::May2019), put(Edition::Current)), (Some(true), Some(false)));
    let start = |edition| required(edition, Operation::StartSigningJob, "profileName");
    assert_eq!((start(Edition::May2019), start(Edition::Current)), (Some(false), Some(true)));
}

#[test]
fn requests_have_gained_members() {
    let gained = |name| {
        added(
            &names(&document(Edition::Current, name).input),
            &names(&document(Edition::May2019, name).input),
        )
    };
    assert_eq!(gained(Operation::PutSigningProfile), ["signatureValidityPeriod", "tags"]);
    assert_eq!(gained(Operation::StartSigningJob), ["profileOwner"]);
    assert_eq!(gained(Operation::GetSigningProfile), ["profileOwner"]);
    assert_eq!(gained(Operation::ListSigningProfiles), ["platformId", "statuses"]);
    let filters = ["isRevoked", "jobInvoker", "signatureExpiresAfter", "signatureExpiresBefore"];
    assert_eq!(gained(Operation::ListSigningJobs), filters);
    for same in [
        Operation::CancelSigningProfile,
        Operation::DescribeSigningJob,
        Operation::GetSigningPlatform,
        Operation::ListSigningPlatforms,
    ] {
        assert!(gained(same).is_empty(), "{same}");
    }
}

#[test]
fn answers_have_gained_members() {
    let gained = |name| added(&output(Edition::Current, name), &output(Edition::May2019, name));
    assert_eq!(gained(Operation::PutSigningProfile), ["profileVersion", "profileVersionArn"]);
    assert_eq!(gained(Operation::StartSigningJob), ["jobOwner"]);
    assert_eq!(gained(Operation::GetSigningPlatform), ["revocationSupported"]);
    let job = [
        "jobInvoker",
        "jobOwner",
        "platformDisplayName",
        "profileVersion",
        "revocationRecord",
        "signatureExpiresAt",
    ];
    assert_eq!(gained(Operation::DescribeSigningJob), job);
    let count = |edition, name| output(edition, name).len();
    assert_eq!(count(Edition::May2019, Operation::DescribeSigningJob), 13);
    assert_eq!(
        (
            count(Edition::May2019, Operation::GetSigningProfile),
            count(Edition::Current, Operation::GetSigningProfile)
        ),
        (6, 14)
    );
    let jobs = |edition| entries(edition, Operation::ListSigningJobs, "jobs").len();
    assert_eq!((jobs(Edition::May2019), jobs(Edition::Current)), (6, 14));
}

#[test]
fn entries_of_lists_are_not_the_whole_thing() {
    let job = output(Edition::Current, Operation::DescribeSigningJob);
    let entry = entries(Edition::Current, Operation::ListSigningJobs, "jobs");
    let missing =
        ["completedAt", "overrides", "requestedBy", "revocationRecord", "signingParameters", "statusReason"];
    assert_eq!(job.difference(&entry).copied().collect::<Vec<_>>(), missing);
    assert_eq!(entry.difference(&job).copied().collect::<Vec<_>>(), ["isRevoked"]);
    let profile = output(Edition::Current, Operation::GetSigningProfile);
    let entry = entries(Edition::Current, Operation::ListSigningProfiles, "profiles");
    assert_eq!(
        profile.difference(&entry).copied().collect::<Vec<_>>(),
        ["overrides", "revocationRecord", "statusReason"]
    );
    for edition in EDITIONS {
        let platform = output(edition, Operation::GetSigningPlatform);
        assert_eq!(entries(edition, Operation::ListSigningPlatforms, "platforms"), platform);
    }
}

/// Operations, members of requests by place, members of answers with all that is inside, declared errors.
#[test]
fn nothing_was_lost_or_added_unnoticed() {
    let counts = |edition: Edition| {
        let documents = operations(edition);
        let at =
            |location| documents.iter().map(|document| document.members_at(location).count()).sum::<usize>();
        let (mut inside, mut constraints, mut answers) = (0, 0, 0);
        for document in documents {
            document.walk_input(&mut |visit| {
                inside += usize::from(visit.member.is_some());
                constraints +=
                    constraint_count(visit.shape) + usize::from(visit.member.is_some_and(|it| it.required));
            });
            document.walk_output(&mut |visit| answers += usize::from(visit.member.is_some()));
        }
        let errors: usize = documents.iter().map(|document| document.errors.len()).sum();
        [at(Location::Path), at(Location::Query), at(Location::Body), inside, constraints, answers, errors]
    };
    assert_eq!(counts(Edition::Current), [14, 28, 26, 82, 128, 155, 87]);
    assert_eq!(counts(Edition::May2019), [5, 13, 8, 37, 35, 94, 35]);
}

fn constraint_count(shape: &Shape) -> usize {
    match shape {
        Shape::String { min, max, pattern, values } => {
            [min.is_some(), max.is_some(), pattern.is_some(), !values.is_empty()]
                .into_iter()
                .filter(|&it| it)
                .count()
        }
        Shape::Integer { min, max } => usize::from(min.is_some()) + usize::from(max.is_some()),
        Shape::Blob { min, max } | Shape::List { min, max, .. } | Shape::Map { min, max, .. } => {
            usize::from(min.is_some()) + usize::from(max.is_some())
        }
        Shape::Boolean | Shape::Timestamp | Shape::Structure { .. } => 0,
    }
}

#[test]
fn the_one_idempotency_token_is_where_clients_expect_it() {
    for edition in EDITIONS {
        let mut tokens = Vec::new();
        for document in operations(edition) {
            let marked = document.input.iter().filter(|member| member.idempotency_token);
            tokens.extend(marked.map(|member| (document.operation, member.name.as_str(), member.required)));
        }
        assert_eq!(tokens, [(Operation::StartSigningJob, "clientRequestToken", true)]);
    }
}

#[test]
fn the_same_operations_answer_with_an_empty_body() {
    let empty = |edition| -> Vec<(&str, bool)> {
        let documents = operations(edition).iter().filter(|document| document.output.is_none());
        documents.map(|document| (document.operation.name(), document.empty_object_admitted)).collect()
    };
    assert_eq!(empty(Edition::May2019), [("CancelSigningProfile", false)]);
    let today = [
        ("CancelSigningProfile", false),
        ("RevokeSignature", false),
        ("RevokeSigningProfile", false),
        ("TagResource", true),
        ("UntagResource", true),
    ];
    assert_eq!(empty(Edition::Current), today);
}
