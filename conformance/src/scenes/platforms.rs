//! Platforms: what the list and the single view tell of each, and the filters held against both.

use serde_json::{Value, json};
use signer_model::Platform;
use signer_schemas::Operation;

use crate::judge::runner::case::Case;
use crate::judge::runner::scene::Scene;
use crate::judge::runner::talk::{Played, nothing};
use crate::scenes::calls::{P0, entries, keys, plain, put, without};

pub(super) const SCENES: &[Scene] = &[
    Scene {
        name: "platforms/entries-agree",
        operation: Operation::ListSigningPlatforms,
        what: "each entry of the list is what describing the platform by itself tells",
        requirements: &[
            "ListSigningPlatforms/entry-agrees",
            "GetSigningPlatform/view",
            "GetSigningPlatform/default-allowed",
            "GetSigningPlatform/revocation-supported",
            "GetSigningPlatform/stable",
        ],
        play: |case| Box::pin(entries_agree(case)),
    },
    Scene {
        name: "platforms/case",
        operation: Operation::GetSigningPlatform,
        what: "a platformId in another case",
        requirements: &["GetSigningPlatform/case"],
        play: |case| Box::pin(another_case(case)),
    },
    Scene {
        name: "platforms/filters",
        operation: Operation::ListSigningPlatforms,
        what: "each combination of filters, against what the entries say of themselves",
        requirements: &["ListSigningPlatforms/filters-combine", "ListSigningPlatforms/category-any-string"],
        play: |case| Box::pin(filters(case)),
    },
];

const LIST: Operation = Operation::ListSigningPlatforms;

async fn entries_agree(case: &mut Case<'_>) -> Played {
    let pages = case.pages(LIST, nothing()).await?;
    let mut shown = Vec::new();
    for entry in entries(&pages, "platforms") {
        let id = entry.get("platformId").and_then(Value::as_str).unwrap_or_default();
        let told = case.must("GetSigningPlatform/view", Operation::GetSigningPlatform, json!({ "platformId": id })).await?;
        case.same("ListSigningPlatforms/entry-agrees", &without(&entry, &[]), &without(&told.body, &[]));
        describes(case, &told.body);
        default_is_allowed(case, &told.body);
        if let Some(platform) = Platform::from_id(id) {
            let expected = json!(platform.is_managed());
            case.same("GetSigningPlatform/revocation-supported", &expected, told.at("/revocationSupported"));
        }
        shown.push((id.to_owned(), told.body));
    }
    let platform = plain(case);
    case.model(put(case.edition(), P0, platform)).await?;
    for (id, before) in shown {
        let told = case.ask(Operation::GetSigningPlatform, json!({ "platformId": id })).await?;
        case.same("GetSigningPlatform/stable", &before, &told.body);
    }
    Ok(())
}

/// The platform is described in every respect that the reference names.
fn describes(case: &mut Case<'_>, platform: &Value) {
    let members = [
        "platformId",
        "displayName",
        "partner",
        "target",
        "category",
        "signingConfiguration",
        "signingImageFormat",
        "maxSizeInMB",
    ];
    for member in members {
        let told = platform.get(member).unwrap_or(&Value::Null);
        let says = !told.is_null() && *told != json!("") && *told != json!({});
        case.hold("GetSigningPlatform/view", says, &format!("a `{member}`"), &format!("`{member}`: {told}"));
    }
}

fn default_is_allowed(case: &mut Case<'_>, platform: &Value) {
    let pairs = [
        (
            "/signingConfiguration/encryptionAlgorithmOptions/defaultValue",
            "/signingConfiguration/encryptionAlgorithmOptions/allowedValues",
        ),
        ("/signingConfiguration/hashAlgorithmOptions/defaultValue", "/signingConfiguration/hashAlgorithmOptions/allowedValues"),
        ("/signingImageFormat/defaultFormat", "/signingImageFormat/supportedFormats"),
    ];
    for (default, allowed) in pairs {
        let Some(default) = platform.pointer(default).filter(|value| !value.is_null()) else { continue };
        let allowed = platform.pointer(allowed).cloned().unwrap_or_default();
        let is_one = allowed.as_array().is_some_and(|values| values.contains(default));
        case.hold("GetSigningPlatform/default-allowed", is_one, &format!("one of {allowed}"), &default.to_string());
    }
}

