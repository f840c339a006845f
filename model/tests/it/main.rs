//! What the model promises.

mod every_call;
mod explore;
mod ledger;
mod scopes;
mod tour;
mod worlds;
