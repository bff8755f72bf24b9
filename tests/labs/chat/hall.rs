//! Who hears what, in one room and in several.

use hidden_tests::Bench;

use super::MAX_LINE;
use super::deciding::{Deciding, welcome};
use super::names::with_all_characters;

pub fn a_line_is_a_name_first(bench: &Bench) {
    let hall = Deciding::start(bench);
    bench.rule("on_line, rule 1: from somebody without a name, the line is the name");
    hall.leads_to("line 7 ada", &[&welcome(7, "ada")]);
    bench.rule("on_line, rule 4: nobody else is in the room");
    hall.leads_to("line 7 anybody here?", &[]);
    bench.rule("on_line, rule 1: from somebody without a name, the line is the name");
    hall.leads_to("line 2 bob", &[&welcome(2, "bob"), "7 hears: joined bob"]);
    hall.refuses("line 3 Bob", 3);
    bench.tell("3 has no name yet: they hear nothing, and what they say is a name");
    bench.rule("on_line, rule 4: 3 was refused a name, so they are in no room");
    hall.leads_to("line 2 good morning", &["7 hears: said bob good morning"]);
    bench.rule("on_line, rule 1: from somebody without a name each line is a name, as it is; this is a bad one");
    for name in ["what is a name?", "", "/who", " eve", "eve ", "   "] {
        hall.refuses(&format!("line 3 {name}"), 3);
    }
    bench.rule("on_line, rule 1: after a refusal the next line is a name again");
    let eve = [
        &welcome(3, "eve"),
        "2 hears: joined eve",
        "7 hears: joined eve",
    ];
    hall.leads_to("line 3 eve", &eve);
    hall.ends();
}

pub fn the_others_hear_it(bench: &Bench) {
    bench.tell("now they are three");
    let hall = Deciding::start(bench);
    hall.leads_to("line 7 ada", &[&welcome(7, "ada")]);
    hall.leads_to("line 2 bob", &[&welcome(2, "bob"), "7 hears: joined bob"]);
    let eve = [
        &welcome(3, "eve"),
        "2 hears: joined eve",
        "7 hears: joined eve",
    ];
    hall.leads_to("line 3 eve", &eve);
    for (rule, text) in [
        ("to everybody else, as it is", "eve"),
        ("with its spaces", "  two  spaces "),
        ("with its spaces: this is no empty line", "   "),
        ("with its spaces: this is no command", " /who"),
        ("whatever it looks like", "said bob I am ada"),
        ("in any script", "größer 🦀"),
        ("no command", "a/who"),
        ("however short", "."),
    ] {
        bench.rule(&format!("on_line, rule 4: said {rule}"));
        let said = |to: u64, by: &str| format!("{to} hears: said {by} {text}");
        hall.leads_to(
            &format!("line 7 {text}"),
            &[&said(2, "ada"), &said(3, "ada")],
        );
        hall.leads_to(
            &format!("line 3 {text}"),
            &[&said(2, "eve"), &said(7, "eve")],
        );
    }
    bench.rule("on_line, rule 2: an empty line is nothing");
    hall.leads_to("line 2 ", &[]);
    bench.rule("on_line, rule 4: said, however long");
    let long = "x".repeat(MAX_LINE);
    let said = |to: u64| format!("{to} hears: said bob {long}");
    hall.leads_to(&format!("line 2 {long}"), &[&said(3), &said(7)]);
    bench.rule("on_line, rule 4: to those who are in the room");
    hall.leads_to("gone 3", &["2 hears: left eve", "7 hears: left eve"]);
    hall.leads_to("line 7 she has gone", &["2 hears: said ada she has gone"]);
    hall.leads_to("gone 3", &[]);
    hall.ends();
}

/// Ada, bob, eve and zoe are in the hall as 1, 2, 3 and 4.
fn four(bench: &Bench) -> Deciding<'_> {
    let hall = Deciding::start(bench);
    bench.rule("on_line, rule 1: they come in");
    let names = ["Ada", "bob", "eve", "zoe"];
    for (guest, name) in (1..).zip(names) {
        let welcome = welcome(guest, name);
        let joined: Vec<_> = (1..guest)
            .map(|other| format!("{other} hears: joined {name}"))
            .collect();
        let all: Vec<_> = [&welcome].into_iter().chain(&joined).collect();
        let all: Vec<_> = all.into_iter().map(String::as_str).collect();
        hall.leads_to(&format!("line {guest} {name}"), &all);
    }
    hall
}

