//! A transcript: its commands, and what counts as printing the same.

/// Each command with what it prints.
pub fn steps(text: &str) -> Result<Vec<(String, String)>, String> {
    let mut steps: Vec<(String, String)> = Vec::new();
    let mut goes_on = false;
    for line in text.lines() {
        match (line.strip_prefix("$ "), steps.last_mut()) {
            (Some(command), _) => steps.push((command.to_string(), String::new())),
            (None, Some((command, _))) if goes_on => {
                command.push('\n');
                command.push_str(line);
            }
            (None, Some((_, output))) => {
                output.push_str(line);
                output.push('\n');
            }
            (None, None) => return Err("a transcript begins with \"$ \" and a command".to_string()),
        }
        goes_on = line.ends_with('\\');
    }
    Ok(steps)
}

/// Line by line, but for white space at their ends; `...` is any number of lines.
pub fn same(expected: &str, got: &str, numbers_vary: bool) -> bool {
    let lines = |text: &str| -> Vec<String> {
        let text = text.trim_end().lines().map(str::trim_end);
        text.map(|line| {
            if numbers_vary {
                without_numbers(line)
            } else {
                line.to_string()
            }
        })
        .collect()
    };
    fits(&lines(expected), &lines(got))
}

fn fits(expected: &[String], got: &[String]) -> bool {
    match expected {
        [] => got.is_empty(),
        [any, rest @ ..] if any == "..." => (0..=got.len()).any(|n| fits(rest, &got[n..])),
        [line, rest @ ..] => got.first() == Some(line) && fits(rest, &got[1..]),
    }
}

/// Each number becomes `#`, whatever its length, and columns do not count; days and months are numbers here.
fn without_numbers(line: &str) -> String {
    const DATES: &str =
        "Mon Tue Wed Thu Fri Sat Sun Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec";
    let words = line.split(' ').map(|word| {
        let name = word.trim_end_matches(',');
        let date = name.len() == 3 && DATES.split(' ').any(|it| it == name);
        if date { "#" } else { word }
    });
    let line = words.collect::<Vec<_>>().join(" ");
    let mut out = String::new();
    for c in line.chars() {
        match c {
            '0'..='9' if out.ends_with('#') => {}
            '0'..='9' => out.push('#'),
            // Of a number with a fraction.
            '.' if out.ends_with('#') => {}
            ' ' if out.ends_with(' ') => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_transcript_is_commands_and_what_they_print() {
        let text = "$ a \\\n  b\nx\ny\n$ c\n";
        let told = [
            ("a \\\n  b".to_string(), "x\ny\n".to_string()),
            ("c".to_string(), String::new()),
        ];
        assert_eq!(steps(text).unwrap(), told);
        assert!(steps("x\n").is_err());
    }

    #[test]
    fn what_is_printed_has_to_be_what_is_written() {
        assert!(same("a\n...\nd\n", "a\nb\nc\nd", false) && same("a\n...\n", "a\n", false));
        assert!(
            !same("a\n...\nd\n", "a\nb\nc\n", false)
                && !same("a\n", "", false)
                && !same("", "a", false)
        );
        assert!(same("took   12.5 ms of 3", "took 7 ms of 10000", true));
        assert!(
            !same("took 12.5 ms", "needed 12.5 ms", true)
                && !same("took 12.5 ms", "took 7 ms", false)
        );
    }
}
