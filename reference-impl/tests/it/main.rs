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
mod objects;
mod pages;
mod permissions;
mod platforms;
mod process;
mod profiles;
mod program;
mod revocations;
mod s3;
mod s3_auth;
mod s3_jobs;
mod s3_killed;
mod server;
mod signing;
mod tags;
mod wire;
