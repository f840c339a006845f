//! The definition: what is right, as a pure and total function from a state and a call to the outcomes that the
//! published documents admit. It knows no JSON, no HTTP, no clock and no randomness.

mod call;
mod outcome;
mod reply;
mod state;

pub use call::*;
pub use outcome::*;
pub use reply::*;
pub use state::*;
