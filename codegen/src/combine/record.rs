//! What is known of single instructions.

use corebone::Result;

use super::output::Output;
use super::part::Part;
use crate::elf::{CoreRecord, FunctionRecord, LineRecord, Records};
use crate::order::sort_by_number;

/// Puts the records of all files together. They are in order of the combined sections, as libbpf's linker leaves them: what a CO-RE
/// relocation rules out depends on those before it.
pub(super) fn merge<'u>(parts: &[Part<'u, '_>], output: &mut Output<'_, 'u>) -> Result<Records> {
    let mut merged = Records::default();
    for part in parts {
        let Some(btf) = &part.btf else { continue };
        let place = |section: usize, instruction: u32| {
            let landing = part.landing(section)?;
            Some((landing.section, u32::try_from(landing.offset / 8).ok()?.checked_add(instruction)?))
        };
        for record in &part.unit.records.functions {
            let Some((section, instruction)) = place(record.section, record.instruction) else { continue };
            let type_id = output.type_id(part.type_id(record.type_id));
            merged.functions.push(FunctionRecord { section, instruction, type_id });
        }
        for record in &part.unit.records.lines {
            let Some((section, instruction)) = place(record.section, record.instruction) else { continue };
            let (file, text) = (output.string(btf.string(record.file)?)?, output.string(btf.string(record.text)?)?);
            merged.lines.push(LineRecord { section, instruction, file, text, line_column: record.line_column });
        }
        for record in &part.unit.records.relocations {
            let Some((section, instruction)) = place(record.section, record.instruction) else { continue };
            let type_id = output.type_id(part.type_id(record.type_id));
            let access = output.string(btf.string(record.access)?)?;
            merged.relocations.push(CoreRecord { section, instruction, type_id, access, kind: record.kind });
        }
    }
    sort_by_number(&mut merged.functions, |record| record.section as u64);
    sort_by_number(&mut merged.lines, |record| record.section as u64);
    sort_by_number(&mut merged.relocations, |record| record.section as u64);
    Ok(merged)
}
