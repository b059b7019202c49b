// SPDX-License-Identifier: MIT
//! The golden vectors of `rcgen vectors` through the generated Rust and the crate's own derive: what
//! is decoded from each of them is encoded to the same bytes again.

use std::panic::{catch_unwind, AssertUnwindSafe};

use ractor::concurrency::{oneshot, timeout};
use ractor::message::SerializedMessage;
use ractor::{BytesConvertable, Message, RpcReplyPort};
use serde_json::Value;

macro_rules! generated {
    ($($module:ident)*) => {$(
        #[allow(dead_code)]
        mod $module {
            include!(concat!(env!("RACTOR_GENERATED"), "/", stringify!($module), ".rs"));
        }
    )*};
}

generated! { ractor_wire interop compounds chains compound geo people scalars seed }

fn text<'a>(vector: &'a Value, name: &str) -> &'a str {
    vector[name].as_str().unwrap_or("")
}

fn bytes_of(vector: &Value) -> Vec<u8> {
    let digits = text(vector, "bytes");
    (0..digits.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&digits[at..at + 2], 16).expect("digits"))
        .collect()
}

fn must<T, E>(result: Result<T, E>, vector: &Value) -> T {
    result.unwrap_or_else(|_| panic!("{vector}"))
}

fn cast<T: Message>(vector: &Value) {
    let variant = text(vector, "variant").to_string();
    let message = SerializedMessage::Cast { variant, args: bytes_of(vector), metadata: None };
    let message = must(T::deserialize(message), vector);
    match must(message.serialize(), vector) {
        SerializedMessage::Cast { args, .. } => assert_eq!(args, bytes_of(vector), "{vector}"),
        _ => panic!("no cast any more: {vector}"),
    }
}

/// Bytes -> typed call -> bytes. A reply's bytes sent into the outer port go through the typed one,
/// and come out of the innermost.
async fn call<T: Message>(vector: &Value, args: Vec<u8>, answer: Option<Vec<u8>>) -> Vec<u8> {
    let (sender, receiver) = oneshot();
    let message = SerializedMessage::Call {
        variant: text(vector, "variant").to_string(),
        args,
        reply: RpcReplyPort::from(sender),
        metadata: None,
    };
    let message = must(T::deserialize(message), vector);
    let SerializedMessage::Call { args, reply, .. } = must(message.serialize(), vector) else {
        panic!("no call any more: {vector}");
    };
    let Some(answer) = answer else { return args };
    must(reply.send(answer), vector);
    let limit = ractor::concurrency::Duration::from_secs(20);
    must(must(timeout(limit, receiver).await, vector), vector)
}

/// All vectors of a message enum. A reply needs some call of its variant to go with.
async fn messages<T: Message>(root: &Value, name: &str) -> usize {
    let vectors = root["vectors"].as_array().expect("vectors");
    let own = || vectors.iter().filter(|v| text(v, "type") == name);
    for vector in own() {
        match text(vector, "what") {
            "cast" => cast::<T>(vector),
            "call" => {
                assert_eq!(call::<T>(vector, bytes_of(vector), None).await, bytes_of(vector))
            }
            _ => {
                let of_variant =
                    |v: &&Value| v["variant"] == vector["variant"] && text(v, "what") == "call";
                let some_call = own().find(of_variant).expect("a call of each variant");
                let wanted = bytes_of(vector);
                let reply = call::<T>(some_call, bytes_of(some_call), Some(wanted.clone())).await;
                assert_eq!(reply, wanted, "{vector}");
            }
        }
    }
    own().count()
}

/// All vectors of a struct or union; and each of them cut off is refused or another value.
fn values<T: BytesConvertable>(root: &Value, name: &str) -> usize {
    let vectors = root["vectors"].as_array().expect("vectors");
    let own = || vectors.iter().filter(|v| text(v, "type") == name);
    for vector in own() {
        let bytes = bytes_of(vector);
        assert_eq!(T::from_bytes(bytes.clone()).into_bytes(), bytes, "{vector}");
        let longer = [bytes, vec![0]].concat();
        assert!(catch_unwind(AssertUnwindSafe(|| T::from_bytes(longer))).is_err(), "{vector}");
    }
    own().count()
}

fn read(schema: &str) -> Value {
    let folder = std::env::var("RACTOR_VECTORS").expect("RACTOR_VECTORS is the folder of vectors");
    let file = std::fs::read_to_string(format!("{folder}/{schema}.vectors.json")).expect("a file");
    serde_json::from_str(&file).expect("JSON")
}

macro_rules! schemas {
    ($($schema:ident: messages $($message:ident)* ; values $($value:ident)* ;)*) => {
        #[tokio::test]
        async fn every_vector_comes_back_from_the_crate() {
            std::panic::set_hook(Box::new(|_| {}));
            let mut count = 0;
            $(
                let root = read(stringify!($schema));
                let total = root["vectors"].as_array().expect("vectors").len();
                #[allow(unused_mut)]
                let mut own = 0;
                $( own += messages::<$schema::$message>(&root, stringify!($message)).await; )*
                $( own += values::<$schema::$value>(&root, stringify!($value)); )*
                assert_eq!(own, total, "{} has other types", stringify!($schema));
                count += own;
            )*
            assert!(count > 500, "{count} vectors");
        }
    };
}

schemas! {
    seed: messages MyBasicMessageType; values;
    interop: messages MyBasicMessageType Trouble Types; values;
    compounds: messages Compounds; values Point Member Shape Tree Chain;
    chains: messages Keeper; values Chain Sum Even Odd;
    compound: messages Client Room; values Member Presence Light Tree;
    geo: messages; values Point Named;
    people: messages Forest; values Tree Outer Inner Early Later;
    scalars: messages Scalars; values;
}
