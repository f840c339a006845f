//! Who notices a departure, by the names that findings give and ledgers may ask for.

use crate::judge::checks;

/// The model: the answer is none of those that it permits.
pub const MODEL: &str = "model";
/// Reading an answer: it names something that it cannot speak of.
pub const VIEW: &str = "view";
/// A conversation written by hand.
pub const SCENE: &str = "scene";
/// A call with one constraint just broken, or just kept.
pub const NEAR_MISS: &str = "near-miss";
/// Walking through the pages of a list.
pub const PAGINATION: &str = "pagination";
/// An entry of a list, held against what describing it by itself would tell.
pub const LIST_ENTRY: &str = "list-entry";
/// Calls made at once: no order explains the answers.
pub const LINEARIZABILITY: &str = "linearizability";

/// Waiting for a job that never ends, while another one does.
pub const WAITING: &str = "waiting";

/// Every detector: those above, and every check.
pub fn noticers() -> impl Iterator<Item = &'static str> {
    let runner = [MODEL, VIEW, SCENE, NEAR_MISS, PAGINATION, LIST_ENTRY, LINEARIZABILITY, WAITING];
    runner.into_iter().chain(checks::CHECKS.iter().map(|check| check.name))
}
