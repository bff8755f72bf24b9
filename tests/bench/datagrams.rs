//! Datagrams: both ends, each fault on the way, the record, and what is said of a program that does not answer.

use std::fs;
use std::time::Duration;

use hidden_tests::{Bench, CauseId, Direction, Fate, Faults};

use crate::pcapng;
use crate::plain::plain;
use crate::trial::{Ran, Trial, passes};
use crate::tshark;

/// A window for what comes at once.
const SOON: Duration = Duration::from_secs(5);

#[test]
fn a_datagram_comes_whole_and_says_where_it_is_from() {
    for address in ["127.0.0.1:0", "[::1]:0"] {
        passes(|bench| {
            if address.starts_with('[') && !bench.has_ipv6() {
                return;
            }
            let program = bench.start(&["bind-at", address, "reply", "3", "sleep"]);
            let at = program.listens();
            let one = bench.datagram_peer_at("one", address);
            let other = bench.datagram_peer_at("other", address);
            one.send(at, b"Dear Ada");
            other.send(at, b"");
            one.send(at, &[7; 60_000]);
            assert_eq!(one.expect(b"Dear Ada"), at);
            assert_eq!(other.expect(b""), at);
            assert_eq!(one.receive("an answer").bytes.len(), 60_000);
            one.expect_silence(Duration::from_millis(20));
            assert!(one.came().is_empty());
        });
    }
}

#[test]
fn what_was_sent_before_the_end_is_there() {
    passes(|bench| {
        let far = bench.datagram_peer("far");
        let to = far.address().to_string();
        bench.start(&["post", &to, "one", "post", &to, "two", "exit", "0"]);
        far.expect(b"one");
        far.expect(b"two");
    });
}

#[test]
fn a_datagram_that_lies_in_the_queue_is_waited_for() {
    passes(|bench| {
        let program = bench.start(&["bind", "hold", "200", "receive", "1", "sleep"]);
        let near = bench.datagram_peer("near");
        let at = program.listens();
        near.send(at, b"");
        near.wait_until_read(at);
    });
    let ran = fails(|bench| {
        let program = bench.start(&["bind", "sleep"]);
        let near = bench.datagram_peer("near");
        let at = program.listens();
        near.send(at, b"");
        near.wait_until_read(at);
    });
    ran.cause(CauseId::NotRead);
}

#[test]
fn other_bytes_are_other_bytes() {
    let ran = fails(|bench| replied(bench, b"Dear Ada").expect(b"Dear Eve"));
    assert_eq!(ran.cause(CauseId::BytesDiffer).bytes.len(), 3);
    for (sent, wanted) in [
        (&b"Dear"[..], &b"Dear Ada"[..]),
        (b"Dear Ada", b"Dear"),
        (b"", b"Ada"),
    ] {
        let ran = fails(|bench| replied(bench, sent).expect(wanted));
        let cause = ran.cause(CauseId::BytesDiffer);
        assert!(cause.expected.starts_with("a datagram of "), "{cause:?}");
        assert!(cause.got.starts_with("a datagram of "), "{cause:?}");
    }
}

#[test]
fn one_that_comes_breaks_the_silence() {
    let ran = fails(|bench| replied(bench, b"psst").expect_silence(SOON));
    let cause = ran.cause(CauseId::BrokeSilence);
    assert_eq!(cause.got, "a datagram of 4 bytes \"psst\"");
}

#[test]
fn what_never_comes_is_not_passed_on() {
    let ran = fails(|bench| {
        let program = bench.start(&["bind", "sleep"]);
        let network = bench.network(program.listens(), Faults::none());
        bench.datagram_peer("near").send(network.address(), b"Ada");
        assert_eq!(network.passed_on(Direction::There, 1), [b"Ada"]);
        network.passed_on(Direction::Back, 1);
    });
    let cause = ran.cause(CauseId::NotRead);
    assert_eq!(cause.expected, "1 datagram on the way back");
}

#[test]
fn a_program_that_speaks_breaks_the_silence() {
    passes(|bench| {
        let program = bench.start(&["sleep"]);
        program.expect_still_silent(Duration::from_millis(20));
        assert!(!program.has_ended());
    });
    for (todo, got) in [
        (&["print", "psst"][..], "5 bytes \"psst\\n\""),
        (&[], "0 bytes"),
    ] {
        let ran = fails(|bench| {
            let program = bench.start(todo);
            program.expect_still_silent(SOON);
        });
        assert_eq!(ran.cause(CauseId::BrokeSilence).got, got);
    }
    passes(|bench| {
        let program = bench.start(&["exit", "0"]);
        program.expect_exit(0);
        assert!(program.has_ended());
    });
}

