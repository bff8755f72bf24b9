//! A shop that stays small until an address is proved.

use std::net::SocketAddr;

use hidden_tests::{Bench, DatagramPeer};

use super::ANY;
use super::orders::{Cookie, PROVED, challenge, expect_challenge, expect_goods, goods, order};

/// `MAX_GOODS` of the statement.
const MAX_GOODS: usize = 1200;

/// A shop, two who order, and what.
pub struct Shop<'a> {
    bench: &'a Bench,
    at: SocketAddr,
    ada: DatagramPeer,
    eve: DatagramPeer,
    number: u32,
    length: u16,
}

impl<'a> Shop<'a> {
    pub fn start(bench: &'a Bench) -> Self {
        let program = bench.start(&["shop", "--listen", ANY]);
        let at = program.listens();
        let (ada, eve) = (bench.datagram_peer("ada"), bench.datagram_peer("eve"));
        let number = bench.random().u32(1..1 << 31);
        let length = bench.random().u16(200..MAX_GOODS as u16);
        Self {
            bench,
            at,
            ada,
            eve,
            number,
            length,
        }
    }

    /// Returns Ada's cookie.
    pub fn a_cookie_proves_an_address(&self) -> Cookie {
        let (number, length) = (self.number, self.length);
        let first = self.first();
        self.ada.send(self.at, &first);
        let cookie = expect_challenge(self.bench, &self.ada, number, first.len(), "a first order");
        self.bench
            .tell("the challenge came; now the same order with its cookie");
        let with_cookie = order(number + 1, length, Some(cookie));
        self.bought(&self.ada, number + 1, length, &with_cookie, PROVED);
        cookie
    }

    /// Returns Eve's.
    pub fn a_small_answer_needs_no_proof(&self) -> Cookie {
        let number = self.number;
        self.bench
            .tell("now what is small enough: at most three times as long as the order");
        // 15 bytes of order, 45 of answer, 5 of them before the goods.
        for (number, length, what) in [
            (number + 2, 0, "no cookie, and an answer of 5 bytes"),
            (
                number + 3,
                39,
                "no cookie, and an answer of 44 bytes for 15",
            ),
            (
                number + 4,
                40,
                "no cookie, and an answer of 45 bytes for 15",
            ),
        ] {
            self.bought(
                &self.eve,
                number,
                length,
                &order(number, length, None),
                what,
            );
        }
        self.challenged(
            &self.eve,
            number + 5,
            &self.just_over(),
            "46 bytes of answer for 15",
        )
    }

    pub fn all_bytes_of_an_order_count(&self) {
        let number = self.number;
        self.bench
            .tell("now an order with bytes behind it: they count, too");
        let padded = [&order(number, 400, None)[..], &[0; 120]].concat();
        self.bought(
            &self.eve,
            number,
            400,
            &padded,
            "no cookie, but 135 bytes of order for 405 of answer",
        );
        let padded = [&order(number + 1, u16::MAX, None)[..], &[0; 387]].concat();
        let what =
            "no cookie, and more ordered than is sent: 402 bytes of order for 1,205 of answer";
        self.bought(&self.eve, number + 1, u16::MAX, &padded, what);
    }

    pub fn another_cookie_proves_nothing(&self, cookie: Cookie, hers: Cookie) {
        let (number, length) = (self.number, self.length);
        self.bench
            .tell("now somebody else's cookie, one that is made up, and one with a bit changed");
        let mut changed = hers;
        changed[7] ^= 1;
        let made_up = [
            self.bench.random().u64(2..).to_be_bytes(),
            [1; 8],
            [0xff; 8],
        ];
        for (cookie, what) in [
            (made_up[0], "a cookie that is made up"),
            (made_up[1], "a cookie of ones"),
            (made_up[2], "a cookie of ff"),
            (changed, "a cookie with a bit changed"),
        ] {
            self.challenged(
                &self.eve,
                number,
                &order(number, length, Some(cookie)),
                what,
            );
        }
        let of_another = order(number, length, Some(cookie));
        if let Some(beside) = self.bench.datagram_peer_beside(&self.ada, "beside") {
            let far = self.bench.datagram_peer_at("far", "127.0.0.2:0");
            let what = "the cookie of another address and port";
            self.challenged(&far, number, &of_another, what);
            let what = "the cookie of another address with the same port";
            self.challenged(&beside, number, &of_another, what);
        }
        let what = "the cookie of another port of the same address";
        self.challenged(&self.eve, number, &of_another, what);
        self.bench
            .tell("now a wrong cookie on an order that needs none");
        let small = order(number, 10, Some(changed));
        self.bought(
            &self.eve,
            number,
            10,
            &small,
            "a wrong cookie, and an answer of 15 bytes",
        );
    }

    pub fn the_cookie_proves_it_again(&self, cookie: Cookie) {
        let (number, length) = (self.number, self.length);
        self.bench
            .tell("now without a cookie again, from an address that was proved before");
        self.challenged(&self.ada, number, &self.first(), "no cookie this time");
        self.bench.tell(
            "now the cookie again, after somebody else was challenged, and with bytes behind it",
        );
        self.challenged(
            &self.eve,
            number + 5,
            &self.just_over(),
            "46 bytes of answer for 15",
        );
        let again = order(number + 6, length, Some(cookie));
        let what = format!("{PROVED}, after somebody else was challenged");
        self.bought(&self.ada, number + 6, length, &again, &what);
        let padded = [&order(number + 7, 1200, Some(cookie))[..], &[0; 100]].concat();
        self.bought(
            &self.ada,
            number + 7,
            1200,
            &padded,
            "with the cookie, and bytes behind the order",
        );
    }

    pub fn what_is_no_order_has_no_answer(&self, cookie: Cookie) {
        let (number, first) = (self.number, self.first());
        self.bench
            .tell("now what is no order: only the order behind it is answered");
        for bytes in [
            &b""[..],
            b"\x01",
            &first[..14],
            &[9; 15],
            &challenge(number, cookie),
            &goods(1, 30),
        ] {
            self.ada.send(self.at, bytes);
        }
        self.bought(
            &self.ada,
            7,
            10,
            &order(7, 10, None),
            "behind what is no order",
        );
    }

    pub fn an_answer_has_its_limit(&self, cookie: Cookie) {
        let length = self.length;
        self.bench.tell("now more than one answer may hold");
        let all = order(8, u16::MAX, Some(cookie));
        let what = format!("{PROVED}, and more ordered than is sent");
        self.bought(&self.ada, 8, u16::MAX, &all, &what);
        let again = order(9, length, Some(cookie));
        self.bought(
            &self.ada,
            9,
            length,
            &again,
            &format!("{PROVED}, once more"),
        );
    }

    fn first(&self) -> Vec<u8> {
        order(self.number, self.length, None)
    }

    /// An order whose answer is a byte too long for it.
    fn just_over(&self) -> Vec<u8> {
        order(self.number + 5, 41, None)
    }

    fn challenged(&self, peer: &DatagramPeer, number: u32, order: &[u8], what: &str) -> Cookie {
        peer.send(self.at, order);
        expect_challenge(self.bench, peer, number, order.len(), what)
    }

    fn bought(&self, peer: &DatagramPeer, number: u32, length: u16, order: &[u8], what: &str) {
        peer.send(self.at, order);
        expect_goods(
            self.bench,
            peer,
            number,
            usize::from(length).min(MAX_GOODS),
            what,
        );
    }
}
