//! Places in the code of user space.

use std::ffi::CString;
use std::fmt;
use std::fs::{self, File};
use std::io;
use std::ops::Range;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use super::elf::{Function, Symbols};
use crate::nearest::Nearest;
use crate::{Error, ErrorKind, Result};

/// A place in the code of a program or shared library: what a uprobe is put on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    path: PathBuf,
    offset: u64,
}

impl Place {
    /// A place by its offset in the file, in bytes.
    pub fn at(path: impl Into<PathBuf>, offset: u64) -> Self {
        Self { path: path.into(), offset }
    }

    /// The begin of a function, or a place in it: `readline`, `readline+0x10`. Of a library's several versions of a function it is the
    /// one that programs are linked with now, unless it says which: `realpath@GLIBC_2.2.5`. A number alone is an offset in the file. A file
    /// without `/` is searched for as a shell or the dynamic linker does.
    ///
    /// # Errors
    ///
    /// `NotFound` if there is no such file or its symbols have no such function, `InvalidInput` if several functions that are local to
    /// their source files have the name, `Unsupported` if programs choose one of several functions for it when they start, as of
    /// `memcpy`; `InvalidData` if it is no ELF file.
    pub fn symbol(path: impl AsRef<Path>, function: &str) -> Result<Self> {
        let path = find(path.as_ref())?;
        if function.starts_with(|first: char| first.is_ascii_digit()) {
            let offset = number(function).ok_or_else(|| not_an_offset(function, function))?;
            return Ok(Self { path, offset });
        }
        let (name, plus) = split_offset(function)?;
        let symbols = symbols(&path)?;
        match *symbols.find(name) {
            [Function { is_indirect: true, .. }, ..] => Err(indirect(&path, name)),
            [function] => Ok(Self { path, offset: function.offset.wrapping_add(plus) }),
            [] => Err(not_there(&path, &symbols, name)),
            ref functions => Err(several(&path, name, &functions.iter().map(|function| function.offset).collect::<Vec<_>>())),
        }
    }

    /// The begins of all functions whose names match a pattern, in which `*` stands for any characters and `?` for one.
    ///
    /// # Errors
    ///
    /// As [`symbol`](Self::symbol).
    pub fn matching(path: impl AsRef<Path>, pattern: &str) -> Result<Vec<Self>> {
        let path = find(path.as_ref())?;
        let symbols = symbols(&path)?;
        let matching = symbols.functions().filter(|(name, _)| matches(pattern, name)).map(|(_, offset)| offset);
        let mut offsets: Vec<u64> = matching.collect();
        offsets.sort_unstable();
        offsets.dedup();
        if offsets.is_empty() {
            return Err(none_matches(&path, pattern));
        }
        Ok(offsets.into_iter().map(|offset| Self { path: path.clone(), offset }).collect())
    }

    /// The names of the functions that match a pattern, as in [`matching`](Self::matching), each with its begin; of several names of one
    /// function, the shortest. With the index as its cookie, a program can tell which function it runs in:
    ///
    /// ```no_run
    /// use corebone::Place;
    ///
    /// # fn trace(program: &corebone::programs::UprobeMulti) -> corebone::Result<corebone::Link> {
    /// let functions = Place::functions("libc.so.6", "*alloc")?;
    /// let places: Vec<_> = functions.iter().zip(0..).map(|((_, place), cookie)| (place.clone(), cookie)).collect();
    /// let link = program.attach_uprobes_with_cookies(&places, None)?; // an event's cookie is the index of its function
    /// # Ok(link)
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`symbol`](Self::symbol).
    #[inline]
    pub fn functions(path: impl AsRef<Path>, pattern: &str) -> Result<Vec<(String, Self)>> {
        let path = find(path.as_ref())?;
        let symbols = symbols(&path)?;
        let matching = symbols.functions().filter(|(name, _)| matches(pattern, name));
        let mut functions: Vec<_> = matching.map(|(name, offset)| (name.to_owned(), Self { path: path.clone(), offset })).collect();
        functions.sort_by(|(a, place), (b, other)| (place.offset, a.len(), a).cmp(&(other.offset, b.len(), b)));
        functions.dedup_by_key(|(_, place)| place.offset);
        if functions.is_empty() { Err(none_matches(&path, pattern)) } else { Ok(functions) }
    }

    /// A place by its address in this process: `Place::here(function as *const ())`.
    ///
    /// # Errors
    ///
    /// `NotFound` if no file is mapped there, `System` if `/proc/self/maps` can't be read.
    #[inline]
    pub fn here(address: *const ()) -> Result<Self> {
        const MAPS: &str = "/proc/self/maps";

        let maps = fs::read_to_string(MAPS)
            .map_err(|error| Error::with_source(ErrorKind::System, format!("cannot read `{MAPS}`"), error))?;
        let place = maps.lines().find_map(|line| mapped(line, u64::try_from(address.addr()).ok()?));
        place.ok_or_else(|| Error::new(ErrorKind::NotFound, format!("no file is mapped at address {address:p}")))
    }

    /// The file.
    #[inline]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where in the file, in bytes.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    #[inline]
    pub(crate) fn path_text(&self) -> Result<CString> {
        CString::new(self.path.as_os_str().as_bytes())
            .map_err(|_| Error::new(ErrorKind::InvalidInput, "the path of a file has a NUL in it"))
    }
}

