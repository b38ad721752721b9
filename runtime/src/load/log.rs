//! What the kernel writes into a log's buffer.

/// The text up to the NUL that ends it.
pub(super) fn text(log: &[u8]) -> String {
    let end = log.iter().position(|&byte| byte == 0).unwrap_or(log.len());
    String::from_utf8_lossy(log.get(..end).unwrap_or(log)).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_ends_with_a_nul_or_the_buffer() {
        assert_eq!(text(b"R1 invalid\n\0\0old"), "R1 invalid\n");
        assert_eq!(text(b"R1"), "R1");
        assert_eq!(text(b""), "");
    }
}
