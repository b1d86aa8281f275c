use super::*;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

const AUTHORITY: &[u8] = include_bytes!("authority.pem");
/// Of `reader.test` and 127.0.0.1, with its key.
const READER: &[u8] = include_bytes!("reader.pem");

fn acceptor() -> TlsAcceptor {
    let certificate = CertificateDer::from_pem_slice(READER).expect("a certificate");
    let key = PrivateKeyDer::from_pem_slice(READER).expect("a key");
    let config = ServerConfig::builder_with_provider(Arc::new(crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("the usual ones")
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key);
    TlsAcceptor::from(Arc::new(config.expect("they belong together")))
}

fn believing(authorities: &[&[u8]]) -> Outbound {
    let mut roots = RootCertStore::empty();
    for authority in authorities {
        roots.add(CertificateDer::from_pem_slice(authority).expect("a certificate")).expect("a sound one");
    }
    let here = || Ok(vec!["127.0.0.1".parse().expect("an address")]);
    let look_up: LookUp = Arc::new(move |_| Box::pin(std::future::ready(here())));
    Outbound::believing(roots, Allowed::and(vec!["127.0.0.1/32".parse().expect("a network")]), look_up)
}

#[test]
fn whoever_cannot_show_who_they_are_is_told_nothing() {
    block_on(async {
        let acceptor = acceptor();
        let secured = async move |stream| acceptor.accept(stream).await.ok();
        let ok = b"HTTP/1.1 204 No Content\r\n\r\n";
        let server = Server::speaking(ok, false, secured).await;
        let plain = Server::saying(ok, false).await;
        let send = async |outbound: &Outbound, host: &str, port: u16| {
            let replied = outbound.send(&message(&format!("https://{host}:{port}/"), 0)).await;
            replied.map(|replied| replied.status.as_u16())
        };
        let knowing = believing(&[AUTHORITY]);
        for host in ["reader.test", "reader.test", "READER.test.", "127.0.0.1"] {
            assert_eq!(send(&knowing, host, server.port).await, Ok(204), "{host}");
        }
        assert_eq!(server.connections.load(Ordering::SeqCst), 3, "one was used again");
        assert_eq!(send(&knowing, "other.test", server.port).await, Err(Unreached::Untrusted));
        assert_eq!(send(&believing(&[]), "reader.test", server.port).await, Err(Unreached::Untrusted));
        // Over a connection that is not secured, nothing is said at all.
        let unsecured =
            tokio::time::timeout(Duration::from_millis(200), send(&knowing, "reader.test", plain.port));
        assert_ne!(unsecured.await, Ok(Ok(204)));
        let heard = plain.heard.lock().expect("no panic");
        assert!(!heard.windows(4).any(|bytes| bytes == b"POST"));
    });
}
