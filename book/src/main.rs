//! The book: builds it, checks it, serves it. `cargo xtask book` starts this program.

mod args;
mod catch;
mod drawing;
mod exam;
mod html;
mod layout;
mod lint;
mod live;
mod markdown;
mod quiz;
mod sequence;
mod server;
mod site;
mod steps;
mod summary;
mod url;
mod wire;

use std::process::ExitCode;

use xtask::Error;

fn main() -> ExitCode {
    let done = args::read().and_then(|command| match command {
        args::Command::Help => {
            print!("{}", args::HELP);
            Ok(())
        }
        args::Command::Check { root } => check(&root),
        args::Command::Build { root, to } => site::publish(&root, &to),
        args::Command::Serve(serve) => server::run(&serve),
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(Error::Usage(message)) => {
            eprintln!("error: {message}");
            ExitCode::from(2)
        }
        Err(Error::Failed(message)) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn check(root: &std::path::Path) -> Result<(), Error> {
    let scratch = std::env::temp_dir().join(format!("book-check-{}", std::process::id()));
    let built = site::build(root, &scratch, site::Search::On);
    let _ = std::fs::remove_dir_all(&scratch);
    built
}
