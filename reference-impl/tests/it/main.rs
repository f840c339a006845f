//! The witness on the wire: requests and answers of every operation, in process.

mod auth;
mod certificates;
mod deep_faults;
mod durable;
mod faults;
mod jobs;
mod killed;
mod ledger;
mod may_2019;
mod pages;
mod permissions;
mod platforms;
mod process;
mod profiles;
mod program;
mod revocations;
mod server;
mod signing;
mod tags;
mod wire;
