//! The five known platforms.

use std::collections::BTreeMap;

use serde_json::Value;
use signer_schemas::{Edition, Operation, platform, platforms};

#[test]
fn the_five_are_listed_by_id() {
    let ids: Vec<&str> = platforms().iter().map(|platform| platform.id.as_str()).collect();
    let five = [
        "AWSIoTDeviceManagement-SHA256-ECDSA",
        "AWSLambda-SHA384-ECDSA",
        "AmazonFreeRTOS-Default",
        "AmazonFreeRTOS-TI-CC3220SF",
        "Notation-OCI-SHA384-ECDSA",
    ];
    assert_eq!(ids, five);
    assert!(ids.iter().all(|id| platform(id).is_some_and(|found| found.id == **id)));
    assert!(platform("awslambda-sha384-ecdsa").is_none());
}

#[test]
fn each_has_a_default_and_is_signed_in_one_way() {
    for platform in platforms() {
        assert!(!platform.encryption.is_empty() && !platform.hash.is_empty() && !platform.formats.is_empty());
        assert!(
            matches!(platform.signed_by, Operation::StartSigningJob | Operation::SignPayload),
            "{}",
            platform.id
        );
        let in_2019 = platform.signed_by.in_edition(Edition::May2019);
        assert!(in_2019 || !platform.in_2019, "{}", platform.id);
    }
}

#[test]
fn what_is_guessed_names_a_field() {
    let file: Vec<BTreeMap<String, Value>> =
        serde_json::from_str(include_str!("../../platforms.json")).expect("platforms.json is a list");
    let guessed: Vec<(&Value, &Value)> = file
        .iter()
        .flat_map(|platform| {
            platform["guessed"].as_array().into_iter().flatten().map(|field| (&platform["id"], field))
        })
        .collect();
    assert!(
        guessed.iter().all(|(_, field)| file[0].contains_key(field.as_str().unwrap_or_default())),
        "{guessed:?}"
    );
    assert!(guessed.iter().all(|(id, _)| *id == "Notation-OCI-SHA384-ECDSA"), "{guessed:?}");
}
