//! Numbers that people read.

/// A number with its digits in groups of three.
pub(crate) fn grouped(number: impl Into<i128>) -> String {
    let number: i128 = number.into();
    let digits = number.unsigned_abs().to_string();
    let mut grouped = String::from(if number < 0 { "-" } else { "" });
    for (index, digit) in digits.char_indices() {
        if index > 0 && digits.len() > 4 && (digits.len() - index) % 3 == 0 {
            grouped.push('_');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_grouped() {
        assert_eq!([0, 9999, 10240, 262_144, 1_i64 << 32].map(grouped), ["0", "9999", "10_240", "262_144", "4_294_967_296"]);
        assert_eq!([-1, -9999, -100_000].map(grouped), ["-1", "-9999", "-100_000"]);
        assert_eq!(grouped(i128::MIN), "-170_141_183_460_469_231_731_687_303_715_884_105_728");
    }
}
