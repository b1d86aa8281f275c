use super::*;

#[test]
fn a_name_is_looked_up_once_for_each_connection_and_that_goes_to_what_was_judged() {
    block_on(async {
        let server = Server::saying(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n", false).await;
        let (outbound, asked) = outbound();
        let message = message(&format!("http://rebinding.example:{}/", server.port), 0);
        assert_eq!(outbound.send(&message).await.map(|replied| replied.status.as_u16()), Ok(204));
        assert_eq!(asked.load(Ordering::SeqCst), 1);
        let forbidden = "127.0.0.2".parse().expect("an address");
        assert_eq!(outbound.send(&message).await, Err(Unreached::Forbidden(forbidden)));
        assert_eq!((asked.load(Ordering::SeqCst), server.connections.load(Ordering::SeqCst)), (2, 1));
    });
}

#[test]
fn what_is_sent_says_where_to_and_how_long_it_is() {
    block_on(async {
        let server =
            Server::saying(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nretry-after: 120\r\n\r\nok", false)
                .await;
        let (outbound, _) = outbound();
        let mut message = message(&format!("http://127.0.0.1:{}/a%7Eb?c=d&e", server.port), 64);
        message.headers.insert("x-own", HeaderValue::from_static("own"));
        let replied = outbound.send(&message).await.expect("an answer");
        assert_eq!((&replied.body[..], replied.is_whole, replied.retry_after), (&b"ok"[..], true, Some(120)));
        let heard = String::from_utf8(server.heard.lock().expect("no panic").clone()).expect("text");
        let expected = format!(
            "POST /a%7Eb?c=d&e HTTP/1.1\r\nx-own: own\r\nhost: 127.0.0.1:{}\r\ncontent-length: 5\r\n\r\nbytes",
            server.port
        );
        assert_eq!(heard, expected);
    });
}

#[test]
fn a_connection_is_used_again_and_replaced_when_it_was_closed() {
    block_on(async {
        let (outbound, _) = outbound();
        for (answer, expected) in [
            (&b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"[..], 1),
            (b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok", 3),
            (b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nbeyond it", 3),
        ] {
            let server = Server::saying(answer, false).await;
            for _ in 0..3 {
                let to = format!("http://127.0.0.1:{}/", server.port);
                outbound.send(&message(&to, 4)).await.expect("an answer");
                tokio::task::yield_now().await;
            }
            assert_eq!(server.connections.load(Ordering::SeqCst), expected);
        }
    });
}

#[test]
fn only_so_many_connections_are_kept() {
    block_on(async {
        let server = Server::saying(b"HTTP/1.1 204 No Content\r\n\r\n", false).await;
        let here = || Ok(vec!["127.0.0.1".parse().expect("an address")]);
        let look_up: LookUp = Arc::new(move |_| Box::pin(std::future::ready(here())));
        let outbound =
            Outbound::new(Allowed::and(vec!["127.0.0.1/32".parse().expect("a network")]), look_up).0;
        for round in 0..2 {
            for host in 0..300 {
                let to = format!("http://reader-{host}.test:{}/", server.port);
                outbound.send(&message(&to, 0)).await.expect("an answer");
            }
            // What was kept longest goes first, so that all of the next round begin anew.
            assert_eq!(server.connections.load(Ordering::SeqCst), 300 * (round + 1));
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert_eq!(server.open.load(Ordering::SeqCst), connections::MOST_IDLE);
    });
}

#[test]
fn a_redirect_is_an_answer_like_any_other() {
    block_on(async {
        let inside = Server::saying(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", false).await;
        let to = format!(
            "HTTP/1.1 307 Temporary Redirect\r\nlocation: http://127.0.0.1:{}/\r\ncontent-length: 0\r\n\r\n",
            inside.port
        );
        let server = Server::saying(to.leak().as_bytes(), false).await;
        let (outbound, _) = outbound();
        let replied = outbound.send(&message(&format!("http://127.0.0.1:{}/", server.port), 0)).await;
        assert_eq!(replied.map(|replied| replied.status.as_u16()), Ok(307));
        assert_eq!(inside.connections.load(Ordering::SeqCst), 0);
    });
}

#[test]
fn an_answer_without_end_is_read_as_far_as_it_is_wanted() {
    block_on(async {
        let endless = [
            &b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n\r\n"[..],
            b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nHTTP/\r\n",
        ];
        for answer in endless {
            let server = Server::saying(answer, true).await;
            let (outbound, _) = outbound();
            let replied = outbound.send(&message(&format!("http://127.0.0.1:{}/", server.port), 1000)).await;
            // Of the second, what follows the first chunk is none. Its status counts all the same.
            let replied = replied.expect("an answer");
            assert!(replied.status.is_success() && !replied.is_whole && replied.body.len() <= 1000);
        }
        for endless_head in [&b"HTTP/1.1 200 OK\r\n"[..], b"x: y\r\n", b"HTTP/1.1 200 OK\r\nx: y"] {
            let server = Server::saying(endless_head, true).await;
            let (outbound, _) = outbound();
            let replied = outbound.send(&message(&format!("http://127.0.0.1:{}/", server.port), 1000)).await;
            assert_eq!(replied, Err(Unreached::Broken));
        }
    });
}

#[test]
fn whoever_says_nothing_is_waited_for_ten_seconds() {
    block_on(async {
        let server = Server::saying(b"", false).await;
        let (outbound, _) = outbound();
        let message = message(&format!("http://127.0.0.1:{}/", server.port), 0);
        let sent = tokio::spawn(async move { outbound.send(&message).await });
        while server.heard.lock().expect("no panic").is_empty() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        tokio::time::pause();
        tokio::time::advance(Duration::from_secs(9)).await;
        assert!(!sent.is_finished());
        tokio::time::advance(Duration::from_secs(1)).await;
        assert_eq!(sent.await.expect("it ends"), Err(Unreached::TooSlow));
    });
}

#[test]
fn an_answer_counts_though_the_rest_of_it_never_comes() {
    block_on(async {
        let server = Server::saying(b"HTTP/1.1 202 Accepted\r\ncontent-length: 10\r\n\r\nwe", false).await;
        let (outbound, _) = outbound();
        let message = message(&format!("http://127.0.0.1:{}/", server.port), 1000);
        tokio::time::pause();
        let replied = outbound.send(&message).await.expect("an answer");
        assert_eq!((replied.status.as_u16(), &replied.body[..], replied.is_whole), (202, &b"we"[..], false));
    });
}