async fn another_case(case: &mut Case<'_>) -> Played {
    let platform = plain(case);
    let id = platform.id().to_lowercase();
    let told = case.ask(Operation::GetSigningPlatform, json!({ "platformId": id })).await?;
    if told.is_success() {
        case.open("GetSigningPlatform/case", "the platform");
    } else {
        case.open_by_class("GetSigningPlatform/case", &told);
    }
    Ok(())
}

async fn filters(case: &mut Case<'_>) -> Played {
    const COLUMNS: [&str; 3] = ["category", "partner", "target"];
    let pages = case.pages(LIST, nothing()).await?;
    let entries = entries(&pages, "platforms");
    for entry in &entries {
        describes(case, entry);
    }
    let values = |column: &str| {
        let mut values: Vec<Value> = entries.iter().filter_map(|entry| entry.get(column).cloned()).collect();
        values.sort_by_key(ToString::to_string);
        values.dedup();
        values.into_iter().map(Some).chain([None]).collect::<Vec<_>>()
    };
    for category in values(COLUMNS[0]) {
        for partner in values(COLUMNS[1]) {
            for target in values(COLUMNS[2]) {
                let given = [&category, &partner, &target];
                let input: serde_json::Map<String, Value> = COLUMNS
                    .iter()
                    .zip(given)
                    .filter_map(|(column, value)| Some(((*column).to_owned(), value.clone()?)))
                    .collect();
                let matches = |entry: &&Value| input.iter().all(|(column, value)| entry.get(column) == Some(value));
                let mut expected: Vec<&str> =
                    entries.iter().filter(matches).filter_map(|entry| entry.get("platformId")?.as_str()).collect();
                expected.sort_unstable();
                let pages = case.pages(LIST, Value::Object(input.clone())).await?;
                let mut listed = keys(&pages, "platforms", "platformId");
                listed.sort_unstable();
                let requirement = match input.len() {
                    0 | 1 => input.keys().next().map_or("complete", |column| match column.as_str() {
                        "category" => "category-filter",
                        "partner" => "partner-filter",
                        _ => "target-filter",
                    }),
                    _ => "filters-combine",
                };
                case.hold(
                    &format!("ListSigningPlatforms/{requirement}"),
                    listed == expected,
                    &format!("{expected:?} with {}", Value::Object(input.clone())),
                    &format!("{listed:?}"),
                );
            }
        }
    }
    for column in COLUMNS {
        for value in values(column).into_iter().flatten() {
            // The filter holds on later pages, too.
            let pages = case.pages(LIST, json!({ column: value, "maxResults": 1 })).await?;
            let listed = super::calls::entries(&pages, "platforms");
            let strangers: Vec<&Value> = listed.iter().filter(|entry| entry[column] != value).collect();
            let expected = entries.iter().filter(|entry| entry[column] == value).count();
            case.hold(
                &format!("ListSigningPlatforms/{column}-filter"),
                strangers.is_empty() && listed.len() == expected,
                &format!("{expected} platforms with {column} {value}, on pages of one"),
                &format!("{} platforms, {} of them others", listed.len(), strangers.len()),
            );
            if column == "category" {
                let told = case.ask(LIST, json!({ "category": value })).await?;
                case.accepted("ListSigningPlatforms/category-any-string", &told);
            }
        }
    }
    for column in COLUMNS {
        let known: Vec<String> =
            values(column).into_iter().flatten().filter_map(|value| Some(value.as_str()?.to_owned())).collect();
        let near = known.iter().flat_map(|value| {
            let shorter = value.chars().take(value.chars().count().saturating_sub(1)).collect();
            [shorter, value.to_lowercase(), value.to_uppercase()]
        });
        let near = near.chain(["NoSuchValue".to_owned()]).filter(|value| !value.is_empty() && !known.contains(value));
        for value in near.collect::<std::collections::BTreeSet<_>>() {
            // Whether such a value is refused or gives nothing is open.
            let told = case.ask(LIST, json!({ column: value })).await?;
            if value == "NoSuchValue" && !told.is_success() {
                case.open_by_class("ListSigningPlatforms/unknown-value", &told);
            } else if value == "NoSuchValue" {
                case.open("ListSigningPlatforms/unknown-value", "an empty list");
            }
            let listed = keys(&[told.body], "platforms", "platformId");
            let permitted = format!("no platform with {column} {value}, which none has");
            case.hold(&format!("ListSigningPlatforms/{column}-filter"), listed.is_empty(), &permitted, &format!("{listed:?}"));
        }
    }
    Ok(())
}
