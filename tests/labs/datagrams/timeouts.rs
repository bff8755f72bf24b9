//! The time-out that round trips teach, as RFC 6298 says.

use hidden_tests::{Bench, Program};

use super::said::Series;

pub fn roads_of_every_kind(bench: &Bench) {
    bench.tell("the table of the chapter");
    learn(bench, 0.0, &[100.0, 100.0, 300.0, 100.0]);
    bench.tell("now a road that never varies: the grain of the clock is left");
    learn(bench, 0.0, &[20.0; 24]);
    bench.tell("now one that suddenly is short, and one that suddenly is long");
    learn(bench, 0.0, &[800.0, 800.0, 10.0, 10.0, 10.0]);
    learn(bench, 0.0, &[3.0, 3.0, 2000.0, 2.5]);
}

pub fn its_limits(bench: &Bench) {
    bench.tell("now with the limits of the RFC");
    learn(bench, 1000.0, &[100.0, 100.0, 900.0, 900.0]);
    learn(bench, 200.0, &[40.0, 50.0, 300.0]);
    learn(bench, 1000.0, &[30_000.0, 100_000.0, 1.0]);
}

pub fn trips_at_random(bench: &Bench) {
    bench.tell("now at random");
    let random: Vec<f64> = (0..20)
        .map(|_| f64::from(bench.random().u32(1..400_000)) / 1000.0)
        .collect();
    learn(bench, 0.0, &random);
}

pub fn longer_when_time_runs_out(bench: &Bench) {
    bench.tell("now the time runs out twice, and then a sample comes");
    let (program, mut series) = learn(bench, 0.0, &[100.0, 120.0]);
    for _ in 0..2 {
        program.feed(b"timeout\n");
        series.timed_out();
        series.expect(bench, &program);
    }
    program.feed(b"110\n");
    series.sample(110.0);
    series.expect(bench, &program);
}

/// Tells of these round trips, one after the other.
fn learn(bench: &Bench, min: f64, trips: &[f64]) -> (Program, Series) {
    let program = bench
        .program(&["rto", "--min-ms", &min.to_string()])
        .with_input()
        .start();
    let mut series = Series::new(min);
    for trip in trips {
        program.feed(format!("{trip}\n").as_bytes());
        series.sample(*trip);
        series.expect(bench, &program);
    }
    (program, series)
}
