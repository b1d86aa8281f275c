//! What is sent after the headers.

use super::telling::Told;
use bytes::Bytes;
use http_body_util::{Either, Full};
use hyper::body::{Body, Frame, SizeHint};
use std::fs::File;
use std::future::Future;
use std::io;
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use tokio::task::JoinHandle;

/// How many bytes of a file are read at once.
const CHUNK: u64 = 128 << 10;

/// Ready bytes, or a part of a file that is read as the client takes it, or what is told as it happens.
pub type Sent = Either<Full<Bytes>, Either<Part, Told>>;

/// These bytes.
pub fn bytes(bytes: impl Into<Bytes>) -> Sent {
    Either::Left(Full::new(bytes.into()))
}

/// Nothing more.
pub fn nothing() -> Sent {
    Either::Left(Full::default())
}

/// This part of a file.
pub fn part(part: Part) -> Sent {
    Either::Right(Either::Left(part))
}

/// This event stream.
pub fn told(told: Told) -> Sent {
    Either::Right(Either::Right(told))
}

/// A part of an open file.
pub struct Part {
    file: Arc<File>,
    rest: Range<u64>,
    reading: Option<JoinHandle<io::Result<Bytes>>>,
}

impl Part {
    /// The bytes of `range` of an open file.
    pub fn new(file: File, range: Range<u64>) -> Self {
        Self { file: Arc::new(file), rest: range, reading: None }
    }

    fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        if self.rest.is_empty() {
            return Poll::Ready(None);
        }
        let reading = self.reading.get_or_insert_with(|| {
            let (file, rest) = (self.file.clone(), self.rest.clone());
            tokio::task::spawn_blocking(move || {
                let length = (rest.end - rest.start).min(CHUNK);
                let mut chunk = vec![0; usize::try_from(length).expect("a chunk fits into memory")];
                let count = file.read_at(&mut chunk, rest.start)?;
                if count == 0 {
                    // It was cut since it was opened; what was promised cannot be sent.
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
                chunk.truncate(count);
                Ok(chunk.into())
            })
        });
        let outcome = ready!(Pin::new(reading).poll(cx));
        self.reading = None;
        Poll::Ready(Some(match outcome {
            Ok(Ok(chunk)) => {
                self.rest.start += chunk.len() as u64;
                Ok(chunk)
            }
            Ok(Err(error)) => Err(error),
            Err(gone) => Err(io::Error::other(gone)),
        }))
    }
}

impl Body for Part {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        self.get_mut().poll_chunk(cx).map(|chunk| chunk.map(|chunk| chunk.map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.rest.end - self.rest.start)
    }
}
