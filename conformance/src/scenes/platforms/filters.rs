//! The filters of the list of platforms, against what the entries say of themselves.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};
use signer_schemas::Operation::ListSigningPlatforms;

use crate::judge::runner::case::Case;
use crate::judge::runner::scene::{Conversation, Scene};
use crate::judge::runner::talk::Played;
use crate::scenes::platforms::views::describes;
use crate::scenes::shared::bytes::shorter;
use crate::scenes::shared::lists::PLATFORMS;
use crate::scenes::shared::selection::Selection;

pub(crate) const SCENES: &[Scene] = &[FILTERS];

const FILTERS: Scene = Scene {
    name: "platforms/filters",
    operation: ListSigningPlatforms,
    what: "each combination of filters, against what the entries say of themselves",
    requirements: &["ListSigningPlatforms/filters-combine", "ListSigningPlatforms/category-any-string"],
    play: &Conversation(|case| Box::pin(filters(case))),
};

/// The filters, and the requirement of each alone.
const COLUMNS: [(&str, &str); 3] = [
    ("category", "ListSigningPlatforms/category-filter"),
    ("partner", "ListSigningPlatforms/partner-filter"),
    ("target", "ListSigningPlatforms/target-filter"),
];

async fn filters(case: &mut Case<'_>) -> Played {
    let pages = case.pages(ListSigningPlatforms, json!({})).await?;
    let items: Vec<Value> = PLATFORMS.entries(&pages).cloned().collect();
    for entry in &items {
        describes(case, entry);
    }
    let selection = Selection { is_whole: true, ..Selection::among(PLATFORMS, &items) };
    let axes = COLUMNS.map(|(column, _)| {
        let given = values(&items, column).into_iter().map(|value| json!({ column: value }));
        given.chain([json!({})]).collect::<Vec<_>>()
    });
    selection.every_combination(case, &[&axes[0], &axes[1], &axes[2]], requirement).await?;
    // A filter holds on later pages, too.
    for axis in &axes {
        let alone = axis.split_last().map_or(axis.as_slice(), |(_, alone)| alone);
        selection.every_combination(case, &[alone, &[json!({ "maxResults": 1 })]], requirement).await?;
    }
    for category in values(&items, "category") {
        let told = case.ask(ListSigningPlatforms, json!({ "category": category })).await?;
        case.accepted("ListSigningPlatforms/category-any-string", &told);
    }
    for (column, requirement) in COLUMNS {
        near_values(case, column, requirement, &values(&items, column)).await?;
    }
    Ok(())
}

/// The values of that member, each once.
fn values(items: &[Value], column: &str) -> BTreeSet<String> {
    items.iter().filter_map(|item| item[column].as_str().map(str::to_owned)).collect()
}

/// What the list is held against: for one filter the requirement of its own.
fn requirement(input: &Map<String, Value>) -> Vec<String> {
    let given: Vec<&str> = COLUMNS
        .iter()
        .filter(|(column, _)| input.contains_key(*column))
        .map(|(_, requirement)| *requirement)
        .collect();
    let requirement = match given.as_slice() {
        [] => "ListSigningPlatforms/complete",
        [alone] => alone,
        _ => "ListSigningPlatforms/filters-combine",
    };
    vec![requirement.to_owned()]
}

/// A value that no platform has, however near to one, selects none. Whether it is refused or gives nothing is
/// open.
async fn near_values(
    case: &mut Case<'_>,
    column: &str,
    requirement: &str,
    known: &BTreeSet<String>,
) -> Played {
    const UNKNOWN: &str = "NoSuchValue";
    let near = known.iter().flat_map(|value| [shorter(value), value.to_lowercase(), value.to_uppercase()]);
    let near = near.chain([UNKNOWN.to_owned()]).filter(|value| !value.is_empty() && !known.contains(value));
    for value in near.collect::<BTreeSet<_>>() {
        let told = case.ask(ListSigningPlatforms, json!({ column: value })).await?;
        if value == UNKNOWN {
            case.open_by_success("ListSigningPlatforms/unknown-value", &told, "an empty list");
        }
        let shows = told.is_success();
        let listed = PLATFORMS.keys(&[told.body]);
        let permitted = format!("no platform with {column} {value}, which none has");
        case.hold_if(requirement, shows, listed.is_empty(), &permitted, &format!("{listed:?}"));
    }
    Ok(())
}
