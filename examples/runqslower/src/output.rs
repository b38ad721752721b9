//! How a wait is printed.

use std::io::{self, Write};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::json;

use crate::runqslower::types::event;

/// A form of output. All of them have a line for each wait.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Output {
    /// Columns for people.
    Table,
    /// An object each.
    Json,
}

impl Output {
    /// What comes before the first wait.
    pub(crate) fn header(self, to: &mut impl Write) -> io::Result<()> {
        match self {
            Self::Table => writeln!(to, "{:<8} {:<16} {:>8} {:>12}", "UTC", "COMMAND", "PID", "LATENCY_US"),
            Self::Json => Ok(()),
        }
    }

    /// A wait, read at a time.
    pub(crate) fn event(self, to: &mut impl Write, event: &event, time: SystemTime) -> io::Result<()> {
        let time = time.duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
        let command = event.task();
        match self {
            Self::Table => {
                let seconds = time.as_secs() % (24 * 60 * 60);
                let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
                // A command may be called anything; a line must stay one.
                let command = command.replace(char::is_control, "?");
                writeln!(to, "{hour:02}:{minute:02}:{second:02} {command:<16} {:>8} {:>12}", event.pid, event.delta_us)
            }
            Self::Json => {
                let time = time.as_micros() as f64 / 1e6;
                let object = json!({
                    "time": time,
                    "command": command,
                    "pid": event.pid,
                    "tgid": event.tgid,
                    "latency_us": event.delta_us,
                });
                writeln!(to, "{object}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(output: Output, command: &[u8]) -> String {
        let mut task = corebone::CharArray([0; 16]);
        task[..command.len()].copy_from_slice(command);
        let event = event { delta_us: 12_345, pid: 4321, tgid: 4320, task };
        let mut line = Vec::new();
        output.event(&mut line, &event, UNIX_EPOCH + Duration::from_micros(86_400_000_000 + 3_723_000_250)).expect("memory");
        String::from_utf8(line).expect("text")
    }

    #[test]
    fn table_has_columns() {
        let mut header = Vec::new();
        Output::Table.header(&mut header).expect("memory");
        assert_eq!(String::from_utf8(header).expect("text"), "UTC      COMMAND               PID   LATENCY_US\n");
        assert_eq!(printed(Output::Table, b"kworker/0:1"), "01:02:03 kworker/0:1          4321        12345\n");
        assert_eq!(printed(Output::Table, b"a\nb"), "01:02:03 a?b                  4321        12345\n");
    }

    #[test]
    fn json_is_an_object_a_line() {
        assert_eq!(
            printed(Output::Json, b"a\"\n\xff"),
            "{\"command\":\"a\\\"\\n\u{fffd}\",\"latency_us\":12345,\"pid\":4321,\"tgid\":4320,\"time\":90123.00025}\n"
        );
    }
}
