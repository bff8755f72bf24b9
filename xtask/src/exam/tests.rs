//! What holds for every paper, tried on two hundred.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use super::answer::Kind;
use super::marking::{key, rows};
use super::paper::{Key, POINTS, Paper, Part, Question};
use super::{answers, folder, predict};
use crate::Error;
use crate::state::State;

const PAPERS: u64 = 200;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_path_buf()
}

fn paper(seed: u64) -> Paper {
    Paper::new(&root(), seed).unwrap_or_else(|error| panic!("{error:?}"))
}

/// An answer of the right kind that is not the key.
fn wrong(question: &Question, key: &str) -> String {
    match &question.kind {
        Kind::Number => (key.parse::<u64>().unwrap() + 1).to_string(),
        Kind::OneOf(words) => words.iter().find(|word| *word != key).unwrap().clone(),
        Kind::Name => format!("x{key}"),
        Kind::Line => format!("{key} 1"),
    }
}

#[test]
fn the_key_earns_everything_and_each_wrong_answer_costs_its_own_points() {
    let papers: Vec<Paper> = (0..PAPERS).map(paper).collect();
    let programs = papers.iter().flat_map(Paper::questions);
    let programs: HashSet<&str> = programs
        .filter_map(|(_, question)| match &question.key {
            Key::Printed(source) => Some(source.as_str()),
            Key::Derived(_) => None,
        })
        .collect();
    let programs: Vec<&str> = programs.into_iter().collect();
    let scratch = tempfile::tempdir().unwrap();
    let outputs = predict::outputs(&programs, scratch.path()).unwrap();
    for paper in &papers {
        let keys: HashMap<String, String> = (paper.questions())
            .map(|(_, question)| (question.id.clone(), key(question, &outputs).unwrap()))
            .collect();
        let earned = |given: &HashMap<String, String>| {
            let file: String = given
                .iter()
                .map(|(id, answer)| format!("{id}: {answer}\n"))
                .collect();
            let read = answers::read(paper, "answers.txt", &file).unwrap();
            rows(paper, &keys, &read)
                .iter()
                .map(|row| row.earned())
                .sum::<u32>()
        };
        let judged: u32 = paper.repair.tests.iter().map(|test| test.points).sum();
        assert_eq!(judged, Part::Repair.points());
        assert_eq!(earned(&keys) + judged, POINTS, "{}", paper.name());
        assert_eq!(earned(&HashMap::new()), 0);
        for (_, question) in paper.questions() {
            let mut given = keys.clone();
            given.insert(question.id.clone(), wrong(question, &keys[&question.id]));
            let lost = earned(&keys) - earned(&given);
            assert_eq!(lost, question.points, "{} {}", paper.name(), question.id);
        }
        for part in [Part::Read, Part::Predict, Part::Diagnose] {
            let points = paper.questions().filter(|(of, _)| *of == part);
            assert_eq!(points.map(|(_, it)| it.points).sum::<u32>(), part.points());
        }
    }
}

#[test]
fn a_seed_gives_one_paper_and_no_other_seed_the_same() {
    let mut seen = HashSet::new();
    for seed in 0..PAPERS {
        let (once, again) = (paper(seed), paper(seed));
        assert_eq!(once.markdown(), again.markdown());
        assert_eq!(once.capture.pcap().unwrap(), again.capture.pcap().unwrap());
        assert!(
            seen.insert(once.markdown()),
            "seed {seed} is as an earlier one"
        );
    }
}

/// Keys do not stand in what is given out. A key of one or two letters may stand there by chance.
#[test]
fn a_paper_does_not_hold_its_why() {
    for seed in 0..PAPERS {
        let paper = paper(seed);
        let text = paper.markdown() + &answers::template(&paper);
        for (_, question) in paper.questions() {
            assert!(
                !text.contains(&question.why),
                "{}: {}",
                paper.name(),
                question.why
            );
        }
        assert!(!text.contains(&paper.repair.belief));
    }
}

#[test]
fn what_is_wrong_with_answers_is_said_with_its_line() {
    let paper = paper(1);
    for (text, said) in [
        ("A1 client\n", "answers.txt:1: \"A1 client\" is no answer"),
        (
            "\n# mine\nA99: 1\n",
            "answers.txt:3: this paper has no question \"A99\"",
        ),
        (
            "A2: 7\na2: 8\n",
            "answers.txt:2: A2 is answered above already",
        ),
        ("A2: seven\n", "answers.txt:1: A2: \"seven\" is no number"),
        (
            "A1: both\n",
            "answers.txt:1: A1: \"both\" is not one of: client, server",
        ),
    ] {
        let wrong = answers::read(&paper, "answers.txt", text).unwrap_err();
        assert!(wrong.starts_with(said), "{wrong}, not {said}");
    }
    let template = answers::template(&paper);
    assert!(
        answers::read(&paper, "answers.txt", &template)
            .unwrap()
            .is_empty()
    );
}

