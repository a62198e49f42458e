//! A helper program that answers each line on its standard input with one line.

use std::io::{BufRead, BufReader, Write};
use std::process::{ChildStdin, ChildStdout, Command, Stdio};

use serde_json::Value;

use crate::Anything;

/// The running program. It ends when its input ends.
pub struct Child {
    process: std::process::Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Child {
    /// Starts `program` with one script.
    pub fn start(program: &str, script: &str) -> Result<Self, Anything> {
        let mut process = Command::new(program)
            .arg(script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("{program} {script}: {error}"))?;
        let input = process.stdin.take();
        let output = BufReader::new(process.stdout.take().ok_or("no standard output")?);
        Ok(Self { process, input, output })
    }

    /// One line out.
    pub fn tell(&mut self, line: &Value) -> Result<(), Anything> {
        let input = self.input.as_mut().ok_or("no standard input")?;
        Ok(input.write_all(format!("{line}\n").as_bytes())?)
    }

    /// One line out, one line back.
    pub fn ask(&mut self, question: &Value) -> Result<String, Anything> {
        self.tell(question)?;
        let mut line = String::new();
        if self.output.read_line(&mut line)? == 0 {
            return Err("the helper program ended".into());
        }
        Ok(line)
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        self.input = None;
        let _ = self.process.wait();
    }
}
