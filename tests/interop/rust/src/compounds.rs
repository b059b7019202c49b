// SPDX-License-Identifier: MIT
//! The actor of `Compounds`, and calls to one elsewhere. Values are words of their bytes in
//! hexadecimal, which go through the generated types on their way.

use std::time::Duration;

use ractor::rpc::CallResult;
use ractor::{Actor, ActorCell, ActorProcessingErr, ActorRef, BytesConvertable};

use crate::messages::compounds::Compounds;
use crate::messages::Wire;
use crate::text::Text;

/// Answers with what it gets.
pub struct Mirror;

macro_rules! with_compounds {
    ($then:ident) => {
        $then! {
            EchoMember EchoShape EchoTree EchoChain EchoOption EchoOptionText EchoOptionOption
            EchoMembers EchoGrid EchoShapes EchoMap EchoNumbers EchoResult EchoUnitResult EchoActor
        }
    };
}

macro_rules! define_handle {
    ($($echo:ident)*) => {
        fn answer(message: Compounds) -> Result<(), ActorProcessingErr> {
            match message {
                $( Compounds::$echo(value, port) => port.send(value)?, )*
                Compounds::EchoBounded(value, port) => port.send(value.into_inner())?,
                Compounds::EchoAll(member, shape, more, _, port) => {
                    let reply = if more.is_some() { Ok(vec![member]) } else { Err(shape) };
                    port.send(Wire(reply))?;
                }
            }
            Ok(())
        }
    };
}
with_compounds!(define_handle);

impl Actor for Mirror {
    type Msg = Compounds;
    type State = ();
    type Arguments = ();

    async fn pre_start(&self, _: ActorRef<Self::Msg>, _: ()) -> Result<(), ActorProcessingErr> {
        Ok(())
    }

    async fn handle(
        &self,
        _: ActorRef<Self::Msg>,
        message: Self::Msg,
        _: &mut (),
    ) -> Result<(), ActorProcessingErr> {
        answer(message)
    }
}

fn from_word<T: BytesConvertable>(word: &str) -> Result<T, String> {
    let bytes = Vec::<u8>::parse(word).ok_or(format!("not bytes: {word}"))?;
    std::panic::catch_unwind(|| T::from_bytes(bytes)).map_err(|_| format!("no value: {word}"))
}

fn outcome<T: BytesConvertable>(result: CallResult<T>) -> Result<String, String> {
    match result {
        CallResult::Success(reply) => Ok(reply.into_bytes().show()),
        CallResult::Timeout => Err("timeout".into()),
        CallResult::SenderError => Err("sender error".into()),
    }
}

macro_rules! define_call {
    ($($echo:ident)*) => {
        /// Calls an actor with the value of a word; the reply is a word again.
        pub async fn call(
            target: ActorCell,
            timeout_ms: u64,
            variant: &str,
            word: &str,
        ) -> Result<String, String> {
            let target: ActorRef<Compounds> = target.into();
            let limit = Some(Duration::from_millis(timeout_ms));
            match variant {
                $(
                    stringify!($echo) => {
                        let value = from_word(word)?;
                        let reply = target.call(|port| Compounds::$echo(value, port), limit).await;
                        outcome(reply.map_err(|why| why.to_string())?)
                    }
                )*
                "EchoBounded" => {
                    let value = from_word(word)?;
                    let reply = target.call(|port| Compounds::EchoBounded(value, port), limit).await;
                    outcome(reply.map_err(|why| why.to_string())?)
                }
                _ => Err(format!("no such call: {variant}")),
            }
        }
    };
}
with_compounds!(define_call);
