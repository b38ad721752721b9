//! Compares what corebone and libbpf make of an object.

use std::collections::BTreeMap;
use std::fmt;

use anyhow::{Context, Result};
use corebone::blueprint::{CoreRelocation, CoreRelocationKind, Object, Program, ReferenceKind, RelocationSite};
use corebone::btf::{Btf, Kind};
use corebone::relocate::{Outcome as Answer, relocate};
use corebone_build::Linked;
use corebone_build::dump::dump_object;

use crate::deviation::Deviation;
use crate::libbpf::{self, Programs};
use crate::outcome::{self, Outcome};
use crate::target::Target;

/// What has been compared, and how it ended.
#[derive(Debug, Default)]
pub struct Tally {
    /// Programs, each counted for each kernel.
    pub pairs: usize,
    /// Of these, the ones that both refuse.
    pub refused: usize,
    /// Instructions.
    pub instructions: usize,
    /// Instructions that have a relocation.
    pub relocations: usize,
    /// Of these, the ones that ask for what the kernel doesn't have.
    pub poisoned: usize,
    /// Instructions that differ with a reason, by the reason; programs, where these fail for only one of both.
    pub deviations: BTreeMap<Deviation, usize>,
    /// What differs without one.
    pub differences: Vec<String>,
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { pairs, refused, instructions, relocations, poisoned, deviations, differences } = self;
        writeln!(f, "{pairs} (program, kernel) pairs, of which both refuse {refused}")?;
        writeln!(f, "{instructions} instructions, {relocations} relocated, {poisoned} of them to nothing")?;
        for (deviation, count) in deviations {
            writeln!(f, "{count} deviations: {deviation}")?;
        }
        write!(f, "{} differences", differences.len())
    }
}

/// Relocates all programs of an object for a kernel, by both. Where one refuses the whole object, each program is compared alone.
///
/// # Errors
/// The object can't be linked, or libbpf not be asked.
pub fn compare(tally: &mut Tally, name: &str, elf: &[u8], target: &Target) -> Result<()> {
    let linked = Linked::from_elf(name, elf).with_context(|| format!("`{name}` can't be linked"))?;
    compare_linked(tally, name, &linked, elf, target)
}

/// As [`compare`], with an object that corebone has linked and the same that libbpf has.
///
/// # Errors
/// libbpf can't be asked.
pub fn compare_linked(tally: &mut Tally, name: &str, linked: &Linked, elf: &[u8], target: &Target) -> Result<()> {
    let theirs = libbpf::dump(elf, target, Programs::All)?;
    let mut comparison = Comparison { tally, place: format!("{name} for {}", target.name), target };
    linked.with_object(|object| {
        match (dump_object(object, &target.kernel), Outcome::parse(&theirs)) {
            (Ok(ours), Outcome::Relocated { .. }) => comparison.whole(object, &ours, &theirs),
            (_, whole) => {
                for program in object.programs {
                    let theirs = libbpf::dump(elf, target, Programs::Only(program.name))?;
                    select(object, |other| other.name == program.name, |object| comparison.alone(object, program, &theirs));
                }
                if matches!(whole, Outcome::Failed) && comparison.some_program_is_fine(object) {
                    comparison.saw(Deviation::FailuresStay);
                }
            }
        }
        if object.programs.iter().any(|program| !program.autoload) {
            let theirs = libbpf::dump(elf, target, Programs::Default)?;
            comparison.switched_off(object, &theirs)?;
        }
        Ok(())
    })
}

/// A line for each section and each of its variables, in an order that doesn't depend on that of the types.
///
/// # Errors
/// The BTF is damaged.
pub fn layout(btf: &[u8]) -> Result<Vec<String>> {
    let btf = Btf::parse(btf)?;
    let mut lines = Vec::new();
    for ty in btf.types() {
        let ty = ty?;
        let Kind::Datasec(section) = ty.kind else { continue };
        lines.push(format!("{} of {} bytes", ty.name()?, section.size));
        for place in section.variables() {
            let variable = btf.get(place.type_id)?.name()?;
            lines.push(format!("{} {:8}: {variable} of {} bytes", ty.name()?, place.offset, place.size));
        }
    }
    lines.sort();
    Ok(lines)
}

struct Comparison<'t> {
    tally: &'t mut Tally,
    place: String,
    target: &'t Target,
}

