//! The exam's part D: two tests for each program, both of which its planted defect fails.

use std::net::SocketAddr;

use hidden_tests::{Bench, CauseId, DatagramPeer, KIB, MIB, Program};

const ANY_PORT: &str = "127.0.0.1:0";
/// `MAX_LETTER` of deposit.
const MAX_LETTER: u32 = 1024 * 1024;

#[test]
fn tally_hears_a_line_in_pieces() {
    let bench = Bench::new("exam-tally");
    let address = bench.start(&[ANY_PORT]).listens();
    let mut near = bench.connect("near", address);
    let a = bench.random().u32(10..99);
    let b = bench.random().u32(100..999);
    near.send(format!("ADD {a}\n").as_bytes());
    near.expect(format!("{a}\n").as_bytes());
    let line = format!("ADD {b}\n");
    let (head, tail) = line.as_bytes().split_at(5);
    near.send_piece_by_piece(&[head, tail]);
    near.expect(format!("{}\n", a + b).as_bytes());
    near.send(b"SUB 1\n");
    near.expect(b"what?\n");
    bench.finish();
}

#[test]
fn tally_hears_many_lines_at_once() {
    let bench = Bench::new("exam-tally");
    let address = bench.start(&[ANY_PORT]).listens();
    let mut near = bench.connect("near", address);
    let n = bench.random().u32(2..9);
    near.send(format!("ADD {n}\nADD {n}\nAD").as_bytes());
    near.expect(format!("{n}\n{}\n", 2 * n).as_bytes());
    near.send(b"D 4\n");
    near.expect(format!("{}\n", 2 * n + 4).as_bytes());
    bench.finish();
}

#[test]
fn sorted_answers_after_the_end() {
    let bench = Bench::new("exam-sorted");
    let address = bench.start(&[ANY_PORT]).listens();
    let word = bench.random_word(3..=9);
    let mut near = bench.connect("near", address);
    near.send(format!("{word} 2\n{word} 1\n.\n").as_bytes());
    near.expect(format!("2 lines\n{word} 1\n{word} 2\n").as_bytes());
    near.expect_end();
    bench.tell("now without a dot: the client ends its direction, and listens");
    let mut near = bench.connect("second", address);
    near.send(format!("b {word}\nc\na\n").as_bytes());
    near.finish_sending();
    near.expect(format!("3 lines\na\nb {word}\nc\n").as_bytes());
    near.expect_end();
    bench.finish();
}

#[test]
fn sorted_answers_an_empty_letter() {
    let bench = Bench::new("exam-sorted");
    let address = bench.start(&[ANY_PORT]).listens();
    let mut near = bench.connect("near", address);
    near.send(b".\n");
    near.expect(b"0 lines\n");
    let mut near = bench.connect("second", address);
    near.finish_sending();
    near.expect(b"0 lines\n");
    near.expect_end();
    bench.finish();
}

#[test]
fn deposit_refuses_before_it_waits() {
    let bench = Bench::new("exam-deposit");
    let address = bench.start(&[ANY_PORT]).listens();
    let mut near = bench.connect("near", address);
    let letter = bench.random_bytes(MAX_LETTER as usize);
    let sum = letter.iter().fold(0, |sum, &byte| sum + u64::from(byte));
    near.send(&MAX_LETTER.to_be_bytes());
    near.send(&letter);
    near.expect(format!("{sum}\n").as_bytes());
    bench.tell("now a length over the limit, and not a byte behind it");
    near.send(&(MAX_LETTER + 1).to_be_bytes());
    near.expect(b"too long\n");
    near.expect_end();
    bench.finish();
}

#[test]
fn deposit_refuses_before_it_allocates() {
    let bench = Bench::new("exam-deposit");
    let program = bench.program(&[ANY_PORT]).with_address_space(KIB * MIB);
    let address = program.start().listens();
    let mut near = bench.connect("near", address);
    near.send(&u32::MAX.to_be_bytes());
    near.expect(b"too long\n");
    near.expect_end();
    let mut near = bench.connect("second", address);
    near.send(&[0, 0, 0, 2, 40, 2]);
    near.expect(b"42\n");
    bench.finish();
}

#[test]
fn post_keeps_letters_that_are_cut() {
    let bench = Bench::new("exam-post");
    let door = bench.door("server");
    let program = bench.start(&[&door.address()]);
    let text = format!("Zoë {} grüßt Dvořák: 5 €\n", bench.random_word(3..=9));
    let mut server = door.accept();
    let pieces: Vec<&[u8]> = text.as_bytes().chunks(1).collect();
    server.send_piece_by_piece(&pieces);
    server.finish_sending();
    program.expect_output(text.as_bytes());
    program.expect_exit(0);
    bench.finish();
}

#[test]
fn post_refuses_what_is_no_text() {
    let bench = Bench::new("exam-post");
    let door = bench.door("server");
    let word = bench.random_word(3..=9);
    let program = bench.start(&[&door.address()]);
    let mut server = door.accept();
    server.send(format!("{word}\n").as_bytes());
    server.finish_sending();
    program.expect_output(format!("{word}\n").as_bytes());
    program.expect_exit(0);
    for (what, bytes) in [
        ("a byte that is never in UTF-8", &b"Zo\xff!\n"[..]),
        ("an end in the middle of a letter", &b"Zo\xc3"[..]),
    ] {
        bench.tell(&format!("now {what}"));
        let program = bench.start(&[&door.address()]);
        let mut server = door.accept();
        server.send(bytes);
        server.finish_sending();
        program.expect_failure();
    }
    bench.finish();
}

