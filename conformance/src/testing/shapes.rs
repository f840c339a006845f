//! Values of the published shapes, as strategies: each keeps every constraint of its shape.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use proptest::collection::{hash_map, vec};
use proptest::prelude::{Just, any};
use proptest::sample::select;
use proptest::strategy::{BoxedStrategy, Strategy};
use proptest::string::string_regex;
use serde_json::{Map, Value, json};
use signer_schemas::{Member, Shape};

/// How far beyond the least a length goes, where the most is far away.
const SPREAD: u64 = 24;

/// The values of these members by name: those that are required, and of the others any part, or all.
pub(super) fn members(members: &[Member], all: bool) -> BoxedStrategy<Map<String, Value>> {
    let each: Vec<BoxedStrategy<(String, Option<Value>)>> = members
        .iter()
        .map(|member| {
            let name = member.name.clone();
            let value = value(&member.shape, all);
            if all || member.required {
                value.prop_map(move |value| (name.clone(), Some(value))).boxed()
            } else {
                proptest::option::of(value).prop_map(move |value| (name.clone(), value)).boxed()
            }
        })
        .collect();
    let given = |values: Vec<(String, Option<Value>)>| {
        values.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    };
    each.prop_map(given).boxed()
}

fn value(shape: &Shape, all: bool) -> BoxedStrategy<Value> {
    match shape {
        Shape::String { values, .. } if !values.is_empty() => {
            select(values.clone()).prop_map(Value::from).boxed()
        }
        Shape::String { min, max, pattern, .. } => {
            text(*min, *max, pattern.as_deref()).prop_map(Value::from).boxed()
        }
        Shape::Integer { min, max } => {
            let least = min.unwrap_or(0);
            (least..=max.unwrap_or(least.saturating_add(1000))).prop_map(Value::from).boxed()
        }
        Shape::Boolean => any::<bool>().prop_map(Value::from).boxed(),
        // Seconds from 2017, when the API was published, to 2100.
        Shape::Timestamp => (1_500_000_000_i64..4_102_444_800).prop_map(Value::from).boxed(),
        Shape::Blob { min, max } => {
            let (least, most) = lengths(*min, *max);
            vec(any::<u8>(), least..=most).prop_map(|bytes| json!(BASE64_STANDARD.encode(bytes))).boxed()
        }
        Shape::List { item, min, max } => {
            let (least, most) = lengths(*min, max.map_or(Some(3), |max| Some(max.min(3))));
            vec(value(item, all), least.max(usize::from(all))..=most.max(1)).prop_map(Value::from).boxed()
        }
        Shape::Map { key, value: of, min, max } => {
            let (least, most) = lengths(*min, max.map_or(Some(3), |max| Some(max.min(3))));
            let keys = value(key, all).prop_map(|key| key.as_str().unwrap_or_default().to_owned());
            let entries = hash_map(keys, value(of, all), least.max(usize::from(all))..=most.max(1));
            entries.prop_map(|entries| Value::Object(entries.into_iter().collect())).boxed()
        }
        Shape::Structure { members: inner } => members(inner, all).prop_map(Value::Object).boxed(),
    }
}

fn lengths(min: Option<u64>, max: Option<u64>) -> (usize, usize) {
    let least = min.unwrap_or(0);
    let most = max.unwrap_or(u64::MAX).min(least.saturating_add(SPREAD));
    let count = |length| usize::try_from(length).unwrap_or(usize::MAX);
    (count(least), count(most.max(least)))
}

/// A text of the least length to the most, of the characters that the pattern admits. The published patterns
/// are one class of characters, repeated, with at most a beginning that is forbidden.
fn text(min: Option<u64>, max: Option<u64>, pattern: Option<&str>) -> BoxedStrategy<String> {
    let class = pattern
        .and_then(|pattern| Some(&pattern[pattern.find('[')?..=pattern.rfind(']')?]))
        .unwrap_or("[a-zA-Z0-9]");
    let (least, most) = lengths(min.or(Some(1)), max);
    let of = |least: usize, most: usize| {
        let drawn = string_regex(&format!("{class}{{{least},{most}}}"));
        drawn.map_or_else(|_| Just("a".repeat(least)).boxed(), Strategy::boxed)
    };
    let longest = max.and_then(|max| usize::try_from(max).ok()).filter(|max| *max <= 256);
    let edges = [Some(of(least, least)), longest.map(|longest| of(longest, longest))].into_iter().flatten();
    let any_of = proptest::strategy::Union::new_weighted(
        std::iter::once((4, of(least, most))).chain(edges.map(|edge| (1, edge))).collect::<Vec<_>>(),
    );
    any_of
        .prop_filter("a tag's key does not begin like those of the service", |text| !text.starts_with("aws:"))
        .boxed()
}
