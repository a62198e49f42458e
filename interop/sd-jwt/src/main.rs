//! Bonafide beside other implementations of SD-JWT. Run by `interop/run.sh`, in the folder `interop`.

mod bench;
mod child;
mod differential;
mod facts;
mod forge;
mod keys;
mod mutate;
mod ours;
mod payload;
mod peer;
mod report;
mod rng;
mod round_trips;
mod rules;
mod rust_peer;
mod sample;

use std::process::ExitCode;

use peer::{Foreign, Peer};
use report::Report;
use rust_peer::SdJwtRs;

type Anything = Box<dyn std::error::Error + Send + Sync>;

fn main() -> Result<ExitCode, Anything> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let mut report = Report::default();
    let mut peers = peers(&mut report);
    match args.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["round-trips"] => round_trips::run(&mut peers, &mut report)?,
        ["bench"] => return bench::run(round_trips::now()?).map(|()| ExitCode::SUCCESS),
        ["differential", count] => differential::run(count.parse()?, &mut peers, &mut report)?,
        _ => return Err("usage: interop-sd-jwt round-trips | differential COUNT | bench".into()),
    }
    Ok(if report.finish() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// One that does not start is a failure.
fn peers(report: &mut Report) -> Vec<Box<dyn Peer>> {
    let mut peers: Vec<Box<dyn Peer>> = vec![Box::new(SdJwtRs::quiet())];
    let foreign =
        [("sd-jwt (Python)", "target/venv/bin/python", "py"), ("@sd-jwt/sd-jwt-vc", "node", "mjs")];
    for (name, program, ending) in foreign {
        match Foreign::start(name, program, ending) {
            Ok(peer) => peers.push(Box::new(peer)),
            Err(error) => report.check(name, Err(error)),
        }
    }
    peers
}
