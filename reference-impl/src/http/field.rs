//! The members of a request after decoding: typed, not yet checked.

use std::collections::BTreeMap;

use jiff::Timestamp;

/// A decoded value.
#[derive(Debug, Clone)]
pub(crate) enum Field {
    Text(String),
    Integer(i64),
    Boolean(bool),
    Time(Timestamp),
    Blob(Vec<u8>),
    List(Vec<Field>),
    Map(BTreeMap<String, Field>),
    Structure(Input),
}

/// The members of a request or of a structure in it, by name; absent ones are not there.
#[derive(Debug, Clone, Default)]
pub(crate) struct Input(pub(crate) BTreeMap<String, Field>);

impl Input {
    pub(crate) fn field(&self, name: &str) -> Option<&Field> {
        self.0.get(name)
    }

    /// A string, if it is there.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        match self.field(name)? {
            Field::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A copy of a string, if it is there.
    pub(crate) fn owned(&self, name: &str) -> Option<String> {
        self.text(name).map(str::to_owned)
    }

    /// A string which validation has made sure of; empty where it is not there.
    pub(crate) fn sure(&self, name: &str) -> String {
        self.owned(name).unwrap_or_default()
    }

    pub(crate) fn integer(&self, name: &str) -> Option<i64> {
        match self.field(name)? {
            Field::Integer(value) => Some(*value),
            _ => None,
        }
    }

    pub(crate) fn boolean(&self, name: &str) -> Option<bool> {
        match self.field(name)? {
            Field::Boolean(value) => Some(*value),
            _ => None,
        }
    }

    pub(crate) fn time(&self, name: &str) -> Option<Timestamp> {
        match self.field(name)? {
            Field::Time(time) => Some(*time),
            _ => None,
        }
    }

    pub(crate) fn blob(&self, name: &str) -> Option<&[u8]> {
        match self.field(name)? {
            Field::Blob(bytes) => Some(bytes),
            _ => None,
        }
    }

    pub(crate) fn structure(&self, name: &str) -> Option<&Input> {
        match self.field(name)? {
            Field::Structure(input) => Some(input),
            _ => None,
        }
    }

    /// The strings of a list; none when it is not there.
    pub(crate) fn texts(&self, name: &str) -> Vec<String> {
        let Some(Field::List(items)) = self.field(name) else { return Vec::new() };
        items.iter().filter_map(text).collect()
    }

    /// The strings of a map; none when it is not there.
    pub(crate) fn text_map(&self, name: &str) -> BTreeMap<String, String> {
        let Some(Field::Map(entries)) = self.field(name) else { return BTreeMap::new() };
        entries.iter().filter_map(|(key, value)| Some((key.clone(), text(value)?))).collect()
    }
}

fn text(field: &Field) -> Option<String> {
    match field {
        Field::Text(text) => Some(text.clone()),
        _ => None,
    }
}
