//! What the rows and the columns of a map are called.

use serde::Serialize;
use signer_model::{Axis, Group, JobStatus, ProfileStatus};

/// A name in words, and in short.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Name {
    /// In words.
    pub(crate) words: String,
    /// In short, for narrow screens.
    pub(crate) short: String,
}

/// Statuses in words, and by their first letters.
fn set(names: &[&str], none: &str) -> Name {
    if names.is_empty() {
        return Name { words: none.to_owned(), short: "–".to_owned() };
    }
    Name {
        words: names.join(" + "),
        short: names.iter().filter_map(|name| name.get(..2)).collect::<Vec<_>>().join("+"),
    }
}

/// What a row stands for.
pub(crate) fn row_name(row: u8) -> Name {
    let names: Vec<&str> = Group { row, column: 0 }.profiles().map(ProfileStatus::id).collect();
    set(&names, "no profile")
}

/// What a column stands for.
pub(crate) fn column_name(axis: Axis, column: u8) -> Name {
    let count = |one: &str| {
        let words = match column {
            0 => format!("no {one}"),
            1 => format!("1 {one}"),
            many => format!("{many} {one}s"),
        };
        Name { words, short: column.to_string() }
    };
    match axis {
        Axis::Jobs | Axis::Pair => {
            let names: Vec<&str> = Group { row: 0, column }.jobs().map(JobStatus::id).collect();
            set(&names, "no job")
        }
        Axis::Permissions => count("permission"),
        Axis::Tags => count("tag"),
        Axis::Revoked => count("revoked signature"),
    }
}
