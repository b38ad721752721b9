//! Attributes that corebone's generated skeletons are written in.
//!
//! Nothing here reads C, ELF or runs clang: an attribute turns one readable declaration into the code that rustc needs to check
//! and use it. Use them through `corebone`, which re-exports them; what they expand to names items of `::corebone`, or of the crate that
//! the argument `crate = ::path` names, where it goes by another name.
//!
//! A C enum becomes a tuple struct, in whose module no local variable may have its name. So the variables in what the attributes expand to
//! begin with two underscores, but for the setters' `to`, which people read; `corebone-build` calls no type so.
//!
//! The `unsafe impl` that makes bytes of a map a Rust value is written by these attributes only, beside the checks that make it
//! sound. So a crate that uses a skeleton may be `#![forbid(unsafe_code)]`.

mod argument;
mod attribute;
mod bits;
mod c_enum;
mod c_type;
mod error;
mod field;
mod generic;
mod member;
mod reader;
mod runtime;
mod section;
mod skeleton;

use proc_macro::TokenStream;

/// Declares the variables of a section of global data: `#[section(size = 20)]`.
///
/// Each field is a variable and has `#[offset(N)]`, its place in the section in bytes. The struct itself has no C layout and may use
/// `bool`. It gets `Clone`, `Debug`, `PartialEq` and `corebone::value::GlobalSection`; that no variable overlaps another or leaves
/// the section is checked at compile time.
///
/// With `live = Name`, for memory that is shared with running programs, a second struct of that name is made in which each variable
/// is a `corebone::Live` cell.
///
/// The last variable may have `#[resizable]` and be a `Vec<T>`: an array whose length the user sets before load. Among the live ones it
/// is a `corebone::LiveSlice`. A variable that is too large for the stack has `#[large]` and is a `corebone::Large<T>`; among the live ones,
/// an array of elements is a `corebone::LiveSlice` then, and another type a `corebone::LiveLarge`.
///
/// ```
/// use corebone::value::GlobalSection;
///
/// #[corebone::section(size = 12)]
/// struct ProbeRodata {
///     #[offset(0)]
///     min_us: u64,
///     #[offset(8)]
///     enabled: bool,
/// }
/// let rodata = ProbeRodata::read(&[1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0]);
/// assert!(rodata.enabled);
/// ```
///
/// Variables that don't fit are refused by rustc:
///
/// ```compile_fail,E0080
/// #[corebone::section(size = 8)]
/// struct ProbeRodata {
///     #[offset(0)]
///     min_us: u64,
///     #[offset(7)]
///     enabled: bool,
/// }
/// ```
#[proc_macro_attribute]
pub fn section(arguments: TokenStream, item: TokenStream) -> TokenStream {
    finish(section::expand(arguments.into(), item.into()))
}

