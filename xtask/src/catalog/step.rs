//! Checks one `[[step]]` of a `lab.toml`.

use serde::Deserialize;
use toml::Spanned;

use super::Step;
use super::read::{Wrong, filled, wrong};

const DEADLINE_MS: u64 = 5000;

/// The table as it stands. What is checked keeps its place in the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepTable {
    id: Spanned<String>,
    title: Spanned<String>,
    minutes: Spanned<u64>,
    needs: Vec<Spanned<String>>,
    function: Spanned<String>,
    spec: Spanned<String>,
    section: Spanned<String>,
    hints: Spanned<Vec<Spanned<String>>>,
    deadline_ms: Option<Spanned<u64>>,
}

pub fn step(table: StepTable, earlier: &[Step]) -> Result<Step, Wrong> {
    let is_earlier = |id: &str| earlier.iter().any(|step| step.id == id);
    let id = table.id.get_ref();
    if !is_snake_case(id) {
        let what = format!("the id {id:?} is not in snake_case; it is the name of a test");
        return wrong(table.id.span(), what);
    }
    if is_earlier(id) {
        let what = format!("an earlier step has the id {id:?} too; give this one another");
        return wrong(table.id.span(), what);
    }
    for need in &table.needs {
        if !is_earlier(need.get_ref()) {
            let what = format!(
                "needs {:?}, which is no earlier step of this lab",
                need.get_ref()
            );
            return wrong(need.span(), what);
        }
    }
    if !(5..=25).contains(table.minutes.get_ref()) {
        let what = "minutes are 5 to 25; split a longer step, join a shorter one to another";
        return wrong(table.minutes.span(), what);
    }
    if let Some(deadline) = table.deadline_ms.as_ref().filter(|it| *it.get_ref() == 0) {
        return wrong(
            deadline.span(),
            "deadline_ms is 0: no program can pass; leave it out for 5000",
        );
    }
    Ok(Step {
        id: table.id.into_inner(),
        title: filled("title", table.title)?,
        minutes: table.minutes.into_inner(),
        needs: table.needs.into_iter().map(Spanned::into_inner).collect(),
        function: filled("function", table.function)?,
        spec: filled("spec", table.spec)?,
        section: filled("section", table.section)?,
        hints: hints(table.hints)?,
        deadline_ms: table.deadline_ms.map_or(DEADLINE_MS, Spanned::into_inner),
    })
}

fn hints(hints: Spanned<Vec<Spanned<String>>>) -> Result<[String; 3], Wrong> {
    let span = hints.span();
    let hints: Vec<String> = (hints.into_inner().into_iter())
        .map(|hint| filled("a hint", hint))
        .collect::<Result<_, _>>()?;
    hints.try_into().or_else(|hints: Vec<String>| {
        let what = format!(
            "a step has three hints (a nudge, a direction, nearly the answer), this one has {}",
            hints.len()
        );
        wrong(span, what)
    })
}

fn is_snake_case(id: &str) -> bool {
    id.starts_with(|c: char| c.is_ascii_lowercase())
        && id
            .chars()
            .all(|c| c == '_' || c.is_ascii_lowercase() || c.is_ascii_digit())
}
