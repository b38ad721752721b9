//! A kernel's configuration: any text, compressed or not, for externs of every kind.
#![no_main]

use std::borrow::Cow;

use corebone::blueprint::{External, ExternalKind};
use corebone::fuzzing::decompress;
use corebone::kconfig::resolve;
use corebone::kernel::Kernel;
use libfuzzer_sys::fuzz_target;

const KINDS: [(&str, ExternalKind, u32); 10] = [
    ("CONFIG_A", ExternalKind::Bool, 1),
    ("CONFIG_B", ExternalKind::Char { signed: true }, 1),
    ("CONFIG_C", ExternalKind::Char { signed: false }, 1),
    ("CONFIG_D", ExternalKind::Int { signed: true }, 2),
    ("CONFIG_E", ExternalKind::Int { signed: false }, 4),
    ("CONFIG_F", ExternalKind::Int { signed: true }, 8),
    ("CONFIG_G", ExternalKind::Int { signed: false }, 8),
    ("CONFIG_H", ExternalKind::Tristate, 4),
    ("CONFIG_I", ExternalKind::String, 5),
    ("CONFIG_J", ExternalKind::String, 1),
];

fuzz_target!(|data: &[u8]| {
    const LIMIT: usize = 1 << 20;
    let text = match data {
        [0x1f, 0x8b, ..] => decompress(data, LIMIT).unwrap_or_default(),
        _ => data.to_vec(),
    };
    assert!(text.len() <= LIMIT, "as long as it may be");
    let text: Cow<'static, str> = String::from_utf8_lossy(&text).into_owned().into();
    let kernel = Kernel::new().with_kconfig(text);
    for weak in [false, true] {
        let external = |(name, kind, size)| External { name, kind, offset: 0, size, weak };
        let all = KINDS.map(external);
        let _ = resolve(&all, &kernel, true);
        for external in all {
            if let Ok(value) = resolve(&[external], &kernel, false) {
                assert_eq!(value.bytes.len(), external.size as usize);
            }
        }
    }
});