/// Declares a struct with C's layout: `#[c_type(size = 32, align = 8)]`, or `#[c_type(size = 7, align = 1, packed)]`.
///
/// Each field has `#[offset(N)]`, and may have `#[padding]`, for bytes that C leaves unused, or `#[string]`, for a `char` array: it
/// gets a method of the field's name that returns the text up to the NUL. A field of bytes may have any number of
/// `#[bits(name = 0..3 as u32)]`, for the bitfields in it by their first bit and the one after their last, and of
/// `#[member(name = 0 as u32)]`, for members of a union by their offset in the field: each gets the methods `name` and `set_name`, with
/// the doc line that may follow as a string. Fields that have none of these are values.
///
/// The struct gets `Clone`, `Copy`, `Default` (all zero), `Debug`, `PartialEq`, `Eq`, `PartialOrd`, `Ord` and `Hash` (these without
/// padding, and of a union by its bytes) and `corebone::Pod`. With the argument `float`, for a struct that has floats in it, it gets
/// `PartialEq` only. What else it is to derive stands below the attribute. Size, alignment, each offset, and that the fields leave no gap
/// are checked at compile time.
///
/// `align` is what the Rust type is aligned to at most, by its fields. C may align the type to more, as `aligned(64)` or a bitfield has it do,
/// or, by a typedef that is `aligned(1)`, to less: BTF doesn't say it. Neither matters, for a value is copied between its place in Rust and
/// that in the kernel, and padding is declared: of two types with the same size and offsets, the bytes are the same.
///
/// ```
/// use corebone::Pod;
///
/// #[corebone::c_type(size = 12, align = 4)]
/// struct event {
///     #[offset(0)]
///     pid: u32,
///     #[string]
///     #[offset(4)]
///     task: [u8; 4],
///     #[bits(late = 0..1 as bool, "`_Bool late:1`")]
///     #[bits(cpu = 1..8 as u32, "`__u32 cpu:7`")]
///     #[offset(8)]
///     bits8: [u8; 1],
///     #[padding]
///     #[offset(9)]
///     _pad9: [u8; 3],
/// }
/// # #[cfg(target_endian = "little")]
/// # {
/// let event = event::from_bytes(b"\x07\0\0\0sh\0\0\x05\0\0\0").unwrap();
/// assert_eq!((event.pid, &*event.task(), event.late(), event.cpu()), (7, "sh", true, 2));
/// # }
/// ```
///
/// A packed struct with floats that its user wants to compare:
///
/// ```
/// #[corebone::c_type(size = 5, align = 1, packed, float)]
/// #[derive(PartialOrd)]
/// struct ratio {
///     #[offset(0)]
///     tag: u8,
///     #[offset(1)]
///     value: f32,
/// }
/// assert!(ratio { tag: 1, value: 0.5 } < ratio { tag: 1, value: 0.7 });
/// ```
///
/// With `rust = Type`, a type that the user has declared stands for the struct, which becomes an alias of it: size, alignment, and the places
/// of the fields that it has under the same names are compared at compile time. Fields of other names are the user's own; none may lie where
/// there is only padding.
///
/// ```
/// #[corebone::c_type(size = 8, align = 4)]
/// struct Event {
///     #[offset(0)]
///     pid: u32,
///     #[offset(4)]
///     cpu: u32,
/// }
///
/// #[corebone::c_type(size = 8, align = 4, rust = Event)]
/// struct event {
///     #[offset(0)]
///     pid: u32,
///     #[offset(4)]
///     processor: u32,
/// }
/// let mine: event = Event { pid: 1, cpu: 2 };
/// ```
///
/// ```compile_fail,E0080
/// # #[corebone::c_type(size = 8, align = 4)]
/// # struct Event {
/// #     #[offset(0)]
/// #     pid: u32,
/// #     #[offset(4)]
/// #     cpu: u32,
/// # }
/// #[corebone::c_type(size = 8, align = 4, rust = Event)]
/// struct event {
///     #[offset(0)]
///     cpu: u32,
///     #[offset(4)]
///     pid: u32,
/// }
/// ```
///
/// A layout that isn't Rust's, or a gap, is refused by rustc:
///
/// ```compile_fail,E0080
/// #[corebone::c_type(size = 16, align = 8)]
/// struct event {
///     #[offset(0)]
///     pid: u32,
///     #[offset(8)]
///     delta_us: u64,
/// }
/// ```
#[proc_macro_attribute]
pub fn c_type(arguments: TokenStream, item: TokenStream) -> TokenStream {
    finish(c_type::expand(arguments.into(), item.into()))
}

/// Declares a C enum: `#[c_enum(u32)]`, with the integer type that C stores it in.
///
/// C may store any number in an enum, which would be undefined behaviour in a Rust `enum`. So the item becomes a struct around the
/// integer, with a constant for each enumerator. It gets the usual traits, `corebone::Pod`, `From` in both directions, can be the type of
/// a bitfield, and has a `Debug` that prints the enumerator's name, or the number if it has none.
///
/// ```
/// #[corebone::c_enum(u32)]
/// enum reason {
///     LATE = 0,
///     EARLY = 1,
/// }
/// assert_eq!(format!("{:?} {:?}", reason::EARLY, reason(7)), "EARLY 7");
/// ```
#[proc_macro_attribute]
pub fn c_enum(arguments: TokenStream, item: TokenStream) -> TokenStream {
    finish(c_enum::expand(arguments.into(), item.into()))
}

/// Includes the skeleton that the build script made of `name.bpf.c`, in a module of its own:
///
/// ```text
/// mod runqslower {
///     corebone::include_skeleton!("runqslower");
/// }
/// ```
#[proc_macro]
pub fn include_skeleton(arguments: TokenStream) -> TokenStream {
    finish(skeleton::expand(arguments.into()))
}

fn finish(expansion: error::Result<proc_macro2::TokenStream>) -> TokenStream {
    expansion.unwrap_or_else(error::Error::into_compile_error).into()
}

#[cfg(test)]
mod tests {
    use proc_macro2::TokenStream;

    use crate::{c_enum, c_type, error, section, skeleton};

    /// The text that an error points at, and its message.
    fn complaint(expansion: error::Result<TokenStream>) -> String {
        let error = expansion.expect_err("it was accepted");
        let place = error.place().unwrap_or_else(|| "the attribute".into());
        format!("{place}: {error}")
    }

    fn tokens(text: &str) -> TokenStream {
        text.parse().unwrap()
    }

