//! Checks what kernel symbols and kfuncs are in the running kernel, by a program that looks at the process that runs it.
#![forbid(unsafe_code)]

mod symbols {
    corebone::include_skeleton!("symbols");
}

use std::error::Error;
use std::fs;
use std::process::ExitCode;
use std::thread;

use corebone_probes::leaving_nothing;
use symbols::Symbols;

fn main() -> ExitCode {
    match leaving_nothing(run) {
        Ok((acquired, variable)) => {
            println!("symbols: ok, bpf_task_acquire: {acquired}, runqueues: {variable}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error:?}");
            ExitCode::FAILURE
        }
    }
}

/// Whether the kernel has the function, and lets programs at the variable.
fn run() -> Result<(bool, bool), Box<dyn Error>> {
    let list = fs::read_to_string("/proc/kallsyms")?;
    let lists_data = list.lines().any(|line| line.ends_with(" runqueues"));
    let address = list.lines().find_map(|line| line.strip_suffix(" T bpf_prog_free"));
    let address = u64::from_str_radix(address.ok_or("/proc/kallsyms has no `bpf_prog_free`")?, 16)?;

    let mut open = Symbols::open()?;
    open.rodata.pid = std::process::id();
    open.progs.on_variable.set_autoload(lists_data);
    let skeleton = open.load()?;
    let links = skeleton.attach()?;
    thread::spawn(|| ()).join().map_err(|_| "a thread that does nothing panicked")?;
    drop(links);
    let seen = &skeleton.bss;
    let tasks = seen.tasks.get();
    if tasks == 0 {
        return Err("a thread was made, and the program didn't see it".into());
    }
    if seen.address.get() != address {
        return Err(format!("`bpf_prog_free` is at {address:#x}, and the program has {:#x}", seen.address.get()).into());
    }
    if !seen.absent.get() {
        return Err("a weak symbol that does not exist is not zero".into());
    }
    let acquire = seen.has_acquire.get();
    if seen.acquired.get() != if acquire { tasks } else { 0 } {
        return Err(format!("{} of {tasks} tasks were acquired", seen.acquired.get()).into());
    }
    let cpu = skeleton.data.last_cpu.get();
    let variable = seen.has_variable.get();
    if variable && cpu != 0 {
        return Err(format!("the run queue of CPU 0 is of CPU {cpu}").into());
    }

    // The same with the call of what no kernel has.
    let mut open = Symbols::open()?;
    open.progs.on_variable.set_autoload(false);
    open.rodata.unchecked = true;
    match open.load() {
        Ok(_) => Err("a function that does not exist was called".into()),
        Err(error) if error.to_string().contains("function `bpf_no_such_function` does not exist in this kernel") => {
            Ok((acquire, variable))
        }
        Err(error) => Err(error.into()),
    }
}