#[inline]
fn not_there(path: &Path, symbols: &Symbols, name: &str) -> Error {
    let mut nearest = Nearest::to(name);
    symbols.functions().for_each(|(name, _)| nearest.offer(name));
    let hint = nearest.found().map(|name| format!("; the nearest name is `{name}`"));
    let hint = hint.unwrap_or_else(|| if symbols.is_empty() { ": it is stripped".to_owned() } else { String::new() });
    Error::new(ErrorKind::NotFound, format!("`{}` has no function `{name}`{hint}", path.display()))
}

#[inline]
fn indirect(path: &Path, name: &str) -> Error {
    let message = format!(
        "`{}` has several functions for `{name}`, one of which is chosen for the CPU when a program starts (`STT_GNU_IFUNC`); what has the \
         name runs no more then: attach to those that `Place::functions` finds by a pattern, or to the function that calls it",
        path.display()
    );
    Error::new(ErrorKind::Unsupported, message)
}

#[inline]
fn several(path: &Path, name: &str, offsets: &[u64]) -> Error {
    let places: Vec<_> = offsets.iter().take(8).map(|offset| format!("{offset:#x}")).collect();
    let message = format!(
        "`{}` has {} functions `{name}`, of several source files, at {}{}; give the offset of one, or attach to all, by `Place::matching`",
        path.display(),
        offsets.len(),
        places.join(", "),
        if offsets.len() > places.len() { ", ..." } else { "" }
    );
    Error::new(ErrorKind::InvalidInput, message)
}

#[inline]
fn none_matches(path: &Path, pattern: &str) -> Error {
    Error::new(ErrorKind::NotFound, format!("`{}` has no function that matches `{pattern}`", path.display()))
}

impl fmt::Display for Place {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}+{:#x}`", self.path.display(), self.offset)
    }
}

/// The place of an address in the file that a line of `/proc/PID/maps` maps there.
#[inline]
pub(super) fn mapped(line: &str, address: u64) -> Option<Place> {
    let (range, offset, path) = mapping(line)?;
    let inside = range.contains(&address) && path.starts_with('/');
    inside.then(|| Place { path: path.into(), offset: (address - range.start).wrapping_add(offset) })
}

/// The address of a place in the file that a line of `/proc/PID/maps` maps.
#[inline]
pub(crate) fn mapped_at(line: &str, place: &Place) -> Option<u64> {
    let (range, offset, path) = mapping(line)?;
    let address = range.start.checked_add(place.offset.checked_sub(offset)?)?;
    (Path::new(path) == place.path && range.contains(&address)).then_some(address)
}

/// The addresses that a line of `/proc/PID/maps` (proc(5)) is about, the offset in the file, and its path.
#[inline]
fn mapping(line: &str) -> Option<(Range<u64>, u64, &str)> {
    let mut parts = line.splitn(6, ' ');
    let (begin, end) = parts.next()?.split_once('-')?;
    let (begin, end) = (u64::from_str_radix(begin, 16).ok()?, u64::from_str_radix(end, 16).ok()?);
    let offset = u64::from_str_radix(parts.nth(1)?, 16).ok()?;
    Some((begin..end, offset, parts.nth(2)?.trim_start()))
}

#[inline]
fn symbols(path: &Path) -> Result<Symbols> {
    read_elf(path, "symbols", Symbols::read)
}

