"""SIGTERM ends the server with status 0 within 10 s and cuts no running answer."""

import random
import signal
import socket
import time

import bantin as installation
import corpus
import fetch

LARGE = 6_000_000


def judge(bantin, claims):
    with installation.Bantin(bantin.binary) as office:
        body = b"ID3\x04\x00\x00\x00\x00\x00\x00" + random.Random(2).randbytes(LARGE - 10)
        (office.content / "phat-thanh" / "dai.mp3").write_bytes(body)
        office.drop("phat-thanh/dai.md", corpus.markdown("Bản tin dài", "2024-04-05T08:00:00+07:00"))
        article = office.wait_for_title("Bản tin dài")
        if not claims.that(article and article.get("attachments"), "the long recording is attached"):
            return
        path = article["attachments"][0]["url"].removeprefix(office.base)
        with socket.socket() as slow, socket.create_connection(("127.0.0.1", office.port)) as idle:
            slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
            slow.settimeout(15)
            slow.connect(("127.0.0.1", office.port))
            slow.sendall(f"GET /{path} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
            idle.settimeout(15)
            idle.sendall(b"GET /robots.txt HTTP/1.1\r\nHost: a\r\n\r\n")
            idle.recv(65_536)
            received = slow.recv(1000)
            office.process.send_signal(signal.SIGTERM)
            signalled = time.monotonic()
            time.sleep(0.5)
            claims.that(office.process.poll() is None, "the server ended while an answer was under way")
            while piece := slow.recv(262_144):
                received += piece
                if received.endswith(body[-100:]):
                    break
            claims.that(received.partition(b"\r\n\r\n")[2] == body, f"the running answer was cut: {len(received)} bytes of {LARGE}")
            claims.same(idle.recv(10), b"", "an idle connection after SIGTERM")
            claims.that(not proxied(office), "new connections are taken after SIGTERM")
            slow.close()
            code = office.process.wait(12)
        claims.same(code, 0, "exit status")
        took = time.monotonic() - signalled
        claims.that(took <= 10, f"it took {took:.1f} s")
        claims.note(f"ended after {took:.1f} s")


def proxied(office):
    try:
        return fetch.get(office.base).status == 200
    except OSError:
        return False
