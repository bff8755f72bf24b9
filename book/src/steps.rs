//! A lab's steps, as its `lab.toml` has them, where a chapter says `<!-- steps: LAB -->`.

use crate::html::{escape, with_code};
use crate::markdown::anchor;
use xtask::catalog::{Catalog, Lab, Step};

const HINTS: [&str; 3] = ["a nudge", "a direction", "nearly the answer"];

/// `chapter` is the one that the marker stands in. The error says what to do.
pub fn render(catalog: &Catalog, name: &str, chapter: &str) -> Result<String, String> {
    if let Some(broken) = catalog.broken.iter().find(|lab| lab.name == name) {
        return Err(broken.message.clone());
    }
    let lab = catalog.labs.iter().find(|lab| lab.name == name);
    let lab = lab.ok_or_else(|| unknown(catalog, name))?;
    let points: u64 = lab.steps.iter().map(|step| step.minutes).sum();
    let mut html = format!(
        "<section class=\"steps\" data-lab=\"{name}\" data-points=\"{points}\" aria-label=\"Steps of lab {name}\">\n\
         <p class=\"steps-sum\"><span class=\"steps-earned\">{} steps, {points} points.</span> \
         <code>cargo xtask grade {name}</code></p>\n<ol>\n",
        lab.steps.len(),
        name = escape(&lab.name),
    );
    for item in &lab.steps {
        html.push_str(&step(lab, item, chapter));
    }
    html.push_str("</ol>\n</section>\n");
    Ok(html)
}

fn step(lab: &Lab, step: &Step, chapter: &str) -> String {
    let page = match lab.chapter == chapter {
        true => String::new(),
        false => format!("{}.html", lab.chapter),
    };
    let mut html = format!(
        "<li class=\"step\" id=\"{id}\" data-step=\"{lab}/{step}\">\n\
         <p class=\"step-title\"><strong>{title}</strong> <span class=\"step-points\">{points} points</span> \
         <span class=\"step-verdict\"></span></p>\n\
         <p class=\"step-facts\"><code>{step}</code>: write <code>{function}</code>. {spec}. \
         Read <a href=\"{page}#{section}\">{section_title}</a>.{needs}</p>\n",
        id = anchor_of(&lab.name, &step.id),
        lab = escape(&lab.name),
        step = escape(&step.id),
        title = with_code(&step.title),
        points = step.minutes,
        function = escape(&step.function),
        spec = escape(&step.spec),
        section = escape(&anchor(&step.section)),
        section_title = with_code(&step.section),
        needs = needs(lab, step),
    );
    for (name, hint) in HINTS.iter().zip(&step.hints) {
        html.push_str(&format!(
            "<details><summary>Hint: {name}</summary><p>{}</p></details>\n",
            with_code(hint)
        ));
    }
    html + "<div class=\"step-story\"></div>\n</li>\n"
}

/// What has to pass first, with links.
fn needs(lab: &Lab, step: &Step) -> String {
    let links: Vec<String> = (step.needs.iter())
        .filter_map(|need| lab.steps.iter().find(|step| step.id == *need))
        .map(|need| {
            let id = anchor_of(&lab.name, &need.id);
            format!("<a href=\"#{id}\">{}</a>", with_code(&need.title))
        })
        .collect();
    match links.is_empty() {
        true => String::new(),
        false => format!(" After: {}.", links.join(", ")),
    }
}

/// The id that a step has on its page.
pub fn anchor_of(lab: &str, step: &str) -> String {
    escape(&format!("step-{lab}-{step}"))
}

fn unknown(catalog: &Catalog, name: &str) -> String {
    let names: Vec<&str> = catalog.labs.iter().map(|lab| &lab.name[..]).collect();
    format!(
        "there is no lab {name:?}; write one of: {}",
        names.join(", ")
    )
}