/// Reads something of an ELF file.
#[inline]
pub(crate) fn read_elf<T>(path: &Path, what: &str, read: impl FnOnce(&mut File) -> io::Result<T>) -> Result<T> {
    File::open(path).and_then(|mut file| read(&mut file)).map_err(|error| {
        let kind = match error.kind() {
            io::ErrorKind::NotFound => ErrorKind::NotFound,
            io::ErrorKind::PermissionDenied => ErrorKind::PermissionDenied,
            io::ErrorKind::Unsupported => ErrorKind::Unsupported,
            _ => ErrorKind::InvalidData,
        };
        Error::with_source(kind, format!("cannot read the {what} of `{}`", path.display()), error)
    })
}

/// A file by its name: as it is if it has a `/`, else in the folders of `PATH`, or of libraries if it is one.
#[inline]
pub(crate) fn find(path: &Path) -> Result<PathBuf> {
    if path.as_os_str().as_bytes().contains(&b'/') {
        return Ok(path.to_owned());
    }
    let name = path.to_string_lossy();
    let library = name.ends_with(".so") || name.contains(".so.");
    let (variable, usual) = if library { ("LD_LIBRARY_PATH", LIBRARIES) } else { ("PATH", PROGRAMS) };
    let own = std::env::var_os(variable).unwrap_or_default();
    let folders = std::env::split_paths(&own).chain(usual.iter().map(PathBuf::from));
    let found = folders.map(|folder| folder.join(path)).find(|path| path.is_file());
    found.ok_or_else(|| {
        let message = format!("there is no file `{name}` in the folders of `{variable}` or the usual ones; give its whole path");
        Error::new(ErrorKind::NotFound, message)
    })
}

const PROGRAMS: &[&str] = &["/usr/local/bin", "/usr/bin", "/bin", "/usr/local/sbin", "/usr/sbin", "/sbin"];
/// Those of the dynamic linkers (ld.so(8)), Debian's for each architecture among them.
const LIBRARIES: &[&str] = &[
    #[cfg(target_arch = "x86_64")]
    "/usr/lib/x86_64-linux-gnu",
    #[cfg(target_arch = "aarch64")]
    "/usr/lib/aarch64-linux-gnu",
    #[cfg(target_arch = "s390x")]
    "/usr/lib/s390x-linux-gnu",
    #[cfg(target_arch = "riscv64")]
    "/usr/lib/riscv64-linux-gnu",
    #[cfg(all(target_arch = "powerpc64", target_endian = "little"))]
    "/usr/lib/powerpc64le-linux-gnu",
    "/usr/lib64",
    "/usr/lib",
    "/lib64",
    "/lib",
    "/usr/local/lib",
];

/// A function's name, and the offset after `+`.
#[inline]
pub(super) fn split_offset(target: &str) -> Result<(&str, u64)> {
    let Some((function, offset)) = target.split_once('+') else { return Ok((target, 0)) };
    match number(offset) {
        Some(number) => Ok((function, number)),
        None => Err(not_an_offset(offset, target)),
    }
}

/// Hexadecimal after `0x`, else decimal.
#[inline]
fn number(text: &str) -> Option<u64> {
    match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(digits) => u64::from_str_radix(digits, 16).ok(),
        None => text.parse().ok(),
    }
}

#[inline]
fn not_an_offset(offset: &str, target: &str) -> Error {
    Error::new(ErrorKind::InvalidInput, format!("`{offset}` in `{target}` is not an offset in bytes"))
}

/// Whether a name has characters that stand for others.
#[inline]
pub(crate) fn is_pattern(name: &str) -> bool {
    name.contains(['*', '?'])
}

