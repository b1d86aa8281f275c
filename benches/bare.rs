//! The least that hyper can do: one fixed answer to whatever is asked, from one thread. `benches/run` holds bantin's
//! serving against it.
//!
//!     bare ADDRESS STATUS BODY-FILE [NAME: VALUE]…

use bytes::Bytes;
use http::header::{HeaderName, HeaderValue};
use http::{Response, StatusCode};
use http_body_util::Full;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use std::convert::Infallible;
use std::error::Error;
use std::future::ready;

fn main() -> Result<(), Box<dyn Error>> {
    let mut typed = std::env::args().skip(1);
    let mut next = || typed.next().ok_or("bare ADDRESS STATUS BODY-FILE [NAME: VALUE]…");
    let address = next()?;
    let status = next()?.parse::<StatusCode>()?;
    let body = Bytes::from(std::fs::read(next()?)?);
    let mut answer = Response::new(Full::new(body));
    *answer.status_mut() = status;
    for header in typed {
        let (name, value) = header.split_once(": ").ok_or("a header is NAME: VALUE")?;
        answer.headers_mut().append(name.parse::<HeaderName>()?, value.parse::<HeaderValue>()?);
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(serve(&address, answer))
}

async fn serve(address: &str, answer: Response<Full<Bytes>>) -> Result<(), Box<dyn Error>> {
    let listener = tokio::net::TcpListener::bind(address).await?;
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let answer = answer.clone();
        tokio::spawn(async move {
            let service = service_fn(move |_| ready(Ok::<_, Infallible>(answer.clone())));
            // A client that goes away is the end of its conversation.
            let _ = Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(stream), service).await;
        });
    }
}
