//! The ways to repeat a finding without this program.

use crate::data::run::{Root, TargetInfo};
use crate::report::FindingRow;
use crate::report::aws_cli::aws_cli_script;
use crate::report::curl::curl_script;
use crate::report::rust::rust_program;

/// The minimal program of a finding, for others' clients.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scripts {
    /// For a shell with curl.
    pub curl: String,
    /// For a shell with the AWS CLI.
    pub aws_cli: String,
    /// For `aws-sdk-signer`.
    pub rust: String,
}

impl Scripts {
    /// The scripts of a root that this target showed.
    pub fn new(row: &FindingRow, root: &Root, target: &TargetInfo) -> Self {
        Self {
            curl: curl_script(row, root, target),
            aws_cli: aws_cli_script(row, root, target),
            rust: rust_program(row, root, target),
        }
    }

    /// Each with what runs it, and with the end of its file's name.
    pub fn named(&self) -> [(&'static str, &'static str, &str); 3] {
        [("curl", "sh", &self.curl), ("AWS CLI", "aws.sh", &self.aws_cli), ("Rust", "rs", &self.rust)]
    }
}
