use std::path::Path;

fn main() {
    let jail = Path::new("/srv/ftp");
    let climbs = jail.join("../../etc").starts_with(jail);
    let absolute = jail.join("/etc").starts_with(jail);
    println!("{climbs}, then {absolute}");
}
