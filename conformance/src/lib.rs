//! The judge: asks an endpoint and compares its answers with the definition.
//!
//! Everything but [`transport`] is values: a request is a value, an exchange is a value, and a verdict is a value
//! that can be computed again from the exchanges.

mod case;
mod exchange;
mod finding;
mod program;
mod run;

pub use case::*;
pub use exchange::*;
pub use finding::*;
pub use program::*;
pub use run::*;
