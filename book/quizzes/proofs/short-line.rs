fn main() {
    let line: &[u8] = b"QUIT";
    std::panic::set_hook(Box::new(|_| {}));
    match std::panic::catch_unwind(|| line[5..].len()) {
        Err(_) => println!("It panics."),
        Ok(length) => println!("a slice of {length}"),
    }
}
