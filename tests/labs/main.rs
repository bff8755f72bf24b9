//! The hidden tests: a module a lab, a test a step, each named by the fact that it checks.

mod chat;
mod crowd;
mod datagrams;
mod echo;
mod exam;
mod frames;
mod hello;
mod stop_and_wait;
