// SPDX-License-Identifier: MIT
//! Encryption, set up as users of the crate do it: rustls with files in PEM.

use std::sync::Arc;

use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{ClientConfig, RootCertStore, ServerConfig};
use tokio_rustls::{TlsAcceptor, TlsConnector};

/// A certificate chain and its private key, by their files.
#[derive(Clone)]
pub struct Identity {
    pub cert: String,
    pub key: String,
}

type Loaded = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

fn text(why: impl std::fmt::Display) -> String {
    why.to_string()
}

fn certificates(file: &str) -> Result<Vec<CertificateDer<'static>>, String> {
    CertificateDer::pem_file_iter(file).map_err(text)?.collect::<Result<_, _>>().map_err(text)
}

impl Identity {
    fn load(&self) -> Result<Loaded, String> {
        Ok((certificates(&self.cert)?, PrivateKeyDer::from_pem_file(&self.key).map_err(text)?))
    }
}

/// For a listener that asks for no certificate.
pub fn acceptor(identity: &Identity) -> Result<TlsAcceptor, String> {
    let (chain, key) = identity.load()?;
    let config = ServerConfig::builder().with_no_client_auth().with_single_cert(chain, key);
    Ok(TlsAcceptor::from(Arc::new(config.map_err(text)?)))
}

/// For a dial that believes the authority in a file, and may show a certificate of its own.
pub fn connector(ca: &str, identity: Option<Identity>) -> Result<TlsConnector, String> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(ca)? {
        roots.add(certificate).map_err(text)?;
    }
    let builder = ClientConfig::builder().with_root_certificates(roots);
    let config = match identity {
        Some(identity) => {
            let (chain, key) = identity.load()?;
            builder.with_client_auth_cert(chain, key).map_err(text)?
        }
        None => builder.with_no_client_auth(),
    };
    Ok(TlsConnector::from(Arc::new(config)))
}
