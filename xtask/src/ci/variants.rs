//! Programs that must not pass: every step still open, and every named mistake. All are built in one
//! workspace by one cargo call, and driven by the hidden tests like a learner's.

mod package;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use crate::Error;
use crate::catalog::Catalog;
use crate::course::Course;
use crate::grade::compile::{self, Made};
use crate::grade::plan::{self, Task};
use crate::grade::results::{StepResult, Subject, Verdict};
use crate::grade::run::Engine;
use crate::mistakes::{self, Wrong, says};
pub use package::write_if_new;
use package::{Variant, cargo, remove_others, workspace};

/// Each wrong program is driven with each of these; it has to be caught every time.
const SEEDS: [u64; 3] = [0x7f3a, 0x0001, 0xbeef];
/// Steps that hang cost time, not processor.
const JOBS: usize = 4;

/// Each step of a lab, stubbed alone in a solution, fails with its own `todo!`, not with an earlier one's.
/// And each step of the fresh lab fails.
pub fn open(course: &Course, catalog: &Catalog) -> Result<Vec<String>, Error> {
    let mut variants = Vec::new();
    let mut texts = HashMap::new();
    for lab in &catalog.labs {
        for step in &lab.steps {
            let name = format!("open-{}-{}", lab.name, step.id.replace('_', "-"));
            let mut variant = Variant::new(lab, name.clone());
            let todo = variant.stub(course, &step.function)?;
            texts.insert(name, (step.id.clone(), todo));
            variants.push(variant);
        }
    }
    let grader = Grader::build(course, catalog, "open", &variants)?;
    let mut breaches = grader.not_built(&variants);
    let tasks = variants.iter().filter_map(|variant| {
        let (step, _) = &texts[&variant.name];
        grader.task(variant, step)
    });
    for (name, result) in grader.grade(SEEDS[0], tasks.collect()) {
        let (step, todo) = &texts[&name];
        let cause = result.cause.as_ref();
        let shown = cause.is_some_and(|cause| cause.stderr.iter().any(|line| line.contains(todo)));
        if !result.is_open() || !shown {
            let id = cause.map_or("none", |cause| &cause.id);
            let verdict = result.verdict;
            breaches.push(format!(
                "{name}: {step} with its todo! in place should end with {todo:?}; it is {verdict:?}, cause {id}, stderr {:?}",
                cause.map(|cause| &cause.stderr)
            ));
        }
    }
    breaches.extend(fresh(course, catalog)?);
    Ok(breaches)
}

/// Each step passes as soon as it and those before it are written.
pub fn in_order(course: &Course, catalog: &Catalog) -> Result<Vec<String>, Error> {
    let mut variants = Vec::new();
    let mut steps = HashMap::new();
    for lab in &catalog.labs {
        for (at, step) in lab.steps.iter().enumerate() {
            let name = format!("until-{}-{}", lab.name, step.id.replace('_', "-"));
            let mut variant = Variant::new(lab, name.clone());
            variant.stub_after(course, at)?;
            steps.insert(name, step.id.clone());
            variants.push(variant);
        }
    }
    let grader = Grader::build(course, catalog, "in-order", &variants)?;
    let mut breaches = grader.not_built(&variants);
    let tasks = variants
        .iter()
        .filter_map(|variant| grader.task(variant, &steps[&variant.name]));
    for (name, result) in grader.grade(SEEDS[0], tasks.collect()) {
        if result.verdict != Verdict::Passed {
            breaches.push(format!(
                "{name}: {} should pass while the steps after it are not written; it is {:?}, {}",
                steps[&name],
                result.verdict,
                result.cause.map(|cause| cause.said()).unwrap_or_default()
            ));
        }
    }
    Ok(breaches)
}

/// Every named mistake is caught by its step, with its cause and its words, while the steps after it are not written.
pub fn wrong(course: &Course, catalog: &Catalog) -> Result<Vec<String>, Error> {
    let mut variants = Vec::new();
    let mut wrongs: HashMap<String, Wrong> = HashMap::new();
    for lab in &catalog.labs {
        for (i, wrong) in mistakes::of_lab(&course.root, &lab.name)?
            .into_iter()
            .enumerate()
        {
            let name = format!("wrong-{}-{}", lab.name, i + 1);
            let mut variant = Variant::new(lab, name.clone());
            variant.mistake(course, &wrong)?;
            let at = lab.steps.iter().position(|step| step.id == wrong.caught_by);
            if let Some(at) = at.filter(|_| !wrong.needs_later_steps) {
                variant.stub_after(course, at)?;
            }
            variants.push(variant);
            wrongs.insert(name, wrong);
        }
    }
    let grader = Grader::build(course, catalog, "wrong", &variants)?;
    let mut breaches = grader.not_built(&variants);
    for seed in SEEDS {
        let tasks = variants
            .iter()
            .filter_map(|variant| grader.task(variant, &wrongs[&variant.name].caught_by));
        for (name, result) in grader.grade(seed, tasks.collect()) {
            let wrong = &wrongs[&name];
            let cause = result.cause.as_ref();
            let said = cause.map(|cause| cause.said()).unwrap_or_default();
            let id = cause.map_or("none", |cause| &cause.id);
            if id != wrong.cause || !says(&said, &wrong.says) || result.earned() > 0 {
                breaches.push(format!(
                    "{name}, {:?}, seed {seed:x}: {} should fail with cause {} and say {:?}; it is {:?}, cause {id}, and says {said:?}{}",
                    wrong.name,
                    wrong.caught_by,
                    wrong.cause,
                    wrong.says,
                    result.verdict,
                    result.trouble.map(|trouble| format!("\n{trouble}")).unwrap_or_default()
                ));
            }
        }
    }
    Ok(breaches)
}

