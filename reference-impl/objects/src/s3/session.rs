//! One request of S3: who makes it, when, and of which store.

use crate::access::Access;
use crate::asker::Asker;
use crate::bucket::Versioning;
use crate::store::Objects;
use jiff::Timestamp;
use s3s::{S3Error, S3ErrorCode, S3Response, S3Result};

/// What the operations work with.
#[derive(Debug, Clone)]
pub(super) struct Session {
    /// The account that calls.
    pub(super) account: String,
    /// The Region that the request is for.
    pub(super) region: String,
    pub(super) objects: Objects,
    /// The time of the request.
    pub(super) now: Timestamp,
    /// How buckets are made.
    pub(super) versioning: Versioning,
}

impl Session {
    /// The objects as the caller may use them.
    pub(super) fn objects(&self) -> Access<'_> {
        self.objects.of(Asker { account: &self.account, region: &self.region })
    }

    pub(super) async fn hand<I: Send + 'static, O: Send + 'static>(
        &self,
        input: I,
        work: fn(&Self, I) -> S3Result<O>,
    ) -> S3Result<O> {
        let session = self.clone();
        let done = tokio::task::spawn_blocking(move || work(&session, input)).await;
        done.unwrap_or_else(|_| {
            Err(S3Error::with_message(S3ErrorCode::InternalError, "the operation broke off"))
        })
    }

    pub(super) async fn reply<I: Send + 'static, O: Send + 'static>(
        &self,
        input: I,
        work: fn(&Self, I) -> S3Result<O>,
    ) -> S3Result<S3Response<O>> {
        self.hand(input, work).await.map(S3Response::new)
    }
}
