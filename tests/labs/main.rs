//! The hidden tests: a module a lab, a test a step, each named by the fact that it checks.

mod crowd;
mod echo;
mod exam;
mod frames;
mod hello;
