//! What is wrong with an answer, in words: only what the lines themselves show.

use serde_json::Value;

/// What an answer can hold, besides its state.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Refusal,
    Data,
    Acknowledgement,
    Write,
    Other,
}

const KINDS: [Kind; 5] = [
    Kind::Refusal,
    Kind::Data,
    Kind::Acknowledgement,
    Kind::Write,
    Kind::Other,
];

impl Kind {
    fn of(line: &str) -> Self {
        let Ok(value) = serde_json::from_str::<Value>(line) else {
            return Self::Other;
        };
        let has = |name: &str| value.get(name).is_some();
        match () {
            () if has("error") => Self::Refusal,
            () if has("write") => Self::Write,
            () if has("send_to") && has("acknowledgement") => Self::Acknowledgement,
            () if has("send_to") => Self::Data,
            () => Self::Other,
        }
    }

    fn too_few(self, got: usize) -> &'static str {
        match (self, got) {
            (Self::Refusal, _) => "It was not refused.",
            (Self::Data, 0) => "No packet was sent.",
            (Self::Acknowledgement, 0) => "No acknowledgement was sent.",
            (Self::Write, 0) => "Nothing was written.",
            _ => "Something is missing.",
        }
    }

    fn too_many(self, wanted: usize) -> &'static str {
        match (self, wanted) {
            (Self::Refusal, _) => "It was refused, and should not be.",
            (Self::Data, 0) => "A packet was sent, and none should be.",
            (Self::Data, _) => "The packet was sent more than once.",
            (Self::Acknowledgement, 0) => "An acknowledgement was sent, and none should be.",
            (Self::Acknowledgement, _) => "More than one acknowledgement was sent.",
            (Self::Write, 0) => "Something was written, and nothing should be.",
            (Self::Write, _) => "It was written more than once.",
            (Self::Other, _) => "There is more than there should be.",
        }
    }

    fn place(self) -> &'static str {
        match self {
            Self::Data => "In the packet that was sent, ",
            Self::Acknowledgement => "In the acknowledgement, ",
            Self::Write => "In what was written, ",
            Self::Refusal | Self::Other => "",
        }
    }
}

/// Of the actions.
pub fn actions(wanted: &[&str], got: &[String]) -> String {
    let mut said: Vec<String> = Vec::new();
    for kind in KINDS {
        let wanted: Vec<&str> = wanted
            .iter()
            .copied()
            .filter(|it| Kind::of(it) == kind)
            .collect();
        let got: Vec<&str> = got
            .iter()
            .map(String::as_str)
            .filter(|it| Kind::of(it) == kind)
            .collect();
        if got.len() < wanted.len() {
            said.push(kind.too_few(got.len()).to_string());
        } else if got.len() > wanted.len() {
            said.push(kind.too_many(wanted.len()).to_string());
        } else {
            let pairs = wanted.iter().zip(&got);
            said.extend(pairs.filter_map(|(wanted, got)| fields(kind.place(), wanted, got)));
        }
    }
    if said.is_empty() && wanted != got {
        said.push("It is all there, in another order.".to_string());
    }
    said.join(" ")
}

/// Of the state.
pub fn state(wanted: &str, got: &str) -> String {
    let kind = |line: &str| {
        Some(
            serde_json::from_str::<Value>(line).ok()?["state"]
                .as_str()?
                .to_string(),
        )
    };
    match (kind(wanted), kind(got)) {
        (Some(wanted), Some(got)) if wanted != got => {
            format!("The state is `{got}` and should be `{wanted}`.")
        }
        _ => fields("In the state, ", wanted, got).unwrap_or_default(),
    }
}

/// Of two lines of the same kind; `None` if they say the same.
pub fn fields(place: &str, wanted: &str, got: &str) -> Option<String> {
    let (Ok(wanted), Ok(got)) = (
        serde_json::from_str::<Value>(wanted),
        serde_json::from_str::<Value>(got),
    ) else {
        return None;
    };
    let said: Vec<String> = wanted
        .as_object()?
        .iter()
        .filter(|(name, value)| got[name.as_str()] != **value)
        .map(
            |(name, value)| match (value.as_str(), got[name.as_str()].as_str()) {
                // A payload may be long, and what cannot be seen in it says nothing.
                (Some(wanted), Some(got)) if name != "send_to" => {
                    match (wanted.chars().count(), got.chars().count()) {
                        (wanted, got) if wanted != got => {
                            format!("`{name}` has {got} bytes and should have {wanted}")
                        }
                        _ => format!("`{name}` has other bytes"),
                    }
                }
                _ => format!("`{name}` is {} and should be {value}", got[name.as_str()]),
            },
        )
        .collect();
    match said.is_empty() {
        true => None,
        false => {
            let text = format!("{place}{}.", said.join(", "));
            Some(text)
        }
    }
}
