//! The ways to repeat a finding without this program.

use super::{FindingRow, curl_script};
use crate::Root;

/// The minimal program of a finding, for others' clients.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scripts {
    /// For a shell with curl.
    pub curl: String,
}

impl Scripts {
    /// The scripts of a root; `prefix` is what every name of the run begins with.
    pub fn new(row: &FindingRow, root: &Root, prefix: &str) -> Self {
        Self { curl: curl_script(row, root, prefix) }
    }

    /// Each with what runs it.
    pub fn named(&self) -> [(&'static str, &str); 1] {
        [("curl", &self.curl)]
    }
}
