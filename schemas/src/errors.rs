//! The errors of an edition: those that operations declare, and those that any operation may answer with.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::document::{ErrorDoc, OperationDoc};
use crate::documents;
use crate::vocabulary::Edition;

struct Errors {
    declared: Vec<ErrorDoc>,
    common: Vec<ErrorDoc>,
}

/// The errors that any operation of the edition may answer with, by name.
pub fn common_errors(edition: Edition) -> &'static [ErrorDoc] {
    &of(edition).common
}

/// Every error that at least one operation of the edition declares, by name.
pub fn declared_errors(edition: Edition) -> &'static [ErrorDoc] {
    &of(edition).declared
}

/// The status that goes with an error name: as declared by operations, else as common to all.
pub fn error_status(edition: Edition, name: &str) -> Option<u16> {
    let named = |error: &&ErrorDoc| error.name == name;
    let error = declared_errors(edition).iter().find(named).or_else(|| common(edition, name))?;
    Some(error.status)
}

impl OperationDoc {
    /// The status that goes with this error name, whether the operation declares it or it is common to all.
    pub fn error_status(&self, name: &str) -> Option<u16> {
        let declared = self.errors.iter().find(|error| error.name == name);
        declared.or_else(|| common(self.edition, name)).map(|error| error.status)
    }
}

fn common(edition: Edition, name: &str) -> Option<&'static ErrorDoc> {
    common_errors(edition).iter().find(|error| error.name == name)
}

fn of(edition: Edition) -> &'static Errors {
    static CURRENT: LazyLock<Errors> = LazyLock::new(|| load(Edition::Current));
    static MAY_2019: LazyLock<Errors> = LazyLock::new(|| load(Edition::May2019));
    match edition {
        Edition::Current => &CURRENT,
        Edition::May2019 => &MAY_2019,
    }
}

fn load(edition: Edition) -> Errors {
    #[derive(Deserialize)]
    struct File {
        declared: BTreeMap<String, Entry>,
        common: BTreeMap<String, Entry>,
    }
    #[derive(Deserialize)]
    struct Entry {
        status: u16,
    }
    let list = |entries: BTreeMap<String, Entry>| {
        entries.into_iter().map(|(name, entry)| ErrorDoc { name, status: entry.status }).collect()
    };
    let file: File = serde_json::from_str(documents::errors_file(edition))
        .unwrap_or_else(|error| panic!("schemas/{edition}/errors.json: {error}"));
    Errors { declared: list(file.declared), common: list(file.common) }
}
