//! The witness on the wire: requests and answers of every operation, in process.

mod auth;
mod deep_faults;
mod faults;
mod jobs;
mod ledger;
mod may_2019;
mod objects;
mod pages;
mod permissions;
mod platforms;
mod profiles;
mod program;
mod revocations;
mod s3;
mod s3_auth;
mod server;
mod signing;
mod tags;
mod wire;
