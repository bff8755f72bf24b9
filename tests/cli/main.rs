//! The runner from end to end: a small course of two labs, graded by the real program.

mod builds;
mod course;
mod crashes;
mod exam;
mod forgers;
mod handout;
mod hangs;
mod help;
mod input;
mod interrupts;
mod left_overs;
mod processes;
mod quiz;
mod reset;
mod results;
mod rogue;
mod runner;
mod screens;
mod surroundings;
mod tools;
mod watch;
