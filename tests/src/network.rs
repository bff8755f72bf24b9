//! A network between two programs, or a program and the test, that does to datagrams what networks do.
//!
//! Nothing here depends on time: what happens to a datagram follows from the seed and from its number in its
//! direction, and one that is held back waits for others to come, not for a clock.

use std::cell::RefCell;
use std::net::SocketAddr;
use std::rc::Rc;

use crate::blame;
use crate::endpoint::Datagram;
use crate::stage::Stage;
use crate::story::count;
use crate::wire::{Fate, Side};

/// After so many lost in a row, in one direction, the next one is passed on: a run must come to its end.
const MAX_LOST_IN_A_ROW: usize = 4;
/// A datagram that is held back is passed by at most so many.
const MAX_LATE: usize = 3;

/// Which way a datagram goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From whoever sends to the network's address.
    There,
    /// From the far side.
    Back,
}

/// What a network does: by chance so many of a hundred, and to single datagrams what the test says.
#[derive(Debug, Clone, Default)]
pub struct Faults {
    lost: u8,
    doubled: u8,
    reordered: u8,
    only: Option<Direction>,
    fixed: Vec<(Direction, usize, Fate)>,
}

impl Faults {
    /// Passes everything on, in order.
    pub fn none() -> Self {
        Self::default()
    }

    /// Loses so many of a hundred.
    pub fn lossy(mut self, percent: u8) -> Self {
        self.lost = percent;
        self.checked()
    }

    /// Passes so many of a hundred on twice.
    pub fn doubled(mut self, percent: u8) -> Self {
        self.doubled = percent;
        self.checked()
    }

    /// Holds so many of a hundred back, until one to three others have come.
    pub fn reordered(mut self, percent: u8) -> Self {
        self.reordered = percent;
        self.checked()
    }

    /// Leaves the other direction alone.
    pub fn only(mut self, direction: Direction) -> Self {
        self.only = Some(direction);
        self
    }

    /// Decides about one datagram: the first one in a direction has number 1.
    pub fn fate(mut self, direction: Direction, number: usize, fate: Fate) -> Self {
        self.fixed.push((direction, number, fate));
        self
    }

    fn checked(self) -> Self {
        let sum = [self.lost, self.doubled, self.reordered].map(u32::from);
        assert!(sum.iter().sum::<u32>() <= 100, "more than all of them");
        self
    }

    fn of(&self, direction: Direction, number: usize, seed: u64) -> Fate {
        let fixed = |(way, n, _): &&(Direction, usize, Fate)| (*way, *n) == (direction, number);
        if let Some((_, _, fate)) = self.fixed.iter().find(fixed) {
            return *fate;
        }
        if self.only.is_some_and(|only| only != direction) {
            return Fate::Delivered;
        }
        // The number chooses the generator, so that no datagram depends on what came in the other direction.
        let mut random =
            fastrand::Rng::with_seed((seed ^ (direction as u64) << 63).wrapping_add(number as u64));
        let late = Fate::Late(random.usize(1..=MAX_LATE));
        let roll = random.u8(0..100);
        match roll {
            roll if roll < self.lost => Fate::Lost,
            roll if roll < self.lost + self.doubled => Fate::Doubled,
            roll if roll < self.lost + self.doubled + self.reordered => late,
            _ => Fate::Delivered,
        }
    }

    fn told(&self) -> String {
        let parts = [
            (self.lost, "loses"),
            (self.doubled, "doubles"),
            (self.reordered, "holds back"),
        ];
        let mut told: Vec<String> = (parts.iter())
            .filter(|(percent, _)| *percent > 0)
            .map(|(percent, does)| format!("{does} {percent} of 100"))
            .collect();
        if told.is_empty() {
            told.push("passes on what comes".to_string());
        }
        if let Some(only) = self.only {
            told.push(format!("on the way {}", way(only)));
        }
        told.join(", ")
    }
}

/// A network, of which the test has both ends.
pub struct Network {
    stage: Rc<RefCell<Stage>>,
    index: usize,
}

impl Network {
    pub(crate) fn open(
        shared: &Rc<RefCell<Stage>>,
        far: SocketAddr,
        faults: Faults,
        seed: u64,
    ) -> Self {
        let stage = &mut *shared.borrow_mut();
        let any = match far {
            SocketAddr::V4(_) => "127.0.0.1:0",
            SocketAddr::V6(_) => "[::1]:0",
        };
        let index = stage.roads.len();
        let ends = [("near", Direction::There), ("far", Direction::Back)]
            .map(|(name, direction)| stage.add_endpoint(name, any, Some((index, direction))));
        let address = stage.endpoints[ends[0]].address;
        let told = faults.told();
        stage.story.tell(format!(
            "a network from {address} to {far} begins here; it {told}"
        ));
        stage.roads.push(Road {
            faults,
            seed,
            ends,
            near: None,
            far,
            lanes: Default::default(),
        });
        Self {
            stage: Rc::clone(shared),
            index,
        }
    }

    /// What is sent here comes out at the far side.
    pub fn address(&self) -> SocketAddr {
        let stage = self.stage.borrow();
        stage.endpoints[stage.roads[self.index].ends[0]].address
    }

    /// Passes on everything that is held back.
    pub fn release(&self) {
        let stage = &mut *self.stage.borrow_mut();
        for direction in [Direction::There, Direction::Back] {
            let lane = &mut stage.roads[self.index].lanes[direction as usize];
            for (_, bytes) in std::mem::take(&mut lane.held) {
                stage.pass_on(self.index, direction, &bytes);
            }
        }
    }

