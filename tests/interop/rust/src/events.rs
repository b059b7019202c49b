// SPDX-License-Identifier: MIT
//! What happens by itself, printed as lines.

use std::collections::HashSet;
use std::io::Write;
use std::sync::Mutex;

use ractor::pg::GroupChangeMessage;
use ractor::{Actor, ActorCell, ActorId, ActorProcessingErr, ActorRef, SupervisionEvent};
use ractor_cluster::node::NodeServerSessionInformation;
use ractor_cluster::{NodeEventSubscription, RactorMessage};

/// Prints one line at once. A test that is gone is no reason to fail.
pub fn say(line: String) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// Prints an event.
pub fn event(what: String) {
    say(format!("EVENT {what}"));
}

/// An actor's name, or its id when it has none.
pub fn label(actor: &ActorCell) -> String {
    actor.get_name().unwrap_or_else(|| actor.get_id().to_string())
}

/// Hears of sessions. A session that ends before it is authenticated was refused.
#[derive(Default)]
pub struct Sessions {
    authenticated: Mutex<HashSet<ActorId>>,
}

fn peer_of(session: &NodeServerSessionInformation) -> String {
    session.peer_name.as_ref().map_or("-".into(), |peer| peer.name.clone())
}

impl Sessions {
    fn hear_authenticated(&self, session: &NodeServerSessionInformation) {
        self.authenticated.lock().expect("no panic inside").insert(session.actor.get_id());
        event(format!("session authenticated {}", peer_of(session)));
    }
}

impl NodeEventSubscription for Sessions {
    fn node_session_opened(&self, session: NodeServerSessionInformation) {
        event(format!("session opened {}", session.peer_addr));
    }

    #[cfg(not(feature = "before-0-16"))]
    fn node_session_authenticated(&self, session: NodeServerSessionInformation) {
        self.hear_authenticated(&session);
    }

    #[cfg(feature = "before-0-16")]
    fn node_session_authenicated(&self, session: NodeServerSessionInformation) {
        self.hear_authenticated(&session);
    }

    #[cfg(not(feature = "up-to-0-14-5"))]
    fn node_session_ready(&self, session: NodeServerSessionInformation) {
        event(format!("session ready {}", peer_of(&session)));
    }

    fn node_session_disconnected(&self, session: NodeServerSessionInformation) {
        let id = session.actor.get_id();
        let known = self.authenticated.lock().expect("no panic inside").remove(&id);
        let word = if known { "disconnected" } else { "refused" };
        event(format!("session {word} {}", peer_of(&session)));
    }
}

/// Hears of group changes and of the deaths of the actors that it monitors.
pub struct Watcher;

/// The watcher takes no messages, only supervision events.
#[derive(RactorMessage)]
pub struct NoMessage;

impl Actor for Watcher {
    type Msg = NoMessage;
    type State = ();
    type Arguments = ();

    async fn pre_start(&self, me: ActorRef<NoMessage>, _: ()) -> Result<(), ActorProcessingErr> {
        ractor::pg::monitor_scope(ractor::pg::ALL_SCOPES_NOTIFICATION.into(), me.get_cell());
        Ok(())
    }

    async fn handle_supervisor_evt(
        &self,
        _: ActorRef<NoMessage>,
        heard: SupervisionEvent,
        _: &mut (),
    ) -> Result<(), ActorProcessingErr> {
        match heard {
            SupervisionEvent::ProcessGroupChanged(change) => print_change(change),
            SupervisionEvent::ActorTerminated(actor, _, reason) => {
                event(format!("died {} {}", label(&actor), reason.unwrap_or("-".into())));
            }
            SupervisionEvent::ActorFailed(actor, why) => {
                event(format!("failed {} {why}", label(&actor)));
            }
            SupervisionEvent::ActorStarted(_) | SupervisionEvent::PidLifecycleEvent(_) => {}
        }
        Ok(())
    }
}

/// One line per actor, only for those on other nodes: what this node did itself is no news.
fn print_change(change: GroupChangeMessage) {
    let (word, scope, group, actors) = match change {
        GroupChangeMessage::Join(scope, group, actors) => ("joined", scope, group, actors),
        GroupChangeMessage::Leave(scope, group, actors) => ("left", scope, group, actors),
    };
    for actor in actors.iter().filter(|actor| !actor.get_id().is_local()) {
        event(format!("{word} {scope} {group} {}", label(actor)));
    }
}