#[test]
fn a_damaged_file_stops_the_paper_with_its_line() {
    for (file, find, replace, said) in [
        (
            "wire",
            "id = \"repeated\"",
            "id = \"repeat\"",
            ":10: the runner knows no \"repeat\"",
        ),
        (
            "wire",
            "@place, modulo",
            "@plaice, modulo",
            ":27: @plaice is no fact; there are: packet, isn,",
        ),
        (
            "wire",
            "id = \"place\"",
            "id = \"repeated\"",
            ":25: \"repeated\" is there already",
        ),
        (
            "predict",
            "{ a = [3, 6], b",
            "{ a = [6, 3], b",
            ":8: write [least, most]",
        ),
        (
            "predict",
            "values = { n = [258",
            "valves = { n = [258",
            ": unknown field `valves`",
        ),
        (
            "diagnose",
            "name = \"nothing is wrong\"",
            "name = \" \"",
            ":5: this is empty",
        ),
        (
            "diagnose",
            "[[fault]]\nid = \"healthy\"",
            "[[fault]\nid = \"healthy\"",
            ":3: ",
        ),
        (
            "repair",
            "id = \"sorted\"",
            "id = \"tally\"",
            ": an earlier program has this id too",
        ),
        (
            "repair",
            "id = \"sorted\"",
            "id = \"sortid\"",
            ": cannot read book/exam/repair/sortid.rs",
        ),
        (
            "essays",
            "points = ",
            "pionts = ",
            ": unknown field `pionts`",
        ),
    ] {
        let copy = tempfile::tempdir().unwrap();
        let to = copy.path().join("book/exam");
        fs::create_dir_all(to.join("repair")).unwrap();
        for entry in fs::read_dir(root().join("book/exam"))
            .unwrap()
            .chain(fs::read_dir(root().join("book/exam/repair")).unwrap())
        {
            let from = entry.unwrap().path();
            if from.is_file() {
                let inside = from
                    .strip_prefix(root().join("book/exam"))
                    .unwrap()
                    .to_path_buf();
                fs::copy(&from, to.join(inside)).unwrap();
            }
        }
        let path = to.join(format!("{file}.toml"));
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(find), "{file}: {find}");
        fs::write(&path, text.replacen(find, replace, 1)).unwrap();
        // A mistake in one row may only show in a paper that draws it.
        let seeds = (0..PAPERS).map(|seed| Paper::new(copy.path(), seed).map(|_| ()));
        let essays = super::essays::read(copy.path()).map(|_| ());
        let wrong = seeds.chain([essays]).find_map(Result::err);
        let Some(Error::Failed(what)) = wrong else {
            panic!("{file}: {replace:?} was not noticed: {wrong:?}");
        };
        let start = format!("book/exam/{file}.toml:");
        assert!(
            what.starts_with(&start) && what.contains(said),
            "{what}, not {start}..{said}"
        );
    }
}

#[test]
fn nothing_of_the_learner_is_written_over() {
    let place = tempfile::tempdir().unwrap();
    let state = State {
        directory: place.path().join("state"),
    };
    fs::create_dir(&state.directory).unwrap();
    let directory = place.path().join("my paper");
    let seven = paper(7);
    let (begun, new) = folder::begin(&state, &seven, &directory).unwrap();
    assert!(new);
    fs::write(directory.join("answers.txt"), "A1: client\n").unwrap();
    fs::remove_file(directory.join("capture.txt")).unwrap();

    let (again, new) = folder::begin(&state, &seven, &directory).unwrap();
    assert!(!new && again.begun == begun.begun);
    assert_eq!(
        fs::read_to_string(directory.join("answers.txt")).unwrap(),
        "A1: client\n"
    );
    assert!(directory.join("capture.txt").is_file());

    assert!(matches!(
        folder::begin(&state, &paper(8), &directory),
        Err(Error::Usage(_))
    ));
    let other = place.path().join("letters");
    fs::create_dir(&other).unwrap();
    fs::write(other.join("dear"), "Ada").unwrap();
    assert!(matches!(
        folder::begin(&state, &seven, &other),
        Err(Error::Usage(_))
    ));
    assert_eq!(fs::read_dir(&other).unwrap().count(), 1);

    // A damaged list is set aside, and the paper found again where it lies.
    fs::write(state.directory.join("exam.json"), "{").unwrap();
    let (found, new) = folder::begin(&state, &seven, &directory).unwrap();
    assert!(!new && found.seed() == 7);
    assert!(state.directory.join("exam.damaged-1").is_file());
    assert_eq!(
        fs::read_to_string(directory.join("answers.txt")).unwrap(),
        "A1: client\n"
    );
}

#[test]
fn a_paper_of_another_course_is_not_marked() {
    let place = tempfile::tempdir().unwrap();
    let state = State {
        directory: place.path().to_path_buf(),
    };
    let (begun, _) = folder::begin(&state, &paper(7), &place.path().join("paper")).unwrap();
    assert!(folder::unchanged(&begun, &paper(7)).is_ok());
    assert!(folder::unchanged(&begun, &paper(8)).is_err());
}
