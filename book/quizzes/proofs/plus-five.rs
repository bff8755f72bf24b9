// Only digits make a valid length (RFC 9110 section 8.6).
fn main() {
    let text = "+5";
    let valid = text.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse::<u64>() {
        Ok(length) if !valid => println!("It reads {length} bytes, though the field is not valid."),
        other => println!("{other:?}"),
    }
}
