//! What a request brings although nobody reads it. A connection that is closed over unread bytes is reset, and so is a stream of
//! HTTP/2: that is allowed (RFC 9113, section 8.1), but who is still sending then may lose the answer, as curl 7.88 does. So it
//! is read and thrown away, while the request is answered and for as long as that is fair.

use http::header::EXPECT;
use http::request::Parts;
use http_body_util::BodyExt;
use hyper::body::{Body, Incoming};
use std::time::Duration;
use tokio::time::timeout;

/// How many bytes are thrown away; Go's server has the same bound.
const MOST_BYTES: usize = 256 << 10;
/// How long they may take to come. Answers that are under way when bantin stops are given longer.
const PATIENCE: Duration = Duration::from_secs(5);

/// Reads what nobody wants, behind.
pub fn throw_away(request: &Parts, body: Incoming) {
    // Who asks first whether to send a body is told by the answer; reading it would say yes.
    if body.is_end_stream() || request.headers.contains_key(EXPECT) {
        return;
    }
    tokio::spawn(timeout(PATIENCE, read(body)));
}

async fn read(mut body: Incoming) {
    let mut rest = MOST_BYTES;
    while let Some(Ok(frame)) = body.frame().await {
        let length = frame.data_ref().map_or(0, |bytes| bytes.len());
        let Some(less) = rest.checked_sub(length) else { return };
        rest = less;
    }
}
