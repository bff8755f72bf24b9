use std::sync::mpsc::{TrySendError, sync_channel};

fn main() {
    let (room, guest) = sync_channel(2);
    let full: Vec<bool> = ["good morning", "it rains", "still"]
        .map(|line| room.try_send(line).is_err())
        .to_vec();
    assert_eq!(full, [false, false, true]);
    drop(guest);
    match room.try_send("hello?") {
        Ok(()) => println!("No error: it is in the queue"),
        Err(TrySendError::Full(_)) => println!("An error, Full"),
        Err(TrySendError::Disconnected(_)) => println!("An error, Disconnected"),
    }
}