#[test]
fn why_nothing_comes_is_said() {
    for (todo, id, words) in [
        (
            &["sleep"][..],
            CauseId::NotRead,
            "some wait in its receive queue",
        ),
        (
            &["receive", "2", "sleep"],
            CauseId::NotAnswered,
            "has read every datagram",
        ),
        (
            &["unbind", "sleep"],
            CauseId::ConnectionRefused,
            "Nobody has the port of 127.0.0.1:PORT",
        ),
        (&["receive", "2", "spin"], CauseId::Spinning, "it spins"),
        (
            &["receive", "2", "exit", "3"],
            CauseId::EndedEarly,
            "exit status 3",
        ),
        (&["panic"], CauseId::Panicked, "no more ink"),
    ] {
        let trial = match id {
            CauseId::Spinning => Trial::new().deadline(Duration::from_millis(1500)),
            _ => Trial::new(),
        };
        let ran = trial.run(|bench| {
            let program = bench.start(&[&["bind"], todo].concat());
            let near = bench.datagram_peer("near");
            let at = program.listens();
            near.send(at, b"Ada");
            near.send(at, b"");
            near.expect(b"Ada");
        });
        let likely = plain(ran.cause(id).likely.as_deref().unwrap_or_default());
        assert!(likely.contains(words), "{likely}");
    }
}

/// A program that talks in datagrams and says nothing on stdout.
#[test]
fn a_wait_for_something_else_looks_at_datagrams_too() {
    for (n, id) in [("0", CauseId::NotRead), ("1", CauseId::NotAnswered)] {
        let ran = fails(|bench| {
            let program = bench.start(&["bind", "receive", n, "sleep"]);
            bench.datagram_peer("near").send(program.listens(), b"Ada");
            program.expect_printed(b"Ada\n");
        });
        assert!(
            ran.cause(id)
                .likely
                .as_deref()
                .unwrap()
                .contains("datagram")
        );
    }
}

/// The peer has dealt with another program before, and a third one still runs.
#[test]
fn the_program_that_was_started_last_is_the_one_that_is_waited_for() {
    let ran = fails(|bench| {
        bench.start(&["sleep"]);
        let far = bench.datagram_peer("far");
        let to = far.address().to_string();
        bench.start(&["post", &to, "one"]).expect_exit(0);
        far.expect(b"one");
        bench.start(&["hold", "50", "panic"]);
        far.expect(b"two");
    });
    ran.cause(CauseId::Panicked);
    assert!(ran.took < Duration::from_secs(2), "{:?}", ran.took);
}

#[test]
fn a_program_that_never_sent_is_told_so() {
    let ran = fails(|bench| {
        let far = bench.datagram_peer("far");
        bench.start(&["sleep"]);
        far.receive("a request");
    });
    let cause = ran.cause(CauseId::NotAnswered);
    assert_eq!(cause.expected, "a request");
    assert!(
        cause
            .likely
            .as_deref()
            .unwrap()
            .contains("sent no datagram so far")
    );
}

#[test]
fn each_fault_is_what_it_is_called() {
    let number = |n| move |fate| Faults::none().fate(Direction::There, n, fate);
    for (faults, came) in [
        (Faults::none(), "1 2 3 4 5 6"),
        (number(2)(Fate::Lost), "1 3 4 5 6"),
        (number(2)(Fate::Doubled), "1 2 2 3 4 5 6"),
        (number(2)(Fate::Late(1)), "1 3 2 4 5 6"),
        (number(2)(Fate::Late(3)), "1 3 4 5 2 6"),
        // The other direction is another one.
        (
            Faults::none().fate(Direction::Back, 2, Fate::Lost),
            "1 2 3 4 5 6",
        ),
        // Without end nothing would ever come.
        (Faults::none().lossy(100), "5"),
        (
            Faults::none().doubled(100).only(Direction::Back),
            "1 2 3 4 5 6",
        ),
        (Faults::none().doubled(100), "1 1 2 2 3 3 4 4 5 5 6 6"),
    ] {
        let wanted: String = came.split(' ').map(|n| n.to_string() + "\n").collect();
        passes(|bench| {
            let program = bench.start(&["bind", "receive-and-say", "sleep"]);
            let network = bench.network(program.listens(), faults);
            let near = bench.datagram_peer("near");
            for n in 1..=6 {
                near.send(network.address(), n.to_string().as_bytes());
            }
            program.expect_printed(wanted.as_bytes());
        });
    }
}

#[test]
fn the_way_back_has_faults_of_its_own() {
    passes(|bench| {
        let program = bench.start(&["bind", "reply", "3", "sleep"]);
        let faults = Faults::none().fate(Direction::Back, 1, Fate::Late(1)).fate(
            Direction::Back,
            3,
            Fate::Late(9),
        );
        let network = bench.network(program.listens(), faults);
        let near = bench.datagram_peer("near");
        for word in ["one", "two", "three"] {
            near.send(network.address(), word.as_bytes());
        }
        assert_eq!(near.expect(b"two"), network.address());
        near.expect(b"one");
        near.expect_silence(Duration::from_millis(20));
        network.release();
        near.expect(b"three");
        let fates = [Fate::Late(1), Fate::Delivered, Fate::Late(9)];
        assert_eq!(network.fates(Direction::Back), fates);
        assert_eq!(network.fates(Direction::There), [Fate::Delivered; 3]);
        let passed = network.passed_on(Direction::Back, 3);
        assert_eq!(passed, [&b"two"[..], b"one", b"three"]);
    });
}

