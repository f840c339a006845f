//! What views tell, and whether two of them agree.

use serde_json::{Value, json};
use signer_model::Platform;
use signer_schemas::{Operation, Shape};

use crate::judge::runner::case::Case;
use crate::judge::runner::talk::{Played, Stop, Told};
use crate::operations::notes::member_words;
use crate::scenes::shared::lists::List;

/// The answer without members that are null, and without those named.
pub(crate) fn without(answer: &Value, members: &[&str]) -> Value {
    let mut answer = answer.clone();
    if let Value::Object(object) = &mut answer {
        object.retain(|name, value| !value.is_null() && !members.contains(&name.as_str()));
    }
    answer
}

/// Whether a member says something.
pub(crate) fn tells(answer: &Value, member: &str) -> bool {
    answer.get(member).is_some_and(|value| !value.is_null())
}

/// Whether there is nothing: no member, or one that holds nothing.
pub(crate) fn is_nothing(value: &Value) -> bool {
    value.is_null() || *value == json!({}) || *value == json!([])
}

/// The entry of a list tells each member that entries have in this edition as `alone` tells it of the item by
/// itself. Whether nothing is left out, null or empty is another question.
pub(crate) fn agree(case: &mut Case<'_>, list: List, alone: Operation, entry: &Value, view: &Value) {
    let document = |operation| signer_schemas::operation(case.edition(), operation);
    let (Some(list_document), Some(alone)) = (document(list.operation), document(alone)) else { return };
    let of_entries = list_document.output.iter().flatten().find_map(|member| match &member.shape {
        Shape::List { item, .. } => match item.as_ref() {
            Shape::Structure { members } => Some(members),
            _ => None,
        },
        _ => None,
    });
    let something = |value: &Value, member: &str| {
        if is_nothing(&value[member]) { Value::Null } else { value[member].clone() }
    };
    for member in
        of_entries.into_iter().flatten().filter(|member| alone.output_member(&member.name).is_some())
    {
        let (told, listed) = (something(view, &member.name), something(entry, &member.name));
        let tells = |value: &Value| format!("`{}`: {value}", member.name);
        case.hold(
            &format!("{}/entry-agrees", list.operation),
            told == listed,
            &tells(&told),
            &tells(&listed),
        );
    }
}

/// The view of what is revoked has a record, which is what that requirement says.
pub(crate) fn shows_record(case: &mut Case<'_>, requirement: &str, view: &Told) -> Played {
    let is_there = view.at("/revocationRecord").is_object();
    case.hold(requirement, is_there, "a revocationRecord", &view.words());
    if is_there { Ok(()) } else { Err(Stop) }
}

/// The platform's name is the one that describing the platform by itself tells.
pub(crate) async fn platform_is_named(case: &mut Case<'_>, requirement: &str, view: &Value) -> Played {
    let input = json!({ "platformId": view["platformId"] });
    let platform = case.must("GetSigningPlatform/view", Operation::GetSigningPlatform, input).await?;
    let name = &view["platformDisplayName"];
    case.hold(
        requirement,
        name.as_str().is_some_and(|name| !name.trim().is_empty()),
        "a name",
        &member_words("platformDisplayName", name),
    );
    case.same_member(
        &format!("{requirement}-agrees"),
        "/platformDisplayName",
        platform.at("/displayName"),
        view,
    );
    Ok(())
}

/// What the platform allows in overrides: algorithms of encryption, of hashing, and image formats.
pub(crate) async fn allowed(case: &mut Case<'_>, platform: Platform) -> Result<[Vec<Value>; 3], Stop> {
    case.needs_listed_platform(platform)?;
    let input = json!({ "platformId": platform.id() });
    let told = case.must("GetSigningPlatform/view", Operation::GetSigningPlatform, input).await?;
    let list = |pointer: &str| told.at(pointer).as_array().cloned().unwrap_or_default();
    let allowed = [
        list("/signingConfiguration/encryptionAlgorithmOptions/allowedValues"),
        list("/signingConfiguration/hashAlgorithmOptions/allowedValues"),
        list("/signingImageFormat/supportedFormats"),
    ];
    let says_all = allowed.iter().all(|values| !values.is_empty());
    case.hold("GetSigningPlatform/view", says_all, "allowed algorithms and supported formats", &told.words());
    if says_all { Ok(allowed) } else { Err(Stop) }
}
