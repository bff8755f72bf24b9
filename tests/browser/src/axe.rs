//! axe-core, which holds a page against WCAG. It is not ours and not small, so it is fetched and not committed.

use std::env;
use std::fs;
use std::path::PathBuf;

use crate::page::Page;
use crate::served::checkout;
use crate::skip;

/// Where `npm install --prefix target/axe axe-core` puts it.
const PLACE: &str = "target/axe/node_modules/axe-core/axe.min.js";

/// The script; `None`, said aloud, where it is missing.
pub fn axe() -> Option<String> {
    let file = env::var_os("COURSE_AXE").map_or_else(|| checkout().join(PLACE), PathBuf::from);
    let script = fs::read_to_string(file).ok();
    if script.is_none() {
        skip("axe-core");
    }
    script
}

impl Page<'_> {
    /// What WCAG 2.2, levels A and AA, has against the page. What axe cannot decide is not counted.
    pub fn violations(&self, axe: &str) -> Vec<String> {
        self.value(&format!("{axe}; 0"));
        self.texts(
            "axe.run(document, {
               resultTypes: ['violations'],
               preload: false, // it would ask for style sheets anew, which files may not
               runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
             }).then(({ violations }) => violations.map(({ id, help, nodes }) =>
               [`${id}: ${help}, at ${nodes.length}`, ...nodes.slice(0, 3).flatMap((node) =>
                 [`  ${node.html.slice(0, 160)}`, `    ${node.failureSummary.replaceAll('\\n', '; ')}`])].join('\\n')))",
        )
    }
}
