//! Names for the numbers that instructions hold.

use std::collections::HashMap;
use std::ffi::c_int;
use std::fmt::Write;

use crate::libbpf::hex;
use crate::stand_in;

const LOAD: u8 = 0x18;
const CALL: u8 = 0x85;

/// What libbpf makes a call of an instruction of which CO-RE found nothing.
const POISON: i32 = 195_896_080;
/// The same for functions that there aren't, to which it adds the function's number.
const POISON_FUNCTIONS: std::ops::Range<i32> = 2_002_000_000..2_003_000_000;

/// A symbol of the kernel that libbpf has found.
#[derive(Debug)]
pub(crate) struct Symbol {
    name: String,
    place: Place,
}

#[derive(Debug, PartialEq)]
enum Place {
    Address(u64),
    Variable(u32),
    /// The number of a function's type, and the module that has it.
    Function(u32, Option<String>),
}

impl Symbol {
    /// Reads a line of libbpf's log, if it is one of
    /// `extern (ksym) 'NAME': set to 0xADDRESS`, `extern (var ksym) 'NAME': resolved to [ID] ...` and
    /// `extern (func ksym) 'NAME': resolved to MODULE [ID]`.
    pub(crate) fn parse(line: &str) -> Option<Self> {
        let (kind, rest) = line.strip_prefix("extern (")?.split_once(") '")?;
        let (name, rest) = rest.split_once("': ")?;
        let id = || rest.split_once('[')?.1.split_once(']')?.0.parse().ok();
        let place = match kind {
            "ksym" => Place::Address(u64::from_str_radix(rest.strip_prefix("set to 0x")?.trim_end(), 16).ok()?),
            "var ksym" => Place::Variable(id()?),
            "func ksym" => {
                let module = rest.strip_prefix("resolved to ")?.split(' ').next()?;
                Place::Function(id()?, Some(module).filter(|module| *module != "vmlinux").map(str::to_owned))
            }
            _ => return None,
        };
        // Without the flavor, and without what clang appends to the names of static variables.
        let before = |name: &str, mark| name.split_once(mark).map_or(name.to_owned(), |(name, _)| name.to_owned());
        let name = before(&before(name, "___"), ".llvm.");
        Some(Self { name, place })
    }
}

/// What is known when an object has been relocated.
pub(crate) struct Names {
    /// By their descriptors.
    maps: HashMap<c_int, String>,
    symbols: Vec<Symbol>,
    /// Modules of which functions are called, by the numbers that instructions have.
    modules: Vec<String>,
}

impl Names {
    pub(crate) fn new(maps: HashMap<c_int, String>, symbols: Vec<Symbol>) -> Self {
        let mut modules: Vec<String> = Vec::new();
        for symbol in &symbols {
            if let Place::Function(_, Some(module)) = &symbol.place {
                if !modules.contains(module) {
                    modules.push(module.clone());
                }
            }
        }
        Self { maps, symbols, modules }
    }

    /// The instructions, as in a dump.
    pub(crate) fn lines(&self, instructions: &[[u8; 8]]) -> String {
        let mut out = String::new();
        let mut rest = instructions.iter().copied();
        while let Some(mut first) = rest.next() {
            if first[0] == LOAD {
                let mut second = rest.next().unwrap_or_default();
                let token = self.load(first, second);
                if token.is_some() {
                    first[4..].fill(0);
                    second[4..].fill(0);
                }
                let _ = writeln!(out, "{}{}\n{}", hex(&first), token.unwrap_or_default(), hex(&second));
            } else {
                let token = if first[0] == CALL { self.call(first) } else { None };
                if token.is_some() {
                    first[2..].fill(0);
                }
                let _ = writeln!(out, "{}{}", hex(&first), token.unwrap_or_default());
            }
        }
        out
    }

    /// A comment for each load of a jump table's address, as in a dump.
    pub(crate) fn jump_tables(instructions: &[[u8; 8]]) -> String {
        let mut out = String::new();
        for (at, first) in instructions.iter().enumerate().filter(|(_, first)| first[0] == LOAD && first[1] >> 4 == 2) {
            if let Some(table) = stand_in::jump_table(immediate(*first)) {
                let places = table.iter().map(|place| format!(" {place}")).collect::<String>();
                let _ = writeln!(out, "# jump table at {at}:{places}");
            }
        }
        out
    }

    fn load(&self, first: [u8; 8], second: [u8; 8]) -> Option<String> {
        let (low, high) = (immediate(first), immediate(second));
        Some(match first[1] >> 4 {
            0 => {
                let address = u64::from(high as u32) << 32 | u64::from(low as u32);
                format!(" ksym:{}", self.name(&Place::Address(address))?)
            }
            1 => format!(" map:{}", self.maps.get(&low)?),
            2 => {
                let jump_table = || stand_in::jump_table(low).map(|_| ".jumptables");
                let map = self.maps.get(&low).map(String::as_str).or_else(jump_table)?;
                format!(" mapval:{map}+{}", high as u32)
            }
            3 => {
                let module = stand_in::module(high).filter(|_| high != 0);
                let variable = self.name(&Place::Variable(low as u32));
                let name = variable.or_else(|| self.name(&Place::Function(low as u32, module.clone())))?;
                format!(" ksym:{}", with_module(name, low, module.as_deref()))
            }
            _ => return None,
        })
    }

    fn call(&self, call: [u8; 8]) -> Option<String> {
        let number = immediate(call);
        match call[1] >> 4 {
            0 if number == POISON => Some(" poison:core".to_owned()),
            0 if POISON_FUNCTIONS.contains(&number) => Some(" poison:kfunc".to_owned()),
            2 => {
                let [_, _, a, b, ..] = call;
                let module = usize::from(u16::from_ne_bytes([a, b])).checked_sub(1).and_then(|at| self.modules.get(at));
                let name = self.name(&Place::Function(number as u32, module.cloned()))?;
                Some(format!(" kfunc:{}", with_module(name, number, module.map(String::as_str))))
            }
            _ => None,
        }
    }

    fn name(&self, place: &Place) -> Option<&str> {
        self.symbols.iter().find(|symbol| symbol.place == *place).map(|symbol| symbol.name.as_str())
    }
}

fn with_module(name: &str, id: i32, module: Option<&str>) -> String {
    match module {
        Some(module) => format!("{name}#{id}@{module}"),
        None => format!("{name}#{id}"),
    }
}

fn immediate(instruction: [u8; 8]) -> i32 {
    let [.., a, b, c, d] = instruction;
    // libbpf turns an object of the other byte order into one of this machine's.
    i32::from_ne_bytes([a, b, c, d])
}