#[test]
fn scale_sends_network_order() {
    let bench = Bench::new("exam-scale");
    let door = bench.door("scale");
    let heavy = bench.random().u32(300..90_000);
    let weights = [heavy, heavy % 200 + 1];
    let words = weights.map(|weight| weight.to_string());
    let program = bench.start(&[&door.address(), &words[0], &words[1]]);
    let mut scale = door.accept();
    let mut letter = vec![0, 2];
    letter.extend(weights.into_iter().flat_map(u32::to_be_bytes));
    scale.expect(&letter);
    // The same number in both orders: reading it is the other test.
    scale.send(&[1, 0, 0, 1]);
    program.expect_output(b"sum: 16777217\n");
    bench.finish();
}

#[test]
fn scale_reads_network_order() {
    let bench = Bench::new("exam-scale");
    let door = bench.door("scale");
    let sum = bench.random().u32(300..90_000);
    let program = bench.start(&[&door.address(), "7"]);
    let mut scale = door.accept();
    scale.receive(6, "a count of two bytes and a weight of four");
    scale.send(&sum.to_be_bytes());
    program.expect_output(format!("sum: {sum}\n").as_bytes());
    program.expect_exit(0);
    bench.finish();
}

#[test]
fn question_says_where_it_ends() {
    let bench = Bench::new("exam-question");
    let door = bench.door("server");
    let program = bench.program(&[&door.address()]).with_input().start();
    let question = format!("who is {}?\n", bench.random_word(3..=9));
    program.feed(question.as_bytes());
    let mut server = door.accept();
    server.expect(question.as_bytes());
    program.end_input();
    server.expect_end();
    server.send(b"nobody knows\n");
    server.finish_sending();
    program.expect_output(b"nobody knows\n");
    program.expect_exit(0);
    bench.finish();
}

#[test]
fn question_may_be_empty() {
    let bench = Bench::new("exam-question");
    let door = bench.door("server");
    let program = bench.program(&[&door.address()]).with_input().start();
    let mut server = door.accept();
    program.end_input();
    server.expect_end();
    let answer = bench.random_word(3..=9);
    server.send(answer.as_bytes());
    server.finish_sending();
    program.expect_output(answer.as_bytes());
    program.expect_exit(0);
    bench.finish();
}

#[test]
fn guests_come_after_one_that_is_cut_off() {
    let bench = Bench::new("exam-guests");
    let address = bench.start(&[ANY_PORT]).listens();
    let mut first = bench.connect("first", address);
    first.send(b"Ada\n");
    first.expect(b"welcome, Ada, you are guest 1\n");
    let mut second = bench.connect("second", address);
    second.send_piece_by_piece(&[b"Gra"]);
    second.reset();
    let name = bench.random_word(3..=9);
    let mut third = bench.connect("third", address);
    third.send(format!("{name}\n").as_bytes());
    third.expect(format!("welcome, {name}, you are guest 2\n").as_bytes());
    bench.finish();
}

#[test]
fn guests_come_after_one_who_writes_no_text() {
    let bench = Bench::new("exam-guests");
    let address = bench.start(&[ANY_PORT]).listens();
    let mut first = bench.connect("first", address);
    first.send(b"Zo\xff\n");
    first.expect_end_or_reset();
    let name = bench.random_word(3..=9);
    let mut second = bench.connect("second", address);
    second.send(format!("{name}\n").as_bytes());
    let number = second.receive(
        format!("welcome, {name}, you are guest 1\n").len(),
        "a welcome with a number",
    );
    // Whether the first was a guest is not said anywhere.
    let welcome = |n: u32| format!("welcome, {name}, you are guest {n}\n").into_bytes();
    if ![welcome(1), welcome(2)].contains(&number) {
        let got = String::from_utf8_lossy(&number).into_owned();
        let expected = String::from_utf8_lossy(&welcome(1)).into_owned();
        bench.fail(CauseId::BytesDiffer, &expected, &got, None);
    }
    bench.finish();
}

#[test]
fn prices_come_in_any_order() {
    let bench = Bench::new("exam-prices");
    let (program, shop, client, lines) = asked(&bench);
    for number in [2, 0, 1] {
        shop.send(client, format!("{number} {}", lines[number].1).as_bytes());
    }
    prints(&program, &lines);
    bench.finish();
}

#[test]
fn prices_come_twice() {
    let bench = Bench::new("exam-prices");
    let (program, shop, client, lines) = asked(&bench);
    for number in [0, 0, 1, 0, 2] {
        shop.send(client, format!("{number} {}", lines[number].1).as_bytes());
    }
    prints(&program, &lines);
    bench.finish();
}

type Line = (String, u32);

/// A program that has sent three questions, and waits: for whom, where, and what it is to print.
fn asked(bench: &Bench) -> (Program, DatagramPeer, SocketAddr, Vec<Line>) {
    let shop = bench.datagram_peer("shop");
    let lines: Vec<Line> = ["stamp", "seal", "wax"]
        .map(|thing| {
            (
                format!("{thing}-{}", bench.random_word(3..=9)),
                bench.random().u32(10..9_999),
            )
        })
        .into();
    let address = shop.address().to_string();
    let things = lines.iter().map(|(thing, _)| &thing[..]);
    let args: Vec<&str> = std::iter::once(&address[..]).chain(things).collect();
    let program = bench.start(&args);
    let mut client = shop.address();
    for (number, (thing, _)) in lines.iter().enumerate() {
        client = shop.expect(format!("{number} {thing}").as_bytes());
    }
    (program, shop, client, lines)
}

fn prints(program: &Program, lines: &[Line]) {
    let lines = lines
        .iter()
        .map(|(thing, price)| format!("{thing}: {price}\n"));
    program.expect_output(lines.collect::<String>().as_bytes());
    program.expect_exit(0);
}