    #[test]
    fn section_points_at_what_is_wrong() {
        let complain = |arguments, item| complaint(section::expand(tokens(arguments), tokens(item)));
        let good = "struct S { #[offset(0)] a: u32 }";
        let first = "struct S { #[offset(0)] #[resizable] a: Vec<u32>, #[offset(4)] b: u32 }";
        assert_eq!(complain("size = 8", first), "a: `resizable` is for the last field of a `section`");
        let array = "struct S { #[offset(0)] #[resizable] a: [u32; 1] }";
        assert_eq!(complain("size = 4", array), "[u32; 1]: a field that is `resizable` is a `Vec<T>`");
        let array = "struct S { #[offset(0)] #[large] a: [u32; 1] }";
        assert_eq!(complain("size = 4", array), "[u32; 1]: a field that is `large` is a `Large<T>`");
        assert_eq!(complain("", good), "the attribute: `section` needs `size = ...`");
        assert_eq!(complain("size = 4, size = 4", good), "size: `size` is given twice");
        assert_eq!(complain("size = 4, dead", good), "dead: expected `size = N`, `live = Name` or `crate = ::path`");
        assert_eq!(complain("size = no", good), "no: expected integer literal");
        assert_eq!(complain("size = 4", "enum E {}"), "enum: expected `struct`");
        assert_eq!(complain("size = 4", "struct S(u32);"), "S: `section` takes a struct with named fields");
        assert_eq!(complain("size = 4", "struct S<T> { a: T }"), "<T>: `section` takes a struct without parameters");
        assert_eq!(complain("size = 4", "struct S { a: u32 }"), "a: `a` needs its place in C: `#[offset(N)]`");
        assert_eq!(complain("size = 4", "struct S { #[offset(-1)] a: u32 }"), "-1: invalid digit found in string");
        assert_eq!(complain("size = 4", "struct S { #[offset(0)] #[offset(4)] a: u32 }"), "#[offset(4)]: `offset` is given twice");
        assert_eq!(
            complain("size = 4", "struct S { #[string] #[offset(0)] a: [u8; 4] }"),
            "#[string]: `string` is for fields of a `c_type`"
        );
    }

    #[test]
    fn c_type_points_at_what_is_wrong() {
        let complain = |arguments, item| complaint(c_type::expand(tokens(arguments), tokens(item)));
        let good = "struct s { #[offset(0)] a: u32 }";
        assert_eq!(
            complain("size = 4, align = 4", "struct s { #[offset(0)] #[resizable] a: Vec<u32> }"),
            "#[resizable]: `resizable` is for the last field of a `section`"
        );
        assert_eq!(
            complain("size = 4, align = 4", "struct s { #[offset(0)] #[large] a: u32 }"),
            "#[large]: `large` is for fields of a `section`"
        );
        assert_eq!(complain("size = 4", good), "the attribute: `c_type` needs `align = ...`");
        assert_eq!(
            complain("size = 4, align = 4, loose", good),
            "loose: expected `size = N`, `align = M`, `packed`, `float`, `rust = Type` or `crate = ::path`"
        );
        assert_eq!(
            complain("size = 4, align = 4", "struct s { #[offset(0)] #[string] #[padding] a: [u8; 4] }"),
            "#[padding]: a field is either `string` or `padding`"
        );
        assert_eq!(complain("size = 4, align = 4", "union u { a: u32 }"), "union: expected `struct`");
        let complain = |bits| {
            let item = format!("struct s {{ #[offset(0)] #[bits({bits})] a: [u8; 4] }}");
            complaint(c_type::expand(tokens("size = 4, align = 1"), tokens(&item)))
        };
        assert_eq!(complain("x = 3..3 as u32"), "3: a bitfield has 1 to 128 bits");
        assert_eq!(complain("x = 3"), "): expected `..`");
        assert_eq!(complain("x = 0..3 as u32, doc"), "doc: expected string literal");
        let union = "struct s { #[offset(0)] #[member(x = -1 as u8)] a: [u8; 4] }";
        assert_eq!(complaint(c_type::expand(tokens("size = 4, align = 1"), tokens(union))), "-1: invalid digit found in string");
    }

