//! Selections: a list under every combination of its filters gives the items that the filters select, by what
//! each item tells of itself.

use serde_json::{Map, Value};

use crate::judge::runner::case::Case;
use crate::judge::runner::talk::{Played, Stop};
use crate::scenes::shared::lists::{List, sorted};

/// A list, and the items that the scene knows of. Items that others have made are no matter of the scene.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Selection<'a> {
    pub(crate) list: List,
    /// What each item tells of itself; a filter selects by the member of its name.
    pub(crate) items: &'a [Value],
    /// Those are all items that there are: any other that is listed is one too many.
    pub(crate) is_whole: bool,
    /// Whether the sources leave it open that an item is listed under an input.
    pub(crate) is_open: fn(&Value, &Map<String, Value>) -> bool,
}

impl<'a> Selection<'a> {
    /// The list as far as it has these items, of which each filter selects some, and nothing is open.
    pub(crate) const fn among(list: List, items: &'a [Value]) -> Self {
        Self { list, items, is_whole: false, is_open: |_, _| false }
    }

    /// Gives one value of each axis at a time. A value is the members that it adds to the input, none to
    /// leave a filter out. Each answer is held against the requirements that `of` names for its input; what
    /// departs, against the last of them.
    pub(crate) async fn every_combination(
        &self,
        case: &mut Case<'_>,
        axes: &[&[Value]],
        of: fn(&Map<String, Value>) -> Vec<String>,
    ) -> Played {
        let inputs = combinations(axes);
        case.foresee(self.list.operation, inputs.iter().cloned().map(Value::Object)).await;
        for input in inputs {
            let requirements = of(&input);
            self.holds(case, &requirements, input).await?;
        }
        Ok(())
    }

    /// The list under this input gives what its filters select.
    pub(crate) async fn holds(
        &self,
        case: &mut Case<'_>,
        requirements: &[String],
        input: Map<String, Value>,
    ) -> Played {
        let selected = |item: &&Value| input.iter().all(|(filter, given)| selects(item, filter, given));
        let (open, sure): (Vec<&Value>, Vec<&Value>) =
            self.items.iter().filter(selected).partition(|item| (self.is_open)(item, &input));
        let keys = |items: Vec<&Value>| {
            items.into_iter().filter_map(|item| self.list.key_of(item)).collect::<Vec<_>>()
        };
        let (expected, open) = (sorted(keys(sure)), keys(open));
        // A filter shows where it has something to leave out.
        let shows = expected.len() + open.len() < self.items.len();
        let input = Value::Object(input);
        let mut listed = self.listed(case, input.clone()).await?;
        listed.retain(|key| !open.contains(key));
        let Some((last, others)) = requirements.split_last() else { return Ok(()) };
        if listed == expected {
            for requirement in others {
                case.hold_if(requirement, shows, true, "", "");
            }
        }
        case.hold_if(
            last,
            shows,
            listed == expected,
            &format!("{expected:?} with {input}"),
            &format!("{listed:?}"),
        );
        Ok(())
    }

    /// The keys of those items that are listed, in order.
    pub(crate) async fn listed(&self, case: &mut Case<'_>, input: Value) -> Result<Vec<String>, Stop> {
        let mut listed = self.list.listed(case, input).await?;
        if !self.is_whole {
            let known: Vec<String> = self.items.iter().filter_map(|item| self.list.key_of(item)).collect();
            listed.retain(|key| known.contains(key));
        }
        Ok(sorted(listed))
    }
}

/// The inputs that take one value of each axis.
fn combinations(axes: &[&[Value]]) -> Vec<Map<String, Value>> {
    axes.iter().fold(vec![Map::new()], |inputs, axis| {
        let with = |input: &Map<String, Value>, value: &Value| {
            let given = value.as_object().into_iter().flatten();
            input.iter().chain(given).map(|(member, value)| (member.clone(), value.clone())).collect()
        };
        inputs.iter().flat_map(|input| axis.iter().map(move |value| with(input, value))).collect()
    })
}

/// Whether an item that tells this of itself is one that the filter selects.
fn selects(item: &Value, filter: &str, given: &Value) -> bool {
    let expiry = item["signatureExpiresAt"].as_f64().zip(given.as_f64());
    match filter {
        "maxResults" => true,
        "includeCanceled" => *given == true || item["status"] != "Canceled",
        "statuses" => given.as_array().is_some_and(|statuses| statuses.contains(&item["status"])),
        "signatureExpiresAfter" => expiry.is_some_and(|(expires, bound)| expires > bound),
        "signatureExpiresBefore" => expiry.is_some_and(|(expires, bound)| expires < bound),
        member => item[member] == *given,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{combinations, selects};

    #[test]
    fn each_value_of_one_axis_meets_each_of_the_others() {
        let inputs =
            combinations(&[&[json!({}), json!({ "a": 1 })], &[json!({ "b": 2 }), json!({ "c": 3, "d": 4 })]]);
        let inputs: Vec<Value> = inputs.into_iter().map(Value::Object).collect();
        let expected = [
            json!({ "b": 2 }),
            json!({ "c": 3, "d": 4 }),
            json!({ "a": 1, "b": 2 }),
            json!({ "a": 1, "c": 3, "d": 4 }),
        ];
        assert_eq!(inputs, expected);
    }

    #[test]
    fn a_filter_selects_by_what_the_item_tells() {
        let item = json!({ "status": "Active", "platformId": "P", "signatureExpiresAt": 10.0 });
        let cases = [
            ("platformId", json!("P"), true),
            ("platformId", json!("Q"), false),
            ("statuses", json!(["Active", "Revoked"]), true),
            ("statuses", json!(["Revoked"]), false),
            ("signatureExpiresAfter", json!(9.0), true),
            ("signatureExpiresAfter", json!(10.0), false),
            ("signatureExpiresBefore", json!(10.0), false),
            ("signatureExpiresBefore", json!(11.0), true),
            ("jobInvoker", json!("somebody"), false),
            ("maxResults", json!(1), true),
        ];
        for (filter, given, selected) in cases {
            assert_eq!(selects(&item, filter, &given), selected, "{filter} {given}");
        }
    }
}
