//! What an answer says, before it is written: texts are borrowed from the store's reply, and only what the
//! edition documents is written.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::ser::{Serialize, SerializeMap as _, Serializer};
use serde_json::Value;
use signer_schemas::{Member, Shape};

/// A value of an answer.
#[derive(Debug, Clone)]
pub(crate) enum Shown<'a> {
    Nothing,
    Flag(bool),
    Integer(i64),
    Fraction(f64),
    Text(Cow<'a, str>),
    List(Vec<Shown<'a>>),
    /// A structure or a map: names, in their order, and what they hold.
    Members(Vec<(&'a str, Shown<'a>)>),
}

/// A structure of the members that are given, in the order of their names.
macro_rules! shown {
    ($($name:literal: $value:expr),* $(,)?) => {
        $crate::http::shown::Shown::Members(vec![$(($name, $crate::http::shown::Shown::from($value))),*])
    };
}
pub(crate) use shown;

impl From<bool> for Shown<'_> {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<i64> for Shown<'_> {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl<'a> From<&'a str> for Shown<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text.into())
    }
}

impl<'a> From<&'a String> for Shown<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for Shown<'_> {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl<'a, T: Into<Shown<'a>>> From<Option<T>> for Shown<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Nothing, Into::into)
    }
}

impl<'a> From<&'a Vec<String>> for Shown<'a> {
    fn from(texts: &'a Vec<String>) -> Self {
        Self::List(texts.iter().map(Self::from).collect())
    }
}

impl<'a> From<&'a BTreeMap<String, String>> for Shown<'a> {
    fn from(texts: &'a BTreeMap<String, String>) -> Self {
        Self::Members(texts.iter().map(|(name, text)| (name.as_str(), text.into())).collect())
    }
}

impl<'a> From<&'a Value> for Shown<'a> {
    fn from(value: &'a Value) -> Self {
        match value {
            Value::Null => Self::Nothing,
            Value::Bool(flag) => Self::Flag(*flag),
            Value::Number(number) => match number.as_i64() {
                Some(number) => Self::Integer(number),
                None => Self::Fraction(number.as_f64().unwrap_or_default()),
            },
            Value::String(text) => text.into(),
            Value::Array(items) => Self::List(items.iter().map(Self::from).collect()),
            Value::Object(members) => {
                Self::Members(members.iter().map(|(name, value)| (name.as_str(), value.into())).collect())
            }
        }
    }
}

/// All of it, whatever an edition documents.
impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Nothing => serializer.serialize_unit(),
            Self::Flag(flag) => serializer.serialize_bool(*flag),
            Self::Integer(number) => serializer.serialize_i64(*number),
            Self::Fraction(number) => serializer.serialize_f64(*number),
            Self::Text(text) => serializer.serialize_str(text),
            Self::List(items) => serializer.collect_seq(items),
            Self::Members(members) => {
                serializer.collect_map(members.iter().map(|(name, value)| (name, value)))
            }
        }
    }
}

/// A structure as an edition documents it: the members that it knows, in any depth. An edition is data: the
/// store answers with all it has, the document says what of it is shown.
#[derive(Clone, Copy)]
pub(super) struct Documented<'a> {
    pub(super) value: &'a Shown<'a>,
    pub(super) members: &'a [Member],
    /// Whether what has no value is written as `null`, and not left out.
    pub(super) nulls: bool,
}

impl Serialize for Documented<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Shown::Members(values) = self.value else { return self.value.serialize(serializer) };
        let mut map = serializer.serialize_map(None)?;
        for (name, value) in values {
            let Some(member) = self.members.iter().find(|member| member.name == *name) else { continue };
            if self.nulls || !matches!(value, Shown::Nothing) {
                map.serialize_entry(name, &Shaped { value, shape: &member.shape, nulls: self.nulls })?;
            }
        }
        let is_missing = |member: &&Member| values.iter().all(|(name, _)| member.name != *name);
        for member in self.members.iter().filter(|member| self.nulls && is_missing(member)) {
            map.serialize_entry(&member.name, &Shown::Nothing)?;
        }
        map.end()
    }
}

/// A value as its shape documents it.
struct Shaped<'a> {
    value: &'a Shown<'a>,
    shape: &'a Shape,
    nulls: bool,
}

impl Serialize for Shaped<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { value, shape, nulls } = *self;
        match (shape, value) {
            (Shape::Structure { members }, value) => {
                Documented { value, members, nulls }.serialize(serializer)
            }
            (Shape::List { item, .. }, Shown::List(items)) => {
                serializer.collect_seq(items.iter().map(|value| Shaped { value, shape: item, nulls }))
            }
            _ => value.serialize(serializer),
        }
    }
}
