//! What rustc says of mistakes that users make with skeletons. `TRYBUILD=overwrite` writes the messages anew; they are those of the
//! newest stable Rust.

#[test]
fn mistakes_are_compile_errors_that_say_what_to_do() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/ui/*.rs");
}
