//! A request body that does not wait for its client forever.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use tokio::time::{Instant, Sleep, sleep_until};

/// What a client must send on average, so that a byte now and then does not keep a connection forever.
const SLOWEST_BYTES_PER_S: u64 = 1 << 10;

/// A body whose client may neither pause too long nor be too slow on the whole.
#[derive(Debug)]
pub(super) struct Paced {
    body: Incoming,
    pause: Duration,
    started: Instant,
    received_bytes: u64,
    deadline: Pin<Box<Sleep>>,
}

/// The client was too slow with the body of its request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TooSlow;

impl fmt::Display for TooSlow {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the request body did not arrive in time")
    }
}

impl std::error::Error for TooSlow {}

impl Paced {
    pub(super) fn new(body: Incoming, pause: Duration) -> Self {
        let started = Instant::now();
        Self { body, pause, started, received_bytes: 0, deadline: Box::pin(sleep_until(started + pause)) }
    }

    /// When the next byte must have come.
    fn next_deadline(&self) -> Instant {
        let at_least = Duration::from_millis(self.received_bytes.saturating_mul(1000) / SLOWEST_BYTES_PER_S);
        (Instant::now() + self.pause).min(self.started + self.pause + at_least)
    }
}

impl Body for Paced {
    type Data = Bytes;
    type Error = Box<dyn std::error::Error + Send + Sync>;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        match Pin::new(&mut self.body).poll_frame(context) {
            Poll::Ready(Some(Ok(frame))) => {
                let length = frame.data_ref().map_or(0, Bytes::len);
                self.received_bytes = self.received_bytes.saturating_add(length as u64);
                let next = self.next_deadline();
                self.deadline.as_mut().reset(next);
                Poll::Ready(Some(Ok(frame)))
            }
            Poll::Ready(Some(Err(error))) => Poll::Ready(Some(Err(error.into()))),
            Poll::Ready(None) => Poll::Ready(None),
            Poll::Pending => self.deadline.as_mut().poll(context).map(|()| Some(Err(TooSlow.into()))),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