    /// Waits until so many have come in this direction; what was passed on until then, in that order.
    pub fn passed_on(&self, direction: Direction, come: usize) -> Vec<Vec<u8>> {
        let stage = &mut *self.stage.borrow_mut();
        let road = self.index;
        let outcome = stage.wait(None, |stage| {
            let lane = &stage.roads[road].lanes[direction as usize];
            (lane.fates.len() >= come).then(|| lane.passed.clone())
        });
        outcome.unwrap_or_else(|stopped| {
            let n = stage.roads[road].lanes[direction as usize].fates.len();
            let expected = format!("{} on the way {}", count(come, "datagram"), way(direction));
            let waited = stopped.waited.as_secs_f64();
            let program = stage.datagrams_with(stage.about);
            let got = format!("{n} in {waited:.1} s");
            let problem = blame::stopped_over_datagrams(stopped, program, expected, got);
            stage.fail(problem)
        })
    }

    /// What became of each datagram in this direction, in the order in which they came.
    pub fn fates(&self, direction: Direction) -> Vec<Fate> {
        let stage = &mut *self.stage.borrow_mut();
        stage.turn(std::time::Duration::ZERO);
        stage.roads[self.index].lanes[direction as usize]
            .fates
            .clone()
    }
}

/// A network, as the event loop sees it.
pub struct Road {
    faults: Faults,
    seed: u64,
    /// The endpoints at the near and at the far side.
    ends: [usize; 2],
    /// Whoever has sent here last.
    near: Option<SocketAddr>,
    far: SocketAddr,
    /// By [`Direction`].
    lanes: [Lane; 2],
}

/// One direction of a road.
#[derive(Default)]
struct Lane {
    /// One for each that has come.
    fates: Vec<Fate>,
    lost_in_a_row: usize,
    passed: Vec<Vec<u8>>,
    /// What is held back, and the number of the datagram after which it is passed on.
    held: Vec<(usize, Vec<u8>)>,
}

impl Stage {
    /// Does to a datagram what the road does, and passes on what has waited for it.
    pub fn pass(&mut self, road: usize, direction: Direction, datagram: Datagram) {
        let Datagram { from, bytes } = datagram;
        let end = self.roads[road].ends[direction as usize];
        match direction {
            Direction::There => self.roads[road].near = Some(from),
            Direction::Back if from != self.roads[road].far => {
                // A stranger: the road leads to the far side only.
                return self.record(end, from, Side::Program, &bytes, Fate::Lost);
            }
            Direction::Back => {}
        }
        let Road {
            faults,
            seed,
            lanes,
            ..
        } = &mut self.roads[road];
        let lane = &mut lanes[direction as usize];
        let number = lane.fates.len() + 1;
        let mut fate = faults.of(direction, number, *seed);
        if fate == Fate::Lost && lane.lost_in_a_row >= MAX_LOST_IN_A_ROW {
            fate = Fate::Delivered;
        }
        lane.lost_in_a_row = match fate {
            Fate::Lost => lane.lost_in_a_row + 1,
            _ => 0,
        };
        lane.fates.push(fate);
        let (due, held) = std::mem::take(&mut lane.held)
            .into_iter()
            .partition::<Vec<_>, _>(|(after, _)| *after <= number);
        lane.held = held;
        let times = match fate {
            Fate::Delivered => 1,
            Fate::Doubled => 2,
            Fate::Lost => 0,
            Fate::Late(n) => {
                lane.held.push((number + n, bytes.clone()));
                0
            }
        };
        self.record(end, from, Side::Program, &bytes, fate);
        if let Some(told) = fate.told() {
            let until = match fate {
                Fate::Late(n) => format!(", until {n} more have come"),
                _ => String::new(),
            };
            let way = way(direction);
            let text = format!("network: datagram {number} on the way {way} was {told}{until}");
            self.story.tell(text);
        }
        for _ in 0..times {
            self.pass_on(road, direction, &bytes);
        }
        for (_, bytes) in due {
            self.pass_on(road, direction, &bytes);
        }
    }

    fn pass_on(&mut self, road: usize, direction: Direction, bytes: &[u8]) {
        let passed = &mut self.roads[road].lanes[direction as usize].passed;
        passed.push(bytes.to_vec());
        let Road {
            ends, near, far, ..
        } = self.roads[road];
        match direction {
            Direction::There => self.send_datagram(ends[1], far, bytes),
            Direction::Back => {
                // Nobody can be answered who has not asked.
                if let Some(near) = near {
                    self.send_datagram(ends[0], near, bytes);
                }
            }
        }
    }
}

fn way(direction: Direction) -> &'static str {
    match direction {
        Direction::There => "there",
        Direction::Back => "back",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fate_depends_on_seed_direction_and_number_alone() {
        let faults = Faults::none().lossy(30).doubled(10).reordered(10);
        let fates = |seed, way| -> Vec<_> { (1..=1000).map(|n| faults.of(way, n, seed)).collect() };
        let there = fates(7, Direction::There);
        assert_eq!(there, fates(7, Direction::There));
        assert_ne!(there, fates(7, Direction::Back));
        assert_ne!(there, fates(8, Direction::There));
    }

    #[test]
    fn so_many_of_a_hundred() {
        let faults = Faults::none().lossy(30).doubled(10).reordered(10);
        for seed in 0..20 {
            let mut counted = [0; 4];
            for n in 1..=10_000 {
                let fate = match faults.of(Direction::There, n, seed << 20) {
                    Fate::Delivered => 0,
                    Fate::Lost => 1,
                    Fate::Doubled => 2,
                    Fate::Late(n) => {
                        assert!((1..=MAX_LATE).contains(&n));
                        3
                    }
                };
                counted[fate] += 1;
            }
            for (n, wanted) in counted.into_iter().zip([5000_i32, 3000, 1000, 1000]) {
                assert!((n - wanted).abs() < 250, "seed {seed}: {counted:?}");
            }
        }
    }
}
