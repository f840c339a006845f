//! The body of a response: bytes, and what they are as JSON, which is read once for all who look at it at
//! the same time.

use std::any::Any;
use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::data::json;

/// A body as JSON, which all who read it share.
pub type Json = Arc<Value>;

/// The body of a response. Copies share it.
#[derive(Clone, Default)]
pub struct Body(Arc<Held>);

#[derive(Default)]
struct Held {
    /// Without room to grow: many bodies are held for long.
    bytes: Box<[u8]>,
    /// What it was read as, as long as somebody looks at it.
    json: Mutex<Weak<Value>>,
    /// What somebody has noted of it.
    note: Mutex<Option<Note>>,
}

/// What somebody notes of a body, and those find who look at a copy of it.
pub(crate) type Note = Arc<dyn Any + Send + Sync>;

impl Body {
    /// The body as JSON, if it is.
    pub fn json(&self) -> Option<Json> {
        let mut known = self.0.json.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(json) = known.upgrade() {
            return Some(json);
        }
        let json = Arc::new(json::read(&self.0.bytes).ok()?);
        *known = Arc::downgrade(&json);
        Some(json)
    }

    /// What was noted of it.
    pub(crate) fn note(&self) -> Option<Note> {
        self.0.note.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Notes something in place of what was noted before.
    pub(crate) fn set_note(&self, note: Note) {
        *self.0.note.lock().unwrap_or_else(PoisonError::into_inner) = Some(note);
    }

    /// How many values it may have at most, if it is JSON.
    pub(crate) fn values(&self) -> usize {
        self.iter().filter(|byte| matches!(byte, b',' | b'[' | b'{')).count()
    }
}

impl Deref for Body {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0.bytes
    }
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Self {
        Self(Arc::new(Held { bytes: bytes.into(), ..Held::default() }))
    }
}

impl From<String> for Body {
    fn from(text: String) -> Self {
        text.into_bytes().into()
    }
}

impl From<&str> for Body {
    fn from(text: &str) -> Self {
        text.as_bytes().to_vec().into()
    }
}

impl PartialEq for Body {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || **self == **other
    }
}

impl Eq for Body {}

impl fmt::Debug for Body {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&String::from_utf8_lossy(self))
    }
}

impl Serialize for Body {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize(self, serializer)
    }
}

impl<'de> Deserialize<'de> for Body {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserialize(deserializer).map(Self::from)
    }
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Written {
    Text(String),
    Binary { base64: String },
}

/// Writes bytes as text where they are text, else in base64.
pub(crate) fn serialize<S: Serializer>(body: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    match std::str::from_utf8(body) {
        Ok(text) => serializer.serialize_str(text),
        Err(_) => Written::Binary { base64: STANDARD.encode(body) }.serialize(serializer),
    }
}

/// Reads what [`serialize`] has written.
pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    match Written::deserialize(deserializer)? {
        Written::Text(text) => Ok(text.into_bytes()),
        Written::Binary { base64 } => STANDARD.decode(base64).map_err(D::Error::custom),
    }
}

#[cfg(test)]
mod tests {
    use super::{Arc, Body};

    #[test]
    fn all_who_look_at_a_body_at_the_same_time_see_one_reading() {
        let body = Body::from(r#"{"jobId":"1"}"#);
        let (first, second) = (body.json().expect("it is JSON"), body.clone().json().expect("it is JSON"));
        assert!(Arc::ptr_eq(&first, &second));
        drop((first, second));
        assert_eq!(body.json().expect("it is JSON")["jobId"], "1");
        assert_eq!(Body::from("<html>").json(), None);
    }

    #[test]
    fn a_body_is_written_as_text_where_it_is_text() {
        for bytes in [b"{}".to_vec(), vec![0xff, 0]] {
            let body = Body::from(bytes);
            let written = serde_json::to_string(&body).expect("it can be written");
            assert_eq!(written.starts_with('"'), std::str::from_utf8(&body).is_ok(), "{written}");
            assert_eq!(serde_json::from_str::<Body>(&written).expect("it can be read"), body);
        }
    }
}
