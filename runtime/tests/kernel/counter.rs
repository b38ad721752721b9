//! Programs that count how often they run.

use corebone::__private::{LoadedObject, OpenObject};
use corebone::blueprint::{Map, Section};
use corebone::{Error, Link, OpenOptions, Program};

use crate::assembler::{Code, fixed, object, section};

/// Variables of `.bss`.
#[corebone::section(size = 8, live = BssLive)]
pub(crate) struct Bss {
    #[offset(0)]
    pub(crate) count: u64,
}

/// A program that counts and returns a number.
pub(crate) fn counting<P: From<Program>>(section_name: &'static str, verdict: i32) -> (P, BssLive) {
    let code = Code::default().count(0, 0).give(verdict);
    let loaded = load(code, section_name).unwrap();
    (loaded.program(0).into(), loaded.live(0).unwrap())
}

pub(crate) fn load(code: Code, section_name: &'static str) -> Result<LoadedObject, Error> {
    load_all(vec![code], section_name, vec![])
}

/// That the program sees what happens as long as it is attached, and no longer.
pub(crate) fn check(live: &BssLive, link: Link, happen: impl Fn()) {
    let before = live.count.get();
    happen();
    let seen = live.count.get();
    assert!(seen > before, "the program didn't run");
    drop(link);
    happen();
    assert_eq!(live.count.get(), seen, "the program still runs");
}

/// The number that a program leaves in its variable when it runs: more than one may, so that the order shows.
pub(crate) fn digit(digit: i32, verdict: i32) -> Code {
    Code::default().global(1, 0, 0).load64(2, 1, 0).shift_left(2, 4).add_number(2, digit).store64(1, 0, 2).give(verdict)
}

/// Several programs of one section with one counter, the first of the maps.
pub(crate) fn load_all(code: Vec<Code>, section_name: &'static str, maps: Vec<Map<'static>>) -> Result<LoadedObject, Error> {
    let programs = code.into_iter().map(|code| code.program("counts", section_name)).collect();
    let maps = std::iter::once(section(Section::Bss, 8, &[])).chain(maps).collect();
    OpenObject::open(fixed(object(maps, programs)), OpenOptions::new())?.load()
}
