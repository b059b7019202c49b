// SPDX-License-Identifier: MIT
//! The command line.

use std::net::IpAddr;

use ractor_cluster::node::NodeConnectionMode;

use crate::tls::Identity;

/// What the peer is told at its start.
pub struct Args {
    pub name: String,
    pub host: String,
    pub cookie: String,
    pub mode: NodeConnectionMode,
    pub listen_addr: IpAddr,
    /// With both of its files: the listener is encrypted.
    pub identity: Option<Identity>,
}

impl Args {
    /// Reads `--name N --host H --cookie C --mode isolated|transitive --listen-addr A --tls CERT,KEY`.
    pub fn from_command_line() -> Result<Self, String> {
        let mut args = Args {
            name: "rust".into(),
            host: "localhost".into(),
            cookie: "cookie".into(),
            mode: NodeConnectionMode::Isolated,
            listen_addr: IpAddr::from([127, 0, 0, 1]),
            identity: None,
        };
        let mut words = std::env::args().skip(1);
        while let Some(option) = words.next() {
            let value = words.next().ok_or(format!("{option} needs a value"))?;
            args.set(&option, value)?;
        }
        Ok(args)
    }

    /// The node's name as other nodes see it.
    pub fn full_name(&self) -> String {
        format!("{}@{}", self.name, self.host)
    }

    fn set(&mut self, option: &str, value: String) -> Result<(), String> {
        match option {
            "--name" => self.name = value,
            "--host" => self.host = value,
            "--cookie" => self.cookie = value,
            "--mode" => {
                self.mode = match value.as_str() {
                    "isolated" => NodeConnectionMode::Isolated,
                    "transitive" => NodeConnectionMode::Transitive,
                    _ => return Err(format!("no such mode: {value}")),
                }
            }
            "--listen-addr" => {
                self.listen_addr = value.parse().map_err(|_| format!("no address: {value}"))?
            }
            "--tls" => {
                let (cert, key) = value.split_once(',').ok_or("--tls needs two files")?;
                self.identity = Some(Identity { cert: cert.into(), key: key.into() })
            }
            _ => return Err(format!("no such option: {option}")),
        }
        Ok(())
    }
}
