//! What a fault is.

use super::lie::Lie;
use signer_schemas::Edition;

/// A deliberate mistake.
#[derive(Debug, Clone, Copy)]
pub struct Fault {
    /// Its place in tables, from 0 on. A new fault takes the next number.
    pub number: usize,
    /// The name on the command line.
    pub id: &'static str,
    /// What the server does wrong.
    pub title: &'static str,
    /// The kind of mistake.
    pub category: Category,
    /// The editions in which it shows.
    pub editions: &'static [Edition],
    /// The requirement that it breaks.
    pub requirement: &'static str,
    /// How it is made.
    pub(super) lies: &'static [Lie],
}

/// The kinds of mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names are the description")]
pub enum Category {
    Schema,
    Error,
    Wire,
    Auth,
    Validation,
    State,
    Idempotency,
    Pagination,
    Filter,
    Permissions,
    Revocation,
    Tags,
    Jobs,
    Strict,
    Isolation,
    Long,
    Race,
    View,
    Signing,
}

pub(super) const BOTH: &[Edition] = &[Edition::Current, Edition::May2019];
pub(super) const MAY_2019: &[Edition] = &[Edition::May2019];
pub(super) const CURRENT: &[Edition] = &[Edition::Current];

/// A row of one of the tables: `id` and what it breaks, what the server does wrong, and how.
pub(super) const fn fault(
    (number, id): (usize, &'static str),
    category: Category,
    editions: &'static [Edition],
    requirement: &'static str,
    title: &'static str,
    lies: &'static [Lie],
) -> Fault {
    Fault { number, id, title, category, editions, requirement, lies }
}
