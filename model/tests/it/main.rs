//! What the model promises.

mod diagnosis;
mod every_call;
mod explore;
mod ledger;
mod lists;
mod scopes;
mod sessions;
mod tour;
mod worlds;
