//! Requests as RFC 9112 wants them, looked at byte by byte before the parser sees them.
//!
//! The parser takes more than the standard has: lines that end with a bare line feed, more than one Host.
//! What one reader takes for a request and another does not is how requests are smuggled, so here it is
//! refused.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::server::head::{Head, Length, Malformed, field};

/// Where in a conversation the next byte is.
#[derive(Debug)]
enum Place {
    Head(Head),
    /// Within a body; so many bytes of it are to come.
    Body(u64),
    /// In the line with the size of a chunk.
    ChunkSize,
    /// Within a chunk.
    Chunk(u64),
    /// After a chunk, where its line ends.
    ChunkEnd,
    /// After the last chunk.
    Trailer,
}

/// Follows a conversation and tells where it is no longer one.
#[derive(Debug)]
pub(super) struct Framing {
    place: Place,
    /// The line so far, where lines count.
    line: Vec<u8>,
}

/// The longest line outside a head: the size of a chunk, or a header that follows a body.
const MAX_LINE_BYTES: usize = 16 << 10;

impl Framing {
    pub(super) fn new() -> Self {
        Self { place: Place::Head(Head::default()), line: Vec::new() }
    }

    /// Looks at the next bytes. Tells how many of them lie before a line that is wrong.
    pub(super) fn see(&mut self, all: &[u8]) -> Result<(), (usize, Malformed)> {
        let mut bytes = all;
        while !bytes.is_empty() {
            let refused = |malformed| (all.len() - bytes.len(), malformed);
            bytes = match &mut self.place {
                Place::Body(left) | Place::Chunk(left) => {
                    let taken = usize::try_from(*left).unwrap_or(usize::MAX).min(bytes.len());
                    *left -= taken as u64;
                    let is_over = *left == 0;
                    if is_over {
                        self.place = match self.place {
                            Place::Chunk(_) => Place::ChunkEnd,
                            _ => Place::Head(Head::default()),
                        };
                    }
                    &bytes[taken..]
                }
                _ => match bytes.iter().position(|byte| *byte == b'\n') {
                    None => {
                        self.line.extend_from_slice(bytes);
                        self.check_length().map_err(refused)?;
                        &[]
                    }
                    Some(end) => {
                        self.line.extend_from_slice(&bytes[..end]);
                        self.check_length().map_err(refused)?;
                        let line = std::mem::take(&mut self.line);
                        let line =
                            line.strip_suffix(b"\r").ok_or(Malformed("a line ends with a bare line feed"));
                        self.place = line.and_then(|line| self.after(line)).map_err(refused)?;
                        &bytes[end + 1..]
                    }
                },
            };
        }
        Ok(())
    }

    /// The parser has its own limits for a head.
    fn check_length(&self) -> Result<(), Malformed> {
        let is_head = matches!(self.place, Place::Head(_));
        if is_head || self.line.len() <= MAX_LINE_BYTES {
            Ok(())
        } else {
            Err(Malformed("a line of the body is too long"))
        }
    }

    /// Where the conversation is after a line.
    fn after(&mut self, line: &[u8]) -> Result<Place, Malformed> {
        if line.iter().any(|byte| matches!(byte, b'\r' | b'\0')) {
            return Err(Malformed("a line holds a bare carriage return or a NUL"));
        }
        let next_head = || Place::Head(Head::default());
        match &mut self.place {
            Place::Head(head) => Ok(match head.line(line)? {
                None => Place::Head(std::mem::take(head)),
                Some(Length::Known(0)) => next_head(),
                Some(Length::Known(length)) => Place::Body(length),
                Some(Length::Chunked) => Place::ChunkSize,
            }),
            Place::ChunkSize => match chunk_size(line)? {
                0 => Ok(Place::Trailer),
                size => Ok(Place::Chunk(size)),
            },
            Place::ChunkEnd if line.is_empty() => Ok(Place::ChunkSize),
            Place::ChunkEnd => Err(Malformed("a chunk is longer than it says")),
            Place::Trailer if line.is_empty() => Ok(next_head()),
            Place::Trailer => field(line).map(|_| Place::Trailer),
            Place::Body(_) | Place::Chunk(_) => Err(Malformed("a body has no lines")),
        }
    }
}

/// The size in a chunk's first line: hexadecimal digits, perhaps followed by extensions.
fn chunk_size(line: &[u8]) -> Result<u64, Malformed> {
    let size = line.split(|byte| *byte == b';').next().unwrap_or_default();
    let text = std::str::from_utf8(size).unwrap_or_default();
    let is_number = (1..=16).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let size = u64::from_str_radix(text, 16).ok().filter(|_| is_number);
    size.ok_or(Malformed("the size of a chunk is not a hexadecimal number"))
}

/// A stream whose reader gets nothing that is malformed.
#[derive(Debug)]
pub(super) struct Framed<S> {
    stream: S,
    framing: Framing,
    refused: Option<Malformed>,
}

impl<S> Framed<S> {
    pub(super) fn new(stream: S) -> Self {
        Self { stream, framing: Framing::new(), refused: None }
    }

    /// The stream itself, and why what arrived is no request, if it has no other place: within a body, the
    /// one that reads the body does.
    pub(super) fn into_inner(self) -> (S, Option<Malformed>) {
        let is_head = matches!(self.framing.place, Place::Head(_));
        (self.stream, self.refused.filter(|_| is_head))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Framed<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let refusal = |refused: Malformed| io::Error::new(io::ErrorKind::InvalidData, refused);
        if let Some(refused) = self.refused {
            return Poll::Ready(Err(refusal(refused)));
        }
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        if let Poll::Ready(Ok(())) = read
            && let Err((right, refused)) = self.framing.see(&buffer.filled()[before..])
        {
            self.refused = Some(refused);
            buffer.set_filled(before + right);
            // Nothing read would mean that the client has ended.
            return Poll::Ready(if right == 0 { Err(refusal(refused)) } else { Ok(()) });
        }
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Framed<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
