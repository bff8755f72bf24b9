//! A sender whose time is up: it sends again, waits longer each time, and in the end gives up.

use hidden_tests::Bench;

use super::packet::Data;
use super::play::{
    Answer, GAVE_UP, NOT_READY, Play, acknowledged, difference, offer, ready, time, waiting,
};
use super::transfer::Transfer;

/// `MAX_SENDINGS` of the statement.
const MAX_SENDINGS: u32 = 20;
/// `MAX_BACKOFF` of the statement.
const MAX_BACKOFF: u64 = 8;

pub fn until_it_gives_up(bench: &Bench) {
    let random = bench.random().u64(20..2000);
    for (begin, timeout, late) in [(1000, 200, 0), (2000, 300, 450), (70_000, random, 1)] {
        let mut transfer = Transfer::new(bench);
        transfer.first = 500;
        let sender = transfer.sender(bench, timeout);
        sender.now(
            "a look at the clock, with nothing sent",
            "rule 5 of `on_time`",
        );
        sender.expect(&time(1), &[&ready(500, true)]);
        let word = bench.random_word(3..=30);
        let last = late > 0;
        let packet = Data {
            first: true,
            last,
            ..transfer.data(500, word.as_bytes())
        };
        let sends = transfer.sends(&packet);
        let state = waiting(500, 1, begin + timeout);
        sender.now("the first piece", "rules 1 and 2 of `offer`");
        sender.expect(&offer(begin, word.as_bytes(), last), &[&sends, &state]);
        if late > 0 {
            bench.tell("from here on, nobody looks at the clock when it is time, but later");
        }
        let waits = Waits {
            sequence: 500,
            timeout,
            due: begin + timeout,
            late,
        };
        let due = sends_until(&sender, &sends, &waits, MAX_SENDINGS);
        let state = waiting(500, MAX_SENDINGS, due);
        sender.now("before it is due, after 20 sendings", "rule 1 of `on_time`");
        sender.expect(&time(due - 1), &[&state]);
        sender.now("due once more, after 20 sendings", "rule 4 of `on_time`");
        gives_up(&sender, due + late);
        sender.now(
            "a look at the clock, when it has given up",
            "rule 5 of `on_time`",
        );
        sender.expect(&time(u64::from(u32::MAX)), &[GAVE_UP]);
        sender.now(
            "acknowledgements, when it has given up",
            "rule 4 of `on_acknowledgement`",
        );
        for number in [500, 499, 501] {
            sender.expect(&acknowledged(u64::from(u32::MAX), number), &[GAVE_UP]);
        }
        sender.now("a piece, when it has given up", "rule 3 of `offer`");
        sender.expect(
            &offer(u64::from(u32::MAX), b"more", false),
            &[NOT_READY, GAVE_UP],
        );
    }
}

pub fn each_packet_for_itself(bench: &Bench) {
    let mut transfer = Transfer::new(bench);
    transfer.first = 500;
    let sender = transfer.sender(bench, 200);
    let mut at = 1000;
    for sequence in [500, 501] {
        let packet = Data {
            first: sequence == 500,
            ..transfer.data(sequence, b"Dear Ada")
        };
        let sends = transfer.sends(&packet);
        let what = match packet.first {
            true => "the first piece",
            false => "the next piece; the first wait is `timeout` again",
        };
        sender.now(what, "rules 1 and 2 of `offer`");
        sender.expect(
            &offer(at, b"Dear Ada", false),
            &[&sends, &waiting(sequence, 1, at + 200)],
        );
        let waits = Waits {
            sequence,
            timeout: 200,
            due: at + 200,
            late: 0,
        };
        at = sends_until(&sender, &sends, &waits, 4) - 1;
        sender.now(
            "its acknowledgement, after four sendings",
            "rule 1 of `on_acknowledgement`",
        );
        sender.expect(&acknowledged(at, sequence), &[&ready(sequence + 1, false)]);
    }
}

struct Waits {
    sequence: u16,
    timeout: u64,
    due: u64,
    /// How much later than due the clock is looked at.
    late: u64,
}

