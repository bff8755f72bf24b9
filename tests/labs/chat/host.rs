//! The host, and guests who take nothing.

use hidden_tests::{Bench, CauseId};

use super::hosted::Hosted;

/// Who takes nothing is let go, once, and nobody else notices more than that.
pub fn one_takes_nothing(bench: &Bench) {
    let places = bench.random().usize(4..=7);
    bench.tell(&format!(
        "ada speaks, bob listens, eve takes nothing; {places} places in each queue"
    ));
    bench.rule("rules 1 and 2: each act is dealt with, and each delivery is put into the queues");
    let house = Hosted::start(bench, places);
    house.come(&[(1, "ada"), (2, "bob"), (3, "eve")]);
    let words: Vec<_> = (0..places).map(|_| bench.random_word(3..=12)).collect();
    for word in &words {
        house.acts(&format!("line 1 {word}"));
        house.takes(2, &format!("said ada {word}"));
    }
    bench.tell(
        "now her queue is full; after the line for which there is no place comes another one",
    );
    house.acts("line 1 one too many");
    house.acts("line 1 and now?");
    eve_is_let_go(bench, &house, places);
    bench.rule("rule 5: what still comes from somebody who was let go is ignored");
    house.acts("line 3 back");
    house.acts("line 1 still there?");
    house.takes(2, "said ada still there?");
    bench.rule("rules 1 and 5: a reason for somebody who was let go is nobody's");
    house.acts("sorry 3 never heard");
    house.acts("line 1 and here?");
    house.takes(2, "said ada and here?");
    bench.rule("rules 3 and 5: she has left, and nothing more is heard of her");
    house.takes(1, "left eve");
    house.acts("gone 3");
    house.acts("line 2 yes");
    house.takes(1, "said bob yes");
    bench.tell("what was in her queue is hers; then it ends");
    bench.rule("rule 3: what lies in her queue stays hers, and her outbox was dropped");
    bench.silence_means("Somebody still holds an outbox of hers: her queue does not end.");
    for word in &words {
        house.takes(3, &format!("said ada {word}"));
    }
    house.takes(3, "the end");
    bench.tell("her name is free");
    bench.rule("rule 3: the hall has heard that she left, so her name is free");
    house.acts("come 4");
    house.acts("line 4 eve");
    house.takes(4, "welcome eve hall");
    house.takes(1, "joined eve");
    house.takes(2, "joined eve");
    bench.tell("now a queue whose reader is gone, without a word");
    bench.rule("rules 3 and 5: there is no place for a line where nobody reads, or they go; it is told once");
    house.acts("deaf 4");
    house.acts("line 1 eve?");
    house.acts("gone 4");
    house.takes_all(2, &["said ada eve?", "left eve"]);
    house.acts("line 1 so");
    house.takes(2, "said ada so");
    house.ends();
}

/// Bob hears both lines, and between them, or before the first, that eve has left; once. If not: what became of her?
fn eve_is_let_go(bench: &Bench, house: &Hosted, places: usize) {
    bench.rule(
        "rule 3: there was no place in eve's queue, so she is let go at once, before the next act",
    );
    let expected = "guest 2 takes: said ada one too many, left eve, said ada and now?";
    let fail = |id, heard: &[String], what: &str, likely: Option<&str>| -> ! {
        let heard = match heard {
            [] => "nothing".to_string(),
            lines => lines.join(", "),
        };
        bench.fail(id, expected, &format!("{heard}; {what}"), likely)
    };
    let mut heard = Vec::new();
    while heard.len() < 3 {
        match house.next_if_any(2) {
            Some(line) => heard.push(line),
            None => fail(
                CauseId::NotAnswered,
                &heard,
                "then the host stands still: it deals with no further act",
                Some("The host waits for a place in eve's queue, and everybody waits with it."),
            ),
        }
        if heard.last().is_some_and(|line| line == "said ada and now?") {
            break;
        }
    }
    let mut sorted = heard.clone();
    sorted.sort_unstable();
    if sorted == ["left eve", "said ada and now?", "said ada one too many"] {
        return;
    }
    if heard.iter().any(|line| line == "left eve") {
        fail(CauseId::OutputDiffers, &heard, "that is not it", None);
    }
    // If nothing is on its way to bob, this is next.
    house.acts("sorry 2 nothing else");
    if house.next_if_any(2).is_some_and(|line| line == "left eve") {
        let late = "then left eve, one act too late";
        fail(CauseId::OutputDiffers, &heard, late, None);
    }
    let mut hers = (0..=places).map_while(|_| house.next_if_any(3));
    let (what, likely) = match hers.nth(places).as_deref() {
        Some("the end") => (
            "eve's queue has ended",
            "Her outbox was dropped, and nobody in the hall was told.",
        ),
        Some(line) if line.contains("one too many") => (
            "eve's queue held one line more than it has places",
            "What there was no place for was kept somewhere else.",
        ),
        _ => (
            "eve's queue is open still, without the line that there was no place for",
            "She has missed a line and does not know it: she was not let go.",
        ),
    };
    fail(CauseId::OutputDiffers, &heard, what, Some(likely))
}

