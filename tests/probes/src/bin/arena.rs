//! Checks an arena in the running kernel, by a golden skeleton, as clang has arenas since version 18 only: variables, and a list that
//! programs and this process build together.
#![forbid(unsafe_code)]

mod arena {
    include!("../../../../codegen/tests/golden/clang19-bpfel/arena.skel.rs");
}

use std::error::Error;
use std::process::ExitCode;

use arena::Arena;
use arena::types::node;
use corebone::programs::Syscall;
use corebone::{Live, Ptr, Result as CoreboneResult};

fn main() -> ExitCode {
    match run() {
        Ok(offset) => {
            println!("arena: ok, variables at {offset:#x}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Where the variables lie in the arena.
fn run() -> Result<u64, Box<dyn Error>> {
    let mut open = Arena::open()?;
    equal("the first value", open.arena.first.value, 7)?;
    open.arena.visits = 10;
    let skeleton = open.load()?;
    let (memory, variables, progs) = (&skeleton.maps.arena, &skeleton.arena, &skeleton.progs);
    let call = |program: &Syscall| program.run(&mut [0_u8; 0]);

    equal("a visit's result", call(&progs.visit)?, 0)?;
    equal("visits", variables.visits.get(), 11)?;
    equal("the first's value", variables.first.get().value, 8)?;
    variables.visits.set(100);

    // Two nodes of the programs' before it.
    for _ in 0..2 {
        equal("what `push` returns", call(&progs.push)?, 0)?;
    }
    let list = |head: Ptr<node>| -> CoreboneResult<Vec<Live<node>>> {
        let mut nodes = Vec::new();
        let mut next = head;
        while let Some(node) = memory.follow(next)? {
            next = node.get().next;
            nodes.push(node);
        }
        Ok(nodes)
    };
    let values = |nodes: &[Live<node>]| nodes.iter().map(|node| node.get().value).collect::<Vec<_>>();
    let nodes = list(variables.head.get())?;
    equal("the list", format!("{:?}", values(&nodes)), "[102, 101, 8]".to_owned())?;
    equal("their sum", sum(&skeleton)?, 211)?;
    nodes[1].set(node { value: 1, ..nodes[1].get() });
    equal("their sum with one that is changed", sum(&skeleton)?, 111)?;

    // One of this process's, in the middle of the arena.
    let start = memory.address()?;
    let middle = start + memory.size()? as u64 / 2;
    memory.live(middle)?.set(node { next: variables.head.get(), value: 1000 });
    variables.head.set(Ptr::new(middle));
    equal("the sum with another", sum(&skeleton)?, 1111)?;
    // The programs give their nodes back, whose pages are gone then.
    variables.head.set(nodes[0].get().next);
    let gone = variables.head.get();
    equal("what `pop` returns", call(&progs.pop)?, 0)?;
    equal("the sum of what is left", sum(&skeleton)?, 8)?;
    equal("what is in a page that is gone", memory.follow(gone)?.map_or(1, |node| node.get().value), 0)?;
    let first = variables.head.get().address();
    variables.head.set(Ptr::NULL);
    equal("what `pop` returns of nothing", call(&progs.pop)?, 1)?;
    equal("the sum of nothing", sum(&skeleton)?, 0)?;
    Ok(first - start)
}

/// What the program adds up.
fn sum(skeleton: &Arena) -> Result<u64, Box<dyn Error>> {
    equal("what `add` returns", skeleton.progs.add.run(&mut [0_u8; 0])?, 0)?;
    Ok(skeleton.arena.total.get())
}

fn equal<T: PartialEq + std::fmt::Display>(what: &str, is: T, wanted: T) -> Result<(), Box<dyn Error>> {
    if is == wanted { Ok(()) } else { Err(format!("{what}: {is}, not {wanted}").into()) }
}
