//! Which servers are trusted.
#![cfg(feature = "http")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::process::Command;
use std::sync::Arc;
use std::thread;

use massup_transport::http::{Http, Roots, SendError, Settings};
use massup_transport::{BaseUrl, Call, Credentials, Failure, Transport as _};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

struct Server {
    url: BaseUrl,
    certificate: Vec<u8>,
    pem: String,
}

/// A server with a certificate that nobody has signed.
fn server() -> Server {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let certificate = made.cert.der().to_vec();
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config =
        ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = config.unwrap().with_no_client_auth();
    let config = Arc::new(config.with_single_cert(vec![made.cert.der().clone()], key).unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://localhost:{}", listener.local_addr().unwrap().port());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut stream = StreamOwned::new(connection, stream.unwrap());
            // A client that does not trust the certificate ends the connection.
            if stream.read(&mut [0; 4096]).is_ok() {
                let _ = stream.write_all(
                    b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}",
                );
            }
        }
    });
    Server { url: url.parse().unwrap(), certificate, pem: made.cert.pem() }
}

fn call(url: &BaseUrl, roots: Roots) -> Result<u16, Failure> {
    let mut settings = Settings::new(url.clone(), url.clone());
    settings.roots = roots;
    let http = Http::new(settings, Credentials::of_token("1000.x"));
    let answer = http.send(&Call::read("/crm/v8/settings/modules", &[]).unwrap());
    answer.map(|answer| answer.status)
}

#[test]
fn an_unknown_certificate_is_final_and_a_known_one_is_trusted() {
    let server = server();
    let failure = call(&server.url, Roots::default()).unwrap_err();
    let Failure::Unsendable(why) = failure else { unreachable!("{failure:?}") };
    assert!(matches!(*why.downcast::<SendError>().unwrap(), SendError::Certificate(..)));
    assert_eq!(call(&server.url, Roots::of_der([server.certificate])).unwrap(), 200);
}

/// The address of a server, for a process that is started with variables of the environment.
const ADDRESS: &str = "MASSUP_TEST_TLS";

#[test]
fn the_environment_names_certificates() {
    // Variables can only be set for another process: this test, run again.
    if let Ok(url) = std::env::var(ADDRESS) {
        let roots = Roots::of_environment().unwrap();
        assert_eq!(call(&url.parse().unwrap(), roots).unwrap(), 200);
        return;
    }
    let server = server();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("root.pem");
    std::fs::write(&file, &server.pem).unwrap();
    let run = |name: &str, value: &std::path::Path| {
        Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "the_environment_names_certificates"])
            .env(ADDRESS, server.url.as_str())
            .env_remove("SSL_CERT_FILE")
            .env_remove("SSL_CERT_DIR")
            .env(name, value)
            .output()
            .unwrap()
            .status
            .success()
    };
    assert!(run("SSL_CERT_FILE", &file));
    assert!(!run("SSL_CERT_FILE", &folder.path().join("nothing.pem")));
    assert!(!run("MASSUP_TEST_NOTHING", &file));
}
