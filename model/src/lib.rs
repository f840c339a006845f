//! The definition: what is right, as a pure and total function from a state and a call to the outcomes that the
//! published documents admit. It knows no JSON, no HTTP, no clock and no randomness.

mod call;
mod changes;
mod diagnosis;
mod environment;
mod explore;
mod life_cycle;
mod mutants;
mod naming;
mod outcome;
mod properties;
mod reply;
mod request;
mod rules;
mod scopes;
mod state;
mod symmetry;
mod tour;
mod words;
mod worlds;

pub use call::*;
pub use changes::changes;
pub use environment::*;
pub use explore::*;
pub use life_cycle::{Arrow, BEGIN, LIVES, Life, LifeCycle, Passage, Spot, cycles};
pub use mutants::{Mutant, mutants};
pub use naming::{makes, may_share_a_name, renames};
pub use outcome::*;
pub use properties::*;
pub use reply::*;
pub use request::*;
pub use rules::permits;
pub use scopes::*;
pub use state::*;
pub use symmetry::{Renaming, concerning};
pub use tour::*;
pub use worlds::*;
