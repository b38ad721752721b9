//! Arguments of a probe, as its note has them: `-4@%edi 8@-16(%rbp)`, in the operands of the architecture's assembler.

use super::register::Machine;

/// An argument: its size and sign, and where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Argument {
    /// 1, 2, 4 or 8 bytes.
    pub(super) size: u8,
    pub(super) signed: bool,
    pub(super) location: Location,
}

/// Where the value of an argument is. Registers are given by their places, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Location {
    Constant(i64),
    Register(u16),
    /// At the address in a register, and so many bytes behind.
    Memory {
        register: u16,
        offset: i64,
    },
    /// The same, with what is in another register behind it as well, times `1 << shift`.
    Indexed {
        register: u16,
        offset: i64,
        index: u16,
        shift: u8,
    },
}

/// All arguments of a probe; the first that can't be read, if there is one.
#[inline]
pub(super) fn parse(machine: Machine, text: &str) -> Result<Vec<Argument>, &str> {
    let mut arguments = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (argument, others) = split(rest);
        arguments.push(one(machine, argument).ok_or(argument)?);
        rest = others.trim_start();
    }
    Ok(arguments)
}

/// The first argument: up to a space that isn't within brackets.
#[inline]
fn split(text: &str) -> (&str, &str) {
    let mut depth = 0_usize;
    let end = text.find(|c| {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == ' ' && depth == 0
    });
    text.split_at(end.unwrap_or(text.len()))
}

#[inline]
fn one(machine: Machine, text: &str) -> Option<Argument> {
    let (size, operand) = text.split_once('@')?;
    let (signed, size) = match size.strip_prefix('-') {
        Some(size) => (true, size),
        None => (false, size),
    };
    let size = size.parse().ok().filter(|size| matches!(size, 1 | 2 | 4 | 8))?;
    let location = match machine {
        Machine::X86 => x86(operand)?,
        Machine::Arm64 => arm64(operand)?,
        Machine::RiscV => plain(machine, operand, "")?,
        Machine::S390 => plain(machine, operand, "%")?,
    };
    Some(Argument { size, signed, location })
}

/// `$5`, `%rax`, `-8(%rbp)`, `8(%rax,%rbx,4)`
#[inline]
fn x86(operand: &str) -> Option<Location> {
    let register = |name: &str| Machine::X86.register(name.trim().strip_prefix('%')?);
    if let Some(constant) = operand.strip_prefix('$') {
        return number(constant).map(Location::Constant);
    }
    let Some((offset, address)) = memory(operand, '(', ')') else { return register(operand).map(Location::Register) };
    let offset = if offset.is_empty() { 0 } else { number(offset)? };
    let mut parts = address.split(',');
    let base = register(parts.next()?)?;
    let Some(index) = parts.next() else { return Some(Location::Memory { register: base, offset }) };
    let scale = parts.next().map_or(Some(1), number)?;
    let shift = [1, 2, 4, 8].iter().position(|known| *known == scale)?;
    let whole = parts.next().is_none();
    whole.then_some(Location::Indexed { register: base, offset, index: register(index)?, shift: shift as u8 })
}

/// `5`, `x0`, `[sp]`, `[sp, 8]`
#[inline]
fn arm64(operand: &str) -> Option<Location> {
    let register = |name: &str| Machine::Arm64.register(name.trim());
    if let Some((begin, address)) = memory(operand, '[', ']') {
        let (base, offset) = match address.split_once(',') {
            Some((base, offset)) => (base, number(offset.trim())?),
            None => (address, 0),
        };
        let memory = Location::Memory { register: register(base)?, offset };
        return begin.is_empty().then_some(memory);
    }
    match operand {
        "xzr" | "wzr" => Some(Location::Constant(0)),
        _ => number(operand).map(Location::Constant).or_else(|| register(operand).map(Location::Register)),
    }
}

/// `5`, `a0`, `-8(s0)`, where each register has something before its name.
#[inline]
fn plain(machine: Machine, operand: &str, before: &str) -> Option<Location> {
    let register = |name: &str| machine.register(name.trim().strip_prefix(before)?);
    if let Some((offset, address)) = memory(operand, '(', ')') {
        let offset = if offset.is_empty() { 0 } else { number(offset)? };
        return Some(Location::Memory { register: register(address)?, offset });
    }
    number(operand).map(Location::Constant).or_else(|| register(operand).map(Location::Register))
}