impl Comparison<'_> {
    fn saw(&mut self, deviation: Deviation) {
        *self.tally.deviations.entry(deviation).or_default() += 1;
    }

    fn differs(&mut self, what: &str) {
        self.tally.differences.push(format!("{}: {what}", self.place));
    }

    /// Both have relocated the object.
    fn whole(&mut self, object: &Object<'_>, ours: &str, theirs: &str) {
        let (Outcome::Relocated { maps, programs }, Outcome::Relocated { maps: their_maps, programs: their_programs }) =
            (Outcome::parse(ours), Outcome::parse(theirs))
        else {
            return self.differs("one of both fails");
        };
        if maps != their_maps {
            self.differs(&format!("maps are {maps:#?}, libbpf's {their_maps:#?}"));
        }
        if !programs.keys().eq(their_programs.keys()) {
            self.differs(&format!("programs are {:?}, libbpf's {:?}", programs.keys(), their_programs.keys()));
        }
        let answers = self.answers(object);
        for program in object.programs {
            if let (Some(ours), Some(theirs)) = (programs.get(program.name), their_programs.get(program.name)) {
                self.program(object, program, &answers, ours, theirs);
            }
        }
    }

    fn program(
        &mut self,
        object: &Object<'_>,
        program: &Program<'_>,
        answers: &[Option<Answered>],
        ours: &outcome::Program<'_>,
        theirs: &outcome::Program<'_>,
    ) {
        self.tally.pairs += 1;
        self.tally.instructions += theirs.instructions.len();
        self.tally.relocations += program.relocations.len();
        if ours.head != theirs.head || ours.instructions.len() != theirs.instructions.len() {
            return self.differs(&format!("`{}` is {:?}, libbpf's {:?}", program.name, ours.head, theirs.head));
        }
        for (at, (our, their)) in ours.instructions.iter().zip(&theirs.instructions).enumerate() {
            self.tally.poisoned += usize::from(their.ends_with("poison:core"));
            if our == their {
                continue;
            }
            // The second half of a load belongs to the relocation of the first.
            let site_at = |at| program.relocations.iter().find(|site| site.instruction as usize == at);
            let site = site_at(at).or_else(|| site_at(at.checked_sub(1)?));
            let difference = Difference { object, answers, index: site.map(|site| site.relocation as usize), our, their };
            match difference.deviation() {
                Some(deviation) => self.saw(deviation),
                None => {
                    let answer = difference.index.and_then(|index| answers.get(index)?.as_ref());
                    self.differs(&format!("`{}`, instruction {at}: `{our}`, libbpf's `{their}` ({answer:?})", program.name));
                }
            }
        }
    }

    /// One program, which is the object's only one.
    fn alone(&mut self, object: &Object<'_>, program: &Program<'_>, theirs: &str) {
        let ours = dump_object(object, &self.target.kernel);
        let failed = matches!(Outcome::parse(theirs), Outcome::Failed);
        match ours {
            Ok(ours) if !failed => self.whole(object, &ours, theirs),
            Err(_) if failed => {
                self.tally.pairs += 1;
                self.tally.refused += 1;
            }
            Ok(_) => {
                self.tally.pairs += 1;
                let answers = self.answers(object);
                // libbpf finds that the instruction doesn't hold what it takes for the enumerator.
                let unsigned =
                    |answer: &Answered| answer.kind == CoreRelocationKind::EnumvalValue && answer.original.is_some_and(is_unsigned);
                if answers.iter().flatten().any(unsigned) {
                    self.saw(Deviation::UnsignedEnumerators);
                } else if theirs.contains("ksym) '") && program.references.iter().all(|reference| !is_symbol(reference.kind)) {
                    // A symbol is missing, of which only other programs ask.
                    self.saw(Deviation::FailuresStay);
                } else {
                    self.differs(&format!("libbpf refuses `{}`: {theirs}", program.name));
                }
            }
            Err(error) => {
                self.tally.pairs += 1;
                if error.to_string().contains("beyond 512 MiB") {
                    self.saw(Deviation::OffsetsAreChecked);
                } else {
                    self.differs(&format!("`{}` is refused, by libbpf it isn't: {error:#}", program.name));
                }
            }
        }
    }

    /// Whether a program can be loaded, though others of its object can't.
    fn some_program_is_fine(&self, object: &Object<'_>) -> bool {
        let Ok(relocations) = relocate(object, &self.target.kernel, &[]) else { return false };
        let fine =
            |(index, program): (usize, &Program<'_>)| relocations.apply(object, index, &mut program.instructions.to_vec()).is_ok();
        object.programs.iter().enumerate().any(fine)
    }

    /// The programs that are loaded by default, which libbpf relocates as if there were no others.
    fn switched_off(&mut self, object: &Object<'_>, theirs: &str) -> Result<()> {
        let Outcome::Relocated { programs: theirs, .. } = Outcome::parse(theirs) else { return Ok(()) };
        let all = dump_object(object, &self.target.kernel)?;
        let without = select(object, |program| program.autoload, |object| dump_object(object, &self.target.kernel))?;
        let (Outcome::Relocated { programs: all, .. }, Outcome::Relocated { programs: without, .. }) =
            (Outcome::parse(&all), Outcome::parse(&without))
        else {
            return Ok(());
        };
        for (name, theirs) in theirs {
            let instructions = |of: &BTreeMap<&str, outcome::Program<'_>>| {
                of.get(name).map(|program| program.instructions.iter().map(|&line| line.to_owned()).collect::<Vec<_>>())
            };
            self.tally.pairs += 1;
            let theirs: Vec<_> = theirs.instructions.iter().map(|&line| line.to_owned()).collect();
            if instructions(&all).as_ref() == Some(&theirs) {
                continue;
            }
            if instructions(&without).as_ref() == Some(&theirs) {
                self.saw(Deviation::OptionalProgramsNarrow);
            } else {
                self.differs(&format!("`{name}` without optional programs"));
            }
        }
        Ok(())
    }

    /// What each relocation is about, and its answer.
    fn answers(&self, object: &Object<'_>) -> Vec<Option<Answered>> {
        let Ok(relocations) = relocate(object, &self.target.kernel, &[]) else { return Vec::new() };
        relocations
            .fixups(object)
            .map(|fixup| match fixup.outcome {
                Answer::Value(value) => Some(Answered {
                    kind: fixup.relocation.kind,
                    field: (fixup.relocation.type_id, fixup.relocation.access.to_owned()),
                    original: fixup.original,
                    value,
                    text: fixup.to_string(),
                }),
                _ => None,
            })
            .collect()
    }
}

