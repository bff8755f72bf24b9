//! `cargo xtask`; what it does is in the library beside it.

fn main() -> std::process::ExitCode {
    xtask::main()
}
