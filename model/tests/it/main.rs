//! What the model promises.

mod every_call;
mod ledger;
mod scopes;
mod tour;
mod worlds;
