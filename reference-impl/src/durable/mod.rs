//! Profiles and jobs in the data folder: a row each, written by a queue. A change is answered after it lies
//! on the disk, and shown to nobody before.

pub(crate) mod database;
pub(crate) mod queue;
