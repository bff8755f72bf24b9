//! reset: the lab is as it was, and no byte of the learner's is lost.

use std::fs;
use std::path::{Path, PathBuf};

use crate::course::Plan;

#[test]
fn reset_keeps_every_byte_and_gives_back_the_beginning() {
    let course = Plan::fresh().open();
    let lab = course.root.join("labs/00-hello");
    let fresh = tree(&lab);
    fs::write(lab.join("src/lib.rs"), "my work\r\nof an evening").unwrap();
    fs::write(lab.join("src/more.rs"), b"\xff\0 no text").unwrap();
    fs::create_dir(lab.join("notes")).unwrap();
    fs::write(lab.join("notes/.hidden"), "a thought").unwrap();
    fs::remove_file(lab.join("src/args.rs")).unwrap();
    let mine = tree(&lab);

    let ran = course.run(&["reset", "hello"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(tree(&lab), fresh);
    let kept = course.state.path().join("kept/hello-1");
    assert_eq!(tree(&kept), mine);
    assert!(ran.stdout.contains("kept/hello-1"), "{}", ran.stdout);

    course.run(&["reset", "hello"]);
    assert_eq!(
        tree(&kept),
        mine,
        "a second reset leaves the first copy alone"
    );
    assert_eq!(tree(&course.state.path().join("kept/hello-2")), fresh);
}

#[test]
fn a_lab_with_conflicts_or_a_broken_table_can_be_reset() {
    let course = Plan::fresh().open();
    let lab = course.root.join("labs/00-hello");
    let fresh = tree(&lab);
    fs::write(
        lab.join("Cargo.toml"),
        "<<<<<<< HEAD\n=======\n>>>>>>> theirs\n",
    )
    .unwrap();
    fs::write(lab.join("lab.toml"), "format = ").unwrap();
    let ran = course.run(&["reset", "hello"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(tree(&lab), fresh);

    fs::remove_dir_all(&lab).unwrap();
    assert_eq!(course.run(&["reset", "00-hello"]).code, Some(0));
    assert_eq!(tree(&lab), fresh);
}

#[test]
fn reset_asks_which_lab() {
    let course = Plan::fresh().open();
    assert_eq!(course.run(&["reset"]).code, Some(2));
    let unknown = course.run(&["reset", "helo"]);
    assert_eq!(unknown.code, Some(2));
    assert!(unknown.stderr.contains("hello"), "{}", unknown.stderr);
    assert!(!course.state.path().join("kept").exists());
}

/// All files below a directory with their bytes, hidden ones too.
fn tree(directory: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files = Vec::new();
    let mut folders = vec![directory.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(directory).unwrap().to_path_buf();
                files.push((name, fs::read(&path).unwrap()));
            }
        }
    }
    files.sort();
    files
}
