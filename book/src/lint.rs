//! What mdBook does not notice: links that lead nowhere, includes that brought nothing, pages that ask other hosts.

mod tags;

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::url::decoded;
use xtask::Error;

use tags::Page;

/// What is wrong in the pages of `site`, a line each.
pub fn check(site: &Path) -> Result<Vec<String>, Error> {
    let failed =
        |error: io::Error| Error::Failed(format!("cannot read {}: {error}", site.display()));
    let mut files = HashSet::new();
    walk(site, site, &mut files).map_err(failed)?;
    let mut pages: HashMap<&Path, Page> = HashMap::new();
    for file in &files {
        if file.extension().is_some_and(|end| end == "html") {
            let text = fs::read_to_string(site.join(file)).map_err(failed)?;
            pages.insert(file, Page::read(&text));
        }
    }
    let mut wrong = Vec::new();
    for (file, page) in &pages {
        let shown = file.display();
        wrong.extend(page.trouble.iter().map(|what| format!("{shown}: {what}")));
        for link in &page.links {
            if let Some(what) = broken(file, link, &files, &pages) {
                wrong.push(format!("{shown}: {what}"));
            }
        }
    }
    wrong.sort();
    wrong.dedup();
    Ok(wrong)
}

fn broken(
    from: &Path,
    link: &tags::Link,
    files: &HashSet<PathBuf>,
    pages: &HashMap<&Path, Page>,
) -> Option<String> {
    let target = &link.target;
    if target.starts_with("data:") || target.starts_with("mailto:") {
        return None;
    }
    if target.contains("://") || target.starts_with("//") {
        return link.loads.then(|| {
            format!("{target} is loaded from another host; the book has to work without a network")
        });
    }
    let (path, anchor) = target.split_once('#').unwrap_or((target, ""));
    let path = decoded(path.split('?').next().unwrap_or(""));
    let Some(to) = path.and_then(|path| resolved(from, &path)) else {
        return Some(format!("the link to {target} leads out of the book"));
    };
    if !files.contains(&to) {
        return Some(format!(
            "the link to {target} is broken: there is no such page"
        ));
    }
    let page = pages.get(to.as_path());
    let known = |anchor: &str| page.is_none_or(|page| page.ids.contains(anchor));
    let found = anchor.is_empty() || known(anchor) || decoded(anchor).is_some_and(|it| known(&it));
    (!found).then(|| format!("the link to {target} is broken: nothing there has this id"))
}

/// A relative link as a file below the site's root.
fn resolved(from: &Path, path: &str) -> Option<PathBuf> {
    if path.is_empty() {
        return Some(from.to_path_buf());
    }
    let mut to = match path.starts_with('/') {
        true => PathBuf::new(),
        false => from.parent().unwrap_or(Path::new("")).to_path_buf(),
    };
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if !to.pop() => return None,
            ".." => {}
            part => to.push(part),
        }
    }
    if path.ends_with('/') {
        to.push("index.html");
    }
    Some(to)
}

/// Every file below `directory`, relative to `root`.
fn walk(root: &Path, directory: &Path, files: &mut HashSet<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_dir() {
            walk(root, &path, files)?;
        } else if let Ok(file) = path.strip_prefix(root) {
            files.insert(file.to_path_buf());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_is_broken() {
        let site = tempfile::tempdir().unwrap();
        let page = "<h1 id=\"top\">A</h1><a href=\"b.html#x\">1</a><a href='b.html#y'>2</a><a href=\"c.html\">3</a>\
             <a href=\"#top\">4</a><a href=\"../d.html\">5</a><a href=\"https://example.com/\">6</a>\
             <script src=\"https://example.com/a.js\">if (a<b) \"<a href='no'>\"</script>\
             <pre><code class=\"language-rust\"></code></pre><p>{{#include x.rs}}</p><code>{{#include y}}</code>";
        fs::write(site.path().join("a.html"), page).unwrap();
        fs::write(site.path().join("b.html"), "<p id=x>").unwrap();
        assert_eq!(
            check(site.path()).unwrap(),
            [
                "a.html: a code block is empty: an include brought nothing; look at its path and anchor",
                "a.html: https://example.com/a.js is loaded from another host; the book has to work without a network",
                "a.html: the link to ../d.html leads out of the book",
                "a.html: the link to b.html#y is broken: nothing there has this id",
                "a.html: the link to c.html is broken: there is no such page",
                "a.html: {{#include x.rs}} was not carried out; look at its path",
            ]
        );
    }
}