/// From the first sending to the one with the number `until`: is it sent when it is due, and only then? Says when it is due
/// after that.
fn sends_until(sender: &Play, sends: &str, waits: &Waits, until: u32) -> u64 {
    let Waits {
        sequence,
        timeout,
        mut due,
        late,
    } = *waits;
    let longest = MAX_BACKOFF * timeout;
    let mut wait = timeout;
    for times in 1..until {
        let before = waiting(sequence, times, due);
        sender.quietly_now("before it is due", "rule 1 of `on_time`");
        sender.expect(&time(due - timeout / 2), &[&before]);
        sender.expect(&time(due - 1), &[&before]);
        if times == 3 {
            refuses_and_ignores(sender, sequence, due - 1, &before);
        }
        let now = due + late;
        sender.quietly_now(
            &format!("time for sending {}", times + 1),
            "rules 2 and 3 of `on_time`",
        );
        let answer = sender.hear(&time(now));
        let next = answer.number("due").unwrap_or(0);
        let right = |wait: u64, next: u64| {
            let is = next.saturating_sub(now);
            (wait + 1..=longest).contains(&is) || wait == longest && is == longest
        };
        let state = waiting(sequence, times + 1, next);
        if answer.actions != [sends] || answer.state != state || !right(wait, next) {
            let (soonest, latest) = (now + longest.min(wait + 1), now + longest);
            let before_due = due;
            let due = match soonest == latest {
                true => latest.to_string(),
                false => format!("{soonest} to {latest}"),
            };
            let state =
                waiting(sequence, times + 1, 0).replace("\"due\": 0", &format!("\"due\": {due}"));
            let expected = format!("{sends}, then {state}");
            let mut likely = difference(&answer, &[sends], &waiting(sequence, times + 1, next));
            if likely.is_empty() {
                likely = about_wait(sender, &answer, wait, now, before_due, longest);
            }
            sender.refuse(&expected, &answer, &likely)
        }
        wait = next - now;
        due = next;
    }
    due
}

/// After the last sending, at the time when one more would be due.
fn gives_up(sender: &Play, at: u64) {
    let answer = sender.hear(&time(at));
    if answer.actions.is_empty() && answer.state == GAVE_UP {
        return;
    }
    let mut likely = difference(&answer, &[], GAVE_UP);
    // Never, or too late?
    let mut sendings = MAX_SENDINGS as usize + answer.actions.len();
    let mut due = answer.number("due");
    for _ in 0..3 {
        let Some(at) = due else { break };
        let next = sender.hear(&time(at));
        sendings += next.actions.len();
        due = next.number("due");
        if next.state == GAVE_UP {
            likely += &format!(" It gave up later, after {sendings} sendings.");
        }
    }
    if due.is_some() {
        likely += &format!(" It went on: {sendings} sendings, and no end.");
    }
    sender.refuse(GAVE_UP, &answer, &likely)
}

/// In the middle of the sendings: what has to change nothing. What is sent after it shows whether it did.
fn refuses_and_ignores(sender: &Play, sequence: u16, at: u64, state: &str) {
    sender.quietly_now("one more piece, after three sendings", "rule 3 of `offer`");
    for last in [true, false] {
        sender.expect(&offer(at, b"too early", last), &[NOT_READY, state]);
    }
    sender.quietly_now(
        "acknowledgements of other packets, after three sendings",
        "rule 3 of `on_acknowledgement`",
    );
    for number in [sequence - 1, sequence + 1] {
        sender.expect(&acknowledged(at, number), &[state]);
    }
}

/// Why a wait is too long or too short, as far as it can be seen.
fn about_wait(
    sender: &Play,
    answer: &Answer,
    wait: u64,
    now: u64,
    due: u64,
    longest: u64,
) -> String {
    let next = answer.number("due").unwrap_or(0);
    let is = next.saturating_sub(now);
    if is < wait && next.saturating_sub(due) > wait {
        return format!(
            "It is {} ms from when it was due, and {is} from `now`, which is later.",
            next - due
        );
    }
    // Does it grow, and does it ever end to grow? Then it may have begun too short, or ends too late.
    let after = sender.hear(&time(next.max(now)));
    let after = after.number("due").unwrap_or(0).saturating_sub(next);
    if is > longest {
        return format!(
            "This wait is {is} ms, and the one after it {after}; the longest is {longest}."
        );
    }
    format!("The wait before was {wait} ms, this one is {is}, and the one after it {after}.")
}
