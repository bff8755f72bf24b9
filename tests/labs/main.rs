//! The hidden tests: a module a lab, a test a step, each named by the fact that it checks.

mod crowd;
mod datagrams;
mod echo;
mod frames;
mod hello;
