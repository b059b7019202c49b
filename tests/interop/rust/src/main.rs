// SPDX-License-Identifier: MIT
//! A node of the published Rust crates that a test drives.
//!
//! It is started with its name, cookie and connection mode, prints `READY port=… name=…`, then
//! reads one command per line from standard input and answers each with exactly one line, `OK …` or
//! `ERR …`. What happens by itself (sessions, casts that arrive, group changes, deaths) is printed
//! as `EVENT …` lines, at any time. The end of standard input ends the process.
//!
//! `tests/interop/README.md` lists the commands and events.

// The futures of 0.14.5 are nested deeper than the compiler looks by itself.
#![cfg_attr(feature = "up-to-0-14-5", recursion_limit = "256")]

mod actors;
mod args;
mod commands;
mod compounds;
mod events;
mod jobs;
mod messages;
mod node;
mod text;
mod tls;

use tokio::io::{AsyncBufReadExt, BufReader};

#[tokio::main]
async fn main() -> Result<(), String> {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .with_max_level(tracing_subscriber::filter::LevelFilter::WARN)
        .init();
    let args = args::Args::from_command_line()?;
    let node = node::Node::start(&args).await?;
    events::say(format!("READY port={} name={}", node.port, args.full_name()));

    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        let words: Vec<&str> = line.split_whitespace().collect();
        if words.is_empty() {
            continue;
        }
        if words == ["exit"] {
            break;
        }
        match commands::run(&node, &words).await {
            Ok(answer) => events::say(format!("OK {answer}").trim_end().to_string()),
            Err(why) => events::say(format!("ERR {}", why.replace('\n', " "))),
        }
    }
    node.stop().await;
    Ok(())
}