/// No step of a lab as learners get it passes.
fn fresh(course: &Course, catalog: &Catalog) -> Result<Vec<String>, Error> {
    let names: Vec<&str> = catalog.labs.iter().map(|lab| lab.name.as_str()).collect();
    let directory = course.target.join("variants/fresh");
    let mut packages = Vec::new();
    for lab in &catalog.labs {
        let into = directory.join(format!("lab-{}", lab.name));
        // Made anew from the solution: what lies in labs/ may be somebody's work.
        crate::stubs::generate(
            &course.root,
            &course.root.join("solutions").join(&lab.directory),
            &into,
        )?;
        packages.push(format!("lab-{}", lab.name));
    }
    workspace(course, &directory)?;
    let made = cargo(&directory, course)?;
    let built = compile::build(&course.root, Subject::Solutions, &names)?;
    let engine = engine(course, &built, "fresh", SEEDS[0]);
    let mut breaches = Vec::new();
    let mut tasks = Vec::new();
    for (lab, package) in catalog.labs.iter().zip(&packages) {
        match made.programs.get(package) {
            Some(program) => {
                let all: Vec<_> = (0..lab.steps.len()).collect();
                let source = directory.join(package).join("src");
                tasks.push(Task::new(lab, program.clone(), source, &all, true));
            }
            None => breaches.push(format!(
                "{package} does not build:\n{}",
                made.words_about(package)
            )),
        }
    }
    let names: Vec<_> = tasks.iter().map(|task| task.name.clone()).collect();
    for (lab, results) in names.iter().zip(plan::run(&engine, tasks, true, JOBS)) {
        for result in results
            .into_iter()
            .flatten()
            .filter(|result| !result.is_open())
        {
            breaches.push(format!(
                "{lab}/{}: a fresh lab should fail with its todo!; it is {:?}, cause {}",
                result.id,
                result.verdict,
                result.cause.map_or("none".to_string(), |cause| cause.id)
            ));
        }
    }
    Ok(breaches)
}

/// The built variants, and what drives them.
struct Grader<'a> {
    made: Made,
    course: &'a Course,
    built: compile::Built,
    directory: PathBuf,
    kind: &'static str,
}

impl<'a> Grader<'a> {
    fn build(
        course: &'a Course,
        catalog: &Catalog,
        kind: &'static str,
        variants: &[Variant],
    ) -> Result<Self, Error> {
        let names: Vec<&str> = catalog.labs.iter().map(|lab| lab.name.as_str()).collect();
        let built = compile::build(&course.root, Subject::Solutions, &names)?;
        let directory = course.target.join("variants").join(kind);
        remove_others(&directory, variants)?;
        for variant in variants {
            variant.write(course, &directory)?;
        }
        workspace(course, &directory)?;
        Ok(Self {
            made: cargo(&directory, course)?,
            course,
            built,
            directory,
            kind,
        })
    }

    fn not_built(&self, variants: &[Variant]) -> Vec<String> {
        let missing = variants
            .iter()
            .filter(|v| !self.made.programs.contains_key(&v.name));
        missing
            .map(|v| {
                format!(
                    "{} does not build:\n{}",
                    v.name,
                    self.made.words_about(&v.name)
                )
            })
            .collect()
    }

    fn task<'b>(&self, variant: &Variant<'b>, step: &str) -> Option<Task<'b>> {
        let program = self.made.programs.get(&variant.name)?;
        let at = variant
            .lab
            .steps
            .iter()
            .position(|other| other.id == step)?;
        let source = self.directory.join(&variant.name).join("src");
        let mut task = Task::new(variant.lab, program.clone(), source, &[at], true);
        task.name = variant.name.clone();
        Some(task)
    }

    /// By variant: the result of its one step.
    fn grade(&self, seed: u64, tasks: Vec<Task>) -> Vec<(String, StepResult)> {
        let engine = engine(self.course, &self.built, self.kind, seed);
        let run = |tasks: &[&Task], jobs| {
            let tasks = tasks.iter().copied().cloned().collect();
            let results = plan::run(&engine, tasks, true, jobs);
            results
                .into_iter()
                .map(|of| of.into_iter().flatten().next())
        };
        let all: Vec<&Task> = tasks.iter().collect();
        let mut results: Vec<_> = run(&all, JOBS).collect();
        // A machine with too much to do says nothing about a program: once more, alone.
        let ungraded: Vec<usize> = (0..tasks.len())
            .filter(|&i| {
                let of_it = |it: &StepResult| it.verdict == Verdict::CouldNotGrade;
                results[i].as_ref().is_some_and(of_it)
            })
            .collect();
        let again: Vec<&Task> = ungraded.iter().map(|&i| &tasks[i]).collect();
        for (i, result) in ungraded.into_iter().zip(run(&again, 1)) {
            results[i] = result;
        }
        let names = tasks.iter().map(|task| task.name.clone());
        names
            .zip(results)
            .filter_map(|(name, result)| Some((name, result?)))
            .collect()
    }
}

/// Drives programs that were made to fail; `kind` is whose.
pub fn engine(course: &Course, built: &compile::Built, kind: &str, seed: u64) -> Engine {
    static NEVER: AtomicBool = AtomicBool::new(false);
    Engine {
        keeper: built.keeper.clone(),
        tests: built.tests.clone(),
        seed,
        slow: 1,
        runs: course
            .target
            .join("variants/runs")
            .join(kind)
            .join(format!("{seed:x}")),
        interrupted: &NEVER,
        lost: AtomicBool::new(false),
    }
}
