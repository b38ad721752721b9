//! Shows what the running kernel's version, features and configuration are to a program, and checks that it sees what it is told instead.
//!
//! A file that is named as argument is removed when the configuration has been read, which must not matter.
#![forbid(unsafe_code)]

mod kconfig {
    corebone::include_skeleton!("kconfig");
}

use std::error::Error;
use std::process::ExitCode;
use std::{env, fs};

use kconfig::{Kconfig, OpenKconfig};

fn main() -> ExitCode {
    match run() {
        Ok(line) => {
            println!("{line}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error:?}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<String, Box<dyn Error>> {
    let open = Kconfig::open()?;
    if let Some(path) = env::args_os().nth(1) {
        fs::remove_file(path)?;
    }
    let known = open.kconfig.clone();
    let seen = look(open)?;
    let same = (known.LINUX_KERNEL_VERSION, known.CONFIG_HZ, known.CONFIG_XFS_FS.0);
    if (seen.version, seen.hz as i32, seen.xfs) != same || seen.compiler != known.CONFIG_CC_VERSION_TEXT[0] {
        return Err(format!("the program sees {seen:?}, which is not {known:?}").into());
    }

    // Once more, from what this process knows by now; and some are told.
    let mut open = Kconfig::open()?;
    if open.kconfig != known {
        return Err(format!("{:?} is read again, and was {known:?}", open.kconfig).into());
    }
    open.kconfig.LINUX_KERNEL_VERSION = 0x04_05_06;
    open.kconfig.CONFIG_HZ = -1;
    open.kconfig.CONFIG_COREBONE_NOTHING = 1 << 40;
    let told = look(open)?;
    if (told.version, told.hz, told.nothing) != (0x04_05_06, u32::MAX, 1 << 40) {
        return Err(format!("the program sees {told:?}, and not what it is told").into());
    }

    let [_, major, minor, patch] = seen.version.to_be_bytes();
    let (cookie, wrapper, hz, syscall) = (seen.cookie.get(), seen.wrapper.get(), seen.hz, seen.syscall.get());
    Ok(format!("{major}.{minor}.{patch}, cookie: {cookie}, wrapper: {wrapper}, HZ: {hz}, bpf: {syscall}"))
}

/// Loads it, and has it look.
fn look(open: OpenKconfig) -> Result<kconfig::types::seen, Box<dyn Error>> {
    let skeleton = open.load()?;
    skeleton.progs.look.test_run(&[0_u64; 3])?;
    Ok(skeleton.bss.seen.get())
}
