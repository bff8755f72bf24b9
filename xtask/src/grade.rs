//! `cargo xtask grade`: builds labs, runs their hidden tests, says what came of it.

pub mod cache;
pub mod compile;
pub mod linked;
mod options;
pub mod plan;
pub mod results;
pub mod run;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::Error;
use crate::catalog::{Catalog, Lab, Selected};
use crate::course::Course;
use crate::mistakes::Mistakes;
use crate::route;
use crate::screen;
use crate::seed;
use crate::state::State;
use cache::Cache;
use linked::Linked;
pub use options::{Options, at_least_one};
use plan::Task;
use results::{LabResult, Results, StepResult, Subject, VERSION, Verdict};
use run::Engine;

pub fn run(args: lexopt::Parser, course: &Course) -> Result<ExitCode, Error> {
    let Some(options) = options::parse(args)? else {
        print!("{}", options::HELP);
        return Ok(ExitCode::SUCCESS);
    };
    let catalog = Catalog::read(&course.root)?;
    let results = match once(course, &catalog, &options) {
        // Ctrl-C at a terminal ends cargo too, and then cargo's failure is none.
        Err(_) if interrupted_by_ctrl_c().load(Ordering::Relaxed) => {
            eprintln!("Interrupted before anything was graded.");
            return Ok(ExitCode::from(130));
        }
        results => results?,
    };
    for broken in &catalog.broken {
        eprintln!("error: {}", broken.message);
    }
    Ok(exit(&results, &catalog, options.fail_under))
}

/// Grades what the options ask for, and prints it.
pub fn once(course: &Course, catalog: &Catalog, options: &Options) -> Result<Results, Error> {
    let state = State::open(course)?;
    let words = match options.follows_the_route() {
        true => route::labs(route::chosen(&state), catalog),
        false => options.words.clone(),
    };
    if words.is_empty() && options.follows_the_route() {
        return Err(Error::Usage(format!(
            "no lab of your route {:?} is there yet; cargo xtask route shows the others",
            route::chosen(&state)
        )));
    }
    let selected = catalog.select(&words)?;
    let _lock = state.lock()?;
    let interrupted = interrupted_by_ctrl_c();

    let results = grade(course, catalog, &selected, options, &state, interrupted)?;
    if options.json {
        let json =
            serde_json::to_string_pretty(&public(&results, &course.root)).expect("plain data");
        screen::out(&format!("{json}\n"));
    } else {
        let view = screen::View {
            course,
            catalog,
            results: &results,
            overview: options.words.is_empty(),
            route: options.follows_the_route().then(|| route::chosen(&state)),
        };
        screen::out(&screen::grade::render(&view));
    }
    Ok(results)
}

