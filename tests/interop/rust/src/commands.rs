// SPDX-License-Identifier: MIT
//! The commands. A target is a remote actor: `@scope/group` (its first remote member) or its name.

use std::fmt::Display;
use std::str::FromStr;
use std::time::Duration;

use ractor::rpc::CallResult;
use ractor::{ActorCell, ActorRef, Message, MessagingErr, RpcReplyPort};

use crate::actors;
use crate::compounds;
use crate::events::label;
use crate::jobs;
use crate::messages::{with_types, MyBasicMessageType, Trouble, Types};
use crate::node::Node;
use crate::text::Text;
use crate::tls::Identity;

pub type Answer = Result<String, String>;

/// Carries out one command.
pub async fn run(node: &Node, words: &[&str]) -> Answer {
    match words {
        ["dial", addr] => node.dial(addr).await.map(|()| String::new()),
        ["dial_enc", addr, name, ca] => {
            node.dial_enc(addr, name, ca, None).await.map(|()| String::new())
        }
        ["dial_enc", addr, name, ca, cert, key] => {
            let identity = Identity { cert: cert.to_string(), key: key.to_string() };
            node.dial_enc(addr, name, ca, Some(identity)).await.map(|()| String::new())
        }
        ["sessions"] => sessions(node).await,
        ["remotes"] => node.remote_actors().await.map(|actors| list(&actors)),
        ["members", scope, group] => Ok(list(&members(scope, group))),
        ["spawn", kind, name] => actors::spawn(kind, name).await.map(|_| String::new()),
        ["join", scope, group, name] => {
            ractor::pg::join_scoped(scope_name(scope), group.to_string(), vec![local(name)?]);
            Ok(String::new())
        }
        ["leave", scope, group, name] => {
            ractor::pg::leave_scoped(scope_name(scope), group.to_string(), vec![local(name)?]);
            Ok(String::new())
        }
        ["stop", name] => {
            local(name)?.stop(Some("stopped by the test".into()));
            Ok(String::new())
        }
        ["kill", name] => {
            local(name)?.kill();
            Ok(String::new())
        }
        ["watch", target] => {
            node.watcher.monitor(find(node, target).await?);
            Ok(String::new())
        }
        ["cast", target, message @ ..] => cast(find(node, target).await?, message),
        ["call", target, timeout_ms, message @ ..] => {
            call(find(node, target).await?, parse(timeout_ms)?, message).await
        }
        ["job", target, job @ ..] => jobs::dispatch(find(node, target).await?, job),
        ["call_job", target, timeout_ms, job @ ..] => {
            jobs::call(find(node, target).await?, timeout_ms, job).await
        }
        ["open"] => {
            jobs::open_gate();
            Ok(String::new())
        }
        ["compound", target, timeout_ms, variant, word] => {
            compounds::call(find(node, target).await?, parse(timeout_ms)?, variant, word).await
        }
        _ => Err(format!("no such command: {}", words.join(" "))),
    }
}

pub fn parse<T: FromStr>(word: &str) -> Result<T, String> {
    word.parse().map_err(|_| format!("not a value: {word}"))
}

pub fn value<T: Text>(word: &str) -> Result<T, String> {
    T::parse(word).ok_or_else(|| format!("not a value: {word}"))
}

fn scope_name(scope: &str) -> String {
    match scope {
        "default" => ractor::pg::DEFAULT_SCOPE.into(),
        _ => scope.into(),
    }
}

fn members(scope: &str, group: &str) -> Vec<ActorCell> {
    let all = ractor::pg::get_scoped_members(&scope_name(scope), &group.to_string());
    all.into_iter().filter(|actor| !actor.get_id().is_local()).collect()
}

/// How many, then their labels in order.
fn list(actors: &[ActorCell]) -> String {
    let mut labels: Vec<String> = actors.iter().map(label).collect();
    labels.sort();
    format!("{} {}", labels.len(), labels.join(" "))
}

async fn sessions(node: &Node) -> Answer {
    let mut names: Vec<String> = node.sessions().await?.into_iter().map(|(_, n)| n).collect();
    names.sort();
    Ok(format!("{} {}", names.len(), names.join(" ")))
}

