// SPDX-License-Identifier: MIT
//! Protobuf messages in the generated Rust, by prost and the crate's own macro: the bytes are those
//! that the tests of the generated C have (tests/compiler/proto).

use ractor::message::SerializedMessage;
use ractor::{BytesConvertable, Message};

#[allow(dead_code)]
mod metrics {
    include!(concat!(env!("RACTOR_GENERATED"), "/metrics.rs"));
}
#[allow(dead_code)]
mod ractor_wire {
    include!(concat!(env!("RACTOR_GENERATED"), "/ractor_wire.rs"));
}

/// sample.proto as prost's generator has it.
mod proto {
    pub mod acme {
        pub mod metrics {
            #[derive(Clone, PartialEq, prost::Message)]
            pub struct Sample {
                #[prost(string, tag = "1")]
                pub name: String,
                #[prost(uint64, tag = "2")]
                pub at: u64,
                #[prost(message, repeated, tag = "3")]
                pub points: Vec<sample::Point>,
            }
            pub mod sample {
                #[derive(Clone, PartialEq, prost::Message)]
                pub struct Point {
                    #[prost(sint32, tag = "1")]
                    pub x: i32,
                    #[prost(sint32, tag = "2")]
                    pub y: i32,
                }
            }
            #[derive(Clone, PartialEq, prost::Message)]
            pub struct Nothing {}
        }
    }
}

use metrics::{Batch, Collector};
use proto::acme::metrics::{sample::Point, Nothing, Sample};
use ractor_wire::Converted;

ractor_cluster::derive_serialization_for_prost_type! {Sample}
ractor_cluster::derive_serialization_for_prost_type! {Point}
ractor_cluster::derive_serialization_for_prost_type! {Nothing}

const SAMPLE: [u8; 15] = [14, 0x0A, 3, b'c', b'p', b'u', 0x10, 0xAC, 2, 0x1A, 4, 0x08, 1, 0x10, 4];
const POINT: [u8; 5] = [4, 0x08, 1, 0x10, 4];

fn point() -> Point {
    Point { x: -1, y: 2 }
}

fn sample() -> Sample {
    Sample { name: "cpu".into(), at: 300, points: vec![point()] }
}

fn field(bytes: &[u8]) -> Vec<u8> {
    [&(bytes.len() as u64).to_be_bytes(), bytes].concat()
}

fn args_of(message: Collector) -> Vec<u8> {
    match message.serialize() {
        Ok(SerializedMessage::Cast { args, .. }) => args,
        _ => panic!("no cast"),
    }
}

fn cast(variant: &str, args: Vec<u8>) -> Collector {
    let variant = variant.to_string();
    let message = SerializedMessage::Cast { variant, args, metadata: None };
    Collector::deserialize(message).unwrap_or_else(|_| panic!("it is one"))
}

#[test]
fn a_message_is_its_length_and_its_bytes() {
    let bytes = field(&SAMPLE);
    assert_eq!(args_of(Collector::Add(sample())), bytes);
    match cast("Add", bytes) {
        Collector::Add(again) => assert_eq!(again, sample()),
        _ => panic!("another variant"),
    }
}

#[test]
fn messages_stand_in_structs_vecs_and_options() {
    let samples = [field(&SAMPLE), field(&SAMPLE)].concat();
    let last = [&[1][..], &POINT].concat();
    let batch = [field(b"x"), field(&samples), field(&last)].concat();
    let bytes = [field(&batch), field(&[9])].concat();
    let value = Batch {
        label: "x".into(),
        samples: vec![Converted(sample()), Converted(sample())],
        last: Some(Converted(point())),
    };
    assert_eq!(value.clone().into_bytes(), batch);
    assert_eq!(args_of(Collector::AddAll(value.clone(), 9)), bytes);
    match cast("AddAll", bytes) {
        Collector::AddAll(again, 9) => assert_eq!(again, value),
        _ => panic!("another variant"),
    }
}

#[test]
fn an_empty_message_is_a_length_of_zero() {
    assert_eq!(Nothing {}.into_bytes(), [0]);
    assert_eq!(Nothing::from_bytes(vec![0]), Nothing {});
}
