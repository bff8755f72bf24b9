//! The order of the steps: a step runs when all that it needs has passed, several at once.

use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::sync::{Condvar, Mutex, MutexGuard};
use std::thread;

use crate::catalog::{Lab, Step};
use crate::course::rust_sources;
use crate::grade::results::{StepResult, Verdict};
use crate::grade::run::{Engine, Job};
use crate::screen::progress::Progress;
use crate::strip;

/// Steps of one lab, with what is known of them already.
#[derive(Clone)]
pub struct Task<'a> {
    pub lab: &'a Lab,
    /// Where its runs leave their records: the lab's name, or that of a variant.
    pub name: String,
    pub program: PathBuf,
    /// The directory with the program's source.
    pub source: PathBuf,
    /// By index of the step: `None` is still to be run.
    pub known: Vec<Option<StepResult>>,
    /// Which steps to run; others are run only if one of these needs them.
    pub wanted: Vec<bool>,
}

impl<'a> Task<'a> {
    pub fn new(
        lab: &'a Lab,
        program: PathBuf,
        source: PathBuf,
        wanted: &[usize],
        no_skip: bool,
    ) -> Self {
        let mut task = Self {
            lab,
            name: lab.name.clone(),
            program,
            source,
            known: lab.steps.iter().map(|_| None).collect(),
            wanted: (0..lab.steps.len()).map(|i| wanted.contains(&i)).collect(),
        };
        // Needs stand before what needs them, so one pass from the end reaches all.
        for i in (0..lab.steps.len()).rev() {
            if task.wanted[i] && !no_skip {
                for need in &lab.steps[i].needs {
                    task.wanted[position(lab, need)] = true;
                }
            }
        }
        task
    }

    /// Where this step, and those that it needs, are still at their `todo!`: `lib.rs:36`, separated by spaces.
    fn todos(&self, step: usize) -> String {
        let lab = self.lab;
        let mut wanted = vec![step];
        let mut places = Vec::new();
        let files = rust_sources(&self.source);
        while let Some(step) = wanted.pop() {
            let step = &lab.steps[step];
            wanted.extend(step.needs.iter().map(|need| position(lab, need)));
            for (file, text) in &files {
                if let Some((line, _)) = strip::todo_line(text, &step.function) {
                    places.push(format!("{file}:{line}"));
                }
            }
        }
        places.join(" ")
    }
}

/// Runs every wanted step that is not known; leaves the results in `known`.
pub fn run(
    engine: &Engine,
    tasks: Vec<Task>,
    no_skip: bool,
    jobs: usize,
) -> Vec<Vec<Option<StepResult>>> {
    let open = tasks.iter().flat_map(|t| t.wanted.iter().zip(&t.known));
    let open = open
        .filter(|(wanted, known)| **wanted && known.is_none())
        .count();
    let progress = Progress::bar("grading", open as u64);
    let plan = Plan {
        board: Mutex::new(Board {
            taken: tasks.iter().map(|t| vec![false; t.known.len()]).collect(),
            tasks,
            stopped: false,
        }),
        changed: Condvar::new(),
        no_skip,
    };
    // A program that kills every keeper above it becomes a child of the runner, not of the system's first process.
    let _ = keeper::family::adopt_orphans();
    thread::scope(|scope| {
        for _ in 0..jobs.clamp(1, open.max(1)) {
            scope.spawn(|| plan.work(engine, &progress));
        }
    });
    if engine.lost.load(Ordering::Relaxed) {
        // All children that the runner itself started have been waited for.
        keeper::family::sweep();
    }
    let board = plan.board.into_inner().expect("no worker panicked");
    board.tasks.into_iter().map(|task| task.known).collect()
}

struct Plan<'a> {
    board: Mutex<Board<'a>>,
    changed: Condvar,
    no_skip: bool,
}

struct Board<'a> {
    tasks: Vec<Task<'a>>,
    taken: Vec<Vec<bool>>,
    stopped: bool,
}

enum Next {
    Run(usize, usize),
    Wait,
    Nothing,
}

impl<'a> Plan<'a> {
    fn work(&self, engine: &Engine, progress: &Progress) {
        let mut board = self.lock();
        loop {
            match board.next(self.no_skip, engine) {
                Next::Nothing => return,
                Next::Wait => board = self.changed.wait(board).expect("no worker panicked"),
                Next::Run(t, s) => {
                    board.taken[t][s] = true;
                    let task = &board.tasks[t];
                    let (lab, program) = (task.lab, task.program.clone());
                    let todos = task.todos(s);
                    let directory = engine.runs.join(&task.name).join(&lab.steps[s].id);
                    drop(board);
                    progress.say(&format!("{}/{}", lab.name, lab.steps[s].id));
                    let result = engine.run(&Job {
                        lab: &lab.name,
                        step: &lab.steps[s],
                        program,
                        directory,
                        todos,
                    });
                    progress.one_done();
                    board = self.lock();
                    board.stopped |= result.is_none();
                    board.tasks[t].known[s] = result;
                    self.changed.notify_all();
                }
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Board<'a>> {
        self.board.lock().expect("no worker panicked")
    }
}

impl Board<'_> {
    /// Decides what follows from what is known, then picks a step that can run.
    fn next(&mut self, no_skip: bool, engine: &Engine) -> Next {
        if self.stopped {
            return Next::Nothing;
        }
        let mut unfinished = false;
        for t in 0..self.tasks.len() {
            for s in 0..self.tasks[t].known.len() {
                let task = &mut self.tasks[t];
                if !task.wanted[s] || task.known[s].is_some() {
                    continue;
                }
                unfinished = true;
                if self.taken[t][s] {
                    continue;
                }
                let step = &task.lab.steps[s];
                match readiness(task, step, no_skip) {
                    Readiness::Ready => return Next::Run(t, s),
                    Readiness::Later => {}
                    Readiness::Never(need) => task.known[s] = Some(skipped(step, need, engine)),
                }
            }
        }
        match unfinished {
            true if self.taken_and_running() => Next::Wait,
            _ => Next::Nothing,
        }
    }

    fn taken_and_running(&self) -> bool {
        self.tasks.iter().zip(&self.taken).any(|(task, taken)| {
            task.known
                .iter()
                .zip(taken)
                .any(|(known, taken)| *taken && known.is_none())
        })
    }
}

enum Readiness {
    Ready,
    Later,
    Never(String),
}

fn readiness(task: &Task, step: &Step, no_skip: bool) -> Readiness {
    if no_skip {
        return Readiness::Ready;
    }
    let mut readiness = Readiness::Ready;
    for need in &step.needs {
        match &task.known[position(task.lab, need)] {
            None => readiness = Readiness::Later,
            Some(result) if result.verdict == Verdict::Passed => {}
            // The step that has to be mended first, not one that itself waits for it.
            Some(result) => {
                return Readiness::Never(
                    result
                        .skipped_because
                        .clone()
                        .unwrap_or_else(|| need.clone()),
                );
            }
        }
    }
    readiness
}

fn skipped(step: &Step, need: String, engine: &Engine) -> StepResult {
    StepResult {
        skipped_because: Some(need),
        ..StepResult::new(step, Verdict::Skipped, engine.seed)
    }
}

/// The catalog has checked that `needs` name steps of the same lab.
fn position(lab: &Lab, id: &str) -> usize {
    lab.steps
        .iter()
        .position(|step| step.id == id)
        .expect("checked by the catalog")
}