fn local(name: &str) -> Result<ActorCell, String> {
    #[cfg(feature = "before-0-16")]
    let found = ractor::registry::where_is(name.to_string());
    #[cfg(not(feature = "before-0-16"))]
    let found = ractor::registry::where_is(name);
    found.ok_or_else(|| format!("no actor {name}"))
}

async fn find(node: &Node, target: &str) -> Result<ActorCell, String> {
    let found = match target.strip_prefix('@').and_then(|group| group.split_once('/')) {
        Some((scope, group)) => members(scope, group).into_iter().next(),
        None => {
            let mut remote = node.remote_actors().await?.into_iter();
            remote.find(|actor| actor.get_name().as_deref() == Some(target))
        }
    };
    found.ok_or_else(|| format!("no remote actor {target}"))
}

pub fn send<T: Message>(target: ActorCell, message: T) -> Answer {
    let sent: Result<(), MessagingErr<T>> = ActorRef::from(target).cast(message);
    sent.map(|()| String::new()).map_err(|why| why.to_string())
}

pub async fn ask<T: Message, R: Text + Send + 'static>(
    target: ActorCell,
    timeout_ms: u64,
    message: impl FnOnce(RpcReplyPort<R>) -> T,
) -> Answer {
    let target: ActorRef<T> = target.into();
    match target.call(message, Some(Duration::from_millis(timeout_ms))).await {
        Ok(CallResult::Success(reply)) => Ok(reply.show()),
        Ok(CallResult::Timeout) => Err("timeout".into()),
        Ok(CallResult::SenderError) => Err("sender error".into()),
        Err(why) => Err(display(why)),
    }
}

fn display(why: impl Display) -> String {
    why.to_string()
}

fn cast(target: ActorCell, message: &[&str]) -> Answer {
    match message {
        ["Cast1", text, number] => {
            send(target, MyBasicMessageType::Cast1(value(text)?, value(number)?))
        }
        ["Fail", reason] => send(target, Trouble::Fail(value(reason)?)),
        ["Nothing"] => send(target, Types::Nothing),
        ["Mixed", a, b, c, d, e, f, g, h] => send(
            target,
            Types::Mixed(
                value(a)?,
                value(b)?,
                value(c)?,
                value(d)?,
                value(e)?,
                value(f)?,
                value(g)?,
                value(h)?,
            ),
        ),
        [variant, word] => send(target, take(variant, word)?),
        _ => Err("no such cast".into()),
    }
}

async fn call(target: ActorCell, timeout_ms: u64, message: &[&str]) -> Answer {
    match message {
        ["Call1", count, first] => {
            let (count, first) = (value(count)?, value(first)?);
            ask(target, timeout_ms, |port| MyBasicMessageType::Call1(count, first, port)).await
        }
        ["Answer"] => ask(target, timeout_ms, Trouble::Answer).await,
        ["Never"] => ask(target, timeout_ms, Trouble::Never).await,
        ["Forget"] => ask(target, timeout_ms, Trouble::Forget).await,
        ["ForgetNumber"] => ask(target, timeout_ms, Trouble::ForgetNumber).await,
        ["ForgetText"] => ask(target, timeout_ms, Trouble::ForgetText).await,
        ["Crash"] => ask(target, timeout_ms, Trouble::Crash).await,
        [variant, word] => echo(target, timeout_ms, variant, word).await,
        _ => Err("no such call".into()),
    }
}

macro_rules! make_types {
    ($($take:ident $echo:ident $ty:ty),* $(,)?) => {
        fn take(variant: &str, word: &str) -> Result<Types, String> {
            match variant {
                $( stringify!($take) => Ok(Types::$take(value(word)?)), )*
                _ => Err(format!("no such cast: {variant}")),
            }
        }

        async fn echo(target: ActorCell, timeout_ms: u64, variant: &str, word: &str) -> Answer {
            match variant {
                $(
                    stringify!($echo) => {
                        let value = value::<$ty>(word)?;
                        ask(target, timeout_ms, |port| Types::$echo(value, port)).await
                    }
                )*
                _ => Err(format!("no such call: {variant}")),
            }
        }
    };
}
with_types!(make_types);