/// Whether a name matches a pattern.
#[inline]
pub(super) fn matches(pattern: &str, name: &str) -> bool {
    let (mut pattern, mut name) = (pattern.as_bytes(), name.as_bytes());
    // Where the last `*` stands, and what of the name it may still take.
    let mut last: Option<(&[u8], &[u8])> = None;
    loop {
        match (pattern.split_first(), name.split_first()) {
            (Some((b'*', rest)), _) => {
                last = Some((rest, name));
                pattern = rest;
            }
            (Some((wanted, rest)), Some((have, tail))) if *wanted == b'?' || wanted == have => (pattern, name) = (rest, tail),
            (None, None) => return true,
            _ => match last.and_then(|(rest, taken)| Some((rest, taken.split_first()?.1))) {
                Some((rest, tail)) => (pattern, name, last) = (rest, tail, Some((rest, tail))),
                None => return false,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_may_have_offsets() {
        assert_eq!(split_offset("do_unlinkat").unwrap(), ("do_unlinkat", 0));
        assert_eq!(split_offset("do_unlinkat+0x10").unwrap(), ("do_unlinkat", 16));
        assert_eq!(split_offset("do_unlinkat+10").unwrap(), ("do_unlinkat", 10));
        assert_eq!(split_offset("f+x").unwrap_err().to_string(), "`x` in `f+x` is not an offset in bytes");
        assert!(split_offset("f+").is_err());
    }

    #[test]
    fn patterns_match_whole_names() {
        for (pattern, name) in
            [("", ""), ("*", ""), ("*", "a"), ("a*c", "abcbc"), ("?b*", "ab"), ("a**b", "ab"), ("*a*b*", "xaxbx")]
        {
            assert!(matches(pattern, name), "{pattern} {name}");
        }
        for (pattern, name) in [("", "a"), ("?", ""), ("a*c", "abcb"), ("a", "ab"), ("*ab", "aba"), ("a?", "a")] {
            assert!(!matches(pattern, name), "{pattern} {name}");
        }
    }

    #[test]
    fn lines_of_maps_say_what_is_where() {
        let line = "7f0000001000-7f0000003000 r-xp 00002000 fd:01 1234                       /usr/lib/lib c.so.6";
        assert_eq!(mapped(line, 0x7f00_0000_1010), Some(Place::at("/usr/lib/lib c.so.6", 0x2010)));
        assert_eq!(mapped(line, 0x7f00_0000_3000), None);
        assert_eq!(mapped("7f0000001000-7f0000003000 rw-p 00000000 00:00 0 ", 0x7f00_0000_1000), None);
        assert_eq!(mapped("7ffc0-7ffd0 rw-p 00000000 00:00 0          [stack]", 0x7ffc0), None);
    }

    #[test]
    fn this_program_s_functions_are_found_both_ways() {
        extern "C" fn marked() {}
        let here = Place::here(marked as *const ()).unwrap();
        assert_eq!(here.path(), std::env::current_exe().unwrap());
        let main = Place::symbol("/proc/self/exe", "main").unwrap();
        assert!(main.offset() > 0);
        let plus = Place::symbol("/proc/self/exe", "main+0x4").unwrap();
        assert_eq!(plus.offset(), main.offset() + 4);
        assert_eq!(Place::symbol("/proc/self/exe", "0x40").unwrap().offset(), 0x40);
        let error = Place::symbol("/proc/self/exe", "no_function_of_ours").unwrap_err();
        assert!(error.to_string().starts_with("`/proc/self/exe` has no function `no_function_of_ours`"), "{error}");
        assert!(Place::matching("/proc/self/exe", "mai?").unwrap().contains(&Place::at("/proc/self/exe", main.offset())));
        assert_eq!(Place::symbol("/", "main").unwrap_err().kind(), ErrorKind::InvalidData);
        assert_eq!(Place::symbol("/no/such/file", "main").unwrap_err().kind(), ErrorKind::NotFound);
    }

    /// The versions are those of one C library.
    #[cfg(all(target_arch = "x86_64", target_env = "gnu"))]
    #[test]
    fn of_several_versions_one_is_meant() {
        let symbol = |name| Place::symbol("libc.so.6", name);
        let [any, new, old] = ["realpath", "realpath@GLIBC_2.3", "realpath@GLIBC_2.2.5"].map(|name| symbol(name).unwrap());
        assert_eq!(any, new);
        assert_ne!(any, old);
        assert_eq!(symbol("realpath@GLIBC_2.3+8").unwrap().offset(), new.offset() + 8);
        assert_eq!(symbol("realpath@GLIBC_9").unwrap_err().kind(), ErrorKind::NotFound);
        let error = symbol("memcpy").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert!(error.to_string().contains("libc.so.6` has several functions for `memcpy`, one of which is chosen"), "{error}");
    }

    #[test]
    fn functions_of_one_name_are_told_with_their_places() {
        let message = |count| several(Path::new("/bin/x"), "init", &(1..=count).collect::<Vec<_>>()).to_string();
        let advice = "give the offset of one, or attach to all, by `Place::matching`";
        assert_eq!(message(2), format!("`/bin/x` has 2 functions `init`, of several source files, at 0x1, 0x2; {advice}"));
        assert!(message(9).contains(" at 0x1, 0x2, 0x3, 0x4, 0x5, 0x6, 0x7, 0x8, ...; give"), "{}", message(9));
    }

    #[test]
    fn files_without_a_path_are_searched_for() {
        assert!(find(Path::new("sh")).unwrap().ends_with("sh"));
        let error = find(Path::new("no-such-program")).unwrap_err();
        assert!(error.to_string().starts_with("there is no file `no-such-program` in the folders of `PATH`"), "{error}");
    }
}
