// SPDX-License-Identifier: MIT
//! The node server, its watcher and its first actors.

use std::net::{SocketAddr, TcpListener};

use ractor::{Actor, ActorCell, ActorRef};
use ractor_cluster::{IncomingEncryptionMode, NodeServer, NodeServerMessage, NodeSessionMessage};

use crate::actors;
use crate::args::Args;
use crate::events::{Sessions, Watcher};
use crate::tls::{self, Identity};

/// How often to look for another port when the one that was free has been taken meanwhile.
const PORT_TRIES: u32 = 20;

/// A running node.
pub struct Node {
    pub port: u16,
    pub server: ActorRef<NodeServerMessage>,
    pub watcher: ActorCell,
}

impl Node {
    /// Starts the node and spawns `rust_seed`, `rust_types`, `rust_trouble` and `rust_compounds`; the first two join
    /// the groups `seeds` (default scope) and `types` (scope `interop`).
    pub async fn start(args: &Args) -> Result<Self, String> {
        let (watcher, _) = Actor::spawn(None, Watcher, ()).await.map_err(|why| why.to_string())?;
        let seed = actors::spawn("seed", "rust_seed").await?;
        let types = actors::spawn("types", "rust_types").await?;
        actors::spawn("trouble", "rust_trouble").await?;
        actors::spawn("compounds", "rust_compounds").await?;
        ractor::pg::join("seeds".into(), vec![seed]);
        ractor::pg::join_scoped("interop".into(), "types".into(), vec![types]);

        let (port, server) = start_server(args).await?;
        let subscription = Box::<Sessions>::default();
        server
            .cast(NodeServerMessage::SubscribeToEvents { id: "events".into(), subscription })
            .map_err(|why| why.to_string())?;
        Ok(Node { port, server, watcher: watcher.get_cell() })
    }

    /// Dials another node; the handshake goes on by itself.
    pub async fn dial(&self, addr: &str) -> Result<(), String> {
        ractor_cluster::client_connect(&self.server, addr).await.map_err(|why| why.to_string())
    }

    /// The same with encryption; the other node's certificate must be for `name`.
    pub async fn dial_enc(
        &self,
        addr: &str,
        name: &str,
        ca: &str,
        identity: Option<Identity>,
    ) -> Result<(), String> {
        let name = name.to_string().try_into().map_err(|_| format!("no server name: {name}"))?;
        let connector = tls::connector(ca, identity)?;
        ractor_cluster::client_connect_enc(&self.server, addr, connector, name)
            .await
            .map_err(|why| why.to_string())
    }

    /// The sessions that are authenticated: their actor and their peer's name.
    pub async fn sessions(&self) -> Result<Vec<(ActorRef<NodeSessionMessage>, String)>, String> {
        let sessions = ractor::call_t!(self.server, NodeServerMessage::GetSessions, 5_000)
            .map_err(|why| why.to_string())?;
        let named = |name: Option<_>, unknown: &str| name.unwrap_or(unknown.to_string());
        Ok(sessions
            .into_values()
            .map(|s| (s.actor, named(s.peer_name.map(|peer| peer.name), "-")))
            .collect())
    }

    /// The actors that the other nodes have told of.
    pub async fn remote_actors(&self) -> Result<Vec<ActorCell>, String> {
        let sessions = self.sessions().await?;
        let children = sessions.iter().flat_map(|(session, _)| session.get_children());
        Ok(children.filter(|actor| !actor.get_id().is_local()).collect())
    }

    /// Ends the node and its sessions.
    pub async fn stop(self) {
        let _ = self.server.stop_and_wait(None, None).await;
    }
}

/// The crate does not say which port the system chose, so a free one is chosen here, and another
/// one when it has been taken before the node could bind it.
async fn start_server(args: &Args) -> Result<(u16, ActorRef<NodeServerMessage>), String> {
    let mut why = String::new();
    let acceptor = args.identity.as_ref().map(tls::acceptor).transpose()?;
    for _ in 0..PORT_TRIES {
        let port = free_port(args).map_err(|error| error.to_string())?;
        let server = NodeServer::new(
            port,
            args.cookie.clone(),
            args.name.clone(),
            args.host.clone(),
            acceptor.clone().map(IncomingEncryptionMode::Tls),
            Some(args.mode),
        );
        #[cfg(not(feature = "up-to-0-14-5"))]
        let server = server.with_listen_addr(args.listen_addr);
        match Actor::spawn(None, server, ()).await {
            Ok((server, _)) => return Ok((port, server)),
            Err(error) => why = error.to_string(),
        }
    }
    Err(why)
}

fn free_port(args: &Args) -> std::io::Result<u16> {
    let listener = TcpListener::bind(SocketAddr::new(args.listen_addr, 0))?;
    Ok(listener.local_addr()?.port())
}