pub fn rooms_have_walls(bench: &Bench) {
    const WHO: &str = "command, rule 3: all names in the room, as they are written";
    let hall = four(bench);
    bench.rule(WHO);
    hall.leads_to("line 2 /who", &["2 hears: here Ada bob eve zoe"]);

    let room = format!("A{}", bench.random_word(2..=15));
    bench.tell(&format!("Ada and zoe go into the room {room}"));
    bench.rule("command, rule 1: the old room hears that they leave, the new one that they come");
    let left = [
        "2 hears: left Ada",
        "3 hears: left Ada",
        "4 hears: left Ada",
    ];
    let ada = format!("1 hears: welcome Ada {room}");
    let go = format!("line 1 /room {room}");
    hall.leads_to(&go, &[&[&ada[..]], &left[..]].concat());
    let zoe = format!("4 hears: welcome zoe {room}");
    let moved = [
        &zoe,
        "1 hears: joined zoe",
        "2 hears: left zoe",
        "3 hears: left zoe",
    ];
    hall.leads_to(&format!("line 4 /room {room}"), &moved);
    bench.rule("on_line, rule 4: to those in this room, and to nobody in another");
    hall.leads_to(
        "line 1 nobody else is to know",
        &["4 hears: said Ada nobody else is to know"],
    );
    hall.leads_to("line 3 they are gone", &["2 hears: said eve they are gone"]);
    bench.rule(WHO);
    hall.leads_to("line 4 /who", &["4 hears: here Ada zoe"]);
    hall.leads_to("line 3 /who", &["3 hears: here bob eve"]);
    bench.rule("join, rule 4: those in the hall hear it, and nobody in another room");
    let dan = [
        &welcome(5, "dan"),
        "2 hears: joined dan",
        "3 hears: joined dan",
    ];
    hall.leads_to("line 5 dan", &dan);
    bench.rule("join, rule 2: a name is taken, in whichever room its guest is");
    hall.refuses("line 6 ADA", 6);

    bench.tell("now leaving a room by leaving, and coming back");
    bench.rule("leave: those in the room hear it");
    hall.leads_to("gone 4", &["1 hears: left zoe"]);
    bench.rule("command, rule 1: hall is a room like any other, and the other one is empty now");
    let back = [
        &welcome(1, "Ada"),
        "2 hears: joined Ada",
        "3 hears: joined Ada",
        "5 hears: joined Ada",
    ];
    hall.leads_to("line 1 /room hall", &back);
    hall.leads_to("gone 6", &[]);
    hall.ends();
}

pub fn whispers_go_through_walls(bench: &Bench) {
    bench.tell("now whispers, in the room and through the wall");
    let hall = four(bench);
    bench.rule("command, rule 1: the old room hears that they leave");
    let left = [
        "1 hears: welcome Ada attic",
        "2 hears: left Ada",
        "3 hears: left Ada",
        "4 hears: left Ada",
    ];
    hall.leads_to("line 1 /room attic", &left);
    bench.rule("command, rule 2: told to that guest alone, with the name of the one who tells");
    hall.leads_to(
        "line 2 /tell zoe tea at four",
        &["4 hears: told bob tea at four"],
    );
    bench.rule("command, rule 2: a text is told as it is");
    hall.leads_to("line 2 /tell eve /who", &["3 hears: told bob /who"]);
    hall.leads_to(
        "line 2 /tell eve  two spaces ",
        &["3 hears: told bob  two spaces "],
    );
    bench.rule("command, rule 2: to whichever room");
    hall.leads_to("line 3 /tell Ada hello", &["1 hears: told eve hello"]);
    bench.rule("command, rule 2: names are compared as in join");
    hall.leads_to("line 3 /tell aDA hello", &["1 hears: told eve hello"]);
    bench.rule("command, rule 4: nobody of that name");
    for bad in ["nobody", "ad", "Adaa", "@Ada", "attic"] {
        hall.refuses(&format!("line 2 /tell {bad} hello"), 2);
    }
    hall.leads_to("gone 4", &["2 hears: left zoe", "3 hears: left zoe"]);
    hall.refuses("line 2 /tell zoe hello", 2);
    hall.ends();
}

pub fn rooms_have_names(bench: &Bench) {
    bench.tell("now names of rooms");
    let hall = four(bench);
    bench.rule(
        "command, rules 1 and 4: what no guest can be called, no room can be; nothing changes",
    );
    let long = "x".repeat(17);
    for bad in ["größer", &long, "#attic", "a.b", "/attic"] {
        hall.refuses(&format!("line 2 /room {bad}"), 2);
        hall.leads_to("line 2 /who", &["2 hears: here Ada bob eve zoe"]);
    }
    bench.rule("command, rule 4: this is no command; nothing changes");
    for bad in [
        "/room a b",
        "/room",
        "/tell",
        "/tell eve",
        "/sing",
        "/",
        "/WHO",
    ] {
        hall.refuses(&format!("line 2 {bad}"), 2);
    }
    hall.leads_to("line 2 /who", &["2 hears: here Ada bob eve zoe"]);
    bench.rule("command, rule 1: the name of a room need not be free");
    let into_bob = [
        "4 hears: welcome zoe bob",
        "1 hears: left zoe",
        "2 hears: left zoe",
        "3 hears: left zoe",
    ];
    hall.leads_to("line 4 /room bob", &into_bob);
    bench.rule("command, rule 1: each of the 64 characters, and 16 of them");
    for room in with_all_characters(bench) {
        let welcome = format!("4 hears: welcome zoe {room}");
        hall.leads_to(&format!("line 4 /room {room}"), &[&welcome]);
    }
    hall.leads_to("line 4 /room Attic", &["4 hears: welcome zoe Attic"]);
    bench.rule("join: only guests are asked whether a name is taken, not rooms");
    let joined = [
        &welcome(5, "Attic"),
        "1 hears: joined Attic",
        "2 hears: joined Attic",
        "3 hears: joined Attic",
    ];
    hall.leads_to("line 5 Attic", &joined);
    hall.ends();
}
