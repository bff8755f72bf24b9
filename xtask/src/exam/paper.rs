//! A paper, whole from its seed: four parts, a hundred points.

use std::path::Path;

use fastrand::Rng;

use super::answer::Kind;
use super::repair::Repair;
use super::{capture::Capture, diagnose, predict, repair, wire};
use crate::Error;

pub const POINTS: u32 = 100;
pub const MINUTES: u64 = 90;

pub struct Paper {
    pub seed: u64,
    pub sections: Vec<Section>,
    /// What part A is about, to be written as a file for other programs too.
    pub capture: Capture,
    /// Part D: judged by hidden tests, not by an answer.
    pub repair: Repair,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Read,
    Predict,
    Diagnose,
    Repair,
}

/// Questions about one thing that is shown once.
pub struct Section {
    pub part: Part,
    pub shown: Vec<Block>,
    pub questions: Vec<Question>,
}

pub enum Block {
    /// A paragraph, with code between backquotes.
    Text(String),
    Code {
        language: &'static str,
        text: String,
    },
}

pub struct Question {
    /// Such as `A3`.
    pub id: String,
    pub points: u32,
    pub prompt: String,
    pub kind: Kind,
    pub key: Key,
    /// Why the key is right, said when it is shown.
    pub why: String,
}

pub enum Key {
    /// Worked out from what was generated.
    Derived(String),
    /// What this program prints when it is run.
    Printed(String),
}

impl Question {
    /// What an answer looks like, for somebody who has the paper before them.
    pub fn asks(&self, part: Part) -> String {
        match part {
            // They are many, and stand above the first network.
            Part::Diagnose => "a word from the list".to_string(),
            _ => self.kind.described(),
        }
    }
}

impl Part {
    pub const ALL: [Self; 4] = [Self::Read, Self::Predict, Self::Diagnose, Self::Repair];

    pub fn letter(self) -> char {
        match self {
            Self::Read => 'A',
            Self::Predict => 'B',
            Self::Diagnose => 'C',
            Self::Repair => 'D',
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            Self::Read => "Read the wire",
            Self::Predict => "Predict",
            Self::Diagnose => "Diagnose",
            Self::Repair => "Repair",
        }
    }

    pub fn points(self) -> u32 {
        match self {
            Self::Read | Self::Repair => 30,
            Self::Predict | Self::Diagnose => 20,
        }
    }

    /// What is to be done, in a sentence or two.
    pub fn task(self) -> &'static str {
        match self {
            Self::Read => {
                "Read what went over the wire. Every answer follows from the bytes that are shown."
            }
            Self::Predict => {
                "Each program prints one line. Write the line, and do not run the program: predicting is the task."
            }
            Self::Diagnose => {
                "Each network has one fault, or none. Three commands were run in it. Name what is wrong."
            }
            Self::Repair => {
                "The program has one defect, which comes from one mistaken belief. Repair it. Hidden tests judge it from \
                 outside, as they judge a lab."
            }
        }
    }
}

impl Paper {
    /// `root` is the checkout, for the files in `book/exam/`.
    pub fn new(root: &Path, seed: u64) -> Result<Self, Error> {
        // Parts draw from sources of their own, so a change in one leaves the others as they were.
        let random = |part: Part| Rng::with_seed(seed ^ (u64::from(part.letter() as u32) << 32));
        let (capture, mut sections) = wire::sections(root, &mut random(Part::Read))?;
        sections.extend(predict::sections(root, &mut random(Part::Predict))?);
        sections.extend(diagnose::sections(root, &mut random(Part::Diagnose))?);
        let repair = repair::choose(root, &mut random(Part::Repair))?;
        let mut paper = Self {
            seed,
            sections,
            capture,
            repair,
        };
        paper.number();
        Ok(paper)
    }

    pub fn questions(&self) -> impl Iterator<Item = (Part, &Question)> {
        let all = self.sections.iter();
        all.flat_map(|section| section.questions.iter().map(|it| (section.part, it)))
    }

    /// `A1`, `A2`, and so on, in the order of the paper.
    fn number(&mut self) {
        let mut counts = [0; Part::ALL.len()];
        for section in &mut self.sections {
            for question in &mut section.questions {
                let count = &mut counts[section.part as usize];
                *count += 1;
                question.id = format!("{}{count}", section.part.letter());
            }
        }
    }

    /// The seed as the command line takes it.
    pub fn name(&self) -> String {
        format!("{:04x}", self.seed)
    }

    /// The questions as Markdown, without a key.
    pub fn markdown(&self) -> String {
        let mut text = format!(
            "# Exam {}\n\n{POINTS} points, {MINUTES} minutes. Write your answers into answers.txt, and part D into repair/src/main.rs.\n",
            self.name()
        );
        for part in Part::ALL {
            text.push_str(&format!(
                "\n## {}. {} ({} points)\n\n{}\n",
                part.letter(),
                part.title(),
                part.points(),
                part.task()
            ));
            if part == Part::Repair {
                blocks(&mut text, &self.repair.shown());
            }
            for section in self.sections.iter().filter(|section| section.part == part) {
                blocks(&mut text, &section.shown);
                for it in &section.questions {
                    let (id, points) = (&it.id, it.points);
                    text.push_str(&format!("\n**{id}** ({points} points) {}\n", it.prompt));
                    text.push_str(&format!("\nAnswer: {}.\n", it.asks(part)));
                }
            }
        }
        text
    }
}

fn blocks(text: &mut String, shown: &[Block]) {
    for block in shown {
        match block {
            Block::Text(words) => text.push_str(&format!("\n{words}\n")),
            Block::Code {
                language,
                text: code,
            } => {
                text.push_str(&format!("\n```{language}\n{}\n```\n", code.trim_end()));
            }
        }
    }
}
