//! What all pages of a list hold together.

use std::collections::BTreeSet;

use serde_json::Value;
use signer_model::{TAGS, TagKey, TagValue};

use crate::data::context::Context;
use crate::operations::notes::Notes;

/// The items of all pages.
pub(crate) fn items<'a>(pages: &'a [Value], member: &'a str) -> impl Iterator<Item = &'a Value> {
    pages.iter().filter_map(move |page| page.get(member)?.as_array()).flatten()
}

/// The tags in symbols. Absent, null and `{}` are the same.
pub(crate) fn tags(map: Option<&Value>, notes: &mut Notes, requirement: &str) -> [TagValue; TAGS] {
    let mut left = map.and_then(Value::as_object).cloned().unwrap_or_default();
    let known = |text: &Value| [TagValue::A, TagValue::B].into_iter().find(|known| Context::tag_value(*known) == text.as_str());
    let mut tags = [TagValue::None; TAGS];
    for (key, tag) in (0..).map(TagKey).zip(&mut tags) {
        // A symbol for many keys is there when all of them are, with one value; else what is there of them is left over.
        let shown = Context::tag_keys(key).map(|key| left.get(&key).and_then(known)).collect::<BTreeSet<_>>();
        if let (1, Some(Some(value))) = (shown.len(), shown.first()) {
            *tag = *value;
            Context::tag_keys(key).for_each(|key| drop(left.remove(&key)));
        }
    }
    for (key, value) in left {
        notes.expect(
            false,
            requirement,
            "only tags that were given are shown",
            "tags that were given",
            &format!("{key}={value}"),
        );
    }
    tags
}
