//! The program as its users call it: what it says, and how it ends.

mod arguments;
mod buckets;
mod canary;
mod causes;
mod check;
mod doctor;
mod guides;
mod interrupt;
mod jobs;
mod judge;
mod leftovers;
mod limits;
mod lost;
mod openapi;
mod program;
mod reports;
mod shards;
mod step;
mod strangers;
mod streams;
mod usage;
mod verified;
mod wide;
