//! The bench's own tests: each cause, each fault and each record, with a puppet instead of a lab.

mod causes;
mod datagrams;
mod faults;
mod pcapng;
mod plain;
mod trial;
mod tshark;
mod verdicts;
mod waits;
mod wire;
