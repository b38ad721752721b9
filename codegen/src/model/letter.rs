//! Letters that names in Rust can have.

use unicode_ident::is_xid_continue;

/// Where the letters beyond ASCII lie that rustc takes without a warning, but for few of them: those of scripts that are in use, in
/// words of people's languages (`Identifier_Status=Allowed` in Unicode's `IdentifierStatus.txt`, which the lint `uncommon_codepoints`
/// goes by). Only the whole of a user's crate could allow that lint, so that a skeleton had better not meet it.
const SCRIPTS: &[(char, char)] = &[
    ('\u{c0}', '\u{131}'), // Latin
    ('\u{134}', '\u{17e}'),
    ('\u{1cd}', '\u{233}'),
    ('\u{1e00}', '\u{1e99}'),
    ('\u{1e9e}', '\u{1ef9}'),
    ('\u{386}', '\u{3ce}'), // Greek
    ('\u{400}', '\u{45f}'), // Cyrillic
    ('\u{48a}', '\u{4ff}'),
    ('\u{531}', '\u{586}'),   // Armenian
    ('\u{5d0}', '\u{5ea}'),   // Hebrew
    ('\u{620}', '\u{6d5}'),   // Arabic
    ('\u{750}', '\u{7b1}'),   // Arabic, Thaana
    ('\u{901}', '\u{df2}'),   // Devanagari to Sinhala
    ('\u{e01}', '\u{e4e}'),   // Thai
    ('\u{e81}', '\u{ed9}'),   // Lao
    ('\u{f40}', '\u{fbc}'),   // Tibetan
    ('\u{1000}', '\u{109d}'), // Burmese
    ('\u{10d0}', '\u{10f0}'), // Georgian
    ('\u{1200}', '\u{135f}'), // Ethiopic
    ('\u{1780}', '\u{17d2}'), // Khmer
    ('\u{3005}', '\u{3007}'), // Han, kana, bopomofo
    ('\u{3041}', '\u{3096}'),
    ('\u{309d}', '\u{309e}'),
    ('\u{30a1}', '\u{30fe}'),
    ('\u{3105}', '\u{312d}'),
    ('\u{3400}', '\u{9fff}'),
    ('\u{20000}', '\u{2ebe0}'),
    ('\u{ac00}', '\u{d7a3}'), // Hangul
];

/// Whether a name can have it in it: a letter, a digit, an underscore.
pub(super) fn is_letter(c: char) -> bool {
    let of_script = || SCRIPTS.iter().any(|(first, last)| (*first..=*last).contains(&c)) && is_xid_continue(c);
    c == '_' || c.is_ascii_alphanumeric() || of_script()
}

/// Whether a name can begin with it.
pub(super) fn is_first_letter(c: char) -> bool {
    is_letter(c) && (c == '_' || unicode_ident::is_xid_start(c))
}

/// The capital letter, where Rust's names can have it.
pub(super) fn capital(c: char) -> String {
    let capital = c.to_uppercase();
    if capital.clone().all(is_letter) { capital.collect() } else { c.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_those_of_people_s_languages() {
        for word in ["größe", "Übergänge", "naïve", "çok", "мера", "αριθμός", "数量", "すうりょう", "수량", "परिमाण", "عدد", "_a1"]
        {
            assert!(word.chars().all(is_letter) && word.starts_with(is_first_letter), "{word}");
        }
        // A mark that stands behind its letter, signs of units, digits of other kinds, punctuation.
        for c in ['\u{301}', 'µ', '\u{212b}', 'ﬁ', '²', '½', 'Ⅷ', '×', '÷', '·', '€', '😀', ' ', '-', '.', '$', '\u{a0}', '、']
        {
            assert!(!is_letter(c), "{c}");
        }
        assert!(is_letter('7') && !is_first_letter('7') && !is_first_letter('\u{94d}'));
    }

    #[test]
    fn capitals_are_letters_too() {
        assert_eq!(
            ["a", "ö", "ß", "ж", "λ", "数", "_", "ა"].map(|c| c.chars().map(capital).collect::<String>()),
            ["A", "Ö", "SS", "Ж", "Λ", "数", "_", "ა"]
        );
    }
}
