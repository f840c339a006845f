//! The witness on the wire: requests and answers of every operation, in process.

mod auth;
mod control;
mod deep_faults;
mod disturbances;
mod faults;
mod jobs;
mod ledger;
mod limits;
mod may_2019;
mod memory;
mod operable;
mod packaging;
mod pages;
mod permissions;
mod platforms;
mod profiles;
mod program;
mod revocations;
mod running;
mod server;
mod signing;
mod tags;
mod wire;
