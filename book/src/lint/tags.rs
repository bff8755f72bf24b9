//! What a check of links needs to know of a page. Enough of HTML for pages that a program wrote.

use std::collections::HashSet;

#[derive(Default)]
pub struct Page {
    pub ids: HashSet<String>,
    pub links: Vec<Link>,
    /// What is wrong in the page itself.
    pub trouble: Vec<String>,
}

pub struct Link {
    pub target: String,
    /// Fetched with the page, not when somebody follows it.
    pub loads: bool,
}

impl Page {
    pub fn read(text: &str) -> Self {
        let mut page = Self::default();
        // How deep inside `<code>`: what stands there is shown, not meant.
        let mut code = 0_usize;
        let mut rest = text;
        while let Some(start) = rest.find('<') {
            if code == 0 {
                page.prose(&rest[..start]);
            }
            rest = &rest[start..];
            if let Some(comment) = rest.strip_prefix("<!--") {
                rest = comment.split_once("-->").map_or("", |(_, after)| after);
                continue;
            }
            let (tag, after) = tag(rest);
            match tag.name.as_str() {
                "code" => {
                    code += 1;
                    if after.starts_with("</code>") {
                        page.trouble.push(
                            "a code block is empty: an include brought nothing; look at its path and anchor"
                                .to_string(),
                        );
                    }
                }
                "/code" => code = code.saturating_sub(1),
                _ => {}
            }
            rest = match tag.name.as_str() {
                // Their content is no HTML.
                "script" | "style" => after.find("</").map_or("", |end| {
                    let close = format!("</{}", tag.name);
                    after
                        .find(&close)
                        .map_or(&after[end..], |end| &after[end..])
                }),
                _ => after,
            };
            page.tag(tag);
        }
        page
    }

    fn tag(&mut self, tag: Tag) {
        for (key, value) in tag.attributes {
            match key.as_str() {
                "id" => {
                    self.ids.insert(value);
                }
                "href" | "src" if !value.is_empty() && tag.name != "base" => {
                    self.links.push(Link {
                        target: value,
                        loads: tag.name != "a",
                    });
                }
                _ => {}
            }
        }
    }

    fn prose(&mut self, text: &str) {
        if let Some((_, directive)) = text.split_once("{{#") {
            let directive = directive.split("}}").next().unwrap_or("");
            self.trouble.push(format!(
                "{{{{#{directive}}}}} was not carried out; look at its path"
            ));
        }
    }
}

struct Tag {
    /// In lower case, `/code` for an end.
    name: String,
    attributes: Vec<(String, String)>,
}

/// The tag that `text` begins with, and what follows it.
fn tag(text: &str) -> (Tag, &str) {
    let inside = &text[1..];
    let name_ends = |c: char| c.is_whitespace() || c == '>';
    let end = inside.find(name_ends).unwrap_or(inside.len());
    let mut tag = Tag {
        name: inside[..end].trim_end_matches('/').to_ascii_lowercase(),
        attributes: Vec::new(),
    };
    if inside.starts_with('/') {
        tag.name = inside[..end].to_ascii_lowercase();
    }
    let mut rest = &inside[end..];
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
        if rest.is_empty() || rest.starts_with('>') {
            return (tag, rest.get(1..).unwrap_or(""));
        }
        let ends = |c: char| c.is_whitespace() || matches!(c, '=' | '>' | '/');
        let end = rest.find(ends).unwrap_or(rest.len()).max(1);
        let Some(key) = rest.get(..end) else {
            return (tag, "");
        };
        rest = &rest[end..];
        let mut value = "";
        if let Some(after) = rest.strip_prefix('=') {
            let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''));
            (value, rest) = match quote {
                Some(quote) => after[1..].split_once(quote).unwrap_or((&after[1..], "")),
                None => after.split_at(after.find(name_ends).unwrap_or(after.len())),
            };
        }
        let value = value
            .replace("&#39;", "'")
            .replace("&quot;", "\"")
            .replace("&amp;", "&");
        tag.attributes.push((key.to_ascii_lowercase(), value));
    }
}