/// A relocation with an answer.
#[derive(Debug)]
struct Answered {
    kind: CoreRelocationKind,
    field: (u32, String),
    original: Option<u64>,
    value: u64,
    #[expect(dead_code, reason = "shown by `Debug`")]
    text: String,
}

/// Two instructions that differ.
struct Difference<'d> {
    object: &'d Object<'d>,
    answers: &'d [Option<Answered>],
    /// Of the relocation.
    index: Option<usize>,
    our: &'d str,
    their: &'d str,
}

impl Difference<'_> {
    fn deviation(&self) -> Option<Deviation> {
        let answer = self.answers.get(self.index?)?.as_ref()?;
        match answer.kind {
            CoreRelocationKind::FieldLShiftU64 if self.object.big_endian => {
                // The field ends where the shift to the right says, and what is loaded is at the low end of the 64 bits.
                let same_field = |kind| {
                    let mut others = self.answers.iter().flatten();
                    others.find(|other| other.kind == kind && other.field == answer.field).map(|other| other.value)
                };
                let [size, right] = [CoreRelocationKind::FieldByteSize, CoreRelocationKind::FieldRShiftU64].map(same_field);
                let bit = right?.checked_sub(u64::from(immediate(self.their)?))?;
                let expected = 8_u64.checked_sub(size?)?.checked_mul(8)?.checked_add(bit)?;
                (u64::from(immediate(self.our)?) == expected).then_some(Deviation::ObjectsByteOrder)
            }
            CoreRelocationKind::EnumvalValue if is_unsigned(answer.value) => {
                // The upper half of the number.
                (immediate(self.our)? == 0 && immediate(self.their)? == u32::MAX).then_some(Deviation::UnsignedEnumerators)
            }
            _ => None,
        }
    }
}

fn is_symbol(reference: ReferenceKind) -> bool {
    matches!(reference, ReferenceKind::Symbol(_) | ReferenceKind::Function(_))
}

/// Whether a sign would be seen in a number of 32 bits that isn't meant to have one.
fn is_unsigned(value: u64) -> bool {
    u32::try_from(value).is_ok_and(|value| value > u32::MAX / 2)
}

/// The last four bytes of an instruction.
fn immediate(line: &str) -> Option<u32> {
    u32::from_str_radix(line.get(8..16)?, 16).ok().map(u32::swap_bytes)
}

/// An object with some of its programs, and what those ask for.
fn select<R>(object: &Object<'_>, wanted: impl Fn(&Program<'_>) -> bool, take: impl FnOnce(&Object<'_>) -> R) -> R {
    let programs: Vec<&Program<'_>> = object.programs.iter().filter(|program| wanted(program)).collect();
    // In the order of their first use, as they'd be in the file.
    let mut used: Vec<u32> = Vec::new();
    for site in programs.iter().flat_map(|program| program.relocations) {
        if !used.contains(&site.relocation) {
            used.push(site.relocation);
        }
    }
    let relocations: Vec<CoreRelocation<'_>> =
        used.iter().filter_map(|&index| object.relocations.get(index as usize).copied()).collect();
    let index = |old: u32| used.iter().position(|&index| index == old).unwrap_or_default() as u32;
    let sites: Vec<Vec<RelocationSite>> = programs
        .iter()
        .map(|program| {
            let renumbered = |site: &RelocationSite| RelocationSite { relocation: index(site.relocation), ..*site };
            program.relocations.iter().map(renumbered).collect()
        })
        .collect();
    let programs: Vec<Program<'_>> =
        programs.iter().zip(&sites).map(|(&program, sites)| Program { relocations: sites, ..*program }).collect();
    take(&Object { programs: &programs, relocations: &relocations, ..*object })
}
