//! What the operation documents cannot say of the requirements that are derived from them.

use std::sync::LazyLock;

use serde::Deserialize;

use super::Basis;

/// An exception to what is derived.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exception {
    /// Which requirements: ids in which `*` stands for any text.
    pub ids: Vec<String>,
    /// What they rest on, where it is not what the documents suggest.
    pub basis: Option<Basis>,
    /// Where it stands, where it is not where the documents suggest.
    pub source: Option<String>,
    /// Why no client can put them to the test.
    pub untestable_because: Option<String>,
}

impl Exception {
    /// Whether the exception is about the requirement of that id.
    pub fn is_about(&self, id: &str) -> bool {
        self.ids.iter().any(|pattern| matches(pattern, id))
    }
}

/// Every exception. Of several about one requirement the first one holds.
pub fn exceptions() -> &'static [Exception] {
    static EXCEPTIONS: LazyLock<Vec<Exception>> = LazyLock::new(|| {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct File {
            exception: Vec<Exception>,
        }
        let file = toml::from_str(include_str!("../../requirements/exceptions.toml"));
        let file: File = file.unwrap_or_else(|error| panic!("schemas/requirements/exceptions.toml: {error}"));
        file.exception
    });
    &EXCEPTIONS
}

pub(super) fn exception(id: &str) -> Option<&'static Exception> {
    exceptions().iter().find(|exception| exception.is_about(id))
}

/// Whether a text is the pattern, in which `*` stands for any text.
fn matches(pattern: &str, text: &str) -> bool {
    let Some((before, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(text) = text.strip_prefix(before) else { return false };
    (0..=text.len()).any(|at| text.get(at..).is_some_and(|text| matches(rest, text)))
}
