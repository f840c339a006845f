//! Deliberate mistakes: each must be noticed by whoever judges this server.
//!
//! A fault is one row of [`FAULTS`], one variant of [`FaultId`] and one `if` at the place where it is made.
//! All are off unless named.

mod id;
mod table;

pub use id::FaultId;
pub use table::FAULTS;

use signer_schemas::Edition;

/// A deliberate mistake.
#[derive(Debug)]
pub struct Fault {
    /// Which one, for the code.
    pub fault: FaultId,
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

/// The mistakes that one server makes: a set.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Faults([u64; WORDS]);

const WORDS: usize = FAULTS.len().div_ceil(u64::BITS as usize);

impl Faults {
    /// Adds the fault with this id.
    pub fn insert(&mut self, id: &str) -> Result<(), String> {
        let row = FAULTS.iter().find(|row| row.id == id).ok_or_else(|| format!("no fault is called {id:?}"))?;
        *self = self.and(row.fault);
        Ok(())
    }

    /// Whether the server makes this mistake.
    pub const fn has(self, fault: FaultId) -> bool {
        let number = fault as usize;
        self.0[number / 64] & (1 << (number % 64)) != 0
    }

    /// These and another one.
    #[must_use]
    pub(crate) const fn and(mut self, fault: FaultId) -> Self {
        let number = fault as usize;
        self.0[number / 64] |= 1 << (number % 64);
        self
    }
}
