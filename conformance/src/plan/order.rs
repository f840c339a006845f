//! What finds most comes first: the cases that a quick run consists of, and that every other run begins with.
//!
//! They stand in `order.txt`, which a command derives from what each case finds in the reference when it makes a mistake on purpose;
//! the file says which command. A case that the list does not name comes after those that it names.

use std::collections::HashMap;
use std::sync::LazyLock;

static PLACES: LazyLock<HashMap<&str, usize>> =
    LazyLock::new(|| ordered().enumerate().map(|(place, name)| (name, place)).collect());

/// The names of the cases that find most for the requests that they send, best first.
pub fn ordered() -> impl Iterator<Item = &'static str> {
    include_str!("order.txt").lines().filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// The place of a case among those, from 0.
pub(crate) fn place(name: &str) -> Option<usize> {
    PLACES.get(name).copied()
}
