//! Lets connections of this process use a congestion control that is made of programs.
#![forbid(unsafe_code)]

mod congestion {
    corebone::include_skeleton!("congestion");
}

use std::error::Error;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::ExitCode;

use congestion::Congestion;
use corebone::{CharArray, ErrorKind, Slot};
use corebone_probes::leaving_nothing;

/// What a connection sends: more than one window.
const BYTES: usize = 1 << 20;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> ExitCode {
    match leaving_nothing(run) {
        Ok(how) => {
            println!("congestion: ok, {how}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error:?}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<&'static str> {
    set_by_value()?;
    let how = attached_by_link()?;
    missing_member().map(|()| how)
}

/// Sends through a connection whose sender uses a congestion control.
fn send(control: &str) -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let mut sender = TcpStream::connect(listener.local_addr()?)?;
    rustix::net::sockopt::set_tcp_congestion(&sender, control)?;
    let (mut receiver, _) = listener.accept()?;
    let reader = std::thread::spawn(move || {
        let mut received = Vec::new();
        receiver.read_to_end(&mut received).map(|_| received.len())
    });
    sender.write_all(&vec![7; BYTES])?;
    drop(sender);
    let received = reader.join().map_err(|_| "the reader panicked")??;
    if received == BYTES { Ok(()) } else { Err(format!("{received} bytes arrived").into()) }
}

fn expect(what: &str, holds: bool) -> Result<()> {
    if holds { Ok(()) } else { Err(format!("not so: {what}").into()) }
}

/// Section `.struct_ops`: with its members changed before load.
fn set_by_value() -> Result<()> {
    let mut open = Congestion::open()?;
    expect("the name is that of the C source", open.struct_ops.plain.name == "corebone_c")?;
    open.struct_ops.plain.name = CharArray::truncated("corebone_rust");
    let skel = open.load()?;
    expect("programs of sets that aren't created are not loaded", !skel.progs.begin_otherwise.is_loaded())?;
    expect("nothing is there before it is attached", send("corebone_rust").is_err())?;
    let links = skel.attach()?;
    expect("only what was created is attached", links.plain.is_some() && links.linked.is_none())?;
    send("corebone_rust")?;
    expect("its functions were called", skel.bss.begun.get() == 1 && skel.bss.acknowledged.get() > 0)?;
    let again = skel.maps.plain.attach().map(|_| ()).unwrap_err();
    expect("it can't be attached twice", again.to_string() == "cannot attach struct_ops `plain`: it is attached already")?;
    drop(links);
    expect("dropping the links takes it back", send("corebone_rust").is_err())?;

    let mut open = Congestion::open()?;
    open.struct_ops.plain.init = Slot::EMPTY;
    let skel = open.load()?;
    expect("a program that was taken out is not loaded", !skel.progs.begin.is_loaded() && skel.progs.grow.is_loaded())?;
    let link = skel.maps.plain.attach()?;
    send("corebone_c")?;
    expect("a member that was emptied isn't called", skel.bss.begun.get() == 0 && skel.bss.acknowledged.get() > 0)?;
    drop(link);

    let mut open = Congestion::open()?;
    open.struct_ops.plain.init = open.progs.begin_otherwise.slot();
    let skel = open.load()?;
    let _link = skel.maps.plain.attach()?;
    send("corebone_c")?;
    expect("a member can be another program", skel.bss.begun.get() == 0 && skel.bss.begun_otherwise.get() == 1)
}

/// Section `.struct_ops.link`, where the kernel has it; else the error says since when.
fn attached_by_link() -> Result<&'static str> {
    let mut open = Congestion::open()?;
    open.maps.plain.set_autocreate(false);
    open.maps.linked.set_autocreate(true);
    open.maps.successor.set_autocreate(true);
    let skel = match open.load() {
        Ok(skel) => skel,
        Err(error) if error.kind() == ErrorKind::Unsupported && error.to_string().contains("came with Linux 6.4") => {
            return Ok("without links");
        }
        Err(error) => return Err(error.into()),
    };
    let link = skel.maps.linked.attach()?;
    send("corebone_linked")?;
    expect("the first set is called", skel.bss.begun.get() == 1 && skel.bss.begun_otherwise.get() == 0)?;
    link.update_map(&skel.maps.successor)?;
    send("corebone_linked")?;
    expect("the second set took its place", skel.bss.begun.get() == 1 && skel.bss.begun_otherwise.get() == 1)?;
    drop(link);
    expect("dropping the link takes it back", send("corebone_linked").is_err())?;
    Ok("with links")
}

/// What a kernel lacks is an error only where it is set.
fn missing_member() -> Result<()> {
    let mut open = Congestion::open()?;
    open.maps.plain.set_autocreate(false);
    open.maps.future.set_autocreate(true);
    let error = open.load().map(|_| ()).unwrap_err().to_string();
    let expected = "struct_ops `future`: `struct tcp_congestion_ops` has no member `corebone_member` in this kernel, and it is not \
                    empty; empty it before load for such kernels";
    expect(&error, error == expected)?;

    let mut open = Congestion::open()?;
    open.maps.plain.set_autocreate(false);
    open.maps.future.set_autocreate(true);
    open.struct_ops.future.corebone_member = Slot::EMPTY;
    let skel = open.load()?;
    expect("its programs are loaded", skel.progs.threshold.is_loaded() && !skel.progs.unknown.is_loaded())?;
    let error = skel.maps.future.attach().map(|_| ()).unwrap_err().to_string();
    let expected = "cannot attach struct_ops `future`: the kernel wants more of its members set, or others; the kernel's log may say \
                    which";
    expect(&error, error == expected)
}
