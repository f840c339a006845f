//! Deliberate mistakes: each must be noticed by whatever judges this server.
//!
//! A fault is one row in one of the files below: what is wrong, which requirement that breaks, and a `lie`, a
//! function at one of a few seams between the stages of a request. All are off unless named. The server
//! itself knows nothing of them: while none is on, a request goes its honest way (`http::serve`), and
//! otherwise the same stages with the lies between them (`pipeline`, `call`, `work`).
//!
//! | what goes wrong | file |
//! |---|---|
//! | who may come in | `admission` |
//! | how a request is read | `wire`, `bodies`, `values`, `spellings`, `texts` |
//! | which values are accepted | `validation`, `strict` |
//! | what a response says, and how | `answers`, `entries`, `expiry`, `refusals`, `codes` |
//! | what the store decides | `profiles`, `cancellations`, `permissions`, `revisions`, `statements`, `removals`, `grants`, `jobs`, `invented`, `tokens`, `revocations`, `status`, `tags`, `regions`, `vain` |
//! | what a list holds | `lists`, `pages`, `later`, `filters`, `platforms` |
//! | what is signed and written | `signing`, `objects` |
//! | what happens at once | `races` |

mod admission;
mod answers;
mod bodies;
mod call;
mod cancellations;
mod codes;
mod entries;
mod errand;
mod expiry;
mod filters;
mod grants;
mod invented;
mod jobs;
mod later;
mod lie;
pub(crate) mod lies;
mod lists;
mod members;
mod objects;
mod page;
mod pages;
mod permissions;
pub(crate) mod pipeline;
mod platforms;
mod profiles;
mod races;
mod refusals;
mod regions;
mod removals;
mod revisions;
mod revocations;
mod row;
mod signing;
mod spellings;
mod statements;
mod status;
mod strict;
pub(crate) mod table;
mod tags;
mod texts;
mod tokens;
mod vain;
mod validation;
mod values;
mod wire;
pub(crate) mod work;

pub use lies::Lies;
pub use row::{Category, Fault};
pub use table::{FAULTS, Faults};
