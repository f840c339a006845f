//! What finds most comes first: the cases that a quick run consists of, and that come first in every other
//! run, behind those alone that read lists in the smallest pages, which would cost more later.
//!
//! They stand in `order.txt`, in rounds, which a command derives from what each case finds in the reference
//! when it makes a mistake on purpose; the file says which command. Within a round the order is that of the
//! suites, so that cases which list the same things stay together. A case that the list does not name comes
//! after those that it names.

use std::collections::HashMap;
use std::sync::LazyLock;

static ROUNDS: LazyLock<Vec<Vec<&str>>> = LazyLock::new(|| {
    let named = |line: &&str| !line.is_empty() && !line.starts_with('#');
    include_str!("order.txt").split("\n\n").map(|round| round.lines().filter(named).collect()).collect()
});

static PLACES: LazyLock<HashMap<&str, usize>> = LazyLock::new(|| {
    let rounds = ROUNDS.iter().enumerate();
    rounds.flat_map(|(place, names)| names.iter().map(move |name| (*name, place))).collect()
});

/// The names of the cases that find most for the requests that they send, in rounds, of which the first finds
/// most.
pub fn rounds() -> &'static [Vec<&'static str>] {
    &ROUNDS
}

/// The round of a case, from 0, if it is among those.
pub(crate) fn round(name: &str) -> Option<usize> {
    PLACES.get(name).copied()
}
