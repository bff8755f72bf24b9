use std::str::FromStr;

#[derive(Debug, Default)]
enum Role {
    #[default]
    Admin,
    Guest,
}

impl FromStr for Role {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "admin" => Ok(Role::Admin),
            "guest" => Ok(Role::Guest),
            _ => Err(()),
        }
    }
}

fn main() {
    let role: Role = "gust".parse().unwrap_or_default();
    println!("{role:?}");
}