fn grade(
    course: &Course,
    catalog: &Catalog,
    selected: &[Selected],
    options: &Options,
    state: &State,
    interrupted: &'static AtomicBool,
) -> Result<Results, Error> {
    let labs: Vec<&Lab> = selected.iter().map(|s| &catalog.labs[s.lab]).collect();
    let names: Vec<&str> = labs.iter().map(|lab| lab.name.as_str()).collect();
    let built = compile::build(&course.root, options.subject, &names)?;
    let linked = Linked::new(&built, state)?;
    let cache = Cache::read(state, options.subject);
    let engine = Engine {
        keeper: linked.keeper.clone(),
        tests: linked.tests.clone(),
        seed: options.seed.unwrap_or_else(seed::random),
        slow: options.slow,
        runs: state.directory.join("runs"),
        interrupted,
        lost: AtomicBool::new(false),
    };

    let mut tasks = Vec::new();
    let mut keys = HashMap::new();
    for (selected, lab) in selected.iter().zip(&labs) {
        let Some(Ok(program)) = linked.programs.get(&lab.name) else {
            continue;
        };
        let table = lab_toml(&course.root, &lab.directory);
        let key = cache::key(
            &[program, &linked.tests, &linked.keeper, &table],
            options.slow,
        )
        .map_err(|error| Error::Failed(format!("cannot read what was built: {error}")))?;
        let parent = match options.subject {
            Subject::Labs => "labs",
            Subject::Solutions => "solutions",
        };
        let source = course.root.join(parent).join(&lab.directory).join("src");
        let program = program.clone();
        let mut task = Task::new(lab, program, source, &selected.steps, options.no_skip);
        if options.seed.is_none() && !options.again {
            for (known, step) in task.known.iter_mut().zip(&lab.steps) {
                *known = cache.step(&lab.name, &key, &step.id);
            }
        }
        keys.insert(lab.name.clone(), key);
        tasks.push(task);
    }
    let graded: Vec<&str> = tasks.iter().map(|task| task.lab.name.as_str()).collect();
    let graded: Vec<String> = graded.into_iter().map(str::to_string).collect();
    let known = plan::run(&engine, tasks, options.no_skip, options.jobs);
    let mut known: HashMap<_, _> = graded.into_iter().zip(known).collect();

    let mistakes = Mistakes::read(&course.root);
    let mut results = Results {
        version: VERSION,
        subject: options.subject,
        seed: format!("{:04x}", engine.seed),
        system: format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
        labs: Vec::new(),
        points: 0,
        earned: 0,
        interrupted: interrupted.load(Ordering::Relaxed),
    };
    for (selected, lab) in selected.iter().zip(labs) {
        let mut result = LabResult {
            id: lab.name.clone(),
            title: lab.title.clone(),
            points: 0,
            earned: 0,
            build_error: None,
            steps: Vec::new(),
            key: keys.remove(&lab.name).unwrap_or_default(),
        };
        if let Some(Err(words)) = linked.programs.get(&lab.name) {
            result.build_error = Some(words.clone());
        }
        let mut steps = known.remove(&lab.name).unwrap_or_default();
        for &s in &selected.steps {
            let step = steps.get_mut(s).and_then(Option::take);
            let mut step = match step {
                Some(step) => step,
                None if result.build_error.is_some() => {
                    StepResult::new(&lab.steps[s], Verdict::BuildFailed, engine.seed)
                }
                // Interrupted before its turn.
                None => continue,
            };
            step.mistakes = mistakes.known(&lab.name, &step);
            result.steps.push(step);
        }
        results.labs.push(result);
    }
    results.recount();
    cache.write(&results)?;
    Ok(results)
}

fn lab_toml(root: &Path, directory: &str) -> PathBuf {
    let solution = root.join("solutions").join(directory).join("lab.toml");
    match solution.is_file() {
        true => solution,
        false => root.join("labs").join(directory).join("lab.toml"),
    }
}

/// The report leaves out what only the cache needs, and paths are told from the checkout.
fn public(results: &Results, root: &Path) -> Results {
    let mut results = results.clone();
    for lab in &mut results.labs {
        lab.key.clear();
        // rustc was asked for colours if stdout is a terminal, and JSON is for programs.
        lab.build_error = lab
            .build_error
            .take()
            .map(|words| console::strip_ansi_codes(&words).into_owned());
        for wire in lab.steps.iter_mut().filter_map(|step| step.wire.as_mut()) {
            if let Ok(inside) = Path::new(wire).strip_prefix(root) {
                *wire = inside.display().to_string();
            }
        }
    }
    results
}

fn exit(results: &Results, catalog: &Catalog, fail_under: Option<f64>) -> ExitCode {
    if results.interrupted {
        return ExitCode::from(130);
    }
    let mut steps = results.labs.iter().flat_map(|lab| &lab.steps);
    if steps.any(|step| step.verdict == Verdict::CouldNotGrade) || !catalog.broken.is_empty() {
        return ExitCode::from(3);
    }
    let earned = 100.0 * results.earned as f64;
    match fail_under {
        Some(percent) if earned < percent * results.points as f64 => ExitCode::from(1),
        _ => ExitCode::SUCCESS,
    }
}

/// Set by the first Ctrl-C; the second one ends the runner at once.
pub fn interrupted_by_ctrl_c() -> &'static AtomicBool {
    static INTERRUPTED: AtomicBool = AtomicBool::new(false);
    static INSTALLED: OnceLock<()> = OnceLock::new();
    INSTALLED.get_or_init(|| {
        let installed = ctrlc::set_handler(|| {
            if INTERRUPTED.swap(true, Ordering::Relaxed) {
                std::process::exit(130);
            }
        });
        if let Err(error) = installed {
            eprintln!("Ctrl-C will end this run without its results: {error}");
        }
    });
    &INTERRUPTED
}