    #[test]
    fn layouts_that_differ_say_where() {
        let item = "struct event { #[offset(0)] pid: u32, #[offset(4)] r#type: u32 }";
        let expansion = c_type::expand(tokens("size = 8, align = 4"), tokens(item)).unwrap().to_string();
        for message in [
            "`event.type` lies at another offset than in C; rebuild the skeleton from its C source",
            "`event` has another size than in C; rebuild the skeleton from its C source",
            "`event` has a stricter alignment than in C; rebuild the skeleton from its C source",
            "`event` has padding that no field declares: declare it as fields with `#[padding]`, or rebuild the skeleton from its C source",
        ] {
            assert!(expansion.contains(message), "{message}");
        }
        let item = "struct u { #[offset(0)] #[member(x = 2 as u32)] #[bits(y = 0..9 as u32)] bytes: [u8; 4] }";
        let expansion = c_type::expand(tokens("size = 4, align = 1"), tokens(item)).unwrap().to_string();
        for message in [
            "`u.x` ends outside of the bytes that it is in; rebuild the skeleton from its C source",
            "`u.y` ends outside of the bytes that it is in; rebuild the skeleton from its C source",
        ] {
            assert!(expansion.contains(message), "{message}");
        }
        let item = "struct event { #[offset(0)] pid: u32, #[offset(4)] r#type: u32 }";
        let expansion = section::expand(tokens("size = 8"), tokens(item)).unwrap().to_string();
        for message in [
            "`event.type` begins before the variable in front of it ends; rebuild the skeleton from its C source",
            "`event.pid` ends outside of its section; rebuild the skeleton from its C source",
        ] {
            assert!(expansion.contains(message), "{message}");
        }
    }

    #[test]
    fn fields_are_checked_as_they_are_in_the_end() {
        // `#[turns_numbers_into_bool]` could be expanded later.
        let item = "#[turns_numbers_into_bool] struct event { #[offset(0)] pid: u32, #[offset(4)] r#type: u32 }";
        let expansion = c_type::expand(tokens("size = 8, align = 4"), tokens(item)).unwrap().to_string();
        let all = "|| event { pid : pod :: < u32 > () , r#type : pod :: < u32 > () }";
        assert!(expansion.contains(all), "{expansion}");
    }

    #[test]
    fn types_of_the_user_s_that_differ_say_where() {
        let item = "struct event { #[offset(0)] r#type: u32, #[offset(4)] #[bits(low = 0..3 as u8)] bits4: [u8; 4] }";
        let expansion = c_type::expand(tokens("size = 8, align = 4, rust = crate::Event"), tokens(item)).unwrap().to_string();
        for message in [
            "`crate::Event` has another size than `event` in C; declare it in Rust as it is in C",
            "`crate::Event` has a stricter alignment than `event` in C; declare it in Rust as it is in C",
            "`type` of `crate::Event` lies in another place than in `event` in C, or has another size; declare it in Rust as it is in C",
            "`crate::Event` has nothing but padding where `event` has `low` in C; declare it in Rust as it is in C",
        ] {
            assert!(expansion.contains(message), "{message}: {expansion}");
        }
        let expansion = c_enum::expand(tokens("u32, rust = [u8; 4]"), tokens("enum reason { LATE = 0 }")).unwrap().to_string();
        for message in [
            "`[u8; 4]` is another integer than `reason` in C, a `u32`; declare it in Rust as it is in C",
            "`LATE` of `[u8; 4]` has another value than in `reason` in C; declare it in Rust as it is in C",
        ] {
            assert!(expansion.contains(message), "{message}: {expansion}");
        }
    }

    #[test]
    fn c_enum_points_at_what_is_wrong() {
        let complain = |arguments, item| complaint(c_enum::expand(tokens(arguments), tokens(item)));
        let repr = "expected the integer type that C stores the enum in: `c_enum(u32)`";
        assert_eq!(complain("u24", "enum e { A = 0 }"), format!("u24: {repr}"));
        assert_eq!(complain("", "enum e { A = 0 }"), format!("the attribute: {repr}"));
        assert_eq!(complain("u32, u32", "enum e { A = 0 }"), format!("u32: {repr}"));
        assert_eq!(complain("u32, crate = 1", "enum e { A = 0 }"), "1: expected identifier");
        assert_eq!(complain("u32", "enum e { A }"), "A: an enumerator has its value in C: `NAME = 1`");
        assert_eq!(complain("u32", "enum e { A(u8) = 1 }"), "(u8): an enumerator has no fields");
        assert_eq!(complain("u32", "enum e { A = B }"), "B: expected a number");
        assert_eq!(complain("u32", "struct s {}"), "struct: expected `enum`");
    }

    #[test]
    fn include_skeleton_takes_a_name() {
        let name = "expected the name of a skeleton: `include_skeleton!(\"name\")` for `name.bpf.c`";
        let alone = "expected the C file's name alone: `name` for `src/bpf/name.bpf.c`";
        assert_eq!(complaint(skeleton::expand(tokens("demo"))), format!("demo: {name}"));
        assert_eq!(complaint(skeleton::expand(tokens(""))), format!("the attribute: {name}"));
        assert_eq!(complaint(skeleton::expand(tokens("\"src/demo.bpf.c\""))), format!("\"src/demo.bpf.c\": {alone}"));
        let included = skeleton::expand(tokens("\"demo\"")).unwrap().to_string();
        assert!(included.contains("\"/demo.skel.rs\""), "{included}");
    }
}
