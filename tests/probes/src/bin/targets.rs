//! Changes what programs are for before they are loaded: their targets, types and flags.
#![forbid(unsafe_code)]

mod targets {
    corebone::include_skeleton!("targets");
}

use std::error::Error;
use std::process::ExitCode;

use corebone::ErrorKind;
use corebone::blueprint::{AttachType, ProgramType, program_flag};
use corebone::programs::{SchedCls, TestRun};
use corebone_probes::{ensure, leaving_nothing};
use targets::{OpenTargets, Targets};

const PACKET: [u8; 64] = [0; 64];

fn main() -> ExitCode {
    match leaving_nothing(run) {
        Ok(()) => {
            println!("targets: ok");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error:?}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    functions_of_the_kernel()?;
    functions_of_programs()?;
    types()
}

fn open() -> corebone::Result<OpenTargets> {
    let mut open = Targets::open()?;
    open.rodata.pid = std::process::id();
    Ok(open)
}

fn functions_of_the_kernel() -> Result<(), Box<dyn Error>> {
    /// The kernel's name of getpgid(2).
    const CALL: &str = "__x64_sys_getpgid";
    let mut changed = open()?;
    changed.progs.enters.set_autoload(true).set_attach_target(CALL);
    changed.progs.sleeps.set_autoload(true).set_attach_target("bprm_committed_creds").set_flags(program_flag::SLEEPABLE);
    let skeleton = changed.load()?;
    let link = skeleton.progs.enters.attach()?;
    rustix::process::getpgid(None)?;
    drop(link);
    rustix::process::getpgid(None)?;
    let seen = skeleton.bss.entered.get();
    ensure(seen == 1, || format!("{seen} calls"))?;

    // Each is needed.
    let mut changed = open()?;
    changed.progs.sleeps.set_autoload(true).set_attach_target("bprm_committed_creds");
    let error = changed.load().err().ok_or("a program that doesn't say that it sleeps was loaded")?;
    ensure(error.kind() == ErrorKind::Verifier, || format!("{error:?}"))?;
    let mut changed = open()?;
    changed.progs.enters.set_autoload(true);
    let error = changed.load().err().ok_or("a program without a target was loaded")?;
    ensure(error.to_string().ends_with("or by `OpenProgram::set_attach_target`"), || format!("{error:?}"))?;
    let mut changed = open()?;
    changed.progs.enters.set_autoload(true).set_attach_target("__x64_sys_getpgidd");
    let error = changed.load().err().ok_or("a program with a wrong target was loaded")?;
    ensure(error.to_string().contains("the nearest name is `__x64_sys_getpgid`"), || format!("{error:?}"))
}

fn functions_of_programs() -> Result<(), Box<dyn Error>> {
    let skeleton = open()?.load()?;
    let asked = &skeleton.progs.asks;
    let ask = || asked.test_run(&TestRun::of(&PACKET)).map(|output| output.returned);
    ensure(ask()? == 11, || "the program's own function".into())?;

    let mut changed = open()?;
    changed.progs.better.set_autoload(true).set_attach_program(asked).set_attach_target("answer");
    let other = changed.load()?;
    let link = other.progs.better.attach()?;
    let answer = ask()?;
    drop(link);
    ensure((answer, ask()?) == (52, 11), || format!("{answer} and {} from a replaced function", ask().unwrap_or_default()))?;

    let mut changed = open()?;
    changed.progs.exits.set_autoload(true).set_attach_program(asked).set_attach_target("asks");
    let other = changed.load()?;
    let link = other.progs.exits.attach()?;
    ask()?;
    drop(link);
    ensure(other.bss.returned.get() == 11, || format!("{} returned", other.bss.returned.get()))?;

    let mut changed = open()?;
    changed.progs.better.set_autoload(true);
    let error = changed.load().err().ok_or("a function of no program was replaced")?;
    ensure(error.to_string().ends_with("which `OpenProgram::set_attach_program` must say"), || format!("{error:?}"))?;
    let mut changed = open()?;
    changed.progs.better.set_autoload(true).set_attach_program(asked).set_attach_target("anser");
    let error = changed.load().err().ok_or("a function that isn't there was replaced")?;
    let wanted = "cannot load program `better`: program `asks` has no function `anser`; the nearest name is `answer`";
    ensure(format!("{error:#}") == wanted, || format!("{error:?}"))
}

fn types() -> Result<(), Box<dyn Error>> {
    let mut changed = open()?;
    changed.progs.connects.set_autoload(true).set_attach_type(AttachType::CGROUP_INET6_CONNECT);
    changed.progs.writes.set_autoload(true).set_program_type(ProgramType::SCHED_CLS);
    let skeleton = changed.load()?;
    let writes = SchedCls::from(skeleton.progs.writes.as_program().clone());
    let output = writes.test_run(&TestRun::of(&PACKET))?;
    ensure(output.returned == 5 && output.data.get(20) == Some(&7), || format!("{output:?}"))?;
    for change in [(|open| _ = open.progs.connects.set_autoload(true)) as fn(&mut OpenTargets), |open| {
        _ = open.progs.writes.set_autoload(true)
    }] {
        let mut unchanged = open()?;
        change(&mut unchanged);
        let error = unchanged.load().err().ok_or("a program of another type was loaded")?;
        ensure(error.kind() == ErrorKind::Verifier, || format!("{error:?}"))?;
    }
    Ok(())
}