pub fn one_guest_alone(bench: &Bench) {
    let house = Hosted::start(bench, 4);
    bench.rule("rule 1: they come in");
    house.come(&[(1, "ada"), (2, "bob")]);
    bench.tell("now reasons: they are for one guest, who need not have a name");
    bench.rule("rule 1: a reason is for that guest");
    house.acts("come 5");
    house.acts("sorry 5 say a name first");
    house.takes(5, "sorry say a name first");
    bench.tell("now somebody without a name takes nothing");
    house.acts("come 7");
    for n in 0..=4 {
        house.acts(&format!("sorry 7 {n}"));
    }
    // The host deals with acts in order: when this one is dealt with, so are those.
    house.acts("sorry 5 another");
    house.takes(5, "sorry another");
    for n in 0..4 {
        house.takes(7, &format!("sorry {n}"));
    }
    bench.rule("rule 3: who has no place for a line is let go, with a name or without");
    bench.silence_means("Somebody without a name had no place for a line, and was not let go: the queue does not end.");
    house.takes(7, "the end");
    bench.tell("now one who goes: the queue ends, and what still comes from there is nobody's");
    bench.rule("rule 5: who has gone hears nothing more");
    bench.silence_means(
        "Somebody still holds an outbox of the guest who has gone: the queue does not end.",
    );
    house.acts("come 6");
    house.acts("line 6 dan");
    house.takes(6, "welcome dan hall");
    house.acts("gone 6");
    house.takes(6, "the end");
    bench.rule("rules 2 and 5: what still comes from who has gone is ignored");
    for guest in [1, 2] {
        house.takes(guest, "joined dan");
        house.takes(guest, "left dan");
    }
    house.acts("line 6 fay");
    house.acts("line 1 who?");
    house.takes(2, "said ada who?");
    house.ends();
}

pub fn all_are_told_of_the_end(bench: &Bench) {
    bench.tell("now the end: everybody hears of it, also who has no name");
    bench.rule("rule 6: everybody hears it, also without a name, and then all queues end");
    let house = Hosted::start(bench, 4);
    house.come(&[(1, "ada"), (2, "bob")]);
    for guest in 3..=200 {
        house.acts(&format!("come {guest}"));
    }
    house.acts("stop");
    for guest in 1..=200 {
        house.takes(guest, "bye");
        house.takes(guest, "the end");
    }
    bench.tell("now acts that come after the end");
    bench.rule("rule 6: then the host is done, and takes no further act");
    bench.silence_means("The host goes on taking acts after Stop.");
    // More than fit into the channel that leads to it.
    house.program.feed("line 1 x\n".repeat(200).as_bytes());
    house.program.expect_last_lines("the host is done");
    house.program.expect_exit(0);

    bench.tell("now the end, while one queue is full: nobody waits for it");
    bench.rule("rules 1 and 2: they come in");
    let house = Hosted::start(bench, 2);
    for (guest, name) in [(1, "eve"), (2, "ada")] {
        house.acts(&format!("come {guest}"));
        house.acts(&format!("line {guest} {name}"));
    }
    bench.rule("rule 6: if there is a place; eve's queue is full, and nobody waits for her");
    bench
        .silence_means("Your program waits for a place in the queue of a guest who takes nothing.");
    house.acts("stop");
    for line in ["welcome ada hall", "bye", "the end"] {
        house.takes(2, line);
    }
    for line in ["welcome eve hall", "joined ada", "the end"] {
        house.takes(1, line);
    }
    house.ends();
}

/// The leaving of one is too much for the next, and so on: in the order of their numbers, and against it.
pub fn leaving_is_too_much(bench: &Bench) {
    const PLACES: u64 = 6;
    bench.tell("now four who are slow: the leaving of one is too much for the next");
    for numbers in [[3, 4, 5, 6], [6, 5, 4, 3]] {
        bench.rule("rules 1 and 2: they come in");
        let house = Hosted::start(bench, PLACES as usize);
        let mut slow: Vec<_> = numbers
            .into_iter()
            .zip(["eve", "dan", "fay", "gus"])
            .collect();
        slow.sort_unstable();
        house.come(&[&[(1, "ada"), (2, "bob")], &slow[..]].concat());
        // Eve's queue is full, and dan's; fay has one place left, and gus two.
        for (guest, free) in numbers.into_iter().zip([0, 0, 1, 2]) {
            for n in 0..PLACES - free {
                house.acts(&format!("sorry {guest} {n}"));
            }
        }
        bench.rule("rule 4: that somebody leaves is news, which may be too much for the next one");
        bench.silence_means("Somebody had no place for the news that another leaves, and nobody was told that they leave too.");
        house.acts(&format!("sorry {} too many", numbers[0]));
        for guest in [1, 2] {
            house.takes_all(guest, &["left eve", "left dan", "left fay", "left gus"]);
        }
        bench.rule("rules 2 and 4: those who are left hear on");
        house.acts("line 2 c");
        house.takes(1, "said bob c");
        bench.rule("rule 3: what lies in their queues stays theirs");
        for guest in &numbers[..2] {
            for n in 0..PLACES {
                house.takes(*guest, &format!("sorry {n}"));
            }
            house.takes(*guest, "the end");
        }
        house.ends();
    }
}
