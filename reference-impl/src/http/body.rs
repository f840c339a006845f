//! Bodies of requests: read whole, and never more of them at once than there is room for.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use bytes::{Bytes, BytesMut};
use http_body::Body as _;
use http_body_util::BodyExt as _;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::error::{ErrorName, Outcome, Refusal};
use crate::server::head::Malformed;
use crate::server::paced::TooSlow;

/// What is left of a body is read on, so that the connection can be used again, up to here.
const DRAINED_BYTES: usize = 64 << 10;

/// The room that some bodies share while they are in memory.
#[derive(Debug)]
pub(crate) struct Room {
    free: Arc<Semaphore>,
    bytes: usize,
    /// How long a body waits until there is room for it.
    patience: Duration,
}

/// A whole body, and its place in the room.
#[derive(Debug)]
pub(crate) struct Held {
    pub(crate) bytes: Bytes,
    _place: Option<OwnedSemaphorePermit>,
}

impl Held {
    /// Changes the body in its place.
    pub(super) fn change<T, E>(
        held: &mut Self,
        change: impl FnOnce(&mut BytesMut) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut bytes = BytesMut::from(std::mem::take(&mut held.bytes));
        let changed = change(&mut bytes);
        held.bytes = bytes.freeze();
        changed
    }
}

/// A body that the server made itself, which needs no place.
impl From<Bytes> for Held {
    fn from(bytes: Bytes) -> Self {
        Self { bytes, _place: None }
    }
}

impl std::ops::Deref for Held {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Room {
    pub(super) fn new(bytes: usize, patience: Duration) -> Self {
        let bytes = bytes.min(Semaphore::MAX_PERMITS);
        Self { free: Arc::new(Semaphore::new(bytes)), bytes, patience }
    }

    /// A body when all of it is there. One that tells its length has its place before it comes; any other
    /// gets it as it comes.
    pub(crate) async fn whole(&self, body: &mut Body, limit: usize) -> Outcome<Held> {
        let limit = limit.min(self.bytes);
        let too_large = || {
            Refusal::new(
                ErrorName::RequestEntityTooLarge,
                format!("the request body is larger than {limit} bytes"),
            )
        };
        let told = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
        // A client that tells the length of its body can be spared sending it.
        if told > limit {
            return Err(too_large());
        }
        let mut place = self.place(told).await?;
        // The room counts what is set aside, which is more than has come as long as the length is not known.
        let mut capacity = told;
        let mut bytes = BytesMut::with_capacity(told);
        while let Some(frame) = body.frame().await {
            let Ok(data) = frame.map_err(|error| broken(&error))?.into_data() else { continue };
            let length = bytes.len() + data.len();
            if length > limit {
                return Err(too_large());
            }
            if length > capacity {
                let wanted = length.max(capacity * 2).min(limit);
                let more = self.place(wanted - capacity).await?;
                match (&mut place, more) {
                    (Some(place), Some(more)) => place.merge(more),
                    (place, more) => *place = more,
                }
                bytes.reserve(wanted - bytes.len());
                capacity = wanted;
            }
            bytes.extend_from_slice(&data);
        }
        Ok(Held { bytes: bytes.freeze(), _place: place })
    }

    /// A place for so many bytes; a body without any needs none.
    async fn place(&self, bytes: usize) -> Outcome<Option<OwnedSemaphorePermit>> {
        let Some(bytes) = u32::try_from(bytes).ok().filter(|bytes| *bytes > 0) else { return Ok(None) };
        let waiting = Arc::clone(&self.free).acquire_many_owned(bytes);
        let place = timeout(self.patience, waiting).await.ok().and_then(Result::ok);
        let full = || {
            let message = "the bodies of other requests fill the memory that is set aside for them; reduce \
                your request rate";
            Refusal::new(ErrorName::ServiceUnavailable, message)
        };
        place.map(Some).ok_or_else(full)
    }
}

/// A body that is so small that it needs no room.
pub(super) async fn whole(mut body: Body, limit: usize) -> Outcome<Bytes> {
    let held = Room::new(limit, Duration::ZERO).whole(&mut body, limit).await?;
    Ok(held.bytes)
}

/// Why a body did not come.
fn broken(error: &axum::Error) -> Refusal {
    if is_too_slow(error) {
        Refusal::new(ErrorName::RequestTimeout, TooSlow.to_string())
    } else {
        let message =
            malformed(error).map_or_else(|| "the request body broke off".to_owned(), |told| told.to_string());
        Refusal::new(ErrorName::Serialization, message)
    }
}

/// What is wrong with the form of a body, if that is why it did not come.
fn malformed(error: &(dyn Error + 'static)) -> Option<Malformed> {
    let of_io =
        error.downcast_ref::<std::io::Error>().and_then(|error| error.get_ref()?.downcast_ref::<Malformed>());
    of_io.copied().or_else(|| error.source().and_then(malformed))
}

fn is_too_slow(error: &(dyn Error + 'static)) -> bool {
    error.is::<TooSlow>() || error.source().is_some_and(is_too_slow)
}

/// Whether the connection can be used again: nothing is left of the body, or little enough to be read and
/// thrown away. A client that `asks_first` has sent nothing yet, and never does when it is refused.
pub(super) async fn is_done(asks_first: bool, body: &mut Body) -> bool {
    if body.is_end_stream() {
        return true;
    }
    if asks_first || body.size_hint().lower() > DRAINED_BYTES as u64 {
        return false;
    }
    let mut read_bytes = 0;
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else { return false };
        read_bytes += frame.data_ref().map_or(0, Bytes::len);
        if read_bytes > DRAINED_BYTES {
            return false;
        }
    }
    true
}
