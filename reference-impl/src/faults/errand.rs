//! The work on a signing job, while it is done with lies.

use bytes::Bytes;

use crate::service::Service;
use crate::store::jobs::DueJob;

/// When a lie about the work on a job applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Before anything is done.
    Planned,
    /// The source was read, or could not be.
    Read,
    /// The object is signed, or could not be, and is not yet written.
    Signed,
}

/// A job's work as far as it is done.
pub(crate) struct Errand<'a> {
    pub(crate) service: &'a Service,
    pub(crate) due: &'a DueJob,
    /// The version of the source that is read; the newest where there is none.
    pub(crate) version: Option<String>,
    /// The bucket that the result goes to.
    pub(crate) bucket: String,
    /// The source, once it was read.
    pub(crate) object: Result<Bytes, String>,
    /// The result, once it was signed.
    pub(crate) content: Result<Bytes, String>,
    /// Whether the result is written.
    pub(crate) is_written: bool,
}
