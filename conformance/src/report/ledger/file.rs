//! A ledger as its file has it.

use serde::Deserialize;
use toml::Spanned;

/// The file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub(super) name: String,
    pub(super) edition: Spanned<String>,
    #[serde(default)]
    pub(super) deviation: Vec<Spanned<DeviationRow>>,
    #[serde(default)]
    pub(super) unimplemented: Vec<Spanned<AbsentRow>>,
}

/// A known deviation.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DeviationRow {
    pub(super) requirement: String,
    pub(super) operation: String,
    pub(super) by: Option<String>,
    #[serde(default)]
    pub(super) flaky: bool,
    pub(super) reason: String,
    pub(super) date: toml::Value,
}

/// An operation that is not there.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AbsentRow {
    pub(super) operation: String,
    pub(super) reason: String,
    pub(super) date: toml::Value,
}