/// What stands before and within the brackets that an operand ends in.
#[inline]
fn memory(operand: &str, open: char, close: char) -> Option<(&str, &str)> {
    operand.strip_suffix(close)?.split_once(open)
}

/// Decimal, or hexadecimal after `0x`; a large one may be written without its sign.
#[inline]
fn number(text: &str) -> Option<i64> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text),
    };
    let value = match digits.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16).ok()?,
        None => digits.parse().ok()?,
    };
    let value = value as i64;
    Some(if negative { value.wrapping_neg() } else { value })
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn memory(register: u16, offset: i64) -> Location {
        Location::Memory { register, offset }
    }

    #[test]
    fn operands_of_each_assembler_are_understood() {
        let indexed = |offset, shift| Location::Indexed { register: 80, offset, index: 40, shift };
        for (machine, operand, location) in [
            (Machine::X86, "$5", Location::Constant(5)),
            (Machine::X86, "$-9", Location::Constant(-9)),
            (Machine::X86, "$0x10", Location::Constant(16)),
            (Machine::X86, "$18446744073709551615", Location::Constant(-1)),
            (Machine::X86, "%edi", Location::Register(112)),
            (Machine::X86, "(%rsp)", memory(152, 0)),
            (Machine::X86, "-8(%rbp)", memory(32, -8)),
            (Machine::X86, "(%rax,%rbx)", indexed(0, 0)),
            (Machine::X86, "-96(%rax,%rbx,8)", indexed(-96, 3)),
            (Machine::Arm64, "-7", Location::Constant(-7)),
            (Machine::Arm64, "x1", Location::Register(8)),
            (Machine::Arm64, "wzr", Location::Constant(0)),
            (Machine::Arm64, "[x1]", memory(8, 0)),
            (Machine::Arm64, "[sp, 12]", memory(248, 12)),
            (Machine::Arm64, "[sp,-12]", memory(248, -12)),
            (Machine::RiscV, "a0", Location::Register(80)),
            (Machine::RiscV, "-24(s0)", memory(64, -24)),
            (Machine::RiscV, "3", Location::Constant(3)),
            (Machine::S390, "%r2", Location::Register(40)),
            (Machine::S390, "160(%r15)", memory(144, 160)),
            (Machine::S390, "-1", Location::Constant(-1)),
        ] {
            let text = format!("-4@{operand}");
            assert_eq!(parse(machine, &text), Ok(vec![Argument { size: 4, signed: true, location }]), "{machine:?} {operand}");
        }
    }

    #[test]
    fn spaces_part_arguments_but_within_brackets() {
        let arguments = parse(Machine::Arm64, " 8@[sp, 8]  -4@x1 1@5 ").unwrap();
        let expected = [(8, false, memory(248, 8)), (4, true, Location::Register(8)), (1, false, Location::Constant(5))];
        assert_eq!(arguments, expected.map(|(size, signed, location)| Argument { size, signed, location }));
        assert_eq!(parse(Machine::X86, ""), Ok(vec![]));
    }

    #[test]
    fn what_is_not_understood_is_named() {
        for (machine, operand) in [
            (Machine::X86, "8@counter(%rip)"),
            (Machine::X86, "8@%xmm0"),
            (Machine::X86, "8f@%rax"),
            (Machine::X86, "3@%rax"),
            (Machine::X86, "%rax"),
            (Machine::X86, "8@"),
            (Machine::X86, "8@(%rax,%rbx,3)"),
            (Machine::X86, "8@(%rax,%rbx,8,1)"),
            (Machine::X86, "8@)("),
            (Machine::X86, "8@$"),
            (Machine::X86, "8@$-"),
            (Machine::Arm64, "8@v0"),
            (Machine::Arm64, "8@[x1, x2]"),
            (Machine::Arm64, "8@4[x1]"),
            (Machine::S390, "8@r2"),
            (Machine::RiscV, "8@(nowhere)"),
        ] {
            assert_eq!(parse(machine, operand), Err(operand), "{machine:?}");
        }
        assert_eq!(parse(Machine::X86, "4@%eax 8@%xmm0 4@%ebx"), Err("8@%xmm0"));
    }
}
