//! A change to a place in something large, as a line of text, so that inputs stay small:
//! `NUMBER /pointer JSON`.

use serde_json::Value;

/// What is to be found at a place.
#[derive(Clone, Debug, PartialEq)]
pub struct Patch<'a> {
    /// Which of several.
    pub number: usize,
    /// What of it: a JSON Pointer, or a word.
    pub place: &'a str,
    /// What is put there.
    pub text: &'a str,
}

/// The changes, one a line; other lines say nothing.
pub fn patches(text: &str) -> impl Iterator<Item = Patch<'_>> {
    text.lines().filter_map(|line| {
        let (number, rest) = line.split_once(' ')?;
        let (place, text) = rest.split_once(' ')?;
        Some(Patch { number: number.parse().ok()?, place, text })
    })
}

/// Puts the value into the document: in the place of what is there, or as a member more.
pub fn put(document: &mut Value, pointer: &str, value: Value) {
    if let Some(place) = document.pointer_mut(pointer) {
        *place = value;
    } else if let Some((parent, name)) = pointer.rsplit_once('/')
        && let Some(members) = document.pointer_mut(parent).and_then(Value::as_object_mut)
    {
        members.insert(name.to_owned(), value);
    }
}
