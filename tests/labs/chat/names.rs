//! Which names there are, and who has one.

use hidden_tests::Bench;

use super::deciding::{Deciding, welcome};

/// The 64 characters of a name.
fn may_be_in_a_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-' || c == '_'
}

/// Four names of 16 characters, in which each of the 64 is once.
pub fn with_all_characters(bench: &Bench) -> Vec<String> {
    let mut all: Vec<char> = ('\0'..='\u{7f}').filter(|c| may_be_in_a_name(*c)).collect();
    bench.random().shuffle(&mut all);
    all.chunks(16).map(|name| name.iter().collect()).collect()
}

pub fn bad_ones_are_refused(bench: &Bench) {
    let hall = Deciding::start(bench);
    let name = bench.random_word(3..=16);
    hall.leads_to(&format!("join 1 {name}"), &[&welcome(1, &name)]);
    bench.tell("now names that somebody has");
    bench.rule("rule 2: this name is taken");
    hall.refuses(&format!("join 2 {name}"), 2);
    bench.rule("rule 2: Ada and ada are the same, so this name is taken");
    hall.refuses(&format!("join 2 {}", name.to_ascii_uppercase()), 2);
    bench.tell("now names that nobody may have");
    bench.rule("rule 1: at least one character");
    hall.refuses("join 2 ", 2);
    for n in [17, 900] {
        bench.rule(&format!("rule 1: {n} characters are too many"));
        hall.refuses(&format!("join 2 {}", "x".repeat(n)), 2);
    }
    let mut others: Vec<_> = ('\0'..='\u{7f}')
        .filter(|c| !may_be_in_a_name(*c) && *c != '\n')
        .collect();
    bench.random().shuffle(&mut others);
    for c in others {
        is_in_no_name(bench, c);
        hall.refuses(&format!("join 2 a{c}b"), 2);
    }
    for c in [' ', '/', '.', '[', '@'] {
        is_in_no_name(bench, c);
        hall.refuses(&format!("join 2 {c}b"), 2);
        hall.refuses(&format!("join 2 b{c}"), 2);
    }
    for (letter, name) in [('ë', "zoë"), ('а', "аda"), ('１', "１"), ('ß', "ß")] {
        bench.rule(&format!(
            "rule 1: {letter:?} (U+{:04X}) is a letter or digit of another script, and none of the 64",
            letter as u32
        ));
        hall.refuses(&format!("join 2 {name}"), 2);
    }
    bench.rule("rule 1: the sign of the unit Kelvin (U+212A), which becomes a k when it is made small, is none of the 64");
    hall.refuses("join 2 \u{212a}arl", 2);
    hall.ends();
}

fn is_in_no_name(bench: &Bench, c: char) {
    let code = c as u32;
    let though = match c {
        '['..='`' => ", though it lies between Z and a",
        _ => "",
    };
    bench.rule(&format!(
        "rule 1: {c:?} (U+{code:04X}) is none of the 64 characters{though}"
    ));
}

pub fn good_ones_are_given(bench: &Bench) {
    bench.tell("now names that are allowed");
    let hall = Deciding::start(bench);
    let mut names = with_all_characters(bench);
    names.extend(["A", "0", "-", "_-_", "007", "Ada-9", "server", "hall"].map(str::to_string));
    let mut inside = Vec::new();
    for (n, good) in names.iter().enumerate() {
        let guest = n as u64 + 1;
        bench.rule(match n {
            0..4 => "rule 1: 16 characters are allowed, and each of the 64",
            _ => "rules 1 and 2: nothing else keeps a name from being given",
        });
        let mut wanted = vec![welcome(guest, good)];
        wanted.extend(
            inside
                .iter()
                .map(|other| format!("{other} hears: joined {good}")),
        );
        let wanted: Vec<_> = wanted.iter().map(String::as_str).collect();
        hall.leads_to(&format!("join {guest} {good}"), &wanted);
        inside.push(guest);
    }
    bench.rule("rule 2: Ada-9 is taken");
    hall.refuses("join 20 ada-9", 20);
    hall.ends();
}

pub fn one_is_free_again(bench: &Bench) {
    bench.tell("now a name that is free again");
    bench.rule("rules 2 and 5: nobody has this name any more, nor has one who was refused it");
    let hall = Deciding::start(bench);
    hall.leads_to("join 1 Ada", &[&welcome(1, "Ada")]);
    hall.leads_to("join 2 bob", &[&welcome(2, "bob"), "1 hears: joined bob"]);
    hall.refuses("join 4 a.b", 4);
    hall.leads_to("gone 1", &["2 hears: left Ada"]);
    hall.leads_to("join 3 ada", &[&welcome(3, "ada"), "2 hears: joined ada"]);
    bench.rule("rule 2: somebody else has this name now");
    hall.refuses("join 1 Ada", 1);
    hall.ends();
}