#[test]
fn two_programs_talk_over_a_network() {
    passes(|bench| {
        let far = bench.start(&["bind", "receive-and-say", "exit", "0"]);
        let faults = Faults::none().fate(Direction::There, 1, Fate::Doubled);
        let network = bench.network(far.listens(), faults);
        let to = network.address().to_string();
        bench
            .start(&["post", &to, "Dear Ada", "post", &to, "end"])
            .expect_exit(0);
        far.expect_output(b"Dear Ada\nDear Ada\nend\n");
    });
}

/// The run of a seed is the same run, whatever the time between two datagrams.
#[test]
fn a_run_replays_from_its_seed() {
    let run = |pause: bool| {
        let mut fates = Vec::new();
        let faults = Faults::none().lossy(30).doubled(20).reordered(20);
        passes(|bench| {
            let program = bench.start(&["bind", "reply", "1000"]);
            let network = bench.network(program.listens(), faults);
            let near = bench.datagram_peer("near");
            for n in 0..40 {
                near.send_quietly(network.address(), &[n]);
                if pause && n % 8 == 0 {
                    bench.pass(Duration::from_millis(2));
                }
            }
            near.receive("an answer");
            fates = network.fates(Direction::There);
        });
        fates
    };
    let one = run(false);
    assert_eq!(one.len(), 40);
    assert_eq!(one, run(true));
    for wanted in [Fate::Lost, Fate::Doubled, Fate::Delivered] {
        assert!(one.contains(&wanted), "{one:?}");
    }
}

#[test]
fn a_reader_of_the_record_sees_each_datagram_and_its_fate() {
    let ran = fails(|bench| {
        let program = bench.start(&["bind", "reply", "4", "sleep"]);
        let faults = Faults::none()
            .fate(Direction::There, 2, Fate::Lost)
            .fate(Direction::There, 3, Fate::Late(1))
            .fate(Direction::Back, 1, Fate::Doubled);
        let at = program.listens();
        let network = bench.network(at, faults);
        let near = bench.datagram_peer("asker");
        let eve = bench.datagram_peer("eve");
        near.send(network.address(), b"one");
        near.expect(b"one");
        near.expect(b"one");
        for word in ["two", "three", ""] {
            near.send(network.address(), word.as_bytes());
        }
        near.expect(b"");
        near.expect(b"three");
        eve.send(at, b"something that is longer than a row");
        eve.receive("an answer");
        bench.fail(CauseId::ExitStatus, "a failure", "a failure", None);
    });
    let text = fs::read_to_string(ran.path("wire.txt")).unwrap();
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let text = crate::wire::without_times(&plain(&text));
    settings.bind(|| insta::assert_snapshot!("datagrams.txt", text));

    let file = fs::read(ran.path("wire.pcapng")).unwrap();
    let packets = pcapng::read(&file);
    let datagrams = pcapng::datagrams(&packets);
    let lost: Vec<_> = (datagrams.iter())
        .filter(|(_, comment)| *comment == Some("lost by the test"))
        .collect();
    assert_eq!(lost, [&(&b"two"[..], Some("lost by the test"))]);
    tshark::judge_datagrams(&ran.path("wire.pcapng"), &datagrams);
}

#[test]
fn the_largest_datagrams_are_recorded_and_what_is_too_much_is_counted() {
    let mut letters = Vec::new();
    let ran = fails(|bench| {
        let program = bench.start(&["bind", "reply", "6", "sleep"]);
        let at = program.listens();
        let near = bench.datagram_peer("near");
        for _ in 0..6 {
            letters.push(bench.random_bytes(65_507));
            near.send(at, letters.last().unwrap());
            near.receive("an answer");
        }
        bench.fail(CauseId::ExitStatus, "a failure", "a failure", None);
    });
    let text = fs::read_to_string(ran.path("wire.txt")).unwrap();
    assert!(text.contains("datagram, 65,507 bytes (not kept"), "{text}");
    let file = fs::read(ran.path("wire.pcapng")).unwrap();
    let packets = pcapng::read(&file);
    assert!(packets.iter().all(|packet| packet.length == 65_507));
    let datagrams = pcapng::datagrams(&packets);
    assert_eq!(datagrams.len(), 12);
    assert_eq!(datagrams[0].0, letters[0]);
    assert_eq!(datagrams[11].0, b"");
}

/// A program that answers this, and the peer that is answered.
fn replied(bench: &Bench, letter: &[u8]) -> hidden_tests::DatagramPeer {
    let program = bench.start(&["bind", "reply", "1", "sleep"]);
    let near = bench.datagram_peer("near");
    near.send(program.listens(), letter);
    near
}

fn fails<T>(play: impl FnOnce(&Bench) -> T) -> Ran {
    Trial::new().run(|bench| {
        play(&bench);
        bench.finish();
    })
}
