//! Which characters of a line are orders to a terminal.

use hidden_tests::{Bench, CauseId, MIB};

pub fn examples(bench: &Bench) {
    let program = bench.program(&["harmless"]).with_input().start();
    let becomes = |rule: &str, line: &str, wanted: &str| {
        bench.rule(rule);
        program.feed(format!("{line}\n").as_bytes());
        program.expect_lines(wanted);
    };
    let stays = |rule: &str, line: &str| becomes(rule, line, line);
    stays("rule 3: all stays", "plain text, 100 %");
    stays(
        "rule 3: letters of all scripts, signs, emoji",
        "größer 漢字 العربية 🦀 👩\u{200d}💻",
    );
    bench.tell("now a line that would clear the screen and say something else");
    becomes(
        "rule 1: ESC begins an order",
        "eve: \u{1b}[2J\u{1b}[Hada: I quit",
        "eve: ?[2J?[Hada: I quit",
    );
    becomes(
        "rule 1: CR, BS and NUL are orders too",
        "eve: \rada: I quit\u{8}\0\r",
        "eve: ?ada: I quit???",
    );
    becomes("rule 1: a tab becomes a space", "a\ttab", "a tab");
    becomes(
        "rule 1: U+0080 to U+009F are control characters too",
        "the title \u{9d}0;of the window\u{9c}",
        "the title ?0;of the window?",
    );
    becomes(
        "rule 2: U+202A to U+202E turn the direction of writing",
        "pay \u{202e}001\u{202c} now",
        "pay ?001? now",
    );
    stays("rule 3: a space stays, also at the end", " ");
    bench.rule("");
    program.end_input();
    program.expect_output(b"");
    program.expect_exit(0);
}

/// What a character becomes, and by which rule.
fn wanted(c: char) -> (char, &'static str) {
    match c {
        '\t' => (' ', "rule 1: a tab becomes a space"),
        '\0'..='\u{1f}' => ('?', "rule 1: U+0000 to U+001F are control characters"),
        '\u{7f}'..='\u{9f}' => ('?', "rule 1: U+007F to U+009F are control characters"),
        '\u{202a}'..='\u{202e}' => (
            '?',
            "rule 2: U+202A to U+202E turn the direction of writing",
        ),
        '\u{2066}'..='\u{2069}' => (
            '?',
            "rule 2: U+2066 to U+2069 turn the direction of writing",
        ),
        c => (c, "rule 3: all other characters stay"),
    }
}

/// Each character of the first plane but LF, each tag, and some of all others.
pub fn every_character(bench: &Bench) {
    bench.tell("now each character up to U+FFFF but LF, each tag (U+E0000 on), and each sixteenth of the others");
    bench.rule("");
    const IN_A_LINE: usize = 4096;
    let from = bench.random().u32(0..16);
    let all: Vec<char> = ('\0'..=char::MAX)
        .filter(|c| match *c as u32 {
            0x0a => false,
            0..=0xffff | 0xe0000..=0xe01ff | 0x10ffff => true,
            code => code % 16 == from,
        })
        .collect();
    let program = bench
        .program(&["harmless"])
        .with_input()
        .printing_up_to(8 * MIB)
        .start();
    let lines: Vec<&[char]> = all.chunks(IN_A_LINE).collect();
    let text: Vec<String> = lines
        .iter()
        .map(|line| line.iter().chain(&['\n']).collect())
        .collect();
    program.feed(text.concat().as_bytes());
    program.end_input();
    for line in lines {
        let came = program.says_line("a line with each character in its place");
        let mut came = came.chars();
        for c in line {
            let ((wanted, rule), got) = (wanted(*c), came.next());
            if got != Some(wanted) {
                bench.rule(rule);
                let expected = format!("{} in the place of {}", named(wanted), named(*c));
                let got = got.map_or("the end of the line".to_string(), named);
                bench.fail(CauseId::OutputDiffers, &expected, &got, None);
            }
        }
        if let Some(more) = came.next() {
            bench.rule("each character becomes one other or stays");
            let got = format!("{} behind it", named(more));
            let expected = format!("the end of the line behind {}", named(line[line.len() - 1]));
            bench.fail(CauseId::OutputDiffers, &expected, &got, None);
        }
    }
    program.expect_output(b"");
    program.expect_exit(0);
}

fn named(c: char) -> String {
    match c {
        ' '..='~' => format!("{c:?}"),
        c => format!("U+{:04X}", c as u32),
    }
}
