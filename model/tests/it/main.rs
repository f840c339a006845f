//! What the model promises.

mod every_call;
mod explore;
mod ledger;
mod lists;
mod scopes;
mod sessions;
mod tour;
mod worlds;
