//! Files of Bonafide that are no presentations, beside other implementations. Run by `interop/run.sh`, in the folder
//! `interop`.

#[path = "../../sd-jwt/src/child.rs"]
mod child;
#[path = "../../sd-jwt/src/report.rs"]
mod report;
mod sealed;
mod status;
mod webvh;

use std::process::ExitCode;

use report::Report;

type Anything = Box<dyn std::error::Error + Send + Sync>;

fn main() -> Result<ExitCode, Anything> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let mut report = Report::default();
    match args.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["status-lists"] => status::run(&mut report)?,
        ["sealed-files"] => sealed::run(&mut report)?,
        ["webvh-logs"] => webvh::run(&mut report)?,
        _ => return Err("usage: interop-files status-lists | sealed-files | webvh-logs".into()),
    }
    Ok(if report.finish() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
