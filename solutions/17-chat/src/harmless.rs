//! Text from strangers, on its way to a terminal.

/// Makes a line harmless: no terminal takes any part of it for an order.
///
/// # Rules
/// 1. A control character (U+0000 to U+001F, U+007F to U+009F) becomes `?`; only a tab becomes a space.
/// 2. A character that turns the direction of writing (U+202A to U+202E, U+2066 to U+2069) becomes `?`.
/// 3. All other characters stay, each in its place: letters of all scripts, signs, emoji.
///
/// So a line never gets longer, in characters or in bytes. What follows an ESC stays too: without it, `[2J` is three letters.
///
/// ```
/// # use solution_chat::harmless;
/// assert_eq!(harmless("größer \u{1b}[31mred"), "größer ?[31mred");
/// ```
///
/// # Spec
/// ECMA-48 section 5.2 (C0) and 5.3 (C1: ESC and a letter, or one character of its own); Unicode Standard Annex #9
/// section 2 (explicit formatting of direction).
pub fn harmless(line: &str) -> String {
    // SOLUTION: put something harmless in the place of each character that is an order
    line.chars()
        .map(|c| match c {
            '\t' => ' ',
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '?',
            c if c.is_control() => '?',
            c => c,
        })
        .collect()
    // END SOLUTION
}
