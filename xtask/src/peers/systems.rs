//! The systems that the document names, in its order, and the labs that are held against each.

/// How a system stands in the document, how in the names of scripts, and the labs about it.
pub struct System {
    pub name: &'static str,
    pub slug: &'static str,
    pub labs: &'static [&'static str],
}

const fn system(name: &'static str, slug: &'static str, labs: &'static [&'static str]) -> System {
    System { name, slug, labs }
}

pub const SYSTEMS: [System; 21] = [
    system(
        "socket",
        "socket",
        &[
            "hello",
            "echo",
            "crowd",
            "datagrams",
            "stop-and-wait",
            "chat",
        ],
    ),
    system(
        "http.client",
        "http_client",
        &["http-message", "http-server"],
    ),
    system("ftplib", "ftplib", &["ftp"]),
    system("smtplib", "smtplib", &["smtp"]),
    system("cryptography", "cryptography", &["seal"]),
    system("ssl", "ssl", &["tls"]),
    system("passlib", "passlib", &["auth"]),
    system("jwt", "jwt", &["auth"]),
    system("ping", "ping", &["ping"]),
    system("traceroute", "traceroute", &["traceroute"]),
    system("nslookup", "nslookup", &["dns"]),
    system("ping3", "ping3", &["ping"]),
    system("dnspython", "dnspython", &["dns"]),
    system("scapy", "scapy", &["packets"]),
    system("pcapy", "pcapy", &["packets"]),
    system("requests", "requests", &["http-client"]),
    system("beautifulsoup4", "beautifulsoup4", &["scrape"]),
    system("lxml", "lxml", &["scrape"]),
    system("imaplib", "imaplib", &["imap"]),
    system("email / email.mime", "email", &["mime"]),
    system("paramiko", "paramiko", &["sftp"]),
];

/// The lab and the peer of a script: `http_message_http_client` is `("http-message", "http_client")`.
pub fn parts<'a>(stem: &str, labs: impl Iterator<Item = &'a str>) -> Option<(&'a str, String)> {
    labs.filter_map(|lab| {
        let rest = stem.strip_prefix(&lab.replace('-', "_"))?;
        Some((lab, rest.strip_prefix('_')?.to_string()))
    })
    .max_by_key(|(lab, _)| lab.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_name_of_a_lab_is_meant() {
        let labs = ["http", "http-message", "ping"];
        let parts = |stem| parts(stem, labs.into_iter());
        let http = parts("http_message_http_client");
        assert_eq!(http, Some(("http-message", "http_client".to_string())));
        assert_eq!(parts("ping_ping3"), Some(("ping", "ping3".to_string())));
        assert_eq!(parts("pingping3"), None);
    }
}
