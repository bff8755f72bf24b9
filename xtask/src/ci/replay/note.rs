//! The comment above a transcript: what a reader knows from the text around it.

/// What the comment above a block says.
#[derive(Default, Debug, PartialEq)]
pub struct How {
    pub not: Option<String>,
    /// For how many blocks.
    pub background: usize,
    pub numbers_vary: bool,
    pub with: Vec<String>,
    pub after: Vec<String>,
}

impl How {
    pub fn read(note: Option<&str>) -> Result<Self, String> {
        let mut how = Self::default();
        let Some(note) = note else { return Ok(how) };
        if let Some(reason) = note.strip_prefix("not replayed:") {
            how.not = Some(reason.trim().to_string()).filter(|it| !it.is_empty());
            return how
                .not
                .is_some()
                .then_some(how)
                .ok_or("a reason is missing after \"not replayed:\"".to_string());
        }
        let Some(words) = note.strip_prefix("replayed:") else {
            return Ok(how);
        };
        for word in words.split(';').map(str::trim) {
            match word {
                "in the background" => how.background = 1,
                "numbers vary" => how.numbers_vary = true,
                word => match word.split_once(' ') {
                    Some(("with", server)) => how.with.push(server.to_string()),
                    Some(("after", command)) => how.after.push(command.to_string()),
                    _ => {
                        let count = word
                            .strip_prefix("in the background for ")
                            .and_then(|it| it.parse().ok());
                        how.background =
                            count.ok_or_else(|| format!("{word:?} says nothing about a replay"))?;
                    }
                },
            }
        }
        Ok(how)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exemption_needs_its_reason() {
        assert!(
            How::read(Some("not replayed:")).is_err() && How::read(Some("replayed: some")).is_err()
        );
        let how = How::read(Some("replayed: with a.py; with b -c; numbers vary")).unwrap();
        assert_eq!(
            (how.with.len(), how.numbers_vary, how.background),
            (2, true, 0)
        );
        assert_eq!(How::read(Some("steps: echo")).unwrap(), How::default());
    }
}
