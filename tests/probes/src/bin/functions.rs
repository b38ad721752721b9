//! Checks what functions of a program can do in the running kernel: throw, catch, and get the context or a pointer that is never null.
#![forbid(unsafe_code)]

mod functions {
    corebone::include_skeleton!("functions");
}

use std::error::Error;
use std::process::ExitCode;
use std::thread;

use corebone::Link;
use corebone::programs::TestRun;
use corebone_probes::leaving_nothing;
use functions::{Functions, FunctionsProgs, OpenFunctions};

/// Bytes of the packet, which programs see as longer than zero.
const LENGTH: u32 = 64;
const PACKET: [u8; LENGTH as usize] = [0; LENGTH as usize];

fn main() -> ExitCode {
    match leaving_nothing(run) {
        Ok([throw, nonnull, trusted, untrusted]) => {
            println!("functions: ok, exceptions: {throw}, nonnull: {nonnull}, trusted: {trusted}, untrusted: {untrusted}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error:?}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<[bool; 4], Box<dyn Error>> {
    let skeleton = Functions::open()?.load()?;
    let progs = &skeleton.progs;
    let thrown = progs.throws.test_run(&TestRun::of(&PACKET))?.returned;
    let throw = thrown != 7;
    if throw {
        equal("what the callback returns", thrown, 1000 + LENGTH)?;
        equal("cookies", skeleton.bss.cookies.get(), LENGTH.into())?;
    }
    equal("a packet's length", progs.packet.test_run(&TestRun::of(&PACKET))?.returned, 2 * LENGTH)?;
    equal("a frame's length", progs.frame.test_run(&TestRun::of(&PACKET))?.returned, LENGTH)?;
    let arguments: Vec<u8> = [3_u64, 4].iter().flat_map(|argument| argument.to_ne_bytes()).collect();
    equal("arguments", progs.raw.as_program().test_run(&arguments)?, 7)?;

    // The same where it is needed.
    let mut open = Functions::open()?;
    open.progs.throws_always.set_autoload(true);
    match open.load() {
        Ok(skeleton) => equal("what is thrown", skeleton.progs.throws_always.test_run(&TestRun::of(&PACKET))?.returned, 1001)?,
        Err(error) if !throw => {
            let text = error.to_string();
            let wanted = "function `bpf_throw` does not exist in this kernel: it came with Linux 6.7";
            if !text.contains(wanted) {
                return Err(format!("the message is `{text}`").into());
            }
        }
        Err(error) => return Err(error.into()),
    }

    let nonnull = match open_with(|open| _ = open.progs.adds.set_autoload(true))?.load() {
        Ok(skeleton) => {
            equal("a sum", skeleton.progs.adds.test_run(&TestRun::of(&PACKET))?.returned, LENGTH + 2)?;
            true
        }
        Err(_) => false,
    };
    let trusted = sees_tasks(|open| _ = open.progs.on_task.set_autoload(true), |progs| progs.on_task.attach())?;
    let untrusted = sees_tasks(|open| _ = open.progs.on_any_task.set_autoload(true), |progs| progs.on_any_task.attach())?;
    Ok([throw, nonnull, trusted, untrusted])
}

/// Whether a program is loaded, which must see a new thread then.
fn sees_tasks(
    choose: impl FnOnce(&mut OpenFunctions),
    attach: impl FnOnce(&FunctionsProgs) -> corebone::Result<Link>,
) -> Result<bool, Box<dyn Error>> {
    let Ok(skeleton) = open_with(choose)?.load() else { return Ok(false) };
    let link = attach(&skeleton.progs)?;
    thread::spawn(|| ()).join().map_err(|_| "a thread that does nothing panicked")?;
    drop(link);
    if skeleton.bss.seen.get() == 0 {
        return Err("a thread was made, and the program didn't see it".into());
    }
    Ok(true)
}

fn open_with(change: impl FnOnce(&mut OpenFunctions)) -> corebone::Result<OpenFunctions> {
    let mut open = Functions::open()?;
    open.rodata.pid = std::process::id();
    change(&mut open);
    Ok(open)
}

fn equal<T: PartialEq + std::fmt::Display>(what: &str, is: T, wanted: T) -> Result<(), Box<dyn Error>> {
    if is == wanted { Ok(()) } else { Err(format!("{what}: {is}, not {wanted}").into()) }
}
