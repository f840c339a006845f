//! The names of requirements.

use std::borrow::Borrow;
use std::fmt;
use std::ops::Deref;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize, Serializer};

/// The id of a requirement: `PutSigningProfile/name-taken`, `common/request-id`.
///
/// Copies share one text. Where an id is read, its form is checked; whether the ledger has it is another
/// question.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct RequirementId(Arc<str>);

impl RequirementId {
    /// The id as it is written in the code, in which it has the form.
    pub(super) fn new(id: &str) -> Self {
        debug_assert!(has_form(id), "{id:?} is not the id of a requirement");
        Self(id.into())
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether the text is words with slashes between them, two at least.
fn has_form(text: &str) -> bool {
    let is_name = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let is_path = |word: &str| {
        !word.is_empty()
            && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".{}[]_-".contains(&byte))
    };
    text.split_once('/').is_some_and(|(name, rest)| is_name(name) && rest.split('/').all(is_path))
}

impl FromStr for RequirementId {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        if has_form(text) { Ok(Self(text.into())) } else { Err(NotAnId(text.to_owned())) }
    }
}

impl TryFrom<String> for RequirementId {
    type Error = NotAnId;

    fn try_from(text: String) -> Result<Self, NotAnId> {
        text.parse()
    }
}

impl Deref for RequirementId {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl Borrow<str> for RequirementId {
    fn borrow(&self) -> &str {
        self.as_str()
    }
}

impl AsRef<str> for RequirementId {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl PartialEq<str> for RequirementId {
    fn eq(&self, text: &str) -> bool {
        self.as_str() == text
    }
}

impl PartialEq<&str> for RequirementId {
    fn eq(&self, text: &&str) -> bool {
        self.as_str() == *text
    }
}

impl PartialEq<RequirementId> for str {
    fn eq(&self, id: &RequirementId) -> bool {
        self == id.as_str()
    }
}

impl PartialEq<RequirementId> for &str {
    fn eq(&self, id: &RequirementId) -> bool {
        *self == id.as_str()
    }
}

impl fmt::Display for RequirementId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self)
    }
}

/// As the text itself.
impl fmt::Debug for RequirementId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl Serialize for RequirementId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }
}

/// A text that is not the id of a requirement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotAnId(String);

impl fmt::Display for NotAnId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const LONGEST: usize = 80;
        let Self(text) = self;
        let shown: String = text.chars().take(LONGEST).flat_map(char::escape_default).collect();
        let more = if text.chars().nth(LONGEST).is_some() { "…" } else { "" };
        write!(
            f,
            "\"{shown}{more}\" is not the id of a requirement, which is an operation or `common`, a slash \
             and a name, such as TagResource/tags or common/request-id"
        )
    }
}

impl std::error::Error for NotAnId {}
